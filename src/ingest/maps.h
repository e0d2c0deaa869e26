/* maps.h: --map FIELD=COLUMN[:UNIT], taken apart. */
#ifndef INGEST_MAPS_H
#define INGEST_MAPS_H

#include "headroom/ingest.h"
#include "ingest/numbers.h"

#define HR__MAPS_MAX 64

/* identifier, name for --map, unit kind or -1, sentence */
#define HR__FIELDS_LIST(X)                                                                         \
    X(HR__TIME, "time", "ns us ms s min h", "when the work started (or ended, with --stamp end)")  \
    X(HR__END, "end", "ns us ms s min h", "when the work ended")                                   \
    X(HR__DURATION, "duration", "ns us ms s min h", "how long the work took; the unit is needed")  \
    X(HR__WORKLOAD, "workload", "", "name of the workload; A+B joins two columns")                 \
    X(HR__STATUS, "status", "", "HTTP status, or ok, error, timeout")                              \
    X(HR__TRIGGER, "trigger", "", "http, async, queue, stream or schedule")                        \
    X(HR__MEMORY, "memory", "B KB MB GB", "memory used; MB unless a unit is given")                \
    X(HR__MEMORY_SIZE, "memory_size", "B KB MB GB",                                                \
      "memory configured; MB unless a unit is given")                                              \
    X(HR__BYTES, "bytes", "B KB MB GB", "size of the response; bytes unless a unit is given")      \
    X(HR__INIT, "init", "ns us ms s min h", "initialisation before the work (a cold start)")       \
    X(HR__METHOD, "method", "", "HTTP method, beside a path")                                      \
    X(HR__PATH, "path", "", "URL or path, whose route names the workload")                         \
    X(HR__REQUEST, "request", "",                                                                  \
      "request line, as GET /a HTTP/1.1, whose route names the workload")                          \
    X(HR__ID, "id", "", "id of the event: the same one at the same time counts once")
#define HR__FIELD_ENUM(id, name, units, sentence) id,
enum hr__field { HR__FIELDS_LIST(HR__FIELD_ENUM) HR__FIELD_COUNT };
#undef HR__FIELD_ENUM

struct hr__map {
    enum hr__field field;
    const char *column; /* borrowed from the option */
    size_t column_len;
    const struct hr__unit *unit; /* NULL: none given */
    const char *option;          /* the whole text, for sentences */
};
struct hr__maps {
    struct hr__map map[HR__MAPS_MAX];
    size_t count;
};
/* Several assignments may stand in one option, with commas between. */
bool hr__maps_parse(const struct hr_ingest_options *options, struct hr__maps *ret,
                    struct hr_error *err);
const char *hr__field_name(enum hr__field field);
bool hr__field_is_size(enum hr__field field);

#endif
