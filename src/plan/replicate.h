/* replicate.h: a comparison once more, with other traffic and other luck. */
#ifndef PLAN_REPLICATE_H
#define PLAN_REPLICATE_H

#include "plan/comparing.h"

/* Replays every platform, with the sizes that were chosen, until the options are content, and fills
 * the means and intervals of the rows. Comes last: the outcomes of `comparing` are gone after it.
 */
bool hr__replicate(struct hr__comparing *comparing, struct hr_store *store, struct hr_error *err);

/* Values as they come (Welford 1962); what is not finite does not count. */
struct hr__sum {
    double n, mean, square; /* of deviations from the mean */
};
void hr__sum_add(struct hr__sum *sum, double value);
/* Half of the 95 % interval of the mean; NAN below two values. */
double hr__sum_half_width(const struct hr__sum *sum);

/* A row of one replication has no means. */
void hr__replicated_none(struct hr_row *row);

/* The application as one replication meets it: a plan of its own in a temporary file, with
 * generated workloads made anew and recorded ones as they are. An application without generated
 * workloads needs none: then `store` stays NULL. */
struct hr__replica {
    struct hr_store *store;
    char folder[64];
};
bool hr__replica_open(struct hr_store *store, const char *app, uint64_t seed,
                      struct hr__replica *ret, struct hr_error *err);
void hr__replica_close(struct hr__replica *replica);

#endif
