/* test_ingest_route.c: paths with identifiers are one workload, words stay apart. */
#include "check.h"

#include "ingest/route.h"
#include "sink.h"

static void route_templates_table(void **state)
{
    (void)state;
    static const struct {
        const char *path, *template;
    } cases[] = {
        {"/", "/"},
        {"/users/1234", "/users/:id"},
        {"/users/1234/orders/9", "/users/:id/orders/:id"},
        {"/users/", "/users"},
        {"//users//7", "/users/:id"},
        {"/v1/users", "/v1/users"},
        {"/api/v2/items/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/api/v2/items/:id"},
        {"/commit/54b303d3c65817af35ba18d3a55d28d7cba49210", "/commit/:id"},
        {"/commit/deadbeef", "/commit/deadbeef"}, /* a word, by all signs */
        {"/commit/1eadbeef", "/commit/:id"},
        {"/2025-03-01/report", "/:id/report"},
        {"/posts/12345-a-title-of-a-post", "/posts/:id"},
        {"/orders/1234.json", "/orders/:id.json"},
        {"/t/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "/t/:id"},
        {"/session;jsessionid=0A1B/x", "/session/x"},
        {"/shuttle/missions/sts-71/mission.html", "/shuttle/missions/sts-71/mission.html"},
        {"/oauth2/token", "/oauth2/token"},
        {"/%D9%81%DB%8C%D9%84%D8%AA%D8%B1", "/:id"},
        {"/a/b/c/d/e/f/g/h/i/j", "/a/b/c/d/e/f/g/h/*"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[HR_WORKLOAD_NAME_MAX + 1];
        size_t len = hr__route_template(cases[i].path, strlen(cases[i].path), name, 0);
        name[len] = '\0';
        assert_string_equal(name, cases[i].template);
    }
}

static void route_longest_path_fits(void **state)
{
    (void)state;
    char path[4096], name[HR_WORKLOAD_NAME_MAX + 1];
    memset(path, 'a', sizeof path);
    path[0] = '/';
    assert_int_equal(hr__route_template(path, sizeof path, name, 4), HR_WORKLOAD_NAME_MAX);
}

static void route_static_files_by_extension(void **state)
{
    (void)state;
    assert_true(hr__route_is_static("/a/b.css", 8));
    assert_true(hr__route_is_static("/a/B.PNG", 8));
    assert_true(hr__route_is_static("/favicon.ico", 12));
    assert_false(hr__route_is_static("/a.html", 7));
    assert_false(hr__route_is_static("/css", 4));
    assert_false(hr__route_is_static("/a.", 3));
}

static void route_rules_fit_segments_and_rests(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *path;
        bool fits;
    } cases[] = {
        {"/files/*", "/files/a/b", true},   {"/files/*", "/files", false},
        {"/a/:x/b", "/a/7/b", true},        {"/a/:x/b", "/a//b", false},
        {"/a/:x/b", "/a/7/c", false},       {"/a/:x", "/a/7/b", false},
        {"/shop/:s", "/shop/berlin", true}, {"/", "/", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(hr__route_rule_fits(cases[i].rule, cases[i].path, strlen(cases[i].path)),
                         cases[i].fits);
    }
}

/* The name of the group a request falls into, through the cache and the slow way. */
static const char *group_of(struct hr__routes *routes, const char *request, uint16_t status)
{
    uint32_t group;
    assert_true(hr__routes_find(routes, request, strlen(request), status, &group, NULL));
    return routes->groups->group[group].name;
}

static void route_requests_find_their_workloads(void **state)
{
    (void)state;
    struct memory_sink memory;
    struct hr_sink sink = sink_open(&memory);
    struct hr__groups groups;
    struct hr__routes routes;
    assert_true(hr__groups_init(&groups, &sink, NULL));
    assert_true(hr__routes_init(&routes, &groups, NULL, 0, NULL));
    for (int round = 0; round < 2; round++) {
        assert_string_equal(group_of(&routes, "GET /users/1?a=b HTTP/1.1", 200), "GET /users/:id");
        assert_string_equal(group_of(&routes, "GET /users/2#x HTTP/1.1", 200), "GET /users/:id");
        assert_string_equal(group_of(&routes, "GET /users/2/x HTTP/1.1", 200), "GET /users/:id/x");
        assert_string_equal(group_of(&routes, "GET /users/me HTTP/1.1", 200), "GET /users/me");
        assert_string_equal(group_of(&routes, "POST /users/1 HTTP/2.0", 201), "POST /users/:id");
        assert_string_equal(group_of(&routes, "GET http://h.example/users/3 HTTP/1.1", 200),
                            "GET /users/:id");
        assert_string_equal(group_of(&routes, "GET /app.js?v=2 HTTP/1.1", 200), "(static)");
        assert_string_equal(group_of(&routes, "GET /app.js HTTP/1.1", 404), "(not found)");
        assert_string_equal(group_of(&routes, "GET /wp-login.php HTTP/1.1", 404), "(not found)");
        /* a known route's 404 is an answer of that route */
        assert_string_equal(group_of(&routes, "GET /users/999 HTTP/1.1", 404), "GET /users/:id");
        assert_string_equal(group_of(&routes, "-", 408), "(other)");
        assert_string_equal(group_of(&routes, "", 400), "(other)");
        assert_string_equal(group_of(&routes, "\\x16\\x03\\x01", 400), "(other)");
        assert_string_equal(group_of(&routes, "GET", 400), "(other)");
        assert_string_equal(group_of(&routes, "GET /", 200), "GET /");
        assert_string_equal(
            group_of(&routes, "GET /i/3f2504e0-4f89-11d3-9a0c-0305e82c3301 HTTP/1.1", 200),
            "GET /i/:id");
    }
    hr__routes_clear(&routes);
    hr__groups_clear(&groups);
    sink_clear(&memory);
}

static void route_foreign_bytes_are_made_harmless(void **state)
{
    (void)state;
    struct memory_sink memory;
    struct hr_sink sink = sink_open(&memory);
    struct hr__groups groups;
    struct hr__routes routes;
    assert_true(hr__groups_init(&groups, &sink, NULL));
    assert_true(hr__routes_init(&routes, &groups, NULL, 0, NULL));
    const char *name = group_of(&routes, "GET /a\x1b[31m/\xff HTTP/1.1", 200);
    for (const char *c = name; *c != '\0'; c++) {
        assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
    }
    hr__routes_clear(&routes);
    hr__groups_clear(&groups);
    sink_clear(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(route_templates_table),
        cmocka_unit_test(route_longest_path_fits),
        cmocka_unit_test(route_static_files_by_extension),
        cmocka_unit_test(route_rules_fit_segments_and_rests),
        cmocka_unit_test(route_requests_find_their_workloads),
        cmocka_unit_test(route_foreign_bytes_are_made_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
