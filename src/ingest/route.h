/* route.h: from a request line to the name of its workload.
 *
 * `GET /users/1234?x=1 HTTP/1.1` -> `GET /users/:id`. The template of a path that came before is
 * found by the hash of its raw bytes, so that most lines never reach the slow way.
 */
#ifndef INGEST_ROUTE_H
#define INGEST_ROUTE_H

#include "headroom/base.h"
#include "ingest/groups.h"

#define HR__ROUTE_CACHE    ((size_t)32768) /* raw paths remembered; a power of two; 512 KiB */
#define HR__ROUTE_SEGMENTS 8               /* of a path, the rest becomes one STAR */

struct hr__routes {
    const char *const *rules; /* of --route, borrowed */
    size_t rule_count;
    struct hr__groups *groups;
    struct hr__route_entry {
        uint64_t hash; /* of method and path; 0 empty. 64 bits are trusted to be the path */
        uint32_t group;
    } * cache;
};
bool hr__routes_init(struct hr__routes *routes, struct hr__groups *groups, const char *const *rules,
                     size_t rule_count, struct hr_error *err);
void hr__routes_clear(struct hr__routes *routes); /* accepts zeroed */
/* The group of a request (without its quotes) that was answered with `status`. */
bool hr__routes_find(struct hr__routes *routes, const char *request, size_t len, uint16_t status,
                     uint32_t *ret, struct hr_error *err);

/* The template of a path (no query), written to `name` of HR_WORKLOAD_NAME_MAX + 1 bytes behind
 * `at` bytes that are there; returns the length. A pure function: tested by itself. */
size_t hr__route_template(const char *path, size_t len, char *name, size_t at);
/* Whether the segment of a path is an identifier: number, UUID, hash, date, random token. */
bool hr__route_is_id(const char *segment, size_t len);
bool hr__route_is_static(const char *path, size_t len);
bool hr__route_rule_fits(const char *rule, const char *path, size_t len);

#endif
