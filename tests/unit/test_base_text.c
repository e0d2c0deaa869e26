/* test_base_text.c: growing strings, foreign text made harmless, numbers read and written. */
#include "check.h"

#include <locale.h>

#include "headroom/base.h"

static void text_grows_and_stops_at_its_maximum(void **state)
{
    (void)state;
    struct hr_text text = {.max = 10};
    hr_text_puts(&text, "12345");
    hr_text_printf(&text, "%d", 67890);
    assert_string_equal(text.data, "1234567890");
    assert_false(text.failed);
    hr_text_puts(&text, "x");
    assert_true(text.failed);
    assert_string_equal(text.data, "1234567890");
    hr_text_clear(&text);
    assert_null(text.data);
    hr_text_printf(&text, "%s-%s", "now", "again");
    assert_string_equal(text.data, "now-again");
    hr_text_clear(&text);
}

static void assert_clean(const char *bytes, size_t len, const char *expected)
{
    struct hr_text text = {0};
    hr_text_add_clean(&text, bytes, len);
    assert_string_equal(text.data ? text.data : "", expected);
    hr_text_clear(&text);
}

static void text_clean_shows_what_a_terminal_would_obey(void **state)
{
    (void)state;
    assert_clean("plain", 5, "plain");
    assert_clean("gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f");
    assert_clean("\x1b]0;x\x07", 6, "\\x1B]0;x\\x07");
    assert_clean("a\0b", 3, "a\\x00b");
    assert_clean("\xc2\x9b"
                 "2J",
                 4, "\\xC2\\x9B2J"); /* C1's CSI */
    assert_clean("\xe2\x80\xae"
                 "abc",
                 6, "\\xE2\\x80\\xAEabc");                       /* right-to-left override */
    assert_clean("\xc0\xaf", 2, "\\xC0\\xAF");                   /* overlong */
    assert_clean("\xed\xa0\x80", 3, "\\xED\\xA0\\x80");          /* surrogate */
    assert_clean("\xf4\x90\x80\x80", 4, "\\xF4\\x90\\x80\\x80"); /* beyond U+10FFFF */
    assert_clean("\xe2\x82", 2, "\\xE2\\x82");                   /* cut */
    assert_clean("\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80");
}

static void text_width_counts_columns(void **state)
{
    (void)state;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        print_message("skipped: no C.UTF-8 locale\n");
        skip();
    }
    assert_int_equal(hr_text_width("abc", 3), 3);
    assert_int_equal(hr_text_width("\xc3\xbc", 2), 1);
    assert_int_equal(hr_text_width("\xe6\x97\xa5\xe6\x9c\xac", 6), 4); /* two wide characters */
    assert_int_equal(hr_text_width("e\xcc\x81", 3), 1);                /* a combining accent */
    assert_int_equal(hr_text_width("\xff\xfe", 2), 2);
    assert_int_equal(hr_text_width("", 0), 0);
}

static void number_i64_is_exact_to_both_ends(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_true(hr_parse_i64("9223372036854775807", 19, &v) && v == INT64_MAX);
    assert_true(hr_parse_i64("-9223372036854775808", 20, &v) && v == INT64_MIN);
    assert_true(hr_parse_i64("+7", 2, &v) && v == 7);
    assert_true(hr_parse_i64("010", 3, &v) && v == 10);
    assert_false(hr_parse_i64("9223372036854775808", 19, &v));
    assert_false(hr_parse_i64("-9223372036854775809", 20, &v));
    assert_false(hr_parse_i64("", 0, &v));
    assert_false(hr_parse_i64("-", 1, &v));
    assert_false(hr_parse_i64("1 ", 2, &v));
    assert_false(hr_parse_i64("0x10", 4, &v));
}

static void number_double_is_plain_and_finite(void **state)
{
    (void)state;
    static const char *const refused[] = {"",    "nan",   "inf",   "0x10", " 1", "1 ",
                                          "1,5", "1e999", "1.5.2", "-",    "1e", "--1"};
    double v = 0;
    assert_true(hr_parse_double("1.5", 3, &v) && v == 1.5);
    assert_true(hr_parse_double("-2e-3", 5, &v) && v == -0.002);
    assert_true(hr_parse_double("0.1xyz", 3, &v) && v == 0.1); /* the length decides */
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (hr_parse_double(refused[i], strlen(refused[i]), &v))
            fail_msg("`%s` was taken for a number", refused[i]);
    char digits[80];
    memset(digits, '1', sizeof digits);
    assert_false(hr_parse_double(digits, sizeof digits, &v));
}

static void number_format_groups_and_has_no_minus_zero(void **state)
{
    (void)state;
    char buf[64];
    assert_string_equal(hr_format_fixed(buf, sizeof buf, -0.0004, 3), "0.000");
    assert_string_equal(hr_format_fixed(buf, sizeof buf, -0.0006, 3), "-0.001");
    assert_string_equal(hr_format_fixed(buf, sizeof buf, 2.5, 0), "2");
    assert_string_equal(hr_format_down(buf, sizeof buf, 98.9999, 2), "98.99");
    assert_string_equal(hr_format_down(buf, sizeof buf, 0.99 * 100, 2), "99.00");
    assert_string_equal(hr_format_down(buf, sizeof buf, 0.29 * 100, 2), "29.00");
    assert_string_equal(hr_format_down(buf, sizeof buf, 99.9999, 2), "99.99");
    assert_string_equal(hr_format_down(buf, sizeof buf, 100, 2), "100.00");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 100, 2), "100");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 99.96, 2), "100");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 1.84, 2), "1.8");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 0.00468, 2), "0.0047");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 0, 2), "0");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 1200000, 6), "1200000");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 375.936, 6), "375.936");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 99.999, 8), "99.999");
    assert_string_equal(hr_format_significant(buf, sizeof buf, 100 * 0.999, 8), "99.9");
    assert_string_equal(hr_format_significant(buf, sizeof buf, -20.5, 3), "-20.5");
    assert_string_equal(hr_format_grouped(buf, sizeof buf, 1234567.891, 2), "1 234 567.89");
    assert_string_equal(hr_format_grouped(buf, sizeof buf, -123456, 0), "-123 456");
    assert_string_equal(hr_format_grouped(buf, sizeof buf, 999, 0), "999");
    assert_string_equal(hr_format_grouped(buf, sizeof buf, 0, 2), "0.00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_and_stops_at_its_maximum),
        cmocka_unit_test(text_clean_shows_what_a_terminal_would_obey),
        cmocka_unit_test(text_width_counts_columns),
        cmocka_unit_test(number_i64_is_exact_to_both_ends),
        cmocka_unit_test(number_double_is_plain_and_finite),
        cmocka_unit_test(number_format_groups_and_has_no_minus_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
