/* test_ingest_azure.c: the public data sets of Azure Functions: counts that become arrivals, and
 * durations out of another file. */
#include "sink.h"

#define DAY1 (INT64_C(1563148800) * HR_SECOND) /* 2019-07-15T00:00:00Z */

/* A folder with the files given; what they hold is imported together. */
static void import_folder(struct import *import, const char *const files[][2], size_t count,
                          struct hr_ingest_options options)
{
    char folder[] = "/tmp/hr-azure-XXXXXX", path[128];
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(files[i][1], file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    import_path(import, folder, options);
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        unlink(path);
    }
    rmdir(folder);
}

static const char durations[] =
    "HashFunction,HashOwner,HashApp,Average,Count,Minimum,Maximum,percentile_Average_0,"
    "percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,"
    "percentile_Average_99,percentile_Average_100\n"
    "f1,o,a,3.5,10,0,50,0,0,1,2,3,27,49\n"
    "f2,o,a,0.25,10,0,1,0,0,0,0,0,1,1\n"
    "bad,o,a,x,10,0,1,0,0,0,0,0,1,1\n";
static const char counts[] = "HashOwner,HashApp,HashFunction,Trigger,2,minute_3,4_minute\n"
                             "o,a,f1,http,3,0,100\n"
                             "o,a,f2,timer,4,0,0\n"
                             "o,a,f3,queue,0,1,0\n"
                             "o,a,f4,event,0,0,0\n"
                             "o,a,f5,event,0,-1,0\n"
                             "o,a,f6,event,0,1\n";

static void azure_counts_become_arrivals(void **state)
{
    (void)state;
    static const char *const files[][2] = {{"durations.anon.d02.csv", durations},
                                           {"invocations.anon.d02.csv", counts}};
    struct import import, again;
    import_folder(&import, files, 2, (struct hr_ingest_options){.force = true});
    if (!import.done) {
        fail_msg("%s", import.err.text);
    }
    assert_string_equal(import.report.files[1].input_format, "azure-2019");
    assert_int_equal(import.report.files[1].kept, 3); /* lines */
    assert_int_equal(import.report.invocations, 108);
    assert_int_equal(report_reason(&import.report, "counts of nothing"), 1);
    assert_int_equal(report_reason(&import.report, "a number cannot be read"), 1);
    assert_int_equal(report_reason(&import.report, "another number of fields"), 1);
    assert_int_equal(report_reason(&import.report, "duration is no number"), 1);
    assert_int_equal(report_reason(&import.report, "durations of a function"), 2);
    struct sink_workload *f1 = sink_find(&import.sink, "f1"), *f2 = sink_find(&import.sink, "f2");
    int64_t day = DAY1 + HR_DAY; /* d02 */
    assert_int_equal(f1->count, 103);
    size_t first = 0, distinct = 0;
    for (size_t i = 0; i < f1->count; i++) {
        int64_t at = f1->rows[i].arrival - day;
        bool in_2 = at >= HR_MINUTE && at < 2 * HR_MINUTE;
        assert_true(in_2 || (at >= 3 * HR_MINUTE && at < 4 * HR_MINUTE));
        first += in_2;
        distinct += i == 0 || f1->rows[i].arrival != f1->rows[i - 1].arrival;
    }
    assert_int_equal(first, 3);
    assert_true(distinct > 100);
    for (size_t i = 0; i < 4; i++) { /* a timer is even */
        assert_int_equal(f2->rows[i].arrival, day + HR_MINUTE + (int64_t)i * 15 * HR_SECOND);
    }
    /* two percentiles, the mean, or nothing */
    const struct hr_attribute *service = sink_attribute_of(&import.sink, "f1", "service");
    assert_string_equal(service->value, "lognormal p50=2.000ms p99=27.000ms");
    assert_int_equal(service->origin, HR_DERIVED);
    assert_string_equal(sink_attribute_of(&import.sink, "f2", "service")->value,
                        "constant 0.250ms");
    assert_null(sink_attribute_of(&import.sink, "f3", "service"));
    assert_true(report_says(&import.report, "1 functions have no durations"));
    assert_string_equal(sink_attribute_of(&import.sink, "f1", "trigger")->value, "http");
    assert_string_equal(sink_attribute_of(&import.sink, "f2", "trigger")->value, "schedule");
    assert_string_equal(sink_attribute_of(&import.sink, "f3", "trigger")->value, "queue");
    /* the same again */
    import_folder(&again, files, 2, (struct hr_ingest_options){.force = true});
    for (size_t i = 0; i < 103; i++) {
        assert_int_equal(sink_find(&again.sink, "f1")->rows[i].arrival, f1->rows[i].arrival);
    }
    import_clear(&again);
    import_clear(&import);
}

static void azure_2021_is_ends_and_durations(void **state)
{
    (void)state;
    static const char text[] = "app,func,end_timestamp,duration\na,f,0.5,2.0\na,f,10.25,0.125";
    int64_t day = INT64_C(1612051200) * HR_SECOND; /* 2021-01-31 */
    struct import import;
    import_text(&import, text, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_string_equal(import.report.files[0].input_format, "azure-2021");
    assert_string_equal(import.report.files[0].runner_up, "csv");
    struct sink_workload *w = sink_find(&import.sink, "a/f");
    assert_int_equal(w->count, 2);
    assert_int_equal(w->rows[0].arrival, day - 1500000); /* it began the day before */
    assert_int_equal(w->rows[1].arrival, day + 10125000);
    assert_int_equal(w->rows[1].duration, 125000);
    assert_string_equal(sink_attribute_of(&import.sink, "a/f", "trigger")->value, "async");
    import_clear(&import);
}

/* 400 real functions: every invocation that their counts add up to, by an independent script. */
static void azure_2019_excerpt_meets_its_counts(void **state)
{
    (void)state;
    const char *dir = hr_traces_dir();
    char path[512];
    struct import import;
    if (dir == NULL) {
        skip();
    }
    snprintf(path, sizeof path, "%s/azure2019_sample_400fn", dir);
    import_path(&import, path, (struct hr_ingest_options){.top = 4096});
    assert_true(import.done);
    assert_int_equal(import.report.invocations, 2698245);
    size_t rows = 0;
    int64_t low = INT64_MAX, high = 0;
    for (size_t w = 0; w < import.sink.count; w++) {
        rows += import.sink.workloads[w].count;
        for (size_t r = 0; r < import.sink.workloads[w].count; r++) {
            int64_t arrival = import.sink.workloads[w].rows[r].arrival;
            low = arrival < low ? arrival : low;
            high = arrival > high ? arrival : high;
        }
    }
    assert_int_equal(rows, 2698245);
    assert_true(low >= DAY1 + 479 * HR_MINUTE && low < DAY1 + 480 * HR_MINUTE); /* minute 480 */
    assert_true(high >= DAY1 + 958 * HR_MINUTE && high < DAY1 + 959 * HR_MINUTE);
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(azure_counts_become_arrivals),
        cmocka_unit_test(azure_2021_is_ends_and_durations),
        cmocka_unit_test(azure_2019_excerpt_meets_its_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
