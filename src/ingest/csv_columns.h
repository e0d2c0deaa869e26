/* csv_columns.h: what the columns of a generic CSV are, by their names or by --map. */
#ifndef INGEST_CSV_COLUMNS_H
#define INGEST_CSV_COLUMNS_H

#include "ingest/iso_clock.h"
#include "ingest/maps.h"
#include "ingest/rows.h"

/* How the numbers or texts of a time column are read. */
enum hr__time_form {
    HR__FORM_ISO,      /* text */
    HR__FORM_EPOCH,    /* a number since 1970 */
    HR__FORM_RELATIVE, /* a number since some start */
};
struct hr__time_column {
    enum hr__time_form form;
    const struct hr__unit *unit; /* of numbers */
    int64_t start_us;            /* of relative ones */
    int64_t resolution_us;       /* 1 where stamps stand exactly */
    bool zoneless;               /* ISO without an offset was seen */
    struct hr__iso_clock clock;
};
bool hr__time_read(struct hr__time_column *column, const char *text, size_t len, int64_t *ret,
                   int64_t *resolution);

#define HR__NO_COLUMN SIZE_MAX
struct hr__csv_columns {
    char delimiter;
    size_t count;                   /* columns of the header */
    size_t column[HR__FIELD_COUNT]; /* place of a field, or HR__NO_COLUMN */
    const struct hr__unit *unit[HR__FIELD_COUNT];
    size_t workload_second; /* of A+B */
    struct hr__time_column time, end;
    bool time_is_end;                 /* `time` was mapped to a column called end... */
    uint8_t field_of[HR__ROW_FIELDS]; /* field of a column, HR__FIELD_COUNT for none */
};

/* Share of the head's lines that look like rows of a CSV whose header this understands. */
double hr__csv_score(const struct hr__format *format, const struct hr__head *head,
                     const struct hr_ingest_options *options);
bool hr__csv_columns_find(struct hr__reader *reader, const struct hr__head *head,
                          struct hr__csv_columns *ret, struct hr_error *err);

#endif
