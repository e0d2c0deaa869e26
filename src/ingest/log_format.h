/* log_format.h: nginx's log_format and Apache's LogFormat as they stand in a configuration, taken
 * apart into what stands between and what is a value.
 */
#ifndef INGEST_LOG_FORMAT_H
#define INGEST_LOG_FORMAT_H

#include "headroom/base.h"
#include "ingest/cell.h"

#define HR__LOG_FORMAT_MAX ((size_t)4096) /* bytes of the text */
#define HR__LOG_VALUES     64             /* values of a line */

struct hr__log_format {
    char text[HR__LOG_FORMAT_MAX]; /* without quotes and escapes of the configuration */
    struct hr__cell first;         /* what stands before the first value */
    struct hr__log_value {
        struct hr__cell name;  /* `request_time` of nginx, `%D` of Apache */
        struct hr__cell after; /* what stands behind the value; empty at the line's end only */
        unsigned blanks;       /* that a value has of its own, as a time has */
        bool list;             /* nginx's upstream times: `0.1, 0.2 : 0.3` */
    } item[HR__LOG_VALUES];
    size_t count;
    bool apache;
};
/* The text of --log-format. False (HR_EUSAGE) for what is no format, with the reason. */
bool hr__log_format_read(struct hr__log_format *pattern, const char *text, struct hr_error *err);
/* Cuts a line into its values, one cell an item; false when it is another kind of line. */
bool hr__log_format_cut(const struct hr__log_format *pattern, const char *text, size_t len,
                        struct hr__cell *cells);

#endif
