/* fit_states.c: a Poisson process of two states (MMPP(2)) by maximum likelihood.
 *
 * With Q the states' generator and R their rates, a gap x has the density a exp((Q - R) x) R 1, a
 * being the states' chances after the arrival before (Meier-Hellstern, A fitting algorithm for
 * Markov-modulated Poisson processes, European Journal of Operational Research 29, 1987). The
 * likelihood is climbed with Nelder and Mead's simplex, from a few starts.
 */
#include <math.h>
#include <string.h>
#include <gsl/gsl_multimin.h>

#include "generate/fit.h"

enum { RATIO, SHARE, STAY, PARAMETERS }; /* ln of factors' ratio, logit of busy time, ln of stay */
#define STEPS_MAX 200
#define STARTS    2

struct chain {
    double factor[2], leave[2]; /* rates, in mean gaps */
};

/* Beyond these bounds states are shorter than gaps, or longer than the log. */
static double within(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static struct chain chain_of(const gsl_vector *x)
{
    const double ratio = exp(within(gsl_vector_get(x, RATIO), 0, 18));
    const double share = 1 / (1 + exp(-within(gsl_vector_get(x, SHARE), -9, 9)));
    const double stay = exp(within(gsl_vector_get(x, STAY), 0, 18));
    const double calm = 1 / (1 - share + share * ratio);
    return (struct chain){{calm, calm * ratio}, {share / (1 - share) / stay, 1 / stay}};
}

/* Multiplies the row vector by exp((Q - R) x), in closed form for two states and without
 * differences of what is nearly equal. */
static void pass(const struct chain *c, double rate, double x, double state[2])
{
    const double b = c->leave[0], e = c->leave[1];
    const double r0 = rate * c->factor[0], r1 = rate * c->factor[1];
    const double middle = 0.5 * (b + r0 + e + r1), half = 0.5 * (e + r1 - b - r0);
    const double root = sqrt(half * half + b * e);
    const double fast = middle + root, slow = (b * r1 + e * r0 + r0 * r1) / fast;
    const double left = half > 0 ? root + half : b * e / (root - half);
    const double right = half > 0 ? b * e / (root + half) : root - half;
    const double one = exp(-slow * x) / (2 * root), two = exp(-fast * x) / (2 * root);
    const double from[2] = {state[0], state[1]};
    state[0] = from[0] * (one * left + two * right) + from[1] * (one - two) * e;
    state[1] = from[0] * (one - two) * b + from[1] * (one * right + two * left);
}

/* transformed: P(gap at most as it was) given all before; NULL: not wanted. */
static double likelihood(const struct hr__gaps *gaps, const struct chain *c, double *transformed)
{
    const double both = c->leave[0] + c->leave[1];
    double state[2] = {c->leave[1] / both * c->factor[0], c->leave[0] / both * c->factor[1]};
    double sum = 0;
    for (size_t i = 0; i < gaps->n; i++) {
        const double before = state[0] + state[1];
        state[0] /= before;
        state[1] /= before;
        pass(c, gaps->rate[i], gaps->gap[i], state);
        if (transformed)
            transformed[i] = 1 - state[0] - state[1];
        state[0] *= gaps->rate[i] * c->factor[0];
        state[1] *= gaps->rate[i] * c->factor[1];
        double density = state[0] + state[1];
        if (!(density > 1e-300))
            return -1e300;
        sum += log(density);
    }
    return sum;
}

static double climb(const gsl_vector *x, void *context)
{
    const struct chain chain = chain_of(x);
    return -likelihood(context, &chain, NULL);
}

/* From one start; false: no memory. */
static bool search(struct hr__gaps *gaps, const double start[PARAMETERS], struct chain *best,
                   double *best_value)
{
    gsl_multimin_function function = {climb, PARAMETERS, gaps};
    gsl_vector *x = gsl_vector_alloc(PARAMETERS), *step = gsl_vector_alloc(PARAMETERS);
    gsl_multimin_fminimizer *simplex =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, PARAMETERS);
    const bool room = x && step && simplex;
    if (room) {
        for (size_t k = 0; k < PARAMETERS; k++)
            gsl_vector_set(x, k, start[k]);
        gsl_vector_set_all(step, 0.7);
        gsl_multimin_fminimizer_set(simplex, &function, x, step);
        for (int i = 0; i < STEPS_MAX; i++)
            if (gsl_multimin_fminimizer_iterate(simplex) != 0 ||
                gsl_multimin_fminimizer_size(simplex) < 1e-3)
                break;
        if (-simplex->fval > *best_value) {
            *best_value = -simplex->fval;
            *best = chain_of(simplex->x);
        }
    }
    if (simplex)
        gsl_multimin_fminimizer_free(simplex);
    gsl_vector_free(step);
    gsl_vector_free(x);
    return room;
}

/* The best points of a coarse grid. */
static void find_starts(struct hr__gaps *gaps, double starts[STARTS][PARAMETERS])
{
    static const double ratios[] = {1.5, 3, 10}, shares[] = {-3, -1, 1}, stays[] = {1, 3, 5, 7, 9};
    double values[STARTS];
    for (size_t k = 0; k < STARTS; k++)
        values[k] = -INFINITY;
    for (size_t i = 0; i < 45; i++) {
        double at[PARAMETERS] = {ratios[i % 3], shares[i / 3 % 3], stays[i / 9]};
        gsl_vector_view x = gsl_vector_view_array(at, PARAMETERS);
        double value = -climb(&x.vector, gaps);
        size_t place = STARTS;
        while (place > 0 && value > values[place - 1])
            place--;
        if (place == STARTS)
            continue;
        for (size_t k = STARTS - 1; k > place; k--) {
            values[k] = values[k - 1];
            memcpy(starts[k], starts[k - 1], sizeof starts[k]);
        }
        values[place] = value;
        memcpy(starts[place], at, sizeof at);
    }
}

bool hr__fit_states(const struct hr__gaps *gaps, struct hr__two_states *ret, double *ret_likelihood,
                    double *transformed, struct hr_error *err)
{
    double starts[STARTS][PARAMETERS] = {{0}};
    struct hr__gaps all = *gaps;
    struct chain best = {{1, 1}, {1, 1}};
    *ret_likelihood = -INFINITY;
    find_starts(&all, starts);
    for (int i = 0; i < STARTS; i++)
        if (!search(&all, starts[i], &best, ret_likelihood))
            return hr_fail_memory(err);
    for (int k = 0; k < 2; k++) {
        ret->factor[k] = best.factor[k];
        ret->stay[k] = 1 / best.leave[k];
    }
    likelihood(gaps, &best, transformed);
    return true;
}
