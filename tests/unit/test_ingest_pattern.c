/* test_ingest_pattern.c: pasted log formats of nginx and Apache, and labelled values. */
#include "sink.h"

#include "ingest/log_format.h"

#define T0 (INT64_C(1740993072) * HR_SECOND) /* 2025-03-03T09:11:12Z */

static void pattern_values_table(void **state)
{
    (void)state;
    static const struct {
        const char *format, *line;
        const char *values[8]; /* NULL: the line does not fit */
    } cases[] = {
        {"$remote_addr [$time_local] \"$request\" $status",
         "::1 [03/Mar/2025:10:11:12 +0100] \"GET /a\\\"b HTTP/1.1\" 200",
         {"::1", "03/Mar/2025:10:11:12 +0100", "GET /a\\\"b HTTP/1.1", "200"}},
        /* lists of upstreams hold blanks of their own */
        {"$upstream_response_time $status", "0.1, 0.2 : 0.3 200", {"0.1, 0.2 : 0.3", "200"}},
        {"$upstream_addr|$upstream_response_time rt=${request_time}s",
         "a:1, b:2|-, 0.120 rt=0.5s",
         {"a:1, b:2", "-, 0.120", "0.5"}},
        {"log_format x \"$status \" '$request_time';", "200 0.031", {"200", "0.031"}},
        {"\"$request\" $status", "\"GET / HTTP/1.1\" 200", {"GET / HTTP/1.1", "200"}},
        {"log_format timed escape=default '$status '\n  '$request_time';",
         "200 0.031",
         {"200", "0.031"}},
        {"LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b %{ratio}n%% %D\" mine",
         "h - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0\" 200 - -% 48211",
         {"h", "-", "-", "[03/Mar/2025:10:11:12 +0100]", "GET / HTTP/1.0", "200", "-", "-"}},
        {"%{%Y-%m-%d %H:%M:%S}t.%{usec_frac}t %400,501{User-agent}i %!200,304s",
         "2025-03-03 10:11:12.000123 - 404",
         {"2025-03-03 10:11:12.000123", "-", "404"}},
        {"$status $request_time", "200 0.031 more", {"200", "0.031 more"}},
        {"$status $request_time", "200", {NULL}},
        {"$status $request_time x", "200 0.031", {NULL}},
        {"<$status>", "200>", {NULL}},
        {"$status \"$request\"", "200 \"GET / HTTP/1.1", {NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr__log_format format;
        struct hr__cell cells[HR__LOG_VALUES];
        struct hr_error err = {0};
        if (!hr__log_format_read(&format, cases[i].format, &err)) {
            fail_msg("%s", err.text);
        }
        size_t len = strlen(cases[i].line);
        char *exact = malloc(len); /* no byte behind the line may be read */
        assert_non_null(exact);
        memcpy(exact, cases[i].line, len);
        bool fits = hr__log_format_cut(&format, exact, len, cells);
        if (fits != (cases[i].values[0] != NULL)) {
            fail_msg("%s: %s", cases[i].format, cases[i].line);
        }
        for (size_t k = 0; fits && k < 8 && cases[i].values[k] != NULL; k++) {
            assert_int_equal(cells[k].len, strlen(cases[i].values[k]));
            assert_memory_equal(cells[k].text, cases[i].values[k], cells[k].len);
        }
        free(exact);
    }
}

static void pattern_formats_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *format, *says;
    } cases[] = {
        {"", "neither nginx's $variables nor Apache's %directives"},
        {"combined", "neither nginx's"},
        {"$status$request_time", "nothing stands between \"status\" and \"request_time\""},
        {"log_format x '$status", "a quote is never closed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr__log_format format;
        struct hr_error err = {0};
        assert_false(hr__log_format_read(&format, cases[i].format, &err));
        assert_int_equal(err.kind, HR_EUSAGE);
        if (strstr(err.text, cases[i].says) == NULL) {
            fail_msg("%s", err.text);
        }
    }
}

static void import_ok(struct import *import, const char *text, struct hr_ingest_options options)
{
    options.resolution_us = 1;
    import_text(import, text, options);
    if (!import->done) {
        fail_msg("%s", import->err.text);
    }
}

/* nginx stamps the END, Apache the START; units are those of the server. */
static void pattern_imports_table(void **state)
{
    (void)state;
    static const struct {
        const char *format, *line;
        int64_t arrival, duration;
        const char *span;
    } cases[] = {
        {"[$time_local] \"$request\" $status $body_bytes_sent $request_time",
         "[03/Mar/2025:10:11:12 +0100] \"GET /a HTTP/1.1\" 200 512 0.031", T0 - 31000, 31000,
         "request"},
        {"$msec $request_method $uri $status $request_time $upstream_response_time $bytes_sent",
         "1740993072.250 GET /a 200 0.500 0.1, 0.2 512", T0 + 250000 - 300000, 300000, "upstream"},
        {"%t \"%r\" %>s %B %D", "[03/Mar/2025:10:11:12 +0100] \"GET /a HTTP/1.1\" 200 512 31000",
         T0, 31000, "request"},
        {"%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %m %U %>s %b %{ms}T",
         "2025-03-03T09:11:12.250 GET /a 200 512 31", T0 + 250000, 31000, "request"},
        {"%{end:usec}t %m %U %>s %b %D", "1740993072000031 GET /a 200 512 31", T0, 31, "request"},
        {"%{sec}t %m %U %>s %b %T", "1740993072 GET /a 200 512 2", T0, 2000000, "request"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_ok(&import, cases[i].line,
                  (struct hr_ingest_options){.log_format = cases[i].format});
        assert_string_equal(import.report.files[0].input_format, "pattern");
        struct sink_workload *w = sink_find(&import.sink, "GET /a");
        assert_non_null(w);
        if (w->rows[0].arrival != cases[i].arrival || w->rows[0].duration != cases[i].duration) {
            fail_msg("%s: %lld, %lld", cases[i].format, (long long)(w->rows[0].arrival - T0),
                     (long long)w->rows[0].duration);
        }
        assert_int_equal(w->rows[0].bytes, 512);
        assert_int_equal(w->rows[0].status, 200);
        assert_string_equal(sink_attribute_of(&import.sink, "GET /a", "span")->value,
                            cases[i].span);
        import_clear(&import);
    }
}

static void pattern_lines_and_maps(void **state)
{
    (void)state;
    static const char text[] = "[03/Mar/2025:10:11:12 +0100] GET /a 200 17\nother\n\n"
                               "[03/Mar/2025:10:11:12 +0100] GET /a 200 -\n";
    static const char *const maps[] = {"duration=app_time:ms"};
    struct hr_ingest_options options = {.log_format = "[$time_local] $request_method $uri $status "
                                                      "$app_time",
                                        .maps = maps,
                                        .map_count = 1};
    struct import import;
    import_ok(&import, text, options);
    assert_int_equal(import.report.kept, 2);
    assert_int_equal(import.report.malformed, 1);
    assert_int_equal(import.report.filtered, 1);
    assert_int_equal(sink_find(&import.sink, "GET /a")->rows[0].arrival, T0 - 17000);
    assert_int_equal(sink_find(&import.sink, "GET /a")->rows[1].duration, HR_UNKNOWN);
    import_clear(&import);
    import_text(&import, text, (struct hr_ingest_options){.input_format = "pattern"});
    assert_false(import.done);
    assert_non_null(strstr(import.err.text, "--log-format 'FORMAT'"));
    import_clear(&import);
}

static void ltsv_labels_in_any_order(void **state)
{
    (void)state;
    static const char text[] = "time:2025-03-03T10:11:12+01:00\tmethod:POST\turi:/"
                               "a?b:c\tstatus:200\tsize:12\tapptime:0.057"
                               "\treqtime:0.090\nstatus:504\ttime:2025-03-03T10:11:13+01:00\turi:/"
                               "a\tmethod:POST\tapptime:-\n"
                               "no labels here\n\n";
    struct import import;
    import_ok(&import, text, (struct hr_ingest_options){0});
    assert_string_equal(import.report.files[0].input_format, "ltsv");
    struct sink_workload *w = sink_find(&import.sink, "POST /a");
    assert_non_null(w);
    assert_int_equal(w->count, 2);
    assert_int_equal(w->rows[0].arrival, T0 - 57000); /* a server's line: its END, assumed */
    assert_int_equal(w->rows[0].duration, 57000);
    assert_int_equal(w->rows[0].bytes, 12);
    assert_int_equal(w->rows[1].status, 504);
    assert_int_equal(w->rows[1].duration, HR_UNKNOWN);
    assert_int_equal(import.report.files[0].stamp_origin, HR_ASSUMED);
    assert_int_equal(import.report.malformed, 1);
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pattern_values_table),     cmocka_unit_test(pattern_formats_that_are_none),
        cmocka_unit_test(pattern_imports_table),    cmocka_unit_test(pattern_lines_and_maps),
        cmocka_unit_test(ltsv_labels_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
