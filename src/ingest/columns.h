/* columns.h: what the named columns of a log are: by their names, by --map, or as a format tells.
 */
#ifndef INGEST_COLUMNS_H
#define INGEST_COLUMNS_H

#include "ingest/cell.h"
#include "ingest/clf_time.h"
#include "ingest/iso_clock.h"
#include "ingest/maps.h"
#include "ingest/reader.h"

/* How the numbers or texts of a time column are read. */
enum hr__time_form {
    HR__FORM_ISO,      /* text */
    HR__FORM_EPOCH,    /* a number since 1970 */
    HR__FORM_RELATIVE, /* a number since some start */
    HR__FORM_CLF,      /* 03/Mar/2025:10:11:12 +0100, in brackets or not */
};
struct hr__time_column {
    enum hr__time_form form;
    const struct hr__unit *unit; /* of numbers */
    int64_t start_us;            /* of relative ones */
    int64_t resolution_us;       /* 1 where stamps stand exactly */
    bool zoneless;               /* ISO without an offset was seen */
    struct hr__iso_clock clock;
    struct hr__clf_clock clf;
};
bool hr__time_read(struct hr__time_column *column, const char *text, size_t len, int64_t *ret,
                   int64_t *resolution);

#define HR__COLUMNS_MAX 1024
#define HR__NO_COLUMN   SIZE_MAX
struct hr__columns {
    size_t count;                   /* columns of the header */
    size_t column[HR__FIELD_COUNT]; /* place of a field, or HR__NO_COLUMN */
    const struct hr__unit *unit[HR__FIELD_COUNT];
    size_t workload_second; /* of A+B */
    struct hr__time_column time, end;
    bool time_is_end;                  /* `time` was mapped to a column called end... */
    uint8_t field_of[HR__COLUMNS_MAX]; /* field of a column, HR__FIELD_COUNT for none */
};

/* A name that tells its field, and perhaps its unit. */
struct hr__known {
    const char *name; /* NULL ends a list */
    enum hr__field field;
    const char *unit; /* NULL: none in the name */
};
/* Names of variables and labels of web servers. */
extern const struct hr__known hr__known_web[];

/* The columns that a log shows, and what stands in them at its beginning. */
struct hr__names {
    const char *file;
    const char *what; /* "the header has", "the lines have": what the names are, for sentences */
    const struct hr__cell *cells;
    size_t count;
    const struct hr__known *more; /* names beside those of a CSV, looked for first; or NULL */
    enum hr__names_form {
        HR__NAMES_PLAIN, /* in any case */
        HR__NAMES_EXACT, /* in their case: D and d differ */
        HR__NAMES_PATHS, /* in any case, perhaps asked for with a dot before */
    } form;
    /* The cells of one column over the first rows. */
    size_t (*sample)(const void *context, size_t place, struct hr__cell ret[HR__HEAD_LINES]);
    const void *context;
};
bool hr__columns_find(struct hr__reader *reader, const struct hr__names *names,
                      struct hr__columns *ret, struct hr_error *err);
/* Whether the names are understood without more being told: a time is among them. */
bool hr__columns_understood(const struct hr__names *names, const struct hr_ingest_options *options);
/* The columns that a format tells, one for each entry of the list; of several with one field the
 * first that is filled counts, of times the first that is filled in the sample. */
bool hr__columns_told(struct hr__reader *reader, const struct hr__names *names,
                      const struct hr__known *known, struct hr__columns *ret, struct hr_error *err);

#endif
