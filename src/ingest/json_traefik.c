/* json_traefik.c: Traefik's access log in JSON.
 *
 *   {"StartUTC":"2025-03-03T10:11:12.77Z","Duration":12000000,"OriginDuration":11000000,
 *    "DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/a"}
 *
 * https://doc.traefik.io/traefik/observability/access-logs/. StartUTC is the START, `time` the END
 * in whole seconds; durations are nanoseconds. OriginDuration, what the service took, is not there
 * when Traefik answered itself. Numbers may be texts after a log shipper.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

static const struct hr__known paths[] = {
    {"StartUTC", HR__TIME, NULL},
    {"StartLocal", HR__TIME, NULL},
    {"time", HR__END, NULL},
    {"OriginDuration", HR__DURATION, "ns"},
    {"Duration", HR__DURATION, "ns"},
    {"DownstreamStatus", HR__STATUS, NULL},
    {"OriginStatus", HR__STATUS, NULL},
    {"DownstreamContentSize", HR__BYTES, "B"},
    {"RequestMethod", HR__METHOD, NULL},
    {"RequestPath", HR__PATH, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"Duration", "RequestMethod", NULL};

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_START,
    .span = HR_SPAN_UPSTREAM,
    .trigger = HR_HTTP,
    .trigger_origin = HR_DERIVED,
    .variant = "JSON access log",
};

const struct hr__format hr__format_traefik = {
    .about = {.name = "traefik",
              .sentence = "Traefik's JSON access log",
              .example =
                  "{\"StartUTC\":\"2025-03-03T10:11:12.77Z\",\"Duration\":12000000,"
                  "\"DownstreamStatus\":200,\"RequestMethod\":\"GET\",\"RequestPath\":\"/a\"}"},
    HR__JSON_FORMAT(&dialect),
};
