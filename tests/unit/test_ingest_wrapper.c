/* test_ingest_wrapper.c: the same two requests inside whatever collectors put around them. */
#include "sink.h"

#define T0 (INT64_C(1740993072) * HR_SECOND) /* 2025-03-03T09:11:12Z */
#define A  "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \"GET /a HTTP/1.1\" 200 512 \"-\" \"c\" 0.031"
#define B  "192.0.2.7 - - [03/Mar/2025:10:11:13 +0100] \"GET /b HTTP/1.1\" 500 7 \"-\" \"c\" 0.500"
#define JA                                                                                         \
    "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \\\"GET /a HTTP/1.1\\\" 200 512 \\\"-\\\" "        \
    "\\\"c\\\" 0.031"
#define JB                                                                                         \
    "192.0.2.7 - - [03/Mar/2025:10:11:13 +0100] \\\"GET /b HTTP/1.1\\\" 500 7 \\\"-\\\" "          \
    "\\\"c\\\" 0.500"
#define QA                                                                                         \
    "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \"\"GET /a HTTP/1.1\"\" 200 512 \"\"-\"\" "        \
    "\"\"c\"\" 0.031"
#define QB                                                                                         \
    "192.0.2.7 - - [03/Mar/2025:10:11:13 +0100] \"\"GET /b HTTP/1.1\"\" 500 7 \"\"-\"\" "          \
    "\"\"c\"\" 0.500"
#define CRI "2025-03-03T10:11:12.000000001+01:00 stdout "

static const struct {
    const char *text, *says;
    uint64_t filtered;
} cases[] = {
    {A "\n" B "\n", NULL, 0},
    {CRI "F " A "\n" CRI "F " B "\n", "inside CRI", 0},
    {CRI "F " A "\n" CRI "P 192.0.2.7 - - [03/Mar/2025:10:11:13 +0100] \"GET /b HT\n" CRI
         "P TP/1.1\" 500\n" CRI "F  7 \"-\" \"c\" 0.500\n",
     "inside CRI", 2},
    {"{\"log\":\"" JA "\\n\",\"stream\":\"stdout\",\"time\":\"2025-03-03T09:11:12.1Z\"}\n"
     "{\"log\":\"" JB "\\n\",\"stream\":\"stdout\",\"time\":\"2025-03-03T09:11:13.1Z\"}\n",
     "inside Docker's JSON", 0},
    {"{\"@timestamp\":\"2025-03-03T09:11:12.1Z\",\"message\":\"" JA
     "\",\"host\":{\"name\":\"h\"}}\n"
     "{\"@timestamp\":\"2025-03-03T09:11:13.1Z\",\"message\":\"" JB "\"}\n",
     "inside JSON with a message", 0},
    {"web-1    | " A "\nweb-1    | " B "\n", "inside docker compose", 0},
    {"Mar  3 10:11:12 host nginx: " A "\n<190>Mar 13 10:11:13 host nginx[12]: " B "\n",
     "inside syslog", 0},
    {"<134>1 2025-03-03T10:11:12.1+01:00 host app 12 - - " A "\n"
     "<134>1 2025-03-03T10:11:13.1+01:00 host app 12 m1 [x@1 a=\"b\"] " B "\n",
     "inside syslog", 0},
    {"2025-03-03T09:11:12.100Z " A "\n2025-03-03T09:11:13.100Z " B "\n", NULL,
     0}, /* the reader of access logs does not mind what stands before */
    {"timestamp,message\n1740993072100,\"" QA "\n\"\n1740993073100,\"" QB "\n\"\n",
     "inside a CSV of CloudWatch events", 3},
    {"@timestamp,@message,@logStream\n2025-03-03 09:11:12.100,\"" QA "\",s\n"
     "2025-03-03 09:11:13.100,\"" QB "\",s\n",
     "inside a CSV of CloudWatch events", 1},
};

static void wrapper_gives_the_lines_inside(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_text(&import, cases[i].text, (struct hr_ingest_options){.resolution_us = 1});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].text, import.err.text);
        }
        assert_string_equal(import.report.files[0].input_format, "access");
        assert_int_equal(import.report.kept, 2);
        assert_int_equal(import.report.malformed, 0);
        assert_int_equal(import.report.filtered, cases[i].filtered);
        assert_true(cases[i].says == NULL || report_says(&import.report, cases[i].says));
        struct sink_row *a = &sink_find(&import.sink, "GET /a")->rows[0];
        struct sink_row *b = &sink_find(&import.sink, "GET /b")->rows[0];
        assert_int_equal(a->arrival, T0 - 31000);
        assert_int_equal(b->arrival, T0 + HR_SECOND - 500000);
        assert_int_equal(b->status, 500);
        import_clear(&import);
    }
}

/* A line that nobody wrapped is left to the format, which says why it is none. */
static void wrapper_lines_without_it(void **state)
{
    (void)state;
    static const char text[] =
        CRI "F " A "\n" CRI "F " A "\n" CRI "F " A "\n" CRI "F " A "\n" CRI "F " A "\n" CRI "F " A
            "\n" CRI "F " A "\n" CRI "F " B "\n" CRI "F " A "\n" CRI "F " B "\n" CRI "F " A "\n" CRI
            "F oops\n" B "\nloose words\n" CRI "P never";
    struct import import;
    import_text(&import, text,
                (struct hr_ingest_options){.input_format = "access", .resolution_us = 1});
    assert_true(import.done);
    assert_int_equal(import.report.lines, 15);
    assert_int_equal(import.report.kept, 12);
    assert_int_equal(import.report.malformed, 2);
    assert_int_equal(report_reason(&import.report, "part of a line"), 1);
    assert_int_equal(import.report.rejects[0].line, 12); /* of the file */
    assert_string_equal(import.report.rejects[0].text, "oops");
    import_clear(&import);
}

/* An S3 export of CloudWatch puts a time before each line. */
static void wrapper_time_before_json(void **state)
{
    (void)state;
    static const char text[] =
        "2025-03-03T09:11:12.500Z {\"StartUTC\":\"2025-03-03T09:11:12.25Z\",\"Duration\":12000000,"
        "\"DownstreamStatus\":200,\"RequestMethod\":\"GET\",\"RequestPath\":\"/a\"}\n";
    struct import import;
    import_text(&import, text, (struct hr_ingest_options){.resolution_us = 1});
    assert_true(import.done);
    assert_string_equal(import.report.files[0].input_format, "traefik");
    assert_true(report_says(&import.report, "inside a time before each line"));
    assert_int_equal(sink_find(&import.sink, "GET /a")->rows[0].arrival, T0 + 250000);
    import_clear(&import);
}

/* Text with a time before it is not a log of requests. */
static void wrapper_does_not_make_a_log_of_any_text(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2025-03-03T09:11:12Z started, listening\n2025-03-03T09:11:13Z stopped, really\n",
        "web  | hello, world\nweb  | bye, world\n",
        "{\"@timestamp\":\"x\",\"message\":\"a, b\"}\n{\"@timestamp\":\"y\",\"message\":\"c, d\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct import import;
        import_text(&import, texts[i], (struct hr_ingest_options){0});
        assert_false(import.done);
        import_clear(&import);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrapper_gives_the_lines_inside),
        cmocka_unit_test(wrapper_lines_without_it),
        cmocka_unit_test(wrapper_time_before_json),
        cmocka_unit_test(wrapper_does_not_make_a_log_of_any_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
