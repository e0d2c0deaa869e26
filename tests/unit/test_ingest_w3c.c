/* test_ingest_w3c.c: IIS and CloudFront logs: fields by their header, units, what is left out. */
#include "sink.h"

#define IIS                                                                                        \
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"                     \
    "#Date: 2025-03-03 10:00:00\n"
#define FIELDS "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query sc-status time-taken\n"
#define EDGE                                                                                       \
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) "          \
    "cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) "                    \
    "x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken\n"
#define EDGE_ROW(result, took)                                                                     \
    "2025-03-03\t10:00:01\tFRA2\t182\t192.0.2.1\tGET\td.cf.net\t/"                                 \
    "a\t200\t-\tc%2520d\t-\t-\t" result "\tMRV\te.com\thttps\t217\t" took "\n"
#define T1 (INT64_C(1740996001) * HR_SECOND) /* 2025-03-03T10:00:01Z */

static void import_ok(struct import *import, const char *text, struct hr_ingest_options options)
{
    options.resolution_us = 1; /* arrivals stand where the stamps say */
    import_text(import, text, options);
    if (!import->done) {
        fail_msg("%s", import->err.text);
    }
}

static void w3c_fields_by_name_and_milliseconds(void **state)
{
    (void)state;
    struct import import;
    import_ok(&import, IIS FIELDS "2025-03-03 10:00:01 192.0.2.1 GET /a id=7 200 46\n",
              (struct hr_ingest_options){0});
    assert_string_equal(import.report.files[0].input_format, "w3c");
    struct sink_workload *w = sink_find(&import.sink, "GET /a");
    assert_non_null(w);
    assert_int_equal(w->rows[0].arrival, T1 - 46000); /* the stamp is the END */
    assert_int_equal(w->rows[0].duration, 46000);
    assert_int_equal(w->rows[0].status, 200);
    assert_int_equal(import.report.filtered, 4);
    import_clear(&import);
}

/* After a recycle other fields may stand in another order. */
static void w3c_fields_may_change_in_mid_file(void **state)
{
    (void)state;
    struct import import;
    import_ok(&import,
              IIS FIELDS "2025-03-03 10:00:01 192.0.2.1 GET /a - 200 46\n" IIS
                         "#Fields: time time-taken sc-status cs-uri-stem\n"
                         "10:00:02 7 404 /b\n10:00:03 5 200 /c\n",
              (struct hr_ingest_options){0});
    assert_int_equal(import.report.kept, 3);
    assert_int_equal(sink_find(&import.sink, "(not found)")->rows[0].duration, 7000);
    struct sink_workload *c = sink_find(&import.sink, "GET /c");     /* no method: a GET */
    assert_int_equal(c->rows[0].arrival, T1 + 2 * HR_SECOND - 5000); /* the date is #Date's */
    import_clear(&import);
}

static void w3c_lines_that_are_no_requests(void **state)
{
    (void)state;
    static const char text[] = FIELDS
        "2025-03-03 10:00:01 192.0.2.1 GET /a - 200 46\n2025-03-03 10:00:01 192.0.2.1 GET /a "
        "- 200 46\n2025-03-03 10:00:01 192.0.2.1 GET /a - 200\n"
        "2025-03-33 10:00:01 192.0.2.1 GET /a - 200 46\n"
        "2025-03-03 10:00:01 192.0.2.1 GET /a - x 46\n\n \n\0\0\0\0\n";
    struct import import;
    import_bytes(&import, text, sizeof text - 1,
                 (struct hr_ingest_options){.input_format = "w3c", .force = true});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 2);
    assert_int_equal(report_reason(&import.report, "another number of fields"), 1);
    assert_int_equal(report_reason(&import.report, "no date that exists"), 1);
    assert_int_equal(report_reason(&import.report, "status is no status"), 1);
    assert_int_equal(report_reason(&import.report, "blank line"), 2);
    assert_int_equal(report_reason(&import.report, "padding of zero bytes"), 1);
    import_clear(&import);
    import_text(&import, "2025-03-03 10:00:01 GET /a\n" FIELDS,
                (struct hr_ingest_options){.input_format = "w3c"});
    assert_false(import.done);
    assert_non_null(strstr(import.err.text, "data before any #Fields line"));
    import_clear(&import);
}

/* Quotes, doubled ones inside, several blanks, local stamps of a millisecond: IIS Advanced. */
static void w3c_advanced_logging(void **state)
{
    (void)state;
    struct import import;
    import_ok(
        &import,
        "#Software: IIS Advanced Logging Module\n#Fields:   date-local time-local   cs-method "
        "cs-uri-stem cs(Referer) sc-status TimeTakenMS\n"
        "2025-03-03 10:00:01.363 GET /a  \"x \"\"y\"\" z\" 200 109\n",
        (struct hr_ingest_options){0});
    struct sink_workload *w = sink_find(&import.sink, "GET /a");
    assert_int_equal(w->rows[0].arrival, T1 + 363000 - 109000);
    assert_true(report_says(&import.report, "tell no zone and are taken as UTC; --timezone"));
    import_clear(&import);
}

/* A decimal point tells seconds; --map tells the unit of other products. */
static void w3c_units(void **state)
{
    (void)state;
    static const char *const maps[] = {"duration=time-taken:s"};
    static const struct {
        const char *taken;
        bool mapped;
        int64_t us;
    } cases[] = {{"46", false, 46000}, {"0.046", false, 46000}, {"2", true, 2000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct import import;
        snprintf(text, sizeof text, FIELDS "2025-03-03 10:00:01 192.0.2.1 GET /a - 200 %s\n",
                 cases[i].taken);
        import_ok(&import, text,
                  (struct hr_ingest_options){.maps = maps, .map_count = cases[i].mapped});
        assert_int_equal(sink_find(&import.sink, "GET /a")->rows[0].duration, cases[i].us);
        import_clear(&import);
    }
}

/* What the edge answers is no load of the origin; the plain W3C reader keeps it. */
static void w3c_cloudfront_hits_are_left_out(void **state)
{
    (void)state;
    static const char text[] = EDGE EDGE_ROW("Miss", "0.120") EDGE_ROW("Hit", "0.001")
        EDGE_ROW("RefreshHit", "0.080") EDGE_ROW("Redirect", "0.000") EDGE_ROW("Error", "0.2");
    struct import import;
    import_ok(&import, text, (struct hr_ingest_options){0});
    assert_string_equal(import.report.files[0].input_format, "cloudfront");
    assert_string_equal(import.report.files[0].runner_up, "w3c");
    assert_int_equal(import.report.kept, 3);
    assert_int_equal(report_reason(&import.report, "never reached the origin"), 2);
    assert_true(report_says(&import.report, "2 requests were answered by CloudFront itself"));
    struct sink_workload *w = sink_find(&import.sink, "GET /a");
    assert_int_equal(w->rows[0].arrival, T1 - 200000);
    assert_int_equal(w->rows[2].duration, 80000);
    assert_int_equal(w->rows[2].bytes, 182);
    import_clear(&import);
    import_ok(&import, text, (struct hr_ingest_options){.input_format = "w3c"});
    assert_int_equal(import.report.kept, 5);
    import_clear(&import);
}

/* Without its header the documented order holds; a tail that is missing is allowed. */
static void w3c_cloudfront_without_header(void **state)
{
    (void)state;
    struct import import;
    import_ok(&import, EDGE_ROW("Miss", "0.120") EDGE_ROW("Miss", "0.001"),
              (struct hr_ingest_options){0});
    assert_string_equal(import.report.files[0].input_format, "cloudfront");
    assert_int_equal(import.report.kept, 2);
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(w3c_fields_by_name_and_milliseconds),
        cmocka_unit_test(w3c_fields_may_change_in_mid_file),
        cmocka_unit_test(w3c_lines_that_are_no_requests),
        cmocka_unit_test(w3c_advanced_logging),
        cmocka_unit_test(w3c_units),
        cmocka_unit_test(w3c_cloudfront_hits_are_left_out),
        cmocka_unit_test(w3c_cloudfront_without_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
