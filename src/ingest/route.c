/* route.c: see route.h. */
#include "ingest/route.h"

#include <stdlib.h>
#include <string.h>

#define METHOD_MAX 10 /* bytes of the longest method that names a workload */

/* Parts of a request line: METHOD SP TARGET [SP PROTOCOL]. */
struct request {
    const char *method, *path;
    size_t method_len, path_len; /* path without query */
};

bool hr__routes_init(struct hr__routes *routes, struct hr__groups *groups,
                     const char *const *rules, size_t rule_count, struct hr_error *err)
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

/* Eight bytes a step; every bit of the input reaches every bit of the result. */
static uint64_t hash_path(const char *bytes, size_t len, uint64_t h)
{
    uint64_t word;
    for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
        h ^= h >> 32;
    }
    word = len;
    for (size_t i = 0; i < len; i++) {
        word = word << 8 | (unsigned char)bytes[i];
    }
    return hr_mix64((h ^ word) * UINT64_C(0x9fb21c651e98df25));
}

/* False for what is no request: empty, "-", the bytes of a TLS handshake. */
static bool split_request(const char *text, size_t len, struct request *ret)
{
    size_t i = 0;
    while (i < len && i <= METHOD_MAX && text[i] >= 'A' && text[i] <= 'Z') {
        i++;
    }
    if (i == 0 || i > METHOD_MAX || i + 1 >= len || text[i] != ' ') {
        return false;
    }
    *ret = (struct request){.method = text, .method_len = i, .path = text + i + 1};
    const char *at = ret->path, *end = text + len;
    while (at < end && *at != ' ' && *at != '?' && *at != '#') {
        at++;
    }
    ret->path_len = (size_t)(at - ret->path);
    return ret->path_len > 0;
}

/* `http://host/a` of a proxy's request -> `/a`. */
static void drop_host(struct request *request)
{
    const char *mark = memmem(request->path, request->path_len, "://", 3);
    if (request->path[0] == '/' || mark == NULL) {
        return;
    }
    const char *end = request->path + request->path_len;
    const char *slash = memchr(mark + 3, '/', (size_t)(end - mark - 3));
    if (slash != NULL) {
        request->path = slash;
        request->path_len = (size_t)(end - slash);
    }
}

/* The slow way: the template, and whether a 404 may open a workload of its own (it may not). */
static bool find_template(struct hr__routes *routes, struct request request, uint16_t status,
                          uint32_t *ret, struct hr_error *err)
{
    char name[HR_WORKLOAD_NAME_MAX + 1];
    drop_host(&request);
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
    if (!split_request(text, len, &request)) {
        *ret = HR__GROUP_OTHER;
        return true;
    }
    size_t raw_len = (size_t)(request.path + request.path_len - text);
    uint64_t hash = hash_path(text, raw_len, 0) | 1;
    struct hr__route_entry *entry = &routes->cache[(hash >> 20) & (HR__ROUTE_CACHE - 1)];
    if (entry->hash == hash && (status != 404 || entry->group != HR__GROUP_STATIC)) {
        *ret = entry->group;
        return true;
    }
    if (!find_template(routes, request, status, ret, err)) {
        return false;
    }
    if (*ret != HR__GROUP_NOT_FOUND) { /* that one may become a known path yet */
        *entry = (struct hr__route_entry){.hash = hash, .group = *ret};
    }
    return true;
}
