/* stored.h: the invocations of one workload as they are replayed, read from the plan file block by
 * block: unknown service times drawn, equal arrivals in order, the traffic factor applied.
 *
 * What is held in memory is read here too, so a replay cannot tell one from the other.
 */
#ifndef PLAN_STORED_H
#define PLAN_STORED_H

#include "headroom/model.h"
#include "headroom/store.h"

/* What is read, and how much is made of it. */
struct hr__reading {
    struct hr_store *store;
    int64_t mark;     /* of the store */
    int64_t from, to; /* arrivals, the last one included */
    uint64_t seed;
    double factor;    /* each invocation becomes so many; 1: itself */
    int64_t shift_us; /* how far copies move */
};
/* How what is stored of a workload becomes what is replayed. */
struct hr__recipe {
    int64_t workload;         /* its number in the store */
    uint64_t key;             /* hr_workload_key */
    bool as_stored;           /* no service time is drawn */
    bool for_all;             /* every one is drawn from `service`, a person's word */
    struct hr_dist service;   /* for what is unknown, where there is no success */
    const int64_t *successes; /* a sample of their durations */
    size_t success_count;
};
/* Rows ordered by (arrival, service). */
struct hr__run_of_rows {
    size_t n;
    const int64_t *arrival, *service; /* us */
};

struct hr__stored;
bool hr__stored_open(const struct hr__reading *reading, const struct hr__recipe *recipe,
                     struct hr__stored **ret, struct hr_error *err);
/* Some rows, which live until the next call; n is 0 at the end. */
bool hr__stored_next(struct hr__stored *rows, struct hr__run_of_rows *ret, struct hr_error *err);
void hr__stored_close(struct hr__stored *rows); /* accepts NULL */

/* The recorded duration, HR_UNKNOWN where there is none or the invocation failed (429, 499, 5xx):
 * that is not representative. */
static inline int64_t hr__recorded_service(const struct hr_columns *block, size_t i)
{
    const uint16_t status = block->status ? block->status[i] : 0;
    const bool failed = status == 429 || status == 499 || status >= 500;
    return block->duration_us && !failed ? block->duration_us[i] : HR_UNKNOWN;
}

/* ---- a sample of durations that needs no more room than it is given ---------------------------
 */

/* All of them while they fit, then every second by a hash of its number, every fourth... */
struct hr__sampled {
    int64_t value;
    uint64_t number;
};
struct hr__sample {
    struct hr__sampled *items;
    size_t count, capacity, room; /* room: most that are kept */
    uint64_t seen;
    unsigned halvings;
};
bool hr__sample_keep(struct hr__sample *sample, int64_t value, uint64_t number,
                     struct hr_error *err);
void hr__sample_clear(struct hr__sample *sample);

/* Chosen by a hash, since a log may have a rhythm that a fixed step would fall into. */
static inline bool hr__sample_keeps(const struct hr__sample *sample, uint64_t number)
{
    return sample->halvings == 0 || hr_mix64(number) >> (64 - sample->halvings) == 0;
}
static inline bool hr__sample_add(struct hr__sample *sample, int64_t value, struct hr_error *err)
{
    const uint64_t number = sample->seen++;
    return !hr__sample_keeps(sample, number) || hr__sample_keep(sample, value, number, err);
}

#endif
