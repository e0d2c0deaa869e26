/* workload.h: what a workload is: its invocations as columns, its attributes and their origin.
 *
 * Also the sink, the one door through which imported invocations leave ingest/: the store
 * implements it on a plan file, tests implement it in memory. Nothing here reads a log or a file.
 *
 * Ownership: inputs are borrowed for the call; outputs belong to the caller. Nothing is shared
 * between threads. Errors as in base.h.
 */
#ifndef HEADROOM_WORKLOAD_H
#define HEADROOM_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"

/* ---- where a figure comes from, what starts an invocation -------------------------------- */

/* identifier, word in files and on screens */
#define HR_ORIGINS(X)                                                                              \
    X(HR_MEASURED, "measured")   /* stands in the log */                                           \
    X(HR_DERIVED, "derived")     /* computed from what stands in the log */                        \
    X(HR_ASSUMED, "assumed")     /* a default of models/; shown with ~ */                          \
    X(HR_SET, "set")             /* a person's word */                                             \
    X(HR_GENERATED, "generated") /* of traffic that was made, not recorded */

#define HR_TRIGGERS(X)                                                                             \
    X(HR_HTTP, "http")   /* somebody waits for the answer */                                       \
    X(HR_ASYNC, "async") /* an event; nobody waits */                                              \
    X(HR_QUEUE, "queue")                                                                           \
    X(HR_STREAM, "stream")                                                                         \
    X(HR_SCHEDULE, "schedule")

/* What a recorded duration spans, the outermost last. */
#define HR_SPANS(X)                                                                                \
    X(HR_SPAN_UNKNOWN, "unknown")                                                                  \
    X(HR_SPAN_HANDLER, "handler")   /* the work alone (Lambda's Duration) */                       \
    X(HR_SPAN_UPSTREAM, "upstream") /* what a proxy waited for its backend */                      \
    X(HR_SPAN_REQUEST, "request")   /* first byte in to last byte out: slow clients, queues too */

/* What a time stamp stands for: arrival = start, or end - duration. */
#define HR_STAMPS(X)                                                                               \
    X(HR_STAMP_START, "start")                                                                     \
    X(HR_STAMP_END, "end")

#define HR_WORD_ENUM(id, word) id,
enum hr_origin { HR_ORIGINS(HR_WORD_ENUM) HR_ORIGIN_COUNT };
enum hr_trigger { HR_TRIGGERS(HR_WORD_ENUM) HR_TRIGGER_COUNT };
enum hr_span { HR_SPANS(HR_WORD_ENUM) HR_SPAN_COUNT };
enum hr_stamp { HR_STAMPS(HR_WORD_ENUM) HR_STAMP_COUNT };
#undef HR_WORD_ENUM

/* The word, or "?" for a value outside the enum. */
const char *hr_origin_name(enum hr_origin origin);
const char *hr_trigger_name(enum hr_trigger trigger);
const char *hr_span_name(enum hr_span span);
const char *hr_stamp_name(enum hr_stamp stamp);
/* The exact word back; false for any other text. */
bool hr_origin_parse(const char *text, size_t len, enum hr_origin *ret);
bool hr_trigger_parse(const char *text, size_t len, enum hr_trigger *ret);
bool hr_span_parse(const char *text, size_t len, enum hr_span *ret);
bool hr_stamp_parse(const char *text, size_t len, enum hr_stamp *ret);

/* ---- invocations as columns --------------------------------------------------------------- */

#define HR_BLOCK_ROWS ((size_t)65536) /* most rows of one block and one stored chunk */

/* Up to HR_BLOCK_ROWS invocations of one workload. A NULL column is unknown for every row. */
struct hr_columns {
    size_t n;             /* rows */
    int64_t *arrival_us;  /* since the epoch, HR_TIME_MIN..HR_TIME_MAX; never NULL when n > 0 */
    int64_t *duration_us; /* >= 0, or HR_UNKNOWN */
    int64_t *bytes;       /* of the response, >= 0, or HR_UNKNOWN */
    int64_t *memory_kb;   /* used (not configured), >= 0, or HR_UNKNOWN */
    int64_t *init_us;     /* initialisation seen in the log (a cold start), or HR_UNKNOWN */
    uint16_t *status;     /* HTTP status, or HR_STATUS_...; 0 unknown */
};

/* Outcomes of work that is no HTTP request, in the numbers of HTTP. */
#define HR_STATUS_OK      200
#define HR_STATUS_ERROR   500
#define HR_STATUS_TIMEOUT 504

/* Gives all six columns room for `rows` rows in one allocation (n = 0); clear frees it.
 * After init every column is non-NULL; set one to NULL to say that it is unknown. */
bool hr_columns_init(struct hr_columns *columns, size_t rows, struct hr_error *err);
void hr_columns_clear(struct hr_columns *columns); /* of an init'ed one; accepts zeroed */
/* Sorts the rows by (arrival, duration, status, bytes, memory, init): the same rows give the same
 * block in whatever order they were. `order` and `spare` are scratch of n entries each. O(n log n),
 * O(n) when the rows are sorted already. */
void hr_columns_sort(struct hr_columns *columns, uint32_t *order, int64_t *spare);

/* ---- names and attributes ------------------------------------------------------------------ */

#define HR_WORKLOAD_NAME_MAX  200 /* bytes of a name, without the NUL; clean UTF-8 */
#define HR_WORKLOAD_STATIC    "(static)"
#define HR_WORKLOAD_NOT_FOUND "(not found)"
#define HR_WORKLOAD_OTHER     "(other)"
#define HR_WORKLOAD_ALL       "(all)" /* of results, never of an import */

/* The stable key of a workload, part of every random draw: a hash of its name. */
uint64_t hr_workload_key(const char *name);

/* One attribute, under the key that --set uses after `workload.`. Values are texts with units. */
#define HR_ATTRIBUTE_KEY    32
#define HR_ATTRIBUTE_VALUE  256
#define HR_ATTRIBUTE_SOURCE 256
struct hr_attribute {
    char key[HR_ATTRIBUTE_KEY]; /* trigger, memory_size ("512 MB"), service ("lognormal
                                   p50=80ms p99=900ms"), cpu_bound, target, slo, pattern,
                                   span, stamp */
    char value[HR_ATTRIBUTE_VALUE];
    enum hr_origin origin;
    char source[HR_ATTRIBUTE_SOURCE]; /* file, model or flag it comes from; may be "" */
};
/* Fills one; false (HR_ELIMIT) when a text is longer than its field. */
bool hr_attribute_set(struct hr_attribute *attribute, const char *key, const char *value,
                      enum hr_origin origin, const char *source, struct hr_error *err);

/* ---- what an import tells about one file ---------------------------------------------------- */

#define HR_IMPORT_REASONS 48
enum hr_line_class { HR_LINE_KEPT, HR_LINE_FILTERED, HR_LINE_MALFORMED, HR_LINE_DUPLICATE };
struct hr_import_reason {
    const char *text;        /* "line of another kind", "date outside 1970..2200" */
    enum hr_line_class kind; /* filtered, malformed or duplicate */
    uint64_t count;          /* lines */
};
struct hr_import_file {
    const char *file;         /* as given; "-" is standard input */
    const char *input_format; /* csv, access, alb...; never NULL */
    const char *variant;      /* "nginx combined + request time", for a person; may be "" */
    const char *runner_up;    /* second best format of the recognition, or NULL */
    double confidence;        /* share of the first lines that fit, 0..1; 1 when told by a flag */
    uint64_t lines, kept, filtered, malformed, duplicates; /* lines = the sum of the other four */
    uint64_t with_duration;                                /* of kept: rows that carry a duration */
    int64_t first, last;   /* earliest and latest time stamp kept, as the log writes it (start of
                              its quantum); HR_UNKNOWN when nothing was kept */
    int64_t resolution_us; /* quantum of the stamps */
    enum hr_stamp stamp;   /* what they stand for */
    enum hr_origin stamp_origin; /* derived from the format, assumed, or set by a flag */
    uint64_t content_hash;       /* of the head of the uncompressed bytes */
    uint64_t bytes;              /* uncompressed */
    struct hr_import_reason reasons[HR_IMPORT_REASONS]; /* the last collects any overflow */
    size_t reason_count;
};

/* ---- the sink -------------------------------------------------------------------------------- */

/* Called by one thread in this order: workload before its first put; any mix of workload and put;
 * then merge, attribute and file; last exactly one of commit and abort, whatever failed before.
 * Every function but abort may fail, which ends the import with that error. */
struct hr_sink {
    void *context;
    /* A new workload of this import; the id is the sink's. The same name twice gives the same id.
     */
    bool (*workload)(void *context, const char *name, uint32_t *ret_id, struct hr_error *err);
    /* 1..HR_BLOCK_ROWS rows, sorted by arrival inside the block; blocks may overlap. Borrowed. */
    bool (*put)(void *context, uint32_t id, const struct hr_columns *block, struct hr_error *err);
    /* Everything put under `from` belongs to `into` from here on; `from` is gone. */
    bool (*merge)(void *context, uint32_t from, uint32_t into, struct hr_error *err);
    bool (*attribute)(void *context, uint32_t id, const struct hr_attribute *attribute,
                      struct hr_error *err);
    bool (*file)(void *context, const struct hr_import_file *file, struct hr_error *err);
    bool (*commit)(void *context, struct hr_error *err);
    void (*abort)(void *context);
};

#endif
