/* lambda_report.c: fields of a REPORT line, by name.
 *
 *   REPORT RequestId: 1-2\tDuration: 102.25 ms\tBilled Duration: 415 ms\tMemory Size: 128 MB\t
 *
 * Separators are TABs, several blanks after copy and paste, one blank before 2020, and a literal
 * backslash-t in collections that escape twice; so names are looked for, and a value ends by
 * itself.
 */
#include "ingest/lambda_report.h"

#include <string.h>

#include "ingest/numbers.h"
#include "ingest/quick_hash.h"

#define WHOLE_DIGITS 9 /* of a figure on the short way */

static bool begins_with(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);
    return len >= n && memcmp(text, word, n) == 0;
}

enum hr__lambda_kind hr__lambda_kind(const char *text, size_t len)
{
    if (begins_with(text, len, "REPORT RequestId:")) {
        return HR__LAMBDA_REPORT;
    }
    if (begins_with(text, len, "START RequestId:")) {
        return HR__LAMBDA_START;
    }
    if (begins_with(text, len, "END RequestId:")) {
        return HR__LAMBDA_END;
    }
    if (begins_with(text, len, "INIT_START") || begins_with(text, len, "INIT_REPORT") ||
        begins_with(text, len, "RESTORE_")) {
        return HR__LAMBDA_INIT;
    }
    return HR__LAMBDA_OTHER;
}

/* What may be a separator; a backslash is one when t or n follows. */
static const bool maybe_separator[256] = {
    [' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true, ['\\'] = true};

static inline bool is_separator(const char *at, const char *end)
{
    return maybe_separator[(unsigned char)*at] &&
           (*at != '\\' || (at + 1 < end && (at[1] == 't' || at[1] == 'n')));
}

static inline const char *skip_separators(const char *at, const char *end)
{
    while (at < end && is_separator(at, end)) {
        at += *at == '\\' ? 2 : 1;
    }
    return at;
}

/* Some byte of the eight may be a separator: a backslash, or a blank or control byte. */
static inline bool any_separator(const char *eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t word, slashes;
    memcpy(&word, eight, sizeof word);
    slashes = word ^ ones * '\\';
    return (((word - ones * 0x21) & ~word) | ((slashes - ones) & ~slashes)) & tops;
}

static inline const char *word_end(const char *at, const char *end)
{
    while (end - at >= 8 && !any_separator(at)) {
        at += 8;
    }
    while (at < end && !is_separator(at, end)) {
        at++;
    }
    return at;
}

struct named {
    const char *name;
    size_t len;
};

static bool is_name(struct named field, const char *name)
{
    return strlen(name) == field.len && memcmp(name, field.name, field.len) == 0;
}

/* Stores a figure; false when it is no figure of the wanted kind. */
static bool store(struct hr__lambda_report *r, struct named field, const char *text, size_t len)
{
    static const struct hr__unit milliseconds = {"ms", HR__UNIT_TIME, 1000, 1};
    static const struct hr__unit megabytes = {"MB", HR__UNIT_SIZE, 1024, 1};
    if (is_name(field, "Duration")) {
        return hr__number(text, len, &milliseconds, &r->duration_us);
    }
    if (is_name(field, "Billed Duration")) {
        return hr__number(text, len, &milliseconds, &r->billed_us);
    }
    if (is_name(field, "Init Duration") || is_name(field, "Restore Duration")) {
        return hr__number(text, len, &milliseconds, &r->init_us);
    }
    if (is_name(field, "Memory Size")) {
        return hr__number(text, len, &megabytes, &r->size_kb);
    }
    if (is_name(field, "Max Memory Used")) {
        return hr__number(text, len, &megabytes, &r->memory_kb);
    }
    if (is_name(field, "Status")) {
        r->timeout = len == 7 && memcmp(text, "timeout", len) == 0;
        r->error = !r->timeout;
    }
    return true;
}

/* `102.25` of the unit that has `times` of ours, to a thousandth; false leaves anything else to
 * hr__number. */
static inline bool plain_decimal(const char **at, const char *end, int64_t times, int64_t *ret)
{
    const char *p = *at, *first = p;
    int64_t value = 0, scale = 1000;
    unsigned digit;
    while (p < end && p - first < WHOLE_DIGITS && (digit = (unsigned)(*p - '0')) < 10) {
        value = value * 10 + digit;
        p++;
    }
    bool whole = p > first;
    value *= 1000;
    if (p < end && *p == '.') {
        first = ++p;
        while (p < end && scale > 1 && (digit = (unsigned)(*p - '0')) < 10) {
            value += digit * (scale /= 10);
            p++;
        }
        whole = whole && p > first;
    }
    *at = p;
    *ret = value * times / 1000;
    return whole && value * times % 1000 == 0;
}

#define TAKE(at, end, word)                                                                        \
    ((size_t)((end) - (at)) >= sizeof(word) - 1 && memcmp(at, word, sizeof(word) - 1) == 0 &&      \
     ((at) += sizeof(word) - 1, true))

/* A line as Lambda writes most of them, every name and unit in its place. False, with `ret` in
 * pieces, leaves all others to any_figures. */
static bool usual_figures(const char *at, const char *end, struct hr__lambda_report *ret)
{
    return TAKE(at, end, "\tDuration: ") && plain_decimal(&at, end, 1000, &ret->duration_us) &&
           TAKE(at, end, " ms\tBilled Duration: ") &&
           plain_decimal(&at, end, 1000, &ret->billed_us) && TAKE(at, end, " ms\tMemory Size: ") &&
           plain_decimal(&at, end, 1024, &ret->size_kb) &&
           TAKE(at, end, " MB\tMax Memory Used: ") &&
           plain_decimal(&at, end, 1024, &ret->memory_kb) && TAKE(at, end, " MB") &&
           (!TAKE(at, end, "\tInit Duration: ") ||
            (plain_decimal(&at, end, 1000, &ret->init_us) && TAKE(at, end, " ms"))) &&
           skip_separators(at, end) == end;
}

/* Fields in any order, with any separators; unknown ones are passed over. */
static bool any_figures(const char *at, const char *end, struct hr__lambda_report *ret)
{
    at = skip_separators(at, end);
    while (at < end) {
        const char *colon = memchr(at, ':', (size_t)(end - at));
        if (colon == NULL) {
            break;
        }
        struct named field = {at, (size_t)(colon - at)};
        at = skip_separators(colon + 1, end);
        const char *stop = word_end(at, end);
        if (!store(ret, field, at, (size_t)(stop - at))) {
            return false;
        }
        at = skip_separators(stop, end);
        if (end - at >= 2 && (memcmp(at, "ms", 2) == 0 || memcmp(at, "MB", 2) == 0) &&
            (end - at == 2 || is_separator(at + 2, end))) {
            at = skip_separators(at + 2, end); /* a word that is no name */
        }
    }
    return true;
}

bool hr__lambda_report(const char *text, size_t len, struct hr__lambda_report *ret)
{
    const char *end = text + len;
    const char *id = skip_separators(text + strlen("REPORT RequestId:"), end);
    const char *rest = word_end(id, end);
    const struct hr__lambda_report none = {.request = hr__quick_hash(id, (size_t)(rest - id), 0),
                                           .duration_us = HR_UNKNOWN,
                                           .billed_us = HR_UNKNOWN,
                                           .init_us = HR_UNKNOWN,
                                           .memory_kb = HR_UNKNOWN,
                                           .size_kb = HR_UNKNOWN};
    *ret = none;
    if (!usual_figures(rest, end, ret)) {
        *ret = none;
        if (!any_figures(rest, end, ret)) {
            return false;
        }
    }
    return ret->duration_us >= 0 && ret->duration_us < HR_TIME_MAX && ret->init_us < HR_TIME_MAX &&
           ret->init_us >= HR_UNKNOWN;
}
