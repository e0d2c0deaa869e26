/* model.h: what headroom knows beside the log: platforms, patterns, assumptions, meters; and the
 * YAML documents, units, distributions and schemas that price books and batch files use too.
 *
 * Models are embedded at build time; the XDG configuration directory and `--models DIR` add to
 * them and override them. Nothing here knows an invocation or a price.
 *
 * Ownership: inputs are borrowed for the call; outputs belong to the caller, who closes or clears
 * them. Nodes live as long as their tree. Threads: an opened object may be read by many threads.
 * Errors: HR_EMODEL with a sentence "FILE:LINE:COLUMN: KEY: expected ..., found ..."; HR_EMISSING
 * for an unknown id; HR_EIO for a file that cannot be read.
 */
#ifndef HEADROOM_MODEL_H
#define HEADROOM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"

/* ---- units ------------------------------------------------------------------------------ */

/* Each takes the whole of [text, text+len), blanks at both ends and before the unit allowed, or
 * returns false. Units are mandatory, except that a bare 0 is a duration and a size. */
/* "600 s", "1.5h", "7 us": us, ms, s, min, h, d, w and their English words; never negative. */
bool hr_parse_duration(const char *text, size_t len, int64_t *ret_us);
/* "512 MB" -> 512; B, KB, MB, GB, TB and KiB...: both by 1024, as the providers bill. */
bool hr_parse_size(const char *text, size_t len, double *ret_mb);
bool hr_parse_fraction(const char *text, size_t len, double *ret);   /* "60 %" -> 0.6, "0.6" */
bool hr_parse_rate(const char *text, size_t len, double *ret_per_s); /* "12/s", "3 / min", "5/h" */
bool hr_parse_money(const char *text, size_t len, double *ret_usd);  /* "5", "5 USD", "$0.20" */
bool hr_parse_yes(const char *text, size_t len, bool *ret);          /* yes no true false on off */
/* "512 MB", "1.5 GB": the shortest text that hr_parse_size reads back; buf of 32 bytes. */
char *hr_size_format(char buf[32], double mb);

/* ---- documents --------------------------------------------------------------------------- */

#define HR_TREE_DEPTH_MAX 32                /* nested lists and maps */
#define HR_TREE_NODES_MAX ((size_t)200000)  /* keys and values of one document */
#define HR_TREE_KEYS_MAX  ((size_t)4096)    /* keys of one map */
#define HR_TREE_BYTES_MAX ((size_t)4 << 20) /* of one file */

enum hr_node_type { HR_NODE_SCALAR, HR_NODE_LIST, HR_NODE_MAP };

/* One value of a document. A child of a map has a key. Treat as read-only. */
struct hr_node {
    enum hr_node_type type;
    bool quoted;      /* a scalar in quotes: text even where it looks like a number */
    int line, column; /* of the value, from 1; 0 for a value that came from an override */
    const char *file; /* as in errors; "set fleet.servers.max=40" for an override */
    const char *text; /* scalar, NUL-terminated, holds no NUL; "" for no value */
    size_t len;       /* bytes of text */
    const char *key;  /* in the parent map, or NULL */
    int key_line, key_column;
    size_t count;                 /* children */
    struct hr_node *first, *next; /* children in file order; next sibling */
};

/* A loaded document. load -> (set...) -> root -> close. */
struct hr_tree;
/* `name` stands in errors. Refused: not one map at the top, a key twice, aliases and anchors, tags,
 * deeper than HR_TREE_DEPTH_MAX, NUL bytes, invalid UTF-8, more than one document. */
bool hr_tree_load(const char *name, const char *bytes, size_t len, struct hr_tree **ret,
                  struct hr_error *err);
bool hr_tree_load_file(const char *path, struct hr_tree **ret, struct hr_error *err);
void hr_tree_close(struct hr_tree *tree); /* accepts NULL */
const struct hr_node *hr_tree_root(const struct hr_tree *tree);
/* By dotted key, "fleet.servers.max"; NULL when it is not there. */
const struct hr_node *hr_tree_find(const struct hr_tree *tree, const char *dotted);
const struct hr_node *hr_node_get(const struct hr_node *map, const char *key); /* NULL: not there */

/* `--set KEY=VALUE`, and the cells of a batch: same keys as in the file. */
struct hr_override {
    const char *key;   /* dotted */
    const char *value; /* as in YAML: "300s", "{queue: 10 s}" */
};
/* Replaces or adds the value at the dotted key; maps on the way are made, and a plain word on the
 * way ("servers: auto") gives way to a map. Whether the key is known is the schema's business. */
bool hr_tree_set(struct hr_tree *tree, const char *dotted, const char *value, struct hr_error *err);
/* hr_tree_set for each, in order. */
bool hr_tree_override(struct hr_tree *tree, const struct hr_override *overrides, size_t count,
                      struct hr_error *err);
/* Splits "KEY=VALUE" into copies that live in the arena; HR_EUSAGE when there is no '='. */
bool hr_override_parse(const char *text, struct hr_arena *arena, struct hr_override *ret,
                       struct hr_error *err);
/* Fails with HR_EMODEL and the node's place before the text: "x.yaml:12:5: ...". */
bool hr_node_fail(const struct hr_node *node, struct hr_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- distributions ------------------------------------------------------------------------ */

/* identifier, word, what a and b are (durations in us) */
#define HR_DISTS(X)                                                                                \
    X(HR_CONSTANT, "constant")       /* a: the value */                                            \
    X(HR_EXPONENTIAL, "exponential") /* a: mean */                                                 \
    X(HR_LOGNORMAL, "lognormal")     /* a: mu, b: sigma of ln(us) */                               \
    X(HR_GAMMA, "gamma")             /* a: shape, b: scale */                                      \
    X(HR_WEIBULL, "weibull")         /* a: shape, b: scale */                                      \
    X(HR_UNIFORM, "uniform")         /* a: least, b: most */                                       \
    X(HR_EMPIRICAL, "empirical")     /* values: sorted, equally likely */                          \
    X(HR_PARETO, "pareto")           /* a: shape, above 1; b: least */

#define HR_DIST_ENUM(id, word) id,
enum hr_dist_kind { HR_DISTS(HR_DIST_ENUM) HR_DIST_COUNT };
#undef HR_DIST_ENUM

#define HR_DIST_VALUES_MAX ((size_t)65536)
struct hr_dist { /* zeroed: constant 0 */
    enum hr_dist_kind kind;
    double a, b;
    const double *values; /* us, ascending; empirical only; lives in the arena given to parse */
    size_t count;         /* of values */
};
/* From YAML: a duration (constant), a one-line text, or a map {dist: KIND, ...} with
 * constant: value | exponential: mean | lognormal: two of p50 p90 p95 p99, or p50 + sigma, or
 * mean + sd | gamma, weibull: shape + scale, or shape + mean; gamma also mean + sd |
 * uniform: min + max | empirical: values: [..] | pareto: shape + min, or shape + mean. */
bool hr_dist_read(const struct hr_node *node, struct hr_arena *arena, struct hr_dist *ret,
                  struct hr_error *err);
/* From one line: "80ms", "lognormal p50=80ms p99=900ms", "empirical values=10ms,20ms". */
bool hr_dist_parse(const char *text, struct hr_arena *arena, struct hr_dist *ret,
                   struct hr_error *err);
double hr_dist_mean(const struct hr_dist *dist);               /* us */
double hr_dist_quantile(const struct hr_dist *dist, double p); /* us, p in (0,1) */
double hr_dist_cdf(const struct hr_dist *dist, double us);     /* P(at most us) */
/* One draw, rounded to us, within 0..HR_TIME_MAX. The same key (base.h, hr_draw_key) gives the same
 * draw on every machine and thread. GSL over a counter-based generator. */
int64_t hr_dist_draw(const struct hr_dist *dist, uint64_t key);
/* A text that hr_dist_parse reads back to the same distribution within rounding; NULL when it does
 * not fit into buf (many empirical values). */
char *hr_dist_format(char *buf, size_t size, const struct hr_dist *dist);

/* ---- schemas ------------------------------------------------------------------------------- */

enum hr_field_type {
    HR_FIELD_TEXT,     /* char[size], always NUL-terminated; longer is an error */
    HR_FIELD_INTEGER,  /* int64_t */
    HR_FIELD_NUMBER,   /* double */
    HR_FIELD_DURATION, /* int64_t us */
    HR_FIELD_SIZE,     /* double MB */
    HR_FIELD_FRACTION, /* double; per cent or a plain fraction */
    HR_FIELD_MONEY,    /* double USD */
    HR_FIELD_YES,      /* bool */
    HR_FIELD_NAME,     /* int (an enum): index into names */
    HR_FIELD_DATE,     /* char[size]: YYYY-MM-DD */
    HR_FIELD_DIST,     /* struct hr_dist */
    HR_FIELD_MAP,      /* by `map`, at offset */
    HR_FIELD_READ,     /* by the function `read` */
    HR_FIELD_ANY       /* known, not read here */
};

struct hr_schema;
struct hr_reading;
/* One key of a map. Written as a `static const` table with named fields. */
struct hr_field {
    const char *key;
    enum hr_field_type type;
    bool required;
    size_t offset;            /* into the target struct */
    size_t size;              /* of the char array (text, date) */
    double min, max;          /* inclusive, in the target's unit; max 0: no upper bound */
    const char *const *names; /* NULL-terminated (name) */
    const char *word;         /* a word allowed in place of a value ("auto", "none"), or NULL */
    double word_value;        /* what the word stores */
    unsigned kinds;           /* set of 1u << kind for which the key exists; 0: all */
    const struct hr_schema *map;
    bool (*read)(const struct hr_node *node, const struct hr_reading *reading, void *target,
                 struct hr_error *err); /* target: at the field's offset */
    const char *about;                  /* one sentence for a person, or NULL */
};
struct hr_schema {
    const struct hr_field *fields;
    size_t count;
};
struct hr_reading {
    struct hr_arena *arena; /* for what fields point at (empirical values) */
    const char *prefix;     /* dotted key of what is being read: "fleet.servers", "" at the top */
    int kind;               /* bit number for hr_field.kinds */
    void *context;          /* of the caller's read functions */
};
/* Reads a map into target, which the caller has filled with the defaults. The first fault by file
 * order is reported; an unknown key lists the known ones; then missing required keys. */
bool hr_schema_read(const struct hr_schema *schema, const struct hr_node *map,
                    const struct hr_reading *reading, void *target, struct hr_error *err);
/* The field of a dotted key, or NULL: an unknown key, or one of another kind. A key below a field
 * of type dist, read or any is known with that field. */
const struct hr_field *hr_schema_find(const struct hr_schema *schema, int kind, const char *dotted);

/* ---- meters --------------------------------------------------------------------------------- */

/* Per-use quantities count whole, by arrival; per-time quantities are cut at the billed span. */
enum hr_basis { HR_BASIS_USE, HR_BASIS_TIME };

/* identifier, word in price books, unit for a person, basis, is it instance time (carries idle) */
#define HR_METERS(X)                                                                               \
    X(HR_METER_REQUESTS, "requests", "requests", HR_BASIS_USE, false)                              \
    X(HR_METER_GB_SECONDS, "gb_seconds", "GB-s", HR_BASIS_USE, true)                               \
    X(HR_METER_PROVISIONED_GB_SECONDS, "provisioned_gb_seconds", "GB-s", HR_BASIS_TIME, true)      \
    X(HR_METER_PROVISIONED_USE_GB_SECONDS, "provisioned_use_gb_seconds", "GB-s", HR_BASIS_USE,     \
      true)                                                                                        \
    X(HR_METER_CPU_MS, "cpu_ms", "CPU-ms", HR_BASIS_USE, false)                                    \
    X(HR_METER_VCPU_SECONDS, "vcpu_seconds", "vCPU-s", HR_BASIS_TIME, true)                        \
    X(HR_METER_GIB_SECONDS, "gib_seconds", "GiB-s", HR_BASIS_TIME, true)                           \
    X(HR_METER_INSTANCE_HOURS, "instance_hours", "instance-h", HR_BASIS_TIME, true)                \
    X(HR_METER_VCPU_HOURS, "vcpu_hours", "vCPU-h", HR_BASIS_TIME, true)                            \
    X(HR_METER_GB_HOURS, "gb_hours", "GB-h", HR_BASIS_TIME, true)                                  \
    X(HR_METER_BALANCER_HOURS, "balancer_hours", "h", HR_BASIS_TIME, false)                        \
    X(HR_METER_CAPACITY_UNIT_HOURS, "capacity_unit_hours", "LCU-h", HR_BASIS_TIME, false)          \
    X(HR_METER_HTTP_CALLS, "http_calls", "calls", HR_BASIS_USE, false)                             \
    X(HR_METER_QUEUE_REQUESTS, "queue_requests", "requests", HR_BASIS_USE, false)                  \
    X(HR_METER_LOG_GB, "log_gb", "GB", HR_BASIS_USE, false)                                        \
    X(HR_METER_EGRESS_GB, "egress_gb", "GB", HR_BASIS_USE, false)                                  \
    X(HR_METER_STORAGE_GB_MONTH, "storage_gb_month", "GB-month", HR_BASIS_TIME, false)             \
    X(HR_METER_IPV4_HOURS, "ipv4_hours", "address-h", HR_BASIS_TIME, false)                        \
    X(HR_METER_MONTHS, "months", "months", HR_BASIS_TIME, false) /* fixed monthly fees: 1 */

#define HR_METER_ENUM(id, word, unit, basis, instance) id,
enum hr_meter { HR_METERS(HR_METER_ENUM) HR_METER_COUNT };
#undef HR_METER_ENUM

struct hr_usage { /* over the billed span, in the meters' units; no price, no month */
    double quantity[HR_METER_COUNT];
};
const char *hr_meter_name(enum hr_meter meter);
const char *hr_meter_unit(enum hr_meter meter);
enum hr_basis hr_meter_basis(enum hr_meter meter);
bool hr_meter_is_instance_time(enum hr_meter meter);
bool hr_meter_parse(const char *text, size_t len, enum hr_meter *ret);
void hr_usage_add(struct hr_usage *into, const struct hr_usage *from, double factor);

/* How a scheme measures paid time; comes from the price book, the engine applies it. */
enum hr_metered_span {
    HR_METERED_INVOCATION, /* each invocation's own time (Lambda) */
    HR_METERED_ACTIVE,     /* each instance, from a first to a last invocation in progress, starts
                              included (Cloud Run, billed by request) */
    HR_METERED_LIFE        /* each instance, from launch to its end (servers) */
};
extern const char *const hr_metered_span_names[]; /* invocation, active, life; then NULL */
struct hr_metering {
    enum hr_metered_span span;
    int64_t granularity_us; /* spans are rounded up to a multiple; 0: exact */
    int64_t minimum_us;     /* shortest paid span */
    bool bill_init;         /* a cold start's initialisation is paid like work */
};

/* ---- platforms ------------------------------------------------------------------------------ */

enum hr_platform_kind { HR_FUNCTION, HR_FLEET, HR_HYBRID };
enum hr_discipline { HR_SLOTS, HR_SHARING };
enum hr_place { HR_PLACE_FULLEST, HR_PLACE_LEAST_LOADED };
enum hr_reuse {
    HR_REUSE_RECENT,
    HR_REUSE_LEAST_RECENT,
    HR_REUSE_NEWEST,
    HR_REUSE_OLDEST,
    HR_REUSE_RANDOM
};
enum hr_on_limit { HR_LIMIT_REFUSE, HR_LIMIT_QUEUE };
enum hr_keep_alive_policy {
    HR_KEEP_FIXED,        /* one time for all; 0: none is kept */
    HR_KEEP_DISTRIBUTION, /* drawn each time an instance begins to rest */
    HR_KEEP_HISTOGRAM,    /* learnt from the workload's idle times, with pre-warming */
    HR_KEEP_PRESSURE      /* until a host's memory is needed */
};
enum hr_evict { HR_EVICT_GREEDY_DUAL, HR_EVICT_LRU };
enum hr_balancer {
    HR_ROUND_ROBIN,
    HR_RANDOM,
    HR_LEAST_OUTSTANDING,
    HR_TWO_CHOICES,
    HR_SHARED_QUEUE
};
enum hr_autoscaler_policy {
    HR_SCALE_FIXED,
    HR_SCALE_TARGET_TRACKING, /* AWS */
    HR_SCALE_STEP,            /* AWS */
    HR_SCALE_SCHEDULE,
    HR_SCALE_HPA,     /* Kubernetes */
    HR_SCALE_KPA,     /* Knative */
    HR_SCALE_BACKLOG, /* KEDA */
    HR_SCALE_ORACLE   /* knows what will come */
};
enum hr_metric { HR_METRIC_CPU, HR_METRIC_SLOTS };
/* The words of the enums above as platform files write them, each NULL-terminated. */
extern const char *const hr_platform_kind_names[],
    *const hr_discipline_names[], *const hr_evict_names[],
                                      *const hr_place_names[],
                                          *const hr_reuse_names[],
                                              *const hr_balancer_names[],
                                                  *const hr_autoscaler_policy_names[],
                                                      *const hr_metric_names[],
                                                          *const hr_keep_alive_names[];

#define HR_SLOTS_MAX 1000000

/* The hybrid histogram policy (Shahrad et al. 2020). */
struct hr_histogram_model {
    int64_t range_us, bin_us;
    double head, tail; /* percentiles of idle times, 0..1 */
    double margin;     /* off the head's window, onto the tail's; 0..1 */
    double cv;         /* of the counts of bins; above it the histogram counts */
    int64_t samples;   /* idle times before it counts */
};
/* Attempts at an event. Delays double from one to the next. */
struct hr_retry_model {
    int64_t attempts; /* runs that may fail before it is dropped; 0: no retries */
    int64_t delay_us; /* after the first run that failed */
    int64_t refused_us, refused_most_us; /* after the first refusal, and at most */
    int64_t max_age_us;                  /* no attempt later than that after its arrival */
};
/* What is added or taken away when the metric is this far beyond its line. */
struct hr_step {
    double from; /* fraction of capacity, inclusive, up to the next step's */
    double by;   /* fraction of the servers in service */
};
#define HR_STEPS_MAX 8
struct hr_step_model {
    double above, below; /* the lines of both alarms; 0: there is none */
    struct hr_step out[HR_STEPS_MAX], in[HR_STEPS_MAX]; /* ascending */
    size_t out_count, in_count;
    int64_t at_least; /* servers that a step moves */
};
#define HR_SCHEDULE_MAX 70
struct hr_schedule_model {
    int64_t period_us;
    size_t count;
    struct hr_scheduled {
        int64_t at_us; /* of the week, from Monday 00:00 UTC */
        int64_t servers;
    } all[HR_SCHEDULE_MAX]; /* ascending; the last holds over the week's end */
};
/* How much may change within a period: the larger of both. */
struct hr_hpa_rate {
    int64_t servers;
    double share;
    int64_t period_us;
};
#define HR_SAID_MAX 256 /* recommendations that a loop may look back on */
struct hr_hpa_model {
    int64_t period_us;                   /* of its loop */
    int64_t readiness_us;                /* after it is ready, a server counts in no metric */
    double tolerance;                    /* of metric / target around 1 */
    int64_t window_out_us, window_in_us; /* stabilisation */
    struct hr_hpa_rate out, in;
};
struct hr_kpa_model {
    int64_t period_us; /* of its ticks */
    int64_t stable_us, panic_us;
    double threshold;         /* wanted by the panic window / ready at which panic begins */
    double rate_out, rate_in; /* times the ready ones, at most and at least (its inverse) */
    bool to_zero;
    int64_t grace_us; /* before the last server goes */
};
struct hr_backlog_model {
    double per_server;  /* messages */
    int64_t activation; /* more than that wake the first server */
    bool in_flight;     /* messages in work count too */
    bool to_zero;
    int64_t poll_us, cooldown_us; /* of what moves between none and one */
};
/* Blocks are those of single policies; what stands beside them is shared. */
struct hr_autoscaler_model {
    enum hr_autoscaler_policy policy;
    enum hr_metric metric;
    double target;                 /* fraction of capacity, 0.6 */
    int64_t period_us;             /* of the metric's points */
    int64_t delay_us;              /* from the end of a period until its point can be seen */
    int64_t points_out, points_in; /* points above the target, below the low line, in a row */
    double low;                    /* the low line as a fraction of the target, 0.7 */
    int64_t cooldown_out_us, cooldown_in_us; /* after an action, none of the same direction */
    int64_t warmup_us;                       /* after it is ready, a server counts in no metric */
    struct hr_step_model step;
    struct hr_schedule_model schedule;
    struct hr_hpa_model hpa;
    struct hr_kpa_model kpa;
    struct hr_backlog_model backlog;
    int64_t oracle_us; /* between two looks of the oracle */
};
/* identifier, word, what its draws are for; in the order of a start */
#define HR_STAGES(X)                                                                               \
    X(HR_STAGE_PLATFORM, "platform", HR_DRAW_START_PLATFORM) /* placement, sandbox, network */     \
    X(HR_STAGE_CODE, "code", HR_DRAW_START_CODE)             /* fetching a MB of the package */    \
    X(HR_STAGE_RUNTIME, "runtime", HR_DRAW_START_RUNTIME)                                          \
    X(HR_STAGE_INIT, "init", HR_DRAW_COLD_START)          /* the application's own */              \
    X(HR_STAGE_RESTORE, "restore", HR_DRAW_START_RESTORE) /* in place of runtime and init */

#define HR_STAGE_ENUM(id, word, purpose) id,
enum hr_stage { HR_STAGES(HR_STAGE_ENUM) HR_STAGE_COUNT };
#undef HR_STAGE_ENUM

/* A cold start: the sum of its stages. A plain `cold_start: DIST` is all init, and billed as the
 * scheme bills starts. Zeroed: none. */
struct hr_start_model {
    struct hr_dist stages[HR_STAGE_COUNT];
    bool staged;       /* the file tells the stages apart */
    bool restores;     /* a snapshot takes the place of runtime and init */
    unsigned unbilled; /* set of 1u << stage */
    double package_mb; /* what is fetched */
    double vcpus;      /* at least so many while runtime and init run; 0: those of the function */
    double cpu_bound;  /* share of runtime and init that needs a core; 0: nothing slows them */
    int64_t limit_us;  /* runtime and init that take longer run again, on the function's own
                          vCPUs; 0: no limit */
};
/* Provisioned instances whose number an autoscaler moves. An order is prepared, then filled at a
 * rate; none of it serves before all of it is there. */
#define HR_PROVISIONING_POINTS 16 /* that may be on their way to it */
struct hr_provisioning_model {
    int64_t min, max;                      /* of each function */
    int64_t prepare_us;                    /* from an order to its first instance */
    double per_second;                     /* instances after that; 0: all at once */
    struct hr_autoscaler_model autoscaler; /* fixed: hr_function_model.provisioned stand */
};
/* Messages of a queue in batches; batch 0: none. Pollers grow to the max, and fall back in time. */
struct hr_queue_model {
    int64_t batch, window_us, pollers, pollers_max, pollers_hold_us;
    int64_t visibility_us, receives, max_age_us; /* delivered again; dead letter (0: never); lost */
    int64_t refused_us, refused_most_us;   /* delay after a refusal, doubled up to the second */
    double pollers_per_minute, duplicates; /* share delivered twice without an error */
    bool partial;                          /* only what failed of a batch comes back */
};
/* Records of a stream, in order in each of shards x factor lanes; retries -1: until too old. */
struct hr_stream_model {
    int64_t batch, window_us, shards, factor, max_age_us, poll_us, retries, delay_us, delay_most_us;
    bool bisect, partial; /* it is cut in two; what stood before the first failure is done */
    double duplicates;
};
struct hr_function_model {
    double memory_mb;                    /* 0: auto (sizing rule 4) */
    double memory_min_mb, memory_max_mb; /* what the platform offers; bounds of the ladder */
    double vcpus;                        /* 0: auto, memory_mb / mb_per_vcpu */
    double mb_per_vcpu;                  /* 1769 */
    int64_t per_instance;                /* slots; 0: auto (sizing rule 1) */
    enum hr_discipline discipline;
    enum hr_place place;
    enum hr_reuse reuse;
    bool join_starting; /* an arrival may wait for a starting instance's free slot */
    enum hr_keep_alive_policy keep_alive;
    int64_t keep_alive_us;               /* fixed */
    struct hr_dist keep_alive_dist;      /* distribution */
    struct hr_histogram_model histogram; /* histogram */
    double host_memory_mb;               /* pressure: of all instances of all workloads */
    enum hr_evict evict;                 /* pressure */
    struct hr_start_model start;
    int64_t time_limit_us;     /* 0: none */
    int64_t concurrency_limit; /* of the account, in invocations; 0: none */
    enum hr_on_limit on_limit;
    int64_t queue_us;                         /* longest wait at the limit (HR_LIMIT_QUEUE) */
    double requests_per_second;               /* of the account; 0: no limit */
    double launch_burst, launches_per_second; /* new instances of a function; burst 0: no limit */
    int64_t reserved_concurrency;             /* of each function; 0: none */
    int64_t provisioned;                      /* instances of each function kept initialised */
    int64_t provisioned_granularity_us;       /* of the time they are paid for */
    struct hr_provisioning_model provisioning;
    struct hr_retry_model async; /* what happens to events that nobody waits for */
    double async_duplicates;     /* share of events that are delivered twice */
    int64_t schedule_attempts;   /* in place of async's; 0: those */
    struct hr_queue_model queue;
    struct hr_stream_model stream;
    double payload_http_mb, payload_event_mb, payload_batch_mb; /* 0: no limit */
};
struct hr_fleet_model {
    char type[48]; /* "m7g.large"; "" where there is no price */
    double vcpus, memory_mb;
    int64_t slots;                                     /* of a server; 0: auto (sizing rule 1) */
    int64_t servers_min, servers_max, servers_initial; /* each 0: auto (sizing rules 2, 3) */
    enum hr_discipline discipline;
    enum hr_balancer balancer;
    int64_t queue_limit; /* waiting invocations per queue; -1: no limit */
    struct hr_dist boot;
    int64_t drain_us; /* a draining server's longest time; 0: no limit */
    int64_t
        slow_start_us; /* a booted server's turns grow to their full number over it; 0: at once */
    /* Failures of single servers: mean time to one, exponential (0: none); time until it is
     * replaced */
    int64_t failure_us, replace_us;
    /* Interruptions of the pool: mean time between two, exponential (0: none); the share of servers
     * that each takes; how long before that they are told */
    int64_t spot_us, notice_us;
    double spot_share;
    /* Burstable: vCPU time earned as a share of all vCPUs (0: not burstable), kept for so long */
    double baseline;
    int64_t credit_hold_us;
    struct hr_autoscaler_model autoscaler;
};

/* A base fleet whose overflow goes to functions, both platforms of their own. */
enum hr_front {
    HR_FRONT_FLEET, /* every request comes in through what the fleet pays for: its balancer */
    HR_FRONT_EACH   /* those of the functions through a gateway of theirs */
};
struct hr_hybrid_model {
    char fleet[256], function[256]; /* ids, or paths to files */
    int64_t overflow;               /* in progress on the fleet, from which on a request goes to the
                                       functions; 0: auto, as many as its slots */
    double share;                   /* of the requests, whatever the load; 0: by overflow */
    enum hr_front front;
};

#define HR_PLATFORM_SERVICES 16
struct hr_platform {
    char id[64], title[160], as_of[16];
    char file[256];  /* where it was read from, for a person */
    bool by_default; /* it stands in every comparison that names no platforms */
    enum hr_platform_kind kind;
    struct hr_function_model function;       /* function only */
    struct hr_fleet_model fleet;             /* fleet only */
    struct hr_hybrid_model hybrid;           /* hybrid only: what follows stands in its parts */
    struct hr_dist network;                  /* added to each response, holds no slot */
    struct hr_dist state;                    /* one access to a state store, holds the slot */
    char services[HR_PLATFORM_SERVICES][48]; /* of the book, paid beside */
    size_t service_count;
    char book[64], scheme[64]; /* "" : no bill */
    double discount;           /* 0..1, off the whole bill ("prices.discount") */
    struct hr_arena arena;     /* holds the empirical values; a copied struct shares them */
};
void hr_platform_clear(struct hr_platform *platform); /* not of a copy; accepts zeroed */
/* Does a platform of this kind know the dotted key ("fleet.servers.max")? A hybrid knows those of
 * its parts' files too. */
bool hr_platform_knows(enum hr_platform_kind kind, const char *dotted);
/* Can instances be provisioned on such a platform? One slot each, reuse recent, join_starting no,
 * on_limit refuse, a fixed keep-alive, no snapshots. */
bool hr_function_can_provision(const struct hr_function_model *function);
/* vCPUs of a function of this memory: its own figure, or memory / mb_per_vcpu. */
double hr_function_vcpus(const struct hr_function_model *function, double memory_mb);

/* ---- patterns and assumptions ------------------------------------------------------------ */

/* What is assumed of a workload whose log does not tell. */
struct hr_pattern {
    char id[64], title[160], as_of[16], file[256];
    char trigger[16];  /* the trigger it is the default of: "http" */
    char names[8][64]; /* workload names it is taken for: "(static)"; none: any name */
    size_t name_count;
    struct hr_dist service; /* on the platform where the log was made */
    double cpu_bound;       /* 0..1 */
    double response_bytes;  /* of an answer that leaves the provider */
    struct hr_arena arena;
};
void hr_pattern_clear(struct hr_pattern *pattern);

#define HR_LADDER_MAX 32
/* Every threshold of design.md sections 4 and 5, from models/assumptions.yaml. */
struct hr_assumptions {
    char as_of[16];
    struct {
        double cpu_bound_http, cpu_bound_other; /* used where no pattern is found */
        double speed;             /* of the platform's core against the log's machine */
        double slo;               /* 0.99 */
        double dropped;           /* most that may be dropped: 0.001 */
        int64_t target_floor_us;  /* http: the larger of this ... */
        double target_p99_factor; /* ... and this many times the recorded p99 */
        int64_t target_start_us;  /* other triggers: until the work starts */
        double log_bytes;         /* written to the log service per invocation */
        double log_bytes_start;   /* more per cold start */
        double response_bytes;    /* per answer, where the log and the pattern do not tell */
        double message_bytes;     /* an event, a message, a record */
    } workload;
    struct {
        int64_t shortest_us;      /* 1 s */
        double whole_tolerance;   /* 0.01: a window short by this counts as whole */
        int64_t verdict_us;       /* below: extrapolated, no verdict (1 day) */
        int64_t traffic_shift_us; /* copies of a traffic factor move by +- this */
        double response_ratio;    /* replay against recorded mean: said beyond it (2) */
        double congested_ratio;   /* service of busy minutes against quiet ones */
    } window;
    struct hr_dist state; /* one access to a state store, where a platform file does not say; not
                             empirical */
    struct {
        double margin;     /* of the cheaper: closer is `either` (0.10) */
        double margin_usd; /* a month (5) */
    } verdict;
    struct {
        int64_t old_us; /* a price book older than this is remarked on (180 days) */
    } prices;
    struct { /* where the truth may lie when something is assumed: from, to */
        double cpu_bound_http[2], cpu_bound_other[2];
        double service[2];   /* times the assumed service time */
        double memory_mb[2]; /* used, where it is unknown */
        double target[2];    /* times the assumed target */
    } turns;
    struct { /* of traffic that is like a recorded workload's */
        double
            service_distance; /* Kolmogorov's, to which a distribution of service times is taken */
    } generate;
    struct {
        int64_t slots_max;               /* rule 1: 80 */
        double memory_share;             /* rule 1: 0.8 */
        int64_t spare;                   /* rule 2: 1 */
        int64_t http_servers_min;        /* rule 2: 2 */
        double autoscaler_target;        /* rule 3: 0.6 */
        double servers_max_factor;       /* rule 3: 4 */
        double ladder_mb[HR_LADDER_MAX]; /* rule 4 */
        size_t ladder_count;
        double memory_headroom;   /* rule 4: 1.25 */
        double memory_unknown_mb; /* rule 4: 512 */
    } sizing;
    /* What a platform file leaves out: */
    struct {
        double mb_per_vcpu; /* what `vcpus: auto` divides by: 1769 */
        double memory_min_mb, memory_max_mb;
        int64_t keep_alive_us;
        double init_cpu_bound; /* of runtime and init where a start's stages are told apart */
    } function;
    struct hr_autoscaler_model autoscaler;
    /* What is paid around a fleet and no log tells: */
    struct {
        double disk_gb;                 /* of each server */
        double addresses;               /* public IPv4 addresses of the balancer */
        double requests_per_connection; /* of a client, before it opens a new one */
        int64_t connection_us;          /* how long a client's connection stays open */
        /* One capacity unit of the balancer carries each of these: */
        double unit_connections_per_s, unit_active_connections, unit_gb_per_hour;
    } balancer;
};

/* ---- the registry -------------------------------------------------------------------------- */

enum hr_model_kind {
    HR_MODEL_PLATFORM,
    HR_MODEL_PRICES,
    HR_MODEL_PATTERN,
    HR_MODEL_TRAFFIC,
    HR_MODEL_ASSUMPTIONS,
    HR_MODEL_KIND_COUNT
};
/* platform, prices, pattern, traffic, assumptions */
const char *hr_model_kind_name(enum hr_model_kind kind);

/* Embedded models, then $XDG_CONFIG_HOME/headroom/models, then extra_dir (NULL: none): a later one
 * of the same kind and id takes the place of an earlier. A directory holds platforms/, prices/,
 * patterns/, traffic/ and assumptions.yaml, or files of any kind at its top. open -> ... -> close.
 */
struct hr_models;
bool hr_models_open(const char *extra_dir, struct hr_models **ret, struct hr_error *err);
/* The same for a program that runs at `now` (us): refuses a model that is not embedded and whose
 * `as_of` is after hr_models_latest_day. */
bool hr_models_open_at(const char *extra_dir, int64_t now, struct hr_models **ret,
                       struct hr_error *err);
void hr_models_close(struct hr_models *models); /* accepts NULL */

struct hr_model_info {
    enum hr_model_kind kind;
    const char *id;
    const char *file; /* "models/platforms/x.yaml" for an embedded one, else its path */
};
/* Sorted by kind, then id; valid until close. */
size_t hr_models_count(const struct hr_models *models);
const struct hr_model_info *hr_models_at(const struct hr_models *models, size_t index);
/* Title and date for a list; "" where the file has none. */
bool hr_models_head(const struct hr_models *models, size_t index, char title[160], char as_of[16],
                    struct hr_error *err);

/* The latest day, YYYY-MM-DD, that an `as_of` may name: that of `now` (us) wherever on Earth, or
 * the youngest of the embedded models, where the machine's clock is behind even those. */
void hr_models_latest_day(const struct hr_models *models, int64_t now, char ret[16]);
/* HR_EMODEL with file, line and key when the document has an `as_of` after the day. */
bool hr_tree_dated(const struct hr_tree *tree, const char *latest, struct hr_error *err);
/* Days from one YYYY-MM-DD to a later one; 0 when it is earlier, -1 when either is no date. */
int hr_days_between(const char *from, const char *to);

/* Does a platform stand in a comparison that names none? Its `default` key; yes where it has none,
 * or cannot be read: whoever opens it then says why. */
bool hr_models_by_default(const struct hr_models *models, size_t index);

/* The document of a model, by id or by path (it holds a '/' or ends in .yaml or .yml), for a room
 * that knows its schema (price). HR_EMISSING names what is there. */
bool hr_models_tree(const struct hr_models *models, enum hr_model_kind kind, const char *id,
                    struct hr_tree **ret, struct hr_error *err);
/* The file's bytes as they are; valid until close. */
struct hr_model_text {
    const char *file;  /* as in hr_model_info */
    const char *bytes; /* a NUL follows them */
    size_t len;
};
bool hr_models_text(const struct hr_models *models, enum hr_model_kind kind, const char *id,
                    struct hr_model_text *ret, struct hr_error *err);

/* `id` of the registry, or a path to a file, as in hr_models_tree. */
bool hr_models_platform(const struct hr_models *models, const char *id_or_path,
                        const struct hr_override *overrides, size_t override_count,
                        struct hr_platform *ret, struct hr_error *err);
bool hr_models_pattern(const struct hr_models *models, const char *id, struct hr_pattern *ret,
                       struct hr_error *err);
/* The pattern assumed for a workload: one that names it, else the trigger's default. */
bool hr_models_pattern_for(const struct hr_models *models, const char *trigger,
                           const char *workload, struct hr_pattern *ret, struct hr_error *err);
/* The service time assumed under a trigger as one line of text, and the file it stands in; both
 * live in the arena. */
bool hr_models_service_text(const struct hr_models *models, const char *trigger,
                            struct hr_arena *arena, const char **ret_text, const char **ret_source,
                            struct hr_error *err);
bool hr_models_assumptions(const struct hr_models *models, struct hr_assumptions *ret,
                           struct hr_error *err);
/* `models --check FILE`: tells the kind by the file's top keys and validates it. Of a price book
 * and of traffic only the form of the document is checked here: the caller goes on with the room
 * that knows the schema. */
bool hr_models_check(const struct hr_models *models, const char *path, enum hr_model_kind *ret_kind,
                     struct hr_error *err);

#endif
