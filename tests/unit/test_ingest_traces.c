/* test_ingest_traces.c: real logs against counts that an independent script made of them
 * (../shared/traces/README.md). Skipped where that folder is not. */
#include "sink.h"

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* All durations of an import, sorted; the caller frees. */
static int64_t *durations_of(const struct import *import, size_t *n)
{
    size_t room = 0;
    for (size_t w = 0; w < import->sink.count; w++) {
        room += import->sink.workloads[w].count;
    }
    int64_t *all = malloc((room + 1) * sizeof *all);
    assert_non_null(all);
    *n = 0;
    for (size_t w = 0; w < import->sink.count; w++) {
        for (size_t r = 0; r < import->sink.workloads[w].count; r++) {
            if (import->sink.workloads[w].rows[r].duration != HR_UNKNOWN) {
                all[(*n)++] = import->sink.workloads[w].rows[r].duration;
            }
        }
    }
    qsort(all, *n, sizeof *all, by_value);
    return all;
}

static size_t rows_with_status(const struct import *import, uint16_t status)
{
    size_t count = 0;
    for (size_t w = 0; w < import->sink.count; w++) {
        for (size_t r = 0; r < import->sink.workloads[w].count; r++) {
            count += import->sink.workloads[w].rows[r].status == status;
        }
    }
    return count;
}

struct expected {
    const char *file, *map, *format, *log_format;
    uint64_t kept, durations;
    double sum_us, p50_us, p99_us, max_us; /* 0 durations: not looked at */
    const char *first, *last;              /* as written, UTC */
    struct {
        uint16_t status;
        size_t rows;
    } statuses[4];
};

static const struct expected expected[] = {
    {.file = "apache_combined_semicomplete_10k.log.gz",
     .format = "access",
     .kept = 10000,
     .first = "2015-05-17T10:05:00Z",
     .last = "2015-05-20T21:05:59Z",
     .statuses = {{200, 9126}, {304, 445}, {404, 213}, {500, 3}}},
    {.file = "apache_extended_labor06_10k.log.gz",
     .format = "access",
     .kept = 10000,
     .map = "duration=-6:us",
     .durations = 10000,
     .sum_us = 7.31079e8,
     .p50_us = 34789,
     .p99_us = 347002,
     .max_us = 6.07622e6,
     .first = "2013-04-30T15:18:41Z",
     .last = "2013-12-03T01:10:01Z",
     .statuses = {{200, 5519}, {304, 2347}, {401, 1076}, {500, 29}}},
    {.file = "apache_common_nasa_jul95_4k.log.gz",
     .format = "access",
     .kept = 4000,
     .first = "1995-07-01T04:00:01Z",
     .last = "1995-07-01T05:08:54Z",
     .statuses = {{200, 3566}, {304, 216}, {302, 193}, {404, 25}}},
    {.file = "nginx_combined_shop_1k.log.gz",
     .format = "access",
     .kept = 1000,
     .first = "2019-01-22T00:26:14Z",
     .last = "2019-01-22T00:29:11Z",
     .statuses = {{200, 938}, {404, 24}, {302, 20}, {301, 11}}},
    {.file = "alp_combined_reqtime.log",
     .format = "access",
     .kept = 14,
     .durations = 12,
     .sum_us = 61.916e6,
     .p50_us = 123000,
     .p99_us = 60e6,
     .max_us = 60e6,
     .first = "2015-09-05T20:58:05Z",
     .last = "2015-09-05T21:00:43Z",
     .statuses = {{200, 11}, {400, 2}, {504, 1}}},
    {.file = "apache_vhost_common_matomo.log",
     .format = "access",
     .kept = 1,
     .first = "2012-02-10T21:42:07Z",
     .last = "2012-02-10T21:42:07Z",
     .statuses = {{301, 1}}},
    /* AWS balancers: the README adds up all three times (0.518 s, 0.103 s); the target's alone are
     * six, two times (0.001, 0.048, 0.048, 0.048, 0.002, 0.002) and 0.102 s */
    {.file = "alb_crowdsec.log",
     .format = "alb",
     .kept = 14,
     .durations = 6,
     .sum_us = 149000,
     .p50_us = 2000,
     .p99_us = 48000,
     .max_us = 48000,
     .first = "2018-07-02T22:23:00.186641Z",
     .last = "2023-04-26T19:53:56.715663Z",
     .statuses = {{200, 6}, {404, 8}}},
    {.file = "alb_matomo.log",
     .format = "alb",
     .kept = 1,
     .durations = 1,
     .sum_us = 102000,
     .p50_us = 102000,
     .p99_us = 102000,
     .max_us = 102000,
     .first = "2020-01-01T00:55:04.127531Z",
     .last = "2020-01-01T00:55:04.127531Z",
     .statuses = {{200, 1}}},
    {.file = "elb_classic_matomo.log",
     .format = "elb",
     .kept = 1,
     .durations = 1,
     .sum_us = 1048,
     .p50_us = 1048,
     .p99_us = 1048,
     .max_us = 1048,
     .last = "2015-05-13T23:39:43.945958Z",
     .statuses = {{200, 1}}},
    {.file = "cloudfront_web_matomo.log",
     .format = "cloudfront",
     .kept = 1,
     .durations = 1,
     .sum_us = 1000,
     .p50_us = 1000,
     .p99_us = 1000,
     .max_us = 1000,
     .last = "2014-05-23T01:13:11Z",
     .statuses = {{200, 1}}},
    {.file = "cloudfront_crowdsec_noheader.log",
     .format = "cloudfront",
     .kept = 2,
     .durations = 2,
     .sum_us = 226000,
     .p50_us = 113000,
     .p99_us = 113000,
     .max_us = 113000,
     .last = "2024-03-12T15:22:28Z",
     .statuses = {{400, 2}}},
    {.file = "iis_w3c_lnav_big.log",
     .format = "w3c",
     .kept = 210,
     .durations = 210,
     .sum_us = 76795e3,
     .p50_us = 361000,
     .p99_us = 504000,
     .max_us = 2411000,
     .first = "2015-01-13T00:32:17Z",
     .last = "2015-01-13T23:15:41Z",
     .statuses = {{404, 202}, {200, 8}}},
    {.file = "iis_matomo.log",
     .format = "w3c",
     .kept = 1,
     .durations = 1,
     .sum_us = 1687e3,
     .p50_us = 1687e3,
     .p99_us = 1687e3,
     .max_us = 1687e3,
     .last = "2012-04-01T00:00:13Z",
     .statuses = {{200, 1}}},
    /* the README's count of lnav_3 splits at blanks inside quotes and so has a row less */
    {.file = "iis_w3c_lnav_3.log",
     .format = "w3c",
     .kept = 3,
     .durations = 3,
     .sum_us = 468e3,
     .p50_us = 109e3,
     .p99_us = 359e3,
     .max_us = 359e3,
     .last = "2012-08-15T17:00:00.675Z",
     .statuses = {{200, 1}, {301, 1}, {404, 1}}},
    {.file = "iis_custom_matomo.log",
     .format = "w3c",
     .kept = 3,
     .durations = 3,
     .sum_us = 468e3,
     .p50_us = 109e3,
     .p99_us = 359e3,
     .max_us = 359e3,
     .last = "2012-08-15T17:00:00.675Z",
     .statuses = {{200, 1}, {301, 1}, {404, 1}}},
    {.file = "alp_ltsv_reqtime.log",
     .format = "ltsv",
     .kept = 14,
     .durations = 11,
     .sum_us = 61.595e6,
     .p50_us = 123000,
     .p99_us = 60e6,
     .max_us = 60e6,
     .first = "2015-09-05T20:58:05Z",
     .last = "2015-09-05T21:00:43Z",
     .statuses = {{200, 11}, {400, 2}, {504, 1}}},
    {.file = "haproxy_lnav.log",
     .format = "haproxy",
     .kept = 13,
     .durations = 13,
     .sum_us = 8344e3,
     .p50_us = 62e3,
     .p99_us = 2707e3,
     .max_us = 2707e3,
     .first = "2019-02-25T16:19:48.143Z",
     .last = "2019-02-25T16:20:14.317Z",
     .statuses = {{200, 13}}},
    {.file = "haproxy_matomo.log",
     .format = "haproxy",
     .kept = 1,
     .durations = 1,
     .sum_us = 72e3,
     .p50_us = 72e3,
     .p99_us = 72e3,
     .max_us = 72e3,
     .last = "2018-09-25T06:05:27.584Z",
     .statuses = {{200, 1}}},
    {.file = "caddy_json_lnav.log", /* behind docker compose */
     .format = "caddy",
     .kept = 4,
     .durations = 4,
     .sum_us = 3061,
     .p50_us = 74,
     .p99_us = 1675,
     .max_us = 1675,
     .last = "2025-10-21T04:12:37.924754Z",
     .statuses = {{304, 3}, {200, 1}}},
    {.file = "envoy_crowdsec_crawl.log", /* behind CRI */
     .format = "envoy-json",
     .kept = 41,
     .first = "2025-12-31T16:40:00.1Z",
     .last = "2025-12-31T16:40:00.49Z",
     .statuses = {{404, 41}}},
    /* the directives of the tutorial, pasted: the same figures as by place */
    {.file = "apache_extended_labor06_10k.log.gz",
     .format = "pattern",
     .log_format =
         "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b \\\"%{Referer}i\\\" "
         "\\\"%{User-Agent}i\\\" %v %A %p %R %{BALANCER_WORKER_ROUTE}e %X \\\"%{cookie}n\\\" "
         "%{UNIQUE_ID}e %I %O %{ratio}n%% %D %{ModSecTimeIn}e %{ApplicationTime}e "
         "%{ModSecTimeOut}e %{ModSecAnomalyScoreIn}e %{ModSecAnomalyScoreOut}e\" extended",
     .kept = 10000,
     .durations = 10000,
     .sum_us = 7.31079e8,
     .p50_us = 34789,
     .p99_us = 347002,
     .max_us = 6.07622e6,
     .first = "2013-04-30T15:18:41Z",
     .last = "2013-12-03T01:10:01Z",
     .statuses = {{200, 5519}, {304, 2347}, {401, 1076}, {500, 29}}},
    {.file = "alp_json_reqtime.log",
     .format = "json",
     .kept = 14,
     .map = "duration=.response_time:s,end=.time",
     .durations = 11,
     .sum_us = 61.595e6,
     .p50_us = 123000,
     .p99_us = 60e6,
     .max_us = 60e6,
     .first = "2015-09-05T20:58:05Z",
     .last = "2015-09-05T21:00:43Z",
     .statuses = {{200, 11}, {400, 2}, {504, 1}}},
    {.file = "nginx_json_matomo.log",
     .format = "json",
     .kept = 2,
     .map = "end=.date,duration=.generation_time_milli:s",
     .durations = 2,
     .sum_us = 16000,
     .p50_us = 8000,
     .p99_us = 8000,
     .max_us = 8000,
     .last = "2013-10-10T14:52:00Z",
     .statuses = {{200, 2}}},
    {.file = "caddy_json_matomo.log",
     .format = "caddy",
     .kept = 3,
     .durations = 3,
     .sum_us = 245342,
     .p50_us = 1437,
     .p99_us = 242570,
     .max_us = 242570,
     .first = "2023-12-23T23:17:54.815561Z",
     .last = "2023-12-23T23:17:55.141868Z",
     .statuses = {{200, 3}}},
    /* the README's duration is Traefik's own; the service's is 123 us less */
    {.file = "traefik_json_matomo.log",
     .format = "traefik",
     .kept = 1,
     .durations = 1,
     .sum_us = 10002303,
     .p50_us = 10002303,
     .p99_us = 10002303,
     .max_us = 10002303,
     .last = "2023-08-11T11:39:21.77336Z",
     .statuses = {{200, 1}}},
    {.file = "cloudwatch_console_lambda_2025_timeout.csv",
     .format = "lambda",
     .kept = 5,
     .durations = 5,
     .sum_us = 7712980,
     .p50_us = 786970,
     .p99_us = 3e6,
     .max_us = 3e6,
     .first = "2025-06-21T06:43:39.806Z",
     .last = "2025-06-21T06:49:49.705Z",
     .statuses = {{504, 1}, {200, 4}}},
    {.file = "cloudwatch_console_lambda_2021_3col.csv",
     .format = "lambda",
     .kept = 14,
     .durations = 14,
     .sum_us = 11287.7e3,
     .p50_us = 433120,
     .p99_us = 3122580,
     .max_us = 3122580,
     .first = "2021-11-09T18:56:27.917Z",
     .last = "2021-11-11T03:02:39.38Z"},
    {.file = "cloudwatch_console_lambda_2026_billed_init.csv",
     .format = "lambda",
     .kept = 1,
     .durations = 1,
     .sum_us = 68058.83e3,
     .p50_us = 68058830,
     .p99_us = 68058830,
     .max_us = 68058830,
     .first = "2026-01-05T02:24:38.404Z",
     .last = "2026-01-05T02:24:38.404Z",
     .statuses = {{200, 1}}},
    {.file = "logs_insights_lambda_2023.csv",
     .format = "lambda",
     .kept = 5,
     .durations = 5,
     .sum_us = 73750,
     .p50_us = 18820,
     .p99_us = 21030,
     .max_us = 21030,
     .last = "2023-07-13T13:16:17.801Z"},
    {.file = "azure2021_invitro_200.csv",
     .format = "csv",
     .kept = 199,
     .durations = 199,
     .map = "time=end_timestamp,duration=duration:s,workload=func",
     .sum_us = 10599.2e6,
     .p50_us = 1634000,
     .p99_us = 358411000,
     .max_us = 404987000,
     .first = "1970-01-01T00:00:00.066824Z",
     .last = "1970-01-01T00:21:00.055798Z"},
    {.file = "azure_llm_conv_2023.csv.gz",
     .format = "csv",
     .kept = 19366,
     .first = "2023-11-16T18:15:46.68059Z",
     .last = "2023-11-16T19:14:08.402527Z"},
    {.file = "iluvatar_invoke_times.csv.gz",
     .format = "csv",
     .kept = 11868,
     .map = "time=invoke_time_ms:ms,workload=func_name",
     .first = "1970-01-01T00:00:00.006Z",
     .last = "1970-01-01T00:04:59.973Z"},
};

static void check(const struct expected *e, const struct import *import)
{
    char text[HR_TIME_TEXT];
    size_t n;
    if (!import->done) {
        fail_msg("%s: %s", e->file, import->err.text);
    }
    const struct hr_import_file *file = &import->report.files[0];
    assert_string_equal(file->input_format, e->format);
    assert_int_equal(file->kept, e->kept);
    assert_int_equal(file->malformed, 0);
    assert_int_equal(file->with_duration, e->durations);
    if (e->first != NULL) {
        assert_string_equal(hr_time_format(text, file->first), e->first);
    }
    assert_string_equal(hr_time_format(text, file->last), e->last);
    for (size_t i = 0; i < 4 && e->statuses[i].status != 0; i++) {
        assert_int_equal(rows_with_status(import, e->statuses[i].status), e->statuses[i].rows);
    }
    int64_t *all = durations_of(import, &n);
    assert_int_equal(n, e->durations);
    if (n > 0) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += (double)all[i];
        }
        assert_close(sum, e->sum_us, 1e-5 * e->sum_us);
        assert_close((double)all[(n + 1) / 2 - 1], e->p50_us, 1e-5 * e->p50_us);
        assert_close((double)all[(size_t)ceil(0.99 * (double)n) - 1], e->p99_us, 1e-5 * e->p99_us);
        assert_close((double)all[n - 1], e->max_us, 1e-5 * e->max_us);
    }
    free(all);
}

static void traces_meet_their_independent_counts(void **state)
{
    (void)state;
    const char *dir = hr_traces_dir();
    if (dir == NULL) {
        skip();
    }
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char path[512];
        struct import import;
        const char *maps[] = {expected[i].map};
        snprintf(path, sizeof path, "%s/%s", dir, expected[i].file);
        import_path(&import, path,
                    (struct hr_ingest_options){.maps = maps,
                                               .map_count = expected[i].map != NULL,
                                               .log_format = expected[i].log_format});
        check(&expected[i], &import);
        import_clear(&import);
    }
}

/* Azure 2021: stamped END, so the earliest arrival is 0.001 s, the latest 1200.015 s. */
static void traces_azure_arrivals_are_ends_less_durations(void **state)
{
    (void)state;
    const char *dir = hr_traces_dir();
    if (dir == NULL) {
        skip();
    }
    char path[512];
    struct import import;
    const char *maps[] = {"time=end_timestamp,duration=duration:s,workload=app+func"};
    snprintf(path, sizeof path, "%s/azure2021_invitro_200.csv", dir);
    import_path(&import, path, (struct hr_ingest_options){.maps = maps, .map_count = 1});
    assert_true(import.done);
    assert_int_equal(import.sink.count, 31);
    int64_t low = INT64_MAX, high = 0;
    for (size_t w = 0; w < import.sink.count; w++) {
        for (size_t r = 0; r < import.sink.workloads[w].count; r++) {
            int64_t arrival = import.sink.workloads[w].rows[r].arrival;
            low = arrival < low ? arrival : low;
            high = arrival > high ? arrival : high;
        }
    }
    assert_close((double)low, 1000, 600);
    assert_close((double)high, 1200.015e6, 600);
    import_clear(&import);
}

/* Cold starts of the Lambda logs: as many initialisations as the script counted. */
static void traces_lambda_initialisations_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        size_t count;
        double sum_us;
    } cases[] = {{"cloudwatch_console_lambda_2025_timeout.csv", 1, 294240},
                 {"cloudwatch_console_lambda_2021_3col.csv", 9, 3797970},
                 {"cloudwatch_console_lambda_2026_billed_init.csv", 1, 427950}};
    const char *dir = hr_traces_dir();
    if (dir == NULL) {
        skip();
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[512];
        struct import import;
        size_t count = 0;
        double sum = 0;
        snprintf(path, sizeof path, "%s/%s", dir, cases[i].file);
        import_path(&import, path, (struct hr_ingest_options){0});
        assert_true(import.done);
        for (size_t r = 0; r < import.sink.workloads[0].count; r++) {
            int64_t init = import.sink.workloads[0].rows[r].init;
            count += init != HR_UNKNOWN;
            sum += init == HR_UNKNOWN ? 0 : (double)init;
        }
        assert_int_equal(count, cases[i].count);
        assert_close(sum, cases[i].sum_us, 1);
        import_clear(&import);
    }
}

/* Files of formats that are not read, and of columns nobody can guess, are refused by name. */
static void traces_of_other_formats_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *file, *says;
    } cases[] = {
        {"iluvatar_invoke_times.csv.gz", "--map time=COLUMN"},
        {"appinsights_traces_function_2026.csv", "--input-format"},
        {"otlp_trace_example.json", "pattern, azure-2019, azure-2021"},
        {"cloudwatch_subscription_lambda_events.json", "pattern, azure-2019, azure-2021"},
    };
    const char *dir = hr_traces_dir();
    if (dir == NULL) {
        skip();
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[512];
        struct import import;
        snprintf(path, sizeof path, "%s/%s", dir, cases[i].file);
        import_path(&import, path, (struct hr_ingest_options){0});
        if (import.done || strstr(import.err.text, cases[i].says) == NULL) {
            fail_msg("%s: %s", cases[i].file, import.done ? "imported" : import.err.text);
        }
        import_clear(&import);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_meet_their_independent_counts),
        cmocka_unit_test(traces_azure_arrivals_are_ends_less_durations),
        cmocka_unit_test(traces_lambda_initialisations_are_kept),
        cmocka_unit_test(traces_of_other_formats_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
