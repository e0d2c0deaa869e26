/* fit_dists.c: distributions by maximum likelihood, and how well they fit.
 *
 * Gamma: ln k - psi(k) = ln mean(x) - mean(ln x), by Newton's method. Weibull: the root of
 * 1/k + mean(ln x) - sum(x^k ln x) / sum(x^k), by Brent's. The others are closed forms (Johnson,
 * Kotz, Balakrishnan, Continuous Univariate Distributions, 1994).
 */
#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>

#include "generate/fit.h"

#define SHAPE_MIN 0.01
#define SHAPE_MAX 1e6
#define STEPS_MAX 200

struct hr__moments hr__moments_of(const double *values, size_t n)
{
    struct hr__moments m = {.n = n, .least = INFINITY};
    for (size_t i = 0; i < n; i++) {
        double log_value = log(values[i]);
        m.mean += values[i];
        m.log_mean += log_value;
        m.log_square += log_value * log_value;
        m.least = fmin(m.least, values[i]);
        m.most = fmax(m.most, values[i]);
    }
    m.mean /= (double)n;
    m.log_mean /= (double)n;
    m.log_square /= (double)n;
    return m;
}

static bool fit_gamma(const struct hr__moments *m, struct hr_dist *ret)
{
    const double s = log(m->mean) - m->log_mean;
    if (!(s > 0))
        return false;
    double k = (3 - s + sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s); /* within 1.5 % */
    k = fmin(fmax(k, SHAPE_MIN), SHAPE_MAX);
    for (int step = 0; step < STEPS_MAX; step++) {
        double off = log(k) - gsl_sf_psi(k) - s;
        double next = k - off / (1 / k - gsl_sf_psi_1(k));
        next = fmin(fmax(next, k / 2), 2 * k);
        bool done = fabs(next - k) < 1e-12 * k;
        k = next;
        if (done)
            break;
    }
    ret->a = k;
    ret->b = m->mean / k;
    return k >= SHAPE_MIN && k <= SHAPE_MAX;
}

struct powers {
    const double *values;
    size_t n;
    double log_mean, most;
};

/* Powers of x over the greatest, so that none overflows. */
static double weibull_slope(double log_k, void *context)
{
    const struct powers *p = context;
    const double k = exp(log_k);
    double sum = 0, weighted = 0;
    for (size_t i = 0; i < p->n; i++) {
        double log_value = log(p->values[i] / p->most), power = exp(k * log_value);
        sum += power;
        weighted += power * log_value;
    }
    return 1 / k + p->log_mean - log(p->most) - weighted / sum;
}

static bool solve(gsl_function *function, double low, double high, double *ret)
{
    if (GSL_FN_EVAL(function, low) * GSL_FN_EVAL(function, high) > 0)
        return false;
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!solver)
        return false;
    bool found = gsl_root_fsolver_set(solver, function, low, high) == GSL_SUCCESS;
    for (int step = 0; step < STEPS_MAX && found; step++) {
        found = gsl_root_fsolver_iterate(solver) == GSL_SUCCESS;
        *ret = gsl_root_fsolver_root(solver);
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                   gsl_root_fsolver_x_upper(solver), 1e-10, 0) == GSL_SUCCESS)
            break;
    }
    gsl_root_fsolver_free(solver);
    return found;
}

static bool fit_weibull(const double *values, const struct hr__moments *m, struct hr_dist *ret)
{
    struct powers powers = {values, m->n, m->log_mean, m->most};
    gsl_function function = {weibull_slope, &powers};
    double log_k = 0, sum = 0;
    if (m->least == m->most || !solve(&function, log(SHAPE_MIN), log(1000), &log_k))
        return false;
    ret->a = exp(log_k);
    for (size_t i = 0; i < m->n; i++)
        sum += pow(values[i] / m->most, ret->a);
    ret->b = m->most * pow(sum / (double)m->n, 1 / ret->a);
    return true;
}

bool hr__fit_dist(enum hr_dist_kind kind, const double *values, const struct hr__moments *m,
                  struct hr_dist *ret)
{
    *ret = (struct hr_dist){.kind = kind};
    switch (kind) {
    case HR_EXPONENTIAL:
        ret->a = m->mean;
        return true;
    case HR_LOGNORMAL:
        ret->a = m->log_mean;
        ret->b = sqrt(fmax(m->log_square - m->log_mean * m->log_mean, 0));
        return ret->b > 1e-9;
    case HR_GAMMA:
        return fit_gamma(m, ret);
    case HR_WEIBULL:
        return fit_weibull(values, m, ret);
    case HR_PARETO:
        ret->b = m->least;
        ret->a = 1 / (m->log_mean - log(m->least));
        return isfinite(ret->a) && ret->a > 1;
    default:
        return false;
    }
}

double hr__log_likelihood(const struct hr_dist *d, const double *values,
                          const struct hr__moments *m)
{
    const double n = (double)m->n;
    double sum = 0;
    switch (d->kind) {
    case HR_EXPONENTIAL:
        return -n * (log(d->a) + m->mean / d->a);
    case HR_LOGNORMAL:
        return -n * (m->log_mean + log(d->b) + 0.5 * log(2 * acos(-1.0)) +
                     (m->log_square - 2 * d->a * m->log_mean + d->a * d->a) / (2 * d->b * d->b));
    case HR_GAMMA:
        return n * ((d->a - 1) * m->log_mean - m->mean / d->b - d->a * log(d->b) -
                    gsl_sf_lngamma(d->a));
    case HR_WEIBULL:
        for (size_t i = 0; i < m->n; i++)
            sum += pow(values[i] / d->b, d->a);
        return n * (log(d->a) - d->a * log(d->b) + (d->a - 1) * m->log_mean) - sum;
    case HR_PARETO:
        return n * (log(d->a) + d->a * log(d->b) - (d->a + 1) * m->log_mean);
    default:
        return -INFINITY;
    }
}

/* ---- goodness of fit ------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov's distribution, with Stephens's correction for n (JASA 69, 1974). */
static double p_value(double distance, size_t n)
{
    const double root = sqrt((double)n), at = (root + 0.12 + 0.11 / root) * distance;
    double sum = 0;
    if (at < 0.2) /* within 1e-12 of 1, where the series converges slowly */
        return 1;
    for (int j = 1; j <= 100; j++) {
        double term = exp(-2.0 * j * j * at * at);
        sum += j % 2 ? term : -term;
        if (term < 1e-16)
            break;
    }
    return fmin(fmax(2 * sum, 0), 1);
}

void hr__fit_distance(double *uniform, size_t n, struct hr_fit_candidate *ret)
{
    double distance = 0, weighted = 0;
    qsort(uniform, n, sizeof *uniform, by_value);
    for (size_t i = 0; i < n; i++) {
        const double low = (double)i / (double)n, high = (double)(i + 1) / (double)n;
        distance = fmax(distance, fmax(uniform[i] - low, high - uniform[i]));
        weighted += (2 * (double)i + 1) *
                    (log(fmax(uniform[i], 1e-300)) + log(fmax(1 - uniform[n - 1 - i], 1e-300)));
    }
    ret->distance = distance;
    ret->p_value = p_value(distance, n);
    ret->anderson = -(double)n - weighted / (double)n;
}
