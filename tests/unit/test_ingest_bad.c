/* test_ingest_bad.c: input that is no log: one clear sentence, and the sink is told to forget. */
#include "sink.h"

#include <dirent.h>

#define GOOD "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \"GET /a HTTP/1.1\" 200 512\n"

static void expect_failure(struct import *import, enum hr_error_kind kind, const char *says)
{
    assert_false(import->done);
    if (import->err.kind != kind || strstr(import->err.text, says) == NULL) {
        fail_msg("kind %d: %s", (int)import->err.kind, import->err.text);
    }
    assert_true(hr_error_exit_status(&import->err) >= 2);
    import_clear(import);
}

static void bad_contents_table(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } cases[] = {
        {"", 0, "is empty"},
        {"\n\n\n", 3, "no format that headroom reads"},
        {"\x7f"
         "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
         24, "binary"},
        {"\0\0\0\0\0\0\0\0", 8, "binary"},
        {"hello world\nhow are you\n", 24, "no format that headroom reads"},
        {"{\"a\": 1}\n{\"a\": 2}\n", 18, "no column tells a time"},
        {"{\"a\": 1\n{\"a\": \n", 15, "no format that headroom reads"},
        {"\xff\xfe"
         "t\0i\0m\0e\0\n\0",
         12, "binary"},
        {"time,duration_ms\n", 17, "holds no invocation"},
        {"\xff\xfe\xfd\xfc\xfb\n", 6, "no format that headroom reads"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_bytes(&import, cases[i].bytes, cases[i].len, (struct hr_ingest_options){0});
        expect_failure(&import, HR_EINPUT, cases[i].says);
    }
}

static void bad_half_of_the_lines_stops_and_force_goes_on(void **state)
{
    (void)state;
    static const char text[] = GOOD "x\ny\n";
    struct import import;
    import_text(&import, text, (struct hr_ingest_options){.input_format = "access"});
    assert_int_equal(import.report.reject_count, 2); /* told with the failure */
    assert_int_equal(import.report.rejects[0].line, 2);
    expect_failure(&import, HR_EINPUT, "log.txt:2: no [time]; 2 of 3 lines");
    import_text(&import, text, (struct hr_ingest_options){.input_format = "access", .force = true});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 1);
    assert_int_equal(import.report.malformed, 2);
    import_clear(&import);
    import_text(&import, GOOD "x\n", (struct hr_ingest_options){.input_format = "access"});
    assert_true(import.done); /* exactly half goes */
    import_clear(&import);
}

static void bad_long_lines_are_skipped(void **state)
{
    (void)state;
    size_t len = 10 << 20;
    char *bytes = malloc(len + 4 * sizeof GOOD);
    assert_non_null(bytes);
    memcpy(bytes, GOOD GOOD, 2 * (sizeof GOOD - 1));
    memset(bytes + 2 * (sizeof GOOD - 1), 'a', len);
    memcpy(bytes + 2 * (sizeof GOOD - 1) + len, "\n" GOOD, sizeof GOOD);
    struct import import;
    import_bytes(&import, bytes, len + 3 * (sizeof GOOD - 1) + 1, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 3);
    assert_int_equal(report_reason(&import.report, "too long"), 1);
    assert_int_equal(import.report.rejects[0].line, 3);
    assert_int_equal(strlen(import.report.rejects[0].text), HR_INGEST_REJECT_TEXT);
    import_clear(&import);
    /* nothing but one long line */
    memset(bytes, 'a', len);
    import_bytes(&import, bytes, len, (struct hr_ingest_options){0});
    expect_failure(&import, HR_EINPUT, "no format that headroom reads");
    free(bytes);
}

static void bad_bytes_inside_lines_are_made_harmless(void **state)
{
    (void)state;
    static const char bytes[] = GOOD GOOD GOOD
        "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \"GET /\xff\x1b]0;x HTTP/1.1\" 200 512\n"
        "nul \0 line\n\xf0\x28\x8c\x28 \x1b[2J\n";
    struct import import;
    import_bytes(&import, bytes, sizeof bytes - 1, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 4);
    assert_int_equal(import.report.reject_count, 2);
    for (size_t i = 0; i < import.report.reject_count; i++) {
        for (const char *c = import.report.rejects[i].text; *c != '\0'; c++) {
            assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
        }
    }
    import_clear(&import);
}

static void bad_paths_are_named(void **state)
{
    (void)state;
    struct import import;
    char directory[] = "/tmp/hr-bad-XXXXXX";
    assert_non_null(mkdtemp(directory));
    import_path(&import, directory, (struct hr_ingest_options){0});
    expect_failure(&import, HR_EINPUT, "empty directory");
    import_path(&import, "/nonexistent/file.log", (struct hr_ingest_options){0});
    expect_failure(&import, HR_EMISSING, "/nonexistent/file.log");
    char path[64];
    snprintf(path, sizeof path, "%s/x.log", directory);
    int fd = open(path, O_WRONLY | O_CREAT, 0);
    assert_true(fd >= 0);
    close(fd);
    if (geteuid() != 0) { /* root reads everything */
        import_path(&import, path, (struct hr_ingest_options){0});
        expect_failure(&import, HR_EIO, "x.log");
    }
    unlink(path);
    rmdir(directory);
    struct memory_sink memory;
    struct hr_sink sink = sink_open(&memory);
    struct hr_error err = {0};
    struct hr_ingest_report report;
    assert_false(hr_ingest(&(struct hr_ingest_options){0}, &sink, NULL, &report, &err));
    assert_int_equal(err.kind, HR_EUSAGE);
    hr_ingest_report_clear(&report);
    sink_clear(&memory);
    import_text(&import, GOOD, (struct hr_ingest_options){.input_format = "nginx"});
    expect_failure(&import, HR_EUSAGE, "formats are");
}

static void put_file(const char *directory, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    fclose(f);
}

static void directory_is_read_in_order_and_empty_files_are_said(void **state)
{
    (void)state;
    char directory[] = "/tmp/hr-dir-XXXXXX", path[128];
    static const char *const names[] = {"b.log", "a.log", "empty.log", ".hidden"};
    assert_non_null(mkdtemp(directory));
    for (size_t i = 0; i < 4; i++) {
        put_file(directory, names[i], i == 2 ? "" : GOOD);
    }
    struct import import;
    import_path(&import, directory, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.file_count, 3);
    assert_non_null(strstr(import.report.files[0].file, "a.log"));
    assert_non_null(strstr(import.report.files[1].file, "b.log"));
    assert_int_equal(import.report.kept, 2);
    assert_int_equal(import.sink.files, 2);
    assert_true(report_says(&import.report, "is empty"));
    import_clear(&import);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

static void rejects_file_holds_every_line(void **state)
{
    (void)state;
    char directory[] = "/tmp/hr-rej-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/rejects", directory);
    char text[4096] = "";
    for (int i = 0; i < 30; i++) {
        strcat(text, "bad \x1b line\n");
    }
    struct import import;
    import_text(&import, text,
                (struct hr_ingest_options){.input_format = "access", .rejects = path});
    assert_false(import.done);
    assert_int_equal(import.report.reject_count, HR_INGEST_REJECTS);
    size_t len;
    char *content = hr_file_read(path, 1 << 20, &len, NULL);
    assert_non_null(content);
    size_t lines = 0;
    for (size_t i = 0; i < len; i++) {
        lines += content[i] == '\n';
        assert_true(content[i] != 0x1b);
    }
    assert_int_equal(lines, 30);
    assert_non_null(strstr(content, "log.txt:30\tno [time]\tbad \\x1B line\n"));
    free(content);
    import_clear(&import);
    unlink(path);
    rmdir(directory);
}

static bool say_stop(void *context, const struct hr_progress_state *state)
{
    (*(int *)context)++;
    (void)state;
    return false;
}

static void sinks_and_progress_that_fail_end_the_import(void **state)
{
    (void)state;
    char path[] = "/tmp/hr-bad-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, GOOD, sizeof GOOD - 1) == (ssize_t)sizeof GOOD - 1);
    close(fd);
    struct memory_sink memory;
    struct hr_sink sink = sink_open(&memory);
    struct hr_error err = {0};
    struct hr_ingest_report report;
    const char *paths[] = {path};
    struct hr_ingest_options options = {.paths = paths, .path_count = 1};
    memory.fail_put = true;
    assert_false(hr_ingest(&options, &sink, NULL, &report, &err));
    assert_string_equal(err.text, "disk full");
    assert_int_equal(memory.aborts, 1);
    hr_ingest_report_clear(&report);

    memory.fail_put = false;
    int calls = 0;
    struct hr_progress progress = {say_stop, &calls};
    assert_false(hr_ingest(&options, &sink, &progress, &report, &err));
    assert_int_equal(err.kind, HR_ECANCELLED);
    assert_int_equal(calls, 1);
    assert_int_equal(memory.aborts, 2);
    assert_int_equal(memory.commits, 0);
    hr_ingest_report_clear(&report);
    sink_clear(&memory);
    unlink(path);
}

static void dry_run_aborts_and_reports(void **state)
{
    (void)state;
    struct import import;
    import_text(&import, GOOD, (struct hr_ingest_options){.dry_run = true});
    assert_true(import.done);
    assert_int_equal(import.sink.aborts, 1);
    assert_int_equal(import.report.kept, 1);
    import_clear(&import);
}

static void help_lists_formats_and_fields(void **state)
{
    (void)state;
    struct hr_ingest_format format;
    struct hr_ingest_field field;
    size_t formats = 0, fields = 0;
    while (hr_ingest_format_at(formats, &format)) {
        struct hr_ingest_format other;
        assert_true(format.name[0] != '\0' && format.sentence[0] != '\0');
        assert_true(format.example[0] != '\0');
        for (size_t i = 0; i < formats && hr_ingest_format_at(i, &other); i++) {
            assert_string_not_equal(other.name, format.name);
        }
        formats++;
    }
    while (hr_ingest_field_at(fields, &field)) {
        fields++;
    }
    assert_true(formats >= 7);
    assert_int_equal(fields, 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_contents_table),
        cmocka_unit_test(bad_half_of_the_lines_stops_and_force_goes_on),
        cmocka_unit_test(bad_long_lines_are_skipped),
        cmocka_unit_test(bad_bytes_inside_lines_are_made_harmless),
        cmocka_unit_test(bad_paths_are_named),
        cmocka_unit_test(directory_is_read_in_order_and_empty_files_are_said),
        cmocka_unit_test(rejects_file_holds_every_line),
        cmocka_unit_test(sinks_and_progress_that_fail_end_the_import),
        cmocka_unit_test(dry_run_aborts_and_reports),
        cmocka_unit_test(help_lists_formats_and_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
