/* test_store_bad.c: files that are no plan, plans that are damaged, locked or from the future, a
 * full disk, a kill: one clear sentence, and the file as it was.
 */
#include "store_case.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define PLAN "bad.headroom"

/* Opening fails in every mode with that kind and words, and leaves the file alone. */
static void refuse(enum hr_error_kind kind, const char *says)
{
    static const enum hr_store_mode modes[] = {HR_STORE_READ, HR_STORE_WRITE, HR_STORE_CREATE};
    uint64_t before = case_hash(PLAN);
    for (size_t i = 0; i < 3; i++) {
        struct hr_error err = {0};
        struct hr_store *store = NULL;
        if (hr_store_open(PLAN, modes[i], &store, &err))
            fail_msg("mode %zu: opened, expected: %s", i, says);
        if (err.kind != kind || !strstr(err.text, says) || !strstr(err.text, PLAN))
            fail_msg("mode %zu: kind %d: %s", i, (int)err.kind, err.text);
        assert_int_equal(case_hash(PLAN), before);
    }
    assert_int_equal(access(PLAN "-journal", F_OK), -1);
}

static void run_sql(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(PLAN, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void open_future_version_is_refused(void **state)
{
    (void)state;
    case_plan(PLAN, 5);
    run_sql("PRAGMA user_version = 99");
    refuse(HR_EVERSION, "newer headroom");
}

static void open_foreign_database_is_refused(void **state)
{
    (void)state;
    case_remove(PLAN);
    run_sql("CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('x')");
    refuse(HR_EINPUT, "another program");
    run_sql("PRAGMA application_id = 252006673");
    refuse(HR_EINPUT, "another program");
}

static void open_other_files_are_refused(void **state)
{
    (void)state;
    unsigned char noise[5000];
    uint64_t random = 11;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)case_random(&random);
    case_remove(PLAN);
    case_write(PLAN, noise, sizeof noise);
    refuse(HR_EINPUT, "not a plan file");
    case_write(PLAN, "time,duration_ms\n2026-01-01T00:00:00Z,5\n", 40);
    refuse(HR_EINPUT, "not a plan file");
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    case_write(PLAN, "", 0);
    assert_false(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_int_equal(err.kind, HR_EINPUT);
    assert_non_null(strstr(err.text, "empty"));
    unlink(PLAN);
    assert_false(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_false(hr_store_open(PLAN, HR_STORE_WRITE, &store, &err));
    assert_int_equal(access(PLAN, F_OK), -1);
    assert_false(hr_store_open(".", HR_STORE_CREATE, &store, &err));
    assert_int_equal(err.kind, HR_EINPUT);
    assert_false(hr_store_open("no/such/folder/x", HR_STORE_CREATE, &store, &err));
    assert_int_equal(hr_error_exit_status(&err), 3);
}

static void open_truncated_plan_is_refused(void **state)
{
    (void)state;
    struct hr_error err = {0};
    size_t len;
    case_plan(PLAN, 60000);
    char *bytes = hr_file_read(PLAN, 1 << 24, &len, &err);
    assert_non_null(bytes);
    assert_true(len > 16384);
    for (size_t cut = 1; cut < len; cut += cut < 200 ? 13 : 4096 / 2) {
        case_write(PLAN, bytes, cut);
        refuse(HR_EINPUT, PLAN);
    }
    free(bytes);
}

/* Readers go on beside an import; a second writer, and readers of a plan being committed, wait
 * and then say so. */
static void open_locked_plan_says_so(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_sink sink;
    sqlite3 *other;
    case_plan(PLAN, 5);
    assert_int_equal(sqlite3_open(PLAN, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
    assert_int_equal(case_total(store), 5);
    assert_false(hr_store_sink(store, "app", &sink, &err));
    assert_int_equal(err.kind, HR_EBUSY);
    assert_int_equal(hr_error_exit_status(&err), 3);
    hr_store_close(store);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK; BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_int_equal(err.kind, HR_EBUSY);
    assert_non_null(strstr(err.text, "locked by another process; try again"));
    sqlite3_close(other);
    assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_int_equal(case_total(store), 5);
    hr_store_close(store);
}

static void open_for_reading_changes_nothing(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_sink sink;
    case_plan(PLAN, 5);
    uint64_t before = case_hash(PLAN);
    assert_int_equal(chmod(PLAN, 0444), 0);
    assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_int_equal(case_total(store), 5);
    assert_false(hr_store_sink(store, "app", &sink, &err) && sink.commit(sink.context, &err));
    hr_store_close(store);
    assert_int_equal(case_hash(PLAN), before);
}

/* Runs in a child: imports under a limit on the size of files. Exit status: 0 refused as it
 * should be, 1 otherwise. */
static void import_on_full_disk(size_t blocks, rlim_t limit)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    const struct rlimit most = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &most);
    if (!hr_store_open(PLAN, HR_STORE_CREATE, &store, &err))
        _exit(2);
    bool done = case_import(store, "app", "w", blocks, HR_BLOCK_ROWS, &err);
    hr_store_close(store);
    _exit(done ? 3 : hr_error_exit_status(&err) == 3 && strstr(err.text, PLAN) ? 0 : 4);
}

static int status_of(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

/* In small steps, so that the limit is met while pages are spilt and at the commit. */
static void import_on_a_full_disk_leaves_the_plan_as_it_was(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct stat status;
    for (size_t blocks = 4; blocks <= 40; blocks += 36)
        for (rlim_t more = 0; more <= 200000; more += 50000) {
            case_plan(PLAN, 20000);
            uint64_t before = case_hash(PLAN);
            assert_int_equal(stat(PLAN, &status), 0);
            pid_t child = fork();
            if (child == 0)
                import_on_full_disk(blocks, (rlim_t)status.st_size + more);
            assert_int_equal(status_of(child), 0);
            assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
            assert_int_equal(case_total(store), 20000);
            hr_store_close(store);
            assert_int_equal(case_hash(PLAN), before);
        }
    case_remove(PLAN); /* and a plan that did not exist does not exist afterwards */
    pid_t child = fork();
    if (child == 0)
        import_on_full_disk(4, 20000);
    assert_int_equal(status_of(child), 0);
    assert_int_equal(access(PLAN, F_OK), -1);
}

#define KILL_BLOCKS 30 /* some 3 MB: more than SQLite's cache, so pages are spilt before COMMIT */
#define KILL_ROWS   30000

static void import_for_ever(void)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    if (!hr_store_open(PLAN, HR_STORE_CREATE, &store, &err))
        _exit(2);
    while (case_import(store, "app", "w", KILL_BLOCKS, KILL_ROWS, &err))
        ;
    _exit(3);
}

/* Reads every row of the only workload. */
static uint64_t read_all(struct hr_store *store)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_store_workload *workloads;
    struct hr_store_reader *reader;
    struct hr_columns block;
    size_t count;
    uint64_t rows = 0;
    assert_done(hr_store_workloads(store, NULL, &arena, &workloads, &count, &err));
    assert_done(hr_store_reader_open(store, workloads[0].id, 0, HR_TIME_MAX, &reader, &err));
    do {
        assert_done(hr_store_reader_next(reader, &block, &err));
        rows += block.n;
    } while (block.n > 0);
    hr_store_reader_close(reader);
    hr_arena_clear(&arena);
    return rows;
}

/* The plan opens for reading, which undoes what was begun, and holds whole imports. */
static uint64_t whole_imports(void)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    uint64_t total = case_total(store);
    assert_int_equal(total % (KILL_BLOCKS * KILL_ROWS), 0);
    if (total > 0)
        assert_int_equal(read_all(store), total);
    hr_store_close(store);
    return total;
}

static void kill_after(useconds_t us)
{
    pid_t child = fork();
    if (child == 0)
        import_for_ever();
    usleep(us);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(status_of(child), 1000 + SIGKILL);
}

/* A plan with one import. */
static uint64_t begin_killing(void)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    case_remove(PLAN);
    assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
    assert_done(case_import(store, "app", "w", KILL_BLOCKS, KILL_ROWS, &err));
    hr_store_close(store);
    return KILL_BLOCKS * KILL_ROWS;
}

static void import_killed_leaves_whole_imports(void **state)
{
    (void)state;
    uint64_t random = 99, before = begin_killing();
    for (int round = 0; round < 25; round++) {
        if (before > 3 * KILL_BLOCKS * KILL_ROWS) /* or reading it all would take the most time */
            before = begin_killing();
        kill_after((useconds_t)(case_random(&random) % 200000));
        uint64_t now = whole_imports();
        assert_true(now >= before); /* what was committed stays */
        before = now;
    }
}

/* A plan's very first import: afterwards there is none, or a whole one, and importing works. */
static void import_killed_in_a_new_plan_leaves_none(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < 15; round++) {
        struct hr_error err = {0};
        struct hr_store *store = NULL;
        case_remove(PLAN);
        kill_after((useconds_t)(case_random(&random) % 80000));
        assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
        assert_int_equal(case_total(store) % (KILL_BLOCKS * KILL_ROWS), 0);
        assert_done(case_import(store, "app", "w", KILL_BLOCKS, KILL_ROWS, &err));
        hr_store_close(store);
        assert_true(whole_imports() >= KILL_BLOCKS * KILL_ROWS);
    }
}

static int remove_plan(void **state)
{
    (void)state;
    case_remove(PLAN);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(open_future_version_is_refused, remove_plan),
        cmocka_unit_test_teardown(open_foreign_database_is_refused, remove_plan),
        cmocka_unit_test_teardown(open_other_files_are_refused, remove_plan),
        cmocka_unit_test_teardown(open_truncated_plan_is_refused, remove_plan),
        cmocka_unit_test_teardown(open_locked_plan_says_so, remove_plan),
        cmocka_unit_test_teardown(open_for_reading_changes_nothing, remove_plan),
        cmocka_unit_test_teardown(import_on_a_full_disk_leaves_the_plan_as_it_was, remove_plan),
        cmocka_unit_test_teardown(import_killed_leaves_whole_imports, remove_plan),
        cmocka_unit_test_teardown(import_killed_in_a_new_plan_leaves_none, remove_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
