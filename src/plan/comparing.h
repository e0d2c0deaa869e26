/* comparing.h: a comparison while it is being made. */
#ifndef PLAN_COMPARING_H
#define PLAN_COMPARING_H

#include "plan/sizing.h"

#define HR__AS_RECORDED                                                                            \
    ":as-recorded" /* after the id of the platform that such a row stands beside */

struct hr__job {                 /* one platform */
    struct hr_platform original; /* as its file says, sizes open */
    struct hr__sized sized;
    const char *source; /* id or path that it was opened by */
    bool by_file;       /* --platform: a person named it */
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

/* Opens those that the options name. */
bool hr__platforms_open(struct hr__comparing *comparing, struct hr_error *err);
/* Adds the rows beside them, once the traffic is known; no job moves afterwards. */
bool hr__platforms_beside(struct hr__comparing *comparing, struct hr_error *err);
/* The platform that `ID:as-recorded` stands beside, else the id itself. */
void hr__platform_own_id(const char *id, char ret[64]);

#endif
