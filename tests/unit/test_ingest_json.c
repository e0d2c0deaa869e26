/* test_ingest_json.c: the scanner beside jansson on random objects; each JSON log by a line of its
 * kind; keys by name and by --map. */
#include "sink.h"

#include <jansson.h>

#include "ingest/json_scan.h"

/* ---- the scanner */

static uint64_t draw(uint64_t *random)
{
    *random += UINT64_C(0x9e3779b97f4a7c15);
    return hr_mix64(*random);
}

static void put(char *text, const char *more)
{
    strcat(text, more);
}

static void put_random_text(char *text, uint64_t *random)
{
    static const char *const parts[] = {
        "a", "",       "\\\"", "\\\\",     "\\u00e9", "\\n", "\\ud83d\\ude00", "{", "}",
        ",", "\\/\\t", ":",    "\xc3\xa9", "[",       "x y"};
    put(text, "\"");
    for (size_t n = draw(random) % 5; n > 0; n--) {
        put(text, parts[draw(random) % (sizeof parts / sizeof *parts)]);
    }
    put(text, "\"");
}

static void put_random_value(char *text, uint64_t *random, int depth);

static void put_random_object(char *text, uint64_t *random, int depth)
{
    static const char *const blanks[] = {"", " ", "\t", "  "};
    static const char *const keys[] = {"a", "bb", "c.d", "ccc", "e"};
    size_t count = draw(random) % 5;
    put(text, "{");
    for (size_t i = 0; i < count; i++) {
        put(text, i == 0 ? "" : ",");
        put(text, blanks[draw(random) % 4]);
        put(text, "\"");
        put(text, keys[i]); /* each key once: what a second one means is nobody's word */
        put(text, "\"");
        put(text, blanks[draw(random) % 4]);
        put(text, ":");
        put(text, blanks[draw(random) % 4]);
        put_random_value(text, random, depth + 1);
        put(text, blanks[draw(random) % 4]);
    }
    put(text, "}");
}

static void put_random_value(char *text, uint64_t *random, int depth)
{
    static const char *const scalars[] = {"0", "-1.5e3", "true", "false", "null", "12345678901"};
    uint64_t sort = draw(random) % 6;
    if (sort == 0 && depth < 4) {
        put_random_object(text, random, depth);
    } else if (sort == 1 && depth < 4) {
        put(text, "[");
        put_random_value(text, random, depth + 1);
        put(text, ",");
        put_random_value(text, random, depth + 1);
        put(text, "]");
    } else if (sort < 4) {
        put_random_text(text, random);
    } else {
        put(text, scalars[draw(random) % 6]);
    }
}

struct seen {
    json_t *whole;
    size_t count;
};

/* The value that jansson has under a path whose keys are those above. */
static json_t *lookup(json_t *at, struct hr__cell path)
{
    char key[16];
    for (size_t i = 0; i < path.len;) {
        bool quoted = path.text[i] == '"';
        size_t n = 0;
        i += quoted;
        while (i < path.len && path.text[i] != (quoted ? '"' : '.')) {
            key[n++] = path.text[i++];
        }
        key[n] = '\0';
        i += quoted ? 2 : 1;
        at = json_object_get(at, key);
    }
    return at;
}

static void compare(void *context, struct hr__cell path, const struct hr__json_value *value)
{
    struct seen *seen = context;
    json_t *other = lookup(seen->whole, path);
    char text[256];
    assert_non_null(other);
    seen->count++;
    if (json_is_string(other)) {
        size_t len = hr__json_unescape(text, value->cell.text, value->cell.len);
        assert_int_equal(len, json_string_length(other));
        assert_memory_equal(text, json_string_value(other), len);
    } else if (json_is_null(other)) {
        assert_int_equal(value->kind, HR__JSON_MISSING);
    } else {
        assert_int_equal(value->kind, HR__JSON_SCALAR);
        memcpy(text, value->cell.text, value->cell.len);
        text[value->cell.len] = '\0';
        if (json_is_number(other)) {
            assert_close(strtod(text, NULL), json_number_value(other), 0);
        } else {
            assert_string_equal(text, json_is_true(other) ? "true" : "false");
        }
    }
    /* a plan of this path alone finds the same */
    struct hr__json_plan plan;
    struct hr__json_value found = {.kind = HR__JSON_MISSING};
    char *whole = json_dumps(seen->whole, JSON_COMPACT | JSON_ENCODE_ANY);
    hr__json_plan_init(&plan);
    assert_true(hr__json_plan_add(&plan, path.text, path.len, 0));
    assert_true(hr__json_scan(&plan, whole, strlen(whole), &found));
    assert_true((found.kind == HR__JSON_MISSING) == json_is_null(other));
    free(whole);
}

static size_t scalars_of(json_t *object)
{
    const char *key;
    json_t *value;
    size_t count = 0;
    json_object_foreach(object, key, value)
    {
        count += json_is_object(value) ? scalars_of(value) : !json_is_array(value);
    }
    return count;
}

static void json_scanner_agrees_with_jansson(void **state)
{
    (void)state;
    static char text[1 << 16];
    uint64_t random = 6;
    for (int i = 0; i < 3000; i++) {
        json_error_t error;
        struct seen seen = {0};
        struct hr__json_visitor visitor = {compare, &seen};
        text[0] = '\0';
        put_random_object(text, &random, 0);
        seen.whole = json_loads(text, JSON_ALLOW_NUL, &error);
        assert_non_null(seen.whole);
        size_t len = strlen(text);
        char *exact = malloc(len); /* no byte behind the text may be read */
        assert_non_null(exact);
        memcpy(exact, text, len);
        assert_true(hr__json_visit(exact, len, &visitor));
        assert_int_equal(seen.count, scalars_of(seen.whole));
        free(exact);
        json_decref(seen.whole);
    }
}

static void json_cut_lines_are_no_objects(void **state)
{
    (void)state;
    static const char whole[] = "{\"a\":{\"b\":[1,{\"c\":\"d\\\"\"}]},\"e\":-1.5,\"f\":null}";
    struct hr__json_plan plan;
    hr__json_plan_init(&plan);
    assert_true(hr__json_plan_add(&plan, ".a.b", 4, 0));
    assert_true(hr__json_plan_add(&plan, "e", 1, 1));
    assert_false(hr__json_plan_add(&plan, ".a.b", 4, 1)); /* twice */
    assert_false(hr__json_plan_add(&plan, ".", 1, 1));
    for (size_t len = 0; len < sizeof whole; len++) {
        struct hr__json_value values[2] = {{.kind = HR__JSON_MISSING}, {.kind = HR__JSON_MISSING}};
        char *exact = malloc(len + 1);
        assert_non_null(exact);
        memcpy(exact, whole, len);
        bool fits = hr__json_scan(&plan, exact, len, values);
        assert_true(fits == (len == sizeof whole - 1));
        free(exact);
    }
}

static void json_not_objects_table(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fits;
    } cases[] = {
        {"{}", true},           {"{\"a\":}", true}, /* nginx with a missing value */
        {" {\"a\": 1} ", true}, {"[1]", false},
        {"{\"a\" 1}", false},   {"{\"a\":1]", false},
        {"{\"a\":[1}", false},  {"{\"a\":1}{", false},
        {"{a:1}", false},       {"", false},
        {"{\"a\":1,}", false},  {"{\"a\":\"\\\"}", false},
        {"{\"a\":1 2}", false}, {"{\"a\":x\"y\"}", false},
    };
    struct hr__json_plan plan;
    hr__json_plan_init(&plan);
    assert_true(hr__json_plan_add(&plan, "a", 1, 0));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr__json_value value;
        if (hr__json_scan(&plan, cases[i].text, strlen(cases[i].text), &value) != cases[i].fits) {
            fail_msg("%s", cases[i].text);
        }
    }
    char deep[400];
    memset(deep, '[', sizeof deep);
    memcpy(deep, "{\"a\":", 5);
    struct hr__json_value value;
    assert_false(hr__json_scan(&plan, deep, sizeof deep, &value));
}

/* ---- formats */

#define T0 (INT64_C(1740996672) * HR_SECOND) /* 2025-03-03T10:11:12Z */

static const struct {
    const char *line, *format, *workload;
    struct sink_row row; /* .arrival, .duration, .bytes, .memory, .init, .status */
    const char *reason;  /* the line is none, because */
} cases[] = {
    {"{\"level\":\"info\",\"ts\":1740996672.25,\"logger\":\"http.log.access.log0\",\"msg\":"
     "\"handled "
     "request\",\"request\":{\"method\":\"POST\",\"uri\":\"/a\\u002fb?x=1\"},\"duration\":"
     "0.0123,\"size\":512,\"status\":201}",
     "caddy",
     "POST /a/b",
     {T0 + 237700, 12300, 512, -1, -1, 201},
     NULL},
    {"{\"level\":\"info\",\"ts\":1740996672.25,\"logger\":\"http.log.access\",\"msg\":\"handled "
     "request\",\"request\":{\"method\":\"GET\",\"uri\":\"/"
     "s\"},\"duration\":2.701e-05,\"status\":0}",
     "caddy",
     "GET /s",
     {T0 + 250000 - 27, 27, -1, -1, -1, 0},
     NULL},
    {"{\"level\":\"error\",\"ts\":1740996672.25,\"logger\":\"http.log.error\",\"msg\":\"oops\"}",
     "caddy",
     NULL,
     {0},
     "line of another kind"},
    {"{\"StartUTC\":\"2025-03-03T10:11:12.250000999Z\",\"Duration\":12000000,\"OriginDuration\":"
     "11000000,\"DownstreamStatus\":\"200\",\"RequestMethod\":\"GET\",\"RequestPath\":\"/a\"}",
     "traefik",
     "GET /a",
     {T0 + 250000, 11000, -1, -1, -1, 200},
     NULL},
    {"{\"StartUTC\":\"2025-03-03T10:11:12.25Z\",\"Duration\":12000000,\"DownstreamStatus\":404,"
     "\"RequestMethod\":\"GET\",\"RequestPath\":\"/b\"}",
     "traefik",
     "(not found)",
     {T0 + 250000, 12000, -1, -1, -1, 404},
     NULL},
    {"{\"insertId\":\"x9\",\"timestamp\":\"2025-03-03T10:11:12.250000Z\",\"logName\":\"projects/p/"
     "logs/requests\",\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"https://e.com/"
     "users/12\",\"responseSize\":\"314\",\"status\":200,\"latency\":\"0.123456789s\"}}",
     "google",
     "GET /users/:id",
     {T0 + 250000, 123457, 314, -1, -1, 200},
     NULL},
    {"{\"insertId\":\"x8\",\"timestamp\":\"2025-03-03T10:11:12.25Z\",\"logName\":\"l\","
     "\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"https://e.com/a\",\"cacheHit\":"
     "true}}",
     "google",
     NULL,
     {0},
     "never reached the origin"},
    {"{\"requestId\":\"c6\",\"requestTime\":\"03/Mar/2025:10:11:12 +0000\",\"requestTimeEpoch\":"
     "1740996672250,\"httpMethod\":\"GET\",\"resourcePath\":\"/u/{id}\",\"status\":\"200\","
     "\"integrationLatency\":\"24\",\"responseLatency\":\"27\",\"responseLength\":\"9\"}",
     "apigateway",
     "GET /u/{id}",
     {T0 + 250000, 24000, 9, -1, -1, 200},
     NULL},
    {"{\"requestId\":\"c7\",\"requestTime\":\"03/Mar/2025:10:11:12 +0000\",\"requestTimeEpoch\":"
     "1740996672250,\"httpMethod\":\"GET\",\"resourcePath\":\"/u\",\"status\":\"429\","
     "\"integrationLatency\":\"-\",\"responseLatency\":\"3\"}",
     "apigateway",
     "GET /u",
     {T0 + 250000, 3000, -1, -1, -1, 429},
     NULL},
    /* END 250 ms, 102.253 ms of work, 311.94 ms of start before it */
    {"{\"time\":\"2025-03-03T10:11:12.250Z\",\"type\":\"platform.report\",\"record\":{"
     "\"requestId\":"
     "\"r1\",\"metrics\":{\"durationMs\":102.253,\"billedDurationMs\":415,\"memorySizeMB\":128,"
     "\"maxMemoryUsedMB\":69,\"initDurationMs\":311.94},\"status\":\"timeout\"}}",
     "lambda-json",
     "log",
     {T0 + 250000 - 102253 - 311940, 102253, -1, 69 * 1024, 311940, 504},
     NULL},
    {"{\"time\":\"2025-03-03T10:11:12.250Z\",\"type\":\"platform.start\",\"record\":{}}",
     "lambda-json",
     NULL,
     {0},
     "Lambda START line"},
    {"{\"start_time\":\"2025-03-03T10:11:12.250Z\",\"method\":\"GET\",\"path\":\"/a\","
     "\"response_code\":200,\"duration\":\"24\",\"x-envoy-upstream-service-time\":null}",
     "envoy-json",
     "GET /a",
     {T0 + 250000, 24000, -1, -1, -1, 200},
     NULL},
    {"{\"Time\":\"2025-03-03T10:11:12.2500000Z\",\"Properties\":{\"httpMethod\":\"GET\","
     "\"requestUri\":\"https://e.com:443/a\",\"httpStatusCode\":\"200\",\"timeTaken\":\"0.200\"}}",
     "frontdoor",
     "GET /a",
     {T0 + 50000, 200000, -1, -1, -1, 200},
     NULL},
    {"{\"time\":\"2025-03-03T10:11:12.25Z\",\"properties\":{\"requestUri\":\"https://e.com:443/a\","
     "\"timeTaken\":\"0.200\",\"cacheStatus\":\"HIT\"}}",
     "frontdoor",
     NULL,
     {0},
     "never reached the origin"},
    {"{\"time\":\"2025-03-03T10:11:12.250Z\",\"duration_ms\":\"1.5\",\"status\":\"ok\","
     "\"workload\":"
     "\"w\\\"1\"}",
     "json",
     "w\"1",
     {T0 + 250000, 1500, -1, -1, -1, 200},
     NULL},
    {"{\"time_iso8601\":\"2025-03-03T10:11:12+00:00\",\"request_time\":0.2,"
     "\"upstream_response_time\":\"0.1, 0.05\",\"request\":\"GET /a HTTP/1.1\",\"status\":200}",
     "json",
     "GET /a",
     {T0 - 150000, 150000, -1, -1, -1, 200},
     NULL},
};

/* A good line of each format, so that a line that is none has company. */
static const char *company(const char *format)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].format, format) == 0 && cases[i].reason == NULL) {
            return cases[i].line;
        }
    }
    return "";
}

static bool same_row(const struct sink_row *a, const struct sink_row *b)
{
    return a->arrival == b->arrival && a->duration == b->duration && a->bytes == b->bytes &&
           a->memory == b->memory && a->init == b->init && a->status == b->status;
}

static void json_formats_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[4096];
        struct import import;
        snprintf(text, sizeof text, "%s%s%s\n",
                 cases[i].reason == NULL ? "" : company(cases[i].format),
                 cases[i].reason == NULL ? "" : "\n", cases[i].line);
        import_text(&import, text, (struct hr_ingest_options){.resolution_us = 1});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].line, import.err.text);
        }
        assert_string_equal(import.report.files[0].input_format, cases[i].format);
        assert_int_equal(import.report.kept, 1);
        if (cases[i].reason != NULL) {
            assert_int_equal(report_reason(&import.report, cases[i].reason), 1);
        } else {
            struct sink_workload *w = sink_find(&import.sink, cases[i].workload);
            if (w == NULL || !same_row(&w->rows[0], &cases[i].row)) {
                fail_msg("%s: %s", cases[i].workload, cases[i].line);
            }
        }
        import_clear(&import);
    }
}

static void json_events_that_come_twice_count_once(void **state)
{
    (void)state;
    static const char entry[] =
        "{\"insertId\":\"x9\",\"timestamp\":\"2025-03-03T10:11:12.25Z\",\"logName\":\"l\","
        "\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"https://e.com/a\"}}";
    char text[1024];
    struct import import;
    snprintf(text, sizeof text, "[\n%s,\n%s\n]\n", entry, entry); /* an array is as good */
    import_text(&import, text, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 1);
    assert_int_equal(import.report.duplicates, 1);
    assert_int_equal(import.report.filtered, 2);
    assert_int_equal(import.report.lines, 4);
    import_clear(&import);
}

static void json_maps_name_paths(void **state)
{
    (void)state;
    static const char text[] =
        "{\"ts\":1740996672250,\"req\":{\"verb\":\"PUT\",\"a.b\":\"/x/7\"},\"latency\":2.5}\n"
        "{\"ts\":1740996672251,\"req\":{\"verb\":\"PUT\",\"a.b\":\"/x/8\"},\"latency\":\"3ms\"}\n"
        "{\"ts\":1740996672252,\"req\":{\"verb\":\"PU\n";
    static const char *const maps[] = {
        "time=.ts,duration=.latency:ms,method=.req.verb,path=.req.\"a.b\""};
    static const char *const wrong[] = {"duration=.latence:ms"};
    struct import import;
    import_text(&import, text, (struct hr_ingest_options){.maps = maps, .map_count = 1});
    if (!import.done) {
        fail_msg("%s", import.err.text);
    }
    struct sink_workload *w = sink_find(&import.sink, "PUT /x/:id");
    assert_non_null(w);
    assert_int_equal(w->count, 2);
    assert_int_equal(w->rows[0].arrival, T0 + 250000); /* a time is the START, as in a CSV */
    assert_int_equal(w->rows[0].duration, 2500);
    assert_int_equal(w->rows[1].duration, 3000);
    assert_int_equal(report_reason(&import.report, "not one whole JSON object"), 1);
    import_clear(&import);
    import_text(&import, text, (struct hr_ingest_options){.maps = wrong, .map_count = 1});
    assert_false(import.done);
    assert_non_null(strstr(import.err.text, "has no column \".latence\"; it has ts, req.verb"));
    import_clear(&import);
    import_text(&import, "{\"when\":5}\n{\"when\":6}\n", (struct hr_ingest_options){0});
    assert_false(import.done);
    assert_non_null(strstr(import.err.text, "no column tells a time"));
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_scanner_agrees_with_jansson),
        cmocka_unit_test(json_cut_lines_are_no_objects),
        cmocka_unit_test(json_not_objects_table),
        cmocka_unit_test(json_formats_table),
        cmocka_unit_test(json_events_that_come_twice_count_once),
        cmocka_unit_test(json_maps_name_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
