/* comparing.h: a comparison while it is being made. */
#ifndef PLAN_COMPARING_H
#define PLAN_COMPARING_H

#include "plan/sizing.h"

struct hr__job {                 /* one platform */
    struct hr_platform original; /* as its file says, sizes open */
    struct hr__sized sized;
};
struct hr__comparing {
    struct hr__search search;
    struct hr__traffic traffic;
    struct hr__traffic *parts; /* of each stream its own, stream_count; NULL: not --alone */
    struct hr_assumptions assumptions;
    const struct hr_models *models;
    struct hr_comparison *out;
    struct hr__job *jobs;
    size_t job_count, job_capacity;
};

#endif
