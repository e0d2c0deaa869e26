/* json_lines.h: logs of one JSON object a line: the part that all of them share.
 *
 * A format is a const `struct hr__json_format` and names it as its dialect: which paths hold what,
 * and what its stamps stand for.
 */
#ifndef INGEST_JSON_LINES_H
#define INGEST_JSON_LINES_H

#include "ingest/columns.h"
#include "ingest/reader.h"

struct hr__json_format {
    const struct hr__known *paths; /* of several with one field the first that is filled counts */
    const char *const *signature;  /* paths that a line of this format has, NULL at the end */
    enum hr_stamp stamp;
    enum hr_span span;
    enum hr_trigger trigger;
    enum hr_origin trigger_origin;
    const char *variant;
    bool any_case;     /* of keys */
    bool starts_first; /* an initialisation came before the duration */
    /* Whether a line carries an invocation: HR__REASON_COUNT, or why not. Cells in the order of
     * `paths`. May be NULL. */
    enum hr__reason (*judge)(const struct hr__cell *cells);
};

double hr__json_score(const struct hr__format *format, const struct hr__head *head,
                      const struct hr_ingest_options *options);
bool hr__json_open(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err);
bool hr__json_line(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err);
bool hr__json_end(struct hr__reader *reader, struct hr_error *err);
void hr__json_close(struct hr__reader *reader);

/* All functions of such a format but its name. */
#define HR__JSON_FORMAT(its_dialect)                                                               \
    .dialect = (its_dialect), .score = hr__json_score, .open = hr__json_open,                      \
    .line = hr__json_line, .end = hr__json_end, .close = hr__json_close

#endif
