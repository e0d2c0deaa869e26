/* test_model_registry.c: which models there are, whose file wins, and what the shipped ones hold.
 */
#include "check.h"

#include <sys/stat.h>

#include "headroom/model.h"

struct fixture {
    char config[64], extra[96];
};

static void put(const char *dir, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_dir(const char *dir, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(mkdir(path, 0777), 0);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->config, sizeof f->config, "/tmp/headroom-test-XXXXXX");
    assert_non_null(mkdtemp(f->config));
    setenv("XDG_CONFIG_HOME", f->config, 1);
    make_dir(f->config, "headroom");
    make_dir(f->config, "headroom/models");
    make_dir(f->config, "headroom/models/platforms");
    snprintf(f->extra, sizeof f->extra, "%s/extra", f->config);
    make_dir(f->config, "extra");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->config);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static struct hr_models *open_models(const char *extra)
{
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    if (!hr_models_open(extra, &models, &err))
        fail_msg("%s", err.text);
    return models;
}

static void registry_ships_the_platforms_of_the_contract(void **state)
{
    (void)state;
    static const char *const ids[] = {"aws-lambda-arm", "aws-lambda-x86", "fleet-autoscaled",
                                      "fleet-fixed",    "fleet-fixed-1y", "google-cloud-run"};
    struct hr_models *models = open_models(NULL);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct hr_platform p;
        struct hr_error err = {0};
        if (!hr_models_platform(models, ids[i], NULL, 0, &p, &err))
            fail_msg("%s", err.text);
        assert_string_equal(p.id, ids[i]);
        assert_true(p.title[0] && p.as_of[0] && p.book[0] && p.scheme[0]);
        assert_true(hr_dist_mean(&p.network) > 0);
        hr_platform_clear(&p);
    }
    hr_models_close(models);
}

static void registry_every_shipped_model_loads_under_its_id(void **state)
{
    (void)state;
    struct hr_models *models = open_models(NULL);
    struct hr_error err = {0};
    for (size_t i = 0; i < hr_models_count(models); i++) {
        const struct hr_model_info *info = hr_models_at(models, i);
        char title[160], as_of[16];
        if (!hr_models_head(models, i, title, as_of, &err))
            fail_msg("%s", err.text);
        assert_int_equal(strlen(as_of), 10);
        struct hr_tree *tree = NULL;
        assert_true(hr_models_tree(models, info->kind, info->id, &tree, &err));
        assert_non_null(hr_tree_find(tree, "sources"));
        hr_tree_close(tree);
        if (info->kind == HR_MODEL_PATTERN) {
            struct hr_pattern pattern;
            if (!hr_models_pattern(models, info->id, &pattern, &err))
                fail_msg("%s", err.text);
            assert_string_equal(pattern.id, info->id);
            hr_pattern_clear(&pattern);
        }
    }
    assert_null(hr_models_at(models, hr_models_count(models)));
    hr_models_close(models);
}

static void registry_patterns_cover_every_trigger(void **state)
{
    (void)state;
    static const char *const triggers[] = {"http", "async", "queue", "stream", "schedule"};
    struct hr_models *models = open_models(NULL);
    struct hr_error err = {0};
    struct hr_pattern pattern;
    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) {
        assert_true(hr_models_pattern_for(models, triggers[i], "GET /x", &pattern, &err));
        assert_string_equal(pattern.trigger, triggers[i]);
        assert_close(pattern.cpu_bound, i == 0 ? 0.25 : 0.8, 1e-15);
        hr_pattern_clear(&pattern);
    }
    assert_true(hr_models_pattern_for(models, "http", "(static)", &pattern, &err));
    assert_string_equal(pattern.id, "web-static");
    hr_pattern_clear(&pattern);
    assert_false(hr_models_pattern_for(models, "carrier-pigeon", "x", &pattern, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    hr_models_close(models);
}

/* The figures of design.md sections 4 and 5. */
static void registry_assumptions_are_those_of_the_definitions(void **state)
{
    (void)state;
    static const double ladder[] = {128, 256, 512, 1024, 1769, 3008, 5120, 10240};
    struct hr_models *models = open_models(NULL);
    struct hr_assumptions a;
    struct hr_error err = {0};
    assert_true(hr_models_assumptions(models, &a, &err));
    assert_close(a.workload.cpu_bound_http, 0.25, 0);
    assert_close(a.workload.cpu_bound_other, 0.8, 1e-15);
    assert_close(a.workload.slo, 0.99, 1e-15);
    assert_close(a.workload.dropped, 0.001, 1e-15);
    assert_int_equal(a.workload.target_floor_us, 200 * HR_MILLISECOND);
    assert_close(a.workload.target_p99_factor, 2, 0);
    assert_int_equal(a.workload.target_start_us, HR_MINUTE);
    assert_close(a.workload.log_bytes, 512, 1e-9);
    assert_int_equal(a.window.shortest_us, HR_SECOND);
    assert_close(a.window.whole_tolerance, 0.01, 1e-15);
    assert_int_equal(a.window.verdict_us, HR_DAY);
    assert_int_equal(a.window.traffic_shift_us, 30 * HR_SECOND);
    assert_close(a.verdict.margin, 0.1, 1e-15);
    assert_close(a.verdict.margin_usd, 5, 0);
    assert_int_equal(a.sizing.slots_max, 80);
    assert_close(a.sizing.memory_share, 0.8, 1e-15);
    assert_int_equal(a.sizing.spare, 1);
    assert_int_equal(a.sizing.http_servers_min, 2);
    assert_close(a.sizing.autoscaler_target, 0.6, 1e-15);
    assert_close(a.sizing.servers_max_factor, 4, 0);
    assert_int_equal(a.sizing.ladder_count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_close(a.sizing.ladder_mb[i], ladder[i], 0);
    assert_close(a.sizing.memory_headroom, 1.25, 0);
    assert_close(a.sizing.memory_unknown_mb, 512, 0);
    assert_close(a.function.mb_per_vcpu, 1769, 0);
    assert_int_equal(a.autoscaler.period_us, HR_MINUTE);
    assert_close(a.balancer.disk_gb, 8, 0);
    assert_close(a.balancer.unit_connections_per_s, 25, 0);
    assert_close(a.balancer.unit_gb_per_hour, 1, 0);
    assert_int_equal(a.balancer.connection_us, HR_MINUTE);
    hr_models_close(models);
}

#define MINE "kind: function\nfunction: {memory: 512 MB}\ntitle: "

static void registry_later_folders_win(void **state)
{
    struct fixture *f = *state;
    char config[128];
    snprintf(config, sizeof config, "%s/headroom/models", f->config);
    put(config, "platforms/one.yaml", "platform: fleet-fixed\n" MINE "of the configuration\n");
    put(config, "two.yml", "platform: mine\n" MINE "of the configuration\n");
    put(config, "notes.txt", "no model\n");
    put(config, ".hidden", "no model\n");
    put(f->extra, "three.yaml", "platform: mine\n" MINE "of the flag\n");
    put(f->extra, "four.yaml", "assumptions: ours\nworkload: {slo: 95 %}\n");
    put(f->extra, "book-x.yaml", "title: A book\nitems: {}\nschemes: {}\n");
    struct hr_models *models = open_models(f->extra);
    struct hr_platform p;
    struct hr_error err = {0};
    assert_true(hr_models_platform(models, "fleet-fixed", NULL, 0, &p, &err));
    assert_string_equal(p.title, "of the configuration");
    hr_platform_clear(&p);
    assert_true(hr_models_platform(models, "mine", NULL, 0, &p, &err));
    assert_string_equal(p.title, "of the flag");
    assert_non_null(strstr(p.file, "/extra/three.yaml"));
    hr_platform_clear(&p);
    struct hr_assumptions a;
    assert_true(hr_models_assumptions(models, &a, &err));
    assert_close(a.workload.slo, 0.95, 1e-15);
    assert_close(a.workload.dropped, 0.001, 1e-15); /* of the embedded set */
    struct hr_model_text text = {0};
    assert_string_equal(hr_model_kind_name(HR_MODEL_PRICES), "prices");
    assert_true(hr_models_text(models, HR_MODEL_PRICES, "book-x", &text, &err));
    assert_int_equal(text.len, strlen(text.bytes));
    for (size_t i = 1; i < hr_models_count(models); i++) {
        const struct hr_model_info *a_info = hr_models_at(models, i - 1);
        const struct hr_model_info *b_info = hr_models_at(models, i);
        assert_true(a_info->kind < b_info->kind ||
                    (a_info->kind == b_info->kind &&
                     (a_info->kind == HR_MODEL_ASSUMPTIONS || strcmp(a_info->id, b_info->id) < 0)));
    }
    hr_models_close(models);
}

static void registry_bad_folder_or_file_is_named(void **state)
{
    struct fixture *f = *state;
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    assert_false(hr_models_open("/nowhere/at/all", &models, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    put(f->extra, "bad.yaml", "a: [1\n");
    assert_false(hr_models_open(f->extra, &models, &err));
    assert_non_null(strstr(err.text, "/extra/bad.yaml:"));
    put(f->extra, "bad.yaml", "colour: red\n");
    assert_false(hr_models_open(f->extra, &models, &err));
    assert_non_null(strstr(err.text, "is no model"));
    assert_null(models);
}

static void registry_unknown_id_lists_the_known(void **state)
{
    (void)state;
    struct hr_models *models = open_models(NULL);
    struct hr_platform p;
    struct hr_error err = {0};
    assert_false(hr_models_platform(models, "fleet-fixd", NULL, 0, &p, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_non_null(strstr(err.text, "there is no platform `fleet-fixd`; known: aws-lambda-arm, "));
    assert_false(hr_models_platform(models, "./none.yaml", NULL, 0, &p, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    hr_models_close(models);
}

static void check_validates_a_file_by_its_kind(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        bool good;
        enum hr_model_kind kind;
        const char *error;
    } cases[] = {
        {"platform: a\nkind: function\nfunction: {memory: auto}\n", true, HR_MODEL_PLATFORM, ""},
        {"platform: a\nkind: function\nfunction: {memory: 5}\n", false, HR_MODEL_PLATFORM,
         "f.yaml:3:20: function.memory: expected a size"},
        {"pattern: a\ntrigger: http\nservice: 5 ms\ncpu_bound: 25 %\n", true, HR_MODEL_PATTERN, ""},
        {"pattern: a\ntrigger: http\ncpu_bound: 25 %\n", false, HR_MODEL_PATTERN,
         "f.yaml:1:1: service: is missing"},
        {"assumptions: a\nverdict: {margin: 20 %}\n", true, HR_MODEL_ASSUMPTIONS, ""},
        {"assumptions: a\nturns: {cpu_bound_http: [80 %, 20 %]}\n", false, HR_MODEL_ASSUMPTIONS,
         "the lower first"},
        {"assumptions: a\nturns: {cpu_bound_other: [80 %, 120 %]}\n", false, HR_MODEL_ASSUMPTIONS,
         "cpu_bound_other"},
        {"assumptions: a\nturns: {memory: 64 MB}\n", false, HR_MODEL_ASSUMPTIONS, "two values"},
        {"assumptions: a\nsizing: {ladder: [2 GB, 1 GB]}\n", false, HR_MODEL_ASSUMPTIONS,
         "f.yaml:2:25: sizing.ladder: expected ascending sizes"},
        {"items: {}\n", true, HR_MODEL_PRICES, ""},
        {"colour: red\n", false, HR_MODEL_KIND_COUNT, "f.yaml: is no model"},
        {"", false, HR_MODEL_KIND_COUNT, "f.yaml: is empty"},
    };
    struct hr_models *models = open_models(NULL);
    char path[128];
    snprintf(path, sizeof path, "%s/f.yaml", f->config);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum hr_model_kind kind = HR_MODEL_KIND_COUNT;
        struct hr_error err = {0};
        put(f->config, "f.yaml", cases[i].text);
        bool good = hr_models_check(models, path, &kind, &err);
        if (good != cases[i].good || kind != cases[i].kind || !strstr(err.text, cases[i].error))
            fail_msg("`%s`: %d, %s", cases[i].text, good, err.text);
    }
    hr_models_close(models);
}

#define WITH_FOLDERS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void days_between_two_dates_are_counted(void **state)
{
    (void)state;
    assert_int_equal(hr_days_between("2026-11-25", "2026-11-28"), 3);
    assert_int_equal(hr_days_between("2024-02-28", "2024-03-01"), 2);
    assert_int_equal(hr_days_between("2026-11-28", "2026-11-25"), 0);
    assert_int_equal(hr_days_between("2026-13-01", "2026-11-25"), -1);
    assert_int_equal(hr_days_between("soon", "2026-11-25"), -1);
}

static void a_clock_behind_the_models_does_not_refuse_them(void **state)
{
    (void)state;
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    char day[16];
    assert_true(hr_models_open_at(NULL, 0, &models, &err));
    hr_models_latest_day(models, 0, day); /* 1970: the youngest embedded model decides */
    assert_true(strcmp(day, "2026-11-25") >= 0);
    hr_models_latest_day(models, INT64_C(32472144000) * HR_SECOND, day);
    assert_string_equal(day, "2999-01-01"); /* midnight in UTC, and everywhere else by then */
    hr_models_close(models);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_between_two_dates_are_counted),
        cmocka_unit_test(a_clock_behind_the_models_does_not_refuse_them),
        WITH_FOLDERS(registry_ships_the_platforms_of_the_contract),
        WITH_FOLDERS(registry_every_shipped_model_loads_under_its_id),
        WITH_FOLDERS(registry_patterns_cover_every_trigger),
        WITH_FOLDERS(registry_assumptions_are_those_of_the_definitions),
        WITH_FOLDERS(registry_later_folders_win),
        WITH_FOLDERS(registry_bad_folder_or_file_is_named),
        WITH_FOLDERS(registry_unknown_id_lists_the_known),
        WITH_FOLDERS(check_validates_a_file_by_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
