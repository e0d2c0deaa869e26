/* cell.h: a part of a line, and how fields are taken off its front. */
#ifndef INGEST_CELL_H
#define INGEST_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct hr__cell {
    const char *text;
    size_t len;
};

static inline bool hr__cell_is(struct hr__cell cell, const char *word)
{
    return strlen(word) == cell.len && memcmp(word, cell.text, cell.len) == 0;
}

/* `-` is how logs write that there is nothing. */
static inline bool hr__cell_missing(struct hr__cell cell)
{
    return cell.len == 0 || (cell.len == 1 && cell.text[0] == '-');
}

/* The field at *at up to a blank, behind which *at moves; false where none is left. */
static inline bool hr__cell_next(const char **at, const char *end, struct hr__cell *ret)
{
    if (*at >= end) {
        return false;
    }
    const char *stop = memchr(*at, ' ', (size_t)(end - *at));
    stop = stop == NULL ? end : stop;
    *ret = (struct hr__cell){*at, (size_t)(stop - *at)};
    *at = stop + 1;
    return ret->len > 0;
}

/* The field at *at with its quotes taken off, behind which *at moves to the next one's begin. A
 * quote behind a backslash belongs to the text. */
static inline bool hr__cell_quoted(const char **at, const char *end, struct hr__cell *ret)
{
    if (*at >= end || **at != '"') {
        return false;
    }
    const char *begin = *at + 1, *stop = memchr(begin, '"', (size_t)(end - begin));
    while (stop != NULL && stop > begin && stop[-1] == '\\') {
        stop = memchr(stop + 1, '"', (size_t)(end - stop - 1));
    }
    if (stop == NULL) {
        return false;
    }
    *ret = (struct hr__cell){begin, (size_t)(stop - begin)};
    *at = stop + 1;
    *at += *at < end && **at == ' ';
    return true;
}

#endif
