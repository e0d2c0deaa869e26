/* test_ingest_fast.c: each short way of the readers gives what the long way gives, on random input:
 * rows of a CSV, numbers, figures of a REPORT, ISO times; and the set of invocations seen is a set.
 */
#include "check.h"

#include "ingest/iso_clock.h"
#include "ingest/lambda_report.h"
#include "ingest/numbers.h"
#include "ingest/rows.h"
#include "ingest/seen.h"

#define TRIES ((size_t)200000)

static uint64_t draw(uint64_t *random)
{
    *random = hr_mix64(*random + 1);
    return *random;
}

/* A number as a log might write it: mostly sound, sometimes not. */
static size_t add_number(char *to, uint64_t *random)
{
    static const char *const forms[] = {"%u",    "%u.%02u", "%u.%03u", "%u.%u", "%u.",      "-%u",
                                        "+%u.5", ".%u",     "%ue1",    "%ux",   "%u000000", ""};
    uint64_t r = draw(random);
    size_t form = r % 3 != 0 ? r / 3 % 4 : r / 3 % (sizeof forms / sizeof *forms);
    unsigned whole = (unsigned)(r >> 20 & 0xffff), part = (unsigned)(r >> 40 & 1023);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
    return (size_t)sprintf(to, forms[form], whole, part % 100);
#pragma GCC diagnostic pop
}

/* Two blanks in place of each TAB: the short way wants TABs, the long way takes both. */
static size_t with_blanks(char *to, const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        to[n++] = text[i] == '\t' ? ' ' : text[i];
        if (text[i] == '\t') {
            to[n++] = ' ';
        }
    }
    return n;
}

static void figures_any_way(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "\tDuration: ",           " ms\tBilled Duration: ", " ms\tMemory Size: ",
        " MB\tMax Memory Used: ", " MB\tInit Duration: ",   " ms\tStatus: "};
    uint64_t random = 7;
    size_t read = 0;
    for (size_t i = 0; i < TRIES; i++) {
        char text[400], other[800];
        size_t len = (size_t)sprintf(text, "REPORT RequestId: %llx", (unsigned long long)i);
        size_t count = 1 + draw(&random) % (sizeof pieces / sizeof *pieces);
        for (size_t k = 0; k < count; k++) {
            len += (size_t)sprintf(text + len, "%s",
                                   draw(&random) % 40 == 0 ? "\tOther: " : pieces[k]);
            len += add_number(text + len, &random);
        }
        len += (size_t)sprintf(text + len, "%s", count < 3 || count == 5 ? " ms\t" : " MB");
        len -= draw(&random) % 8 == 0;
        struct hr__lambda_report a, b;
        bool one = hr__lambda_report(text, len, &a);
        bool two = hr__lambda_report(other, with_blanks(other, text, len), &b);
        if (one != two || (one && (a.request != b.request || a.duration_us != b.duration_us ||
                                   a.billed_us != b.billed_us || a.init_us != b.init_us ||
                                   a.memory_kb != b.memory_kb || a.size_kb != b.size_kb ||
                                   a.timeout != b.timeout || a.error != b.error))) {
            fail_msg("%.*s is read in two ways", (int)len, text);
        }
        read += one;
    }
    assert_true(read > TRIES / 4 && read < TRIES);
}

static void times_with_a_clock(void **state)
{
    (void)state;
    static const char letters[] = "0123456789:.,TZ+- \0";
    static const char *const ends[] = {"", "Z", "z", "+01:00", " +0100", "-00:30", "ZZ", ","};
    struct hr__iso_clock clock = {0};
    uint64_t random = 11;
    size_t read = 0;
    for (size_t i = 0; i < TRIES; i++) {
        uint64_t r = draw(&random);
        char text[64];
        size_t len = (size_t)sprintf(text, "2025-03-%02d%c%02d:%02d:%02d", (int)(r % 3 + 1),
                                     r >> 8 & 1 ? 'T' : ' ', (int)(r >> 10 & 1), (int)(r >> 12 & 3),
                                     (int)((r >> 16) % 63));
        size_t digits = (r >> 24) % 12;
        len += digits == 0 ? 0
                           : (size_t)sprintf(text + len, ".%0*d", (int)digits - 1,
                                             (int)(r >> 30 & 0xffffff));
        len += (size_t)sprintf(text + len, "%s", ends[(r >> 56) % 8]);
        if (r % 11 == 0) {
            text[(r >> 5) % len] = letters[(r >> 48) % (sizeof letters - 1)];
        }
        len -= r % 13 == 0;
        int64_t a = 0, b = 0;
        bool one = hr__iso_time(&clock, text, len, &a);
        bool two = hr_time_parse_iso(text, len, &b, NULL);
        if (one != two || (one && a != b)) {
            fail_msg("%.*s: %d %lld, the long way %d %lld", (int)len, text, one, (long long)a, two,
                     (long long)b);
        }
        read += one;
    }
    assert_true(read > TRIES / 4 && read < TRIES);
}

/* No time yet is no time at all, whatever bytes a line begins with. */
static void a_new_clock_knows_no_minute(void **state)
{
    (void)state;
    static const char text[19] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0:07";
    struct hr__iso_clock clock = {0};
    int64_t time;
    assert_false(hr__iso_time(&clock, text, sizeof text, &time));
}

static bool asked(struct hr__seen *seen, uint64_t request, int64_t time)
{
    struct hr_error err = {0};
    bool again;
    assert_true(hr__seen_before(seen, request, time, &again, &err));
    return again;
}

/* In order, in bursts of one instant, and all over two centuries: each comes once, then again. */
static void seen_is_a_set(void **state)
{
    (void)state;
    enum { KEYS = 150000 };
    struct hr__seen seen = {0};
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < KEYS; i++) {
            int64_t spread = (int64_t)(hr_mix64(i) % (uint64_t)HR_TIME_MAX);
            int64_t time = i % 3 == 0   ? (int64_t)i * HR_SECOND
                           : i % 3 == 1 ? HR_DAY
                                        : spread / HR_MILLISECOND * HR_MILLISECOND;
            assert_int_equal(asked(&seen, hr_mix64(i), time), round);
        }
        assert_int_equal(seen.count, KEYS);
    }
    /* a retry repeats the request at another time; others come at the same time */
    assert_false(asked(&seen, hr_mix64(0), HR_SECOND));
    assert_false(asked(&seen, hr_mix64(KEYS), 0));
    hr__seen_clear(&seen);
}

static void seen_stops_at_its_limit(void **state)
{
    (void)state;
    struct hr__seen seen = {0};
    for (uint64_t i = 0; i < HR__SEEN_MAX; i++) {
        assert_false(asked(&seen, i, (int64_t)i * HR_SECOND));
    }
    for (int twice = 0; twice < 2; twice++) {
        assert_false(asked(&seen, HR__SEEN_MAX, 0));               /* in a span that is there */
        assert_false(asked(&seen, HR__SEEN_MAX, HR_TIME_MAX - 1)); /* and in one that is not */
    }
    assert_true(asked(&seen, 0, 0));
    assert_int_equal(seen.count, HR__SEEN_MAX);
    hr__seen_clear(&seen);
}

/* The fields of one line, each ended by '|', and its columns; rows counts the ends of rows. */
struct record {
    char text[400];
    size_t len, columns, rows;
};

static bool add_row(struct hr__reader *reader, const struct hr__line *line,
                    const struct hr__cell *cells, size_t columns, struct hr_error *err)
{
    struct record *record = reader->state;
    (void)line;
    (void)err;
    record->len = 0;
    for (size_t i = 0; columns != SIZE_MAX && i < columns; i++) {
        memcpy(record->text + record->len, cells[i].text, cells[i].len);
        record->text[record->len + cells[i].len] = '|';
        record->len += cells[i].len + 1;
    }
    record->columns = columns;
    record->rows++;
    return true;
}

static bool never_begins(const void *state, const char *text, size_t len)
{
    (void)state;
    (void)text;
    (void)len;
    return false;
}

static void bare_field(void *text, size_t len, void *state)
{
    struct record *record = state;
    memcpy(record->text + record->len, text, len);
    record->text[record->len + len] = '|';
    record->len += len + 1;
    record->columns++;
}

static void bare_row(int terminator, void *state)
{
    (void)terminator;
    ((struct record *)state)->rows++;
}

/* What libcsv alone makes of the line; false when a quote is left open. */
static bool bare_line(struct record *ret, const char *text, size_t len, char delimiter)
{
    struct csv_parser parser;
    *ret = (struct record){.len = 0};
    assert_int_equal(csv_init(&parser, 0), 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    assert_int_equal(csv_parse(&parser, text, len, bare_field, bare_row, ret), len);
    bool whole = parser.pstate == 0;
    csv_free(&parser);
    return whole;
}

static void rows_as_libcsv_reads_them(void **state)
{
    (void)state;
    static const char letters[] = "ab12,,,;;\t\t  .-\"\"\r", plain[] = "ab12345.,,,;;\t ";
    static const struct hr__row_hooks hooks = {.row = add_row, .begins = never_begins};
    uint64_t random = 3, one_row = 0, blank = 0, more_rows = 0;
    for (size_t i = 0; i < TRIES; i++) {
        char text[64], delimiter = ",;\t"[i % 3];
        bool mild = draw(&random) % 2 == 0;
        size_t len = draw(&random) % 50, room = mild ? sizeof plain - 1 : sizeof letters - 1;
        for (size_t k = 0; k < len; k++) {
            text[k] = (mild ? plain : letters)[draw(&random) % room];
        }
        text[len] = '\n';
        struct record expected, got = {.len = 0};
        if (!bare_line(&expected, text, len + 1, delimiter)) {
            continue;
        }
        struct hr_import_file file = {.file = "x"};
        struct hr__reader reader = {.file = &file, .state = &got};
        struct hr__line line = {.text = text, .len = len, .number = 1};
        struct hr__rows rows;
        assert_true(hr__rows_open(&rows, delimiter, &hooks, &got, NULL));
        assert_true(hr__rows_line(&rows, &reader, &line, NULL));
        hr__rows_close(&rows);
        bool same = expected.rows == 0   ? got.rows == 0 && reader.reasons[HR__BLANK] == 1
                    : expected.rows == 1 ? got.rows == 1 && got.columns == expected.columns &&
                                               got.len == expected.len &&
                                               memcmp(got.text, expected.text, got.len) == 0
                                         : got.rows == 1 && got.columns == SIZE_MAX;
        if (!same) {
            fail_msg("%.*s: %.*s, libcsv says %.*s", (int)len, text, (int)got.len, got.text,
                     (int)expected.len, expected.text);
        }
        one_row += expected.rows == 1;
        blank += expected.rows == 0;
        more_rows += expected.rows > 1;
    }
    assert_true(one_row > TRIES / 2 && blank > 100 && more_rows > 1000);
}

/* A quote that opens behind a lone carriage return must not swallow what follows. */
static void rows_after_a_broken_line(void **state)
{
    (void)state;
    static const struct hr__row_hooks hooks = {.row = add_row, .begins = never_begins};
    static const struct {
        const char *text, *expected;
        size_t columns;
    } lines[] = {{"a,b\r\"c\n", "", SIZE_MAX},     {"1,2\n", "1|2|", 2},
                 {"\"3\",4\n", "3|4|", 2},         {"a,\"b\r\nc\n", "", 0}, /* goes on */
                 {"d\",5\n", "a|b\r\nc\nd|5|", 3}, {"a,\"b\n", "", 0},      /* goes on */
                 {"c\"\r\"d\n", "", SIZE_MAX},     {"6,7\n", "6|7|", 2}};
    struct record got = {.len = 0};
    struct hr_import_file file = {.file = "x"};
    struct hr__reader reader = {.file = &file, .state = &got};
    struct hr__rows rows;
    assert_true(hr__rows_open(&rows, ',', &hooks, &got, NULL));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char text[32];
        got = (struct record){.len = 0};
        strcpy(text, lines[i].text);
        struct hr__line line = {.text = text, .len = strlen(text) - 1, .number = i + 1};
        assert_true(hr__rows_line(&rows, &reader, &line, NULL));
        assert_int_equal(got.columns, lines[i].columns);
        got.text[got.len] = '\0';
        assert_string_equal(got.text, lines[i].expected);
    }
    /* a record over two lines counts its first one, and the other as continued
     */
    assert_int_equal(reader.reasons[HR__CONTINUED], 2);
    hr__rows_close(&rows);
}

/* A plus sign changes no number and sends it the long way. */
static void numbers_any_way(void **state)
{
    (void)state;
    static const char letters[] = "0123456789012345678901234567890123456789..-+eE x";
    static const struct hr__unit units[] = {{"ns", HR__UNIT_TIME, 1, 1000},
                                            {"us", HR__UNIT_TIME, 1, 1},
                                            {"ms", HR__UNIT_TIME, 1000, 1},
                                            {"s", HR__UNIT_TIME, 1000000, 1},
                                            {"MB", HR__UNIT_SIZE, 1024, 1},
                                            {"min", HR__UNIT_TIME, 60000000, 1},
                                            {"h", HR__UNIT_TIME, INT64_C(3600000000), 1}};
    uint64_t random = 5;
    size_t read = 0;
    for (size_t i = 0; i < 10 * TRIES; i++) {
        char text[32] = "+";
        size_t len = draw(&random) % 24, room = draw(&random) % 4 == 0 ? 48 : 41;
        for (size_t k = 1; k <= len; k++) {
            text[k] = letters[draw(&random) % room];
        }
        char *exact = malloc(len + 1); /* so that a sanitizer sees a read too many */
        assert_non_null(exact);
        memcpy(exact, text + 1, len);
        const struct hr__unit *unit = &units[draw(&random) % (sizeof units / sizeof *units)];
        int64_t a = 0, b = 0;
        bool one = hr__number(exact, len, unit, &a);
        free(exact);
        if (len > 0 && text[1] != '+' && text[1] != '-') {
            bool two = hr__number(text, len + 1, unit, &b);
            if (one != two || (one && a != b)) {
                fail_msg("%s %s: %d %lld, the long way %d %lld", text + 1, unit->name, one,
                         (long long)a, two, (long long)b);
            }
            read += one;
        }
    }
    assert_true(read > TRIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_as_libcsv_reads_them),
        cmocka_unit_test(rows_after_a_broken_line),
        cmocka_unit_test(numbers_any_way),
        cmocka_unit_test(figures_any_way),
        cmocka_unit_test(times_with_a_clock),
        cmocka_unit_test(a_new_clock_knows_no_minute),
        cmocka_unit_test(seen_is_a_set),
        cmocka_unit_test(seen_stops_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
