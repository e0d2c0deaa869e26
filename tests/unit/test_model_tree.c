/* test_model_tree.c: documents keep places, refuse what would mislead, take overrides. */
#include "check.h"

#include "headroom/model.h"

static struct hr_tree *load(const char *text)
{
    struct hr_tree *tree = NULL;
    struct hr_error err = {0};
    if (!hr_tree_load("x.yaml", text, strlen(text), &tree, &err))
        fail_msg("%s", err.text);
    return tree;
}

static void assert_refused(const char *text, size_t len, const char *start)
{
    struct hr_tree *tree = NULL;
    struct hr_error err = {0};
    assert_false(hr_tree_load("x.yaml", text, len, &tree, &err));
    assert_null(tree);
    if (strncmp(err.text, start, strlen(start)) != 0)
        fail_msg("`%s` does not start with `%s`", err.text, start);
}

static const char *text_at(const struct hr_tree *tree, const char *dotted)
{
    const struct hr_node *node = hr_tree_find(tree, dotted);
    return node ? node->text : NULL;
}

static void tree_nodes_carry_line_and_column(void **state)
{
    (void)state;
    struct hr_tree *tree = load("# a comment\nfleet:\n  servers: {min: 2, max: 20}\nlist:\n"
                                "  - a\n  - \"b c\"\n");
    const struct hr_node *max = hr_tree_find(tree, "fleet.servers.max");
    assert_string_equal(max->text, "20");
    assert_int_equal(max->line, 3);
    assert_int_equal(max->column, 26);
    assert_int_equal(max->key_line, 3);
    assert_int_equal(max->key_column, 21);
    const struct hr_node *list = hr_tree_find(tree, "list");
    assert_int_equal(list->type, HR_NODE_LIST);
    assert_int_equal(list->count, 2);
    assert_false(list->first->quoted);
    assert_true(list->first->next->quoted);
    assert_string_equal(list->first->next->text, "b c");
    assert_int_equal(list->first->next->line, 6);
    assert_null(hr_tree_find(tree, "fleet.servers.mid"));
    assert_null(hr_tree_find(tree, "fleet.servers.max.x"));
    hr_tree_close(tree);
}

static void tree_refuses_what_misleads(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "x.yaml: is empty"},
        {"# only a comment\n", "x.yaml: is empty"},
        {"just a text\n", "x.yaml:1:1: expected keys"},
        {"- a\n- b\n", "x.yaml:1:1: expected keys"},
        {"a: 1\nb: 2\na: 3\n", "x.yaml:3:1: a: this key stands in line 1 already"},
        {"a: {b: 1, b: 2}\n", "x.yaml:1:11: b: this key stands in line 1 already"},
        {"a: &x 1\nb: 2\n", "x.yaml:1:4: anchors"},
        {"a: *x\n", "x.yaml:1:4: aliases"},
        {"&x [*x]\n", "x.yaml:1:1: anchors"},
        {"a: !!int 5\n", "x.yaml:1:4: tags"},
        {"? [a]\n: b\n", "x.yaml:1:3: expected a key"},
        {"\"\": b\n", "x.yaml:1:1: a key is missing"},
        {"a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document"},
        {"a: [1, 2\nb: 3\n", "x.yaml:"},
        {"a:\n\t- b\n", "x.yaml:2:1: "},
        {"a: \"x\\0y\"\n", "x.yaml:1:4: a NUL byte"},
        {"a: b: c\n", "x.yaml:1:5: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].error);
}

static void tree_refuses_foreign_bytes(void **state)
{
    (void)state;
    static const char nul[] = "a: 1\nb: 2\0c\n";
    assert_refused(nul, sizeof nul - 1, "x.yaml:2:5: a NUL byte");
    static const char latin[] = "a: 1\nb: caf\xe9\n";
    assert_refused(latin, sizeof latin - 1, "x.yaml:2:7: ");
    static const char utf16[] = "\xff\xfe\x61\x01";
    assert_refused(utf16, sizeof utf16 - 1, "x.yaml:1:1: ");
    static const char binary[] = "\x7f\x45\x4c\x46\x02\x01\x01";
    assert_refused(binary, sizeof binary - 1, "x.yaml:1:");
}

/* n maps one in the other: {a: {a: ... 1}} */
static char *nested(size_t n, const char *open, const char *close)
{
    struct hr_text text = {0};
    hr_text_puts(&text, "a: ");
    for (size_t i = 1; i < n; i++)
        hr_text_puts(&text, open);
    hr_text_puts(&text, "1");
    for (size_t i = 1; i < n; i++)
        hr_text_puts(&text, close);
    assert_false(text.failed);
    return text.data;
}

static void tree_depth_ends_at_its_limit(void **state)
{
    (void)state;
    char *deepest = nested(HR_TREE_DEPTH_MAX, "{a: ", "}");
    hr_tree_close(load(deepest));
    free(deepest);
    char *deeper = nested(HR_TREE_DEPTH_MAX + 1, "{a: ", "}");
    assert_refused(deeper, strlen(deeper), "x.yaml:1:");
    free(deeper);
    char *pit = nested(20000, "[", "]");
    assert_refused(pit, strlen(pit), "x.yaml:1:");
    free(pit);
}

static void tree_size_and_keys_end_at_their_limits(void **state)
{
    (void)state;
    char *large = calloc(1, HR_TREE_BYTES_MAX + 2);
    assert_non_null(large);
    memset(large, '#', HR_TREE_BYTES_MAX + 1);
    assert_refused(large, HR_TREE_BYTES_MAX + 1, "x.yaml: larger than");
    free(large);
    struct hr_text keys = {0};
    for (size_t i = 0; i <= HR_TREE_KEYS_MAX; i++)
        hr_text_printf(&keys, "k%zu: 1\n", i);
    assert_refused(keys.data, keys.len, "x.yaml:4097:");
    hr_text_clear(&keys);
}

static void tree_takes_a_byte_order_mark_and_windows_lines(void **state)
{
    (void)state;
    struct hr_tree *tree = load("\xef\xbb\xbf"
                                "a: 1\r\nb: two words\r\n");
    assert_string_equal(text_at(tree, "a"), "1");
    assert_string_equal(text_at(tree, "b"), "two words");
    hr_tree_close(tree);
}

static void set_replaces_adds_and_makes_maps(void **state)
{
    (void)state;
    struct hr_tree *tree = load("fleet:\n  servers: auto\n  queue_limit: 5\nlist: [a]\n");
    struct hr_error err = {0};
    assert_true(hr_tree_set(tree, "fleet.queue_limit", "none", &err));
    assert_string_equal(text_at(tree, "fleet.queue_limit"), "none");
    assert_true(hr_tree_set(tree, "fleet.servers.max", "40", &err));
    assert_string_equal(text_at(tree, "fleet.servers.max"), "40");
    assert_true(hr_tree_set(tree, "function.keep_alive.time", "300s", &err));
    assert_string_equal(text_at(tree, "function.keep_alive.time"), "300s");
    assert_true(hr_tree_set(tree, "function.on_limit", "{queue: 10 s}", &err));
    assert_string_equal(text_at(tree, "function.on_limit.queue"), "10 s");
    assert_true(hr_tree_set(tree, "network", "lognormal p50=80ms p99=900ms", &err));
    assert_string_equal(text_at(tree, "network"), "lognormal p50=80ms p99=900ms");
    assert_true(hr_tree_set(tree, "empty", "", &err));
    assert_string_equal(text_at(tree, "empty"), "");
    assert_int_equal(hr_tree_root(tree)->count, 5);
    hr_tree_close(tree);
}

static void set_finds_names_that_hold_dots(void **state)
{
    (void)state;
    struct hr_tree *tree =
        load("items:\n  ec2-m7g.large: {price: 0.0816}\n  ec2-m7g: {price: 9}\n");
    struct hr_error err = {0};
    assert_true(hr_tree_set(tree, "items.ec2-m7g.large.price", "0.05", &err));
    assert_string_equal(text_at(tree, "items.ec2-m7g.large.price"), "0.05");
    assert_string_equal(text_at(tree, "items.ec2-m7g.price"), "9");
    hr_tree_close(tree);
}

static void set_bad_key_or_value_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *error;
    } cases[] = {
        {"", "1", "``: expected a key"},
        {"a..b", "1", "`a..b`: expected a key"},
        {".a", "1", "`.a`: expected a key"},
        {"a.", "1", "`a.`: expected a key"},
        {"list.0", "1", "set list.0=1: list is a list"},
        {"a", "[1", "set a=[1: "},
        {"a", "*x", "set a=*x: aliases"},
        {"a", "{b: 1, b: 2}", "set a={b: 1, b: 2}: b: this key stands there twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_tree *tree = load("a: 1\nlist: [x]\n");
        struct hr_error err = {0};
        assert_false(hr_tree_set(tree, cases[i].key, cases[i].value, &err));
        if (strncmp(err.text, cases[i].error, strlen(cases[i].error)) != 0)
            fail_msg("`%s` does not start with `%s`", err.text, cases[i].error);
        hr_tree_close(tree);
    }
}

static void override_splits_at_the_first_equals_sign(void **state)
{
    (void)state;
    struct hr_arena arena = {0};
    struct hr_override override;
    struct hr_error err = {0};
    assert_true(hr_override_parse("network=lognormal p50=8ms p99=9ms", &arena, &override, &err));
    assert_string_equal(override.key, "network");
    assert_string_equal(override.value, "lognormal p50=8ms p99=9ms");
    assert_false(hr_override_parse("fleet.servers.max 40", &arena, &override, &err));
    assert_int_equal(err.kind, HR_EUSAGE);
    assert_false(hr_override_parse("=40", &arena, &override, &err));
    hr_arena_clear(&arena);
}

static void tree_missing_file_is_missing(void **state)
{
    (void)state;
    struct hr_tree *tree = NULL;
    struct hr_error err = {0};
    assert_false(hr_tree_load_file("/nowhere/at/all.yaml", &tree, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_non_null(strstr(err.text, "/nowhere/at/all.yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_nodes_carry_line_and_column),
        cmocka_unit_test(tree_refuses_what_misleads),
        cmocka_unit_test(tree_refuses_foreign_bytes),
        cmocka_unit_test(tree_depth_ends_at_its_limit),
        cmocka_unit_test(tree_size_and_keys_end_at_their_limits),
        cmocka_unit_test(tree_takes_a_byte_order_mark_and_windows_lines),
        cmocka_unit_test(set_replaces_adds_and_makes_maps),
        cmocka_unit_test(set_finds_names_that_hold_dots),
        cmocka_unit_test(set_bad_key_or_value_is_named),
        cmocka_unit_test(override_splits_at_the_first_equals_sign),
        cmocka_unit_test(tree_missing_file_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
