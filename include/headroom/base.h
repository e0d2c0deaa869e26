/* base.h: errors, memory, text, time, randomness, histograms, progress, threads, files.
 *
 * The ground every other room stands on; it knows none of them. Nothing here prints or exits,
 * and nothing keeps state outside what its caller hands in, so every function may run on any
 * thread as long as two threads do not share one object.
 *
 * Ownership: inputs are borrowed for the call; outputs belong to the caller. Errors: a function
 * that can fail returns bool (true is success) or a pointer, and fills `struct hr_error *`,
 * which is always the last parameter and is left untouched on success.
 */
#ifndef HEADROOM_BASE_H
#define HEADROOM_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- errors -------------------------------------------------------------------------- */

/* identifier, exit status of a command that fails with it */
#define HR_ERROR_KINDS(X)                                                                          \
    X(HR_EUSAGE, 2)     /* wrong flags or arguments */                                             \
    X(HR_EINPUT, 2)     /* a file's content is wrong */                                            \
    X(HR_EMODEL, 2)     /* a model, price book, batch file or override is wrong */                 \
    X(HR_EMISSING, 2)   /* something named does not exist */                                       \
    X(HR_EVERSION, 2)   /* made by a newer headroom */                                             \
    X(HR_ELIMIT, 2)     /* larger than a documented limit */                                       \
    X(HR_EIO, 3)        /* the machine failed to read or write */                                  \
    X(HR_EBUSY, 3)      /* locked by another process */                                            \
    X(HR_ENOMEM, 3)     /* memory exhausted */                                                     \
    X(HR_ECANCELLED, 3) /* the progress callback said stop */

#define HR_ERROR_ENUM(id, status) id,
enum hr_error_kind { HR_ENONE, HR_ERROR_KINDS(HR_ERROR_ENUM) HR_ERROR_KIND_COUNT };
#undef HR_ERROR_ENUM

#define HR_ERROR_TEXT_MAX 1024

struct hr_error {
    enum hr_error_kind kind;
    char text[HR_ERROR_TEXT_MAX]; /* one sentence: what is wrong, where, what would be right */
};

/* Fills err (may be NULL) and returns false, so that a failure is one statement. Control
 * characters that came in through arguments are made harmless. */
bool hr_fail(struct hr_error *err, enum hr_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool hr_fail_memory(struct hr_error *err); /* "out of memory" */
int hr_error_exit_status(const struct hr_error *err);

/* ---- memory -------------------------------------------------------------------------- */

/* Things that die together. Zero-initialise; clear frees all. Pointers live until clear. */
struct hr_arena {
    struct hr_arena_block *head;
};
void *hr_arena_alloc(struct hr_arena *arena, size_t size); /* zeroed; NULL when exhausted */
char *hr_arena_copy(struct hr_arena *arena, const char *text, size_t len); /* NUL-terminated */
void hr_arena_clear(struct hr_arena *arena);
/* For buffers that are swept over or jumped about in: from 1 MiB on in huge pages, where the kernel
 * has them. Not zeroed; NULL when exhausted; free() frees it. */
void *hr_large_alloc(size_t size);

/* Makes room for `want` items in a growing array: *items is reallocated, *capacity updated.
 * Growth doubles. Fails with HR_ENOMEM, or HR_ELIMIT when want > max_items. */
bool hr_grow(void **items, size_t *capacity, size_t want, size_t item_size, size_t max_items,
             struct hr_error *err);

/* ---- text ---------------------------------------------------------------------------- */

/* A growing string with a named maximum. Zero-initialise, set max (0 means HR_TEXT_MAX).
 * After an append that did not fit or found no memory, `failed` is true and data is still a
 * valid, shorter string. */
#define HR_TEXT_MAX ((size_t)1 << 30)
struct hr_text {
    char *data; /* NUL-terminated once anything was added, else NULL */
    size_t len, capacity, max;
    bool failed;
};
void hr_text_add(struct hr_text *text, const char *bytes, size_t len);
void hr_text_puts(struct hr_text *text, const char *string);
void hr_text_printf(struct hr_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds foreign text for a person's eyes: control characters and invalid UTF-8 become \xHH. */
void hr_text_add_clean(struct hr_text *text, const char *bytes, size_t len);
void hr_text_clear(struct hr_text *text);

/* Numbers as people type and read them, in the C locale whatever setlocale says. Each takes
 * the whole of [text, text+len) or returns false; no error text, the caller knows the place. */
bool hr_parse_i64(const char *text, size_t len, int64_t *ret);
bool hr_parse_double(const char *text, size_t len, double *ret); /* finite only */
/* "1 234 567.89" style grouping with a thin blank; buf of at least 32 bytes; returns buf. */
char *hr_format_grouped(char *buf, size_t size, double value, int decimals);
/* Fixed decimals, '.' always; a value that rounds to zero has no minus sign. */
char *hr_format_fixed(char *buf, size_t size, double value, int decimals);
/* The same, rounded down: a share that misses 99 % by a hair is not shown as 99.00. What only
 * binary fractions take away stays. */
char *hr_format_down(char *buf, size_t size, double value, int decimals);
/* So many significant digits, without an exponent or trailing zeros: 2 make 0.0047, 9.9, 13, 1204;
 * digits before the point are never lost. */
char *hr_format_significant(char *buf, size_t size, double value, int digits);
/* Columns a UTF-8 string takes on a terminal (wcwidth per character, 1 for what has none). */
int hr_text_width(const char *utf8, size_t len);

/* ---- time: int64_t microseconds since the Unix epoch, UTC; durations the same unit ---- */

#define HR_MILLISECOND ((int64_t)1000)
#define HR_SECOND      ((int64_t)1000000)
#define HR_MINUTE      (60 * HR_SECOND)
#define HR_HOUR        (60 * HR_MINUTE)
#define HR_DAY         (24 * HR_HOUR)
#define HR_WEEK        (7 * HR_DAY)
/* A billing month of 730 hours, as AWS's and Google's calculators use it. */
#define HR_MONTH_HOURS 730.0
/* Accepted arrivals: 1970-01-01 .. 2200-01-01; anything outside is malformed. */
#define HR_TIME_MIN ((int64_t)0)
#define HR_TIME_MAX ((int64_t)7258118400 * HR_SECOND)
#define HR_UNKNOWN  ((int64_t)-1) /* a duration or size that the log does not tell */

struct hr_civil {
    int year, month, day; /* month 1..12, day 1..31 */
    int hour, minute, second, microsecond;
};
/* Days and seconds of the proleptic Gregorian calendar; false for an impossible date. */
bool hr_time_from_civil(const struct hr_civil *civil, int64_t *ret);
struct hr_civil hr_time_to_civil(int64_t time);
/* ISO 8601 / RFC 3339: 'T' or blank, fraction of 1..9 digits, Z, +hh:mm, +hhmm or no offset
 * (then *has_offset is false and UTC is taken). has_offset may be NULL. */
bool hr_time_parse_iso(const char *text, size_t len, int64_t *ret, bool *has_offset);
#define HR_TIME_TEXT 40
char *hr_time_format(char buf[HR_TIME_TEXT], int64_t time);   /* 2026-10-05T10:00:00.123456Z, no
                                                                  trailing zeros of the fraction */
char *hr_duration_format(char buf[HR_TIME_TEXT], int64_t us); /* "7 d", "1 h 30 min", "253 ms" */
/* The same for an observed time span: within 1 % of whole days it is those days, because traffic
 * never begins and ends on the stroke of midnight. */
char *hr_span_format(char buf[HR_TIME_TEXT], int64_t us);

/* ---- randomness ------------------------------------------------------------------------ */

/* What a draw is for: part of the key, so that a new purpose never moves another's draws. */
enum hr_purpose {
    HR_DRAW_COLD_START,
    HR_DRAW_NETWORK,
    HR_DRAW_SERVICE,
    HR_DRAW_BOOT,
    HR_DRAW_BALANCER,
    HR_DRAW_REUSE,
    HR_DRAW_TRAFFIC,
    HR_DRAW_PLACEMENT,
    HR_DRAW_KEEP_ALIVE,
    HR_DRAW_FAILURE,
    HR_DRAW_SPOT,
    HR_DRAW_SPOT_GAP,
    HR_DRAW_SLOW_START,
    HR_DRAW_OVERFLOW,
    HR_DRAW_ARRIVAL,
    HR_DRAW_STATE,
    HR_DRAW_MADE_SERVICE,
    HR_DRAW_MEMBER,
    HR_DRAW_REPLICATION,
    HR_DRAW_ACCESS,
    HR_DRAW_START_PLATFORM,
    HR_DRAW_START_CODE,
    HR_DRAW_START_RUNTIME,
    HR_DRAW_START_RESTORE,
    HR_DRAW_SHARD,
    HR_DRAW_ERROR,
    HR_DRAW_POISON,
    HR_DRAW_DUPLICATE
};
/* SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014): a bijection that mixes all bits. */
static inline uint64_t hr_mix64(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}
/* The state from which the draws of one (seed, workload key, invocation, purpose) start. */
static inline uint64_t hr_draw_key(uint64_t seed, uint64_t workload, uint64_t invocation,
                                   enum hr_purpose purpose)
{
    uint64_t h = hr_mix64(seed + UINT64_C(0x9e3779b97f4a7c15));
    h = hr_mix64(h ^ workload);
    h = hr_mix64(h + invocation * UINT64_C(0x9e3779b97f4a7c15));
    return hr_mix64(h ^ ((uint64_t)purpose << 56));
}
/* Uniform in (0,1) from 64 random bits; never 0 nor 1. */
static inline double hr_unit(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * (1.0 / 4503599627370496.0);
}
/* 64-bit hash of bytes (stable across machines and releases: stored in plan files). */
uint64_t hr_hash_bytes(const void *bytes, size_t len, uint64_t seed);

/* ---- histogram --------------------------------------------------------------------------- */

/* Non-negative int64 values: each of them while they are few, then counts in buckets of relative
 * width 2^-10, so a percentile is exact for up to HR_HISTOGRAM_FEW values and below 2048, else
 * within 0.05 % of the exact nearest-rank value. Min and max are exact, the mean is exact while the
 * sum fits. Octaves are allocated when first used. */
#define HR_HISTOGRAM_OCTAVES 54
#define HR_HISTOGRAM_FEW     512
struct hr_histogram {
    uint64_t count;
    int64_t min, max; /* of the values added; 0 when count is 0 */
    double sum;       /* of the values added */
    int64_t *few;     /* all values, or NULL: none yet, or they stand in the octaves */
    size_t few_capacity;
    uint64_t *octave[HR_HISTOGRAM_OCTAVES];
};
void hr_histogram_init(struct hr_histogram *h);
void hr_histogram_clear(struct hr_histogram *h);
bool hr_histogram_add(struct hr_histogram *h, int64_t value, uint64_t times); /* false: memory */
bool hr_histogram_merge(struct hr_histogram *into, const struct hr_histogram *from);
/* Nearest rank: the value of rank ceil(p * count), p in (0,1]; 0 when empty. */
int64_t hr_histogram_percentile(const struct hr_histogram *h, double p);
double hr_histogram_mean(const struct hr_histogram *h); /* 0 when empty */

/* The layout, and the short way into a bucket that exists; the rest is histogram.c. */
#define HR__SUB_BITS 10
#define HR__SUB      ((size_t)1 << HR__SUB_BITS)

/* Octave 0 has 2 * HR__SUB buckets of width 1, the others HR__SUB. */
static inline size_t hr__buckets_of(int octave)
{
    return octave == 0 ? 2 * HR__SUB : HR__SUB;
}

static inline int hr__octave_of(int64_t value)
{
    if (value < (int64_t)(2 * HR__SUB))
        return 0;
    return 63 - __builtin_clzll((unsigned long long)value) - HR__SUB_BITS;
}

static inline size_t hr__bucket_of(int64_t value, int octave)
{
    return octave == 0 ? (size_t)value : (size_t)(value >> octave) - HR__SUB;
}

static inline void hr__histogram_widen(struct hr_histogram *h, int64_t min, int64_t max)
{
    if (h->count == 0 || min < h->min)
        h->min = min;
    if (h->count == 0 || max > h->max)
        h->max = max;
}

/* The value's octave exists, and it is at least 0. */
static inline void hr__histogram_count(struct hr_histogram *h, int64_t value, uint64_t times)
{
    int octave = hr__octave_of(value);
    h->octave[octave][hr__bucket_of(value, octave)] += times;
    hr__histogram_widen(h, value, value);
    h->count += times;
    h->sum += (double)value * (double)times;
}

/* hr_histogram_add of one value, for the innermost loops: without a call where its octave exists.
 */
static inline bool hr__histogram_add_one(struct hr_histogram *h, int64_t value)
{
    if (h->count < h->few_capacity && value >= 0) {
        h->few[h->count] = value;
        hr__histogram_widen(h, value, value);
        h->count++;
        h->sum += (double)value;
        return true;
    }
    if (value < 0 || !h->octave[hr__octave_of(value)])
        return hr_histogram_add(h, value, 1);
    hr__histogram_count(h, value, 1);
    return true;
}

/* ---- progress and cancel ------------------------------------------------------------------ */

/* Long work reports at most some ten times a second; false from the callback cancels it, and
 * the work ends with HR_ECANCELLED and nothing changed. total 0 means unknown. */
struct hr_progress_state {
    const char *what;   /* "reading access.log", "replaying aws-lambda-x86" */
    double done, total; /* bytes, replays... whatever `unit` says */
    const char *unit;
    uint64_t lines, kept, filtered, malformed; /* of an import, else 0 */
    const char *detail; /* format recognised, first rejected line..., or NULL */
};
struct hr_progress {
    bool (*report)(void *context, const struct hr_progress_state *state);
    void *context;
};
/* Calls the callback if there is one; true means go on. progress may be NULL. */
bool hr_progress_report(const struct hr_progress *progress, const struct hr_progress_state *state);

/* ---- threads -------------------------------------------------------------------------------- */

/* Runs work(context, i, err) for every i in [0, count) on up to `threads` threads (0: as many as
 * the machine has). The first failure by index is reported; the rest may or may not have run. */
bool hr_parallel_for(size_t count, unsigned threads,
                     bool (*work)(void *context, size_t index, struct hr_error *err), void *context,
                     struct hr_error *err);
unsigned hr_thread_count(void);

/* ---- files ------------------------------------------------------------------------------------
 */

/* Flushes a stream; false when something of it could not be written, *ret_why is the errno. A
 * reader of a pipe that has had enough (`| head`) is no fault, however long ago it left. */
bool hr_stream_written(FILE *stream, int *ret_why);

/* A file that appears whole or not at all: written under a temporary name in the same folder,
 * fsynced and renamed on commit. Path "-" is standard output, written directly. */
struct hr_outfile {
    FILE *stream;
    char *path, *temporary; /* owned */
};
bool hr_outfile_open(struct hr_outfile *file, const char *path, struct hr_error *err);
bool hr_outfile_commit(struct hr_outfile *file, struct hr_error *err);
void hr_outfile_abort(struct hr_outfile *file); /* also after a failed commit; accepts zeroed */
/* The whole of a small file, NUL-terminated, at most max bytes; the caller frees it. */
char *hr_file_read(const char *path, size_t max, size_t *ret_len, struct hr_error *err);

#endif
