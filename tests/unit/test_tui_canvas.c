/* test_tui_canvas.c: text is cut at cell borders, foreign bytes are harmless, and a canvas becomes
 * text, ANSI and SVG. Widths of wide characters need a UTF-8 locale: set up for the whole program.
 */
#include "check.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tui/canvas.h"

static struct hr__canvas canvas;

static int open_unicode(void **state)
{
    (void)state;
    return hr__canvas_init(&canvas, 12, 3, HR__UNICODE, NULL) ? 0 : -1;
}

static int open_ascii(void **state)
{
    (void)state;
    return hr__canvas_init(&canvas, 12, 3, HR__ASCII, NULL) ? 0 : -1;
}

static int close_canvas(void **state)
{
    (void)state;
    hr__canvas_clear(&canvas);
    return 0;
}

static char *as(void (*write)(const struct hr__canvas *, FILE *))
{
    static char text[16384];
    FILE *out = fmemopen(text, sizeof text, "w");
    write(&canvas, out);
    fclose(out);
    return text;
}

static void write_color(const struct hr__canvas *c, FILE *out)
{
    hr__canvas_write_ansi(c, true, out);
}

static void write_mono(const struct hr__canvas *c, FILE *out)
{
    hr__canvas_write_ansi(c, false, out);
}

static void canvas_text_that_fits_stands_where_it_was_put(void **state)
{
    (void)state;
    assert_int_equal(hr__put(&canvas, 2, 1, 12, HR__PLAIN, "abc"), 3);
    assert_string_equal(as(hr__canvas_write_text), "\n  abc\n\n");
}

static void canvas_text_too_long_ends_in_an_ellipsis(void **state)
{
    (void)state;
    assert_int_equal(hr__put(&canvas, 0, 0, 5, HR__PLAIN, "abcdefgh"), 5);
    hr__put(&canvas, 9, 1, 100, HR__PLAIN, "wxyz");
    assert_string_equal(as(hr__canvas_write_text), "abcd…\n         wx…\n\n");
}

static void canvas_wide_character_that_does_not_fit_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(hr__put(&canvas, 0, 0, 4, HR__PLAIN, "日本語"), 3); /* one, and the ellipsis */
    assert_int_equal(hr__canvas_at(&canvas, 0, 0)->span, 2);
    assert_int_equal(hr__canvas_at(&canvas, 1, 0)->span, 0);
    assert_string_equal(as(hr__canvas_write_text), "日…\n\n\n");
}

static void canvas_overwriting_half_a_wide_character_blanks_the_other(void **state)
{
    (void)state;
    hr__put(&canvas, 0, 0, 4, HR__PLAIN, "日本");
    hr__put(&canvas, 1, 0, 1, HR__PLAIN, "x");
    assert_string_equal(as(hr__canvas_write_text), " x本\n\n\n");
    hr__put(&canvas, 2, 0, 1, HR__PLAIN, "y");
    assert_string_equal(as(hr__canvas_write_text), " xy\n\n\n");
}

static void canvas_combining_mark_shares_its_cell(void **state)
{
    (void)state;
    assert_int_equal(hr__put(&canvas, 0, 0, 12, HR__PLAIN, "e\xcc\x81x"), 2);
    assert_string_equal(hr__canvas_at(&canvas, 0, 0)->text, "e\xcc\x81");
    assert_string_equal(hr__canvas_at(&canvas, 1, 0)->text, "x");
}

static void canvas_many_combining_marks_stay_inside_one_cell(void **state)
{
    (void)state;
    char text[256] = "e";
    for (int i = 0; i < 60; i++)
        strcat(text, "\xcc\x81");
    strcat(text, "x");
    assert_int_equal(hr__put(&canvas, 0, 0, 12, HR__PLAIN, text), 2);
    assert_true(strlen(hr__canvas_at(&canvas, 0, 0)->text) < HR__CELL_BYTES);
}

static void canvas_joined_emoji_stand_side_by_side(void **state)
{
    (void)state;
    /* man, joiner, laptop; then a letter: two wide cells and one */
    assert_int_equal(
        hr__put(&canvas, 0, 0, 12, HR__PLAIN, "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x92\xbbx"), 5);
    assert_string_equal(hr__canvas_at(&canvas, 4, 0)->text, "x");
    assert_null(strstr(as(hr__canvas_write_text), "\xe2\x80\x8d"));
}

static void canvas_harmful_bytes_never_reach_a_cell(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\033[31m",
        "\x9b\x33\x31m",
        "\xc2\x9b"
        "31m",
        "a\rb",
        "a\bb",
        "\x7f",
        "\xff\xfe",
        "\xe2\x80\xae"
        "abc",
        "\xc0\x80",
        "\xed\xa0\x80",
        "\xf0\x9f",
        "\xe2\x80\xa8",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        hr__canvas_wipe(&canvas);
        hr__put(&canvas, 0, 0, 12, HR__PLAIN, texts[i]);
        const char *out = as(hr__canvas_write_text);
        for (const char *c = out; *c; c++)
            assert_true((unsigned char)*c >= 0x20 || *c == '\n');
        assert_null(strstr(out, "\xc2\x9b"));
        assert_null(strstr(out, "\xe2\x80\xae"));
        assert_null(strstr(out, "\xff"));
        assert_null(strchr(out, 0x7f));
    }
}

static void canvas_drawing_outside_shows_only_what_is_inside(void **state)
{
    (void)state;
    hr__put(&canvas, -2, 0, 12, HR__PLAIN, "abc");
    hr__put(&canvas, 50, 0, 12, HR__PLAIN, "abc");
    hr__put(&canvas, 0, -1, 12, HR__PLAIN, "abc");
    hr__put(&canvas, 0, 3, 12, HR__PLAIN, "abc");
    assert_string_equal(as(hr__canvas_write_text), "c\n\n\n");
    hr__frame(&canvas, (struct hr__box){-5, -5, 100, 100}, HR__PLAIN, "title");
    assert_string_equal(as(hr__canvas_write_text), "\n\n\n");
}

static void canvas_numbers_align_right_and_on_the_point(void **state)
{
    (void)state;
    hr__put_right(&canvas, 8, 0, HR__PLAIN, "1.25");
    hr__put_decimal(&canvas, 5, 1, HR__PLAIN, "12.5");
    hr__put_decimal(&canvas, 5, 2, HR__PLAIN, "1 240");
    assert_string_equal(as(hr__canvas_write_text), "    1.25\n   12.5\n1 240\n");
}

static void canvas_wrapping_breaks_at_blanks_and_cuts_the_last_line(void **state)
{
    (void)state;
    struct hr__box box = {0, 0, 8, 2};
    assert_int_equal(hr__put_wrapped(&canvas, box, HR__PLAIN, "one two three four"), 2);
    assert_string_equal(as(hr__canvas_write_text), "one two\nthree f…\n\n");
    hr__canvas_wipe(&canvas);
    assert_int_equal(hr__put_wrapped(&canvas, box, HR__PLAIN, "abcdefghijkl"), 2);
    assert_string_equal(as(hr__canvas_write_text), "abcdefgh\nijkl\n\n");
}

static void canvas_wrapping_keeps_line_breaks(void **state)
{
    (void)state;
    const char *text = "one\n\ntwo three\nfour";
    assert_int_equal(hr__wrapped_lines(text, 8), 5);
    assert_int_equal(hr__put_wrapped(&canvas, (struct hr__box){0, 0, 8, 3}, HR__PLAIN, text), 3);
    assert_string_equal(as(hr__canvas_write_text), "one\n\ntwo thr…\n");
}

static void canvas_ascii_glyphs_leave_only_ascii(void **state)
{
    (void)state;
    hr__put(&canvas, 0, 0, 12, HR__PLAIN, "▁█ ─ ⏎ é 日");
    const char *out = as(hr__canvas_write_text);
    assert_string_equal(out, "_# - ? ? ??\n\n\n");
}

static void canvas_ansi_sets_and_resets_styles(void **state)
{
    (void)state;
    hr__put(&canvas, 0, 0, 12, HR__BAD | HR__BOLD, "x");
    hr__put(&canvas, 1, 0, 12, HR__PLAIN, "y");
    assert_string_equal(as(write_color), "\033[0;1;38;5;160mx\033[0my\n\n\n");
    assert_string_equal(as(write_mono), "\033[0;1mx\033[0my\n\n\n");
}

static void canvas_svg_escapes_and_places_words(void **state)
{
    (void)state;
    hr__put(&canvas, 0, 0, 12, HR__PLAIN, "a<b & c>");
    hr__put(&canvas, 0, 1, 12, HR__MUTED, "█");
    const char *out = as(hr__canvas_write_svg);
    assert_non_null(strstr(out, ">a&lt;b</text>"));
    assert_non_null(strstr(out, ">&amp;</text>"));
    assert_non_null(strstr(out, ">c&gt;</text>"));
    assert_non_null(strstr(out, "<rect x=\"10.00\" y=\"27.00\" width=\"8.00\" height=\"17.00\""));
    assert_non_null(strstr(out, "</svg>"));
}

static void canvas_impossible_size_is_refused(void **state)
{
    (void)state;
    struct hr__canvas other;
    struct hr_error err = {0};
    assert_false(hr__canvas_init(&other, 0, 3, HR__ASCII, &err));
    assert_int_equal(err.kind, HR_ELIMIT);
    assert_false(hr__canvas_init(&other, HR__SIDE_MAX + 1, 3, HR__ASCII, &err));
}

#define UNICODE(test) cmocka_unit_test_setup_teardown(test, open_unicode, close_canvas)

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        puts("no UTF-8 locale");
        return 1;
    }
    const struct CMUnitTest tests[] = {
        UNICODE(canvas_text_that_fits_stands_where_it_was_put),
        UNICODE(canvas_text_too_long_ends_in_an_ellipsis),
        UNICODE(canvas_wide_character_that_does_not_fit_is_left_out),
        UNICODE(canvas_overwriting_half_a_wide_character_blanks_the_other),
        UNICODE(canvas_combining_mark_shares_its_cell),
        UNICODE(canvas_many_combining_marks_stay_inside_one_cell),
        UNICODE(canvas_joined_emoji_stand_side_by_side),
        UNICODE(canvas_harmful_bytes_never_reach_a_cell),
        UNICODE(canvas_drawing_outside_shows_only_what_is_inside),
        UNICODE(canvas_numbers_align_right_and_on_the_point),
        UNICODE(canvas_wrapping_breaks_at_blanks_and_cuts_the_last_line),
        UNICODE(canvas_wrapping_keeps_line_breaks),
        cmocka_unit_test_setup_teardown(canvas_ascii_glyphs_leave_only_ascii, open_ascii,
                                        close_canvas),
        UNICODE(canvas_ansi_sets_and_resets_styles),
        UNICODE(canvas_svg_escapes_and_places_words),
        UNICODE(canvas_impossible_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
