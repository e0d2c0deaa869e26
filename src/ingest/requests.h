/* requests.h: what the readers of web servers, proxies and balancers share: a request becomes a
 * record of the workload of its route.
 */
#ifndef INGEST_REQUESTS_H
#define INGEST_REQUESTS_H

#include "ingest/cell.h"
#include "ingest/reader.h"
#include "ingest/route.h"

#define HR__REQUEST_MAX ((size_t)4096) /* bytes of method and target that tell a route */

struct hr__requests {
    struct hr__routes routes;
    char text[HR__REQUEST_MAX]; /* method and target, where the log tells them apart */
};
bool hr__requests_open(struct hr__requests *requests, const struct hr__reader *reader,
                       struct hr_error *err);
void hr__requests_close(struct hr__requests *requests); /* accepts zeroed */

/* What a request asks for: a whole request line, `GET /a?x=1 HTTP/1.1`, or its parts. */
struct hr__target {
    struct hr__cell line;         /* text NULL: the parts tell */
    struct hr__cell method, path; /* a method that is missing is a GET */
};
/* The group of a request that was answered with `status`. */
bool hr__requests_group(struct hr__requests *requests, const struct hr__target *target,
                        uint16_t status, uint32_t *ret, struct hr_error *err);

/* A record that knows nothing yet. */
struct hr__record hr__record_blank(void);

/* What a file of requests is; --stamp overrides the meaning of its stamps. */
struct hr__request_kind {
    enum hr_stamp stamp;
    enum hr_origin stamp_origin;
    enum hr_span span;
    int64_t resolution_us;
    const char *variant;
};
void hr__requests_declare(struct hr__reader *reader, const struct hr__request_kind *kind);

/* False, with a sentence, when --map is given to a format that names its own fields. */
bool hr__refuse_maps(const struct hr__reader *reader, struct hr_error *err);

/* For formats with nothing pending at the end of a file. */
bool hr__end_nothing(struct hr__reader *reader, struct hr_error *err);

#endif
