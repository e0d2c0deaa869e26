/* test_tui_screens.c: what a person sees and what a key does, without a terminal. Screens are read
 * as text; the sample comparison stands in tui_comparison.h.
 */
#include "check.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app.h"
#include "tui_comparison.h"

static struct hr__app app;
static struct hr_comparison comparison;

static int open_app(void **state)
{
    (void)state;
    memset(&app, 0, sizeof app);
    comparison = sample_comparison();
    app.comparison = &comparison;
    app.plan = "/home/ann/shop.headroom";
    app.glyphs = HR__UNICODE;
    hr__app_home(&app);
    return 0;
}

/* The screen as text, lines ended by \n. */
static const char *draw(int width, int height)
{
    static char text[1 << 18];
    struct hr__canvas canvas;
    assert_true(hr__canvas_init(&canvas, width, height, app.glyphs, NULL));
    hr__app_draw(&app, &canvas);
    FILE *out = fmemopen(text, sizeof text, "w");
    hr__canvas_write_text(&canvas, out);
    fclose(out);
    hr__canvas_clear(&canvas);
    return text;
}

static enum hr__reaction press(uint32_t key)
{
    draw(120, 40);
    return hr__app_update(&app, key);
}

static void type(const char *text)
{
    for (; *text; text++)
        press((unsigned char)*text);
}

#define assert_shows(text) assert_non_null(strstr(draw(120, 40), text))
#define assert_hides(text) assert_null(strstr(draw(120, 40), text))

/* The line that begins with a text, behind its marker column. */
static const char *line_of(const char *screen, const char *begin)
{
    static char line[1024];
    for (const char *at = screen; *at; at = strchr(at, '\n') + 1) {
        size_t len = strcspn(at, "\n");
        if (len > 3 && !strncmp(at + 3, begin, strlen(begin))) {
            snprintf(line, sizeof line, "%.*s", (int)len, at);
            return line;
        }
    }
    return "";
}

static void workloads_answer_stands_above_the_table(void **state)
{
    (void)state;
    const char *screen = draw(120, 40), *answer = strstr(screen, "Best mix:");
    assert_non_null(answer);
    assert_true(answer < strstr(screen, "GET /search"));
    assert_shows("shop  2026-10-05 to 10-12, 7 d, 2 414 083 invocations");
    assert_shows("prices aws-us-east-1 2026-11");
}

static void workloads_of_one_day_name_it_once(void **state)
{
    (void)state;
    comparison.window_to = comparison.window_from + 158 * HR_SECOND;
    comparison.extrapolated = true;
    comparison.best_mix = "";
    assert_shows("shop  2026-10-05, 2 min 38 s, 2 414 083 invocations");
    assert_hides("Less than a day"); /* the sentence of the whole says it */
    hr__app_message(&app, false, "Exported", "done");
    assert_shows("⏎/esc close");
}

static void workloads_row_shows_both_worlds(void **state)
{
    (void)state;
    const char *line = line_of(draw(120, 40), "GET /search");
    assert_non_null(strstr(line, " 22.4 "));
    assert_non_null(strstr(line, " 96 "));
    assert_non_null(strstr(line, "provisioned"));
    assert_non_null(strstr(line, "400.00   1 240!    200.00     392     71"));
}

static void workloads_absent_figures_are_dashes_never_nan(void **state)
{
    (void)state;
    for (int width = 80; width < 200; width += 7) {
        const char *screen = draw(width, 30);
        assert_null(strstr(screen, "nan"));
        assert_null(strstr(screen, "inf"));
    }
    assert_hides("nan");
}

static void workloads_assumed_figures_carry_a_tilde(void **state)
{
    (void)state;
    const char *line = line_of(draw(120, 40), "POST /hooks/");
    assert_non_null(strstr(line, "4.00~"));
    assert_non_null(strstr(line, "2.00~"));
    assert_shows("1 figure is assumed, a lists it.");
}

static void workloads_shown_cost_is_the_sum_of_the_shown_lines(void **state)
{
    (void)state;
    /* each line is 2.00 when rounded; the sum of the exact amounts would be shown as 4.01 */
    sample_lines[2][0].amount = sample_lines[2][1].amount = 2.004;
    sample_rows[2].cost_month_usd = 4.008;
    assert_non_null(strstr(line_of(draw(120, 40), "GET /search"), "  4.00     392"));
}

static void workloads_control_characters_are_not_shown(void **state)
{
    (void)state;
    assert_null(strchr(draw(120, 40), '\033'));
    press(HR__KEY_DOWN);
    press(HR__KEY_ENTER);
    assert_null(strchr(draw(120, 40), '\033'));
    press('a');
    assert_null(strchr(draw(120, 40), '\033'));
}

static void workloads_columns_align_at_every_width(void **state)
{
    (void)state;
    for (int width = 80; width <= 160; width++) {
        app.glyphs = HR__ASCII; /* one byte a column */
        const char *screen = draw(width, 24);
        char first[1024], second[1024];
        snprintf(first, sizeof first, "%s", line_of(screen, "GET /search"));
        snprintf(second, sizeof second, "%s", line_of(screen, "POST /hooks"));
        assert_non_null(strstr(first, "400.00"));
        assert_non_null(strstr(second, "4.00~"));
        assert_int_equal(strstr(first, "400.00") - first + 6, strstr(second, "4.00~") - second + 4);
        assert_int_equal(strlen(first), width - 1);
    }
}

static void workloads_cursor_moves_and_stays_inside(void **state)
{
    (void)state;
    press(HR__KEY_UP);
    assert_int_equal(app.workloads.cursor.at, 0);
    press('j');
    press(HR__KEY_DOWN);
    press(HR__KEY_DOWN);
    assert_int_equal(app.workloads.cursor.at, 2);
    press(HR__KEY_HOME);
    assert_int_equal(app.workloads.cursor.at, 0);
    press(HR__KEY_END);
    assert_int_equal(app.workloads.cursor.at, 2);
}

static void workloads_search_narrows_and_escape_shows_all(void **state)
{
    (void)state;
    press('/');
    type("hooks");
    assert_hides("GET /search  ");
    assert_shows("POST /hooks");
    press('q'); /* typed, not quit */
    assert_shows("No workload's name holds this text");
    press(HR__KEY_BACKSPACE);
    press(HR__KEY_ENTER);
    assert_int_equal(press(HR__KEY_ENTER), HR__REACT_NONE);
    assert_int_equal(app.compare.workload, 1);
    press(HR__KEY_ESCAPE);
    press(HR__KEY_ESCAPE);
    assert_shows("GET /search");
}

static void workloads_sort_changes_the_order(void **state)
{
    (void)state;
    size_t order[HR__WORKLOADS_MAX];
    assert_int_equal(hr__workloads_order(&app, order), 3);
    assert_int_equal(order[0], 0);
    assert_int_equal(order[2], 2);
    press('s'); /* by name: GET, POST, the Japanese one */
    assert_shows("by name");
    press('s');
    assert_shows("by cost");
    hr__workloads_order(&app, order);
    assert_int_equal(order[0], 0); /* 200 a month at least */
    assert_int_equal(order[1], 1);
}

static void compare_opens_on_the_cheapest_platform(void **state)
{
    (void)state;
    assert_int_equal(press(HR__KEY_ENTER), HR__REACT_NONE);
    assert_shows(">ec2-fixed");
    assert_shows("*200.00");
    assert_shows("1 240!");
    assert_shows("98.21!");
    assert_shows("target 400 ms~ for 99 %");
    assert_shows("2 servers miss: 1.8 % late on Mon 09:00-09:06");
    assert_shows("What could turn it: cpu_bound of GET /search");
    press(HR__KEY_ESCAPE);
    assert_shows("best serverless");
}

static void compare_bill_shows_lines_and_unit_prices(void **state)
{
    (void)state;
    press(HR__KEY_ENTER);
    press(HR__KEY_RIGHT);
    press(HR__KEY_RIGHT); /* round to the first */
    press('b');
    assert_shows("5 000 000 request x $0.0000002       1.00");
    assert_shows("quantity x price  $ a month\n");
    press('t');
    assert_hides("0.0000002");
    assert_shows("slots over time");
}

static void compare_up_and_down_go_through_workloads_and_the_whole(void **state)
{
    (void)state;
    press(HR__KEY_ENTER);
    press(HR__KEY_DOWN);
    assert_shows("async, target 400 ms~ until it starts for 99 %");
    press(HR__KEY_UP);
    press(HR__KEY_UP);
    assert_shows("The whole application");
    assert_shows("Servers for all.");
}

static void compare_chosen_platform_is_always_in_sight(void **state)
{
    (void)state;
    press(HR__KEY_ENTER);
    for (int i = 0; i < SAMPLE_PLATFORMS; i++) {
        hr__app_update(&app, HR__KEY_RIGHT);
        char chosen[64];
        snprintf(chosen, sizeof chosen, ">%s", sample_platforms[app.compare.platform].id);
        assert_non_null(strstr(draw(80, 24), chosen));
    }
}

static void assumptions_shared_by_many_stand_once_with_their_workloads(void **state)
{
    (void)state;
    static struct hr_comparison_assumption many[30];
    static char names[30][16];
    for (size_t i = 0; i < 30; i++) {
        snprintf(names[i], sizeof names[i], "GET /w%zu", i);
        many[i] = sample_assumptions[0];
        many[i].workload = names[i];
        many[i].origin = HR_ASSUMED;
    }
    many[27].key = "cpu_bound";
    many[28].key = "target";
    many[29].value = "constant 3 s";
    comparison.assumptions = many;
    comparison.assumption_count = 30;
    press('a');
    const char *screen = draw(120, 40), *first = strstr(screen, "service = ~lognormal");
    assert_non_null(first);
    assert_null(strstr(first + 1, "service = ~lognormal"));
    assert_shows("assumed: models/patterns/web.yaml");
    assert_shows("GET /w0, GET /w1, GET /w2");
    assert_shows("GET /w11 and 15\n");
    assert_shows("service = ~constant 3 s");
    assert_null(strstr(draw(80, 24), "hole from Tuesday")); /* the note, below the page */
    for (int i = 0; i < 20; i++) {
        hr__app_update(&app, HR__KEY_DOWN);
        draw(80, 24);
    }
    assert_non_null(strstr(draw(80, 24), "hole from Tuesday"));
    assert_non_null(strstr(draw(80, 24), "Assumptions and notes"));
    assert_null(strstr(draw(80, 24), "more below"));
}

static void help_shows_every_binding(void **state)
{
    (void)state;
    press('?');
    const char *screen = draw(120, 200);
    for (size_t i = 0; hr__binding_at(i); i++)
        assert_non_null(strstr(screen, hr__action_sentence(hr__binding_at(i)->action)));
    press(HR__KEY_ESCAPE);
    assert_shows("best serverless");
}

static void help_scrolls_to_its_end_in_a_small_terminal(void **state)
{
    (void)state;
    press('?');
    draw(80, 24);
    for (int i = 0; i < 200; i++) {
        hr__app_update(&app, HR__KEY_DOWN);
        draw(80, 24);
    }
    assert_null(strstr(draw(80, 24), "more below"));
    assert_non_null(strstr(draw(80, 24), "take the last character back"));
}

static void start_without_a_plan_says_what_to_do(void **state)
{
    (void)state;
    app.comparison = NULL;
    hr__app_home(&app);
    assert_shows("import a log");
    assert_shows("/home/ann/shop.headroom");
    assert_hides("sample");
    assert_int_equal(press('d'), HR__REACT_NONE); /* not offered where they are not */
    app.samples = true;
    assert_shows("d   try the sample data");
    assert_shows("d try the samples  i import");
    assert_int_equal(press('d'), HR__REACT_SAMPLES);
    assert_int_equal(press('i'), HR__REACT_FOLDER);
    assert_shows("Import a log");
    press(HR__KEY_ESCAPE);
    assert_shows("Point it at your traffic logs");
}

static void import_browser_enters_folders_and_imports_files(void **state)
{
    (void)state;
    static struct hr__entry entries[] = {
        {"..", true, 0}, {"old", true, 0}, {"a\033[2Jb.log", false, 1234567}};
    press('i');
    snprintf(app.browser.folder, sizeof app.browser.folder, "/var/log");
    app.browser.entries = entries;
    app.browser.count = 3;
    assert_shows("old/");
    assert_shows("a?[2Jb.log");
    assert_shows("1.2 MB");
    assert_int_equal(press(HR__KEY_ENTER), HR__REACT_FOLDER);
    assert_string_equal(app.browser.folder, "/var");
    press(HR__KEY_LEFT);
    assert_string_equal(app.browser.folder, "/");
    press(HR__KEY_DOWN);
    assert_int_equal(press(HR__KEY_ENTER), HR__REACT_FOLDER);
    assert_string_equal(app.browser.folder, "/old");
    press(HR__KEY_END);
    assert_int_equal(press(HR__KEY_ENTER), HR__REACT_IMPORT);
    assert_string_equal(app.browser.chosen, "/old/a\033[2Jb.log");
}

static void import_typed_path_is_taken_on_enter(void **state)
{
    (void)state;
    press('i');
    press('/');
    type("/tmp/q?x");
    press(HR__KEY_BACKSPACE);
    assert_shows("path: /tmp/q?_");
    assert_int_equal(press(HR__KEY_TAB), HR__REACT_COMPLETE);
    assert_int_equal(press(HR__KEY_ENTER), HR__REACT_IMPORT);
    assert_string_equal(app.browser.chosen, "/tmp/q?");
}

static void progress_escape_asks_to_cancel(void **state)
{
    (void)state;
    snprintf(app.progress.what, sizeof app.progress.what, "reading access.log");
    snprintf(app.progress.unit, sizeof app.progress.unit, "bytes");
    app.progress.done = 30e6;
    app.progress.total = 90e6;
    app.progress.lines = 123456;
    app.progress.malformed = 6;
    app.progress.elapsed_s = 2;
    hr__app_open(&app, HR__SCREEN_PROGRESS);
    assert_shows("33 %");
    assert_shows("30.0 MB of 90.0 MB, about 4 s left");
    assert_shows("123 456 lines, 61 728 a second");
    assert_int_equal(press(HR__KEY_ESCAPE), HR__REACT_CANCEL);
    assert_shows("stopping; nothing has changed");
}

static void progress_ended_under_the_help_is_taken_out(void **state)
{
    (void)state;
    hr__app_open(&app, HR__SCREEN_PROGRESS);
    press('?');
    assert_shows("Keys");
    hr__app_close(&app, HR__SCREEN_PROGRESS); /* as the loop does when the work is done */
    assert_shows("Keys");
    press(HR__KEY_ESCAPE);
    assert_shows("best serverless");
}

static void every_screen_below_80x24_asks_for_room(void **state)
{
    (void)state;
    assert_non_null(strstr(draw(61, 20), "headroom needs 80x24; this is 61x20"));
    assert_non_null(strstr(draw(80, 23), "headroom needs 80x24; this is 80x23"));
    assert_null(strstr(draw(80, 24), "headroom needs"));
    for (int width = 1; width < 82; width += 5)
        for (int height = 1; height < 26; height += 3)
            draw(width, height);
}

static void every_screen_survives_every_size_and_key(void **state)
{
    (void)state;
    static const uint32_t keys[] = {HR__KEY_DOWN,
                                    HR__KEY_END,
                                    HR__KEY_PAGE_DOWN,
                                    HR__KEY_PAGE_UP,
                                    HR__KEY_ENTER,
                                    HR__KEY_RIGHT,
                                    HR__KEY_TAB,
                                    'b',
                                    't',
                                    's',
                                    'a',
                                    HR__KEY_ESCAPE,
                                    '?',
                                    HR__KEY_UP,
                                    HR__KEY_OTHER,
                                    0x1f600,
                                    'i'};
    uint32_t dice = 7;
    for (int i = 0; i < 4000; i++) {
        dice = dice * 1664525u + 1013904223u;
        hr__app_update(&app, keys[(dice >> 8) % (sizeof keys / sizeof keys[0])]);
        draw((int)(dice >> 24) + 1, (int)(dice >> 18) % 60 + 1);
        if (app.prompt.active || app.depth > 5)
            hr__app_home(&app);
    }
}

static void quit_is_one_key_everywhere(void **state)
{
    (void)state;
    for (enum hr__screen_id id = 0; id < HR__SCREEN_COUNT; id++) {
        hr__app_home(&app);
        hr__app_open(&app, id);
        assert_int_equal(press('q'), HR__REACT_QUIT);
    }
}

#define WITH_APP(test) cmocka_unit_test_setup(test, open_app)

/* What a verdict hangs on stands first; a long note is wrapped, and its end can be scrolled to. */
static void assumptions_wrap_notes_and_show_what_turns(void **state)
{
    static const char *notes[] = {
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty, and the last word is cauliflower"};
    (void)state;
    comparison.notes = notes;
    press('a');
    assert_shows("What could turn GET /search: cpu_bound of GET /search");
    assert_shows("cauliflower");
    assert_non_null(strstr(draw(80, 24), "cauliflower"));
    const char *small = draw(80, 24);
    assert_true(strstr(small, "What could turn") < strstr(small, "one two three"));
    static const char *many[40];
    for (int i = 0; i < 40; i++)
        many[i] = notes[0];
    many[39] = "the very last note";
    comparison.notes = many;
    comparison.note_count = 40;
    assert_null(strstr(draw(80, 24), "the very last note"));
    for (int i = 0; i < 120; i++) {
        draw(80, 24);
        hr__app_update(&app, 'j');
    }
    assert_non_null(strstr(draw(80, 24), "the very last note"));
    assert_non_null(strstr(draw(80, 24), "Assumptions and notes"));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        WITH_APP(workloads_answer_stands_above_the_table),
        WITH_APP(workloads_of_one_day_name_it_once),
        WITH_APP(workloads_row_shows_both_worlds),
        WITH_APP(workloads_absent_figures_are_dashes_never_nan),
        WITH_APP(workloads_assumed_figures_carry_a_tilde),
        WITH_APP(workloads_shown_cost_is_the_sum_of_the_shown_lines),
        WITH_APP(workloads_control_characters_are_not_shown),
        WITH_APP(workloads_columns_align_at_every_width),
        WITH_APP(workloads_cursor_moves_and_stays_inside),
        WITH_APP(workloads_search_narrows_and_escape_shows_all),
        WITH_APP(workloads_sort_changes_the_order),
        WITH_APP(compare_opens_on_the_cheapest_platform),
        WITH_APP(compare_bill_shows_lines_and_unit_prices),
        WITH_APP(compare_up_and_down_go_through_workloads_and_the_whole),
        WITH_APP(compare_chosen_platform_is_always_in_sight),
        WITH_APP(assumptions_shared_by_many_stand_once_with_their_workloads),
        WITH_APP(help_shows_every_binding),
        WITH_APP(help_scrolls_to_its_end_in_a_small_terminal),
        WITH_APP(start_without_a_plan_says_what_to_do),
        WITH_APP(import_browser_enters_folders_and_imports_files),
        WITH_APP(import_typed_path_is_taken_on_enter),
        WITH_APP(progress_escape_asks_to_cancel),
        WITH_APP(progress_ended_under_the_help_is_taken_out),
        WITH_APP(assumptions_wrap_notes_and_show_what_turns),
        WITH_APP(every_screen_below_80x24_asks_for_room),
        WITH_APP(every_screen_survives_every_size_and_key),
        WITH_APP(quit_is_one_key_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
