/* access_line.h: one line of a web server's access log, and what follows its user agent.
 *
 *   [vhost ]host ident user [time] "request" status bytes ["referer" "agent"] extra...
 *
 * Extra fields are counted from the END of the line, because the agent before them may hold
 * anything, and because the trailing one is the one that counts.
 */
#ifndef INGEST_ACCESS_LINE_H
#define INGEST_ACCESS_LINE_H

#include "ingest/clf_time.h"
#include "ingest/lines.h"
#include "ingest/numbers.h"
#include "ingest/reader.h"

#define HR__ACCESS_EXTRAS 48 /* extra fields that are looked at */

struct hr__access_line {
    int64_t time_us;
    int64_t bytes; /* HR_UNKNOWN for - */
    const char *request;
    size_t request_len;
    const char *rest, *end; /* what follows the bytes */
    uint16_t status;        /* 0 for - */
};
/* Cuts one line. HR__REASON_COUNT: it is one; else why not. */
enum hr__reason hr__access_cut(struct hr__clf_clock *clock, const char *text, size_t len,
                               struct hr__access_line *ret);

struct hr__token {
    const char *text; /* with its quotes */
    size_t len;
};
/* The extra fields of `rest`, after referer and agent if they are there. */
size_t hr__access_extras(const char *rest, const char *end,
                         struct hr__token tokens[HR__ACCESS_EXTRAS]);
/* The k-th field from the end, k from 1; len 0 when there is none. */
struct hr__token hr__access_from_end(const char *rest, const char *end, unsigned k);

/* Where a line's duration stands. */
struct hr__access_layout {
    unsigned from_end; /* 0: nowhere */
    const struct hr__unit *unit;
    size_t prefix_len; /* of `rt=` */
    enum hr_span span;
    enum hr_stamp stamp;
    bool extended;       /* referer and agent are there */
    bool apache;         /* a backslash quote was seen, or microseconds */
    size_t extras;       /* fields after the agent, of most lines */
    size_t numbers;      /* of them, that hold numbers */
    const char *variant; /* for a person */
};
/* From the head's lines. */
struct hr__access_layout hr__access_layout_guess(const struct hr__head *head);
/* The duration of a line: false when the text is no duration; HR_UNKNOWN for -. */
bool hr__access_duration(const struct hr__access_layout *layout, const struct hr__access_line *line,
                         int64_t *ret);

#endif
