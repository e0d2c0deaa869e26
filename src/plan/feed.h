/* feed.h: an application's traffic as a source of blocks for one replay: the columns in memory, or
 * the workloads' rows read from the plan file and merged by (arrival, workload). */
#ifndef PLAN_FEED_H
#define PLAN_FEED_H

#include "plan/traffic.h"

/* ---- merging -------------------------------------------------------------------------------- */

struct hr__lane { /* one workload's rows */
    struct hr__run_of_rows run;
    size_t at;
    struct hr__stored *rows; /* where more come from; NULL: these are all */
    double stretch;          /* of service times; 0 or 1: none */
    int64_t *stretched;      /* owned */
    size_t capacity;
};
/* Its run is used up: the next one; run.n is 0 at the end. */
bool hr__lane_refill(struct hr__lane *lane, struct hr_error *err);
struct hr__head { /* the next row of a lane */
    int64_t arrival;
    uint32_t lane;
};
struct hr__merge {
    struct hr__lane *lanes; /* by name of the workload; owned, and their readers */
    struct hr__head *heap;
    size_t lane_count, count;
};
bool hr__merge_init(struct hr__merge *merge, size_t lanes, struct hr_error *err);
/* Once the lanes are set. */
bool hr__merge_begin(struct hr__merge *merge, struct hr_error *err);
/* Columns with room for `most` rows. */
struct hr__merged {
    size_t n, most;
    int64_t *arrival, *service;
    uint32_t *workload; /* number of the lane */
};
/* The next rows, behind the n that stand there already; none are added at the end. */
bool hr__merge_next(struct hr__merge *merge, struct hr__merged *into, struct hr_error *err);
void hr__merge_clear(struct hr__merge *merge); /* accepts zeroed */

/* ---- the source ----------------------------------------------------------------------------- */

struct hr__feed {
    const struct hr__traffic *traffic;
    struct hr_store *store; /* a connection of its own; NULL: the traffic is held */
    struct hr__reading reading;
    struct hr__merge merge;
    struct hr_column_source held;
    bool stretches;
    int64_t *arrival, *service;
    uint32_t *workload;
    uint64_t given;
};
/* `feed` does not move until it is closed. */
bool hr__feed_open(struct hr__feed *feed, const struct hr__traffic *traffic, struct hr_error *err);
struct hr_source hr__feed_source(struct hr__feed *feed);
/* From the first row again; the source stays what it is. */
bool hr__feed_rewind(struct hr__feed *feed, struct hr_error *err);
void hr__feed_close(struct hr__feed *feed); /* accepts zeroed */

#endif
