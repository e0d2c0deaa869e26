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

static inline const char *word_end(const char *at, const char *end)
{
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

uint64_t hr__lambda_request(const char *text, size_t len, const char **ret_rest)
{
    const char *end = text + len;
    const char *at = skip_separators(text + strlen("REPORT RequestId:"), end);
    *ret_rest = word_end(at, end);
    return hr_hash_bytes(at, (size_t)(*ret_rest - at), 0);
}

bool hr__lambda_report(const char *text, size_t len, struct hr__lambda_report *ret)
{
    const char *rest;
    uint64_t request = hr__lambda_request(text, len, &rest);
    bool done = hr__lambda_figures(rest, text + len, ret);
    ret->request = request;
    return done;
}

bool hr__lambda_figures(const char *at, const char *end, struct hr__lambda_report *ret)
{
    const char *stop;
    *ret = (struct hr__lambda_report){.duration_us = HR_UNKNOWN,
                                      .billed_us = HR_UNKNOWN,
                                      .init_us = HR_UNKNOWN,
                                      .memory_kb = HR_UNKNOWN,
                                      .size_kb = HR_UNKNOWN};
    at = skip_separators(at, end);
    while (at < end) {
        const char *colon = memchr(at, ':', (size_t)(end - at));
        if (colon == NULL) {
            break;
        }
        struct named field = {at, (size_t)(colon - at)};
        at = skip_separators(colon + 1, end);
        stop = word_end(at, end);
        if (!store(ret, field, at, (size_t)(stop - at))) {
            return false;
        }
        at = skip_separators(stop, end);
        if (end - at >= 2 && (memcmp(at, "ms", 2) == 0 || memcmp(at, "MB", 2) == 0) &&
            (end - at == 2 || is_separator(at + 2, end))) {
            at = skip_separators(at + 2, end); /* a word that is no name */
        }
    }
    return ret->duration_us >= 0 && ret->duration_us < HR_TIME_MAX && ret->init_us < HR_TIME_MAX &&
           ret->init_us >= HR_UNKNOWN;
}
