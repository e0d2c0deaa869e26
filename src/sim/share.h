/* share.h: egalitarian processor sharing on one instance, in virtual time.
 *
 * All runs on an instance progress at one rate (design.md section 4)
 *
 *     r = min(v / sum of c', 1 / ((1 - c) + c / min(1, v))),   c the mean of their c',
 *
 * so a run that begins at virtual time V with work w ends at V + w, whatever begins and ends in
 * between; only the next end is looked at. Virtual time starts anew whenever nobody runs, which
 * keeps it exact. A run ends at the first whole microsecond at which its work is done.
 * Source: Cohen 1979 for the discipline; virtual time as in fair queueing (Demers et al. 1989).
 */
#ifndef HEADROOM_SIM_SHARE_H
#define HEADROOM_SIM_SHARE_H

#include <math.h>

#include "sim/runs.h"

struct hr__share {
    double virtual_us; /* at `at` */
    double rate;
    double sum_cpu; /* of c' of those that run */
    int64_t at;
    struct hr__heap ends; /* by virtual end */
    struct hr__queue by_begin;
    uint32_t sequence;
};

/* Work this little is done: sums of fractions do not reach whole numbers. */
#define HR__DONE_US (1.0 / 1024.0)

static inline void hr__share_init(struct hr__share *share)
{
    *share = (struct hr__share){.rate = 1, .by_begin = {HR__NONE, HR__NONE, 0}};
}

static inline void hr__share_advance(struct hr__share *share, int64_t now)
{
    if (share->ends.n > 0)
        share->virtual_us += (double)(now - share->at) * share->rate;
    share->at = now;
}

static inline void hr__share_settle(struct hr__share *share, double vcpus)
{
    size_t n = share->ends.n;
    if (n == 0) {
        share->virtual_us = share->sum_cpu = 0;
        share->rate = 1;
        share->sequence = 0;
        return;
    }
    double cap = 1; /* (1 - c) + c / 1 is 1 */
    if (vcpus < 1) {
        double cpu = share->sum_cpu / (double)n;
        cap = 1 / ((1 - cpu) + cpu / vcpus);
    }
    share->rate = share->sum_cpu * cap > vcpus ? vcpus / share->sum_cpu : cap;
}

/* `now` has been advanced to. False: no memory. */
static inline bool hr__share_add(struct hr__share *share, struct hr__runs *runs, uint32_t run,
                                 double cpu, double vcpus)
{
    double end = share->virtual_us + runs->items[run].work;
    if (!hr__heap_push(&share->ends, hr__real_key(end, share->sequence++, run), runs->at))
        return false;
    hr__queue_put(runs, &share->by_begin, run);
    share->sum_cpu += cpu;
    hr__share_settle(share, vcpus);
    return true;
}

static inline void hr__share_remove(struct hr__share *share, struct hr__runs *runs, uint32_t run,
                                    double cpu, double vcpus)
{
    hr__heap_remove(&share->ends, runs->at[run], runs->at);
    hr__queue_remove(runs, &share->by_begin, run);
    share->sum_cpu -= cpu;
    hr__share_settle(share, vcpus);
}

/* The run that is done at `at`, or HR__NONE. */
static inline uint32_t hr__share_done(const struct hr__share *share)
{
    if (share->ends.n && hr__real_of(share->ends.keys[0]) <= share->virtual_us + HR__DONE_US)
        return hr__ref(share->ends.keys[0]);
    return HR__NONE;
}

/* When the next run will be done; somebody runs. */
static inline int64_t hr__share_next(const struct hr__share *share)
{
    double left = hr__real_of(share->ends.keys[0]) - share->virtual_us - HR__DONE_US;
    if (left <= 0)
        return share->at;
    double span = left / share->rate;
    int64_t whole = (int64_t)span; /* ceil, without a call */
    return share->at + whole + ((double)whole < span);
}

#endif
