/* json_google.c: requests in Google Cloud's logs: load balancers and Cloud Run.
 *
 *   {"timestamp":"2025-03-03T10:11:12.004512Z","insertId":"a1","httpRequest":{"requestMethod":"GET",
 *    "requestUrl":"https://example.com/a","status":200,"responseSize":"314","latency":"0.123456s"}}
 *
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry. `timestamp` is the START;
 * latency is a text with its unit and missing where the cache answered. Entries that come twice
 * share their insertId.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

enum { METHOD, CACHE };
static const struct hr__known paths[] = {
    {"httpRequest.requestMethod", HR__METHOD, NULL},
    {"httpRequest.cacheHit", HR__FIELD_COUNT, NULL},
    {"timestamp", HR__TIME, NULL},
    {"httpRequest.latency", HR__DURATION, "s"},
    {"httpRequest.status", HR__STATUS, NULL},
    {"httpRequest.responseSize", HR__BYTES, "B"},
    {"httpRequest.requestUrl", HR__PATH, NULL},
    {"insertId", HR__ID, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"timestamp", "logName", NULL};

/* An entry without a request is the service's own output; a cache hit never reached it. */
static enum hr__reason judge(const struct hr__cell *cells)
{
    return cells[METHOD].len == 0              ? HR__OTHER_KIND
           : hr__cell_is(cells[CACHE], "true") ? HR__EDGE_HIT
                                               : HR__REASON_COUNT;
}

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_START,
    .span = HR_SPAN_REQUEST,
    .trigger = HR_HTTP,
    .trigger_origin = HR_DERIVED,
    .variant = "log entries of requests",
    .judge = judge,
};

const struct hr__format hr__format_google = {
    .about = {.name = "google",
              .sentence = "Google Cloud request logs in JSON: load balancer, Cloud Run",
              .example =
                  "{\"timestamp\":\"2025-03-03T10:11:12.004512Z\",\"logName\":\"projects/p/"
                  "logs/requests\",\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":"
                  "\"https://example.com/a\",\"status\":200,\"latency\":\"0.123456s\"}}"},
    HR__JSON_FORMAT(&dialect),
};
