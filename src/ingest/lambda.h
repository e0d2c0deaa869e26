/* lambda.h: the shapes in which Lambda's REPORT lines come, and what all of them share. */
#ifndef INGEST_LAMBDA_H
#define INGEST_LAMBDA_H

#include "ingest/iso_clock.h"
#include "ingest/lambda_report.h"
#include "ingest/rows.h"

enum hr__lambda_shape {
    HR__SHAPE_CONSOLE,  /* CSV timestamp,message[,logStreamName] */
    HR__SHAPE_INSIGHTS, /* CSV with @timestamp and @message or @duration */
    HR__SHAPE_TEXT,     /* a time in front of each event */
    HR__SHAPE_BARE,     /* REPORT lines without a time */
    HR__SHAPE_NONE,
};
struct hr__lambda_shape_found {
    enum hr__lambda_shape shape;
    size_t fits; /* lines of the head that fit it */
};
struct hr__lambda_shape_found hr__lambda_shape(const struct hr__head *head);

/* Where the time of a text line ends and its message begins; false when it has none. */
struct hr__lambda_text {
    int64_t time_us;
    enum hr__lambda_kind kind;
    const char *stream; /* may be empty */
    size_t stream_len;
    const char *message;
    size_t message_len;
};
bool hr__lambda_text(struct hr__iso_clock *clock, const char *text, size_t len,
                     struct hr__lambda_text *ret);

/* The columns of the CSV shapes, in the order of the names in lambda_shape.c. */
enum hr__lambda_column {
    HR__COL_TIMESTAMP,
    HR__COL_MESSAGE,
    HR__COL_STREAM,
    HR__COL_LOG,
    HR__COL_REQUEST,
    HR__COL_TYPE,
    HR__COL_DURATION,
    HR__COL_BILLED,
    HR__COL_INIT,
    HR__COL_SIZE,
    HR__COL_USED,
    HR__COL_COUNT
};
/* Places of the columns in the header; false when the line is no header of these exports. */
bool hr__lambda_header(const char *text, size_t len, size_t places[HR__COL_COUNT],
                       size_t *ret_count);

/* A function's name inside a log group (.../aws/lambda/NAME) or stream (.../NAME[version]id). */
bool hr__lambda_function(const char *text, size_t len, const char **ret, size_t *ret_len);

#endif
