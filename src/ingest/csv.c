/* csv.c: generic CSV with a header, RFC 4180 and its relatives (; or TAB between, CRLF, a BOM).
 *
 *   time,duration_ms,workload,status
 *   2025-03-03T10:11:12.500Z,102.25,resize,200
 *
 * A time column is the START unless its name begins with `end` or --stamp says otherwise. Times
 * are ISO 8601 or numbers (s, ms, us, ns since 1970 by magnitude; smaller ones are relative).
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/csv_columns.h"

#define NAME_PART   ((size_t)HR_WORKLOAD_NAME_MAX + 1) /* one more, so that a cut name is seen */
#define NAME_BUFFER (2 * NAME_PART + 1)

struct csv {
    struct hr__rows rows;
    struct hr__csv_columns columns;
    bool header_seen;
    uint32_t default_group;
    bool has_default;
    int64_t resolution_us; /* the finest stamp seen */
    /* the record being read */
    enum hr__reason reason;         /* first fault, or HR__REASON_COUNT */
    int64_t value[HR__FIELD_COUNT]; /* HR_UNKNOWN: not there */
    bool timed, ended;              /* time, end hold one */
    enum hr_trigger trigger;
    bool triggered;
    struct hr__cell name[2];
    /* the group of the last name */
    char last[NAME_BUFFER];
    size_t last_len;
    uint32_t last_group;
};

static void begin_record(struct csv *csv)
{
    csv->reason = HR__REASON_COUNT;
    for (size_t i = 0; i < HR__FIELD_COUNT; i++) {
        csv->value[i] = HR_UNKNOWN;
    }
    csv->timed = false;
    csv->ended = false;
    csv->triggered = false;
    csv->name[0].len = 0;
    csv->name[1].len = 0;
}

static void fault(struct csv *csv, enum hr__reason reason)
{
    if (csv->reason == HR__REASON_COUNT) {
        csv->reason = reason;
    }
}

static void read_time(struct csv *csv, enum hr__field field, const char *text, size_t len)
{
    bool is_time = field == HR__TIME;
    struct hr__time_column *column = is_time ? &csv->columns.time : &csv->columns.end;
    if (len == 0) {
        fault(csv, HR__NO_TIME);
    } else if (!hr__time_read(column, text, len, &csv->value[field], &csv->resolution_us)) {
        fault(csv, HR__BAD_DATE);
    } else if (is_time) {
        csv->timed = true;
    } else {
        csv->ended = true;
    }
}

static bool is_missing(const char *text, size_t len)
{
    return len == 0 || (len == 1 && text[0] == '-');
}

static void read_duration(struct csv *csv, enum hr__field field, const char *text, size_t len)
{
    int64_t value;
    if (is_missing(text, len)) {
        return;
    }
    if (!hr__number(text, len, csv->columns.unit[field], &value) || value >= HR_TIME_MAX) {
        fault(csv, HR__BAD_DURATION);
    } else if (value < 0) {
        fault(csv, HR__NEGATIVE);
    } else {
        csv->value[field] = value;
    }
}

static void read_size(struct csv *csv, enum hr__field field, const char *text, size_t len)
{
    int64_t value;
    if (is_missing(text, len)) {
        return;
    }
    bool plain = field == HR__BYTES; /* kept in bytes, the others in KiB */
    struct hr__unit unit = *csv->columns.unit[field];
    if (plain) {
        unit.times = unit.per == 1 ? unit.times * 1024 : 1;
        unit.per = 1;
    }
    if (!hr__number(text, len, &unit, &value) || value < 0) {
        fault(csv, HR__BAD_NUMBER);
    } else {
        csv->value[field] = value;
    }
}

static void read_status(struct csv *csv, const char *text, size_t len)
{
    static const struct {
        const char *word;
        int64_t status;
    } words[] = {
        {"ok", HR_STATUS_OK},         {"success", HR_STATUS_OK},  {"succeeded", HR_STATUS_OK},
        {"true", HR_STATUS_OK},       {"error", HR_STATUS_ERROR}, {"failed", HR_STATUS_ERROR},
        {"failure", HR_STATUS_ERROR}, {"false", HR_STATUS_ERROR}, {"timeout", HR_STATUS_TIMEOUT},
    };
    int64_t value;
    if (is_missing(text, len)) {
        return;
    }
    if (hr__natural(text, len, &value) && value <= 999) {
        csv->value[HR__STATUS] = value;
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == len && strncasecmp(words[i].word, text, len) == 0) {
            csv->value[HR__STATUS] = words[i].status;
            return;
        }
    }
    fault(csv, HR__BAD_STATUS);
}

static void read_name(struct csv *csv, size_t column, const char *text, size_t len)
{
    csv->name[column == csv->columns.workload_second] =
        (struct hr__cell){text, len < NAME_PART ? len : NAME_PART};
}

static void read_field(struct csv *csv, size_t column, const char *text, size_t len)
{
    enum hr__field field = (enum hr__field)csv->columns.field_of[column];
    switch (field) {
    case HR__TIME:
    case HR__END:
        read_time(csv, field, text, len);
        break;
    case HR__DURATION:
    case HR__INIT:
        read_duration(csv, field, text, len);
        break;
    case HR__MEMORY:
    case HR__MEMORY_SIZE:
    case HR__BYTES:
        read_size(csv, field, text, len);
        break;
    case HR__STATUS:
        read_status(csv, text, len);
        break;
    case HR__TRIGGER:
        csv->triggered = len > 0 && hr_trigger_parse(text, len, &csv->trigger);
        if (len > 0 && !csv->triggered) {
            fault(csv, HR__BAD_TRIGGER);
        }
        break;
    case HR__WORKLOAD:
        read_name(csv, column, text, len);
        break;
    case HR__FIELD_COUNT:
        break;
    }
}

/* A line that splits into as many cells as the header has, with a time where it belongs. */
static bool begins_row(const void *state, const char *text, size_t len)
{
    const struct csv *csv = state;
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t count;
    bool has_time = csv->columns.column[HR__TIME] != HR__NO_COLUMN;
    size_t place = csv->columns.column[has_time ? HR__TIME : HR__END];
    struct hr__time_column column = has_time ? csv->columns.time : csv->columns.end;
    int64_t time, resolution = 1;
    return hr__cells_split(text, len, csv->columns.delimiter, cells, HR__ROW_FIELDS, &count) &&
           count == csv->columns.count &&
           hr__time_read(&column, cells[place].text, cells[place].len, &time, &resolution);
}

static bool find_group(struct hr__reader *reader, struct csv *csv, uint32_t *ret,
                       struct hr_error *err)
{
    char name[NAME_BUFFER];
    size_t len = csv->name[0].len;
    if (csv->columns.column[HR__WORKLOAD] == HR__NO_COLUMN || len == 0) {
        *ret = csv->default_group;
        if (!csv->has_default) {
            const char *own = reader->default_name;
            csv->has_default =
                hr__groups_find(reader->groups, own, strlen(own), &csv->default_group, err);
            *ret = csv->default_group;
        }
        return csv->has_default;
    }
    memcpy(name, csv->name[0].text, len);
    if (csv->columns.workload_second != HR__NO_COLUMN) {
        name[len++] = '/';
        memcpy(name + len, csv->name[1].text, csv->name[1].len);
        len += csv->name[1].len;
    }
    if (len != csv->last_len || memcmp(name, csv->last, len) != 0) {
        if (!hr__groups_find(reader->groups, name, len, &csv->last_group, err)) {
            return false;
        }
        memcpy(csv->last, name, len);
        csv->last_len = len;
    }
    *ret = csv->last_group;
    return true;
}

/* The record's times as one stamp and one duration. */
static void settle_record(const struct csv *csv, struct hr__record *record)
{
    record->stamp_us = csv->value[csv->timed ? HR__TIME : HR__END];
    record->duration_us = csv->value[HR__DURATION];
    if (csv->timed && csv->ended && record->duration_us == HR_UNKNOWN) {
        int64_t took = csv->value[HR__END] - csv->value[HR__TIME];
        record->duration_us = took < 0 ? HR_UNKNOWN - 1 : took;
    }
}

static bool on_row(struct hr__reader *reader, const struct hr__line *line,
                   const struct hr__cell *cells, size_t columns, struct hr_error *err)
{
    struct csv *csv = reader->state;
    if (!csv->header_seen) {
        csv->header_seen = true;
        hr__filter(reader, HR__HEADER);
        return true;
    }
    if (columns != csv->columns.count) {
        return hr__reject(reader, line, HR__FIELDS, err);
    }
    begin_record(csv);
    for (size_t i = 0; i < columns; i++) {
        read_field(csv, i, cells[i].text, cells[i].len);
    }
    if (csv->reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, csv->reason, err);
    }
    struct hr__record record = {
        .bytes = csv->value[HR__BYTES],
        .memory_kb = csv->value[HR__MEMORY],
        .init_us = csv->value[HR__INIT],
        .status = (uint16_t)(csv->value[HR__STATUS] == HR_UNKNOWN ? 0 : csv->value[HR__STATUS]),
    };
    settle_record(csv, &record);
    reader->resolution_us =
        csv->resolution_us < reader->resolution_us ? csv->resolution_us : reader->resolution_us;
    if (!find_group(reader, csv, &record.group, err) || !hr__keep(reader, line, &record, err)) {
        return false;
    }
    struct hr__group *group = &reader->groups->group[record.group];
    if (csv->triggered) {
        group->trigger = csv->trigger;
        group->trigger_origin = HR_MEASURED;
    }
    if (csv->value[HR__MEMORY_SIZE] > group->memory_size_kb) {
        group->memory_size_kb = csv->value[HR__MEMORY_SIZE];
    }
    return true;
}

static const struct hr__row_hooks hooks = {.row = on_row, .begins = begins_row};

/* What was guessed about the times. */
static bool explain(struct hr__reader *reader, const struct csv *csv, bool has_time,
                    struct hr_error *err)
{
    const struct hr__time_column *column = has_time ? &csv->columns.time : &csv->columns.end;
    const char *file = reader->file->file;
    if (column->form == HR__FORM_RELATIVE) {
        char start[HR_TIME_TEXT];
        hr_time_format(start, column->start_us);
        if (!hr__say(reader->report, err, "%s: times are %s since a start, which is taken as %s%s",
                     file, column->unit->name, start,
                     reader->options->epoch == NULL ? "; --epoch TIME tells the real one" : "")) {
            return false;
        }
        struct hr_assumed assumed = {.key = "epoch",
                                     .value = start,
                                     .source = "times too small for an epoch",
                                     .remedy = "--epoch TIME"};
        if (reader->options->epoch == NULL && !hr__assume(reader->report, &assumed, err)) {
            return false;
        }
    } else if (column->form == HR__FORM_EPOCH) {
        if (!hr__say(reader->report, err, "%s: times are %s since 1970", file,
                     column->unit->name)) {
            return false;
        }
    } else if (column->zoneless &&
               !hr__say(reader->report, err, "%s: times tell no zone and are taken as UTC", file)) {
        return false;
    }
    if (csv->columns.column[HR__DURATION] == HR__NO_COLUMN &&
        (csv->columns.column[HR__TIME] == HR__NO_COLUMN ||
         csv->columns.column[HR__END] == HR__NO_COLUMN)) {
        return hr__say(reader->report, err,
                       "%s has no column of durations (duration_ms, duration_us, duration_s); "
                       "--map duration=COLUMN:UNIT names one",
                       file);
    }
    return true;
}

static bool open_csv(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    const struct hr_ingest_options *options = reader->options;
    struct csv *csv = calloc(1, sizeof *csv);
    if (csv == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = csv;
    if (!hr__csv_columns_find(reader, head, &csv->columns, err) ||
        !hr__rows_open(&csv->rows, csv->columns.delimiter, &hooks, csv, err)) {
        return false;
    }
    bool has_time = csv->columns.column[HR__TIME] != HR__NO_COLUMN;
    bool has_end = csv->columns.column[HR__END] != HR__NO_COLUMN;
    csv->resolution_us =
        has_time ? csv->columns.time.resolution_us : csv->columns.end.resolution_us;
    reader->resolution_us = csv->resolution_us;
    reader->trigger = HR_HTTP;
    reader->trigger_origin = HR_ASSUMED;
    reader->span = HR_SPAN_UNKNOWN;
    bool told = options->stamp != NULL && !(has_time && has_end); /* two columns tell enough */
    bool start = has_time && !csv->columns.time_is_end;
    reader->stamp = told ? *options->stamp : start ? HR_STAMP_START : HR_STAMP_END;
    reader->stamp_origin = told ? HR_SET : HR_DERIVED;
    reader->file->variant = csv->columns.delimiter == ','   ? "comma separated"
                            : csv->columns.delimiter == ';' ? "semicolon separated"
                                                            : "TAB separated";
    return explain(reader, csv, has_time, err);
}

static bool line_csv(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    struct csv *csv = reader->state;
    return hr__rows_line(&csv->rows, reader, line, err);
}

static bool end_csv(struct hr__reader *reader, struct hr_error *err)
{
    struct csv *csv = reader->state;
    return hr__rows_end(&csv->rows, reader, err);
}

static void close_csv(struct hr__reader *reader)
{
    struct csv *csv = reader->state;
    if (csv != NULL) {
        hr__rows_close(&csv->rows);
        free(csv);
    }
}

const struct hr__format hr__format_csv = {
    .about = {.name = "csv",
              .sentence = "CSV with a header: time and duration_ms (or _us, _s), and where present "
                          "workload, status, trigger, memory_mb, memory_size_mb, bytes, end",
              .example = "time,duration_ms,workload"},
    .score = hr__csv_score,
    .open = open_csv,
    .line = line_csv,
    .end = end_csv,
    .close = close_csv,
};
