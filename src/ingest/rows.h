/* rows.h: CSV records through libcsv, fed one physical line at a time (lines without any quote are
 * cut at the delimiter without it).
 *
 * libcsv counts no lines, and an unclosed quote swallows the rest of a file. Fed line by line, the
 * numbers are exact, a quoted line break goes on until its quote closes (within limits), and a
 * line that begins a record of its own shows that an earlier quote was a stray one.
 */
#ifndef INGEST_ROWS_H
#define INGEST_ROWS_H

#include <csv.h>

#include "ingest/cell.h"
#include "ingest/reader.h"

#define HR__ROW_FIELDS 1024               /* most columns */
#define HR__ROW_LINES  10000              /* most physical lines of one record */
#define HR__ROW_BYTES  HR_INGEST_LINE_MAX /* most bytes of one record */

/* Splits one line without libcsv, for a look ahead: quotes are taken off, doubled ones stay. False
 * when a quote is left open. *count may exceed `room`; then only `room` cells are filled. */
bool hr__cells_split(const char *text, size_t len, char delimiter, struct hr__cell *cells,
                     size_t room, size_t *count);
/* Which of , ; TAB separates this header. */
char hr__cells_delimiter(const char *text, size_t len);

/* What a format does with records. */
struct hr__row_hooks {
    /* A whole record: keep, filter or reject it. `line` is its first physical line; the first
     * HR__ROW_FIELDS cells are there, and live for the call. Columns are SIZE_MAX where one line
     * held several records. */
    bool (*row)(struct hr__reader *reader, const struct hr__line *line,
                const struct hr__cell *cells, size_t columns, struct hr_error *err);
    /* Inside an open quote: does this line begin a record of its own? */
    bool (*begins)(const void *state, const char *text, size_t len);
};

struct hr__rows {
    struct hr__cell cells[HR__ROW_FIELDS];
    struct csv_parser parser;
    bool started; /* the parser is initialised */
    const struct hr__row_hooks *hooks;
    void *state;
    char delimiter;
    size_t column; /* of the record being read */
    size_t columns;
    bool done; /* a record ended in this line */
    /* fields that libcsv gave, one after another; the cells hold only their lengths until then */
    struct hr_text text;
    /* a record that goes on over several lines */
    bool pending;
    struct hr__line first; /* text points at first_text */
    char first_text[HR_INGEST_REJECT_TEXT + 1];
    size_t lines, bytes;
};
bool hr__rows_open(struct hr__rows *rows, char delimiter, const struct hr__row_hooks *hooks,
                   void *state, struct hr_error *err);
bool hr__rows_line(struct hr__rows *rows, struct hr__reader *reader, const struct hr__line *line,
                   struct hr_error *err);
bool hr__rows_end(struct hr__rows *rows, struct hr__reader *reader, struct hr_error *err);
void hr__rows_close(struct hr__rows *rows); /* accepts zeroed */

#endif
