/* test_ingest_pieces.c: a log that comes through a pipe in odd pieces imports as the same log from
 * a file does, arrivals to the microsecond included. */
#include "sink.h"

#include <sys/wait.h>

#define ROWS 300

static size_t make_access(char *to)
{
    size_t len = 0;
    for (uint64_t i = 0; i < ROWS; i++) {
        len += (size_t)sprintf(to + len,
                               "192.0.2.7 - - [03/Mar/2025:10:%02d:%02d +0100] \"GET /a/%llu "
                               "HTTP/1.1\" 200 %llu \"-\" \"x y\" 0.%03llu\r\n",
                               (int)(i / 60), (int)(i % 60), (unsigned long long)(i * i),
                               (unsigned long long)(hr_mix64(i) % 99999),
                               (unsigned long long)(hr_mix64(i) % 1000));
    }
    return len;
}

static size_t make_csv(char *to)
{
    size_t len = (size_t)sprintf(to, "\xef\xbb\xbf"
                                     "time,duration_ms,workload\n");
    for (uint64_t i = 0; i < ROWS; i++) {
        len += (size_t)sprintf(
            to + len, "%llu,%llu.5,%s\n", (unsigned long long)(1741000000000 + i * 17),
            (unsigned long long)(hr_mix64(i) % 500), i % 3 == 0 ? "\"a\nb\"" : "c");
    }
    return len;
}

static size_t make_lambda(char *to)
{
    size_t len = (size_t)sprintf(to, "timestamp,message\n");
    for (uint64_t i = 0; i < ROWS; i++) {
        len +=
            (size_t)sprintf(to + len,
                            "%llu,\"REPORT RequestId: %llu\tDuration: %llu.25 ms\tBilled "
                            "Duration: 999 ms\tMemory Size: 128 MB\tMax Memory Used: 9 MB\t\n\"\n",
                            (unsigned long long)(1741000000000 + i * 1700), (unsigned long long)i,
                            (unsigned long long)(hr_mix64(i) % 500));
    }
    return len;
}

/* A child that writes the bytes to the pipe, in pieces of 1 byte to some thousand. */
static pid_t write_pieces(const char *path, const char *bytes, size_t len, uint64_t seed)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int fd = open(path, O_WRONLY);
        while (fd >= 0 && len > 0) {
            seed = hr_mix64(seed);
            size_t piece = 1 + seed % (seed % 2 == 0 ? 5 : 3000);
            piece = piece < len ? piece : len;
            ssize_t n = write(fd, bytes, piece);
            if (n <= 0) {
                break;
            }
            bytes += n;
            len -= (size_t)n;
        }
        _exit(0);
    }
    return child;
}

static void same_rows(const struct import *a, const struct import *b)
{
    assert_int_equal(a->report.lines, b->report.lines);
    assert_int_equal(a->report.kept, ROWS);
    assert_int_equal(b->report.kept, ROWS);
    assert_int_equal(a->sink.count, b->sink.count);
    assert_true(a->report.files[0].content_hash == b->report.files[0].content_hash);
    for (size_t w = 0; w < a->sink.count; w++) {
        assert_int_equal(a->sink.workloads[w].count, b->sink.workloads[w].count);
        for (size_t r = 0; r < a->sink.workloads[w].count; r++) {
            const struct sink_row *x = &a->sink.workloads[w].rows[r];
            const struct sink_row *y = &b->sink.workloads[w].rows[r];
            assert_true(x->arrival == y->arrival && x->duration == y->duration &&
                        x->bytes == y->bytes && x->status == y->status);
        }
    }
}

static void import_in_any_pieces_is_the_same(void **state)
{
    (void)state;
    static size_t (*const makers[])(char *) = {make_access, make_csv, make_lambda};
    char *bytes = malloc((size_t)ROWS * 256);
    char directory[] = "/tmp/hr-pieces-XXXXXX", path[64];
    assert_non_null(bytes);
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/log.txt", directory);
    for (size_t m = 0; m < sizeof makers / sizeof *makers; m++) {
        struct import whole, pieces;
        size_t len = makers[m](bytes);
        import_bytes(&whole, bytes, len, (struct hr_ingest_options){0});
        assert_true(whole.done);
        for (uint64_t seed = 1; seed < 4; seed++) {
            assert_int_equal(mkfifo(path, 0600), 0);
            pid_t child = write_pieces(path, bytes, len, seed);
            import_path(&pieces, path, (struct hr_ingest_options){0});
            assert_int_equal(waitpid(child, NULL, 0), child);
            assert_true(pieces.done);
            same_rows(&whole, &pieces);
            import_clear(&pieces);
            unlink(path);
        }
        import_clear(&whole);
    }
    rmdir(directory);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import_in_any_pieces_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
