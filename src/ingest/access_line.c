/* access_line.c: the fast path of access logs: one pass, memchr over what does not matter. */
#include "ingest/access_line.h"

#include <string.h>

#include "ingest/durations.h"

/* `"` behind an odd number of backslashes is part of the field (Apache). */
static bool is_escaped(const char *begin, const char *quote)
{
    size_t slashes = 0;
    while (quote > begin && quote[-1] == '\\') {
        quote--;
        slashes++;
    }
    return slashes % 2 == 1;
}

/* What follows a request: ` NNN ` or ` - `. */
static bool begins_status(const char *at, const char *end)
{
    if (end - at < 4 || at[0] != ' ') {
        return false;
    }
    if (at[1] == '-') {
        return at[2] == ' ';
    }
    return at[1] >= '0' && at[1] <= '9' && at[2] >= '0' && at[2] <= '9' && at[3] >= '0' &&
           at[3] <= '9' && (end - at == 4 || at[4] == ' ');
}

/* The quote that ends the request. Old Apaches escaped nothing, so a quote counts only with a
 * status behind it. */
static const char *request_end(const char *at, const char *end)
{
    const char *quote = memchr(at, '"', (size_t)(end - at));
    while (quote != NULL && (is_escaped(at, quote) || !begins_status(quote + 1, end))) {
        quote++;
        quote = memchr(quote, '"', (size_t)(end - quote));
    }
    return quote;
}

/* `[` that begins a time: `[03/Mar/2025:10:11:12 +0100] "`. */
static const char *find_time(const char *text, const char *end)
{
    const char *open = memchr(text, '[', (size_t)(end - text));
    while (open != NULL) {
        if (end - open < HR__CLF_LEN + 4) {
            return NULL;
        }
        if (open[3] == '/' && open[HR__CLF_LEN + 1] == ']') {
            return open + 1;
        }
        open = memchr(open + 1, '[', (size_t)(end - open - 1));
    }
    return NULL;
}

static bool cut_bytes(const char *at, const char *end, struct hr__access_line *ret)
{
    int64_t bytes = 0;
    const char *begin = at;
    if (at == end) { /* nothing follows the status */
        ret->bytes = HR_UNKNOWN;
        ret->rest = end;
        return true;
    }
    while (at < end && *at >= '0' && *at <= '9' && at - begin < 18) {
        bytes = bytes * 10 + (*at++ - '0');
    }
    if (at == begin) {
        if (*at != '-') {
            return false;
        }
        at++;
        bytes = HR_UNKNOWN;
    }
    ret->bytes = bytes;
    ret->rest = at;
    return at == end || *at == ' ';
}

enum hr__reason hr__access_cut(struct hr__clf_clock *clock, const char *text, size_t len,
                               struct hr__access_line *ret)
{
    const char *end = text + len;
    const char *time = find_time(text, end);
    if (time == NULL) {
        return HR__NO_BRACKET;
    }
    const char *request = time + HR__CLF_LEN + 3; /* over `] "` */
    if (request >= end || request[-2] != ' ' || request[-1] != '"') {
        return HR__NO_REQUEST;
    }
    const char *stop = request_end(request, end);
    if (stop == NULL) {
        return HR__NO_REQUEST;
    }
    if (!hr__clf_time(clock, time, &ret->time_us)) {
        return HR__BAD_DATE;
    }
    ret->request = request;
    ret->request_len = (size_t)(stop - request);
    ret->end = end;
    const char *status = stop + 2;
    if (*status == '-') {
        ret->status = 0;
        status++;
    } else {
        ret->status =
            (uint16_t)((status[0] - '0') * 100 + (status[1] - '0') * 10 + status[2] - '0');
        status += 3;
    }
    return cut_bytes(status < end ? status + 1 : end, end, ret) ? HR__REASON_COUNT : HR__BAD_NUMBER;
}

/* The field that begins at `at` (no blank): quoted, bracketed or plain; a list `0.1, 0.2` is one.
 */
static const char *token_end(const char *at, const char *end)
{
    if (*at == '"' || *at == '[') {
        char closing = *at == '"' ? '"' : ']';
        const char *begin = at + 1;
        const char *stop = memchr(begin, closing, (size_t)(end - begin));
        while (stop != NULL && closing == '"' && is_escaped(begin, stop)) {
            stop = memchr(stop + 1, closing, (size_t)(end - stop - 1));
        }
        return stop == NULL ? end : stop + 1;
    }
    while (at < end && (*at != ' ' || at[-1] == ',')) {
        at++;
    }
    return at;
}

size_t hr__access_extras(const char *rest, const char *end,
                         struct hr__token tokens[HR__ACCESS_EXTRAS])
{
    size_t count = 0, quoted = 0;
    while (rest < end) {
        if (*rest == ' ') {
            rest++;
            continue;
        }
        const char *stop = token_end(rest, end);
        if (count == 0 && quoted < 2 && *rest == '"') {
            quoted++; /* referer, agent */
        } else if (count < HR__ACCESS_EXTRAS) {
            tokens[count++] = (struct hr__token){rest, (size_t)(stop - rest)};
        }
        rest = stop;
    }
    return count;
}

/* The begin of the field that ends at `stop`. */
static const char *token_begin(const char *rest, const char *stop)
{
    char last = stop[-1];
    if (last == '"' && stop - rest >= 2) {
        const char *quote = memrchr(rest, '"', (size_t)(stop - rest - 1));
        while (quote != NULL && is_escaped(rest, quote)) {
            quote = memrchr(rest, '"', (size_t)(quote - rest));
        }
        if (quote == NULL) {
            return rest;
        }
        stop = quote; /* `rt="0.031"`: the name before the quote belongs to it */
    } else if (last == ']') {
        const char *open = memrchr(rest, '[', (size_t)(stop - rest));
        return open == NULL ? rest : open;
    }
    while (stop > rest && (stop[-1] != ' ' || (stop - rest >= 2 && stop[-2] == ','))) {
        stop--;
    }
    return stop;
}

struct hr__token hr__access_from_end(const char *rest, const char *end, unsigned k)
{
    for (;;) {
        while (end > rest && end[-1] == ' ') {
            end--;
        }
        if (end == rest) {
            return (struct hr__token){rest, 0};
        }
        const char *begin = token_begin(rest, end);
        if (--k == 0) {
            return (struct hr__token){begin, (size_t)(end - begin)};
        }
        end = begin;
    }
}

bool hr__access_duration(const struct hr__access_layout *layout, const struct hr__access_line *line,
                         int64_t *ret)
{
    struct hr__token token = hr__access_from_end(line->rest, line->end, layout->from_end);
    if (token.len < layout->prefix_len) {
        return false;
    }
    token.text += layout->prefix_len;
    token.len -= layout->prefix_len;
    if (token.len >= 2 && token.text[0] == '"' && token.text[token.len - 1] == '"') {
        token.text++;
        token.len -= 2;
    }
    return hr__duration_read(token.text, token.len, layout->unit, ret);
}
