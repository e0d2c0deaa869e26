/* test_ingest_elb.c: AWS load balancers: what their times and stamps stand for, and what is no
 * request. Field numbers are those of AWS's documentation. */
#include "sink.h"

#define TAIL                                                                                       \
    " \"curl/8.5.0\" - - arn:aws:x \"Root=1-5\" \"-\" \"-\" 0 2025-03-03T10:11:02.345000Z "        \
    "\"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \"-\" TID_0"
#define ALB(times, statuses, request)                                                              \
    "https 2025-03-03T10:11:12.345678Z app/web/50dc 192.0.2.6:2817 10.0.0.1:80 " times             \
    " " statuses " 34 366 \"" request "\"" TAIL "\n"
#define STAMP (INT64_C(1740996672) * HR_SECOND + 345678)

/* One line, one row: or a reason why not. */
static const struct {
    const char *line, *format, *workload, *reason;
    int64_t arrival, duration;
    int status;
} cases[] = {
    /* END stamp: the request came 1 + 48 + 2 ms before; the target worked 48 ms */
    {ALB("0.001 0.048 0.002", "200 200", "GET https://example.com:443/a?x=1 HTTP/1.1"), "alb",
     "GET /a", NULL, STAMP - 51000, 48000, 200},
    {ALB("0.000 0.000 0.000", "200 200", "GET https://example.com:443/a HTTP/2.0"), "alb", "GET /a",
     NULL, STAMP, 0, 200},
    /* nobody answered: the second stamp (10.000678 s before) tells when it came */
    {ALB("-1 -1 -1", "504 -", "POST https://example.com:443/a HTTP/1.1"), "alb", "POST /a", NULL,
     STAMP - 10000678, HR_UNKNOWN, 504},
    {ALB("0.001 -1 -1", "502 -", "GET https://example.com:443/a HTTP/1.1"), "alb", "GET /a", NULL,
     STAMP - 10000678, HR_UNKNOWN, 502},
    /* a blank inside a URL, and a request that is none */
    {ALB("0.001 0.048 0.002", "200 200", "GET http://example.com:80/;wget+ a.b HTTP/1.1"), "alb",
     "GET /", NULL, STAMP - 51000, 48000, 200},
    {ALB("-1 -1 -1", "400 -", "- http://example.com:80- "), "alb", "(other)", NULL,
     STAMP - 10000678, HR_UNKNOWN, 400},
    /* 2016: fields end after the trace id */
    {"http 2025-03-03T10:11:12.345678Z app/w/5 192.0.2.6:1 10.0.0.1:80 0.001 0.048 0.002 200 200 1 "
     "2 \"GET http://e.com:80/a HTTP/1.1\" \"-\" - - arn:x \"Root=1\"\n",
     "alb", "GET /a", NULL, STAMP - 51000, 48000, 200},
    {ALB("0.001 x 0.002", "200 200", "GET / HTTP/1.1"), "alb", NULL, "duration is no number", 0, 0,
     0},
    {ALB("0.001 0.1 0.002", "2000 200", "GET / HTTP/1.1"), "alb", NULL, "status is no status", 0, 0,
     0},
    {"tls 2.0 2025-03-03T10:11:12 net/x/1 l 1.2.3.4:5 10.0.0.1:80 5 2 1 2 - - - - - - - - - -\n",
     "alb", NULL, "line of another kind of log", 0, 0, 0},
    {"https 2025-03-03T10:11:12.345678Z app/web/50dc 192.0.2.6:28\n", "alb", NULL,
     "no quoted request", 0, 0, 0},
    {"garbage\n", "alb", NULL, "not a line of this format", 0, 0, 0},
    {"https 2025-02-30T10:11:12.345678Z a b c 0 0 0 200 200 1 2 \"GET / HTTP/1.1\"\n", "alb", NULL,
     "no date that exists", 0, 0, 0},
    /* classic: the stamp is the START */
    {"2025-03-03T10:11:12.345678Z lb 192.0.2.6:1 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 0 "
     "57 \"GET https://e.com:443/a HTTP/1.1\" \"-\" - -\n",
     "elb", "GET /a", NULL, STAMP, 1048, 200},
    {"2025-03-03T10:11:12.345678Z lb 192.0.2.6:1 10.0.0.1:80 0.001 0.0 0.0 - - 82 305 \"- - - \" "
     "\"-\" - -\n",
     "elb", NULL, "line of another kind of log", 0, 0, 0},
    {"# remark\n", "elb", NULL, "comment line", 0, 0, 0},
};

/* The line under test stands among good ones, so that the file is one of its format. */
static void elb_line_table(void **state)
{
    static const char *const frames[][2] = {
        {"alb", ALB("0.001 0.002 0.000", "200 200", "GET https://e.com:443/frame HTTP/1.1")},
        {"elb", "2025-03-03T10:11:12.345678Z lb 192.0.2.6:1 10.0.0.1:80 0.1 0.2 0.1 200 200 0 57 "
                "\"GET https://e.com:443/frame HTTP/1.1\" \"-\" - -\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *frame = frames[strcmp(cases[i].format, "elb") == 0][1];
        char text[4096];
        struct import import;
        snprintf(text, sizeof text, "%s%s%s%s", frame, frame, frame, cases[i].line);
        import_text(&import, text, (struct hr_ingest_options){0});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].line, import.err.text);
        }
        assert_string_equal(import.report.files[0].input_format, cases[i].format);
        if (cases[i].reason != NULL) {
            assert_int_equal(import.report.kept, 3);
            assert_int_equal(report_reason(&import.report, cases[i].reason), 1);
        } else {
            struct sink_workload *w = sink_find(&import.sink, cases[i].workload);
            if (w == NULL || w->count != 1) {
                fail_msg("no workload %s of: %s", cases[i].workload, cases[i].line);
            }
            assert_int_equal(w->rows[0].arrival, cases[i].arrival);
            assert_int_equal(w->rows[0].duration, cases[i].duration);
            assert_int_equal(w->rows[0].status, cases[i].status);
        }
        import_clear(&import);
    }
}

/* A creation time of years before, as documentation samples have it, is not believed. */
static void elb_creation_time_must_be_plausible(void **state)
{
    (void)state;
    static const char line[] =
        "http 2025-03-03T10:11:12.345678Z app/w/5 192.0.2.6:1 - -1 -1 -1 503 - 1 2 \"GET "
        "http://e.com:80/a HTTP/1.1\" \"-\" - - - \"Root=1\" \"-\" \"-\" 0 "
        "2018-07-02T22:22:48.364000Z \"fixed-response\" \"-\" \"-\"\n";
    struct import import;
    import_text(&import, line, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(sink_find(&import.sink, "GET /a")->rows[0].arrival, STAMP);
    assert_true(report_says(&import.report, "1 requests have no processing time"));
    import_clear(&import);
}

static void elb_stamp_and_maps(void **state)
{
    (void)state;
    static const char line[] = ALB("0.001 0.048 0.002", "200 200", "GET http://e:80/a HTTP/1.1");
    static const char *const maps[] = {"duration=7:s"};
    enum hr_stamp start = HR_STAMP_START;
    struct import import;
    import_text(&import, line, (struct hr_ingest_options){.stamp = &start});
    assert_true(import.done);
    assert_int_equal(sink_find(&import.sink, "GET /a")->rows[0].arrival, STAMP);
    import_clear(&import);
    import_text(&import, line, (struct hr_ingest_options){.maps = maps, .map_count = 1});
    assert_false(import.done);
    assert_int_equal(import.err.kind, HR_EUSAGE);
    assert_non_null(strstr(import.err.text, "the format alb names its own fields"));
    import_clear(&import);
}

/* Every prefix of a line is either a request or has a reason; nothing is read behind it. */
static void elb_any_prefix_is_accounted_for(void **state)
{
    (void)state;
    static const char line[] = ALB("-1 -1 -1", "504 -", "POST https://e.com:443/a HTTP/1.1");
    for (size_t len = 1; len < sizeof line; len += 7) {
        struct import import;
        import_bytes(&import, line, len,
                     (struct hr_ingest_options){.input_format = "alb", .force = true});
        assert_int_equal(import.report.lines, 1);
        assert_int_equal(import.report.kept + import.report.malformed + import.report.filtered, 1);
        import_clear(&import);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elb_line_table),
        cmocka_unit_test(elb_creation_time_must_be_plausible),
        cmocka_unit_test(elb_stamp_and_maps),
        cmocka_unit_test(elb_any_prefix_is_accounted_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
