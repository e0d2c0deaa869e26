/* engine.h: the two engines behind hr_replay, and what they are handed. */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include "headroom/sim.h"

struct hr__replay {
    const struct hr_platform *platform;
    const struct hr_metering *metering; /* never NULL */
    const struct hr_sim_workload *workloads;
    size_t workload_count;
    const struct hr_source *source;
    const struct hr_sim_options *options;
    const struct hr_progress *progress;
    uint64_t *done; /* invocations so far */
    struct hr_outcome *outcome;
};
bool hr__replay_function(const struct hr__replay *replay, struct hr_error *err);
bool hr__replay_fleet(const struct hr__replay *replay, struct hr_error *err);
/* After each block: reports progress; false when the caller says stop. */
bool hr__replay_progress(const struct hr__replay *replay, size_t n, struct hr_error *err);

#endif
