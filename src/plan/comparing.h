/* comparing.h: a comparison while it is being made. */
#ifndef PLAN_COMPARING_H
#define PLAN_COMPARING_H

#include "plan/sizing.h"

struct hr__job {                         /* one platform */
    struct hr_platform original;         /* as its file says, sizes open */
    struct hr_platform parts[HR__PARTS]; /* of a hybrid: as their files say */
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

/* A row of every platform for each stream, then for all, from what the replays came to. */
bool hr__rows_fill(struct hr__comparing *comparing, struct hr_error *err);
/* Opens those that the options name. */
bool hr__platforms_open(struct hr__comparing *comparing, struct hr_error *err);
void hr__job_clear(struct hr__job *job);
/* The job once more, nothing of it sized yet; books are borrowed. */
bool hr__job_again(const struct hr__job *job, struct hr__sized *ret, struct hr_error *err);
/* Adds the rows beside them, `ID:as-recorded` and `ID:provisioned`, once the traffic is known. No
 * job moves until they are sized. */
bool hr__platforms_beside(struct hr__comparing *comparing, struct hr_error *err);
/* May a row of this flavour stand beside the platform? */
bool hr__platform_can_be(const struct hr__job *job, enum hr__flavour flavour);
/* Takes those away again that cure nothing and that nobody named. Always true. */
bool hr__platforms_drop_idle(struct hr__comparing *comparing);
/* Tells options.decisions what the platforms did, whose sizes are chosen. */
bool hr__decisions_tell(struct hr__comparing *comparing, struct hr_error *err);
/* Notes on workloads that answer much slower or faster than they did when they were recorded. */
bool hr__remarks_make(struct hr__comparing *comparing, struct hr_error *err);
/* The platform that `ID:as-recorded` stands beside, else the id itself. */
void hr__platform_own_id(const char *id, char ret[64]);

#endif
