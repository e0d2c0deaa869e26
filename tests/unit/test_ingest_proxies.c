/* test_ingest_proxies.c: HAProxy's and Envoy's texts, line by line: what counts as service time. */
#include "sink.h"

#define T0 (INT64_C(1740996672) * HR_SECOND) /* 2025-03-03T10:11:12Z */
#define HA(timers, rest)                                                                           \
    "192.0.2.5:4000 [03/Mar/2025:10:11:12.004] web~ app/srv1 " timers " " rest "\n"
#define TAIL  " - - ---- 3/3/1/1/0 0/0 \"GET /a?x=1 HTTP/1.1\""
#define HA_OK HA("0/0/1/8/9", "200 512" TAIL)
#define EV_OK                                                                                      \
    "[2025-03-03T10:11:12.004Z] \"GET /f HTTP/1.1\" 200 - 0 512 24 23 \"-\" \"c\" \"i\" \"e\" "    \
    "\"-\"\n"

static const struct {
    const char *line, *format, *workload, *reason;
    int64_t arrival, duration, bytes;
    int status;
} cases[] = {
    /* 2 ms of request, 12 ms of queue: 85 of the 99 are the server's */
    {HA("2/12/1/80/99", "201 512" TAIL), "haproxy", "GET /a", NULL, T0 + 4000, 85000, 512, 201},
    {"Mar  3 10:11:12 lb haproxy[99]: " HA("2/12/1/80/99", "201 512" TAIL), "haproxy", "GET /a",
     NULL, T0 + 4000, 85000, 512, 201},
    /* captures with blanks before the request; HAProxy writes #22 for their quotes */
    {HA("0/0/1/8/19",
        "200 512 - - ---- 3/3/1/1/0 0/0 {Mozilla/5.0 (X11; #22x#22) a|b} {} \"POST /p "
        "HTTP/1.1\""),
     "haproxy", "POST /p", NULL, T0 + 4000, 19000, 512, 200},
    /* logasap: not final, but all there is */
    {HA("0/0/1/8/+19", "200 +512" TAIL), "haproxy", "GET /a", NULL, T0 + 4000, 19000, 512, 200},
    /* no server was reached: no duration */
    {HA("0/-1/-1/-1/3002", "503 212 - - SQ-- 3/3/1/0/0 0/0 \"GET /a HTTP/1.1\""), "haproxy",
     "GET /a", NULL, T0 + 4000, HR_UNKNOWN, 212, 503},
    {HA("-1/-1/-1/-1/5", "400 187 - - CR-- 3/3/0/0/0 0/0 \"<BADREQ>\""), "haproxy", "(other)", NULL,
     T0 + 4000, HR_UNKNOWN, 187, 400},
    {HA("0/1/30", "512 -- 3/3/1/1/0 0/0"), "haproxy", NULL, "line of another kind of log", 0, 0, 0,
     0},
    {"haproxy[1]: Proxy web started.\n", "haproxy", NULL, "line of another kind of log", 0, 0, 0,
     0},
    {HA("0/1/x/8/9", "200 512" TAIL), "haproxy", NULL, "duration is no number", 0, 0, 0, 0},
    {HA("0/0/1/8/9", "2x0 512" TAIL), "haproxy", NULL, "status is no status", 0, 0, 0, 0},
    {HA("0/0/1/8/9", "200 512"), "haproxy", NULL, "no quoted request", 0, 0, 0, 0},
    {"192.0.2.5:4000 [33/Mar/2025:10:11:12.004] web~ a/b 0/0/1/8/9 200 512" TAIL "\n", "haproxy",
     NULL, "no date that exists", 0, 0, 0, 0},
    {"x\n", "haproxy", NULL, "no [time]", 0, 0, 0, 0},
    /* Envoy: the upstream's part is the innermost */
    {"[2025-03-03T10:11:12.004Z] \"GET /a HTTP/1.1\" 200 - 0 512 24 23 \"-\" \"c\" \"i\" \"e\" "
     "\"-\"\n",
     "envoy", "GET /a", NULL, T0 + 4000, 23000, 512, 200},
    {"ACCESS [2025-03-03T10:11:12.004Z] \"GET /a HTTP/2\" 503 UO 0 81 24 - \"-\" \"c\" \"i\" \"e\" "
     "\"-\"\n",
     "envoy", "GET /a", NULL, T0 + 4000, 24000, 81, 503},
    {"[2025-03-03T10:11:12.004Z] \"GET /a HTTP/1.1\" 200 - via_upstream - \"-\" 0 512 24 23 \"-\" "
     "\"c\" \"i\" \"e\" \"-\" outbound|80||x - 10.0.0.1:80 - -\n",
     "envoy", "GET /a", NULL, T0 + 4000, 23000, 512, 200},
    {"[2025-03-03T10:11:12.004Z] \"- - -\" 0 - 10 20 30 - \"-\" \"-\" \"-\" \"-\" \"-\"\n", "envoy",
     NULL, "line of another kind of log", 0, 0, 0, 0},
    {"[2025-03-03T10:11:12.004Z] \"GET /a HTTP/1.1\" 200 - 0 x 24 23\n", "envoy", NULL,
     "a number cannot be read", 0, 0, 0, 0},
};

static void proxies_line_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *frame = strcmp(cases[i].format, "envoy") == 0 ? EV_OK : HA_OK;
        char text[4096];
        struct import import;
        if (cases[i].reason == NULL) {
            snprintf(text, sizeof text, "%s", cases[i].line);
        } else {
            snprintf(text, sizeof text, "%s%s%s", frame, cases[i].line, frame);
        }
        import_text(&import, text, (struct hr_ingest_options){.resolution_us = 1});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].line, import.err.text);
        }
        assert_string_equal(import.report.files[0].input_format, cases[i].format);
        if (cases[i].reason != NULL) {
            assert_int_equal(import.report.kept, 2);
            if (report_reason(&import.report, cases[i].reason) != 1) {
                fail_msg("not \"%s\": %s", cases[i].reason, cases[i].line);
            }
        } else {
            struct sink_workload *w = sink_find(&import.sink, cases[i].workload);
            if (w == NULL || w->count != 1 || w->rows[0].duration != cases[i].duration) {
                fail_msg("%s: %s", cases[i].workload, cases[i].line);
            }
            assert_int_equal(w->rows[0].arrival, cases[i].arrival);
            assert_int_equal(w->rows[0].bytes, cases[i].bytes);
            assert_int_equal(w->rows[0].status, cases[i].status);
        }
        import_clear(&import);
    }
}

/* Any prefix of a line is a request or has a reason, and no byte behind it is read. */
static void proxies_any_prefix_is_accounted_for(void **state)
{
    (void)state;
    static const char *const names[] = {"haproxy", "envoy"};
    static const char *const lines[] = {HA_OK, EV_OK};
    for (size_t k = 0; k < 2; k++) {
        for (size_t len = 1; len < strlen(lines[k]); len += 5) {
            struct import import;
            import_bytes(&import, lines[k], len,
                         (struct hr_ingest_options){.input_format = names[k], .force = true});
            assert_int_equal(import.report.kept + import.report.malformed + import.report.filtered,
                             1);
            import_clear(&import);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proxies_line_table),
        cmocka_unit_test(proxies_any_prefix_is_accounted_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
