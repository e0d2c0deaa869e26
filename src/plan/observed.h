/* observed.h: what a workload's replayed rows come to, added up block by block in their order. */
#ifndef PLAN_OBSERVED_H
#define PLAN_OBSERVED_H

#include "plan/traffic.h"

/* Minutes that hold an invocation, for hr__minutes_ratio. */
struct hr__minute {
    double service; /* sum of its invocations */
    uint64_t count, number;
};
struct hr__minutes {
    struct hr__minute *items;
    size_t count, capacity;
    int64_t end; /* of the present one */
    uint64_t n;  /* invocations */
};
/* Arrivals ascend, from one call to the next as well. */
bool hr__minutes_add(struct hr__minutes *minutes, const struct hr__run_of_rows *run,
                     struct hr_error *err);
/* How many times longer the services of busy minutes are than those of quiet ones; 1 where there is
 * too little to tell. Sorts the minutes: it is the last that is asked of them. */
double hr__minutes_ratio(struct hr__minutes *minutes);
void hr__minutes_clear(struct hr__minutes *minutes); /* accepts zeroed */

__extension__ typedef __int128 hr__wide_sum;
struct hr__observed {
    uint64_t n, billed;
    hr__wide_sum service; /* us; exact, however the rows are cut into blocks */
    double sparkline[64];
    uint32_t *hours; /* invocations in each hour of the billed span; owned */
    bool wants_drawn;
    struct hr_histogram drawn;
    struct hr__minutes minutes;
};
bool hr__observed_init(struct hr__observed *observed, const struct hr__traffic *traffic,
                       struct hr_error *err);
void hr__observed_clear(struct hr__observed *observed); /* accepts zeroed */
bool hr__observe(struct hr__observed *observed, const struct hr__traffic *traffic,
                 const struct hr__run_of_rows *run, struct hr_error *err);

#endif
