/* test_model_platform.c: platform files as design.md section 8 has them, their defaults, and the
 * sentence for each kind of fault.
 */
#include "check.h"

#include "headroom/model.h"

static const char function_example[] =
    "platform: example-function\n"
    "kind: function                     # function | fleet | hybrid\n"
    "title: One request at a time, fixed keep-alive\n"
    "as_of: 2026-11-01\n"
    "sources: [where each figure comes from]\n"
    "function:\n"
    "  memory: auto                     # auto (sizing rule 4) or a size\n"
    "  vcpus: auto\n"
    "  per_instance: 1\n"
    "  discipline: slots\n"
    "  place: fullest\n"
    "  reuse: recent\n"
    "  join_starting: no\n"
    "  keep_alive: {policy: fixed, time: 600 s}\n"
    "  cold_start: {dist: exponential, mean: 253 ms}\n"
    "  time_limit: 900 s\n"
    "  concurrency_limit: 1000\n"
    "  on_limit: refuse\n"
    "network: {dist: constant, value: 0 ms}\n"
    "services: [api-gateway-http, cloudwatch-logs]\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";

static const char fleet_example[] =
    "platform: example-fleet\n"
    "kind: fleet\n"
    "title: Servers behind a balancer, autoscaled\n"
    "as_of: 2026-11-01\n"
    "sources: []\n"
    "fleet:\n"
    "  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: auto}\n"
    "  servers: {min: 2, max: 20, initial: 2}\n"
    "  discipline: sharing\n"
    "  balancer: least-outstanding\n"
    "  queue_limit: 1000\n"
    "  boot: {dist: lognormal, p50: 60 s, p99: 150 s}\n"
    "  autoscaler: {policy: target-tracking, metric: cpu, target: 60 %}\n"
    "network: {dist: constant, value: 1 ms}\n"
    "services: [alb]\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

#define LEAST_FUNCTION "platform: f\nkind: function\nfunction:\n  memory: 512 MB\n"
#define LEAST_FLEET                                                                                \
    "platform: f\nkind: fleet\nfleet:\n  instance: {vcpus: 2, memory: 8 GB}\n  servers: auto\n"

struct fixture {
    struct hr_models *models;
    char folder[64], path[80];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct hr_error err = {0};
    snprintf(f->folder, sizeof f->folder, "/tmp/headroom-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/x.yaml", f->folder);
    setenv("XDG_CONFIG_HOME", f->folder, 1); /* no models of whoever runs the tests */
    if (!hr_models_open(NULL, &f->models, &err))
        fail_msg("%s", err.text);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    hr_models_close(f->models);
    unlink(f->path);
    rmdir(f->folder);
    free(f);
    return 0;
}

static bool load(struct fixture *f, const char *text, const struct hr_override *overrides,
                 size_t count, struct hr_platform *ret, struct hr_error *err)
{
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return hr_models_platform(f->models, f->path, overrides, count, ret, err);
}

static struct hr_platform must_load(struct fixture *f, const char *text)
{
    struct hr_platform platform;
    struct hr_error err = {0};
    if (!load(f, text, NULL, 0, &platform, &err))
        fail_msg("%s", err.text);
    return platform;
}

static void platform_function_example_loads_every_key(void **state)
{
    struct hr_platform p = must_load(*state, function_example);
    assert_string_equal(p.id, "example-function");
    assert_int_equal(p.kind, HR_FUNCTION);
    assert_string_equal(p.title, "One request at a time, fixed keep-alive");
    assert_string_equal(p.as_of, "2026-11-01");
    assert_close(p.function.memory_mb, 0, 0);
    assert_close(p.function.vcpus, 0, 0);
    assert_int_equal(p.function.per_instance, 1);
    assert_int_equal(p.function.discipline, HR_SLOTS);
    assert_int_equal(p.function.place, HR_PLACE_FULLEST);
    assert_int_equal(p.function.reuse, HR_REUSE_RECENT);
    assert_false(p.function.join_starting);
    assert_int_equal(p.function.keep_alive_us, 600 * HR_SECOND);
    assert_int_equal(p.function.start.stages[HR_STAGE_INIT].kind, HR_EXPONENTIAL);
    assert_close(p.function.start.stages[HR_STAGE_INIT].a, 253000, 0);
    assert_int_equal(p.function.time_limit_us, 900 * HR_SECOND);
    assert_int_equal(p.function.concurrency_limit, 1000);
    assert_int_equal(p.function.on_limit, HR_LIMIT_REFUSE);
    assert_close(hr_dist_mean(&p.network), 0, 0);
    assert_int_equal(p.service_count, 2);
    assert_string_equal(p.services[1], "cloudwatch-logs");
    assert_string_equal(p.book, "aws-us-east-1");
    assert_string_equal(p.scheme, "lambda-x86");
    hr_platform_clear(&p);
}

static void platform_tells_the_stages_of_a_start(void **state)
{
    struct hr_platform p = must_load(
        *state, LEAST_FUNCTION
        "  cold_start: {platform: 100 ms, code_per_mb: 10 ms, package: 14 MB, runtime: 144 ms, "
        "init: 1 s, restore: 600 ms, vcpus: 1, limit: 10 s, billed: [runtime, init]}\n");
    const struct hr_start_model *start = &p.function.start;
    static const double means[] = {100e3, 10e3, 144e3, 1e6, 600e3};
    for (size_t i = 0; i < HR_STAGE_COUNT; i++)
        assert_close(hr_dist_mean(&start->stages[i]), means[i], 0);
    assert_true(start->staged && start->restores);
    assert_close(start->package_mb, 14, 0);
    assert_close(start->vcpus, 1, 0);
    assert_close(start->cpu_bound, 0.8, 0); /* assumed */
    assert_int_equal(start->limit_us, 10 * HR_SECOND);
    assert_int_equal(start->unbilled,
                     1u << HR_STAGE_PLATFORM | 1u << HR_STAGE_CODE | 1u << HR_STAGE_RESTORE);
    hr_platform_clear(&p);
    p = must_load(*state, LEAST_FUNCTION "  cold_start: 250 ms\n"); /* one figure for all */
    assert_false(p.function.start.staged);
    assert_close(p.function.start.cpu_bound, 0, 0);
    assert_close(hr_dist_mean(&p.function.start.stages[HR_STAGE_INIT]), 250e3, 0);
    hr_platform_clear(&p);
}

static void platform_fleet_example_loads_every_key(void **state)
{
    struct hr_platform p = must_load(*state, fleet_example);
    assert_int_equal(p.kind, HR_FLEET);
    assert_string_equal(p.fleet.type, "m7g.large");
    assert_close(p.fleet.vcpus, 2, 0);
    assert_close(p.fleet.memory_mb, 8192, 0);
    assert_int_equal(p.fleet.slots, 0);
    assert_int_equal(p.fleet.servers_min, 2);
    assert_int_equal(p.fleet.servers_max, 20);
    assert_int_equal(p.fleet.servers_initial, 2);
    assert_int_equal(p.fleet.discipline, HR_SHARING);
    assert_int_equal(p.fleet.balancer, HR_LEAST_OUTSTANDING);
    assert_int_equal(p.fleet.queue_limit, 1000);
    assert_close(hr_dist_quantile(&p.fleet.boot, 0.99), 150e6, 1);
    assert_int_equal(p.fleet.autoscaler.policy, HR_SCALE_TARGET_TRACKING);
    assert_int_equal(p.fleet.autoscaler.metric, HR_METRIC_CPU);
    assert_close(p.fleet.autoscaler.target, 0.6, 1e-15);
    assert_int_equal(p.fleet.autoscaler.period_us, 60 * HR_SECOND); /* of assumptions.yaml */
    assert_int_equal(p.fleet.autoscaler.points_out, 3);
    assert_close(hr_dist_mean(&p.network), 1000, 0);
    hr_platform_clear(&p);
}

static void platform_function_defaults_are_the_contract(void **state)
{
    struct hr_platform p = must_load(*state, LEAST_FUNCTION);
    assert_int_equal(p.function.per_instance, 1);
    assert_int_equal(p.function.discipline, HR_SLOTS);
    assert_int_equal(p.function.place, HR_PLACE_FULLEST);
    assert_int_equal(p.function.reuse, HR_REUSE_RECENT);
    assert_false(p.function.join_starting);
    assert_int_equal(p.function.on_limit, HR_LIMIT_REFUSE);
    assert_int_equal(p.function.time_limit_us, 0);
    assert_int_equal(p.function.concurrency_limit, 0);
    assert_close(hr_function_vcpus(&p.function, 1769), 1, 1e-12);
    assert_int_equal(p.service_count, 0);
    assert_string_equal(p.book, "");
    hr_platform_clear(&p);
    p = must_load(*state, LEAST_FUNCTION "  per_instance: auto\n  vcpus: 0.5\n");
    assert_int_equal(p.function.per_instance, 0);
    assert_int_equal(p.function.discipline, HR_SHARING);
    assert_close(hr_function_vcpus(&p.function, 1769), 0.5, 0);
    hr_platform_clear(&p);
}

static void platform_fleet_defaults_are_the_contract(void **state)
{
    struct hr_platform p = must_load(*state, LEAST_FLEET);
    assert_int_equal(p.fleet.slots, 0);
    assert_int_equal(p.fleet.discipline, HR_SHARING);
    assert_int_equal(p.fleet.queue_limit, -1);
    assert_int_equal(p.fleet.servers_min, 0);
    assert_int_equal(p.fleet.servers_max, 0);
    assert_int_equal(p.fleet.autoscaler.policy, HR_SCALE_FIXED);
    hr_platform_clear(&p);
    p = must_load(*state, "platform: f\nkind: fleet\nfleet:\n  servers: 4\n  queue_limit: 0\n"
                          "  instance: {vcpus: 2, memory: 8 GB, slots: 1}\n");
    assert_int_equal(p.fleet.discipline, HR_SLOTS);
    assert_int_equal(p.fleet.queue_limit, 0);
    assert_int_equal(p.fleet.servers_min, 4);
    assert_int_equal(p.fleet.servers_max, 4);
    assert_int_equal(p.fleet.servers_initial, 4);
    hr_platform_clear(&p);
}

static void platform_autoscalers_load_their_blocks(void **state)
{
    struct hr_platform p = must_load(
        *state, LEAST_FLEET "  autoscaler:\n    policy: step\n    step:\n      above: 60 %\n"
                            "      out: [{from: 0 %, by: 10 %}, {from: 15 %, by: 20 %}]\n");
    const struct hr_autoscaler_model *m = &p.fleet.autoscaler;
    assert_close(m->step.above, 0.6, 1e-15);
    assert_int_equal(m->step.out_count, 2);
    assert_close(m->step.out[1].from, 0.15, 1e-15);
    assert_close(m->step.out[1].by, 0.2, 1e-15);
    assert_int_equal(m->step.in_count, 0);
    assert_int_equal(m->step.at_least, 1);
    hr_platform_clear(&p);
    p = must_load(*state, LEAST_FLEET "  autoscaler:\n    policy: schedule\n    schedule:\n"
                                      "      changes:\n        - {at: Mon-Fri 20:30, servers: 2}\n"
                                      "        - {at: Tue 08:00, servers: 10}\n");
    m = &p.fleet.autoscaler;
    assert_int_equal(m->schedule.count, 6);
    assert_int_equal(m->schedule.all[0].at_us, 20 * HR_HOUR + 30 * HR_MINUTE);
    assert_int_equal(m->schedule.all[1].at_us, HR_DAY + 8 * HR_HOUR);
    assert_int_equal(m->schedule.all[1].servers, 10);
    hr_platform_clear(&p);
    p = must_load(*state, LEAST_FLEET "  autoscaler: {policy: hpa, hpa: {window_in: 60 s}}\n");
    m = &p.fleet.autoscaler;
    assert_int_equal(m->hpa.period_us, 15 * HR_SECOND); /* of assumptions.yaml */
    assert_int_equal(m->hpa.window_in_us, 60 * HR_SECOND);
    assert_int_equal(m->hpa.out.servers, 4);
    assert_close(m->kpa.threshold, 2, 1e-15);
    assert_true(m->kpa.to_zero);
    assert_int_equal(m->backlog.cooldown_us, 300 * HR_SECOND);
    hr_platform_clear(&p);
}

static void platform_fleets_load_what_happens_to_servers(void **state)
{
    struct hr_platform p = must_load(*state, LEAST_FLEET
                                     "  balancer: round-robin\n  drain: 300 s\n  slow_start: 30 s\n"
                                     "  failures: {every: 2000 h, replace: 5 min}\n"
                                     "  spot: {every: 100 h, share: 30 %, notice: 2 min}\n"
                                     "  credits: {baseline: 20 %, hold: 24 h}\ndefault: no\n");
    assert_false(p.by_default);
    assert_int_equal(p.fleet.drain_us, 300 * HR_SECOND);
    assert_int_equal(p.fleet.slow_start_us, 30 * HR_SECOND);
    assert_int_equal(p.fleet.failure_us, 2000 * HR_HOUR);
    assert_int_equal(p.fleet.replace_us, 5 * HR_MINUTE);
    assert_int_equal(p.fleet.spot_us, 100 * HR_HOUR);
    assert_close(p.fleet.spot_share, 0.3, 1e-15);
    assert_int_equal(p.fleet.notice_us, 2 * HR_MINUTE);
    assert_close(p.fleet.baseline, 0.2, 1e-15);
    assert_int_equal(p.fleet.credit_hold_us, HR_DAY);
    hr_platform_clear(&p);
    p = must_load(*state, LEAST_FLEET "  drain: none\n");
    assert_true(p.by_default);
    assert_int_equal(p.fleet.drain_us, 0);
    hr_platform_clear(&p);
}

static void platform_words_in_place_of_values_load(void **state)
{
    struct hr_platform p = must_load(
        *state, LEAST_FUNCTION "  per_instance: 1000000\n  discipline: slots\n"
                               "  place: least-loaded\n  reuse: oldest\n  join_starting: yes\n"
                               "  time_limit: none\n  concurrency_limit: none\n"
                               "  on_limit: {queue: 10 s}\n");
    assert_int_equal(p.function.per_instance, 1000000);
    assert_int_equal(p.function.discipline, HR_SLOTS);
    assert_int_equal(p.function.place, HR_PLACE_LEAST_LOADED);
    assert_int_equal(p.function.reuse, HR_REUSE_OLDEST);
    assert_true(p.function.join_starting);
    assert_int_equal(p.function.on_limit, HR_LIMIT_QUEUE);
    assert_int_equal(p.function.queue_us, 10 * HR_SECOND);
    hr_platform_clear(&p);
}

/* What any of the policies needs. */
#define EVERY_KEEP_ALIVE                                                                           \
    "  keep_alive:\n    time: 5 s\n    distribution: {dist: uniform, min: 5 min, max: 7 min}\n"    \
    "    range: 4 h\n    bin: 1 min\n    head: 5 %\n    tail: 99 %\n    margin: 10 %\n    cv: 2\n" \
    "    samples: 3\n    host_memory: 16 GB\n"

#define EVERY_AUTOSCALER                                                                           \
    "  autoscaler:\n    step: {above: 60 %, out: [{from: 0 %, by: 10 %}]}\n"                       \
    "    schedule: {changes: [{at: daily 08:00, servers: 2}]}\n"

/* Each word of an enum, at its key, in a least file of its kind. */
static void platform_every_word_of_the_enums_is_accepted(void **state)
{
    static const struct {
        const char *file, *line;
        const char *const *names;
    } cases[] = {
        {LEAST_FUNCTION, "  discipline: ", hr_discipline_names},
        {LEAST_FUNCTION, "  place: ", hr_place_names},
        {LEAST_FUNCTION, "  reuse: ", hr_reuse_names},
        {LEAST_FUNCTION, EVERY_KEEP_ALIVE "    policy: ", hr_keep_alive_names},
        {LEAST_FUNCTION, EVERY_KEEP_ALIVE "    evict: ", hr_evict_names},
        {LEAST_FLEET, "  balancer: ", hr_balancer_names},
        {LEAST_FLEET, EVERY_AUTOSCALER "    policy: ", hr_autoscaler_policy_names},
        {LEAST_FLEET, "  autoscaler:\n    policy: fixed\n    metric: ", hr_metric_names},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; cases[i].names[k]; k++) {
            struct hr_text text = {0};
            hr_text_printf(&text, "%s%s%s\n", cases[i].file, cases[i].line, cases[i].names[k]);
            struct hr_platform p = must_load(*state, text.data);
            hr_platform_clear(&p);
            hr_text_clear(&text);
        }
    }
    struct hr_platform p = must_load(*state, LEAST_FLEET "  balancer: shared-queue\n");
    assert_int_equal(p.fleet.balancer, HR_SHARED_QUEUE);
    assert_string_equal(hr_platform_kind_names[p.kind], "fleet");
    hr_platform_clear(&p);
}

static void platform_overrides_change_the_tree(void **state)
{
    static const struct hr_override overrides[] = {
        {"fleet.servers.max", "40"}, {"fleet.queue_limit", "none"},
        {"fleet.boot", "30 s"},      {"fleet.autoscaler.target", "0.5"},
        {"network.value", "3 ms"},   {"prices.discount", "12%"},
    };
    struct hr_platform p;
    struct hr_error err = {0};
    assert_true(load(*state, fleet_example, overrides, 6, &p, &err));
    assert_int_equal(p.fleet.servers_max, 40);
    assert_int_equal(p.fleet.servers_min, 2);
    assert_int_equal(p.fleet.queue_limit, -1);
    assert_close(hr_dist_mean(&p.fleet.boot), 30e6, 0);
    assert_close(p.fleet.autoscaler.target, 0.5, 0);
    assert_close(hr_dist_mean(&p.network), 3000, 0);
    assert_close(p.discount, 0.12, 1e-15);
    hr_platform_clear(&p);
    static const struct hr_override wrong = {"fleet.servers.most", "40"};
    assert_false(load(*state, fleet_example, &wrong, 1, &p, &err));
    assert_string_equal(err.text, "set fleet.servers.most=40: fleet.servers.most: unknown key; "
                                  "known here: min, max, initial");
}

struct fault_case {
    const char *text, *error; /* error follows "PATH" */
};

static void assert_faults(struct fixture *f, const struct fault_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hr_platform p;
        struct hr_error err = {0};
        bool loaded = load(f, cases[i].text, NULL, 0, &p, &err);
        size_t path = strlen(f->path);
        if (loaded || strncmp(err.text, f->path, path) != 0 ||
            strncmp(err.text + path, cases[i].error, strlen(cases[i].error)) != 0)
            fail_msg("`%s`\ngives    %s\nexpected %s", cases[i].text, err.text, cases[i].error);
        assert_int_equal(err.kind, HR_EMODEL);
    }
}

static void platform_wrong_unit_type_or_range_is_told(void **state)
{
    static const struct fault_case cases[] = {
        {"platform: f\nkind: function\nfunction:\n  memory: 512\n",
         ":4:11: function.memory: expected a size such as `512 MB` or `auto`, found `512`"},
        {"platform: f\nkind: function\nfunction:\n  memory: [512 MB]\n",
         ":4:11: function.memory: expected a size such as `512 MB` or `auto`, found a list"},
        {"platform: f\nkind: function\nfunction:\n  memory:\n",
         ":4:10: function.memory: expected a size such as `512 MB` or `auto`, found nothing"},
        {"platform: f\nkind: function\nfunction: 5\n",
         ":3:11: function: expected keys with values, found `5`"},
        {LEAST_FUNCTION "  per_instance: 0\n",
         ":5:17: function.per_instance: expected 1 to 1000000, found `0`"},
        {LEAST_FUNCTION "  per_instance: 1.5\n",
         ":5:17: function.per_instance: expected a whole number such as `80` or `auto`, found"},
        {LEAST_FUNCTION "  per_instance: 99999999999999999999\n",
         ":5:17: function.per_instance: expected a whole number"},
        {LEAST_FUNCTION "  per_instance: 1000001\n", ":5:17: function.per_instance: expected 1"},
        {LEAST_FUNCTION "  keep_alive: {policy: fixed, time: 300}\n",
         ":5:37: function.keep_alive.time: expected a duration such as `300 s`, found `300`"},
        {LEAST_FUNCTION "  keep_alive: {policy: fixed}\n",
         ":5:15: function.keep_alive.time: is missing"},
        {LEAST_FUNCTION "  time_limit: -5 s\n", ":5:15: function.time_limit: expected a duration"},
        {LEAST_FUNCTION "  join_starting: maybe\n",
         ":5:18: function.join_starting: expected yes or no, found `maybe`"},
        {LEAST_FUNCTION "  discipline: fifo\n",
         ":5:15: function.discipline: expected one of slots, sharing, found `fifo`"},
        {LEAST_FUNCTION "  on_limit: {queue: 10}\n",
         ":5:21: function.on_limit: expected `refuse` or a longest wait"},
        {LEAST_FUNCTION "  provisioning: {max: 5, autoscaler: {policy: hpa}}\n",
         ":5:17: function.provisioning.autoscaler.policy: expected fixed, schedule or target"},
        {LEAST_FUNCTION "  provisioning: {autoscaler: {policy: schedule}}\n",
         ":5:17: function.provisioning.max: expected from 1 on"},
        {LEAST_FUNCTION "  provisioning: {min: 0, max: 2, autoscaler: {policy: target-tracking}}\n",
         ":5:17: function.provisioning.min: expected at least 1"},
        {LEAST_FUNCTION "  cold_start: {runtime: 100 ms, boot: 1 s}\n",
         ":5:33: function.cold_start.boot: unknown key; known here: platform, code_per_mb"},
        {LEAST_FUNCTION "  cold_start: {init: 100 ms, billed: [init, boot]}\n",
         ":5:45: function.cold_start.billed: expected stages out of platform, code, runtime, init"},
        {LEAST_FUNCTION "  cold_start: {dist: normal}\n",
         ":5:22: function.cold_start: dist: expected constant, exponential"},
        {LEAST_FUNCTION "as_of: 2026-02-30\n", ":5:8: as_of: expected a date such as"},
        {LEAST_FUNCTION "as_of: soon\n", ":5:8: as_of: expected a date such as"},
        {LEAST_FUNCTION "prices: {book: a, scheme: b, discount: 120 %}\n",
         ":5:40: prices.discount: expected 0 % to 100 %, found `120 %`"},
        {LEAST_FUNCTION "services: alb\n", ":5:11: services: expected a list"},
        {LEAST_FUNCTION "services: [{alb: 1}]\n", ":5:12: services: expected a service's name"},
        {LEAST_FLEET "  queue_limit: -1\n", ":6:16: fleet.queue_limit: expected at least 0"},
        {LEAST_FLEET "  autoscaler: {policy: target-tracking, target: 0 %}\n",
         ":6:49: fleet.autoscaler.target: expected 1 % to 100 %, found `0 %`"},
    };
    assert_faults(*state, cases, sizeof cases / sizeof *cases);
}

static void platform_unknown_or_missing_key_is_told(void **state)
{
    static const struct fault_case cases[] = {
        {LEAST_FUNCTION "  memroy: 5 MB\n",
         ":5:3: function.memroy: unknown key; known here: memory, memory_min, "},
        {LEAST_FUNCTION "fleet: {}\n", ":5:1: fleet: unknown key; known here: platform, kind"},
        {LEAST_FLEET "  keep_alive: 5 s\n", ":6:3: fleet.keep_alive: unknown key"},
        {LEAST_FUNCTION "  keep_alive: {policy: fixed, time: 5 s, tme: 5 s}\n",
         ":5:42: function.keep_alive.tme: unknown key; known here: policy, time"},
        {"kind: function\nfunction: {memory: auto}\n", ":1:1: platform: is missing"},
        {"platform: f\nfunction: {memory: auto}\n", ":1:1: kind: is missing"},
        {"platform: f\nkind: lambda\n",
         ":2:7: kind: expected one of function, fleet, hybrid, found `lambda`"},
        {"platform: f\nkind: function\n", ":1:1: function: is missing"},
        {"platform: f\nkind: function\nfunction: {vcpus: 1}\n",
         ":3:11: function.memory: is missing"},
        {"platform: f\nkind: fleet\nfleet:\n  servers: auto\n  instance: {vcpus: 2}\n",
         ":5:13: fleet.instance.memory: is missing"},
        {"platform: f\nkind: fleet\nfleet:\n  instance: {vcpus: 2, memory: 8 GB}\n",
         ":4:3: fleet.servers: is missing"},
        {LEAST_FUNCTION "prices: {book: a}\n", ":5:9: prices.scheme: is missing"},
        {"platform: a,b\nkind: function\nfunction: {memory: auto}\n",
         ":1:11: platform: expected a name"},
        {LEAST_FLEET "  autoscaler: {target: 60 %}\n",
         ":6:15: fleet.autoscaler.policy: is missing"},
        {"", ": is empty"},
    };
    assert_faults(*state, cases, sizeof cases / sizeof *cases);
}

static void platform_figures_that_contradict_are_told(void **state)
{
#define FLEET_OF(servers)                                                                          \
    "platform: f\nkind: fleet\nfleet:\n  instance: {vcpus: 2, memory: 8 GB}\n  servers: " servers  \
    "\n  autoscaler: {policy: target-tracking}\n"
    static const struct fault_case cases[] = {
        {FLEET_OF("{min: 5, max: 4}"), ":5:18: fleet.servers.min: is above fleet.servers.max"},
        {LEAST_FLEET "  slow_start: 30 s\n",
         ":6:15: fleet.slow_start: expected fleet.balancer round-robin"},
        {LEAST_FLEET "  discipline: slots\n  credits: {baseline: 20 %, hold: 1 h}\n",
         ":7:12: fleet.credits: expected fleet.discipline sharing"},
        {LEAST_FLEET "  spot: {every: 1 h, share: 0 %, notice: 2 min}\n",
         ":6:29: fleet.spot.share: expected 0.1 % to 100 %"},
        {LEAST_FLEET "  failures: {every: -1 h, replace: 0 s}\n",
         ":6:21: fleet.failures.every: expected a duration"},
        {LEAST_FLEET "  autoscaler: {policy: hpa, target: 0 %}\n",
         ":6:37: fleet.autoscaler.target: expected 1 % to 100 %, found `0 %`"},
        {LEAST_FLEET "  autoscaler: {policy: hpa, target: 120 %}\n",
         ":6:37: fleet.autoscaler.target: expected 1 % to 100 %"},
        {LEAST_FLEET "  autoscaler: {policy: hpa, hpa: {window_in: -1 s}}\n",
         ":6:46: fleet.autoscaler.hpa.window_in: expected a duration"},
        {LEAST_FLEET "  autoscaler: {policy: hpa, hpa: {period: 1 s}}\n",
         ":6:43: fleet.autoscaler.hpa.period: is less than"},
        {LEAST_FLEET "  autoscaler: {policy: kpa, kpa: {panic: 90 s}}\n",
         ":6:42: fleet.autoscaler.kpa.panic: is longer than the stable window"},
        {LEAST_FLEET "  autoscaler: {policy: step, step: {above: 60 %}}\n",
         ":6:36: fleet.autoscaler.step.out: expected beside"},
        {LEAST_FLEET "  autoscaler:\n    policy: step\n    step: {above: 60 %, below: 70 %,\n"
                     "      out: [{from: 0, by: 1}], in: [{from: 0, by: 1}]}\n",
         ":8:32: fleet.autoscaler.step.below: expected less than"},
        {LEAST_FLEET "  autoscaler:\n    policy: step\n    step: {above: 60 %,\n"
                     "      out: [{from: 10 %, by: 1}, {from: 10 %, by: 2}]}\n",
         ":9:34: fleet.autoscaler.step.out: expected steps in ascending order"},
        {LEAST_FLEET "  autoscaler: {policy: schedule}\n",
         ":6:15: fleet.autoscaler.schedule.changes: is missing"},
        {LEAST_FLEET "  autoscaler:\n    policy: schedule\n"
                     "    schedule: {changes: [{at: Fri-Mon 08:00, servers: 2}]}\n",
         ":8:26: fleet.autoscaler.schedule.changes: expected a day or days"},
        {FLEET_OF("{min: 2, max: 4, initial: 5}"), ":5:38: fleet.servers.initial: is outside"},
        {FLEET_OF("{min: 2, max: 4, initial: 1}"), ":5:38: fleet.servers.initial: is outside"},
        {FLEET_OF("{min: 0}"), ":5:18: fleet.servers.min: expected `auto` or a number from 1"},
        {FLEET_OF("[2]"), ":5:12: fleet.servers: expected `auto`, a number of servers or"},
        {FLEET_OF("many"), ":5:12: fleet.servers: expected `auto`"},
        {LEAST_FUNCTION "  memory_min: 2 GB\n  memory_max: 1 GB\n",
         ":5:15: function.memory_min: is above function.memory_max"},
        {LEAST_FUNCTION "  concurrency_limit: 10\n  reserved_concurrency: 11\n",
         ":6:25: function.reserved_concurrency: is above function.concurrency_limit"},
        {LEAST_FUNCTION "  concurrency_limit: 10\n  provisioned: 11\n",
         ":6:16: function.provisioned: is above the concurrency"},
        {LEAST_FUNCTION "  provisioned: 1\n  reuse: oldest\n",
         ":5:16: function.provisioned: expected one slot an instance, reuse recent"},
        {LEAST_FUNCTION "  reserved_concurrency: 1\n  on_limit: {queue: 1 s}\n",
         ":5:25: function.reserved_concurrency: expected function.on_limit refuse"},
        {LEAST_FUNCTION "  keep_alive: {policy: pressure}\n",
         ":5:15: function.keep_alive.host_memory: is missing; policy pressure needs it"},
        {LEAST_FUNCTION "  keep_alive: {policy: fixed}\n",
         ":5:15: function.keep_alive.time: is missing"},
        {LEAST_FUNCTION "  keep_alive: {policy: histogram, range: 4 h, bin: 5 h, head: 5 %, tail: "
                        "99 %, margin: 0 %, cv: 2, samples: 3}\n",
         ":5:52: function.keep_alive.bin: expected 1 to 100,000 bins"},
        {LEAST_FUNCTION "  keep_alive: {policy: histogram, range: 4 h, bin: 1 min, head: 99 %, "
                        "tail: 5 %, margin: 0 %, cv: 2, samples: 3}\n",
         ":5:65: function.keep_alive.head: expected less than"},
    };
    assert_faults(*state, cases, sizeof cases / sizeof *cases);
}

static void platform_knows_tells_keys_by_kind(void **state)
{
    (void)state;
    assert_true(hr_platform_knows(HR_FUNCTION, "function.keep_alive.time"));
    assert_true(hr_platform_knows(HR_FUNCTION, "function.cold_start.mean"));
    assert_true(hr_platform_knows(HR_FUNCTION, "function.on_limit.queue"));
    assert_true(hr_platform_knows(HR_FUNCTION, "network"));
    assert_true(hr_platform_knows(HR_FLEET, "fleet.servers.max"));
    assert_true(hr_platform_knows(HR_FLEET, "fleet.servers"));
    assert_true(hr_platform_knows(HR_FLEET, "prices.discount"));
    assert_true(hr_platform_knows(HR_HYBRID, "hybrid.overflow"));
    assert_true(hr_platform_knows(HR_HYBRID, "fleet.queue_limit")); /* of its part */
    assert_false(hr_platform_knows(HR_FLEET, "hybrid.overflow"));
    assert_false(hr_platform_knows(HR_FLEET, "function.keep_alive.time"));
    assert_false(hr_platform_knows(HR_FUNCTION, "fleet.servers.max"));
    assert_false(hr_platform_knows(HR_FLEET, "fleet.servers.most"));
    assert_false(hr_platform_knows(HR_FUNCTION, "function.keep_alive.tme"));
    assert_false(hr_platform_knows(HR_FUNCTION, "function.memory.x"));
    assert_false(hr_platform_knows(HR_FUNCTION, ""));
    assert_false(hr_platform_knows(HR_FUNCTION, "traffic"));
}

#define WITH_MODELS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MODELS(platform_function_example_loads_every_key),
        WITH_MODELS(platform_tells_the_stages_of_a_start),
        WITH_MODELS(platform_fleet_example_loads_every_key),
        WITH_MODELS(platform_function_defaults_are_the_contract),
        WITH_MODELS(platform_fleet_defaults_are_the_contract),
        WITH_MODELS(platform_autoscalers_load_their_blocks),
        WITH_MODELS(platform_fleets_load_what_happens_to_servers),
        WITH_MODELS(platform_words_in_place_of_values_load),
        WITH_MODELS(platform_every_word_of_the_enums_is_accepted),
        WITH_MODELS(platform_overrides_change_the_tree),
        WITH_MODELS(platform_wrong_unit_type_or_range_is_told),
        WITH_MODELS(platform_unknown_or_missing_key_is_told),
        WITH_MODELS(platform_figures_that_contradict_are_told),
        cmocka_unit_test(platform_knows_tells_keys_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
