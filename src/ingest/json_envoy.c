/* json_envoy.c: Envoy's access log in JSON, with the keys that Envoy Gateway and Istio use.
 *
 *   {"start_time":"2025-03-03T10:11:12.004Z","method":"GET","path":"/a","response_code":200,
 *    "duration":24,"bytes_sent":512}
 *
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage. The
 * time is the START; durations are milliseconds; a missing value is null or "-". Keys are the
 * operator's.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

static const struct hr__known paths[] = {
    {"start_time", HR__TIME, NULL},
    {"x-envoy-upstream-service-time", HR__DURATION, "ms"},
    {"upstream_service_time", HR__DURATION, "ms"},
    {"duration", HR__DURATION, "ms"},
    {"response_code", HR__STATUS, NULL},
    {"bytes_sent", HR__BYTES, "B"},
    {"method", HR__METHOD, NULL},
    {"x-envoy-origin-path", HR__PATH, NULL},
    {"x-envoy-original-path", HR__PATH, NULL},
    {"path", HR__PATH, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"start_time", "response_code", NULL};

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_START,
    .span = HR_SPAN_UPSTREAM,
    .trigger = HR_HTTP,
    .trigger_origin = HR_DERIVED,
    .variant = "JSON access log",
};

const struct hr__format hr__format_envoy_json = {
    .about = {.name = "envoy-json",
              .sentence = "Envoy's access log in JSON (Envoy Gateway, Istio)",
              .example = "{\"start_time\":\"2025-03-03T10:11:12.004Z\",\"method\":\"GET\",\"path\":"
                         "\"/a\",\"response_code\":200,\"duration\":24}"},
    HR__JSON_FORMAT(&dialect),
};
