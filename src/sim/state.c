/* state.c: what work waits for its state: accesses in a row, each drawn, instead of those that the
 * recorded time holds.
 */
#include "sim/engines.h"

int64_t hr__state_extra(const struct hr_platform *platform, const struct hr_sim_workload *workload,
                        uint64_t seed, uint64_t invocation, double memory)
{
    uint64_t key = hr_draw_key(seed, workload->key, invocation, HR_DRAW_ACCESS);
    int64_t extra = -workload->state_accesses * workload->state_recorded_us;
    for (int64_t i = 0; i < workload->state_accesses; i++) {
        key = hr_mix64(key);
        if (memory > 0 && hr_unit(hr_mix64(~key)) < memory)
            continue;
        extra += hr_dist_draw(&platform->state, key);
    }
    return extra;
}
