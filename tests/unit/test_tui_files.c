/* test_tui_files.c: folders as the browser shows them, paths completed, letters typed. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tui/files.h"

static char folder[] = "files-XXXXXX";

static void make_file(const char *name, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (size_t i = 0; i < size; i++)
        fputc('x', out);
    fclose(out);
}

static int make_folder(void **state)
{
    (void)state;
    char path[512];
    assert_non_null(mkdtemp(folder));
    make_file("b.log", 3);
    make_file("access.log", 1234);
    make_file("access.log.1", 5);
    make_file(".hidden", 1);
    snprintf(path, sizeof path, "%s/zoo", folder);
    return mkdir(path, 0700);
}

static int remove_folder(void **state)
{
    (void)state;
    char command[512];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void folder_lists_folders_then_files_by_name(void **state)
{
    (void)state;
    struct hr__entry *entries;
    size_t count;
    assert_true(hr__folder_read(folder, &entries, &count, NULL));
    static const char *const names[] = {"..", "zoo", "access.log", "access.log.1", "b.log"};
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(entries[i].name, names[i]);
    assert_true(entries[1].folder);
    assert_false(entries[2].folder);
    assert_int_equal(entries[2].size, 1234);
    free(entries);
}

static void folder_that_is_none_is_named_in_the_error(void **state)
{
    (void)state;
    struct hr__entry *entries;
    size_t count;
    struct hr_error err = {0};
    assert_false(hr__folder_read("/no/such/folder", &entries, &count, &err));
    assert_non_null(strstr(err.text, "/no/such/folder"));
}

static const char *completed(const char *typed)
{
    static char path[HR__PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, typed);
    hr__path_complete(path, sizeof path);
    return path + strlen(folder) + 1;
}

static void path_completes_as_far_as_it_is_clear(void **state)
{
    (void)state;
    assert_string_equal(completed("ac"), "access.log");
    assert_string_equal(completed("access.log."), "access.log.1");
    assert_string_equal(completed("b"), "b.log");
    assert_string_equal(completed("z"), "zoo/");
    assert_string_equal(completed("none"), "none");
    assert_string_equal(completed(""), "");
}

static void prompt_types_and_erases_whole_characters(void **state)
{
    (void)state;
    char text[8] = "";
    hr__prompt_type(text, sizeof text, 'a');
    hr__prompt_type(text, sizeof text, 0xe9);    /* é, two bytes */
    hr__prompt_type(text, sizeof text, 0x1f600); /* four bytes: full */
    assert_string_equal(text, "a\xc3\xa9\xf0\x9f\x98\x80");
    hr__prompt_type(text, sizeof text, 'b');
    hr__prompt_type(text, sizeof text, 0x1b);
    hr__prompt_type(text, sizeof text, HR__KEY_UP);
    assert_string_equal(text, "a\xc3\xa9\xf0\x9f\x98\x80");
    hr__prompt_erase(text);
    assert_string_equal(text, "a\xc3\xa9");
    hr__prompt_erase(text);
    hr__prompt_erase(text);
    hr__prompt_erase(text);
    assert_string_equal(text, "");
}

static void cursor_in_an_empty_list_stays_at_its_start(void **state)
{
    (void)state;
    struct hr__cursor cursor = {0};
    for (enum hr__action action = HR__DO_UP; action <= HR__DO_BOTTOM; action++)
        assert_true(hr__cursor_move(&cursor, action, 0, 10));
    assert_int_equal(cursor.at, 0);
    assert_int_equal(cursor.top, 0);
}

static void cursor_drags_the_page_along(void **state)
{
    (void)state;
    struct hr__cursor cursor = {0};
    hr__cursor_move(&cursor, HR__DO_BOTTOM, 100, 10);
    assert_int_equal(cursor.at, 99);
    assert_int_equal(cursor.top, 90);
    hr__cursor_move(&cursor, HR__DO_PAGE_UP, 100, 10);
    assert_int_equal(cursor.at, 90);
    hr__cursor_fit(&cursor, 5, 10); /* the list became short */
    assert_int_equal(cursor.at, 4);
    assert_int_equal(cursor.top, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_lists_folders_then_files_by_name),
        cmocka_unit_test(folder_that_is_none_is_named_in_the_error),
        cmocka_unit_test(path_completes_as_far_as_it_is_clear),
        cmocka_unit_test(prompt_types_and_erases_whole_characters),
        cmocka_unit_test(cursor_in_an_empty_list_stays_at_its_start),
        cmocka_unit_test(cursor_drags_the_page_along),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
