/* json_frontdoor.c: access logs of Azure Front Door, classic and Standard or Premium.
 *
 *   {"time":"2025-03-03T10:11:12.1234567Z","properties":{"httpMethod":"GET","requestUri":
 *    "https://example.com:443/a","httpStatusCode":"200","timeTaken":"0.384","cacheStatus":"MISS"}}
 *
 * https://learn.microsoft.com/azure/frontdoor/standard-premium/how-to-logs. The time is the END
 * (content delivered); seconds as text. What the cache answered never reached the origin. The case
 * of keys differs between versions.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

enum { CACHE };
static const struct hr__known paths[] = {
    {"properties.cacheStatus", HR__FIELD_COUNT, NULL},
    {"time", HR__END, NULL},
    {"properties.timeTaken", HR__DURATION, "s"},
    {"properties.httpStatusCode", HR__STATUS, NULL},
    {"properties.responseBytes", HR__BYTES, "B"},
    {"properties.httpMethod", HR__METHOD, NULL},
    {"properties.requestUri", HR__PATH, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"time", "properties.timeTaken", "properties.requestUri",
                                        NULL};

static enum hr__reason judge(const struct hr__cell *cells)
{
    return hr__cell_is(cells[CACHE], "HIT") || hr__cell_is(cells[CACHE], "REMOTE_HIT")
               ? HR__EDGE_HIT
               : HR__REASON_COUNT;
}

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_END,
    .span = HR_SPAN_REQUEST,
    .trigger = HR_HTTP,
    .trigger_origin = HR_DERIVED,
    .variant = "access log",
    .any_case = true,
    .judge = judge,
};

const struct hr__format hr__format_frontdoor = {
    .about = {.name = "frontdoor",
              .sentence =
                  "Azure Front Door access logs, one object a line: what reached the origin",
              .example =
                  "{\"time\":\"2025-03-03T10:11:12.1234567Z\",\"properties\":{\"httpMethod\":"
                  "\"GET\",\"requestUri\":\"https://example.com:443/a\",\"httpStatusCode\":"
                  "\"200\",\"timeTaken\":\"0.384\"}}"},
    HR__JSON_FORMAT(&dialect),
};
