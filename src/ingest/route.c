/* route.c: see route.h. */
#include "ingest/route.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/quick_hash.h"

#define METHOD_MAX 10 /* bytes of the longest method that names a workload */
#define SCHEME_MAX 12 /* bytes in which `https://` must begin */

/* Parts of a request line: METHOD SP TARGET [SP PROTOCOL]. */
struct request {
    const char *method, *path;
    size_t method_len, path_len; /* path without query */
    uint64_t hash;               /* of method and path, identifiers merged; never 0 */
};

bool hr__routes_init(struct hr__routes *routes, struct hr__groups *groups, const char *const *rules,
                     size_t rule_count, struct hr_error *err)
{
    *routes = (struct hr__routes){.rules = rules, .rule_count = rule_count, .groups = groups};
    routes->cache = calloc(HR__ROUTE_CACHE, sizeof *routes->cache);
    return routes->cache != NULL || hr_fail_memory(err);
}

void hr__routes_clear(struct hr__routes *routes)
{
    free(routes->cache);
    *routes = (struct hr__routes){0};
}

/* What a byte of a path is, so that one look at it ends, splits and classifies segments. */
enum { DIGIT = 0, UUID_BYTE = 1, OTHER_BYTE = 2, STOP = 4 };
#define IN(c, low, high) ((c) >= (low) && (c) <= (high))
#define CLASS(c)                                                                                   \
    (IN(c, '0', '9')                                        ? DIGIT                                \
     : IN(c, 'a', 'f') || IN(c, 'A', 'F') || (c) == '-'     ? UUID_BYTE                            \
     : (c) == '/' || (c) == ' ' || (c) == '?' || (c) == '#' ? STOP                                 \
                                                            : OTHER_BYTE)
#define ROW4(c)  CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define ROW16(c) ROW4(c), ROW4((c) + 4), ROW4((c) + 8), ROW4((c) + 12)
#define ROW64(c) ROW16(c), ROW16((c) + 16), ROW16((c) + 32), ROW16((c) + 48)
static const unsigned char classes[256] = {ROW64(0), ROW64(64), ROW64(128), ROW64(192)};

/* `http://host/a` of a proxy or balancer -> `/a`. */
static const char *behind_host(const char *at, const char *end)
{
    if (*at == '/') {
        return at;
    }
    size_t near = end - at < SCHEME_MAX ? (size_t)(end - at) : SCHEME_MAX;
    const char *mark = memmem(at, near, "://", 3);
    const char *slash = mark == NULL ? NULL : memchr(mark + 3, '/', (size_t)(end - mark - 3));
    if (slash == NULL || memchr(mark, ' ', (size_t)(slash - mark)) != NULL ||
        memchr(mark, '?', (size_t)(slash - mark)) != NULL) {
        return at;
    }
    return slash;
}

/* Splits METHOD SP TARGET [SP PROTOCOL], and hashes what tells the template: segments that are
 * numbers or UUIDs count as one, unless rules may want them apart. False for what is no request:
 * empty, "-", the bytes of a TLS handshake. */
static bool split_request(const char *text, size_t len, bool merge_ids, struct request *ret)
{
    size_t i = 0;
    while (i < len && i <= METHOD_MAX && text[i] >= 'A' && text[i] <= 'Z') {
        i++;
    }
    if (i == 0 || i > METHOD_MAX || i + 1 >= len || text[i] != ' ') {
        return false;
    }
    const char *end = text + len, *at = behind_host(text + i + 1, end);
    *ret = (struct request){.method = text, .method_len = i, .path = at};
    uint64_t h = hr__quick_hash(text, i, 0);
    for (;;) {
        const char *segment = at;
        unsigned seen = DIGIT, class = DIGIT;
        while (at < end && (class = classes[(unsigned char)*at]) != STOP) {
            seen |= class;
            at++;
        }
        size_t bytes = (size_t)(at - segment);
        bool id = merge_ids && bytes > 0 &&
                  (seen == DIGIT || (seen == UUID_BYTE && bytes == 36 && segment[8] == '-' &&
                                     hr__route_is_id(segment, bytes)));
        h = id ? h * UINT64_C(0xd6e8feb86659fd93) + 1 : hr__quick_hash(segment, bytes, h);
        if (at == end || *at != '/') {
            break;
        }
        at++;
    }
    ret->path_len = (size_t)(at - ret->path);
    ret->hash = hr_mix64(h) | 1;
    return ret->path_len > 0;
}

/* The slow way: the template, and whether a 404 may open a workload of its own (it may not). */
static bool find_template(struct hr__routes *routes, struct request request, uint16_t status,
                          uint32_t *ret, struct hr_error *err)
{
    char name[HR_WORKLOAD_NAME_MAX + 1];
    if (hr__route_is_static(request.path, request.path_len)) {
        *ret = status == 404 ? HR__GROUP_NOT_FOUND : HR__GROUP_STATIC;
        return true;
    }
    memcpy(name, request.method, request.method_len);
    name[request.method_len] = ' ';
    size_t len = request.method_len + 1;
    const char *rule = NULL;
    for (size_t i = 0; i < routes->rule_count && rule == NULL; i++) {
        if (hr__route_rule_fits(routes->rules[i], request.path, request.path_len)) {
            rule = routes->rules[i];
        }
    }
    if (rule != NULL) {
        size_t room = HR_WORKLOAD_NAME_MAX - len, rule_len = strlen(rule);
        memcpy(name + len, rule, rule_len < room ? rule_len : room);
        len += rule_len < room ? rule_len : room;
    } else {
        len = hr__route_template(request.path, request.path_len, name, len);
    }
    if (status == 404) {
        if (!hr__groups_known(routes->groups, name, len, ret)) {
            *ret = HR__GROUP_NOT_FOUND;
        }
        return true;
    }
    return hr__groups_find(routes->groups, name, len, ret, err);
}

bool hr__routes_find(struct hr__routes *routes, const char *text, size_t len, uint16_t status,
                     uint32_t *ret, struct hr_error *err)
{
    struct request request;
    if (!split_request(text, len, routes->rule_count == 0, &request)) {
        *ret = HR__GROUP_OTHER;
        return true;
    }
    struct hr__route_entry *entry = &routes->cache[(request.hash >> 20) & (HR__ROUTE_CACHE - 1)];
    if (entry->hash == request.hash && (status != 404 || entry->group != HR__GROUP_STATIC)) {
        *ret = entry->group;
        return true;
    }
    if (!find_template(routes, request, status, ret, err)) {
        return false;
    }
    if (*ret != HR__GROUP_NOT_FOUND) { /* that one may become a known path yet */
        *entry = (struct hr__route_entry){.hash = request.hash, .group = *ret};
    }
    return true;
}
