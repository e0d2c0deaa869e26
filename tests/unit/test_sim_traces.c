/* Keep-alive policies on the real functions of Azure's public 2019 trace (a sample of 400 functions
 * over 480 minutes): cold starts against idle time. Counts per minute are spread evenly over it,
 * work takes no time, so the fixed policies' figures follow from the gaps alone; they were counted
 * by an independent script.
 */
#include "sim_case.h"

#include <zlib.h>

#define MINUTES 480

struct arrival {
    int64_t at;
    uint32_t whose;
};

static int by_time(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
                          : (x->whose > y->whose) - (x->whose < y->whose);
}

/* One line of counts, from the fifth column on, becomes arrivals. */
static size_t spread(char *line, uint32_t whose, struct arrival *ret)
{
    size_t n = 0;
    char *cell = line;
    for (int column = 0; cell; column++) {
        char *next = strchr(cell, ',');
        long count = column >= 4 ? strtol(cell, NULL, 10) : 0;
        for (long i = 0; i < count; i++)
            ret[n++] = (struct arrival){
                (column - 4) * HR_MINUTE + (2 * i + 1) * (HR_MINUTE / 2) / count, whose};
        cell = next ? next + 1 : NULL;
    }
    return n;
}

static struct sim_case azure_case(const char *traces)
{
    static char line[1 << 16];
    char path[512];
    snprintf(path, sizeof path, "%s/azure2019_sample_400fn/invocations.csv.gz", traces);
    gzFile file = gzopen(path, "rb");
    assert_non_null(file);
    assert_non_null(gzgets(file, line, sizeof line)); /* the header */
    struct arrival *all = malloc(3000000 * sizeof *all);
    assert_non_null(all);
    size_t n = 0, functions = 0;
    while (gzgets(file, line, sizeof line))
        n += spread(line, (uint32_t)functions++, all + n);
    gzclose(file);
    assert_int_equal(n, 2698245); /* as the trace's own description says */
    qsort(all, n, sizeof *all, by_time);
    struct sim_case c = sim_case_make(HR_FUNCTION);
    sim_case_room(&c, n);
    for (size_t i = 0; i < n; i++) {
        c.arrival[i] = SIM_T0 + all[i].at;
        c.workload[i] = all[i].whose;
    }
    free(all);
    c.workload_count = functions;
    sim_case_window(&c, SIM_T0, SIM_T0 + MINUTES * HR_MINUTE);
    return c;
}

/* The case's own four workloads do not suffice here. */
static struct hr_outcome run_many(struct sim_case *c)
{
    struct hr_sim_workload *workloads = calloc(c->workload_count, sizeof *workloads);
    for (size_t i = 0; i < c->workload_count; i++) {
        workloads[i] = c->workloads[0];
        workloads[i].key = i;
    }
    const struct hr_block all = {
        .n = c->n, .arrival_us = c->arrival, .service_us = c->service, .workload = c->workload};
    struct hr_column_source columns;
    hr_column_source_init(&columns, &all, 0);
    struct hr_source source = hr_column_source(&columns);
    const struct hr_replay_job job = {.platform = &c->platform,
                                      .workloads = workloads,
                                      .workload_count = c->workload_count,
                                      .source = &source,
                                      .options = &c->options};
    struct hr_outcome o = {0};
    struct hr_error err = {0};
    if (!hr_replay(&job, &o, &err))
        fail_msg("%s", err.text);
    free(workloads);
    return o;
}

static void keep_alive_trades_cold_starts_for_idle_time(void **state)
{
    (void)state;
    static const struct {
        int64_t minutes;
        uint64_t cold;
        double idle_h;
    } fixed[] = {{5, 7674, 1509.612752373611},
                 {10, 2793, 1747.010172936111},
                 {20, 1194, 1969.8275274033333},
                 {60, 719, 2389.656960518333}};
    const char *traces = hr_traces_dir();
    if (!traces)
        skip();
    struct sim_case c = azure_case(traces);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        c.platform.function.keep_alive_us = fixed[i].minutes * HR_MINUTE;
        struct hr_outcome o = run_many(&c);
        print_message("fixed %2d min: %5llu cold, %.0f h idle\n", (int)fixed[i].minutes,
                      (unsigned long long)o.total.cold_starts, o.total.unbilled_idle / 3.6e9);
        assert_int_equal(o.total.cold_starts, fixed[i].cold);
        assert_close(o.total.unbilled_idle / 3.6e9, fixed[i].idle_h, 1e-6);
        hr_outcome_clear(&o);
    }
    c.platform.function.keep_alive = HR_KEEP_HISTOGRAM;
    c.platform.function.histogram = (struct hr_histogram_model){.range_us = 4 * HR_HOUR,
                                                                .bin_us = HR_MINUTE,
                                                                .head = 0.05,
                                                                .tail = 0.99,
                                                                .margin = 0.1,
                                                                .cv = 2,
                                                                .samples = 3};
    struct hr_outcome o = run_many(&c);
    print_message("histogram: %llu cold, %.0f h idle\n", (unsigned long long)o.total.cold_starts,
                  o.total.unbilled_idle / 3.6e9);
    /* A tenth of the cold starts of five minutes for a tenth more idle time. */
    assert_int_equal(o.total.cold_starts, 776);
    assert_close(o.total.unbilled_idle / 3.6e9, 1622, 0.5);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keep_alive_trades_cold_starts_for_idle_time),
    };
    return cmocka_run_group_tests_name("sim_traces", tests, NULL, NULL);
}
