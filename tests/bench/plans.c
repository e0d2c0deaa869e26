/* plans.c: see plans.h. */
#include "plans.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RATE       300.0 /* invocations a second */
#define SERVICE_US 100e3
#define BEGIN      (INT64_C(20000) * HR_DAY)
#define UNIT_DRAWS 1000000

static double clock_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double cpu_s(void)
{
    return clock_s(CLOCK_THREAD_CPUTIME_ID);
}

double wall_s(void)
{
    return clock_s(CLOCK_MONOTONIC);
}

double time_unit(void)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    volatile double sum = 0;
    double begin = cpu_s();
    for (size_t i = 0; i < UNIT_DRAWS; i++)
        sum += gsl_ran_exponential(rng, 1.0) + gsl_ran_exponential(rng, 2.0);
    double took = cpu_s() - begin;
    gsl_rng_free(rng);
    return 1e9 * took / UNIT_DRAWS;
}

static _Noreturn void fail(const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    exit(3);
}

/* ---- plans --------------------------------------------------------------------------------- */

struct writer {
    struct hr_sink sink;
    struct hr_columns *blocks; /* of each workload, a part of the most rows, as an import waits */
    uint32_t *ids;
    size_t workloads, room;
};

static void put(struct writer *w, size_t workload)
{
    struct hr_error err = {0};
    struct hr_columns *block = &w->blocks[workload];
    if (block->n && !w->sink.put(w->sink.context, w->ids[workload], block, &err))
        fail(err.text);
    block->n = 0;
}

static void open_writer(struct writer *w, struct hr_store *store, size_t workloads)
{
    struct hr_error err = {0};
    char name[32];
    *w = (struct writer){.blocks = calloc(workloads, sizeof *w->blocks),
                         .ids = calloc(workloads, sizeof *w->ids),
                         .workloads = workloads,
                         .room = HR_BLOCK_ROWS / (1 + (workloads - 1) / 8)};
    if (!w->blocks || !w->ids || !hr_store_sink(store, "bench", &w->sink, &err))
        fail(w->blocks && w->ids ? err.text : "no memory");
    for (size_t i = 0; i < workloads; i++) {
        snprintf(name, sizeof name, "w%04zu", i);
        if (!w->sink.workload(w->sink.context, name, &w->ids[i], &err) ||
            !hr_columns_init(&w->blocks[i], w->room, &err))
            fail(err.text);
        w->blocks[i].bytes = w->blocks[i].memory_kb = w->blocks[i].init_us = NULL;
    }
}

static void close_writer(struct writer *w)
{
    struct hr_error err = {0};
    for (size_t i = 0; i < w->workloads; i++) {
        put(w, i);
        hr_columns_clear(&w->blocks[i]);
    }
    if (!w->sink.commit(w->sink.context, &err))
        fail(err.text);
    free(w->blocks);
    free(w->ids);
}

void plan_write(const char *path, size_t workloads, uint64_t rows)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct writer w;
    if (!hr_store_open(path, HR_STORE_CREATE, &store, &err))
        fail(err.text);
    open_writer(&w, store, workloads);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    double at = (double)BEGIN;
    for (uint64_t i = 0; i < rows; i++) {
        const size_t workload = workloads > 1 ? gsl_rng_uniform_int(rng, workloads) : 0;
        struct hr_columns *block = &w.blocks[workload];
        at += gsl_ran_exponential(rng, 1e6 / RATE);
        block->arrival_us[block->n] = (int64_t)at;
        block->duration_us[block->n] = (int64_t)gsl_ran_exponential(rng, SERVICE_US);
        block->status[block->n] = HR_STATUS_OK;
        if (++block->n == w.room)
            put(&w, workload);
    }
    gsl_rng_free(rng);
    close_writer(&w);
    hr_store_close(store);
}

static void write_file(const char *path, const char *id, const char *rest)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fail("the platform's file cannot be written");
    fprintf(file, "platform: %s\ntitle: Fixed sizes\nas_of: 2026-11-01\nsources: []\n%s", id, rest);
    if (fclose(file) != 0)
        fail("the platform's file cannot be written");
}

static const char function_yaml[] = "kind: function\n"
                                    "function:\n"
                                    "  memory: 1769 MB\n"
                                    "  keep_alive: {policy: fixed, time: 600 s}\n"
                                    "  cold_start: {dist: exponential, mean: 253 ms}\n";
static const char fleet_yaml[] = "kind: fleet\n"
                                 "fleet:\n"
                                 "  instance: {type: bench, vcpus: 8, memory: 16 GB, slots: 8}\n"
                                 "  servers: {min: 8, max: 8, initial: 8}\n"
                                 "  discipline: slots\n"
                                 "  balancer: least-outstanding\n"
                                 "  boot: {dist: constant, value: 90 s}\n"
                                 "  autoscaler: {policy: fixed}\n";

const char *platform_write(const char *path, enum hr_platform_kind kind)
{
    const char *id = kind == HR_FUNCTION ? "bench-function" : "bench-fleet";
    write_file(path, id, kind == HR_FUNCTION ? function_yaml : fleet_yaml);
    return id;
}

void platform_numbered(const char *path, int number)
{
    char id[32];
    snprintf(id, sizeof id, "bench-fleet%d", number);
    write_file(path, id, fleet_yaml);
}

/* ---- comparisons --------------------------------------------------------------------------- */

static int compare(const struct compared *what)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_models *models = NULL;
    struct hr_comparison comparison;
    const struct hr_compare_options options = {.only = &what->id,
                                               .only_count = 1,
                                               .platform_files = &what->platform,
                                               .platform_file_count = 1,
                                               .seed = 1,
                                               .threads = what->threads,
                                               .alone = what->alone,
                                               .held = what->held,
                                               .no_turns = true};
    bool done = hr_store_open(what->plan, HR_STORE_READ, &store, &err) &&
                hr_models_open(NULL, &models, &err) &&
                hr_compare(store, models, &options, &comparison, &err);
    if (!done)
        fprintf(stderr, "%s\n", err.text);
    return done ? 0 : 3; /* the process ends: nothing is given back */
}

struct run compare_apart(const struct compared *what)
{
    int status = 0;
    struct rusage usage;
    fflush(stdout);
    double begin = wall_s();
    pid_t child = fork();
    if (child == 0)
        _exit(compare(what));
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        fail("a comparison cannot be measured");
    return run_of(&usage, wall_s() - begin);
}
