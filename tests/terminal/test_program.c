/* test_program.c: the terminal program as a person meets it: opened on a small plan file, driven by
 * keys, resized, stripped of colour and of UTF-8, ended in every way. Asserts on the cells that a
 * terminal shows.
 */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "headroom/base.h"

#define HOURS    200 /* of traffic: more than eight days */
#define PER_HOUR 12
#define UP       "\033OA"
#define DOWN     "\033OB"

static bool can_run;
static char plan[256], log_path[256]; /* in the working folder of the test */
static struct terminal *t;

/* ---- a plan file of our own ---------------------------------------------------------------------
 */

static void put_line(FILE *out, int64_t time, const char *path, int ms)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct hr_civil c = hr_time_to_civil(time);
    fprintf(out,
            "192.0.2.7 - - [%02d/%s/%d:%02d:%02d:%02d +0000] \"GET %s HTTP/1.1\" 200 512 \"-\" "
            "\"test\" %d.%03d\n",
            c.day, months[c.month - 1], c.year, c.hour, c.minute, c.second, path, ms / 1000,
            ms % 1000);
}

static void write_log(const char *path, int hours)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    int64_t start = INT64_C(1791158400) * HR_SECOND; /* 2026-10-05 */
    for (int h = 0; h < hours; h++)
        for (int i = 0; i < PER_HOUR; i++) {
            int64_t time = start + h * HR_HOUR + i * 5 * HR_MINUTE;
            put_line(out, time, "/search", 40 + (h * 7 + i * 13) % 60);
            if (i % 3 == 0)
                put_line(out, time + HR_SECOND, "/checkout", 150 + i);
            if (i == 0) /* the escape that would recolour a careless terminal */
                put_line(out, time + 2 * HR_SECOND,
                         "/pay\033[31mred\x9b"
                         "5mblink",
                         300);
        }
    fclose(out);
}

static int set_up(void **state)
{
    (void)state;
    char folder[200];
    can_run = terminal_can_run();
    if (!can_run)
        return 0;
    assert_non_null(getcwd(folder, sizeof folder));
    snprintf(plan, sizeof plan, "%s/shop.headroom", folder);
    snprintf(log_path, sizeof log_path, "%s/access.log", folder);
    setenv("HEADROOM_PLAN", plan, 1);
    write_log(log_path, HOURS);
    const char *const arguments[] = {"import", "--quiet", log_path, NULL};
    assert_int_equal(terminal_command(arguments), 0);
    return 0;
}

static int close_terminal(void **state)
{
    (void)state;
    terminal_close(t);
    t = NULL;
    return 0;
}

static void open_with(struct terminal_options options)
{
    if (!can_run)
        skip();
    t = terminal_open(&options);
}

/* Opens the program and waits for the table. */
static void open_table(struct terminal_options options)
{
    open_with(options);
    terminal_wait_for(t, "GET /search");
    terminal_wait_for(t, "best serverless");
    terminal_wait_gone(t, "Replaying");
}

#define PLAIN ((struct terminal_options){0})

static void assert_restored(void)
{
    assert_false(terminal_in_alternate_screen(t));
    assert_true(terminal_shows_cursor(t));
    assert_true(terminal_has_line_mode(t));
}

/* ---- looking around
 * -------------------------------------------------------------------------------- */

static void program_opens_on_the_table(void **state)
{
    (void)state;
    open_table(PLAIN);
    assert_true(terminal_in_alternate_screen(t));
    assert_false(terminal_shows_cursor(t));
    assert_true(terminal_find(t, "GET /checkout") > 0);
    assert_true(terminal_find(t, "best provisioned") > 0);
    assert_true(terminal_is_colored(t));
    assert_non_null(strstr(terminal_row(t, 39), "q quit")); /* the last line names the keys */
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
    assert_restored();
}

static void program_keys_move_open_and_go_back(void **state)
{
    (void)state;
    open_table(PLAIN);
    terminal_wait_for(t, "> GET /search");
    terminal_send(t, DOWN);
    terminal_wait_for(t, "> GET /checkout");
    terminal_send(t, "k");
    terminal_wait_for(t, "> GET /search");
    terminal_send(t, "\r");
    terminal_wait_for(t, "within target %");
    terminal_send(t, "b");
    terminal_wait_for(t, " x $");
    terminal_send(t, "\033");
    terminal_wait_for(t, "best serverless");
    terminal_send(t, "?");
    terminal_wait_for(t, "compare the platforms for this workload");
    terminal_send(t, "\033");
    terminal_wait_for(t, "best serverless");
    terminal_send(t, "a");
    terminal_wait_for(t, "Assumptions and notes");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
}

static void program_search_takes_typed_letters(void **state)
{
    (void)state;
    open_table(PLAIN);
    terminal_send(t, "/check");
    terminal_wait_gone(t, "GET /search");
    assert_true(terminal_find(t, "GET /checkout") > 0);
    terminal_send(t, "\033");
    terminal_wait_for(t, "GET /search");
}

static void program_export_writes_the_csv(void **state)
{
    (void)state;
    char path[300];
    open_table(PLAIN);
    terminal_send(t, "e");
    terminal_wait_for(t, "Exported");
    snprintf(path, sizeof path, "%s.compare.csv", plan);
    FILE *csv = fopen(path, "r");
    char head[64] = "";
    assert_non_null(csv);
    assert_non_null(fgets(head, sizeof head, csv));
    fclose(csv);
    assert_memory_equal(head, "application,workload,platform,kind,", 35);
}

static void program_follows_every_size(void **state)
{
    (void)state;
    open_table(PLAIN);
    terminal_resize(t, 80, 24);
    terminal_wait_for(t, "? help  q quit");
    assert_non_null(strstr(terminal_row(t, 23), "q quit"));
    terminal_resize(t, 60, 20);
    terminal_wait_for(t, "headroom needs 80x24; this is 60x20");
    terminal_resize(t, 12, 3);
    terminal_pause(t, 200);
    terminal_resize(t, 1, 1);
    terminal_pause(t, 200);
    terminal_resize(t, 120, 40);
    terminal_wait_for(t, "GET /search");
    terminal_pause(t, 200);
    assert_non_null(strstr(terminal_row(t, 39), "q quit"));
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
    assert_restored();
}

/* ---- poor terminals
 * ------------------------------------------------------------------------------ */

static void program_without_color_uses_bold_only(void **state)
{
    (void)state;
    static const char *const settings[] = {"NO_COLOR=1", NULL};
    open_table((struct terminal_options){.settings = settings});
    assert_false(terminal_is_colored(t));
    assert_true(terminal_is_bold(t, 1, 0)); /* "headroom" */
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
}

static void program_on_vt100_works(void **state)
{
    (void)state;
    open_table((struct terminal_options){.term = "vt100"});
    assert_false(terminal_is_colored(t));
    terminal_send(t, DOWN "\r");
    terminal_wait_for(t, "within target %");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
    assert_true(terminal_has_line_mode(t));
    for (int y = 0; y < 40; y++) /* no alternate screen: nothing of the last one remains */
        assert_string_equal(terminal_row(t, y), "");
    assert_int_equal(terminal_cursor_line(t), 39);
}

static void program_in_the_c_locale_writes_ascii(void **state)
{
    (void)state;
    open_table((struct terminal_options){.locale = "C", .term = "xterm-mono"});
    terminal_wait_for(t, "enter compare");
    terminal_send(t, "\r");
    terminal_wait_for(t, "within target %");
    size_t len;
    const char *bytes = terminal_bytes(t, &len);
    for (size_t i = 0; i < len; i++)
        assert_true((unsigned char)bytes[i] < 0x80);
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
}

static void program_on_an_unknown_terminal_names_it(void **state)
{
    (void)state;
    /* a newterm that fails leaks inside ncurses 6.4 */
    static const char *const settings[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    open_with((struct terminal_options){.term = "nosuchterm", .settings = settings});
    terminal_wait_for(t, "TERM is `nosuchterm`");
    assert_int_equal(terminal_end(t), 2);
    assert_restored();
}

static void program_shows_no_control_character_of_a_log(void **state)
{
    (void)state;
    open_table(PLAIN);
    terminal_send(t, "\r" DOWN);
    terminal_wait_for(t, "within target %");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
    size_t len;
    const char *bytes = terminal_bytes(t, &len);
    assert_null(memmem(bytes, len, "\033[31mred", 8));
    assert_null(memmem(bytes, len,
                       "\x9b"
                       "5m",
                       3));
    assert_null(memmem(bytes, len, "\xc2\x9b", 2));
    /* nor does the program ever ask for the mouse */
    assert_null(memmem(bytes, len, "\033[?1000h", 8));
    assert_null(memmem(bytes, len, "\033[?1002h", 8));
    assert_null(memmem(bytes, len, "\033[?1006h", 8));
}

/* ---- ways out
 * -------------------------------------------------------------------------------------- */

static void end_by(int signal_number)
{
    open_table(PLAIN);
    assert_int_equal(kill(terminal_pid(t), signal_number), 0);
    assert_int_equal(terminal_end(t), -signal_number);
    assert_restored();
    close_terminal(NULL);
}

static void program_signals_restore_the_terminal(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        end_by(signals[i]);
}

static void program_interrupt_key_restores_the_terminal(void **state)
{
    (void)state;
    open_table(PLAIN);
    terminal_send(t, "\003");
    assert_int_equal(terminal_end(t), -SIGINT);
    assert_restored();
}

static void program_crash_restores_the_terminal(void **state)
{
    (void)state;
    open_table(PLAIN);
    kill(terminal_pid(t), SIGSEGV);
    int status = terminal_end(t); /* a sanitizer's handler ends it otherwise */
    assert_true(status == -SIGSEGV || status > 0);
    if (status == -SIGSEGV)
        assert_restored();
}

static void program_stopped_gives_the_terminal_back_and_draws_again(void **state)
{
    (void)state;
    open_table((struct terminal_options){.in_shell = true});
    terminal_send(t, "\032");
    terminal_wait_for(t, "[stopped]");
    assert_restored();
    terminal_resize(t, 100, 30); /* meanwhile the window has changed */
    terminal_send(t, "fg\n");
    terminal_wait_for(t, "best serverless");
    terminal_wait_for(t, "q quit");
    assert_true(terminal_in_alternate_screen(t));
    terminal_send(t, DOWN);
    terminal_wait_for(t, "> GET /checkout");
    assert_non_null(strstr(terminal_row(t, 29), "q quit"));
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
    assert_restored();
}

/* ---- first start and import
 * ---------------------------------------------------------------------------- */

static void program_without_a_plan_offers_an_import(void **state)
{
    (void)state;
    if (!can_run)
        skip();
    char setting[300];
    snprintf(setting, sizeof setting, "HEADROOM_PLAN=%s.new", plan);
    const char *const settings[] = {setting, NULL};
    open_with((struct terminal_options){.settings = settings});
    terminal_wait_for(t, "Point it at your traffic logs");
    terminal_send(t, "i");
    terminal_wait_for(t, "access.log");
    terminal_send(t, "/");
    terminal_wait_for(t, "path: _");
    terminal_send(t, log_path);
    terminal_wait_for(t, "access.log_");
    terminal_send(t, "\r");
    terminal_wait_for(t, "Imported");
    terminal_send(t, "\r");
    terminal_wait_for(t, "best serverless");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
}

static void program_tries_the_samples_that_it_finds_beside_itself(void **state)
{
    (void)state;
    if (!can_run)
        skip();
    char setting[300];
    snprintf(setting, sizeof setting, "HEADROOM_PLAN=%s.samples", plan);
    const char *const settings[] = {setting, NULL};
    open_with((struct terminal_options){.settings = settings});
    terminal_wait_for(t, "try the sample data");
    terminal_send(t, "d");
    terminal_wait_for(t, "Imported");
    terminal_send(t, "\r");
    terminal_wait_for(t, "POST /checkout");
    terminal_wait_for(t, "headroom  shop");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
}

static void program_import_of_a_wrong_file_says_what_is_wrong(void **state)
{
    (void)state;
    open_table(PLAIN);
    terminal_send(t, "i/no/such/file.log\r");
    terminal_wait_for(t, "Not imported");
    assert_true(terminal_find(t, "no/such/file.log") > 0);
    terminal_send(t, "\r");
    terminal_wait_gone(t, "Not imported");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
}

static uint64_t plan_hash(void)
{
    size_t len = 0;
    char *bytes = hr_file_read(plan, (size_t)1 << 28, &len, NULL);
    assert_non_null(bytes);
    uint64_t hash = hr_hash_bytes(bytes, len, 1);
    free(bytes);
    return hash;
}

/* Enough lines that the import takes longer than a person needs to press Esc. */
static void write_long_log(const char *path)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int i = 0; i < 2500000; i++)
        put_line(out, INT64_C(1791158400) * HR_SECOND + i * HR_SECOND / 4, "/search", 40 + i % 90);
    fclose(out);
}

static void program_import_cancelled_leaves_the_plan_as_it_was(void **state)
{
    (void)state;
    char path[300];
    open_table(PLAIN);
    uint64_t before = plan_hash();
    snprintf(path, sizeof path, "%s.long", log_path);
    write_long_log(path);
    terminal_send(t, "i");
    terminal_wait_for(t, "Import a log");
    terminal_send(t, "/");
    terminal_wait_for(t, "path: _");
    terminal_send(t, path);
    terminal_send(t, "\r");
    terminal_wait_for(t, " kept, "); /* the panel shows progress */
    terminal_send(t, "\033");
    terminal_wait_for(t, "Nothing has changed.");
    assert_int_equal(plan_hash(), before);
    terminal_send(t, "\r");
    terminal_wait_for(t, "Import a log");
    terminal_send(t, "\033");
    terminal_wait_for(t, "best serverless");
    terminal_send(t, "q");
    assert_int_equal(terminal_end(t), 0);
    assert_int_equal(plan_hash(), before);
    unlink(path);
}

#define ON_TERMINAL(test) cmocka_unit_test_teardown(test, close_terminal)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TERMINAL(program_opens_on_the_table),
        ON_TERMINAL(program_keys_move_open_and_go_back),
        ON_TERMINAL(program_search_takes_typed_letters),
        ON_TERMINAL(program_export_writes_the_csv),
        ON_TERMINAL(program_follows_every_size),
        ON_TERMINAL(program_without_color_uses_bold_only),
        ON_TERMINAL(program_on_vt100_works),
        ON_TERMINAL(program_in_the_c_locale_writes_ascii),
        ON_TERMINAL(program_on_an_unknown_terminal_names_it),
        ON_TERMINAL(program_shows_no_control_character_of_a_log),
        ON_TERMINAL(program_signals_restore_the_terminal),
        ON_TERMINAL(program_interrupt_key_restores_the_terminal),
        ON_TERMINAL(program_crash_restores_the_terminal),
        ON_TERMINAL(program_stopped_gives_the_terminal_back_and_draws_again),
        ON_TERMINAL(program_without_a_plan_offers_an_import),
        ON_TERMINAL(program_tries_the_samples_that_it_finds_beside_itself),
        ON_TERMINAL(program_import_of_a_wrong_file_says_what_is_wrong),
        ON_TERMINAL(program_import_cancelled_leaves_the_plan_as_it_was),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
