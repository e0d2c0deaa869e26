/* test_model_schema.c: a table of fields of one's own, as price books and batch files have it. */
#include "check.h"

#include "headroom/model.h"

enum { COLD, WARM };

struct inner {
    double share;
};
struct thing {
    char name[8], day[16];
    int64_t count, wait_us;
    double ratio, usd, size_mb;
    bool on;
    int how;
    struct hr_dist dist;
    struct inner inner;
    double doubled;
    double only_warm;
};

/* A field with rules of its own. */
static bool read_doubled(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    double value;
    if (node->type != HR_NODE_SCALAR || !hr_parse_double(node->text, node->len, &value))
        return hr_node_fail(node, err, "%s: expected half of it", reading->prefix);
    *(double *)target = value * *(const double *)reading->context;
    return true;
}

static const char *const hows[] = {"slow", "fast", NULL};
#define AT(member) offsetof(struct thing, member)
static const struct hr_field inner_fields[] = {
    {.key = "share",
     .type = HR_FIELD_FRACTION,
     .required = true,
     .offset = offsetof(struct inner, share),
     .min = 0.1,
     .max = 1},
};
static const struct hr_schema inner_schema = {inner_fields, 1};
static const struct hr_field fields[] = {
    {.key = "name", .type = HR_FIELD_TEXT, .required = true, .offset = AT(name), .size = 8},
    {.key = "day", .type = HR_FIELD_DATE, .offset = AT(day), .size = 16},
    {.key = "count",
     .type = HR_FIELD_INTEGER,
     .offset = AT(count),
     .word = "none",
     .word_value = -1},
    {.key = "wait", .type = HR_FIELD_DURATION, .offset = AT(wait_us), .min = 1000, .max = 60000000},
    {.key = "ratio", .type = HR_FIELD_NUMBER, .offset = AT(ratio), .min = -1, .max = 1},
    {.key = "usd", .type = HR_FIELD_MONEY, .offset = AT(usd)},
    {.key = "size", .type = HR_FIELD_SIZE, .offset = AT(size_mb), .min = 1, .max = 2048},
    {.key = "on", .type = HR_FIELD_YES, .offset = AT(on)},
    {.key = "how", .type = HR_FIELD_NAME, .offset = AT(how), .names = hows},
    {.key = "dist", .type = HR_FIELD_DIST, .offset = AT(dist)},
    {.key = "inner", .type = HR_FIELD_MAP, .offset = AT(inner), .map = &inner_schema},
    {.key = "doubled", .type = HR_FIELD_READ, .offset = AT(doubled), .read = read_doubled},
    {.key = "any", .type = HR_FIELD_ANY},
    {.key = "warm",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = AT(only_warm),
     .kinds = 1u << WARM},
};
static const struct hr_schema schema = {fields, sizeof fields / sizeof *fields};

static bool read_thing(const char *text, int kind, struct thing *ret, struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    struct hr_arena arena = {0};
    double two = 2;
    const struct hr_reading reading = {
        .arena = &arena, .prefix = "thing", .kind = kind, .context = &two};
    assert_true(hr_tree_load("x.yaml", text, strlen(text), &tree, err));
    assert_null(hr_node_get(hr_tree_root(tree), "no such key"));
    bool read = hr_schema_read(&schema, hr_tree_root(tree), &reading, ret, err);
    hr_tree_close(tree);
    hr_arena_clear(&arena);
    return read;
}

static void schema_reads_each_type_into_its_place(void **state)
{
    (void)state;
    struct thing t = {.ratio = 0.5};
    struct hr_error err = {0};
    if (!read_thing("name: lathe\nday: 2026-11-01\ncount: 12\nwait: 1.5 s\nusd: $0.20\n"
                    "size: 1 GB\non: yes\nhow: fast\ndist: 5 ms\ninner: {share: 25 %}\n"
                    "doubled: 4\nany: [1, {a: b}]\n",
                    COLD, &t, &err))
        fail_msg("%s", err.text);
    assert_string_equal(t.name, "lathe");
    assert_string_equal(t.day, "2026-11-01");
    assert_int_equal(t.count, 12);
    assert_int_equal(t.wait_us, 1500000);
    assert_close(t.usd, 0.2, 0);
    assert_close(t.size_mb, 1024, 0);
    assert_true(t.on);
    assert_int_equal(t.how, 1);
    assert_close(hr_dist_mean(&t.dist), 5000, 0);
    assert_close(t.inner.share, 0.25, 0);
    assert_close(t.doubled, 8, 0);
    assert_close(t.ratio, 0.5, 0); /* the caller's default stays */
    assert_true(read_thing("name: x\ncount: none\nratio: -0.25\n", COLD, &t, &err));
    assert_int_equal(t.count, -1);
    assert_close(t.ratio, -0.25, 0);
}

static void schema_ranges_speak_the_fields_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
        int kind;
    } cases[] = {
        {"name: x\nwait: 2 min\n", "x.yaml:2:7: thing.wait: expected 1 ms to 1 min, found `2 min`",
         COLD},
        {"name: x\nsize: 4 GB\n", "x.yaml:2:7: thing.size: expected 1 MB to 2 GB, found `4 GB`",
         COLD},
        {"name: x\nratio: 1.5\n", "x.yaml:2:8: thing.ratio: expected -1 to 1, found `1.5`", COLD},
        {"name: x\ncount: -2\n", "x.yaml:2:8: thing.count: expected at least 0, found `-2`", COLD},
        {"name: x\ninner: {share: 5 %}\n",
         "x.yaml:2:16: thing.inner.share: expected 10 % to 100 %, found `5 %`", COLD},
        {"name: x\ninner: {}\n", "x.yaml:2:8: thing.inner.share: is missing", COLD},
        {"name: too long by far\n", "x.yaml:1:7: thing.name: expected at most 7 bytes, found 15",
         COLD},
        {"name: ''\n", "x.yaml:1:7: thing.name: expected a text, found nothing", COLD},
        {"name: x\nhow: quick\n",
         "x.yaml:2:6: thing.how: expected one of slow, fast, found `quick`", COLD},
        {"name: x\ncount: few\n",
         "x.yaml:2:8: thing.count: expected a whole number such as `80` or `none`, found `few`",
         COLD},
        {"name: x\ndoubled: {}\n", "x.yaml:2:10: thing.doubled: expected half of it", COLD},
        {"name: x\nwarm: 1\n", "x.yaml:2:1: thing.warm: unknown key; known here: name, day", COLD},
        {"name: x\n", "x.yaml:1:1: thing.warm: is missing", WARM},
        {"day: 2026-11-01\n", "x.yaml:1:1: thing.name: is missing", COLD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct thing t = {0};
        struct hr_error err = {0};
        bool read = read_thing(cases[i].text, cases[i].kind, &t, &err);
        if (read || strncmp(err.text, cases[i].error, strlen(cases[i].error)) != 0)
            fail_msg("`%s`: %s", cases[i].text, err.text);
    }
}

static void schema_find_follows_dots_and_kinds(void **state)
{
    (void)state;
    assert_ptr_equal(hr_schema_find(&schema, COLD, "inner.share"), &inner_fields[0]);
    assert_ptr_equal(hr_schema_find(&schema, COLD, "dist.p99"), &fields[9]);
    assert_ptr_equal(hr_schema_find(&schema, WARM, "warm"), &fields[13]);
    assert_null(hr_schema_find(&schema, COLD, "warm"));
    assert_null(hr_schema_find(&schema, COLD, "inner.share.x"));
    assert_null(hr_schema_find(&schema, COLD, "inner.sharp"));
    assert_null(hr_schema_find(&schema, COLD, ""));
}

static void overrides_apply_in_order(void **state)
{
    (void)state;
    static const struct hr_override overrides[] = {{"a", "1"}, {"b.c", "2"}, {"a", "3"}};
    struct hr_tree *tree = NULL;
    struct hr_error err = {0};
    assert_true(hr_tree_load("x.yaml", "a: 0\n", 5, &tree, &err));
    assert_true(hr_tree_override(tree, overrides, 3, &err));
    assert_string_equal(hr_tree_find(tree, "a")->text, "3");
    assert_string_equal(hr_tree_find(tree, "b.c")->text, "2");
    assert_true(hr_tree_override(tree, NULL, 0, &err));
    hr_tree_close(tree);
}

static void metered_spans_have_their_words(void **state)
{
    (void)state;
    assert_string_equal(hr_metered_span_names[HR_METERED_INVOCATION], "invocation");
    assert_string_equal(hr_metered_span_names[HR_METERED_ACTIVE], "active");
    assert_string_equal(hr_metered_span_names[HR_METERED_LIFE], "life");
    assert_null(hr_metered_span_names[HR_METERED_LIFE + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_reads_each_type_into_its_place),
        cmocka_unit_test(schema_ranges_speak_the_fields_unit),
        cmocka_unit_test(schema_find_follows_dots_and_kinds),
        cmocka_unit_test(overrides_apply_in_order),
        cmocka_unit_test(metered_spans_have_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
