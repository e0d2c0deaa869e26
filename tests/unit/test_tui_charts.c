/* test_tui_charts.c: blocks of an eighth of a cell, hand-counted. */
#include "check.h"

#include <locale.h>
#include <string.h>

#include "tui/charts.h"

static struct hr__canvas canvas;

static int open_canvas(void **state)
{
    (void)state;
    return hr__canvas_init(&canvas, 40, 8, HR__UNICODE, NULL) ? 0 : -1;
}

static int close_canvas(void **state)
{
    (void)state;
    hr__canvas_clear(&canvas);
    return 0;
}

static const char *row(int y)
{
    static char text[1024];
    text[0] = '\0';
    for (int x = 0; x < canvas.width; x++)
        strcat(text, hr__canvas_at(&canvas, x, y)->text);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = '\0';
    return text;
}

static const char *bar(double fraction)
{
    hr__canvas_wipe(&canvas);
    hr__bar(&canvas, (struct hr__box){0, 0, 4, 1}, HR__PLAIN, fraction);
    return row(0);
}

static void bar_fraction_fills_eighths(void **state)
{
    (void)state;
    assert_string_equal(bar(1), "████");
    assert_string_equal(bar(0.5), "██");
    assert_string_equal(bar(0.53125), "██▏"); /* 17 of 32 eighths */
    assert_string_equal(bar(0.75 + 0.1875), "███▊");
}

static void bar_edges_show_nothing_or_all(void **state)
{
    (void)state;
    assert_string_equal(bar(0), "");
    assert_string_equal(bar(-1), "");
    assert_string_equal(bar(0.0 / 0.0 * 1), "");
    assert_string_equal(bar(7), "████");
    assert_string_equal(bar(1e-9), "▏");
}

static void sparkline_largest_value_is_the_highest_block(void **state)
{
    (void)state;
    const double values[] = {0, 1, 2, 4, 8};
    hr__sparkline(&canvas, (struct hr__box){0, 0, 5, 1}, HR__PLAIN, values, 5);
    assert_string_equal(row(0), "▁▁▂▄▇");
}

static void sparkline_of_silence_is_flat(void **state)
{
    (void)state;
    const double values[8] = {0};
    hr__sparkline(&canvas, (struct hr__box){0, 0, 4, 1}, HR__PLAIN, values, 8);
    assert_string_equal(row(0), "▁▁▁▁");
}

static void resample_keeps_the_mean(void **state)
{
    (void)state;
    const double values[] = {1, 2, 3, 4, 5, 6, 7};
    double out[3];
    hr__resample(values, 7, out, 3);
    /* a third of 7 buckets each: 1 + 2 + 3 * 1/3 over 7/3, ... */
    assert_close(out[0], (1 + 2 + 1) / (7.0 / 3.0), 1e-12);
    assert_close((out[0] + out[1] + out[2]) / 3.0, 4.0, 1e-12);
    double wide[14];
    hr__resample(values, 7, wide, 14);
    assert_close(wide[0], 1, 1e-12);
    assert_close(wide[13], 7, 1e-12);
}

static void timeline_shows_busy_idle_scale_and_days(void **state)
{
    (void)state;
    double busy[32], idle[32];
    for (int i = 0; i < 32; i++) {
        busy[i] = 4;
        idle[i] = 4;
    }
    /* 2026-10-05 is a Monday: 20366 days after the epoch... the label says so itself */
    struct hr_civil monday = {2026, 10, 5, 0, 0, 0, 0};
    int64_t from = 0;
    assert_true(hr_time_from_civil(&monday, &from));
    struct hr__timeline line = {
        .busy = busy, .idle = idle, .n = 32, .from_us = from, .bucket_us = HR_DAY / 8};
    hr__timeline_draw(&canvas, (struct hr__box){0, 0, 40, 6}, &line);
    assert_string_equal(row(0), "      8┤░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░"); /* 4 lines: 8 slots */
    assert_string_equal(row(2), "       │████████████████████████████████");
    assert_non_null(strstr(row(4), "┼┬───────┬"));
    assert_string_equal(row(5), "        Mon 05  Tue 06  Wed 07  Thu 08");
    line.bucket_us /= 4; /* by hours, midnight still names the day */
    hr__canvas_wipe(&canvas);
    hr__timeline_draw(&canvas, (struct hr__box){0, 0, 40, 6}, &line);
    assert_non_null(strstr(row(5), "Mon 05  "));
    assert_non_null(strstr(row(5), "06:00"));
}

static void timeline_without_room_draws_nothing(void **state)
{
    (void)state;
    const double values[] = {1, 2};
    struct hr__timeline line = {.busy = values, .idle = values, .n = 2, .bucket_us = HR_HOUR};
    hr__timeline_draw(&canvas, (struct hr__box){0, 0, 40, 3}, &line);
    hr__timeline_draw(&canvas, (struct hr__box){0, 0, 12, 8}, &line);
    for (int y = 0; y < canvas.height; y++)
        assert_string_equal(row(y), "");
}

#define ON_CANVAS(test) cmocka_unit_test_setup_teardown(test, open_canvas, close_canvas)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        ON_CANVAS(bar_fraction_fills_eighths),
        ON_CANVAS(bar_edges_show_nothing_or_all),
        ON_CANVAS(sparkline_largest_value_is_the_highest_block),
        ON_CANVAS(sparkline_of_silence_is_flat),
        ON_CANVAS(resample_keeps_the_mean),
        ON_CANVAS(timeline_shows_busy_idle_scale_and_days),
        ON_CANVAS(timeline_without_room_draws_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
