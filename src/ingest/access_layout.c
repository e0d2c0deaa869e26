/* access_layout.c: what the fields after the agent are, from the first lines of a file.
 *
 * The log does not name them. A decimal with three places is nginx's request time (or, where two
 * stand, the smaller is its upstream's); a single whole number of a thousand and more is Apache's
 * %D, unless it follows the response's size, which would make it bytes sent (%O).
 */
#include "ingest/access_line.h"

#include <string.h>

#define DECIMALS     3    /* of nginx's times */
#define MICROSECONDS 1000 /* most %D are above this, few other trailing numbers are */
#define STRAYS       4    /* one value of another kind in so many is a broken line */
#define HEADERS_MAX  4096 /* bytes that response headers add to a body */

/* What one extra field looks like over the head's lines. */
struct column {
    size_t decimals, naturals, missing, others; /* lines */
    size_t large, like_bytes;                   /* of naturals */
    double sum;                                 /* of decimals */
    size_t prefix_len;                          /* of `name=` */
    char prefix[24];
};

static void strip(struct hr__token *token, struct column *column)
{
    const char *equals = memchr(token->text, '=', token->len);
    size_t prefix =
        equals == NULL || token->text[0] == '"' ? 0 : (size_t)(equals - token->text) + 1;
    if (prefix >= sizeof column->prefix) {
        prefix = 0;
    }
    column->prefix_len = prefix;
    memcpy(column->prefix, token->text, prefix);
    column->prefix[prefix] = '\0';
    token->text += prefix;
    token->len -= prefix;
    if (token->len >= 2 && token->text[0] == '"' && token->text[token->len - 1] == '"') {
        token->text++;
        token->len -= 2;
    }
    const char *comma = memchr(token->text, ',', token->len);
    token->len = comma == NULL ? token->len : (size_t)(comma - token->text); /* first of a list */
}

static void look_at(struct column *column, struct hr__token token, int64_t bytes)
{
    int64_t natural;
    double decimal;
    strip(&token, column);
    if (token.len == 0 || (token.len == 1 && token.text[0] == '-')) {
        column->missing++;
    } else if (hr__natural(token.text, token.len, &natural)) {
        column->naturals++;
        column->large += natural >= MICROSECONDS;
        column->like_bytes += bytes >= 0 && natural >= bytes && natural - bytes < HEADERS_MAX;
    } else if (hr__fraction_digits(token.text, token.len) == DECIMALS &&
               hr_parse_double(token.text, token.len, &decimal)) {
        column->decimals++;
        column->sum += decimal;
    } else {
        column->others++;
    }
}

/* The number of extra fields that most lines have. */
static size_t common_count(const size_t *counts, size_t n)
{
    size_t best = 0, best_lines = 0;
    for (size_t i = 0; i < n; i++) {
        size_t lines = 0;
        for (size_t j = 0; j < n; j++) {
            lines += counts[j] == counts[i];
        }
        if (lines > best_lines) {
            best = counts[i];
            best_lines = lines;
        }
    }
    return best;
}

static void choose_decimal(struct hr__access_layout *layout, const struct column *columns)
{
    static const struct hr__unit seconds = {"s", HR__UNIT_TIME, HR_SECOND, 1};
    size_t found = layout->extras, times = 0;
    for (size_t i = 0; i < layout->extras; i++) {
        const struct column *c = &columns[i];
        bool connect = strcmp(c->prefix, "uct=") == 0 || strcmp(c->prefix, "uht=") == 0;
        if (c->decimals > STRAYS * (c->others + c->naturals) && !connect) {
            times++;
            if (found == layout->extras || c->sum < columns[found].sum) {
                found = i;
            }
        }
    }
    if (times == 0) {
        return;
    }
    bool upstream = times > 1 || strncmp(columns[found].prefix, "u", 1) == 0;
    layout->from_end = (unsigned)(layout->extras - found);
    layout->unit = &seconds;
    layout->prefix_len = columns[found].prefix_len;
    layout->span = upstream ? HR_SPAN_UPSTREAM : HR_SPAN_REQUEST;
    layout->stamp = HR_STAMP_END;
    layout->variant = upstream ? "nginx with $upstream_response_time" : "nginx with $request_time";
}

static void choose_natural(struct hr__access_layout *layout, const struct column *columns)
{
    static const struct hr__unit microseconds = {"us", HR__UNIT_TIME, 1, 1};
    size_t found = 0, numbers = 0;
    for (size_t i = 0; i < layout->extras; i++) {
        if (columns[i].naturals > STRAYS * (columns[i].others + columns[i].decimals)) {
            numbers++;
            found = i;
        }
    }
    const struct column *c = &columns[found];
    if (numbers != 1 || found + 1 != layout->extras || 2 * c->large < c->naturals ||
        10 * c->like_bytes >= 9 * c->naturals) {
        return;
    }
    layout->from_end = 1;
    layout->unit = &microseconds;
    layout->prefix_len = c->prefix_len;
    layout->span = HR_SPAN_REQUEST;
    layout->stamp = HR_STAMP_START;
    layout->apache = true;
    layout->variant = "Apache with %D";
}

static bool has_escaped_quote(const char *text, size_t len)
{
    return memmem(text, len, "\\\"", 2) != NULL;
}

struct hr__access_layout hr__access_layout_guess(const struct hr__head *head)
{
    struct hr__access_layout layout = {.stamp = HR_STAMP_END, .span = HR_SPAN_UNKNOWN};
    struct hr__token tokens[HR__ACCESS_EXTRAS];
    struct column columns[HR__ACCESS_EXTRAS] = {0};
    struct hr__clf_clock clock = {0};
    size_t counts[HR__HEAD_LINES], n = 0, extended = 0;
    struct hr__access_line line;
    for (size_t i = 0; i < head->line_count; i++) {
        if (hr__access_cut(&clock, head->lines[i].text, head->lines[i].len, &line) ==
            HR__REASON_COUNT) {
            counts[n++] = hr__access_extras(line.rest, line.end, tokens);
            extended += line.end - line.rest > 1 && line.rest[1] == '"';
            layout.apache |= has_escaped_quote(head->lines[i].text, head->lines[i].len);
        }
    }
    layout.extras = common_count(counts, n);
    layout.extended = 2 * extended > n;
    for (size_t i = 0; i < head->line_count; i++) {
        if (hr__access_cut(&clock, head->lines[i].text, head->lines[i].len, &line) ==
                HR__REASON_COUNT &&
            hr__access_extras(line.rest, line.end, tokens) == layout.extras) {
            for (size_t k = 0; k < layout.extras; k++) {
                look_at(&columns[k], tokens[k], line.bytes);
            }
        }
    }
    layout.variant = !layout.extended     ? "common, without durations"
                     : layout.extras == 0 ? "combined, without durations"
                                          : "combined with extra fields, without durations";
    for (size_t k = 0; k < layout.extras; k++) {
        layout.numbers += columns[k].naturals + columns[k].decimals > 0;
    }
    choose_decimal(&layout, columns);
    if (layout.from_end == 0) {
        choose_natural(&layout, columns);
    }
    return layout;
}
