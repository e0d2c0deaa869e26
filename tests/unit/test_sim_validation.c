/* Validation: every system whose figures are known exactly, replayed, and the table of it that
 * `make validate` writes into models/README.md.
 *
 * Each figure is estimated from replications with seeds of their own; its Student interval must
 * hold the exact value and be narrow. All intervals together hold with 99.9 % (Bonferroni), so a
 * test that fails points at the engine and not at luck. With HR_VALIDATION_TABLE twice as many
 * arrivals are replayed and the table goes to that file, with 95 % half-widths of each figure by
 * itself.
 */
#include "sim_case.h"
#include "validation_cases.h"

#include <gsl/gsl_cdf.h>

#define REPLICATIONS 12
#define CASES        (sizeof vl_cases / sizeof *vl_cases)

static const char *const figure_words[] = {
#define VL_FIGURE_WORDS(id, words, unit) [id] = words,
    VL_FIGURES(VL_FIGURE_WORDS)
#undef VL_FIGURE_WORDS
};
static const char *const figure_units[] = {
#define VL_FIGURE_UNIT(id, words, unit) [id] = unit,
    VL_FIGURES(VL_FIGURE_UNIT)
#undef VL_FIGURE_UNIT
};

/* ---- traffic --------------------------------------------------------------------------------- */

static double draw(gsl_rng *rng, enum vl_law law)
{
    const double half =
        sqrt(3.0 / 5.0) / 2; /* balanced means: p = 1/2 + sqrt((cv^2-1)/(cv^2+1))/2 */
    switch (law) {
    case VL_EXPONENTIAL:
        return gsl_ran_exponential(rng, 1);
    case VL_CONSTANT:
        return 1;
    case VL_ERLANG4:
        return gsl_ran_gamma(rng, 4, 0.25);
    case VL_LOGNORMAL1:
        return gsl_ran_lognormal(rng, -0.34657359028, 0.83255461116);
    case VL_LOGNORMAL4:
        return gsl_ran_lognormal(rng, -0.80471895622, 1.26863624118);
    case VL_PARETO35:
        return gsl_ran_pareto(rng, 3.5, 2.5 / 3.5);
    case VL_HYPER4:
        return gsl_rng_uniform(rng) < 0.5 + half ? gsl_ran_exponential(rng, 1 / (1 + 2 * half))
                                                 : gsl_ran_exponential(rng, 1 / (1 - 2 * half));
    case VL_NOTHING:
        break;
    }
    return 0;
}

static double service_of(const struct vl_case *v)
{
    return v->service_s > 0 ? v->service_s : 1;
}

/* The first fiftieth fills the system. Of processor sharing the second workload has the longer
 * half of the requests. */
static void make_traffic(const struct vl_case *v, unsigned long seed, struct sim_case *c)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, seed);
    double at = (double)SIM_T0;
    sim_case_room(c, getenv("HR_VALIDATION_TABLE") ? v->n : v->n / 2);
    for (size_t i = 0; i < c->n; i++) {
        const double work = draw(rng, v->service);
        at += draw(rng, v->gaps) * 1e6 / v->rate;
        c->arrival[i] = (int64_t)at;
        c->service[i] = (int64_t)(work * service_of(v) * 1e6 + 0.5);
        c->workload[i] = v->engine == VL_SHARING && work > 0.6931471806;
    }
    gsl_rng_free(rng);
    sim_case_window(c, SIM_T0, c->arrival[c->n - 1]);
    c->options.warmup_us = (c->arrival[c->n - 1] - SIM_T0) / 50;
    c->options.seed = seed;
}

/* ---- platforms ------------------------------------------------------------------------------- */

static void make_fleet(const struct vl_case *v, struct hr_fleet_model *fleet)
{
    if (v->engine == VL_SHARING) {
        fleet->slots = 1000000;
        fleet->vcpus = v->slots;
        fleet->discipline = HR_SHARING;
    } else {
        fleet->servers_min = fleet->servers_max = fleet->servers_initial = v->slots;
        fleet->queue_limit = v->engine == VL_LOSS ? 0 : v->bounded ? v->room : -1;
    }
}

static void make_function(const struct vl_case *v, struct sim_case *c)
{
    struct hr_function_model *f = &c->platform.function;
    if (v->engine == VL_SHARING) {
        f->discipline = HR_SHARING;
        for (size_t i = 0; i < 2; i++) {
            c->workloads[i].slots = 1000000;
            c->workloads[i].vcpus = v->slots;
        }
    }
    f->concurrency_limit = v->engine == VL_LOSS ? v->slots : v->limit;
    f->keep_alive_us = v->keep_s > 0 ? (int64_t)(v->keep_s * 1e6) : HR_HOUR;
    if (v->keep_to_s > 0) {
        f->keep_alive = HR_KEEP_DISTRIBUTION;
        f->keep_alive_dist =
            (struct hr_dist){.kind = HR_UNIFORM, .a = v->keep_s * 1e6, .b = v->keep_to_s * 1e6};
    }
    f->reuse = v->newest ? HR_REUSE_NEWEST : HR_REUSE_RECENT;
    f->start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = v->start, .a = v->start_s * 1e6};
    if (v->engine == VL_FUNCTION_QUEUES) {
        f->on_limit = HR_LIMIT_QUEUE;
        f->queue_us = 365 * HR_DAY;
    }
}

/* ---- figures --------------------------------------------------------------------------------- */

static double mean_response(const struct hr_measures *m)
{
    return m->response.sum / (double)m->response.count / 1e6;
}

/* Mean response over mean service. */
static double slowdown(const struct hr_measures *m, double recorded_us)
{
    return m->response.sum / recorded_us;
}

/* Of the requests that count, so that means of both are of the same ones. */
static double recorded(const struct sim_case *c, uint32_t workload)
{
    double sum = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->workload[i] == workload &&
            c->arrival[i] >= c->options.window_from + c->options.warmup_us)
            sum += (double)c->service[i];
    return sum;
}

static double figure_of(const struct sim_case *c, const struct hr_outcome *o, enum vl_figure figure)
{
    const struct hr_measures *m = &o->total;
    const double served = (double)m->served, all = (double)m->invocations;
    switch (figure) {
    case VL_P_WAIT:
        return 1 - (double)m->on_target / served;
    case VL_WAIT:
        return m->wait_sum / served / 1e6;
    case VL_DELAY:
        return (m->wait_sum + m->start_sum) / served / 1e6;
    case VL_REFUSED:
        return (double)m->dropped / all;
    case VL_RESPONSE:
        return mean_response(m);
    case VL_RESPONSE_P50:
        return (double)hr_histogram_percentile(&m->response, 0.5) / 1e6;
    case VL_RESPONSE_P95:
        return (double)hr_histogram_percentile(&m->response, 0.95) / 1e6;
    case VL_RESPONSE_P99:
        return (double)hr_histogram_percentile(&m->response, 0.99) / 1e6;
    case VL_SLOWDOWN_SHORT:
        return slowdown(&o->workloads[0], recorded(c, 0));
    case VL_SLOWDOWN_LONG:
        return slowdown(&o->workloads[1], recorded(c, 1));
    case VL_COLD:
        return (double)m->cold_starts / served;
    case VL_INSTANCES:
        return m->instances_mean;
    case VL_NONE:
    case VL_FIGURE_COUNT:
        break;
    }
    return 0;
}

struct estimates {
    const struct vl_case *of;
    double x[VL_FIGURES_MAX][REPLICATIONS];
};

/* Busy slots are what was served times its mean: Little's law. */
static bool little_holds(const struct sim_case *c, const struct hr_outcome *o)
{
    const double span =
        (double)(c->options.window_to - c->options.window_from - c->options.warmup_us);
    const double busy = o->total.service_sum / span;
    return fabs(o->total.busy_mean - busy) <= 0.02 * busy + 1e-9;
}

/* However requests slow each other down, their work takes the vCPU time that it takes alone. */
static bool work_is_kept(const struct sim_case *c, const struct hr_outcome *o)
{
    const double work = recorded(c, 0) + recorded(c, 1);
    return fabs(o->total.vcpu_us_used / work - 1) < 0.02;
}

/* Processor sharing and loss are replayed on both kinds, which must agree. */
static bool replicate(void *context, size_t index, struct hr_error *err)
{
    struct estimates *e = context;
    const struct vl_case *v = e->of;
    const bool fleet = v->engine == VL_QUEUE || v->engine == VL_LOSS || v->engine == VL_SHARING;
    struct sim_case c = sim_case_make(fleet ? HR_FLEET : HR_FUNCTION);
    struct hr_outcome o = {0}, other = {0};
    c.workload_count = v->engine == VL_SHARING ? 2 : 1;
    c.workloads[0].target_us = c.workloads[1].target_us = 0;
    c.workloads[0].target_kind = c.workloads[1].target_kind = HR_TARGET_START;
    make_traffic(v, index + 1, &c);
    make_fleet(v, &c.platform.fleet);
    make_function(v, &c);
    bool good = sim_case_try(&c, &o, err);
    for (size_t k = 0; good && k < VL_FIGURES_MAX; k++)
        e->x[k][index] = figure_of(&c, &o, v->figures[k].figure);
    if (good && v->engine != VL_SHARING && !little_holds(&c, &o))
        good = hr_fail(err, HR_EMODEL, "%s: Little's law does not hold", v->system);
    if (good && v->engine == VL_SHARING && !work_is_kept(&c, &o))
        good = hr_fail(err, HR_EMODEL, "%s: vCPU time is not the work", v->system);
    if (good && (v->engine == VL_LOSS || v->engine == VL_SHARING)) {
        c.platform.kind = HR_FUNCTION;
        c.workload_count = 1; /* a function of each workload would be another system */
        memset(c.workload, 0, c.n * sizeof *c.workload);
        good = sim_case_try(&c, &other, err);
        if (good && (other.total.dropped != o.total.dropped ||
                     fabs(other.total.response.sum / o.total.response.sum - 1) > 1e-3))
            good = hr_fail(err, HR_EMODEL, "%s: functions and servers disagree", v->system);
    }
    hr_outcome_clear(&o);
    hr_outcome_clear(&other);
    sim_case_clear(&c);
    return good;
}

static void mean_and_error(const double x[REPLICATIONS], double *mean, double *error)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < REPLICATIONS; i++)
        sum += x[i];
    *mean = sum / REPLICATIONS;
    for (size_t i = 0; i < REPLICATIONS; i++)
        square += (x[i] - *mean) * (x[i] - *mean);
    *error = sqrt(square / (REPLICATIONS - 1) / REPLICATIONS);
}

static size_t figure_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < CASES; i++)
        for (size_t k = 0; k < VL_FIGURES_MAX; k++)
            count += vl_cases[i].figures[k].figure != VL_NONE;
    return count;
}

static double student(double outside)
{
    return gsl_cdf_tdist_Pinv(1 - outside / 2, REPLICATIONS - 1);
}

/* ---- the test, and the table ----------------------------------------------------------------- */

static void put_cell(FILE *table, double figure, const char *unit)
{
    if (figure > 0)
        fprintf(table, " %.5g%s%s |", figure, *unit ? " " : "", unit);
    else
        fputs(" |", table);
}

static void put_line(FILE *table, const struct vl_case *v, size_t k, double mean, double error)
{
    if (!table)
        return;
    const char *unit = figure_units[v->figures[k].figure];
    fprintf(table, "| %s | %s | %s |", k ? "" : v->table, k ? "" : v->system,
            figure_words[v->figures[k].figure]);
    put_cell(table, v->figures[k].exact, unit);
    put_cell(table, v->figures[k].published, unit);
    put_cell(table, v->figures[k].measured, unit);
    fprintf(table, " %.5g ± %.1g |\n", mean, error * student(0.05));
}

/* Against theory; where there is none, against what was published, whose own interval counts. */
static bool agrees(const struct vl_case *v, size_t k, double mean, double half, bool all)
{
    const double exact = v->figures[k].exact, published = v->figures[k].published;
    const double value = exact > 0 ? exact : published;
    const double room = exact > 0 ? 1e-9 * exact : v->figures[k].published_half;
    /* narrow for all arrivals; with half of them wider by the root of two, or a little more */
    const double narrow = v->figures[k].narrow * value * (all ? 1 : 1.6);
    const bool holds = fabs(mean - value) <= half + room;
    if (!holds || half > narrow)
        print_error("%s %s, %s: %.6g +- %.2g, expected %.6g%s\n", v->table, v->system,
                    figure_words[v->figures[k].figure], mean, half, value,
                    holds ? ": too wide" : "");
    return holds && half <= narrow;
}

static size_t judge(const struct estimates *e, double factor, FILE *table)
{
    size_t wrong = 0;
    const struct vl_case *v = e->of;
    for (size_t k = 0; k < VL_FIGURES_MAX && v->figures[k].figure != VL_NONE; k++) {
        double mean, error;
        mean_and_error(e->x[k], &mean, &error);
        wrong += !v->shown && !agrees(v, k, mean, factor * error, table != NULL);
        put_line(table, v, k, mean, error);
    }
    return wrong;
}

static void every_exact_figure_comes_out(void **state)
{
    (void)state;
    const char *path = getenv("HR_VALIDATION_TABLE");
    FILE *table = path ? fopen(path, "w") : NULL;
    const double factor = student(0.001 / (double)figure_count());
    size_t wrong = 0;
    if (path && !table)
        fail_msg("%s: cannot be written", path);
    if (table)
        fputs("| source | system | figure | theory | published | measured | replayed |\n"
              "|---|---|---|---|---|---|---|\n",
              table);
    for (size_t i = 0; i < CASES; i++) {
        struct estimates e = {.of = &vl_cases[i]};
        struct hr_error err = {0};
        if (e.of->shown && !table)
            continue;
        if (!hr_parallel_for(REPLICATIONS, 0, replicate, &e, &err)) {
            print_error("%s\n", err.text);
            wrong++;
        } else {
            wrong += judge(&e, factor, table);
        }
    }
    if (table)
        fclose(table);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exact_figure_comes_out),
    };
    return cmocka_run_group_tests_name("sim_validation", tests, NULL, NULL);
}
