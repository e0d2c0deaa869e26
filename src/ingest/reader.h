/* reader.h: what a log format fills in, and what the import offers to it.
 *
 * A format is ONE file with a const `struct hr__format`, named in the table of formats.c. For each
 * file: score(head) -> open(head) -> line... -> end -> close. line() ends each line in exactly one
 * of hr__keep, hr__filter and hr__reject; so lines = kept + filtered + malformed + duplicates.
 */
#ifndef INGEST_READER_H
#define INGEST_READER_H

#include "headroom/ingest.h"
#include "ingest/groups.h"
#include "ingest/lines.h"
#include "ingest/rejects.h"
#include "ingest/zone.h"

/* identifier, class, text: why a line carries no invocation */
#define HR__REASONS(X)                                                                             \
    X(HR__HEADER, HR_LINE_FILTERED, "header line")                                                 \
    X(HR__BLANK, HR_LINE_FILTERED, "blank line")                                                   \
    X(HR__COMMENT, HR_LINE_FILTERED, "comment line")                                               \
    X(HR__CONTINUED, HR_LINE_FILTERED, "continuation of a quoted field")                           \
    X(HR__START_LINE, HR_LINE_FILTERED, "Lambda START line")                                       \
    X(HR__END_LINE, HR_LINE_FILTERED, "Lambda END line")                                           \
    X(HR__INIT_LINE, HR_LINE_FILTERED, "Lambda INIT or RESTORE line")                              \
    X(HR__OUTPUT_LINE, HR_LINE_FILTERED, "output of the function")                                 \
    X(HR__OTHER_KIND, HR_LINE_FILTERED, "line of another kind of log")                             \
    X(HR__EDGE_HIT, HR_LINE_FILTERED, "answered at the edge, never reached the origin")            \
    X(HR__DURATION_ROW, HR_LINE_FILTERED, "durations of a function, used for its invocations")     \
    X(HR__NO_INVOCATIONS, HR_LINE_FILTERED, "counts of nothing")                                   \
    X(HR__PART_LINE, HR_LINE_FILTERED, "part of a line that the next ones complete")               \
    X(HR__PADDING, HR_LINE_FILTERED, "padding of zero bytes")                                      \
    X(HR__REPEATED, HR_LINE_DUPLICATE, "same request and time again")                              \
    X(HR__TOO_LONG, HR_LINE_MALFORMED, "line too long (over 1 MiB)")                               \
    X(HR__BAD_DATE, HR_LINE_MALFORMED, "no date that exists")                                      \
    X(HR__NO_SUCH_HOUR, HR_LINE_MALFORMED, "a time that the clocks of the zone passed over")       \
    X(HR__OUTSIDE, HR_LINE_MALFORMED, "date outside 1970..2200")                                   \
    X(HR__NO_TIME, HR_LINE_MALFORMED, "no time")                                                   \
    X(HR__NEGATIVE, HR_LINE_MALFORMED, "negative duration")                                        \
    X(HR__BAD_DURATION, HR_LINE_MALFORMED, "duration is no number")                                \
    X(HR__BAD_NUMBER, HR_LINE_MALFORMED, "a number cannot be read")                                \
    X(HR__BAD_STATUS, HR_LINE_MALFORMED, "status is no status")                                    \
    X(HR__BAD_TRIGGER, HR_LINE_MALFORMED, "trigger is not http, async, queue, stream, schedule")   \
    X(HR__NO_REQUEST, HR_LINE_MALFORMED, "no quoted request")                                      \
    X(HR__NO_BRACKET, HR_LINE_MALFORMED, "no [time]")                                              \
    X(HR__FIELDS, HR_LINE_MALFORMED, "another number of fields than the header")                   \
    X(HR__NO_FIELDS, HR_LINE_MALFORMED, "data before any #Fields line")                            \
    X(HR__NO_LINE, HR_LINE_MALFORMED, "not a line of this format")                                 \
    X(HR__BAD_JSON, HR_LINE_MALFORMED, "not one whole JSON object")                                \
    X(HR__OPEN_QUOTE, HR_LINE_MALFORMED, "a quote is never closed")                                \
    X(HR__BAD_REPORT, HR_LINE_MALFORMED, "REPORT without a duration")
#define HR__REASON_ENUM(id, kind, text) id,
enum hr__reason { HR__REASONS(HR__REASON_ENUM) HR__REASON_COUNT };
#undef HR__REASON_ENUM
_Static_assert((int)HR__REASON_COUNT <= HR_IMPORT_REASONS, "every reason has its place");

/* Quanta from this on are filled by a hash; finer stamps stand as they are. */
#define HR__PLACE_FROM_US (10 * HR_MILLISECOND)

struct hr__import;
struct hr__format;
struct hr__wrapper;
struct hr__known_functions;

/* One file being read. The format may write the fields below "set by open". */
struct hr__reader {
    const struct hr_ingest_options *options;
    struct hr_ingest_report *report;
    struct hr__groups *groups;
    struct hr__rejects *rejects;
    struct hr__known_functions *known; /* durations that a file before told, of the whole import */
    struct hr__wrapper *wrapper;       /* what stands around the lines of this file */
    struct hr__zone *zone;             /* of --timezone, or NULL */
    struct hr__seen *seen; /* keys of the whole import, for formats that can tell duplicates */
    struct hr_import_file *file; /* counters of this file */
    uint64_t reasons[HR__REASON_COUNT];
    uint64_t content_hash;
    const char *default_name; /* of the workload when lines tell none */
    const struct hr__format *format;
    void *state; /* set by open: the format's own */
    /* set by open: */
    enum hr_trigger trigger; /* of groups whose rows do not tell */
    enum hr_origin trigger_origin;
    enum hr_span span;
    enum hr_stamp stamp;
    enum hr_origin stamp_origin;
    int64_t resolution_us;
};

/* One invocation as the log tells it. */
struct hr__record {
    int64_t stamp_us;    /* as written: the start of its quantum */
    int64_t before_us;   /* work before the duration (initialisation): with END stamps only */
    int64_t duration_us; /* or HR_UNKNOWN, as the following */
    int64_t bytes, memory_kb, init_us;
    uint16_t status; /* 0 unknown */
    uint32_t group;
};

struct hr__format {
    struct hr_ingest_format about;
    const void *dialect; /* where one reader serves several formats: how this one differs */
    /* Share of the head's lines that fit, 0..1. */
    double (*score)(const struct hr__format *format, const struct hr__head *head,
                    const struct hr_ingest_options *options);
    bool (*open)(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err);
    bool (*line)(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err);
    bool (*end)(struct hr__reader *reader, struct hr_error *err); /* what is still pending */
    void (*close)(struct hr__reader *reader);                     /* also after a failed open */
};
/* Each is named in the table of formats.c. */
extern const struct hr__format hr__format_csv, hr__format_access, hr__format_lambda, hr__format_alb,
    hr__format_elb, hr__format_w3c, hr__format_cloudfront, hr__format_caddy, hr__format_traefik,
    hr__format_google, hr__format_apigateway, hr__format_lambda_json, hr__format_envoy_json,
    hr__format_frontdoor, hr__format_json, hr__format_ltsv, hr__format_haproxy, hr__format_envoy,
    hr__format_pattern, hr__format_azure_2019, hr__format_azure_2021;

/* Counts the line as an invocation, or as malformed when its time or duration is impossible. */
bool hr__keep(struct hr__reader *reader, const struct hr__line *line,
              const struct hr__record *record, struct hr_error *err);
/* One of the invocations that a line counts together, arriving then. The format sees to it that the
 * time is a good one, and counts the line itself. */
bool hr__keep_one_of_many(struct hr__reader *reader, const struct hr__record *record,
                          int64_t arrival_us, struct hr_error *err);
/* Uniform in [0, quantum), by the file's content and a place in it. */
int64_t hr__place_inside(uint64_t content_hash, uint64_t place, int64_t quantum);
void hr__filter(struct hr__reader *reader, enum hr__reason reason);
bool hr__reject(struct hr__reader *reader, const struct hr__line *line, enum hr__reason reason,
                struct hr_error *err);

/* A time that tells no offset, in UTC by --timezone or as it stands. *after_us is the UTC time of
 * the line before, HR_UNKNOWN at the beginning; it follows. False for a time that never was. */
bool hr__local_time(const struct hr__reader *reader, int64_t local_us, int64_t *after_us,
                    int64_t *ret);
/* Says what local times are taken as. */
bool hr__say_zone(struct hr__reader *reader, struct hr_error *err);

/* Closes the books of a file: reasons, sums, what its stamps were. */
void hr__reader_count(struct hr__reader *reader);

/* A sentence of the report for a person; `key`ed assumption. Both copy their texts. */
bool hr__say(struct hr_ingest_report *report, struct hr_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool hr__assume(struct hr_ingest_report *report, const struct hr_assumed *assumed,
                struct hr_error *err);

#endif
