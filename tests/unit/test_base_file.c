/* test_base_file.c: files appear whole or not at all; small files are read within a limit. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "headroom/base.h"

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/headroom-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static int files_in_folder(void)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return count - 2; /* . and .. */
}

static void outfile_commit_replaces_and_abort_leaves(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/out.csv", folder);
    struct hr_outfile file;
    struct hr_error err = {0};
    size_t len = 0;
    assert_true(hr_outfile_open(&file, path, &err));
    fputs("first", file.stream);
    assert_true(access(path, F_OK) != 0); /* nothing under the name yet */
    assert_true(hr_outfile_commit(&file, &err));
    assert_int_equal(files_in_folder(), 1);

    assert_true(hr_outfile_open(&file, path, &err));
    fputs("second, cut", file.stream);
    hr_outfile_abort(&file);
    hr_outfile_abort(&file); /* a zeroed one is fine */
    char *text = hr_file_read(path, 100, &len, &err);
    assert_string_equal(text, "first");
    assert_int_equal(len, 5);
    free(text);
    assert_int_equal(files_in_folder(), 1);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0400, 0400);
}

static void outfile_failures_name_the_path_and_leave_nothing(void **state)
{
    (void)state;
    char path[128];
    struct hr_outfile file;
    struct hr_error err = {0};
    snprintf(path, sizeof path, "%s/none/out.csv", folder);
    assert_false(hr_outfile_open(&file, path, &err));
    assert_int_equal(err.kind, HR_EIO);
    assert_non_null(strstr(err.text, path));
    /* The name is a folder by the time of the commit. */
    snprintf(path, sizeof path, "%s/taken", folder);
    assert_true(hr_outfile_open(&file, path, &err));
    assert_int_equal(mkdir(path, 0777), 0);
    assert_false(hr_outfile_commit(&file, &err));
    assert_int_equal(err.kind, HR_EIO);
    assert_int_equal(files_in_folder(), 1);
}

/* The write that failed may be long ago, and errno another call's since. */
static void stream_whose_reader_left_is_no_fault(void **state)
{
    (void)state;
    int ends[2], why = 0;
    signal(SIGPIPE, SIG_IGN);
    for (int leaves = 0; leaves < 2; leaves++) {
        assert_int_equal(pipe(ends), 0);
        FILE *out = fdopen(ends[1], "w");
        assert_non_null(out);
        if (leaves)
            close(ends[0]);
        for (int i = 0; i < 3000; i++)
            fputs("0123456789", out);
        errno = ENOENT;
        assert_true(hr_stream_written(out, &why));
        assert_true(!leaves || ferror(out));
        fclose(out);
        if (!leaves)
            close(ends[0]);
    }
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    for (int i = 0; i < 3000; i++)
        fputs("0123456789", full);
    errno = 0;
    assert_false(hr_stream_written(full, &why));
    assert_true(why == ENOSPC || why == EIO); /* EIO: it was said with the write */
    fclose(full);
}

static void file_read_keeps_nul_and_stops_at_the_limit(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/in", folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fwrite("a\0b", 1, 3, out);
    fclose(out);
    struct hr_error err = {0};
    size_t len = 0;
    char *text = hr_file_read(path, 3, &len, &err);
    assert_non_null(text);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "a\0b", 4);
    free(text);
    assert_null(hr_file_read(path, 2, &len, &err));
    assert_int_equal(err.kind, HR_ELIMIT);
    assert_null(hr_file_read("/nowhere/at/all", 10, &len, &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_null(hr_file_read(folder, 10, &len, &err));
    assert_int_equal(err.kind, HR_EIO);
    assert_non_null(strstr(err.text, folder));
}

static void file_read_empty_file_is_an_empty_string(void **state)
{
    (void)state;
    size_t len = 9;
    char *text = hr_file_read("/dev/null", 10, &len, NULL);
    assert_string_equal(text, "");
    assert_int_equal(len, 0);
    free(text);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(outfile_commit_replaces_and_abort_leaves),
        IN_FOLDER(outfile_failures_name_the_path_and_leave_nothing),
        cmocka_unit_test(stream_whose_reader_left_is_no_fault),
        IN_FOLDER(file_read_keeps_nul_and_stops_at_the_limit),
        cmocka_unit_test(file_read_empty_file_is_an_empty_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
