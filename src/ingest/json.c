/* json.c: any log of one JSON object a line, by the names of its keys or --map FIELD=.PATH.
 *
 *   {"ts":"2025-03-03T10:11:12.500Z","req":{"method":"GET","url":"/a"},"latency":12.5,"status":200}
 *   --map time=.ts,duration=.latency:ms,method=.req.method,path=.req.url
 *
 * Keys named as a CSV's columns or as nginx's variables need no --map.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

const struct hr__format hr__format_json = {
    .about = {.name = "json",
              .sentence = "one JSON object a line, its keys named as a CSV's columns or as nginx's "
                          "variables, or told by --map time=.ts,duration=.latency:ms,path=.url",
              .example =
                  "{\"time\":\"2025-03-03T10:11:12.5Z\",\"duration_ms\":12.5,\"status\":200}"},
    HR__JSON_FORMAT(NULL),
};
