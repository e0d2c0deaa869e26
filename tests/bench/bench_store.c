/* bench_store.c: a plan read back: decoding a million stored invocations, and a whole `headroom
 * compare` of them on one function platform of fixed memory, in ns an invocation and in units of
 * two gsl_ran_exponential with taus2, as the engines' bench has them. CPU time, medians.
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "generate.h"
#include "headroom/store.h"
#include "runs.h"

#define INVOCATIONS ((size_t)1000000)

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static _Noreturn void fail(const char *folder, const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    scratch_remove(folder);
    exit(3);
}

/* ns of drawing an invocation's two variates. */
static double time_unit(void)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    volatile double sum = 0;
    double begin = cpu_s();
    for (size_t i = 0; i < INVOCATIONS; i++)
        sum += gsl_ran_exponential(rng, 1.0) + gsl_ran_exponential(rng, 2.0);
    double took = cpu_s() - begin;
    gsl_rng_free(rng);
    return 1e9 * took / (double)INVOCATIONS;
}

/* ns of reading an invocation of the plan back into columns, in order. */
static double time_decode(const char *folder, const char *plan)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_arena arena = {0};
    struct hr_store_workload *workloads = NULL;
    size_t count = 0, rows = 0;
    if (!hr_store_open(plan, HR_STORE_READ, &store, &err) ||
        !hr_store_workloads(store, NULL, &arena, &workloads, &count, &err))
        fail(folder, err.text);
    double begin = cpu_s();
    for (size_t i = 0; i < count; i++) {
        struct hr_store_reader *reader = NULL;
        struct hr_columns block = {.n = 1};
        if (!hr_store_reader_open(store, workloads[i].id, INT64_MIN, INT64_MAX, &reader, &err))
            fail(folder, err.text);
        while (block.n > 0) {
            if (!hr_store_reader_next(reader, &block, &err))
                fail(folder, err.text);
            rows += block.n;
        }
        hr_store_reader_close(reader);
    }
    double took = cpu_s() - begin;
    hr_arena_clear(&arena);
    hr_store_close(store);
    if (rows != INVOCATIONS)
        fail(folder, "not every invocation came back");
    return 1e9 * took / (double)INVOCATIONS;
}

static void write_platform(const char *folder, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs("platform: bench-function\n"
                       "kind: function\n"
                       "title: One request at a time, fixed memory\n"
                       "as_of: 2026-11-01\n"
                       "sources: []\n"
                       "function:\n"
                       "  memory: 1769 MB\n"
                       "  keep_alive: {policy: fixed, time: 600 s}\n"
                       "  cold_start: {dist: exponential, mean: 253 ms}\n",
                       file) < 0)
        fail(folder, "the platform's file cannot be written");
    fclose(file);
}

static void say(const char *what, const double ns[], const double units[])
{
    double each = median(ns, RUNS_ROUNDS);
    printf("%-52s %7.1f ns %6.2f M/s  ratio %5.2f\n", what, each, 1e3 / each,
           median(units, RUNS_ROUNDS));
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
    write_platform(folder, platform);
    const char *const import[] = {program, "import", "--quiet", "--plan", plan, log, NULL};
    const char *const compare[] = {
        program,  "compare",        "--quiet",    "--plan", plan,       "--threads", "1",
        "--only", "bench-function", "--platform", platform, "--format", "csv",       NULL};
    run_program(import);
    double unit[RUNS_ROUNDS], decode[RUNS_ROUNDS], whole[RUNS_ROUNDS];
    double decode_ratio[RUNS_ROUNDS], whole_ratio[RUNS_ROUNDS];
    for (size_t r = 0; r < RUNS_ROUNDS; r++) {
        unit[r] = time_unit();
        decode[r] = time_decode(folder, plan);
        whole[r] = 1e9 * run_program(compare).cpu_s / (double)INVOCATIONS;
        decode_ratio[r] = decode[r] / unit[r];
        whole_ratio[r] = whole[r] / unit[r];
    }
    printf("unit: two gsl_ran_exponential, taus2: %.1f ns\n", median(unit, RUNS_ROUNDS));
    say("plan read back: five columns and the status", decode, decode_ratio);
    say("headroom compare, one function platform, in all", whole, whole_ratio);
    scratch_remove(folder);
    return 0;
}
