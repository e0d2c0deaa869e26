/* engines.h: what a replay hands to its engine, and what both engines do alike. */
#ifndef HEADROOM_SIM_ENGINES_H
#define HEADROOM_SIM_ENGINES_H

#include "headroom/sim.h"

bool hr__function_replay(const struct hr_replay_job *job, struct hr_outcome *ret,
                         struct hr_error *err);
bool hr__fleet_replay(const struct hr_replay_job *job, struct hr_outcome *ret,
                      struct hr_error *err);

/* Progress: what was told, and what was seen. */
struct hr__told {
    const char *platform;
    const struct hr_progress *progress;
    uint64_t done, told;
    int64_t last_arrival;
};
/* After a block of n; false with HR_ECANCELLED when the callback says stop. */
bool hr__tell(struct hr__told *told, size_t n, struct hr_error *err);
/* Workloads exist, times run forwards, service times are known. */
bool hr__block_fits(const struct hr_block *block, size_t workload_count, int64_t *last_arrival,
                    struct hr_error *err);
/* The time that invocation's accesses to state take more than they did where they were recorded,
 * us; below 0 where they take less. memory: the share that costs nothing. */
int64_t hr__state_extra(const struct hr_platform *platform, const struct hr_sim_workload *workload,
                        uint64_t seed, uint64_t invocation, double memory);
/* To the time on a slot of one's own and to the work: neither falls below nothing. */
static inline void hr__add_state(int64_t extra, int64_t *service, double *work)
{
    *service = *service + extra > 0 ? *service + extra : 0;
    *work = *work + (double)extra > 0 ? *work + (double)extra : 0;
}
/* Fails: too many wait at once (crowd), or no memory. */
bool hr__fail_room(bool crowd, struct hr_error *err);

#endif
