/* store_case.h: what the store's tests share: plan files in the working folder, random blocks of
 * columns, small imports.
 */
#ifndef TESTS_UNIT_STORE_CASE_H
#define TESTS_UNIT_STORE_CASE_H

#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "headroom/store.h"

#define assert_done(call)                                                                          \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, err.text);                                                   \
    } while (0)

/* A generator of the tests' own: what they expect must not hang on the library's. */
static inline uint64_t case_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return hr_mix64(*state);
}

/* Removes a plan and what SQLite may have left beside it. */
static inline void case_remove(const char *path)
{
    char journal[256];
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(path);
    unlink(journal);
}

static inline uint64_t case_hash(const char *path)
{
    struct hr_error err = {0};
    size_t len = 0;
    char *bytes = hr_file_read(path, (size_t)1 << 30, &len, &err);
    if (!bytes)
        fail_msg("%s", err.text);
    uint64_t hash = hr_hash_bytes(bytes, len, 0);
    free(bytes);
    return hash;
}

static inline void case_write(const char *path, const void *bytes, size_t len)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

/* n rows, one each `step` from `first` on, with a duration and a status. */
static inline void case_block(struct hr_columns *block, size_t n, int64_t first, int64_t step)
{
    struct hr_error err;
    uint64_t random = n;
    assert_true(hr_columns_init(block, n, &err));
    block->n = n;
    for (size_t i = 0; i < n; i++) {
        block->arrival_us[i] = first + (int64_t)i * step;
        block->duration_us[i] = (int64_t)(case_random(&random) >> 40); /* hard to compress */
        block->bytes[i] = block->memory_kb[i] = block->init_us[i] = HR_UNKNOWN;
        block->status[i] = 200;
    }
}

/* One import: `blocks` blocks of n rows for one workload. Returns false as the sink does. */
static inline bool case_import(struct hr_store *store, const char *app, const char *workload,
                               size_t blocks, size_t n, struct hr_error *err)
{
    struct hr_sink sink;
    uint32_t id = 0;
    if (!hr_store_sink(store, app, &sink, err))
        return false;
    bool done = sink.workload(sink.context, workload, &id, err);
    for (size_t i = 0; i < blocks && done; i++) {
        struct hr_columns block;
        case_block(&block, n, (int64_t)i * HR_HOUR, 7919);
        done = sink.put(sink.context, id, &block, err);
        hr_columns_clear(&block);
    }
    if (done)
        return sink.commit(sink.context, err);
    sink.abort(sink.context);
    return false;
}

/* Invocations of all applications, as the lists tell. */
static inline uint64_t case_total(struct hr_store *store)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_store_application *applications = NULL;
    size_t count = 0;
    uint64_t total = 0;
    assert_done(hr_store_applications(store, &arena, &applications, &count, &err));
    for (size_t i = 0; i < count; i++)
        total += applications[i].invocations;
    hr_arena_clear(&arena);
    return total;
}

/* A new plan at `path` with one import of `n` rows of workload "w" in application "app". */
static inline void case_plan(const char *path, size_t n)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    case_remove(path);
    assert_done(hr_store_open(path, HR_STORE_CREATE, &store, &err));
    assert_done(case_import(store, "app", "w", 1, n, &err));
    hr_store_close(store);
}

#endif
