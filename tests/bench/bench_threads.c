/* bench_threads.c: one thread against two, by the wall clock: platforms, workloads and
 * replications.
 *
 * A shared machine may not have two whole cores, so a pair of threads that do nothing but
 * arithmetic is timed in every round beside them: what is gained is to be read against what that
 * gains.
 */
#include <stdio.h>
#include <stdlib.h>

#include "plans.h"

#define ROWS       UINT64_C(400000)
#define PLATFORMS  8
#define WORKLOADS  8
#define SPIN_STEPS UINT64_C(60000000)
#define BAR        1.5 /* times faster, where arithmetic gains two */

enum { SPIN, PLATFORM, WORKLOAD, REPLICATION, CASES };
static const char *const names[CASES] = {
    [SPIN] = "arithmetic alone, two pieces",
    [PLATFORM] = "platforms: 8 fleets compared",
    [WORKLOAD] = "workloads: 8 fleets of their own",
    [REPLICATION] = "replications: 8 rows of a batch",
};

struct world {
    char plan[4200], apart[4200], batch[4300], platform[4200], platforms[PLATFORMS][4200];
    struct hr_store *store;
    struct hr_models *models;
};

static _Noreturn void fail(const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    exit(3);
}

/* ---- what is timed ------------------------------------------------------------------------- */

static bool spin(void *context, size_t index, struct hr_error *err)
{
    volatile uint64_t *results = context;
    uint64_t x = index + 1;
    (void)err;
    for (uint64_t i = 0; i < SPIN_STEPS; i++)
        x = x * UINT64_C(6364136223846793005) + 1;
    results[index] = x;
    return true;
}

static void compare(const struct world *world, const char *plan, size_t platforms, bool alone,
                    unsigned threads)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_comparison comparison;
    const char *files[PLATFORMS], *ids[PLATFORMS];
    char names_of[PLATFORMS][16];
    for (size_t i = 0; i < platforms; i++) {
        snprintf(names_of[i], sizeof names_of[i], "bench-fleet%zu", i);
        ids[i] = names_of[i];
        files[i] = world->platforms[i];
    }
    const struct hr_compare_options options = {.only = ids,
                                               .only_count = platforms,
                                               .platform_files = files,
                                               .platform_file_count = platforms,
                                               .seed = 1,
                                               .threads = threads,
                                               .alone = alone,
                                               .no_turns = true};
    if (!hr_store_open(plan, HR_STORE_READ, &store, &err) ||
        !hr_compare(store, world->models, &options, &comparison, &err))
        fail(err.text);
    hr_comparison_clear(&comparison);
    hr_store_close(store);
}

static void run_batch(const struct world *world, unsigned threads)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_batch batch;
    const struct hr_compare_options options = {.seed = 1, .threads = threads};
    if (!hr_store_open(world->plan, HR_STORE_READ, &store, &err) ||
        !hr_batch_run(world->batch, store, world->models, &options, &batch, &err))
        fail(err.text);
    hr_batch_clear(&batch);
    hr_store_close(store);
}

static double time_case(const struct world *world, int which, unsigned threads)
{
    uint64_t results[2];
    const double begin = wall_s();
    switch (which) {
    case SPIN:
        hr_parallel_for(2, threads, spin, results, NULL);
        break;
    case PLATFORM:
        compare(world, world->plan, PLATFORMS, false, threads);
        break;
    case WORKLOAD:
        compare(world, world->apart, 1, true, threads);
        break;
    default:
        run_batch(world, threads);
    }
    return wall_s() - begin;
}

/* ---- the world ----------------------------------------------------------------------------- */

static void write_batch(const struct world *world)
{
    FILE *file = fopen(world->batch, "w");
    if (!file)
        fail("the batch file cannot be written");
    fprintf(file, "batch: shares\napp: bench\nplatforms: [%s]\nset:\n  workload.cpu_bound: [",
            world->platforms[0]);
    for (int i = 0; i < WORKLOADS; i++)
        fprintf(file, "%s0.%d", i ? ", " : "", 1 + i);
    fputs("]\n", file);
    fclose(file);
}

static void open_world(struct world *world, const char *folder)
{
    struct hr_error err = {0};
    snprintf(world->plan, sizeof world->plan, "%s/one.plan", folder);
    snprintf(world->apart, sizeof world->apart, "%s/apart.plan", folder);
    snprintf(world->batch, sizeof world->batch, "%s/batch.yaml", folder);
    plan_write(world->plan, 1, ROWS);
    plan_write(world->apart, WORKLOADS, ROWS);
    for (int i = 0; i < PLATFORMS; i++) {
        snprintf(world->platforms[i], sizeof world->platforms[i], "%s/fleet%d.yaml", folder, i);
        platform_numbered(world->platforms[i], i);
    }
    write_batch(world);
    if (!hr_models_open(NULL, &world->models, &err))
        fail(err.text);
}

int main(void)
{
    const char *folder = scratch_folder();
    struct world world = {0};
    double gain[CASES][RUNS_ROUNDS];
    open_world(&world, folder);
    for (size_t r = 0; r < RUNS_ROUNDS; r++)
        for (int i = 0; i < CASES; i++) {
            const double one = time_case(&world, i, 1);
            gain[i][r] = one / time_case(&world, i, 2);
        }
    const double spin_gain = median(gain[SPIN], RUNS_ROUNDS);
    printf("%-52s %8.2f times faster on two threads\n", names[SPIN], spin_gain);
    for (int i = SPIN + 1; i < CASES; i++)
        say_bar(names[i], median(gain[i], RUNS_ROUNDS), AT_LEAST,
                spin_gain < 2 ? BAR * spin_gain / 2 : BAR, "");
    hr_models_close(world.models);
    scratch_remove(folder);
    return 0;
}
