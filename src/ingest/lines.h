/* lines.h: a stream of bytes cut into lines, with numbers and offsets.
 *
 * Typical: lines of 30 to 700 bytes, millions of them; hot: hr__lines_next. A line longer than
 * HR_INGEST_LINE_MAX is skipped without being held, and handed out as `too_long` with its
 * beginning. CRLF and a byte order mark are taken off; NUL and other bytes pass.
 */
#ifndef INGEST_LINES_H
#define INGEST_LINES_H

#include "headroom/base.h"
#include "headroom/ingest.h"

#define HR__HEAD_BYTES ((size_t)256 * 1024) /* of the beginning that recognition may look at */
#define HR__HEAD_LINES 200
#define HR__HEAD_HASH  ((size_t)64 * 1024) /* of the beginning that stand for the content */

/* Where bytes come from: hr__input, or a test that cuts them oddly. *got 0 is the end. */
struct hr__source {
    bool (*read)(void *context, char *buffer, size_t room, size_t *got, struct hr_error *err);
    void *context;
};

struct hr__line {
    char *text; /* without its end; text[len] is '\n'; NULL past the last line */
    size_t len;
    uint64_t number; /* from 1 */
    uint64_t offset; /* of its first byte in the uncompressed stream */
    bool too_long;   /* text is only the beginning */
};

/* The first lines, without taking them. Views into the buffer, until the next hr__lines_next. */
struct hr__head {
    const char *bytes;
    size_t byte_count;
    struct {
        const char *text;
        size_t len;
    } lines[HR__HEAD_LINES]; /* whole ones, without their ends; blank ones are left out */
    size_t line_count;
    uint64_t content_hash; /* of the first HR__HEAD_HASH bytes: a grown log keeps it */
    const char *file;      /* name for sentences, set by the caller */
};

struct hr__lines {
    struct hr__source source;
    char *buffer;
    size_t start, end; /* unread part */
    uint64_t offset;   /* of buffer[start] in the stream */
    uint64_t number;   /* of the last line handed out */
    bool ended;        /* the source has no more */
};

bool hr__lines_init(struct hr__lines *lines, struct hr__source source, struct hr_error *err);
bool hr__lines_head(struct hr__lines *lines, struct hr__head *ret, struct hr_error *err);
bool hr__lines_next(struct hr__lines *lines, struct hr__line *ret, struct hr_error *err);
void hr__lines_clear(struct hr__lines *lines); /* accepts zeroed */

#endif
