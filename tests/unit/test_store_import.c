/* test_store_import.c: an import lands whole or not at all; what is kept of it, and what of a
 * person's word.
 */
#include "store_case.h"

#define PLAN "import.headroom"

static struct hr_store *open_new(void)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    case_remove(PLAN);
    assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
    return store;
}

/* Invocations of one workload of "app"; 0 when there is none of that name. */
static uint64_t invocations_of(struct hr_store *store, const char *name)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_store_workload *workloads;
    size_t count;
    uint64_t found = 0;
    assert_done(hr_store_workloads(store, "app", &arena, &workloads, &count, &err));
    for (size_t i = 0; i < count; i++)
        if (strcmp(workloads[i].name, name) == 0)
            found = workloads[i].invocations;
    hr_arena_clear(&arena);
    return found;
}

static int64_t id_of_first(struct hr_store *store)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_store_workload *workloads;
    size_t count;
    assert_done(hr_store_workloads(store, "app", &arena, &workloads, &count, &err));
    assert_true(count > 0);
    int64_t id = workloads[0].id;
    hr_arena_clear(&arena);
    return id;
}

static void import_twice_adds_to_the_application(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = open_new();
    assert_done(case_import(store, "app", "b", 2, 100, &err));
    assert_done(case_import(store, "app", "a", 1, 7, &err));
    assert_done(case_import(store, "app", "b", 1, 50, &err));
    assert_done(case_import(store, "other", "b", 1, 3, &err));
    assert_int_equal(invocations_of(store, "b"), 250);
    assert_int_equal(invocations_of(store, "a"), 7);
    assert_int_equal(case_total(store), 260);
    hr_store_close(store);
    assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err)); /* and it is on the disk */
    assert_int_equal(case_total(store), 260);
    struct hr_arena arena = {0};
    struct hr_store_application *applications;
    struct hr_store_workload *workloads;
    size_t count;
    assert_done(hr_store_applications(store, &arena, &applications, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(applications[0].name, "app");
    assert_int_equal(applications[0].workloads, 2);
    assert_int_equal(applications[0].first, 0);
    assert_int_equal(applications[0].last, HR_HOUR + 99 * 7919);
    assert_false(hr_store_workloads(store, NULL, &arena, &workloads, &count, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_non_null(strstr(err.text, "app, other"));
    assert_false(hr_store_workloads(store, "nope", &arena, &workloads, &count, &err));
    assert_non_null(strstr(err.text, "no application `nope`"));
    assert_done(hr_store_workloads(store, "app", &arena, &workloads, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(workloads[0].name, "a"); /* by name */
    assert_true(workloads[0].has_duration && workloads[0].has_status);
    assert_false(workloads[0].has_bytes || workloads[0].has_memory || workloads[0].has_init);
    assert_int_equal(workloads[1].key, hr_workload_key("b"));
    hr_arena_clear(&arena);
    hr_store_close(store);
}

static void import_aborted_leaves_the_plan_as_it_was(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = open_new();
    struct hr_sink sink;
    uint32_t id;
    assert_done(case_import(store, "app", "w", 1, 100, &err));
    hr_store_close(store);
    uint64_t before = case_hash(PLAN);
    assert_done(hr_store_open(PLAN, HR_STORE_WRITE, &store, &err));
    assert_done(hr_store_sink(store, "app", &sink, &err));
    assert_done(sink.workload(sink.context, "v", &id, &err));
    struct hr_columns block;
    case_block(&block, 5000, 0, 13);
    assert_done(sink.put(sink.context, id, &block, &err));
    hr_columns_clear(&block);
    struct hr_sink second;
    assert_false(hr_store_sink(store, "app", &second, &err)); /* one at a time */
    sink.abort(sink.context);
    assert_int_equal(case_total(store), 100);
    assert_done(hr_store_sink(store, "app", &sink, &err)); /* closed without commit or abort */
    assert_done(sink.workload(sink.context, "v", &id, &err));
    hr_store_close(store);
    assert_int_equal(case_hash(PLAN), before);
    assert_int_equal(access(PLAN "-journal", F_OK), -1);
}

/* More than SQLite's cache holds, so that pages went to the file before the abort. */
static void import_aborted_into_a_new_plan_leaves_no_file(void **state)
{
    (void)state;
    struct hr_error err = {0};
    for (size_t blocks = 0; blocks <= 40; blocks += 20) {
        struct hr_store *store = open_new();
        struct hr_sink sink;
        uint32_t id;
        uint64_t random = 5;
        assert_done(hr_store_sink(store, "app", &sink, &err));
        assert_done(sink.workload(sink.context, "w", &id, &err));
        for (size_t b = 0; b < blocks; b++) {
            struct hr_columns block;
            case_block(&block, HR_BLOCK_ROWS, 0, 13);
            for (size_t i = 0; i < block.n; i++)
                block.duration_us[i] = (int64_t)(case_random(&random) >> 33);
            assert_done(sink.put(sink.context, id, &block, &err));
            hr_columns_clear(&block);
        }
        sink.abort(sink.context);
        hr_store_close(store);
        assert_int_equal(access(PLAN, F_OK), -1);
        assert_int_equal(access(PLAN "-journal", F_OK), -1);
    }
    struct hr_store *store = open_new(); /* nothing was asked of it */
    assert_int_equal(case_total(store), 0);
    hr_store_close(store);
    assert_int_equal(access(PLAN, F_OK), -1);
}

static void import_merge_moves_only_this_imports_rows(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = open_new();
    assert_done(case_import(store, "app", "tail", 1, 11, &err)); /* stood there before */
    struct hr_sink sink;
    uint32_t tail, gone, other;
    struct hr_columns block;
    struct hr_attribute attribute;
    case_block(&block, 20, 0, 5);
    assert_true(hr_attribute_set(&attribute, "trigger", "http", HR_ASSUMED, "", &err));
    assert_done(hr_store_sink(store, "app", &sink, &err));
    assert_done(sink.workload(sink.context, "tail", &tail, &err));
    assert_done(sink.workload(sink.context, "gone", &gone, &err));
    assert_done(sink.workload(sink.context, HR_WORKLOAD_OTHER, &other, &err));
    assert_done(sink.put(sink.context, tail, &block, &err));
    assert_done(sink.put(sink.context, gone, &block, &err));
    assert_done(sink.attribute(sink.context, gone, &attribute, &err));
    assert_done(sink.merge(sink.context, tail, other, &err));
    assert_done(sink.merge(sink.context, gone, other, &err));
    assert_done(sink.commit(sink.context, &err));
    hr_columns_clear(&block);
    assert_int_equal(invocations_of(store, "tail"), 11);
    assert_int_equal(invocations_of(store, "gone"), 0);
    assert_int_equal(invocations_of(store, HR_WORKLOAD_OTHER), 40);
    hr_store_close(store);
}

static const struct hr_attribute *find(const struct hr_attribute *all, size_t count,
                                       const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].key, key) == 0)
            return &all[i];
    fail_msg("no attribute %s", key);
    return NULL;
}

static void attribute_that_a_person_set_is_kept(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = open_new();
    struct hr_attribute one, *all;
    struct hr_arena arena = {0};
    size_t count;
    struct hr_sink sink;
    uint32_t id;
    assert_done(case_import(store, "app", "w", 1, 5, &err));
    assert_true(hr_attribute_set(&one, "target", "250 ms", HR_SET, "--set", &err));
    assert_done(hr_store_attribute_set(store, id_of_first(store), &one, &err));
    assert_done(hr_store_sink(store, "app", &sink, &err));
    assert_done(sink.workload(sink.context, "w", &id, &err));
    assert_true(hr_attribute_set(&one, "target", "9 s", HR_MEASURED, "x.log", &err));
    assert_done(sink.attribute(sink.context, id, &one, &err));
    assert_true(hr_attribute_set(&one, "trigger", "http", HR_ASSUMED, "web-api", &err));
    assert_done(sink.attribute(sink.context, id, &one, &err));
    assert_true(hr_attribute_set(&one, "trigger", "it's; DROP TABLE chunk", HR_MEASURED, "", &err));
    assert_done(sink.attribute(sink.context, id, &one, &err)); /* not set: the newer one */
    assert_done(sink.commit(sink.context, &err));
    assert_done(hr_store_attributes(store, id_of_first(store), &arena, &all, &count, &err));
    assert_int_equal(count, 2);
    const struct hr_attribute *target = find(all, count, "target");
    assert_string_equal(target->value, "250 ms");
    assert_int_equal(target->origin, HR_SET);
    assert_string_equal(target->source, "--set");
    assert_string_equal(find(all, count, "trigger")->value, "it's; DROP TABLE chunk");
    assert_int_equal(find(all, count, "trigger")->origin, HR_MEASURED);
    assert_true(hr_attribute_set(&one, "target", "300 ms", HR_SET, "--set", &err));
    assert_done(hr_store_attribute_set(store, id_of_first(store), &one, &err));
    assert_done(hr_store_attributes(store, id_of_first(store), &arena, &all, &count, &err));
    assert_string_equal(find(all, count, "target")->value, "300 ms"); /* a newer word */
    hr_arena_clear(&arena);
    hr_store_close(store);
}

static void import_files_are_kept_with_their_figures(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = open_new();
    struct hr_arena arena = {0};
    struct hr_import_file *files;
    struct hr_sink sink;
    size_t count;
    uint32_t id;
    const struct hr_import_file file = {.file = "access \"log\"; \xc3\xa9.gz",
                                        .input_format = "access",
                                        .variant = "nginx combined",
                                        .lines = 10,
                                        .kept = 4,
                                        .filtered = 3,
                                        .malformed = 2,
                                        .duplicates = 1,
                                        .with_duration = 4,
                                        .first = 5,
                                        .last = 6,
                                        .resolution_us = HR_SECOND,
                                        .stamp = HR_STAMP_END,
                                        .stamp_origin = HR_DERIVED,
                                        .content_hash = UINT64_MAX - 3,
                                        .bytes = 999,
                                        .reasons = {{"no [time]", HR_LINE_MALFORMED, 2}},
                                        .reason_count = 1};
    struct hr_import_file empty = file;
    empty.file = "empty.log";
    empty.first = empty.last = HR_UNKNOWN;
    empty.content_hash = 8;
    assert_done(hr_store_sink(store, "app", &sink, &err));
    assert_done(sink.workload(sink.context, "w", &id, &err));
    struct hr_columns block;
    case_block(&block, 4, 5, 0);
    assert_done(sink.put(sink.context, id, &block, &err));
    hr_columns_clear(&block);
    assert_done(sink.file(sink.context, &file, &err));
    assert_done(sink.file(sink.context, &empty, &err));
    assert_done(sink.commit(sink.context, &err));
    assert_done(hr_store_files(store, "app", &arena, &files, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(files[0].file, file.file);
    assert_string_equal(files[0].variant, "nginx combined");
    assert_int_equal(files[0].lines, 10);
    assert_int_equal(files[0].kept + files[0].filtered + files[0].malformed + files[0].duplicates,
                     10);
    assert_int_equal(files[0].stamp, HR_STAMP_END);
    assert_int_equal(files[0].stamp_origin, HR_DERIVED);
    assert_true(files[0].content_hash == file.content_hash);
    assert_int_equal(files[1].first, HR_UNKNOWN);
    assert_int_equal(files[0].reason_count, 1);
    assert_string_equal(files[0].reasons[0].text, "no [time]");
    assert_int_equal(files[0].reasons[0].kind, HR_LINE_MALFORMED);
    assert_int_equal(files[0].reasons[0].count, 2);
    hr_arena_clear(&arena);
    hr_store_close(store);
}

/* Is a file of this content and size taken by the application? */
static bool file_is_taken(struct hr_store *store, const char *app, uint64_t hash, uint64_t bytes)
{
    struct hr_error err = {0};
    struct hr_sink sink;
    const struct hr_import_file file = {.file = "again.log",
                                        .input_format = "access",
                                        .variant = "",
                                        .content_hash = hash,
                                        .bytes = bytes};
    assert_done(hr_store_sink(store, app, &sink, &err));
    bool taken = sink.file(sink.context, &file, &err);
    if (taken)
        assert_done(sink.commit(sink.context, &err));
    else
        sink.abort(sink.context);
    if (!taken)
        assert_non_null(strstr(err.text, "again.log"));
    return taken;
}

static void import_of_the_same_file_again_is_refused(void **state)
{
    (void)state;
    char folder[] = "/tmp/hr-store-XXXXXX", path[64];
    struct hr_store *store = NULL;
    struct hr_error err = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/p", folder);
    assert_done(hr_store_open(path, HR_STORE_CREATE, &store, &err));
    assert_true(file_is_taken(store, "app", 7, 999));
    assert_false(file_is_taken(store, "app", 7, 999));
    assert_true(file_is_taken(store, "app", 7, 998));
    assert_true(file_is_taken(store, "other", 7, 999));
    hr_store_close(store);
    unlink(path);
    rmdir(folder);
}

static void reopen_sees_the_same_plan_and_cannot_write(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = open_new(), *second = NULL;
    struct hr_sink sink;
    assert_done(case_import(store, "app", "w", 1, 5, &err));
    assert_done(hr_store_reopen(store, &second, &err));
    assert_int_equal(case_total(second), 5);
    assert_false(hr_store_sink(second, "app", &sink, &err));
    hr_store_close(second);
    assert_int_equal(case_total(store), 5);
    hr_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import_twice_adds_to_the_application),
        cmocka_unit_test(import_aborted_leaves_the_plan_as_it_was),
        cmocka_unit_test(import_aborted_into_a_new_plan_leaves_no_file),
        cmocka_unit_test(import_merge_moves_only_this_imports_rows),
        cmocka_unit_test(attribute_that_a_person_set_is_kept),
        cmocka_unit_test(import_files_are_kept_with_their_figures),
        cmocka_unit_test(import_of_the_same_file_again_is_refused),
        cmocka_unit_test(reopen_sees_the_same_plan_and_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
