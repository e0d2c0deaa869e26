/* bench_store.c: a plan read back: decoding a million stored invocations, running them again on one
 * platform as they are decoded, and a whole `headroom compare` of them, in ns an invocation and in
 * units of two gsl_ran_exponential with taus2, as the engines' bench has them. CPU time, medians.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "generate.h"
#include "headroom/store.h"
#include "plans.h"

#define INVOCATIONS ((size_t)1000000)

static _Noreturn void fail(const char *folder, const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    scratch_remove(folder);
    exit(3);
}

/* The only workload of a plan. */
struct stored {
    struct hr_store *store;
    struct hr_store_workload workload;
    const char *folder;
};

static struct stored stored_open(const char *folder, const char *plan)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_store_workload *workloads = NULL;
    struct stored stored = {.folder = folder};
    size_t count = 0;
    if (!hr_store_open(plan, HR_STORE_READ, &stored.store, &err) ||
        !hr_store_workloads(stored.store, NULL, &arena, &workloads, &count, &err))
        fail(folder, err.text);
    if (count != 1)
        fail(folder, "the plan has more than one workload");
    stored.workload = workloads[0];
    hr_arena_clear(&arena);
    return stored;
}

static struct hr_store_reader *read_columns(const struct stored *stored, unsigned columns)
{
    struct hr_error err = {0};
    struct hr_store_reader *reader = NULL;
    const struct hr_store_span span = {
        .workload = stored->workload.id, .to = HR_TIME_MAX, .columns = columns};
    if (!hr_store_reader_open_span(stored->store, &span, &reader, &err))
        fail(stored->folder, err.text);
    return reader;
}

/* ns of reading an invocation of the plan back into columns, in order. */
static double time_decode(const struct stored *stored, unsigned columns)
{
    struct hr_error err = {0};
    struct hr_columns block = {.n = 1};
    size_t rows = 0;
    double begin = cpu_s();
    struct hr_store_reader *reader = read_columns(stored, columns);
    while (block.n > 0) {
        if (!hr_store_reader_next(reader, &block, &err))
            fail(stored->folder, err.text);
        rows += block.n;
    }
    hr_store_reader_close(reader);
    double took = cpu_s() - begin;
    if (rows != INVOCATIONS)
        fail(stored->folder, "not every invocation came back");
    return 1e9 * took / (double)INVOCATIONS;
}

static bool next_stored(void *context, struct hr_block *ret, struct hr_error *err)
{
    struct hr_columns block;
    if (!hr_store_reader_next(context, &block, err))
        return false;
    *ret = (struct hr_block){
        .n = block.n, .arrival_us = block.arrival_us, .service_us = block.duration_us};
    return true;
}

static struct hr_platform platform_of(enum hr_platform_kind kind)
{
    struct hr_platform p = {.kind = kind, .id = "bench"};
    p.function.keep_alive_us = 600 * HR_SECOND;
    p.function.start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 253000};
    p.fleet.vcpus = 8;
    p.fleet.memory_mb = 16384;
    p.fleet.slots = 8;
    p.fleet.servers_min = p.fleet.servers_max = p.fleet.servers_initial = 100;
    p.fleet.queue_limit = -1;
    p.fleet.balancer = HR_LEAST_OUTSTANDING;
    p.fleet.discipline = HR_SLOTS;
    p.fleet.boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 90e6};
    return p;
}

/* ns of decoding an invocation and replaying it. */
static double time_rerun(const struct stored *stored, enum hr_platform_kind kind)
{
    const struct hr_platform platform = platform_of(kind);
    const struct hr_sim_workload workload = {.key = 7,
                                             .cpu_bound = 1,
                                             .speed = 1,
                                             .memory_mb = 1769,
                                             .vcpus = 1,
                                             .slots = 1,
                                             .target_us = 5 * HR_SECOND};
    const struct hr_sim_options options = {.window_from = stored->workload.first,
                                           .window_to = stored->workload.last,
                                           .bill_from = stored->workload.first,
                                           .bill_to = stored->workload.last,
                                           .timeline_buckets = HR_TIMELINE_MAX};
    struct hr_error err = {0};
    struct hr_outcome outcome = {0};
    double begin = cpu_s();
    struct hr_store_reader *reader = read_columns(stored, HR_COLUMN_DURATION);
    const struct hr_source source = {.context = reader, .next = next_stored};
    const struct hr_replay_job job = {.platform = &platform,
                                      .workloads = &workload,
                                      .workload_count = 1,
                                      .source = &source,
                                      .options = &options};
    if (!hr_replay(&job, &outcome, &err))
        fail(stored->folder, err.text);
    hr_store_reader_close(reader);
    double took = cpu_s() - begin;
    if (outcome.total.invocations != INVOCATIONS)
        fail(stored->folder, "not every invocation was replayed");
    hr_outcome_clear(&outcome);
    return 1e9 * took / (double)INVOCATIONS;
}

/* ---- rounds -------------------------------------------------------------------------------- */

enum { DECODE_ALL, DECODE_NEEDED, RERUN_FUNCTION, RERUN_FLEET, COMPARE, CASES };
struct measured {
    const char *what;
    double bar; /* 0: none */
    double ns[RUNS_ROUNDS], units[RUNS_ROUNDS];
};

static void say(const struct measured *m)
{
    double each = median(m->ns, RUNS_ROUNDS), units = median(m->units, RUNS_ROUNDS);
    printf("%-52s %7.1f ns %6.2f M/s  ratio %5.2f", m->what, each, 1e3 / each, units);
    if (m->bar > 0)
        printf("  bar %4.2f  %s", m->bar, units <= m->bar ? "met" : "MISSED");
    puts("");
}

static double time_case(size_t which, const struct stored *stored, const char *const compare[])
{
    switch (which) {
    case DECODE_ALL:
        return time_decode(stored, HR_COLUMN_EVERY);
    case DECODE_NEEDED:
        return time_decode(stored, HR_COLUMN_DURATION | HR_COLUMN_STATUS);
    case RERUN_FUNCTION:
        return time_rerun(stored, HR_FUNCTION);
    case RERUN_FLEET:
        return time_rerun(stored, HR_FLEET);
    default:
        return 1e9 * run_program(compare).cpu_s / (double)INVOCATIONS;
    }
}

int main(void)
{
    const char *program = getenv("HR_BIN"), *folder = scratch_folder();
    char log[4200], plan[4200], platform[4200];
    snprintf(log, sizeof log, "%s/bench.log", folder);
    snprintf(plan, sizeof plan, "%s/bench.plan", folder);
    snprintf(platform, sizeof platform, "%s/bench.yaml", folder);
    if (!program)
        program = "build/headroom";
    if (!generate_log(log, LOG_REPORT, INVOCATIONS))
        fail(folder, "the log cannot be written");
    const char *const id = platform_write(platform, HR_FUNCTION);
    const char *const import[] = {program, "import", "--quiet", "--plan", plan, log, NULL};
    const char *const compare[] = {program,     "compare",  "--quiet", "--plan", plan,
                                   "--threads", "1",        "--only",  id,       "--platform",
                                   platform,    "--format", "csv",     NULL};
    run_program(import);
    const struct stored stored = stored_open(folder, plan);
    double unit[RUNS_ROUNDS];
    struct measured measured[CASES] = {
        [DECODE_ALL] = {.what = "plan read back: five columns and the status"},
        [DECODE_NEEDED] = {.what = "plan read back: what a replay needs", .bar = 0.3},
        [RERUN_FUNCTION] = {.what = "stored invocations run again: function", .bar = 1.6},
        [RERUN_FLEET] = {.what = "stored invocations run again: least outstanding", .bar = 3},
        [COMPARE] = {.what = "headroom compare, one function platform, in all"}};
    for (size_t r = 0; r < RUNS_ROUNDS; r++)
        for (size_t i = 0; i < CASES; i++) {
            unit[r] = time_unit();
            measured[i].ns[r] = time_case(i, &stored, compare);
            measured[i].units[r] = measured[i].ns[r] / unit[r];
        }
    printf("unit: two gsl_ran_exponential, taus2: %.1f ns\n", median(unit, RUNS_ROUNDS));
    for (size_t i = 0; i < CASES; i++)
        say(&measured[i]);
    hr_store_close(stored.store);
    scratch_remove(folder);
    return 0;
}
