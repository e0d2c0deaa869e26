/* route_template.c: which segments of a path are identifiers, and what is a static file.
 *
 * A planner wants `/users/:id` as one workload, not thousands; a wrong collapse costs more than a
 * missed one (two routes would share their service times), so a word stays a word when in doubt.
 */
#include "ingest/route.h"

#include <string.h>

#define HEX_MIN     8  /* digits of a hexadecimal identifier: short commit ids and longer */
#define TOKEN_MIN   16 /* bytes of a random token */
#define ESCAPES_MIN 3  /* percent escapes that make a segment somebody's free text */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What the bytes of a segment are. */
struct census {
    size_t digits, letters, hex, marks, escapes, upper;
    size_t leading_digits;
};

static struct census take_census(const char *segment, size_t len)
{
    struct census c = {0};
    for (size_t i = 0; i < len; i++) {
        char x = segment[i];
        c.leading_digits += is_digit(x) && c.leading_digits == i;
        c.digits += is_digit(x);
        c.letters += is_letter(x);
        c.upper += x >= 'A' && x <= 'Z';
        c.hex += is_hex(x);
        c.marks += x == '-' || x == '_' || x == '.' || x == '~' || x == ',' || x == '|';
        c.escapes += x == '%';
    }
    return c;
}

/* 8-4-4-4-12 hexadecimal digits. */
static bool is_uuid(const char *s, size_t len)
{
    if (len != 36) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s[i] != '-' : !is_hex(s[i])) {
            return false;
        }
    }
    return true;
}

bool hr__route_is_id(const char *segment, size_t len)
{
    struct census c = take_census(segment, len);
    if (c.digits == len || c.escapes >= ESCAPES_MIN || is_uuid(segment, len)) {
        return len > 0;
    }
    if (c.hex == len && len >= HEX_MIN && c.digits > 0) {
        return true;
    }
    /* 2025-03-01, 12,34, 12345-a-title: numbers that begin it, or mostly numbers */
    if (c.digits >= 3 &&
        (2 * c.digits >= len || (c.leading_digits >= 2 && segment[c.leading_digits] == '-'))) {
        return true;
    }
    /* a random token mixes digits into letters without a word's gaps */
    return len >= TOKEN_MIN && c.digits >= 3 && c.letters >= 3 &&
           c.digits + c.letters + c.marks == len && (c.marks <= 1 || c.upper >= 3);
}

/* Length of the segment without a short extension: `1234.json` -> 4. */
static size_t stem_len(const char *segment, size_t len)
{
    const char *dot = memrchr(segment, '.', len);
    size_t extension = dot == NULL ? 0 : len - (size_t)(dot - segment);
    if (dot == NULL || dot == segment || extension < 2 || extension > 6) {
        return len;
    }
    for (size_t i = 1; i < extension; i++) {
        if (!is_letter(dot[i])) {
            return len;
        }
    }
    return (size_t)(dot - segment);
}

static size_t append(char *name, size_t at, const char *text, size_t len)
{
    size_t room = HR_WORKLOAD_NAME_MAX - at;
    len = len < room ? len : room;
    memcpy(name + at, text, len);
    return at + len;
}

size_t hr__route_template(const char *path, size_t len, char *name, size_t at)
{
    const char *end = path + len;
    size_t begin = at, segments = 0;
    while (path < end) {
        while (path < end && *path == '/') {
            path++; /* doubled and last slashes do not make another route */
        }
        const char *slash = memchr(path, '/', (size_t)(end - path));
        const char *stop = slash == NULL ? end : slash;
        const char *matrix = memchr(path, ';', (size_t)(stop - path)); /* ;jsessionid=... */
        size_t segment = (size_t)((matrix == NULL ? stop : matrix) - path);
        size_t stem = stem_len(path, segment);
        if (segment > 0 && segments++ == HR__ROUTE_SEGMENTS) {
            return append(name, at, "/*", 2);
        }
        if (segment > 0) {
            bool id = hr__route_is_id(path, stem);
            at = append(name, at, "/", 1);
            at = id ? append(name, at, ":id", 3) : append(name, at, path, stem);
            at = append(name, at, path + stem, segment - stem);
        }
        path = stop;
    }
    return at == begin ? append(name, at, "/", 1) : at;
}

bool hr__route_is_static(const char *path, size_t len)
{
    static const char *const extensions[] = {
        "css",  "js",   "mjs", "map",  "png",   "jpg", "jpeg", "gif", "svg", "ico",
        "webp", "avif", "bmp", "woff", "woff2", "ttf", "otf",  "eot", "mp3", "mp4",
        "webm", "ogg",  "wav", "pdf",  "zip",   "gz",  "tgz",  "txt",
    };
    const char *dot = memrchr(path, '.', len);
    if (dot == NULL) {
        return false;
    }
    size_t extension = len - (size_t)(dot - path) - 1;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        if (strlen(extensions[i]) == extension &&
            strncasecmp(extensions[i], dot + 1, extension) == 0) {
            return true;
        }
    }
    return false;
}

/* `:name` takes one segment, a last `*` the rest. */
bool hr__route_rule_fits(const char *rule, const char *path, size_t len)
{
    const char *end = path + len;
    while (*rule != '\0') {
        if (rule[0] == '*' && rule[1] == '\0') {
            return true;
        }
        if (rule[0] == ':') {
            const char *from = path;
            rule += strcspn(rule, "/");
            while (path < end && *path != '/') {
                path++;
            }
            if (path == from) {
                return false;
            }
            continue;
        }
        if (path == end || *rule != *path) {
            return false;
        }
        rule++;
        path++;
    }
    return path == end;
}
