/* cost.h: usage of the services around a platform, shares of workloads, bills. */
#ifndef PLAN_COST_H
#define PLAN_COST_H

#include "plan/sizing.h"

/* Usage of workload i over the billed span, services included: its share of what is paid by time,
 * its own use of what is paid by use. i = stream_count: of all. */
void hr__usage_of(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                  struct hr_usage *ret);
/* Bill of a month for workload i (stream_count: the account). No prices: an empty bill. Of a hybrid
 * each part has its own. */
bool hr__bill_of(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                 struct hr_bill *ret, struct hr_error *err);
/* Is all of it priced? */
bool hr__has_prices(const struct hr__sized *sized);
/* Its total; NAN without prices. */
bool hr__workload_cost(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                       double *ret, struct hr_error *err);
/* Share of the instance time that workload i carries: by busy slot time. */
double hr__share_of(const struct hr__sized *sized, size_t i);

#endif
