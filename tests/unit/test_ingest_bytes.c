/* test_ingest_bytes.c: every kind of storage gives the same bytes; every kind of damage is told. */
#include "sink.h"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "ingest/bytes.h"

#define LINES 4000

static char *plain;
static size_t plain_len;

/* A CSV whose rows can be counted. */
static int make_plain(void **state)
{
    (void)state;
    plain = malloc(LINES * 64);
    assert_non_null(plain);
    plain_len = (size_t)sprintf(plain, "time,duration_ms\n");
    for (int i = 0; i < LINES; i++) {
        plain_len += (size_t)sprintf(plain + plain_len, "2025-03-03T%02d:%02d:%02d.%03dZ,%d\n",
                                     i / 3600 % 24, i / 60 % 60, i % 60, i * 7 % 1000,
                                     (int)(hr_mix64((uint64_t)i) % 100000));
    }
    return 0;
}

static int free_plain(void **state)
{
    (void)state;
    free(plain);
    return 0;
}

static size_t pack_gzip(const char *bytes, size_t len, char *to, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (uInt)len;
    z.next_out = (unsigned char *)to;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

/* One packed form of some bytes. */
static size_t pack_bytes(int which, const char *bytes, size_t len, char *to, size_t room)
{
    size_t used = 0;
    unsigned used_bzip2 = (unsigned)room;
    switch (which) {
    case 0:
        return pack_gzip(bytes, len, to, room);
    case 1:
        used = ZSTD_compress(to, room, bytes, len, 3);
        assert_false(ZSTD_isError(used));
        return used;
    case 2:
        assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)bytes,
                                                 len, (uint8_t *)to, &used, room),
                         LZMA_OK);
        return used;
    default:
        assert_int_equal(BZ2_bzBuffToBuffCompress(to, &used_bzip2, (char *)(uintptr_t)bytes,
                                                  (unsigned)len, 9, 0, 0),
                         BZ_OK);
        return used_bzip2;
    }
}

static size_t pack(int which, char *to, size_t room)
{
    return pack_bytes(which, plain, plain_len, to, room);
}

static const char *const names[] = {"gzip", "zstd", "xz", "bzip2"};

/* Reads until the end or an error; returns the bytes read. Damaged data are told at the checksum,
 * after some of them were handed out. */
static size_t read_damaged(const char *bytes, size_t len, bool compare, bool *sound,
                           struct hr_error *err)
{
    char path[] = "/tmp/hr-bytes-XXXXXX", buffer[5000];
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    close(fd);
    struct hr__input input;
    size_t total = 0, got = 1;
    *sound = hr__input_open(&input, path, err);
    while (*sound && got > 0) {
        *sound = hr__input_read(&input, buffer, sizeof buffer, &got, err);
        if (*sound && compare && total + got <= plain_len) {
            assert_memory_equal(buffer, plain + total, got);
        }
        total += *sound ? got : 0;
    }
    hr__input_close(&input);
    unlink(path);
    return total;
}

static size_t read_all(const char *bytes, size_t len, bool *sound, struct hr_error *err)
{
    return read_damaged(bytes, len, true, sound, err);
}

static void bytes_of_every_kind_are_the_same(void **state)
{
    (void)state;
    char *packed = malloc(2 * plain_len + 4096);
    struct hr_error err = {0};
    bool sound;
    assert_non_null(packed);
    assert_int_equal(read_all(plain, plain_len, &sound, &err), plain_len);
    assert_true(sound);
    for (int which = 0; which < 4; which++) {
        size_t len = pack(which, packed, 2 * plain_len + 4096);
        assert_int_equal(read_all(packed, len, &sound, &err), plain_len);
        if (!sound) {
            fail_msg("%s: %s", names[which], err.text);
        }
    }
    free(packed);
}

static void bytes_cut_anywhere_are_an_error(void **state)
{
    (void)state;
    char *packed = malloc(2 * plain_len + 4096);
    bool sound;
    assert_non_null(packed);
    for (int which = 0; which < 4; which++) {
        size_t len = pack(which, packed, 2 * plain_len + 4096);
        for (size_t cut = 1; cut < 40; cut++) {
            size_t keep = cut < 10 ? len - cut : len * cut / 40;
            struct hr_error err = {0};
            (void)read_all(packed, keep, &sound, &err);
            if (sound && keep >= HR__BYTES_MAGIC) {
                fail_msg("%s cut to %zu of %zu bytes is taken for whole", names[which], keep, len);
            }
            assert_true(sound || err.kind == HR_EINPUT);
        }
    }
    free(packed);
}

static void bytes_flipped_are_an_error(void **state)
{
    (void)state;
    char *packed = malloc(2 * plain_len + 4096);
    bool sound;
    assert_non_null(packed);
    for (int which = 0; which < 4; which++) {
        size_t len = pack(which, packed, 2 * plain_len + 4096);
        for (size_t i = 1; i < 30; i++) {
            size_t at = len * i / 30;
            packed[at] = (char)(packed[at] ^ 0x10);
            struct hr_error err = {0};
            size_t total = read_damaged(packed, len, false, &sound, &err);
            packed[at] = (char)(packed[at] ^ 0x10);
            /* zstd writes no checksum by default: damage may only change bytes
             */
            if (sound && which != 1) {
                fail_msg("%s with byte %zu flipped reads as %zu bytes", names[which], at, total);
            }
        }
    }
    free(packed);
}

static void bytes_gzip_members_join_and_trailers_are_refused(void **state)
{
    (void)state;
    size_t room = 2 * plain_len + 4096, half = plain_len / 2;
    char *packed = malloc(room);
    struct hr_error err = {0};
    bool sound;
    assert_non_null(packed);
    size_t len = pack_gzip(plain, half, packed, room);
    len += pack_gzip(plain + half, plain_len - half, packed + len, room - len);
    assert_int_equal(read_all(packed, len, &sound, &err), plain_len);
    assert_true(sound);
    memcpy(packed + len, "plain text\n", 11);
    (void)read_all(packed, len + 11, &sound, &err);
    assert_false(sound);
    assert_non_null(strstr(err.text, "after its last gzip member"));
    memset(packed + len, 0, 512);
    (void)read_all(packed, len + 512, &sound, &err);
    assert_false(sound);
    free(packed);
}

/* Two halves packed one after the other are the whole, as cat makes them; other bytes behind are
 * an error. */
static void bytes_members_join(void **state)
{
    (void)state;
    size_t room = 2 * plain_len + 8192, half = plain_len / 2;
    char *packed = malloc(room);
    assert_non_null(packed);
    for (int which = 0; which < 4; which++) {
        struct hr_error err = {0};
        bool sound;
        size_t len = pack_bytes(which, plain, half, packed, room);
        len += pack_bytes(which, plain + half, plain_len - half, packed + len, room - len);
        assert_int_equal(read_all(packed, len, &sound, &err), plain_len);
        if (!sound) {
            fail_msg("%s: %s", names[which], err.text);
        }
        memcpy(packed + len, "plain text\n", 11);
        (void)read_all(packed, len + 11, &sound, &err);
        if (sound) {
            fail_msg("%s takes plain text behind a member", names[which]);
        }
    }
    free(packed);
}

static void bytes_gzip_stub_and_empty_files(void **state)
{
    (void)state;
    struct hr_error err = {0};
    bool sound;
    assert_int_equal(read_all("", 0, &sound, &err), 0);
    assert_true(sound);
    (void)read_all("\x1f\x8b\x08", 3, &sound, &err);
    assert_false(sound);
    assert_non_null(strstr(err.text, "cut"));
    char packed[64];
    size_t len = pack_gzip("", 0, packed, sizeof packed);
    assert_int_equal(read_all(packed, len, &sound, &err), 0);
    assert_true(sound);
}

static void bytes_missing_and_directory_are_named(void **state)
{
    (void)state;
    struct hr__input input;
    struct hr_error err = {0};
    assert_false(hr__input_open(&input, "/nonexistent/x.log", &err));
    assert_int_equal(err.kind, HR_EMISSING);
    assert_non_null(strstr(err.text, "/nonexistent/x.log"));
    hr__input_close(&input);
    assert_false(hr__input_open(&input, "/tmp", &err));
    assert_int_equal(err.kind, HR_EINPUT);
    hr__input_close(&input);
}

static void import_of_damaged_file_leaves_the_sink_alone(void **state)
{
    (void)state;
    size_t room = 2 * plain_len + 4096;
    char *packed = malloc(room);
    assert_non_null(packed);
    struct import import;
    for (int which = 0; which < 4; which++) {
        size_t len = pack(which, packed, room);
        import_bytes(&import, packed, len, (struct hr_ingest_options){0});
        assert_true(import.done);
        assert_int_equal(import.report.kept, LINES);
        import_clear(&import);
        import_bytes(&import, packed, len - len / 3, (struct hr_ingest_options){0});
        assert_false(import.done);
        assert_int_equal(import.err.kind, HR_EINPUT);
        import_clear(&import);
    }
    free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_every_kind_are_the_same),
        cmocka_unit_test(bytes_cut_anywhere_are_an_error),
        cmocka_unit_test(bytes_flipped_are_an_error),
        cmocka_unit_test(bytes_gzip_members_join_and_trailers_are_refused),
        cmocka_unit_test(bytes_members_join),
        cmocka_unit_test(bytes_gzip_stub_and_empty_files),
        cmocka_unit_test(bytes_missing_and_directory_are_named),
        cmocka_unit_test(import_of_damaged_file_leaves_the_sink_alone),
    };
    return cmocka_run_group_tests(tests, make_plain, free_plain);
}
