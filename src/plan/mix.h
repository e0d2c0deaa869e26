/* mix.h: each workload where it is cheapest, the servers sized again for those that stay. */
#ifndef PLAN_MIX_H
#define PLAN_MIX_H

#include "plan/comparing.h"

/* Fills best_mix and its cost, when some workloads are better on functions and others on servers.
 * Needs rows and verdicts. */
bool hr__mix_make(struct hr__comparing *comparing, struct hr_error *err);

#endif
