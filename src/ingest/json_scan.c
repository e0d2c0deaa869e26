/* json_scan.c: see json_scan.h. */
#include "ingest/json_scan.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

void hr__json_plan_init(struct hr__json_plan *plan)
{
    plan->node[0] = (struct hr__json_node){
        .child = HR__JSON_NONE, .sibling = HR__JSON_NONE, .slot = HR__JSON_NONE};
    plan->count = 1;
    plan->any_case = false;
}

/* The next key of a path, behind which *at moves. */
static struct hr__cell path_key(const char **at, const char *end)
{
    struct hr__cell key;
    if (*at < end && **at == '"') {
        const char *begin = *at + 1, *stop = memchr(begin, '"', (size_t)(end - begin));
        stop = stop == NULL ? end : stop;
        key = (struct hr__cell){begin, (size_t)(stop - begin)};
        *at = stop < end ? stop + 1 : end;
        *at += *at < end && **at == '.';
        return key;
    }
    const char *stop = memchr(*at, '.', (size_t)(end - *at));
    stop = stop == NULL ? end : stop;
    key = (struct hr__cell){*at, (size_t)(stop - *at)};
    *at = stop < end ? stop + 1 : end;
    return key;
}

/* The node of a key inside `parent`, made when it is not there; HR__JSON_NONE when all are used. */
static int add_node(struct hr__json_plan *plan, int parent, struct hr__cell key)
{
    for (int i = plan->node[parent].child; i != HR__JSON_NONE; i = plan->node[i].sibling) {
        const struct hr__cell *other = &plan->node[i].key;
        if (other->len == key.len && memcmp(other->text, key.text, key.len) == 0) {
            return i;
        }
    }
    if (plan->count == HR__JSON_NODES) {
        return HR__JSON_NONE;
    }
    plan->node[plan->count] = (struct hr__json_node){.key = key,
                                                     .child = HR__JSON_NONE,
                                                     .sibling = plan->node[parent].child,
                                                     .slot = HR__JSON_NONE};
    plan->node[parent].child = plan->count;
    return plan->count++;
}

bool hr__json_plan_add(struct hr__json_plan *plan, const char *path, size_t len, int slot)
{
    const char *at = path, *end = path + len;
    int node = 0;
    at += len > 0 && *at == '.';
    while (at < end) {
        node = add_node(plan, node, path_key(&at, end));
        if (node == HR__JSON_NONE) {
            return false;
        }
    }
    if (node == 0 || plan->node[node].slot != HR__JSON_NONE) {
        return false;
    }
    plan->node[node].slot = slot;
    return true;
}

/* ---- passing over JSON */

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
        at++;
    }
    return at;
}

/* Behind the quote that ends the string beginning at `at` (behind its first quote), or NULL. */
static const char *skip_string(const char *at, const char *end, enum hr__json_kind *kind)
{
    const char *begin = at;
    *kind = HR__JSON_TEXT;
    for (;;) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        if (quote == NULL) {
            return NULL;
        }
        const char *slash = quote;
        while (slash > begin && slash[-1] == '\\') {
            slash--;
        }
        if ((quote - slash) % 2 == 0) {
            if (memchr(begin, '\\', (size_t)(quote - begin)) != NULL) {
                *kind = HR__JSON_ESCAPED;
            }
            return quote + 1;
        }
        at = quote + 1;
    }
}

/* Behind the object or array that begins at `at`, or NULL when its brackets do not match. */
static const char *skip_inside(const char *at, const char *end)
{
    char closing[HR__JSON_DEPTH];
    size_t depth = 0;
    enum hr__json_kind kind;
    while (at < end) {
        char c = *at++;
        if (c == '"') {
            at = skip_string(at, end, &kind);
            if (at == NULL) {
                return NULL;
            }
        } else if (c == '{' || c == '[') {
            if (depth == HR__JSON_DEPTH) {
                return NULL;
            }
            closing[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (depth == 0 || closing[--depth] != c) {
                return NULL;
            }
            if (depth == 0) {
                return at;
            }
        }
    }
    return NULL;
}

/* A number, true, false, null, or nothing at all. */
static const char *skip_scalar(const char *at, const char *end, struct hr__json_value *value)
{
    const char *begin = at;
    while (at < end && *at != ',' && *at != '}' && *at != ' ' && *at != '\t') {
        if (*at == '"' || *at == ':' || *at == '{' || *at == '[' || *at == ']') {
            return NULL;
        }
        at++;
    }
    value->cell = (struct hr__cell){begin, (size_t)(at - begin)};
    value->kind =
        at == begin || hr__cell_is(value->cell, "null") ? HR__JSON_MISSING : HR__JSON_SCALAR;
    return at;
}

static const char *skip_value(const char *at, const char *end, struct hr__json_value *value)
{
    const char *begin = at;
    if (at < end && *at == '"') {
        at = skip_string(at + 1, end, &value->kind);
        if (at != NULL) {
            value->cell = (struct hr__cell){begin + 1, (size_t)(at - begin) - 2};
        }
        return at;
    }
    if (at < end && (*at == '{' || *at == '[')) {
        at = skip_inside(at, end);
        if (at != NULL) {
            value->cell = (struct hr__cell){begin, (size_t)(at - begin)};
            value->kind = HR__JSON_INSIDE;
        }
        return at;
    }
    return skip_scalar(at, end, value);
}

/* `"key" :`; the value's place, or NULL. */
static const char *take_key(const char *at, const char *end, struct hr__cell *key)
{
    enum hr__json_kind kind;
    if (at >= end || *at != '"') {
        return NULL;
    }
    const char *begin = at + 1;
    at = skip_string(begin, end, &kind);
    if (at == NULL) {
        return NULL;
    }
    *key = (struct hr__cell){begin, (size_t)(at - begin) - 1};
    at = skip_blanks(at, end);
    return at < end && *at == ':' ? skip_blanks(at + 1, end) : NULL;
}

/* Behind the comma or the bracket that follows a value; *more tells which. */
static const char *take_separator(const char *at, const char *end, bool *more)
{
    at = skip_blanks(at, end);
    if (at >= end || (*at != ',' && *at != '}')) {
        return NULL;
    }
    *more = *at == ',';
    return *more ? skip_blanks(at + 1, end) : at + 1;
}

/* ---- scans */

static int find_key(const struct hr__json_plan *plan, int parent, struct hr__cell key)
{
    for (int i = plan->node[parent].child; i != HR__JSON_NONE; i = plan->node[i].sibling) {
        const struct hr__cell *wanted = &plan->node[i].key;
        if (wanted->len == key.len &&
            (memcmp(wanted->text, key.text, key.len) == 0 ||
             (plan->any_case && strncasecmp(wanted->text, key.text, key.len) == 0))) {
            return i;
        }
    }
    return HR__JSON_NONE;
}

/* The object that begins at `at`, no deeper than the plan is. Behind it, or NULL. */
static const char *scan_object(const struct hr__json_plan *plan, int parent, const char *at,
                               const char *end, struct hr__json_value *values)
{
    bool more = true;
    at = skip_blanks(at + 1, end);
    if (at < end && *at == '}') {
        return at + 1;
    }
    while (more) {
        struct hr__cell key;
        struct hr__json_value value = {.kind = HR__JSON_MISSING};
        at = take_key(at, end, &key);
        if (at == NULL) {
            return NULL;
        }
        int node = find_key(plan, parent, key);
        if (node != HR__JSON_NONE && plan->node[node].child != HR__JSON_NONE && at < end &&
            *at == '{') {
            at = scan_object(plan, node, at, end, values);
        } else {
            at = skip_value(at, end, &value);
            if (node != HR__JSON_NONE && plan->node[node].slot != HR__JSON_NONE) {
                values[plan->node[node].slot] = value;
            }
        }
        at = at == NULL ? NULL : take_separator(at, end, &more);
        if (at == NULL) {
            return NULL;
        }
    }
    return at;
}

bool hr__json_scan(const struct hr__json_plan *plan, const char *text, size_t len,
                   struct hr__json_value *values)
{
    const char *end = text + len, *at = skip_blanks(text, end);
    if (at == end || *at != '{') {
        return false;
    }
    at = scan_object(plan, 0, at, end, values);
    return at != NULL && skip_blanks(at, end) == end;
}

/* A path as it grows towards the inside of objects. */
struct walk {
    const struct hr__json_visitor *visitor;
    char path[HR__JSON_PATH];
    size_t len;
    int depth;
};

/* Appends a key, quoted when it holds a dot; false when the path would be too long. */
static bool push_key(struct walk *walk, struct hr__cell key)
{
    bool quoted = memchr(key.text, '.', key.len) != NULL;
    if (walk->len + key.len + 3 >= HR__JSON_PATH || key.len == 0) {
        return false;
    }
    if (walk->len > 0) {
        walk->path[walk->len++] = '.';
    }
    if (quoted) {
        walk->path[walk->len++] = '"';
    }
    memcpy(walk->path + walk->len, key.text, key.len);
    walk->len += key.len;
    if (quoted) {
        walk->path[walk->len++] = '"';
    }
    return true;
}

static const char *visit_object(struct walk *walk, const char *at, const char *end)
{
    bool more = true;
    at = skip_blanks(at + 1, end);
    if (at < end && *at == '}') {
        return at + 1;
    }
    while (more) {
        struct hr__cell key;
        struct hr__json_value value = {.kind = HR__JSON_MISSING};
        size_t len = walk->len;
        at = take_key(at, end, &key);
        if (at == NULL) {
            return NULL;
        }
        bool told = push_key(walk, key);
        if (told && at < end && *at == '{' && walk->depth < HR__JSON_DEPTH) {
            walk->depth++;
            at = visit_object(walk, at, end);
            walk->depth--;
        } else {
            at = skip_value(at, end, &value);
            if (told && at != NULL && value.kind != HR__JSON_INSIDE) {
                walk->visitor->found(walk->visitor->context,
                                     (struct hr__cell){walk->path, walk->len}, &value);
            }
        }
        walk->len = len;
        at = at == NULL ? NULL : take_separator(at, end, &more);
        if (at == NULL) {
            return NULL;
        }
    }
    return at;
}

bool hr__json_visit(const char *text, size_t len, const struct hr__json_visitor *visitor)
{
    struct walk walk = {.visitor = visitor};
    const char *end = text + len, *at = skip_blanks(text, end);
    if (at == end || *at != '{') {
        return false;
    }
    at = visit_object(&walk, at, end);
    return at != NULL && skip_blanks(at, end) == end;
}

/* ---- escapes */

static bool hex4(const char *text, const char *end, uint32_t *ret)
{
    uint32_t value = 0;
    if (end - text < 4) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        char c = text[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16) {
            return false;
        }
        value = value << 4 | digit;
    }
    *ret = value;
    return true;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* `XXXX` behind \u, and the second half of a pair; the bytes used, 0 for what is none. */
static size_t unescape_unicode(const char *at, const char *end, uint32_t *ret)
{
    uint32_t low;
    if (!hex4(at, end, ret)) {
        return 0;
    }
    if (*ret >= 0xd800 && *ret < 0xdc00 && end - at >= 10 && at[4] == '\\' && at[5] == 'u' &&
        hex4(at + 6, end, &low) && low >= 0xdc00 && low < 0xe000) {
        *ret = 0x10000 + ((*ret - 0xd800) << 10) + (low - 0xdc00);
        return 10;
    }
    if (*ret >= 0xd800 && *ret < 0xe000) {
        *ret = 0xfffd; /* half a pair */
    }
    return 4;
}

size_t hr__json_unescape(char *to, const char *text, size_t len)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *at = text, *end = text + len;
    char *begin = to;
    while (at < end) {
        const char *name = *at == '\\' && at + 1 < end ? strchr(names, at[1]) : NULL;
        uint32_t code;
        size_t used;
        if (name != NULL && *name != '\0') {
            *to++ = values[name - names];
            at += 2;
        } else if (*at == '\\' && at + 1 < end && at[1] == 'u' &&
                   (used = unescape_unicode(at + 2, end, &code)) > 0) {
            to = put_utf8(to, code);
            at += 2 + used;
        } else {
            *to++ = *at++;
        }
    }
    return (size_t)(to - begin);
}
