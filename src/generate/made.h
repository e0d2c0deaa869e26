/* made.h: what the files of this room share. */
#ifndef GENERATE_MADE_H
#define GENERATE_MADE_H

#include "headroom/generate.h"

extern const char *const hr__process_names[]; /* poisson, ...; NULL-terminated */

/* What the draws of one workload are keyed by. */
struct hr__luck {
    uint64_t seed, key;
};

/* The arrivals of one workload, in order. begin -> next... */
struct hr__arrivals {
    const struct hr_made_workload *workload;
    struct hr__luck luck;
    int64_t start, end;
    uint64_t made;         /* arrivals */
    double gap_mean, flow; /* of a renewal process; scale of its states' factors */
    size_t state;          /* of a modulated process */
    uint64_t switches;     /* of the state */
    int64_t state_ends;
    int64_t from, to;          /* the piece under way: the rate is linear in it */
    double rate_from, rate_to; /* per us */
    double used;               /* us of the piece that lie behind */
    int64_t tick, tick_left;   /* of cron: the tick under way, arrivals of it that are left */
    uint64_t tick_count;
};
void hr__arrivals_begin(const struct hr_made_workload *workload, struct hr__luck luck,
                        int64_t start, int64_t end, struct hr__arrivals *ret);
/* The next arrival, or HR_UNKNOWN: there is none before the end. Arrivals of cron ascend from tick
 * to tick only. */
int64_t hr__arrivals_next(struct hr__arrivals *arrivals);

/* The first moment after `time` at which the rate bends or jumps, at most a minute on. */
int64_t hr__rate_bend(const struct hr_made_workload *workload, int64_t start, int64_t time);

#endif
