/* log_format.c: see log_format.h.
 * https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format,
 * https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats. A value ends where the text
 * that follows it in the format comes; a quote only where it is not escaped.
 */
#include "ingest/log_format.h"

#include <string.h>

/* ---- the configuration's quotes */

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') {
        at++;
    }
    return at;
}

static bool is_word(const char *at, const char *word)
{
    size_t len = strlen(word);
    return strncmp(at, word, len) == 0 && (at[len] == ' ' || at[len] == '\t');
}

static const char *skip_word(const char *at)
{
    while (*at != '\0' && *at != ' ' && *at != '\t' && *at != '\n') {
        at++;
    }
    return skip_blanks(at);
}

/* One quoted text; `\"` and `\'` lose their backslash. Behind it, or NULL when it is never closed.
 */
static const char *take_quoted(const char *at, struct hr__log_format *pattern, size_t *len)
{
    char quote = *at++;
    while (*at != '\0' && *at != quote) {
        at += *at == '\\' && (at[1] == quote || at[1] == '\\');
        pattern->text[(*len)++] = *at++;
    }
    return *at == quote ? skip_blanks(at + 1) : NULL;
}

/* `log_format NAME [escape=X] '...' '...';`, `LogFormat "..." NAME`, or the format alone. */
static bool unwrap(struct hr__log_format *pattern, const char *text, size_t *len,
                   struct hr_error *err)
{
    const char *at = skip_blanks(text);
    bool quoted = *at == '\'' || (*at == '"' && strstr(at, "\\\"") != NULL);
    *len = 0;
    if (is_word(at, "log_format")) {
        quoted = true;
        at = skip_word(skip_word(at));
        at = strncmp(at, "escape=", 7) == 0 ? skip_word(at) : at;
    } else if (is_word(at, "LogFormat")) {
        quoted = true;
        at = skip_word(at);
    }
    if (!quoted) {
        *len = strlen(at);
        memcpy(pattern->text, at, *len);
        return true;
    }
    while (at != NULL && (*at == '\'' || *at == '"')) {
        at = take_quoted(at, pattern, len);
    }
    return at != NULL ||
           hr_fail(err, HR_EUSAGE, "--log-format: a quote is never closed in %s", text);
}

/* ---- values */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

/* `$name` or `${name}` at `at`; its length, 0 for none. */
static size_t nginx_value(const char *at, const char *end, struct hr__log_value *item)
{
    if (at + 1 >= end || *at != '$') {
        return 0;
    }
    bool braces = at[1] == '{';
    const char *begin = at + 1 + braces, *stop = begin;
    while (stop < end && is_name(*stop)) {
        stop++;
    }
    if (stop == begin || (braces && (stop == end || *stop != '}'))) {
        return 0;
    }
    item->name = (struct hr__cell){begin, (size_t)(stop - begin)};
    item->blanks = hr__cell_is(item->name, "time_local") ? 1 : 0;
    item->list = item->name.len > 9 && memcmp(begin, "upstream_", 9) == 0;
    return (size_t)(stop - at) + braces;
}

/* `%h`, `%>s`, `%!200,304{Referer}i`, `%{...}t` at `at`; its length, 0 for none. The name leaves
 * the statuses out: they tell when a value is missing, which shows anyway. */
static size_t apache_value(const char *at, const char *end, struct hr__log_value *item)
{
    const char *stop = at + 1;
    if (at >= end || *at != '%') {
        return 0;
    }
    while (stop < end && (*stop == '!' || *stop == ',' || (*stop >= '0' && *stop <= '9'))) {
        stop++;
    }
    const char *begin = stop;
    while (stop < end && (*stop == '<' || *stop == '>')) {
        stop++;
    }
    if (stop < end && *stop == '{') {
        const char *close = memchr(stop, '}', (size_t)(end - stop));
        if (close == NULL) {
            return 0;
        }
        stop = close + 1;
    }
    stop += stop < end && *stop == '^' ? 2 : 0;
    if (stop >= end || !is_letter(*stop)) {
        return 0;
    }
    stop++;
    item->name = (struct hr__cell){begin, (size_t)(stop - begin)};
    if (stop[-1] == 't' && begin[0] != '{') {
        item->blanks = 1; /* [03/Mar/2025:10:11:12 +0100] */
    } else if (stop[-1] == 't') {
        for (const char *c = begin; c < stop; c++) {
            item->blanks += *c == ' ';
        }
    }
    return (size_t)(stop - at);
}

/* `%%` stands for itself. Moves the rest of the text up. */
static void drop_percent(char *at, size_t *len, const char *text)
{
    size_t rest = *len - (size_t)(at - text) - 1;
    memmove(at, at + 1, rest);
    (*len)--;
}

/* A fraction of a second behind the time that it belongs to is part of that. */
static bool is_fraction(struct hr__cell name)
{
    return hr__cell_is(name, "{usec_frac}t") || hr__cell_is(name, "{msec_frac}t");
}

static bool add_item(struct hr__log_format *pattern, const struct hr__log_value *item,
                     struct hr_error *err)
{
    if (pattern->count == HR__LOG_VALUES) {
        return hr_fail(err, HR_ELIMIT, "--log-format: more than %d values", HR__LOG_VALUES);
    }
    struct hr__log_value *last = pattern->count == 0 ? NULL : &pattern->item[pattern->count - 1];
    if (last != NULL && is_fraction(item->name) && hr__cell_is(last->after, ".")) {
        last->after.len = 0; /* what follows is told by the next text */
        return true;
    }
    if (last != NULL && last->after.len == 0) {
        return hr_fail(err, HR_EUSAGE,
                       "--log-format: nothing stands between \"%.*s\" and \"%.*s\", so nobody can "
                       "tell where one ends",
                       (int)last->name.len, last->name.text, (int)item->name.len, item->name.text);
    }
    pattern->item[pattern->count++] = *item;
    return true;
}

static bool take_apart(struct hr__log_format *pattern, size_t len, struct hr_error *err)
{
    char *at = pattern->text, *literal = pattern->text;
    for (;;) {
        struct hr__log_value item = {.blanks = 0};
        const char *end = pattern->text + len;
        size_t used = pattern->apache ? apache_value(at, end, &item) : nginx_value(at, end, &item);
        if (used > 0 || at >= end) {
            struct hr__cell text = {literal, (size_t)(at - literal)};
            struct hr__cell *behind =
                pattern->count == 0 ? &pattern->first : &pattern->item[pattern->count - 1].after;
            *behind = text;
        }
        if (at >= end) {
            return true;
        }
        if (used > 0) {
            if (!add_item(pattern, &item, err)) {
                return false;
            }
            at += used;
            literal = at;
        } else {
            if (pattern->apache && at[0] == '%' && at + 1 < end && at[1] == '%') {
                drop_percent(at, &len, pattern->text);
            }
            at++;
        }
    }
}

bool hr__log_format_read(struct hr__log_format *pattern, const char *text, struct hr_error *err)
{
    size_t len;
    *pattern = (struct hr__log_format){.count = 0};
    if (strlen(text) >= HR__LOG_FORMAT_MAX) {
        return hr_fail(err, HR_ELIMIT, "--log-format is longer than %zu bytes", HR__LOG_FORMAT_MAX);
    }
    if (!unwrap(pattern, text, &len, err)) {
        return false;
    }
    pattern->apache = memchr(pattern->text, '$', len) == NULL;
    if (!take_apart(pattern, len, err)) {
        return false;
    }
    return pattern->count > 0 ||
           hr_fail(err, HR_EUSAGE,
                   "--log-format: neither nginx's $variables nor Apache's %%directives stand in "
                   "\"%s\"; paste the log_format or LogFormat line of the server",
                   text);
}

/* ---- lines */

static bool is_escaped(const char *begin, const char *quote)
{
    size_t slashes = 0;
    while (quote > begin && quote[-1] == '\\') {
        quote--;
        slashes++;
    }
    return slashes % 2 == 1;
}

/* Whether the blank at `at` belongs to a list of upstreams. */
static bool inside_list(const char *begin, const char *at, const char *end)
{
    return at > begin && (at[-1] == ',' || (at[-1] == ':' && at - begin > 1 && at[-2] == ' ') ||
                          (at + 2 < end && at[1] == ':' && at[2] == ' '));
}

/* Where the value that begins at `at` ends, or NULL. */
static const char *value_end(const struct hr__log_value *item, const char *at, const char *end)
{
    const struct hr__cell *after = &item->after;
    unsigned blanks = item->blanks;
    if (after->len == 0) {
        return end;
    }
    const char *stop = at;
    for (;;) {
        stop = memchr(stop, after->text[0], (size_t)(end - stop));
        if (stop == NULL || (size_t)(end - stop) < after->len) {
            return NULL;
        }
        bool own = (*stop == ' ' && blanks > 0 && *at != '-') ||
                   (*stop == ' ' && item->list && inside_list(at, stop, end)) ||
                   (*stop == '"' && is_escaped(at, stop));
        if (!own && memcmp(stop, after->text, after->len) == 0) {
            return stop;
        }
        blanks -= *stop == ' ' && blanks > 0;
        stop++;
    }
}

bool hr__log_format_cut(const struct hr__log_format *pattern, const char *text, size_t len,
                        struct hr__cell *cells)
{
    const char *at = text, *end = text + len;
    if (len < pattern->first.len || memcmp(text, pattern->first.text, pattern->first.len) != 0) {
        return false;
    }
    at += pattern->first.len;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct hr__log_value *item = &pattern->item[i];
        const char *stop = value_end(item, at, end);
        if (stop == NULL) {
            return false;
        }
        cells[i] = (struct hr__cell){at, (size_t)(stop - at)};
        at = stop + item->after.len;
    }
    return at == end;
}
