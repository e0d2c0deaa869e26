/* test_tui_keys.c: the table of keys is whole: no key twice where both could hold, every binding in
 * the help, and the last line names what works.
 */
#include "check.h"

#include <locale.h>
#include <string.h>

#include "headroom/tui.h"
#include "tui/keys.h"

static bool holds_in(enum hr__context context, enum hr__context inner)
{
    for (; inner != HR__IN_NONE; inner = hr__context_parent(inner))
        if (inner == context)
            return true;
    return false;
}

static void keys_no_key_twice_where_both_hold(void **state)
{
    (void)state;
    for (size_t i = 0; hr__binding_at(i); i++)
        for (size_t k = i + 1; hr__binding_at(k); k++) {
            const struct hr__binding *a = hr__binding_at(i), *b = hr__binding_at(k);
            if (a->key != b->key)
                continue;
            assert_false(holds_in(a->context, b->context));
            assert_false(holds_in(b->context, a->context));
        }
}

static void keys_every_binding_has_label_sentence_and_lookup(void **state)
{
    (void)state;
    for (size_t i = 0; hr__binding_at(i); i++) {
        const struct hr__binding *binding = hr__binding_at(i);
        assert_true(strlen(hr__action_label(binding->action)) > 0);
        assert_true(strlen(hr__action_sentence(binding->action)) > 0);
        assert_int_equal(hr__key_action(binding->context, binding->key), binding->action);
    }
}

static void keys_every_action_is_bound(void **state)
{
    (void)state;
    for (enum hr__action action = 1; action < HR__ACTION_COUNT; action++) {
        bool bound = false;
        for (size_t i = 0; hr__binding_at(i); i++)
            bound = bound || hr__binding_at(i)->action == action;
        assert_true(bound);
    }
}

static void keys_quit_and_help_hold_on_every_screen(void **state)
{
    (void)state;
    for (enum hr__context c = HR__IN_ALL; c < HR__CONTEXT_COUNT; c++) {
        bool typing = c == HR__IN_PROMPT;
        assert_int_equal(hr__key_action(c, 'q'), typing ? HR__DO_NOTHING : HR__DO_QUIT);
        assert_int_equal(hr__key_action(c, '?'), typing ? HR__DO_NOTHING : HR__DO_HELP);
    }
}

static const char *bar(enum hr__context context, int width, enum hr__glyphs glyphs)
{
    static char text[1024];
    struct hr__canvas canvas;
    assert_true(hr__canvas_init(&canvas, width, 2, glyphs, NULL));
    hr__key_bar(&canvas, context);
    text[0] = '\0';
    for (int x = 0; x < width; x++)
        strcat(text, hr__canvas_at(&canvas, x, 1)->text);
    hr__canvas_clear(&canvas);
    return text;
}

static void key_bar_neighbours_share_a_label(void **state)
{
    (void)state;
    assert_non_null(strstr(bar(HR__IN_WORKLOADS, 120, HR__UNICODE), "⏎ compare"));
    assert_non_null(strstr(bar(HR__IN_WORKLOADS, 120, HR__UNICODE), "↑↓ move"));
    assert_non_null(strstr(bar(HR__IN_WORKLOADS, 120, HR__ASCII), "up/down move"));
}

static void key_bar_always_names_help_and_quit(void **state)
{
    (void)state;
    for (enum hr__context c = HR__IN_ALL; c < HR__CONTEXT_COUNT; c++) {
        if (c == HR__IN_PROMPT)
            continue;
        assert_non_null(strstr(bar(c, 80, HR__ASCII), "? help  q quit"));
        assert_non_null(strstr(bar(c, 80, HR__UNICODE), "? help  q quit"));
        assert_non_null(strstr(bar(c, 200, HR__UNICODE), "? help  q quit"));
    }
}

static void keys_list_for_the_manual_holds_every_binding(void **state)
{
    (void)state;
    char text[16384];
    FILE *out = fmemopen(text, sizeof text, "w");
    hr_tui_keys_write(out);
    fclose(out);
    size_t lines = 0, bindings = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    while (hr__binding_at(bindings))
        bindings++;
    assert_int_equal(lines, bindings);
    assert_non_null(strstr(text, "Everywhere\tq\tleave headroom\n"));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_no_key_twice_where_both_hold),
        cmocka_unit_test(keys_every_binding_has_label_sentence_and_lookup),
        cmocka_unit_test(keys_every_action_is_bound),
        cmocka_unit_test(keys_quit_and_help_hold_on_every_screen),
        cmocka_unit_test(key_bar_neighbours_share_a_label),
        cmocka_unit_test(key_bar_always_names_help_and_quit),
        cmocka_unit_test(keys_list_for_the_manual_holds_every_binding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
