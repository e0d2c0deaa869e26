/* test_store_scenario.c: scenarios and their reports: saved whole or not at all, read back as they
 * were, replaced, forgotten; plans from before there were any.
 */
#include "store_case.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define PLAN "scenario.headroom"

static const struct hr_setting settings[] = {
    {"set", "fleet.servers.max=40"}, {"set", "workload.target=250ms"}, {"alone", ""}};
static const char *const lines[] = {"application,workload", "app,\"a,\"\"b\"\"\"", "app,(all)"};

static const struct hr_scenario busier = {.name = "busier",
                                          .settings = settings,
                                          .setting_count = 3,
                                          .made_at = 1790000000000000,
                                          .program = "0.1.0",
                                          .prices = "aws-us-east-1 2026-11-01"};

static struct hr_store *open_plan(enum hr_store_mode mode)
{
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    assert_done(hr_store_open(PLAN, mode, &store, &err));
    return store;
}

static void run_sql(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(PLAN, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int rows_of(const char *table)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", table);
    assert_int_equal(sqlite3_open(PLAN, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int rows = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return rows;
}

static void assert_busier(struct hr_store *store, bool stale)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_scenario found;
    const char **kept = NULL;
    size_t count = 0;
    assert_done(hr_store_scenario(store, "app", "busier", &arena, &found, &err));
    assert_string_equal(found.name, "busier");
    assert_string_equal(found.program, "0.1.0");
    assert_string_equal(found.prices, "aws-us-east-1 2026-11-01");
    assert_int_equal(found.made_at, busier.made_at);
    assert_int_equal(found.line_count, 3);
    assert_int_equal(found.stale, stale);
    assert_int_equal(found.setting_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(found.settings[i].option, settings[i].option);
        assert_string_equal(found.settings[i].value, settings[i].value);
    }
    assert_done(hr_store_scenario_lines(store, &found, &arena, &kept, &count, &err));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(kept[i], lines[i]);
    hr_arena_clear(&arena);
}

static void scenario_is_read_back_as_it_was_saved(void **state)
{
    (void)state;
    struct hr_error err = {0};
    case_plan(PLAN, 5);
    struct hr_store *store = open_plan(HR_STORE_WRITE);
    assert_done(hr_store_scenario_save(store, "app", &busier, lines, 3, &err));
    assert_done(hr_store_scenario_save(store, NULL, &busier, lines, 3, &err)); /* replaces it */
    assert_busier(store, false);
    hr_store_close(store);
    store = open_plan(HR_STORE_CREATE);
    assert_busier(store, false);
    assert_done(case_import(store, "app", "w", 1, 7, &err));
    assert_busier(store, true); /* its traffic is not all there was */
    hr_store_close(store);
}

static void scenarios_are_listed_by_name_and_forgotten(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_scenario *all, other = busier;
    size_t count;
    case_plan(PLAN, 5);
    struct hr_store *store = open_plan(HR_STORE_WRITE);
    other.name = "a";
    other.setting_count = 1;
    assert_done(hr_store_scenario_save(store, "app", &busier, lines, 3, &err));
    assert_done(hr_store_scenario_save(store, "app", &other, lines, 1, &err));
    assert_done(hr_store_scenarios(store, "app", &arena, &all, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(all[0].name, "a");
    assert_int_equal(all[0].setting_count, 1);
    assert_string_equal(all[1].name, "busier");
    assert_done(hr_store_scenario_forget(store, "app", "a", &err));
    assert_false(hr_store_scenario_forget(store, "app", "a", &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_non_null(strstr(err.text, "there are: busier"));
    assert_done(hr_store_scenarios(store, "app", &arena, &all, &count, &err));
    assert_int_equal(count, 1);
    hr_store_close(store);
    hr_arena_clear(&arena);
    assert_int_equal(rows_of("override"), 3); /* those of what was forgotten went with it */
    assert_int_equal(rows_of("run"), 1);
    assert_int_equal(rows_of("run_line"), 3);
}

static void scenario_names_that_cannot_be_shown_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "two\nlines", "\x1b[2J", "\xff",
        "12345678901234567890123456789012345678901234567890123456789012345"};
    struct hr_error err = {0};
    case_plan(PLAN, 5);
    struct hr_store *store = open_plan(HR_STORE_WRITE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct hr_scenario scenario = busier;
        scenario.name = names[i];
        assert_false(hr_store_scenario_save(store, "app", &scenario, lines, 3, &err));
        assert_int_equal(err.kind, HR_EUSAGE);
    }
    assert_false(hr_store_scenario_save(store, "other", &busier, lines, 3, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    hr_store_close(store);
}

/* A plan as the first version made it: readable without being touched, upgraded by a writer. */
static void plan_of_version_one_is_read_and_upgraded(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_scenario *all;
    size_t count;
    case_plan(PLAN, 5);
    run_sql("DROP TABLE run_line; DROP TABLE run; DROP TABLE override; DROP TABLE scenario;"
            "PRAGMA user_version = 1");
    uint64_t before = case_hash(PLAN);
    struct hr_store *store = open_plan(HR_STORE_READ);
    assert_int_equal(case_total(store), 5);
    assert_done(hr_store_scenarios(store, "app", &arena, &all, &count, &err));
    assert_int_equal(count, 0);
    hr_store_close(store);
    assert_int_equal(case_hash(PLAN), before);
    store = open_plan(HR_STORE_WRITE);
    assert_done(hr_store_scenario_save(store, "app", &busier, lines, 3, &err));
    assert_int_equal(case_total(store), 5);
    assert_busier(store, false);
    hr_store_close(store);
    hr_arena_clear(&arena);
}

static void locked_plan_says_so_and_keeps_what_it_has(void **state)
{
    (void)state;
    struct hr_error err = {0};
    sqlite3 *other;
    case_plan(PLAN, 5);
    struct hr_store *store = open_plan(HR_STORE_WRITE);
    assert_done(hr_store_scenario_save(store, "app", &busier, lines, 3, &err));
    assert_int_equal(sqlite3_open(PLAN, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(hr_store_scenario_save(store, "app", &busier, lines, 1, &err));
    assert_int_equal(err.kind, HR_EBUSY);
    sqlite3_close(other);
    assert_busier(store, false);
    hr_store_close(store);
}

/* ---- a full disk, a kill -------------------------------------------------------------------- */

#define MANY 20000 /* lines: pages are spilt before the commit */

static void save_many(struct hr_store *store, struct hr_error *err, bool *ret)
{
    static const char *many[MANY];
    for (size_t i = 0; i < MANY; i++)
        many[i] =
            "app,w,some-platform,function,memory=512,604800.0000,604800.0000,4.3452,1000,1000";
    *ret = hr_store_scenario_save(store, "app", &busier, many, MANY, err);
}

static int status_of(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static void full_disk_leaves_the_scenario_as_it_was(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct stat status;
    case_plan(PLAN, 20000);
    struct hr_store *store = open_plan(HR_STORE_WRITE);
    assert_done(hr_store_scenario_save(store, "app", &busier, lines, 3, &err));
    hr_store_close(store);
    uint64_t before = case_hash(PLAN);
    assert_int_equal(stat(PLAN, &status), 0);
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit most = {(rlim_t)status.st_size + 50000, (rlim_t)status.st_size + 50000};
        bool saved = true;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &most);
        if (!hr_store_open(PLAN, HR_STORE_WRITE, &store, &err))
            _exit(2);
        save_many(store, &err, &saved);
        hr_store_close(store);
        _exit(!saved && hr_error_exit_status(&err) == 3 ? 0 : 4);
    }
    assert_int_equal(status_of(child), 0);
    store = open_plan(HR_STORE_READ);
    assert_busier(store, false);
    hr_store_close(store);
    assert_int_equal(case_hash(PLAN), before);
}

static void killed_while_saving_leaves_one_or_the_other(void **state)
{
    (void)state;
    struct hr_error err = {0};
    uint64_t random = 3;
    case_plan(PLAN, 5);
    for (int round = 0; round < 15; round++) {
        struct hr_store *store = open_plan(HR_STORE_WRITE);
        assert_done(hr_store_scenario_save(store, "app", &busier, lines, 3, &err));
        hr_store_close(store);
        pid_t child = fork();
        if (child == 0) {
            bool saved = true;
            if (!hr_store_open(PLAN, HR_STORE_WRITE, &store, &err))
                _exit(2);
            while (saved)
                save_many(store, &err, &saved);
            _exit(3);
        }
        usleep((useconds_t)(case_random(&random) % 60000));
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(status_of(child), 1000 + SIGKILL);
        struct hr_arena arena = {0};
        struct hr_scenario found;
        store = open_plan(HR_STORE_READ);
        assert_done(hr_store_scenario(store, "app", "busier", &arena, &found, &err));
        assert_true(found.line_count == 3 || found.line_count == MANY);
        hr_store_close(store);
        hr_arena_clear(&arena);
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
        cmocka_unit_test_teardown(scenario_is_read_back_as_it_was_saved, remove_plan),
        cmocka_unit_test_teardown(scenarios_are_listed_by_name_and_forgotten, remove_plan),
        cmocka_unit_test_teardown(scenario_names_that_cannot_be_shown_are_refused, remove_plan),
        cmocka_unit_test_teardown(plan_of_version_one_is_read_and_upgraded, remove_plan),
        cmocka_unit_test_teardown(locked_plan_says_so_and_keeps_what_it_has, remove_plan),
        cmocka_unit_test_teardown(full_disk_leaves_the_scenario_as_it_was, remove_plan),
        cmocka_unit_test_teardown(killed_while_saving_leaves_one_or_the_other, remove_plan),
    };
    return cmocka_run_group_tests_name("store_scenario", tests, NULL, NULL);
}
