/* test_ingest_csv.c: columns by name or by --map, times of every kind, quotes and damage. */
#include "sink.h"

#define T0 (INT64_C(1741000000) * HR_SECOND) /* 2025-03-03T11:06:40Z */

static const struct sink_row *only_row(const struct import *import, const char *name)
{
    struct sink_workload *w = sink_find(&import->sink, name);
    assert_non_null(w);
    assert_int_equal(w->count, 1);
    return &w->rows[0];
}

static void csv_times_table(void **state)
{
    (void)state;
    static const struct {
        const char *time;
        int64_t arrival, resolution; /* resolution of the file */
    } cases[] = {
        {"2025-03-03T11:06:40.123456Z", T0 + 123456, 1},
        {"2025-03-03 11:06:40.123", T0 + 123000, 1000},
        {"2025-03-03T12:06:40.5+01:00", T0 + 500000, 100000}, /* placed inside a tenth */
        {"1741000000", T0, HR_SECOND},                        /* placed inside its second */
        {"1741000000.25", T0 + 250000, 10000},
        {"1741000000123", T0 + 123000, 1000},
        {"1741000000123456", T0 + 123456, 1},
        {"1741000000123456789", T0 + 123457, 1},
        {"12.5", 12500000, 1}, /* relative: as it stands */
        {"0", 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        snprintf(text, sizeof text, "time,duration_ms\n%s,1.5\n", cases[i].time);
        struct import import;
        import_text(&import, text, (struct hr_ingest_options){0});
        if (!import.done) {
            fail_msg("%s: %s", cases[i].time, import.err.text);
        }
        const struct sink_row *row = only_row(&import, "log");
        int64_t quantum = cases[i].resolution;
        assert_int_equal(import.report.files[0].resolution_us, quantum);
        int64_t off = row->arrival - cases[i].arrival;
        assert_true(quantum < 10000 ? off == 0 : off >= 0 && off < quantum);
        assert_int_equal(row->duration, 1500);
        assert_true(import.report.files[0].first == cases[i].arrival);
        import_clear(&import);
    }
}

static void csv_columns_table(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct sink_row row;
        const char *workload;
    } cases[] = {
        {"ts,duration_us,status,bytes,memory_mb,init_ms,workload\n"
         "1741000000000,1500,503,77,69,311.94,resize\n",
         {T0, 1500, 77, 69 * 1024, 311940, 503},
         "resize"},
        {"Start;Duration_S;Workload\n1741000000000;1.5;a;\n", {0}, NULL}, /* a field too many */
        {"Start;Duration_S;Workload\n1741000000000;1.5;\"a;b\"\n",
         {T0, 1500000, -1, -1, -1, 0},
         "a;b"},
        {"timestamp\tduration_ms\n1741000000000\t2\n", {T0, 2000, -1, -1, -1, 0}, "log"},
        {"end,duration_ms\n1741000000000,2000\n", {T0 - 2000000, 2000000, -1, -1, -1, 0}, "log"},
        {"start,end\n1741000000000,1741000000750\n", {T0, 750000, -1, -1, -1, 0}, "log"},
        {"time,duration_ms,status\n1741000000000,,timeout\n", {T0, -1, -1, -1, -1, 504}, "log"},
        {"\"time\",\"duration_ms\",\"workload\"\n\"1741000000000\",\"3\",\"say \"\"hi\"\"\"\n",
         {T0, 3000, -1, -1, -1, 0},
         "say \"hi\""},
        {"time,duration_ms,workload\n1741000000000,3,\"two\nlines\"\n",
         {T0, 3000, -1, -1, -1, 0},
         "two\\x0Alines"},
        {"\xef\xbb\xbf"
         "time,duration_ms\r\n1741000000000,4\r\n",
         {T0, 4000, -1, -1, -1, 0},
         "log"},
        {"time,duration_ms\n  1741000000000 ,  4 ", {T0, 4000, -1, -1, -1, 0}, "log"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_text(&import, cases[i].text, (struct hr_ingest_options){0});
        if (import.done != (cases[i].workload != NULL)) {
            fail_msg("%s: %s", cases[i].text, import.err.text);
        }
        if (import.done) {
            const struct sink_row *row = only_row(&import, cases[i].workload);
            assert_memory_equal(&row->arrival, &cases[i].row.arrival, 5 * sizeof(int64_t));
            assert_int_equal(row->status, cases[i].row.status);
        }
        import_clear(&import);
    }
}

static void csv_maps_table(void **state)
{
    (void)state;
    static const char text[] = "app,func,when,took,size\nshop,cart,1741000000000,1.5,512\n";
    static const struct {
        const char *map, *workload, *says; /* says: of the error */
        int64_t duration;
    } cases[] = {
        {"time=when,duration=took:s", "log", NULL, 1500000},
        {"time=when:ms,duration=took:ms,workload=func", "cart", NULL, 1500},
        {"time=when,duration=took:s,workload=app+func,memory_size=size", "shop/cart", NULL,
         1500000},
        {"time=#3,duration=#4:min", "log", NULL, 90000000},
        {"time=when,duration=took", NULL, "--map duration=took:ms", 0},
        {"time=whenever", NULL, "no column \"whenever\"", 0},
        {"when=time", NULL, "no field \"when\"", 0},
        {"time", NULL, "FIELD=COLUMN", 0},
        {"time=when,time=took", NULL, "twice", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        const char *maps[] = {cases[i].map};
        import_text(
            &import, text,
            (struct hr_ingest_options){.maps = maps, .map_count = 1, .input_format = "csv"});
        if (import.done != (cases[i].workload != NULL)) {
            fail_msg("%s: %s", cases[i].map, import.err.text);
        }
        if (import.done) {
            assert_int_equal(only_row(&import, cases[i].workload)->duration, cases[i].duration);
        } else {
            assert_int_equal(import.err.kind, HR_EUSAGE);
            if (strstr(import.err.text, cases[i].says) == NULL) {
                fail_msg("%s says: %s", cases[i].map, import.err.text);
            }
        }
        import_clear(&import);
    }
}

static void csv_headers_that_do_not_do(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
        enum hr_error_kind kind;
    } cases[] = {
        {"time,duration\n1741000000,5\n", "--map duration=duration:ms", HR_EUSAGE},
        {"a,b\n1,2\n", "--map time=COLUMN", HR_EINPUT},
        {"time,duration_ms,time\n1741000000,5,1741000000\n", "2 times", HR_EINPUT},
        {"duration_ms,x\n5,1\n", "no column tells a time", HR_EINPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import import;
        import_text(&import, cases[i].text, (struct hr_ingest_options){.input_format = "csv"});
        assert_false(import.done);
        assert_int_equal(import.err.kind, cases[i].kind);
        assert_non_null(strstr(import.err.text, "log.txt:1"));
        if (strstr(import.err.text, cases[i].says) == NULL) {
            fail_msg("%s says: %s", cases[i].text, import.err.text);
        }
        import_clear(&import);
    }
}

static void csv_attributes_carry_their_origin(void **state)
{
    (void)state;
    struct import import;
    import_text(&import,
                "time,duration_ms,workload,trigger,memory_size_mb\n"
                "1741000000000,5,jobs,queue,512\n1741000000000,5,web,,\n",
                (struct hr_ingest_options){0});
    assert_true(import.done);
    const struct hr_attribute *a = sink_attribute_of(&import.sink, "jobs", "trigger");
    assert_string_equal(a->value, "queue");
    assert_int_equal(a->origin, HR_MEASURED);
    a = sink_attribute_of(&import.sink, "jobs", "memory_size");
    assert_string_equal(a->value, "512 MB");
    a = sink_attribute_of(&import.sink, "web", "trigger");
    assert_string_equal(a->value, "http");
    assert_int_equal(a->origin, HR_ASSUMED);
    assert_null(sink_attribute_of(&import.sink, "web", "memory_size"));
    import_clear(&import);
}

static void csv_bad_rows_are_counted_by_reason(void **state)
{
    (void)state;
    struct import import;
    import_text(&import,
                "time,duration_ms,status,trigger\n"
                "2025-03-03T11:00:00.000Z,1,200,http\n2025-03-03T11:00:00.100Z,1,200,http\n"
                "2025-03-03T11:00:00.200Z,1,200,http\n2025-03-03T11:00:00.300Z,1,200,http\n"
                "2025-03-03T11:00:00.400Z,1,200,http\n2025-03-03T11:00:00.500Z,1,200,http\n"
                "2025-03-03T11:00:00.600Z,1,200,http\n2025-03-03T11:00:00.700Z,1,200,http\n"
                "2025-03-03T11:00:00.800Z,1,200,http\n\n"
                "2025-02-30T11:00:00.000Z,1,200,http\n" /* 12 */
                "2025-03-03T11:00:00.000Z,-1,200,http\n"
                "2025-03-03T11:00:00.000Z,fast,200,http\n"
                "1969-12-31T23:59:59.000Z,1,200,http\n"
                "2300-01-01T00:00:00.000Z,1,200,http\n"
                "2025-03-03T11:00:00.000Z,1,200\n"
                "2025-03-03T11:00:00.000Z,1,fine,http\n"
                "2025-03-03T11:00:00.000Z,1,200,cron\n"
                ",1,200,http\n", /* 20 */
                (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.lines, 20);
    assert_int_equal(import.report.kept, 9);
    assert_int_equal(import.report.filtered, 2);
    assert_int_equal(import.report.malformed, 9);
    static const char *const reasons[] = {
        "no date",          "negative",  "duration is no number", "outside 1970", "outside 1970",
        "number of fields", "no status", "trigger is not",        "no time",
    };
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(import.report.rejects[i].line, 12 + i);
        if (strstr(import.report.rejects[i].reason, reasons[i]) == NULL) {
            fail_msg("line %zu: %s", 12 + i, import.report.rejects[i].reason);
        }
    }
    import_clear(&import);
}

static void csv_stray_quote_costs_one_row(void **state)
{
    (void)state;
    char text[4000];
    size_t len = (size_t)sprintf(text, "time,duration_ms,workload\n");
    for (int i = 0; i < 20; i++) {
        len += (size_t)sprintf(text + len, "17410000%02d000,1,%s\n", i, i == 7 ? "\"open" : "w");
    }
    struct import import;
    import_text(&import, text, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_int_equal(import.report.kept, 19);
    assert_int_equal(import.report.malformed, 1);
    assert_int_equal(import.report.rejects[0].line, 9);
    assert_int_equal(report_reason(&import.report, "never closed"), 1);
    import_clear(&import);
}

/* Quotes send a row through libcsv, their absence past it: the rows must be the same. */
static void csv_quoted_and_plain_rows_are_the_same(void **state)
{
    (void)state;
    enum { ROWS = 500 };
    char *plain = malloc(ROWS * 100), *quoted = malloc(ROWS * 120);
    assert_non_null(plain);
    assert_non_null(quoted);
    size_t p = (size_t)sprintf(plain, "time,duration_ms,workload\n");
    size_t q = (size_t)sprintf(quoted, "time,duration_ms,workload\n");
    for (uint64_t i = 0; i < ROWS; i++) {
        uint64_t h = hr_mix64(i);
        const char *blank = h % 3 == 0 ? " " : h % 3 == 1 ? "\t " : "";
        long long ms = 1741000000000 + (long long)(h % 1000000);
        p += (size_t)sprintf(plain + p, "%s%lld%s,%d.%d,w %d%s\n", blank, ms, blank,
                             (int)(h >> 40 & 1023), (int)(h >> 50 & 7), (int)(h >> 60), blank);
        q += (size_t)sprintf(quoted + q, "\"%lld\",%d.%d,%s\"w %d\"%s\n", ms, (int)(h >> 40 & 1023),
                             (int)(h >> 50 & 7), blank, (int)(h >> 60), blank);
    }
    struct import a, b;
    import_bytes(&a, plain, p, (struct hr_ingest_options){0});
    import_bytes(&b, quoted, q, (struct hr_ingest_options){0});
    assert_true(a.done && b.done);
    assert_int_equal(a.report.kept, ROWS);
    assert_int_equal(b.report.kept, ROWS);
    assert_int_equal(a.sink.count, b.sink.count);
    for (size_t i = 0; i < a.sink.count; i++) {
        assert_string_equal(a.sink.workloads[i].name, b.sink.workloads[i].name);
        assert_int_equal(a.sink.workloads[i].count, b.sink.workloads[i].count);
        for (size_t r = 0; r < a.sink.workloads[i].count; r++) {
            assert_true(a.sink.workloads[i].rows[r].arrival == b.sink.workloads[i].rows[r].arrival);
            assert_true(a.sink.workloads[i].rows[r].duration ==
                        b.sink.workloads[i].rows[r].duration);
        }
    }
    import_clear(&a);
    import_clear(&b);
    free(plain);
    free(quoted);
}

static void csv_relative_times_are_said(void **state)
{
    (void)state;
    static const char text[] = "time,duration_s\n0.5,1\n7,1\n";
    struct import import;
    import_text(&import, text, (struct hr_ingest_options){0});
    assert_true(import.done);
    assert_true(report_says(&import.report, "--epoch"));
    assert_string_equal(import.report.assumed[0].key, "epoch");
    import_clear(&import);
    int64_t epoch = T0;
    import_text(&import, text, (struct hr_ingest_options){.epoch = &epoch});
    assert_true(import.done);
    assert_true(import.report.files[0].first == T0 + 500000);
    assert_true(sink_find(&import.sink, "log")->rows[1].arrival == T0 + 7 * HR_SECOND);
    import_clear(&import);
}

static void csv_end_names_are_ends(void **state)
{
    (void)state;
    const char *maps[] = {"time=end_timestamp,duration=duration:s"};
    struct import import;
    import_text(&import, "end_timestamp,duration\n10,4\n",
                (struct hr_ingest_options){.maps = maps, .map_count = 1});
    assert_true(import.done);
    assert_true(sink_find(&import.sink, "log")->rows[0].arrival == 6 * HR_SECOND);
    assert_int_equal(import.report.files[0].stamp, HR_STAMP_END);
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_times_table),
        cmocka_unit_test(csv_columns_table),
        cmocka_unit_test(csv_maps_table),
        cmocka_unit_test(csv_headers_that_do_not_do),
        cmocka_unit_test(csv_attributes_carry_their_origin),
        cmocka_unit_test(csv_bad_rows_are_counted_by_reason),
        cmocka_unit_test(csv_stray_quote_costs_one_row),
        cmocka_unit_test(csv_quoted_and_plain_rows_are_the_same),
        cmocka_unit_test(csv_relative_times_are_said),
        cmocka_unit_test(csv_end_names_are_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
