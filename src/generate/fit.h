/* fit.h: the parts of a fit. Values are above 0, in any unit; a distribution has theirs. */
#ifndef GENERATE_FIT_H
#define GENERATE_FIT_H

#include "headroom/generate.h"

/* Of some values, once for all candidates. */
struct hr__moments {
    size_t n;
    double mean, log_mean, log_square; /* mean of x, of ln x, of (ln x)^2 */
    double least, most;
};
struct hr__moments hr__moments_of(const double *values, size_t n);

/* The likeliest distribution of a kind; false: there is none (a shape without a mean). */
bool hr__fit_dist(enum hr_dist_kind kind, const double *values, const struct hr__moments *moments,
                  struct hr_dist *ret);
double hr__log_likelihood(const struct hr_dist *dist, const double *values,
                          const struct hr__moments *moments);

/* How far uniform values (sorted here) are from being so. */
void hr__fit_distance(double *uniform, size_t n, struct hr_fit_candidate *ret);

/* Gaps in mean gaps, and the rate at each relative to its mean. */
struct hr__gaps {
    const double *gap, *rate;
    size_t n;
};
/* The likeliest process of two states. transformed: n values, uniform if the process is right. */
struct hr__two_states {
    double factor[2], stay[2]; /* stays in mean gaps */
};
bool hr__fit_states(const struct hr__gaps *gaps, struct hr__two_states *ret, double *ret_likelihood,
                    double *transformed, struct hr_error *err);

#endif
