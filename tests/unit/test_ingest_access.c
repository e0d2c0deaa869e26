/* test_ingest_access.c: what nginx and Apache write, line by line and as whole logs. */
#include "sink.h"

#include "ingest/access_line.h"

#define COMBINED "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \"GET /a?x=1 HTTP/1.1\" 200 512 "
#define T0       (INT64_C(1740993072) * HR_SECOND)

static void access_cut_table(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum hr__reason reason; /* HR__REASON_COUNT: fits */
        int status;
        int64_t bytes;
        const char *request;
    } cases[] = {
        {COMBINED "\"-\" \"curl/8.5.0\"", HR__REASON_COUNT, 200, 512, "GET /a?x=1 HTTP/1.1"},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0\" 304 -", HR__REASON_COUNT, 304, -1,
         "GET / HTTP/1.0"},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0\" 304", HR__REASON_COUNT, 304, -1,
         "GET / HTTP/1.0"},
        {"www.example.com:443 2001:db8::1 - al ice [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/2.0\" "
         "200 5 \"-\" \"x\"",
         HR__REASON_COUNT, 200, 5, "GET / HTTP/2.0"},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"-\" 408 -", HR__REASON_COUNT, 408, -1, "-"},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"\" 400 0 \"-\" \"-\"", HR__REASON_COUNT, 400, 0, ""},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET /a\\\" 200 1 b HTTP/1.1\" 404 9",
         HR__REASON_COUNT, 404, 9, "GET /a\\\" 200 1 b HTTP/1.1"},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET /raw\"quote HTTP/1.0\" 200 9", HR__REASON_COUNT,
         200, 9, "GET /raw\"quote HTTP/1.0"},
        {"[x] - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0\" 200 9", HR__REASON_COUNT, 200, 9,
         "GET / HTTP/1.0"},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0\" - 9", HR__REASON_COUNT, 0, 9,
         "GET / HTTP/1.0"},
        {"h - - [30/Feb/2025:10:11:12 +0100] \"GET / HTTP/1.0\" 200 9", HR__BAD_DATE, 0, 0, NULL},
        {"h - - 03/Mar/2025:10:11:12 \"GET / HTTP/1.0\" 200 9", HR__NO_BRACKET, 0, 0, NULL},
        {"h - - [03/Mar/2025:10:11:12 +0100] GET / HTTP/1.0 200 9", HR__NO_REQUEST, 0, 0, NULL},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0", HR__NO_REQUEST, 0, 0, NULL},
        {"h - - [03/Mar/2025:10:11:12 +0100] \"GET / HTTP/1.0\" 200 x", HR__BAD_NUMBER, 0, 0, NULL},
        {"[03/Mar/2025:10:11:12 +0100]", HR__NO_BRACKET, 0, 0, NULL},
        {"", HR__NO_BRACKET, 0, 0, NULL},
        {"[", HR__NO_BRACKET, 0, 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr__clf_clock clock = {0};
        struct hr__access_line line = {0};
        size_t len = strlen(cases[i].line);
        char *exact = malloc(len + 1); /* no byte behind the line may be read */
        assert_non_null(exact);
        memcpy(exact, cases[i].line, len);
        exact[len] = '\n';
        enum hr__reason reason = hr__access_cut(&clock, exact, len, &line);
        if (reason != cases[i].reason) {
            fail_msg("%s: reason %d", cases[i].line, (int)reason);
        }
        if (reason == HR__REASON_COUNT) {
            assert_int_equal(line.status, cases[i].status);
            assert_true(line.bytes == cases[i].bytes);
            assert_int_equal(line.request_len, strlen(cases[i].request));
            assert_memory_equal(line.request, cases[i].request, line.request_len);
            assert_true(line.time_us == T0);
        }
        free(exact);
    }
}

/* Any prefix of a line is either one or has a reason; nothing is read behind it. */
static void access_cut_of_any_prefix_is_safe(void **state)
{
    (void)state;
    static const char whole[] = COMBINED "\"-\" \"curl/8.5.0\" \"-\" 0.031";
    for (size_t len = 0; len < sizeof whole; len++) {
        char *exact = malloc(len + 1);
        assert_non_null(exact);
        memcpy(exact, whole, len);
        struct hr__clf_clock clock = {0};
        struct hr__access_line line;
        if (hr__access_cut(&clock, exact, len, &line) == HR__REASON_COUNT) {
            struct hr__token tokens[HR__ACCESS_EXTRAS];
            (void)hr__access_extras(line.rest, line.end, tokens);
            for (unsigned k = 1; k < 5; k++) {
                (void)hr__access_from_end(line.rest, line.end, k);
            }
        }
        free(exact);
    }
}

/* Lines of one tail each, as a file of a few lines. */
static void import_tails(struct import *import, const char *const *tails, size_t count,
                         struct hr_ingest_options options)
{
    char text[8192];
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, COMBINED "%s\n", tails[i]);
    }
    import_text(import, text, options);
}

static const struct sink_row *row_of(const struct import *import, size_t i)
{
    struct sink_workload *w = sink_find(&import->sink, "GET /a");
    assert_non_null(w);
    assert_true(i < w->count);
    return &w->rows[i];
}

static void access_layout_table(void **state)
{
    (void)state;
    static const struct {
        const char *tails[3];
        int64_t durations[3]; /* as a set: rows are sorted */
        enum hr_stamp stamp;
        const char *span;
    } cases[] = {
        {{"\"-\" \"x\" 0.031", "\"-\" \"x\" 0.000", "\"-\" \"x\" -"},
         {31000, 0, -1},
         HR_STAMP_END,
         "request"},
        {{"\"-\" \"x\" \"-\" 0.031", "\"-\" \"a b\" \"-\" 1.500", "\"-\" \"x\" \"-\" -"},
         {31000, 1500000, -1},
         HR_STAMP_END,
         "request"},
        {{"\"-\" \"x\" 48211", "\"-\" \"x\" 1003", "\"-\" \"x\" 900"},
         {48211, 1003, 900},
         HR_STAMP_START,
         "request"},
        {{"48211", "1003", "900"}, {48211, 1003, 900}, HR_STAMP_START, "request"},
        {{"\"-\" \"x\" rt=0.031 uct=\"0.001\" urt=\"0.030\"",
          "\"-\" \"x\" rt=0.200 uct=\"0.001\" urt=\"0.010, 0.020\"",
          "\"-\" \"x\" rt=0.000 uct=\"-\" urt=\"-\""},
         {30000, 30000, -1},
         HR_STAMP_END,
         "upstream"},
        {{"\"-\" \"x\" 120 0.031 [up] [] 10.0.0.1:80 512 0.030 200 0a1b",
          "\"-\" \"x\" 120 0.051 [up] [] 10.0.0.1:80, 10.0.0.2:80 512 0.020, 0.030 502, 200 0a1b",
          "\"-\" \"x\" 120 0.001 [up] [] - - - - 0a1b"},
         {30000, 50000, -1},
         HR_STAMP_END,
         "upstream"},
        {{"\"-\" \"x\"", "\"-\" \"x\"", "\"-\" \"x\""}, {-1, -1, -1}, HR_STAMP_END, NULL},
        {{"\"-\" \"x\" \"10.1.2.3\"", "\"-\" \"x\" \"-\"", "\"-\" \"x\" \"-\""},
         {-1, -1, -1},
         HR_STAMP_END,
         NULL},
        /* Apache combinedio: two numbers, neither surely a duration */
        {{"\"-\" \"x\" 1200 5120", "\"-\" \"x\" 1300 5120", "\"-\" \"x\" 1100 4000"},
         {-1, -1, -1},
         HR_STAMP_END,
         NULL},
        /* one number that follows the 512 bytes of the body: bytes sent */
        {{"\"-\" \"x\" 1012", "\"-\" \"x\" 1020", "\"-\" \"x\" 1033"},
         {-1, -1, -1},
         HR_STAMP_END,
         NULL},
        {{"\"-\" \"x\" 3", "\"-\" \"x\" 5", "\"-\" \"x\" 1"}, {-1, -1, -1}, HR_STAMP_END, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_tails(&import, cases[i].tails, 3, (struct hr_ingest_options){0});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].tails[0], import.err.text);
        }
        assert_int_equal(import.report.kept, 3);
        assert_int_equal(import.report.files[0].stamp, cases[i].stamp);
        for (size_t k = 0; k < 3; k++) {
            bool found = false;
            for (size_t r = 0; r < 3; r++) {
                found |= row_of(&import, r)->duration == cases[i].durations[k];
            }
            if (!found) {
                fail_msg("%s: no duration of %lld us, but %lld", cases[i].tails[k],
                         (long long)cases[i].durations[k], (long long)row_of(&import, 0)->duration);
            }
        }
        const struct hr_attribute *span = sink_attribute_of(&import.sink, "GET /a", "span");
        assert_true((span == NULL) == (cases[i].span == NULL));
        if (span != NULL) {
            assert_string_equal(span->value, cases[i].span);
        }
        import_clear(&import);
    }
}

static void access_arrival_is_end_less_duration_inside_its_second(void **state)
{
    (void)state;
    static const char *const tails[] = {"\"-\" \"x\" 2.500"};
    struct import import;
    import_tails(&import, tails, 1, (struct hr_ingest_options){0});
    int64_t end = row_of(&import, 0)->arrival + 2500000;
    assert_true(end >= T0 && end < T0 + HR_SECOND);
    assert_true(end % 1000 != 0 || end % HR_SECOND != 0); /* placed by a hash, not at the start */
    assert_true(import.report.files[0].first == T0 && import.report.files[0].last == T0);
    assert_int_equal(import.report.files[0].resolution_us, HR_SECOND);
    import_clear(&import);

    enum hr_stamp start = HR_STAMP_START;
    import_tails(&import, tails, 1, (struct hr_ingest_options){.stamp = &start});
    int64_t arrival = row_of(&import, 0)->arrival;
    assert_true(arrival >= T0 && arrival < T0 + HR_SECOND);
    assert_int_equal(import.report.files[0].stamp_origin, HR_SET);
    import_clear(&import);

    import_tails(&import, tails, 1, (struct hr_ingest_options){.resolution_us = 1});
    assert_true(row_of(&import, 0)->arrival == T0 - 2500000);
    import_clear(&import);
}

static void access_seconds_are_filled_evenly(void **state)
{
    (void)state;
    enum { LINES = 4000, TENTHS = 10 };
    char *text = malloc(LINES * 160);
    size_t len = 0, counts[TENTHS] = {0};
    assert_non_null(text);
    for (int i = 0; i < LINES; i++) {
        len += (size_t)sprintf(text + len, COMBINED "\"-\" \"curl/8.5.0\"\n");
    }
    struct import import, again;
    import_bytes(&import, text, len, (struct hr_ingest_options){0});
    import_bytes(&again, text, len, (struct hr_ingest_options){0});
    for (size_t i = 0; i < LINES; i++) {
        int64_t inside = row_of(&import, i)->arrival - T0;
        assert_true(inside >= 0 && inside < HR_SECOND);
        assert_true(row_of(&again, i)->arrival == row_of(&import, i)->arrival);
        counts[inside * TENTHS / HR_SECOND]++;
    }
    for (size_t i = 0; i < TENTHS; i++) { /* 400 expected, deviation 19: five of them */
        assert_close((double)counts[i], LINES / (double)TENTHS, 95);
    }
    import_clear(&import);
    import_clear(&again);
    free(text);
}

static void access_without_durations_names_the_remedy(void **state)
{
    (void)state;
    static const char *const tails[] = {"\"-\" \"x\"", "\"-\" \"y\""};
    struct import import;
    import_tails(&import, tails, 2,
                 (struct hr_ingest_options){.assumed_service = {"lognormal p50=50ms p99=1s"},
                                            .assumed_source = {"models/patterns/web.yaml"}});
    assert_true(report_says(&import.report, "log_format"));
    assert_true(report_says(&import.report, "$request_time"));
    assert_true(report_says(&import.report, "--service 'lognormal p50=80ms p99=900ms'"));
    const struct hr_attribute *service = sink_attribute_of(&import.sink, "GET /a", "service");
    assert_non_null(service);
    assert_string_equal(service->value, "lognormal p50=50ms p99=1s");
    assert_int_equal(service->origin, HR_ASSUMED);
    assert_string_equal(service->source, "models/patterns/web.yaml");
    assert_int_equal(import.report.assumed_count, 1);
    assert_string_equal(import.report.assumed[0].workload, "GET /a");
    assert_string_equal(import.report.assumed[0].key, "service");
    import_clear(&import);

    import_tails(&import, tails, 2, (struct hr_ingest_options){.service = "constant 80ms"});
    service = sink_attribute_of(&import.sink, "GET /a", "service");
    assert_non_null(service);
    assert_string_equal(service->value, "constant 80ms");
    assert_int_equal(service->origin, HR_SET);
    assert_int_equal(import.report.assumed_count, 0);
    assert_string_equal(sink_attribute_of(&import.sink, "GET /a", "trigger")->value, "http");
    import_clear(&import);
}

static void access_mapped_duration_is_counted_from_either_side(void **state)
{
    (void)state;
    static const char *const tails[] = {"\"-\" \"x\" a 12 b", "\"-\" \"x\" a 15 b"};
    static const struct {
        const char *map;
        bool done;
        int64_t duration;
    } cases[] = {
        {"duration=2:ms", true, 12000}, {"duration=-2:ms", true, 12000},
        {"duration=2:us", true, 12},    {"duration=4:ms", false, 0},
        {"duration=0:ms", false, 0},    {"duration=2", false, 0},
        {"time=2", false, 0},           {"duration=rt:ms", false, 0},
        {"nonsense=2:ms", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        const char *maps[] = {cases[i].map};
        import_tails(&import, tails, 2, (struct hr_ingest_options){.maps = maps, .map_count = 1});
        assert_int_equal(import.done, cases[i].done);
        if (import.done) {
            assert_true(row_of(&import, 0)->duration == cases[i].duration ||
                        row_of(&import, 1)->duration == cases[i].duration);
        } else {
            assert_int_equal(import.err.kind, HR_EUSAGE);
        }
        import_clear(&import);
    }
}

static void access_bad_lines_are_counted_by_reason(void **state)
{
    (void)state;
    struct import import;
    import_text(&import,
                COMBINED
                "\"-\" \"x\" 0.031\n" COMBINED "\"-\" \"x\" 0.032\n" COMBINED
                "\"-\" \"x\" 0.033\n" COMBINED "\"-\" \"x\" 0.034\n" COMBINED "\"-\" \"x\" 0.034\n"
                "\n# comment\n"
                "garbage\x1b[31m\n" COMBINED "\"-\" \"x\" -1.000\n" COMBINED "\"-\" \"x\" abc\n"
                "h - - [03/Mar/1969:10:11:12 +0100] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\" 1.000\n"
                "h - - [03/Mar/2300:10:11:12 +0100] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\" 1.000\n",
                (struct hr_ingest_options){0});
    assert_true(import.done);
    const struct hr_import_file *file = &import.report.files[0];
    assert_int_equal(file->lines, 12);
    assert_int_equal(file->kept, 5);
    assert_int_equal(file->filtered, 2);
    assert_int_equal(file->malformed, 5);
    assert_int_equal(report_reason(&import.report, "no [time]"), 1);
    assert_int_equal(report_reason(&import.report, "negative"), 1);
    assert_int_equal(report_reason(&import.report, "no number"), 1);
    assert_int_equal(report_reason(&import.report, "outside 1970"), 2);
    assert_int_equal(import.report.reject_count, 5);
    assert_int_equal(import.report.rejects[0].line, 8);
    assert_string_equal(import.report.rejects[0].text, "garbage\\x1B[31m");
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_cut_table),
        cmocka_unit_test(access_cut_of_any_prefix_is_safe),
        cmocka_unit_test(access_layout_table),
        cmocka_unit_test(access_arrival_is_end_less_duration_inside_its_second),
        cmocka_unit_test(access_seconds_are_filled_evenly),
        cmocka_unit_test(access_without_durations_names_the_remedy),
        cmocka_unit_test(access_mapped_duration_is_counted_from_either_side),
        cmocka_unit_test(access_bad_lines_are_counted_by_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
