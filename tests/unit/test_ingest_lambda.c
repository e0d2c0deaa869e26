/* test_ingest_lambda.c: REPORT lines in every export that has a time, and the one that has none. */
#include "sink.h"

#include "ingest/lambda.h"

#define ID "11111111-2222-3333-4444-555555555555"
#define REPORT                                                                                     \
    "REPORT RequestId: " ID "\tDuration: 102.25 ms\tBilled Duration: 415 ms\t"                     \
    "Memory Size: 128 MB\tMax Memory Used: 69 MB\tInit Duration: 311.94 ms\t"
#define END_US INT64_C(1741000000500000) /* 2025-03-03T11:06:40.500Z */

static void report_separators_table(void **state)
{
    (void)state;
    static const char *const texts[] = {
        REPORT,
        "REPORT RequestId: " ID
        "  Duration: 102.25 ms  Billed Duration: 415 ms  Memory Size: 128 MB"
        "  Max Memory Used: 69 MB  Init Duration: 311.94 ms",
        "REPORT RequestId: " ID " Duration: 102.25 ms Billed Duration: 415 ms Memory Size: 128 MB "
        "Max Memory Used: 69 MB Init Duration: 311.94 ms \n",
        "REPORT RequestId: " ID
        "\\tDuration: 102.25 ms\\tBilled Duration: 415 ms\\tMemory Size: 128 "
        "MB\\tMax Memory Used: 69 MB\\tInit Duration: 311.94 ms\\t\\n",
        "REPORT RequestId: " ID
        "\tInit Duration: 311.94 ms\tMax Memory Used: 69 MB\tMemory Size: 128 "
        "MB\tBilled Duration: 415 ms\tDuration: 102.25 ms\tXRAY TraceId: 1-2\tSegmentId: 3\t"
        "Sampled: true\t",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct hr__lambda_report r;
        if (!hr__lambda_report(texts[i], strlen(texts[i]), &r)) {
            fail_msg("%s is refused", texts[i]);
        }
        assert_int_equal(r.duration_us, 102250);
        assert_int_equal(r.billed_us, 415000);
        assert_int_equal(r.init_us, 311940);
        assert_int_equal(r.memory_kb, 69 * 1024);
        assert_int_equal(r.size_kb, 128 * 1024);
        assert_false(r.timeout || r.error);
    }
}

static void report_status_and_damage(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fits, timeout, error;
    } cases[] = {
        {"REPORT RequestId: 1\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 "
         "MB\t"
         "Max Memory Used: 69 MB\tStatus: timeout",
         true, true, false},
        {"REPORT RequestId: 1\tDuration: 2.00 ms\tStatus: error\tError Type: Runtime.ExitError",
         true, false, true},
        {"REPORT RequestId: 1", false, false, false},
        {"REPORT RequestId:", false, false, false},
        {"REPORT RequestId: 1\tDuration: fast ms", false, false, false},
        {"REPORT RequestId: 1\tDuration: -2 ms", false, false, false},
        {"REPORT RequestId: 1\tBilled Duration: 3000 ms", false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr__lambda_report r;
        size_t len = strlen(cases[i].text);
        char *exact = malloc(len + 1);
        assert_non_null(exact);
        memcpy(exact, cases[i].text, len);
        assert_int_equal(hr__lambda_report(exact, len, &r), cases[i].fits);
        if (cases[i].fits) {
            assert_int_equal(r.timeout, cases[i].timeout);
            assert_int_equal(r.error, cases[i].error);
        }
        free(exact);
    }
}

static void function_names_table(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
    } cases[] = {
        {"123456789012:/aws/lambda/resize", "resize"},
        {"/aws/lambda/us-east-1.edge", "us-east-1.edge"},
        {"2025/03/03/thumbs[$LATEST]898240aea3fb", "thumbs"},
        {"2025/03/03/[$LATEST]898240aea3fb", NULL},
        {"stream", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name = "";
        size_t len = 0;
        bool found = hr__lambda_function(cases[i].text, strlen(cases[i].text), &name, &len);
        assert_int_equal(found, cases[i].name != NULL);
        if (found) {
            assert_int_equal(len, strlen(cases[i].name));
            assert_memory_equal(name, cases[i].name, len);
        }
    }
}

/* The same invocation in every shape. */
static void lambda_shapes_give_the_same_invocation(void **state)
{
    (void)state;
    static const struct {
        const char *text, *workload;
        uint64_t lines, filtered;
    } cases[] = {
        {"timestamp,message\n1741000000400,\"START RequestId: " ID " Version: $LATEST\n\"\n"
         "1741000000500,\"END RequestId: " ID "\n\"\n1741000000500,\"" REPORT "\n\"\n",
         "log", 7, 6},
        {"timestamp,message,logStreamName\n1741000000500,\"" REPORT "\n\",2025/03/03/[$LATEST]ab\n",
         "log", 3, 2},
        {"timestamp,message,logStreamName\n1741000000500,\"" REPORT
         "\n\",2025/03/03/resize[$LATEST]ab\n",
         "resize", 3, 2},
        {"timestamp,message\n1741000000500,say \"no\n1741000000500,\"" REPORT "\n\"", "log", 4, 3},
        {"@timestamp,@message,@logStream,@log\n2025-03-03 11:06:40.500,\"" REPORT
         "\n\",2025/03/03/[$LATEST]ab,123456789012:/aws/lambda/resize\n",
         "resize", 3, 2},
        {"@timestamp,@requestId,@duration,@billedDuration,@initDuration,@memorySize,@maxMemoryUsed,"
         "@log\n2025-03-03 11:06:40.500," ID
         ",102.25,415.0,311.94,1.28E8,69000000,1:/aws/lambda/f\n",
         "f", 2, 1},
        {"2025-03-03T11:06:40.500000+00:00 2025/03/03/[$LATEST]ab " REPORT "\n", "log", 1, 0},
        {"2025-03-03T11:06:40.500Z " REPORT "\n\n"
         "2025-03-03T11:06:40.600Z some output\nTraceback\n  at line 1\n",
         "log", 5, 4},
        {"2025-03-03T11:06:40.500 " REPORT "\n", "log", 1, 0}, /* logs tail --format short */
        {"2025/03/03/resize[$LATEST]ab 2025-03-03T11:06:40.500Z " REPORT "\n", "resize", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_text(&import, cases[i].text, (struct hr_ingest_options){0});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].text, import.err.text);
        }
        const struct hr_import_file *file = &import.report.files[0];
        assert_string_equal(file->input_format, "lambda");
        assert_int_equal(file->lines, cases[i].lines);
        assert_int_equal(file->kept, 1);
        assert_int_equal(file->filtered, cases[i].filtered);
        assert_int_equal(file->stamp, HR_STAMP_END);
        assert_true(file->first == END_US);
        struct sink_workload *w = sink_find(&import.sink, cases[i].workload);
        assert_non_null(w);
        assert_true(w->rows[0].arrival == END_US - 102250 - 311940);
        assert_int_equal(w->rows[0].duration, 102250);
        assert_int_equal(w->rows[0].init, 311940);
        assert_int_equal(w->rows[0].status, 200);
        assert_close((double)w->rows[0].memory, 69 * 1024, 0.05 * 69 * 1024); /* decimal MB */
        const struct hr_attribute *a =
            sink_attribute_of(&import.sink, cases[i].workload, "memory_size");
        assert_non_null(a);
        assert_int_equal(a->origin, HR_MEASURED);
        a = sink_attribute_of(&import.sink, cases[i].workload, "trigger");
        assert_string_equal(a->value, "async");
        import_clear(&import);
    }
}

static void lambda_bare_report_is_refused_with_the_export(void **state)
{
    (void)state;
    struct import import;
    import_text(&import, "START RequestId: " ID "\nEND RequestId: " ID "\n" REPORT "\n",
                (struct hr_ingest_options){0});
    assert_false(import.done);
    assert_int_equal(import.err.kind, HR_EINPUT);
    assert_non_null(strstr(import.err.text, "aws logs tail"));
    assert_non_null(strstr(import.err.text, "@timestamp"));
    import_clear(&import);
}

static void lambda_retries_stay_and_repeats_go(void **state)
{
    (void)state;
    struct import import;
    import_text(&import,
                "2025-03-03T11:06:40.500Z " REPORT "\n"
                "2025-03-03T11:07:40.500Z " REPORT "\n" /* a retry: the same id, later */
                "2025-03-03T11:06:40.500Z " REPORT "\n",
                (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 2);
    assert_int_equal(import.report.duplicates, 1);
    assert_int_equal(import.report.lines, 3);
    import_clear(&import);
}

static void lambda_old_timeouts_show_in_the_bill(void **state)
{
    (void)state;
    struct import import;
    import_text(&import,
                "2025-03-03T11:06:40.500Z REPORT RequestId: 1\tDuration: 3102.78 ms\t"
                "Billed Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 69 MB\t\n",
                (struct hr_ingest_options){.workload = "named"});
    assert_true(import.done);
    assert_int_equal(sink_find(&import.sink, "named")->rows[0].status, HR_STATUS_TIMEOUT);
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_separators_table),
        cmocka_unit_test(report_status_and_damage),
        cmocka_unit_test(function_names_table),
        cmocka_unit_test(lambda_shapes_give_the_same_invocation),
        cmocka_unit_test(lambda_bare_report_is_refused_with_the_export),
        cmocka_unit_test(lambda_retries_stay_and_repeats_go),
        cmocka_unit_test(lambda_old_timeouts_show_in_the_bill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
