/* dist.c: means, quantiles and draws of the distributions that models name.
 *
 * Draws go through GSL over a counter-based generator: SplitMix64 (Steele, Lea, Flood, OOPSLA
 * 2014), whose state is the draw's key, so a draw depends on its key alone and no state is shared.
 * A lognormal is exp(mu + sigma z) with the ziggurat's z; gsl_ran_lognormal takes more than twice
 * as long.
 */
#include "headroom/model.h"

#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>

struct rng_state {
    uint64_t counter;
};

static void rng_set(void *state, unsigned long seed)
{
    ((struct rng_state *)state)->counter = seed;
}

static uint64_t rng_next(void *state)
{
    struct rng_state *s = state;
    s->counter += UINT64_C(0x9e3779b97f4a7c15);
    return hr_mix64(s->counter);
}

/* GSL's ziggurat asks for 32 bits and takes its fast path when the range is exactly that. */
static unsigned long rng_get(void *state)
{
    return (unsigned long)(rng_next(state) >> 32);
}

static double rng_get_double(void *state)
{
    return hr_unit(rng_next(state));
}

static const gsl_rng_type rng_type = {
    .name = "headroom-counter",
    .max = 0xffffffffUL,
    .min = 0,
    .size = sizeof(struct rng_state),
    .set = rng_set,
    .get = rng_get,
    .get_double = rng_get_double,
};

double hr_dist_mean(const struct hr_dist *dist)
{
    double sum = 0;
    switch (dist->kind) {
    case HR_CONSTANT:
    case HR_EXPONENTIAL:
        return dist->a;
    case HR_LOGNORMAL:
        return exp(dist->a + 0.5 * dist->b * dist->b);
    case HR_GAMMA:
        return dist->a * dist->b;
    case HR_WEIBULL:
        return dist->b * gsl_sf_gamma(1.0 + 1.0 / dist->a);
    case HR_UNIFORM:
        return 0.5 * (dist->a + dist->b);
    case HR_EMPIRICAL:
        for (size_t i = 0; i < dist->count; i++)
            sum += dist->values[i];
        return dist->count ? sum / (double)dist->count : 0;
    case HR_PARETO:
        return dist->a * dist->b / (dist->a - 1);
    case HR_DIST_COUNT:
        break;
    }
    return 0;
}

/* Nearest rank, as everywhere in headroom: the value of rank ceil(p n). */
static double empirical_quantile(const struct hr_dist *dist, double p)
{
    if (dist->count == 0)
        return 0;
    double rank = ceil(p * (double)dist->count);
    size_t index = rank < 1 ? 0 : (size_t)rank - 1;
    return dist->values[index < dist->count ? index : dist->count - 1];
}

double hr_dist_quantile(const struct hr_dist *dist, double p)
{
    switch (dist->kind) {
    case HR_CONSTANT:
        return dist->a;
    case HR_EXPONENTIAL:
        return gsl_cdf_exponential_Pinv(p, dist->a);
    case HR_LOGNORMAL:
        return exp(dist->a + dist->b * gsl_cdf_ugaussian_Pinv(p));
    case HR_GAMMA:
        return gsl_cdf_gamma_Pinv(p, dist->a, dist->b);
    case HR_WEIBULL:
        return gsl_cdf_weibull_Pinv(p, dist->b, dist->a);
    case HR_UNIFORM:
        return dist->a + p * (dist->b - dist->a);
    case HR_EMPIRICAL:
        return empirical_quantile(dist, p);
    case HR_PARETO:
        return gsl_cdf_pareto_Pinv(p, dist->a, dist->b);
    case HR_DIST_COUNT:
        break;
    }
    return 0;
}

static double empirical_cdf(const struct hr_dist *dist, double us)
{
    size_t low = 0, high = dist->count; /* below low: at most us */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dist->values[middle] <= us)
            low = middle + 1;
        else
            high = middle;
    }
    return dist->count ? (double)low / (double)dist->count : 1;
}

double hr_dist_cdf(const struct hr_dist *dist, double us)
{
    switch (dist->kind) {
    case HR_CONSTANT:
        return us >= dist->a ? 1 : 0;
    case HR_EXPONENTIAL:
        return gsl_cdf_exponential_P(us, dist->a);
    case HR_LOGNORMAL:
        return us > 0 ? gsl_cdf_ugaussian_P((log(us) - dist->a) / dist->b) : 0;
    case HR_GAMMA:
        return gsl_cdf_gamma_P(us, dist->a, dist->b);
    case HR_WEIBULL:
        return us > 0 ? gsl_cdf_weibull_P(us, dist->b, dist->a) : 0;
    case HR_UNIFORM:
        return us < dist->a ? 0 : us >= dist->b ? 1 : (us - dist->a) / (dist->b - dist->a);
    case HR_EMPIRICAL:
        return empirical_cdf(dist, us);
    case HR_PARETO:
        return us > dist->b ? gsl_cdf_pareto_P(us, dist->a, dist->b) : 0;
    case HR_DIST_COUNT:
        break;
    }
    return 0;
}

static double draw_us(const struct hr_dist *dist, const gsl_rng *rng)
{
    switch (dist->kind) {
    case HR_CONSTANT:
        return dist->a;
    case HR_EXPONENTIAL:
        return gsl_ran_exponential(rng, dist->a);
    case HR_LOGNORMAL:
        return exp(dist->a + gsl_ran_gaussian_ziggurat(rng, dist->b));
    case HR_GAMMA:
        return gsl_ran_gamma(rng, dist->a, dist->b);
    case HR_WEIBULL:
        return gsl_ran_weibull(rng, dist->b, dist->a);
    case HR_UNIFORM:
        return gsl_ran_flat(rng, dist->a, dist->b);
    case HR_EMPIRICAL:
        return empirical_quantile(dist, gsl_rng_uniform(rng));
    case HR_PARETO:
        return gsl_ran_pareto(rng, dist->a, dist->b);
    case HR_DIST_COUNT:
        break;
    }
    return 0;
}

int64_t hr_dist_draw(const struct hr_dist *dist, uint64_t key)
{
    struct rng_state state = {.counter = key};
    const gsl_rng rng = {.type = &rng_type, .state = &state};
    double us = draw_us(dist, &rng);
    if (!(us > 0))
        return 0;
    return us < (double)HR_TIME_MAX ? (int64_t)llround(us) : HR_TIME_MAX;
}
