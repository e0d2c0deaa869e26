/* lines.c: see lines.h. The buffer holds one longest line and one chunk, and is never grown. */
#include "ingest/lines.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/bytes.h"

/* One byte more, so that a last line without an end can be given one. */
#define BUFFER_SIZE (HR_INGEST_LINE_MAX + HR__BYTES_CHUNK)

static const char byte_order_mark[3] = "\xef\xbb\xbf";

bool hr__lines_init(struct hr__lines *lines, struct hr__source source, struct hr_error *err)
{
    *lines = (struct hr__lines){.source = source};
    lines->buffer = hr_large_alloc(BUFFER_SIZE + 1);
    return lines->buffer != NULL || hr_fail_memory(err);
}

void hr__lines_clear(struct hr__lines *lines)
{
    free(lines->buffer);
    *lines = (struct hr__lines){0};
}

/* Appends one read of the source behind the unread part, which moves to the front first. */
static bool fill(struct hr__lines *lines, struct hr_error *err)
{
    if (lines->start > 0) {
        memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    size_t room = BUFFER_SIZE - lines->end, got = 0;
    if (!lines->source.read(lines->source.context, lines->buffer + lines->end,
                            room < HR__BYTES_CHUNK ? room : HR__BYTES_CHUNK, &got, err)) {
        return false;
    }
    lines->ended = got == 0;
    lines->end += got;
    return true;
}

static void skip_mark(struct hr__lines *lines)
{
    if (lines->offset == 0 && lines->end - lines->start >= sizeof byte_order_mark &&
        memcmp(lines->buffer + lines->start, byte_order_mark, sizeof byte_order_mark) == 0) {
        lines->start += sizeof byte_order_mark;
        lines->offset += sizeof byte_order_mark;
    }
}

bool hr__lines_head(struct hr__lines *lines, struct hr__head *ret, struct hr_error *err)
{
    while (lines->end < HR__HEAD_BYTES && !lines->ended) {
        if (!fill(lines, err)) {
            return false;
        }
    }
    size_t len = lines->end < HR__HEAD_BYTES ? lines->end : HR__HEAD_BYTES;
    *ret = (struct hr__head){.bytes = lines->buffer, .byte_count = len};
    ret->content_hash = hr_hash_bytes(lines->buffer, len < HR__HEAD_HASH ? len : HR__HEAD_HASH, 0);
    skip_mark(lines);
    const char *at = lines->buffer + lines->start, *end = lines->buffer + len;
    while (at < end && ret->line_count < HR__HEAD_LINES) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL && (!lines->ended || len < lines->end)) {
            break; /* cut by the window, not by the file */
        }
        const char *next = stop == NULL ? end : stop + 1;
        size_t line_len = (size_t)((stop == NULL ? end : stop) - at);
        if (line_len > 0 && at[line_len - 1] == '\r') {
            line_len--;
        }
        if (line_len > 0) {
            ret->lines[ret->line_count].text = at;
            ret->lines[ret->line_count++].len = line_len;
        }
        at = next;
    }
    return true;
}

/* Hands out buffer[start, stop) and goes on behind `stop` + end_len. */
static void hand_out(struct hr__lines *lines, struct hr__line *ret, const char *stop,
                     size_t end_len)
{
    char *text = lines->buffer + lines->start;
    size_t len = (size_t)(stop - text);
    ret->number = ++lines->number;
    ret->offset = lines->offset;
    ret->too_long = len > HR_INGEST_LINE_MAX;
    lines->start += len + end_len;
    lines->offset += len + end_len;
    if (len > 0 && text[len - 1] == '\r') {
        len--;
    }
    text[len] = '\n';
    ret->text = text;
    ret->len = ret->too_long ? HR_INGEST_REJECT_TEXT : len;
}

/* The unread part fills the buffer without an end: keeps its beginning, drops the rest of the
 * line as it comes. */
static bool skip_long(struct hr__lines *lines, struct hr__line *ret, struct hr_error *err)
{
    uint64_t begin = lines->offset;
    size_t keep = HR_INGEST_REJECT_TEXT;
    char *stop = NULL;
    while (stop == NULL) {
        lines->offset += lines->end - lines->start - keep;
        lines->end = lines->start + keep;
        if (!fill(lines, err)) {
            return false;
        }
        if (lines->ended) {
            break;
        }
        stop = memchr(lines->buffer + keep, '\n', lines->end - keep);
    }
    size_t used = stop == NULL ? lines->end : (size_t)(stop - lines->buffer) + 1;
    *ret = (struct hr__line){.text = lines->buffer,
                             .len = keep,
                             .number = ++lines->number,
                             .offset = begin,
                             .too_long = true};
    lines->start = used;
    lines->offset += used;
    return true;
}

bool hr__lines_next(struct hr__lines *lines, struct hr__line *ret, struct hr_error *err)
{
    size_t seen = 0; /* of the unread part, known to hold no line end */
    for (;;) {
        size_t ready = lines->end - lines->start;
        char *text = lines->buffer + lines->start;
        char *stop = ready > seen ? memchr(text + seen, '\n', ready - seen) : NULL;
        if (stop != NULL) {
            hand_out(lines, ret, stop, 1);
            return true;
        }
        if (lines->ended) {
            break;
        }
        if (ready > HR_INGEST_LINE_MAX) {
            return skip_long(lines, ret, err);
        }
        seen = ready;
        bool first = lines->offset == 0 && lines->number == 0;
        if (!fill(lines, err)) {
            return false;
        }
        if (first) {
            skip_mark(lines);
            seen = 0;
        }
    }
    if (lines->start == lines->end) {
        *ret = (struct hr__line){0};
        return true;
    }
    hand_out(lines, ret, lines->buffer + lines->end, 0);
    return true;
}
