/* json_apigateway.c: access logs of Amazon API Gateway in the usual JSON templates.
 *
 *   {"requestId":"c6","requestTime":"03/Mar/2025:10:11:12 +0000","httpMethod":"GET",
 *    "resourcePath":"/users/{id}","status":"200","integrationLatency":"24","responseLatency":"27"}
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-
 * logging.html. The time is the START; latencies are milliseconds, and only there when the template
 * names them. The integration's is the work, the response's holds the gateway, too.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

static const struct hr__known paths[] = {
    {"requestTimeEpoch", HR__TIME, "ms"},
    {"requestTime", HR__TIME, NULL},
    {"integrationLatency", HR__DURATION, "ms"},
    {"integration.latency", HR__DURATION, "ms"},
    {"responseLatency", HR__DURATION, "ms"},
    {"status", HR__STATUS, NULL},
    {"responseLength", HR__BYTES, "B"},
    {"httpMethod", HR__METHOD, NULL},
    {"resourcePath", HR__PATH, NULL},
    {"path", HR__PATH, NULL},
    {"routeKey", HR__REQUEST, NULL},
    {"requestId", HR__ID, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"requestId", "requestTime", "status", NULL};

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_START,
    .span = HR_SPAN_UPSTREAM,
    .trigger = HR_HTTP,
    .trigger_origin = HR_DERIVED,
    .variant = "JSON access log",
};

const struct hr__format hr__format_apigateway = {
    .about = {.name = "apigateway",
              .sentence = "Amazon API Gateway access logs in JSON",
              .example =
                  "{\"requestId\":\"c6\",\"requestTime\":\"03/Mar/2025:10:11:12 +0000\","
                  "\"httpMethod\":\"GET\",\"resourcePath\":\"/users/{id}\",\"status\":\"200\","
                  "\"integrationLatency\":\"24\"}"},
    HR__JSON_FORMAT(&dialect),
};
