/* test_ingest_lines.c: bytes become the same lines however they arrive. */
#include "check.h"

#include "ingest/lines.h"

struct pieces {
    const char *bytes;
    size_t len, at;
    uint64_t seed; /* 0: all that fits */
};

static bool read_pieces(void *context, char *buffer, size_t room, size_t *got, struct hr_error *err)
{
    struct pieces *p = context;
    (void)err;
    size_t left = p->len - p->at, n = left < room ? left : room;
    if (p->seed != 0 && n > 0) {
        p->seed = hr_mix64(p->seed);
        size_t piece = 1 + p->seed % (p->seed % 3 == 0 ? 3 : 70000);
        n = piece < n ? piece : n;
    }
    memcpy(buffer, p->bytes + p->at, n);
    p->at += n;
    *got = n;
    return true;
}

/* A hash over everything that comes out. */
static uint64_t run(const char *bytes, size_t len, uint64_t seed, bool with_head, uint64_t *count)
{
    struct pieces pieces = {.bytes = bytes, .len = len, .seed = seed};
    struct hr__lines lines;
    struct hr__line line;
    struct hr__head head;
    uint64_t h = 0;
    *count = 0;
    assert_true(hr__lines_init(&lines, (struct hr__source){read_pieces, &pieces}, NULL));
    if (with_head) {
        assert_true(hr__lines_head(&lines, &head, NULL));
        h = head.content_hash + head.line_count;
    }
    for (;;) {
        assert_true(hr__lines_next(&lines, &line, NULL));
        if (line.text == NULL) {
            break;
        }
        (*count)++;
        assert_true(line.number == *count);
        h = hr_hash_bytes(line.text, line.len, h ^ line.offset ^ (line.too_long ? 1u : 0u));
    }
    hr__lines_clear(&lines);
    return h;
}

static void lines_in_any_pieces_are_the_same(void **state)
{
    (void)state;
    size_t len = 0, room = 6 << 20;
    char *bytes = malloc(room);
    assert_non_null(bytes);
    uint64_t h = 7;
    while (len < room - (2 << 20)) { /* lines of all lengths, some beyond the longest */
        h = hr_mix64(h);
        size_t n = h % 97 == 0 ? h % (HR_INGEST_LINE_MAX + 200000) : h % 300;
        for (size_t i = 0; i < n; i++) {
            bytes[len++] = (char)(33 + (h >> (i % 50)) % 90);
        }
        if (h % 5 == 0) {
            bytes[len++] = '\r';
        }
        bytes[len++] = '\n';
    }
    memcpy(bytes + len, "no end", 6);
    len += 6;
    for (int head = 0; head < 2; head++) {
        uint64_t count, again;
        uint64_t whole = run(bytes, len, 0, head != 0, &count);
        for (uint64_t seed = 1; seed < 6; seed++) {
            assert_true(run(bytes, len, seed, head != 0, &again) == whole);
            assert_true(again == count);
        }
    }
    free(bytes);
}

static void expect(const char *bytes, size_t len, const char *const *wanted, size_t count)
{
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct pieces pieces = {.bytes = bytes, .len = len, .seed = seed};
        struct hr__lines lines;
        struct hr__line line;
        assert_true(hr__lines_init(&lines, (struct hr__source){read_pieces, &pieces}, NULL));
        for (size_t i = 0; i < count; i++) {
            assert_true(hr__lines_next(&lines, &line, NULL));
            assert_non_null(line.text);
            assert_int_equal(line.len, strlen(wanted[i]));
            assert_memory_equal(line.text, wanted[i], line.len);
            assert_int_equal(line.text[line.len], '\n');
        }
        assert_true(hr__lines_next(&lines, &line, NULL));
        assert_null(line.text);
        hr__lines_clear(&lines);
    }
}

static void lines_ends_and_marks_are_taken_off(void **state)
{
    (void)state;
    const char *two[] = {"a", "b"}, *blank[] = {"a", "", "b"}, *one[] = {"x"};
    expect("a\nb\n", 4, two, 2);
    expect("a\nb", 3, two, 2);
    expect("a\r\nb\r\n", 6, two, 2);
    expect("\xef\xbb\xbf"
           "a\nb",
           6, two, 2);
    expect("a\n\nb", 4, blank, 3);
    expect("x", 1, one, 1);
    expect("", 0, NULL, 0);
}

static void lines_longest_passes_and_one_more_does_not(void **state)
{
    (void)state;
    size_t max = HR_INGEST_LINE_MAX;
    char *bytes = malloc(2 * max + 16);
    assert_non_null(bytes);
    memset(bytes, 'a', 2 * max + 16);
    bytes[max] = '\n';
    bytes[max + 1 + max + 1] = '\n'; /* one byte longer */
    memcpy(bytes + max + 1 + max + 2, "end\n", 4);
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct pieces pieces = {.bytes = bytes, .len = 2 * max + 7, .seed = seed};
        struct hr__lines lines;
        struct hr__line line;
        assert_true(hr__lines_init(&lines, (struct hr__source){read_pieces, &pieces}, NULL));
        assert_true(hr__lines_next(&lines, &line, NULL));
        assert_false(line.too_long);
        assert_int_equal(line.len, max);
        assert_true(hr__lines_next(&lines, &line, NULL));
        assert_true(line.too_long);
        assert_int_equal(line.len, HR_INGEST_REJECT_TEXT);
        assert_int_equal(line.offset, max + 1);
        assert_true(hr__lines_next(&lines, &line, NULL));
        assert_false(line.too_long);
        assert_int_equal(line.len, 3);
        assert_int_equal(line.number, 3);
        assert_int_equal(line.offset, 2 * max + 3);
        hr__lines_clear(&lines);
    }
    free(bytes);
}

static void lines_nul_bytes_pass(void **state)
{
    (void)state;
    struct pieces pieces = {.bytes = "a\0b\n", .len = 4};
    struct hr__lines lines;
    struct hr__line line;
    assert_true(hr__lines_init(&lines, (struct hr__source){read_pieces, &pieces}, NULL));
    assert_true(hr__lines_next(&lines, &line, NULL));
    assert_int_equal(line.len, 3);
    assert_memory_equal(line.text, "a\0b", 3);
    hr__lines_clear(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_in_any_pieces_are_the_same),
        cmocka_unit_test(lines_ends_and_marks_are_taken_off),
        cmocka_unit_test(lines_longest_passes_and_one_more_does_not),
        cmocka_unit_test(lines_nul_bytes_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
