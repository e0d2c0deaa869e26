/* Sizes that were searched for, failures that were replaced, copies of the traffic factor, and
 * batches: each checked by replaying again, or against counts made by hand. */
#include "check.h"

#include <string.h>
#include <unistd.h>

#include "headroom/plan.h"

#define START (INT64_C(20000) * HR_DAY)

struct world {
    char folder[64], plan[96], fleet[96], batch[96];
    struct hr_store *store;
    struct hr_models *models;
};

/* One slot, no slowing: a server serves one invocation of a second at a time. */
static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 1}\n"
    "  servers: auto\n  discipline: slots\n  balancer: shared-queue\n"
    "  autoscaler: {policy: fixed}\nnetwork: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* Every minute of two days five invocations arrive at once; each takes a second. In `mixed` every
 * other one fails after a millisecond. */
static void add_workload(const struct hr_sink *sink, const char *name, bool mixed)
{
    struct hr_error err = {0};
    struct hr_columns block = {0};
    uint32_t id;
    assert_true(hr_columns_init(&block, HR_BLOCK_ROWS, &err));
    assert_true(sink->workload(sink->context, name, &id, &err));
    for (size_t i = 0; i < 5 * 2881; i++) {
        bool fails = mixed && i % 2 == 1;
        block.arrival_us[i] = START + (int64_t)(i / 5) * HR_MINUTE;
        block.duration_us[i] = fails ? HR_MILLISECOND : HR_SECOND;
        block.bytes[i] = 1024;
        block.memory_kb[i] = block.init_us[i] = HR_UNKNOWN;
        block.status[i] = fails ? 503 : 200;
        block.n++;
    }
    assert_true(sink->put(sink->context, id, &block, &err));
    hr_columns_clear(&block);
}

static int make_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct hr_error err = {0};
    struct hr_sink sink;
    assert_non_null(w);
    snprintf(w->folder, sizeof w->folder, "/tmp/hr-size-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->plan, sizeof w->plan, "%s/p.headroom", w->folder);
    snprintf(w->fleet, sizeof w->fleet, "%s/fleet.yaml", w->folder);
    snprintf(w->batch, sizeof w->batch, "%s/batch.yaml", w->folder);
    write_text(w->fleet, fleet_yaml);
    if (!hr_models_open(NULL, &w->models, &err) ||
        !hr_store_open(w->plan, HR_STORE_CREATE, &w->store, &err))
        fail_msg("%s", err.text);
    assert_true(hr_store_sink(w->store, "five", &sink, &err));
    add_workload(&sink, "five at once", false);
    assert_true(sink.commit(sink.context, &err));
    assert_true(hr_store_sink(w->store, "mixed", &sink, &err));
    add_workload(&sink, "mixed", true);
    assert_true(sink.commit(sink.context, &err));
    *state = w;
    return 0;
}

static int end_world(void **state)
{
    struct world *w = *state;
    hr_store_close(w->store);
    hr_models_close(w->models);
    unlink(w->plan);
    unlink(w->fleet);
    unlink(w->batch);
    rmdir(w->folder);
    free(w);
    return 0;
}

static struct hr_comparison compare(const struct world *w, struct hr_compare_options options)
{
    const char *files[] = {w->fleet};
    static const char *const only[] = {"paper-fleet"};
    struct hr_comparison c;
    struct hr_error err = {0};
    options.platform_files = files;
    options.platform_file_count = 1;
    options.only = only;
    options.only_count = 1;
    options.seed = 1;
    if (!hr_compare(w->store, w->models, &options, &c, &err))
        fail_msg("%s", err.text);
    return c;
}

/* With n servers the five end after 1, 2, ... seconds, n at a time. Within 2.5 s: three servers
 * serve all (two rounds), two only four of five. */
static void sizing_of_a_fleet_passes_and_one_fewer_fails(void **state)
{
    struct hr_override sizes[] = {
        {"workload.target", "2500 ms"}, {"fleet.servers.min", "3"}, {"fleet.servers.max", "3"}};
    struct hr_compare_options options = {.app = "five", .overrides = sizes, .override_count = 1};
    struct hr_comparison c = compare(*state, options);
    assert_string_equal(c.rows[0].sizing, "servers=3+1;slots=1");
    assert_non_null(strstr(c.rows[0].sizing_reason, "2 servers miss: 20"));
    assert_true(c.rows[0].meets_target);
    hr_comparison_clear(&c);
    options.override_count = 3;
    c = compare(*state, options);
    assert_true(c.rows[0].meets_target);
    assert_close(c.rows[0].target_met_pct, 100, 1e-9);
    hr_comparison_clear(&c);
    sizes[1].value = sizes[2].value = "2";
    c = compare(*state, options);
    assert_false(c.rows[0].meets_target);
    assert_close(c.rows[0].target_met_pct, 80, 1e-9);
    hr_comparison_clear(&c);
}

/* The recorded p99 is a second, so the target is two: three servers again. */
static void target_unset_is_twice_the_recorded_p99(void **state)
{
    struct hr_override http = {"workload.trigger", "http"};
    struct hr_comparison c = compare(
        *state,
        (struct hr_compare_options){.app = "five", .overrides = &http, .override_count = 1});
    assert_close(c.rows[0].target_ms, 2000, 8);
    assert_non_null(strstr(c.rows[0].assumed, "target"));
    hr_comparison_clear(&c);
}

static void failures_take_service_times_of_successes(void **state)
{
    struct hr_comparison c = compare(*state, (struct hr_compare_options){.app = "mixed"});
    assert_int_equal(c.rows[0].invocations, 5 * 2881);
    assert_close(c.rows[0].service_mean_ms, 1000, 1e-6);
    hr_comparison_clear(&c);
}

/* Fifty times five at the first instant and the last: 245 copies each spread over 30 s. Were they
 * cut off at the edge of the window, half of them would stand at one instant. */
static void traffic_factor_makes_no_burst_at_the_edges(void **state)
{
    const struct hr_override many[] = {{"fleet.servers.min", "400"}, {"fleet.servers.max", "400"}};
    struct hr_comparison c =
        compare(*state, (struct hr_compare_options){
                            .app = "five", .traffic = 50, .overrides = many, .override_count = 2});
    assert_int_equal(c.rows[0].invocations, 50 * 5 * 2881);
    assert_true(c.rows[0].busy_slots_peak < 60);
    hr_comparison_clear(&c);
}

static void batch_gives_a_row_per_combination_and_says_what_fails(void **state)
{
    const struct world *w = *state;
    struct hr_batch batch;
    struct hr_error err = {0};
    write_text(w->batch, "batch: sizes\napp: five\nworkloads: [five at once]\n"
                         "platforms: [aws-lambda-x86]\n"
                         "set: {traffic: [1, 2], function.keep_alive.time: [30 s, 300 s],\n"
                         "      fleet.servers.max: [4, 8]}\n"
                         "expect: [invocations < 20000, dropped = 0]\n");
    const struct hr_compare_options options = {.seed = 1};
    if (!hr_batch_run(w->batch, w->store, w->models, &options, &batch, &err))
        fail_msg("%s", err.text);
    assert_int_equal(batch.input_count, 3);
    assert_int_equal(batch.row_count, 4); /* the fleet's key runs once */
    assert_int_equal(batch.warning_count, 1);
    assert_int_equal(batch.failure_count, 2); /* twice the traffic, at both keep-alives */
    assert_string_equal(batch.rows[3].inputs[0], "2");
    assert_string_equal(batch.rows[3].inputs[1], "300 s");
    assert_string_equal(batch.rows[3].inputs[2], "");
    assert_int_equal(batch.rows[3].row.invocations, 2 * 5 * 2881);
    hr_batch_clear(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizing_of_a_fleet_passes_and_one_fewer_fails),
        cmocka_unit_test(target_unset_is_twice_the_recorded_p99),
        cmocka_unit_test(failures_take_service_times_of_successes),
        cmocka_unit_test(traffic_factor_makes_no_burst_at_the_edges),
        cmocka_unit_test(batch_gives_a_row_per_combination_and_says_what_fails),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}
