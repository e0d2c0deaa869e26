/* json_caddy.c: Caddy's access log, one object a line among its other messages.
 *
 *   {"level":"info","ts":1741000000.12,"logger":"http.log.access.log0","msg":"handled request",
 *    "request":{"method":"GET","uri":"/a"},"duration":0.0123,"size":512,"status":200}
 *
 * https://caddyserver.com/docs/caddyfile/directives/log. The entry is written after the handler:
 * `ts` is the END. Errors repeat their request under another logger and are no second one.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

enum { MESSAGE, LOGGER };
static const struct hr__known paths[] = {
    {"msg", HR__FIELD_COUNT, NULL},
    {"logger", HR__FIELD_COUNT, NULL},
    {"ts", HR__END, NULL},
    {"duration", HR__DURATION, "s"},
    {"status", HR__STATUS, NULL},
    {"size", HR__BYTES, "B"},
    {"request.method", HR__METHOD, NULL},
    {"request.uri", HR__PATH, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"ts", "level", "msg", NULL};

static enum hr__reason judge(const struct hr__cell *cells)
{
    static const char access[] = "http.log.access";
    bool logger = cells[LOGGER].len >= sizeof access - 1 &&
                  memcmp(cells[LOGGER].text, access, sizeof access - 1) == 0;
    return logger || hr__cell_is(cells[MESSAGE], "handled request") ? HR__REASON_COUNT
                                                                    : HR__OTHER_KIND;
}

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_END,
    .span = HR_SPAN_REQUEST,
    .trigger = HR_HTTP,
    .trigger_origin = HR_DERIVED,
    .variant = "access log",
    .judge = judge,
};

const struct hr__format hr__format_caddy = {
    .about = {.name = "caddy",
              .sentence = "Caddy's JSON access log",
              .example = "{\"level\":\"info\",\"ts\":1741000000.12,\"msg\":\"handled request\","
                         "\"request\":{\"method\":\"GET\",\"uri\":\"/a\"},\"duration\":0.0123,"
                         "\"size\":512,\"status\":200}"},
    HR__JSON_FORMAT(&dialect),
};
