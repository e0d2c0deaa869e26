/* plan_case.h: what the plan room's tests share: a plan file in a folder of its own, workloads made
 * row by row, and comparisons on nothing but the platforms that a test wrote.
 */
#ifndef TESTS_UNIT_PLAN_CASE_H
#define TESTS_UNIT_PLAN_CASE_H

#include "check.h"

#include <dirent.h>

#include "headroom/plan.h"

#define PLAN_START     (INT64_C(20000) * HR_DAY)
#define PLAN_PLATFORMS 4
#define PLAN_APP       "paper" /* compared where options name none */

struct plan_case {
    char folder[64];
    char paths[PLAN_PLATFORMS][128];
    const char *files[PLAN_PLATFORMS], *ids[PLAN_PLATFORMS];
    size_t count;
    struct hr_store *store;
    struct hr_models *models;
};

static inline void plan_open(struct plan_case *plan)
{
    struct hr_error err = {0};
    char path[128];
    *plan = (struct plan_case){.folder = "/tmp/hr-plan-XXXXXX"};
    assert_non_null(mkdtemp(plan->folder));
    snprintf(path, sizeof path, "%s/p.headroom", plan->folder);
    if (!hr_models_open(NULL, &plan->models, &err) ||
        !hr_store_open(path, HR_STORE_CREATE, &plan->store, &err))
        fail_msg("%s", err.text);
}

static inline void plan_close(struct plan_case *plan)
{
    char path[400];
    hr_store_close(plan->store);
    hr_models_close(plan->models);
    DIR *folder = opendir(plan->folder);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", plan->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(folder);
    rmdir(plan->folder);
}

/* Writes a file into the folder; its path is good until the next call. */
static inline const char *plan_write(const struct plan_case *plan, const char *name,
                                     const char *text)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", plan->folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    return path;
}

/* A platform that plan_compare compares; id as the text has it. */
static inline void plan_platform(struct plan_case *plan, const char *id, const char *yaml)
{
    char name[64];
    assert_true(plan->count < PLAN_PLATFORMS);
    snprintf(name, sizeof name, "%s.yaml", id);
    snprintf(plan->paths[plan->count], sizeof plan->paths[0], "%s", plan_write(plan, name, yaml));
    plan->files[plan->count] = plan->paths[plan->count];
    plan->ids[plan->count++] = id;
}

struct plan_row {
    int64_t arrival, duration; /* arrival from PLAN_START */
    uint16_t status;
};

/* One import of one workload, `row(i)` its i-th row in order of arrival; its answers have 1 KiB. */
static inline void plan_workload_using(const struct plan_case *plan, const char *app,
                                       const char *name, size_t count,
                                       struct plan_row (*row)(size_t i), int64_t memory_kb)
{
    struct hr_error err = {0};
    struct hr_columns block = {0};
    struct hr_sink sink;
    uint32_t id;
    assert_true(hr_columns_init(&block, HR_BLOCK_ROWS, &err));
    assert_true(hr_store_sink(plan->store, app, &sink, &err));
    assert_true(sink.workload(sink.context, name, &id, &err));
    for (size_t i = 0; i < count; i++) {
        const struct plan_row now = row(i);
        block.arrival_us[block.n] = PLAN_START + now.arrival;
        block.duration_us[block.n] = now.duration;
        block.bytes[block.n] = 1024;
        block.memory_kb[block.n] = memory_kb;
        block.init_us[block.n] = HR_UNKNOWN;
        block.status[block.n++] = now.status;
        if (block.n == HR_BLOCK_ROWS || i + 1 == count) {
            assert_true(sink.put(sink.context, id, &block, &err));
            block.n = 0;
        }
    }
    hr_columns_clear(&block);
    if (!sink.commit(sink.context, &err))
        fail_msg("%s", err.text);
}

static inline void plan_workload(const struct plan_case *plan, const char *app, const char *name,
                                 size_t count, struct plan_row (*row)(size_t i))
{
    plan_workload_using(plan, app, name, count, row, HR_UNKNOWN);
}

static inline struct hr_comparison plan_compare(const struct plan_case *plan,
                                                struct hr_compare_options options)
{
    struct hr_comparison comparison;
    struct hr_error err = {0};
    options.app = options.app ? options.app : PLAN_APP;
    options.platform_files = plan->files;
    options.platform_file_count = plan->count;
    options.only = plan->ids;
    options.only_count = plan->count;
    options.seed = 1;
    if (!hr_compare(plan->store, plan->models, &options, &comparison, &err))
        fail_msg("%s", err.text);
    return comparison;
}

#endif
