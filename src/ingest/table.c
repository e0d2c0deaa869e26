/* table.c: see table.h. A time column is the START unless its name begins with `end` or is one of
 * nginx's variables, or --stamp says otherwise.
 */
#include "ingest/table.h"

#include <string.h>

#include "ingest/durations.h"
#include "ingest/quick_hash.h"
#include "ingest/seen.h"

#define SECONDS_END 19 /* bytes of 2025-03-03T10:11:12 */

static void begin_record(struct hr__table *table)
{
    table->reason = HR__REASON_COUNT;
    for (size_t i = 0; i < HR__FIELD_COUNT; i++) {
        table->value[i] = HR_UNKNOWN;
    }
    table->timed = false;
    table->ended = false;
    table->triggered = false;
    table->name[0].len = 0;
    table->name[1].len = 0;
    table->id.len = 0;
    table->target = (struct hr__target){0};
}

static void fault(struct hr__table *table, enum hr__reason reason)
{
    if (table->reason == HR__REASON_COUNT) {
        table->reason = reason;
    }
}

/* Whether an ISO time ends in Z or +hh:mm. */
static bool tells_offset(const char *text, size_t len)
{
    return text[len - 1] == 'Z' || text[len - 1] == 'z' || memchr(text, '+', len) != NULL ||
           (len > SECONDS_END && memchr(text + SECONDS_END, '-', len - SECONDS_END) != NULL);
}

static void read_time(struct hr__table *table, enum hr__field field, const char *text, size_t len)
{
    bool is_time = field == HR__TIME;
    struct hr__time_column *column = is_time ? &table->columns.time : &table->columns.end;
    if (len == 0) {
        fault(table, HR__NO_TIME);
    } else if (!hr__time_read(column, text, len, &table->value[field], &table->resolution_us)) {
        fault(table, HR__BAD_DATE);
    } else if (column->zoneless && !tells_offset(text, len) &&
               !hr__local_time(table->reader, table->value[field], &table->after_us,
                               &table->value[field])) {
        fault(table, HR__NO_SUCH_HOUR);
    } else if (is_time) {
        table->timed = true;
    } else {
        table->ended = true;
    }
}

static bool is_missing(const char *text, size_t len)
{
    return len == 0 || (len == 1 && text[0] == '-');
}

static void read_duration(struct hr__table *table, enum hr__field field, const char *text,
                          size_t len)
{
    int64_t value;
    if (table->value[field] != HR_UNKNOWN || is_missing(text, len)) {
        return;
    }
    if (!hr__duration_read(text, len, table->columns.unit[field], &value)) {
        fault(table, HR__BAD_DURATION);
    } else if (value == HR__DURATION_BAD) {
        fault(table, text[0] == '-' ? HR__NEGATIVE : HR__BAD_DURATION);
    } else {
        table->value[field] = value;
    }
}

static void read_size(struct hr__table *table, enum hr__field field, const char *text, size_t len)
{
    int64_t value;
    if (table->value[field] != HR_UNKNOWN || is_missing(text, len)) {
        return;
    }
    bool plain = field == HR__BYTES; /* kept in bytes, the others in KiB */
    struct hr__unit unit = *table->columns.unit[field];
    if (plain) {
        unit.times = unit.per == 1 ? unit.times * 1024 : 1;
        unit.per = 1;
    }
    if (!hr__number(text, len, &unit, &value) || value < 0) {
        fault(table, HR__BAD_NUMBER);
    } else {
        table->value[field] = value;
    }
}

static void read_status(struct hr__table *table, const char *text, size_t len)
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
    if (table->value[HR__STATUS] != HR_UNKNOWN || is_missing(text, len)) {
        return;
    }
    if (hr__natural(text, len, &value) && value <= 999) {
        table->value[HR__STATUS] = value;
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == len && strncasecmp(words[i].word, text, len) == 0) {
            table->value[HR__STATUS] = words[i].status;
            return;
        }
    }
    fault(table, HR__BAD_STATUS);
}

static void read_name(struct hr__table *table, size_t column, const char *text, size_t len)
{
    struct hr__cell *name = &table->name[column == table->columns.workload_second];
    if (name->len == 0) {
        *name = (struct hr__cell){text, len < HR__NAME_PART ? len : HR__NAME_PART};
    }
}

/* Of several columns of one field the first that is filled. */
static void read_text(struct hr__table *table, enum hr__field field, const char *text, size_t len)
{
    struct hr__cell *cell = field == HR__METHOD ? &table->target.method
                            : field == HR__PATH ? &table->target.path
                            : field == HR__ID   ? &table->id
                                                : &table->target.line;
    if (cell->len == 0 && len > 0) {
        *cell = (struct hr__cell){text, len};
    }
}

static void read_field(struct hr__table *table, size_t column, const char *text, size_t len)
{
    enum hr__field field = (enum hr__field)table->columns.field_of[column];
    switch (field) {
    case HR__TIME:
    case HR__END:
        read_time(table, field, text, len);
        break;
    case HR__DURATION:
    case HR__INIT:
        read_duration(table, field, text, len);
        break;
    case HR__MEMORY:
    case HR__MEMORY_SIZE:
    case HR__BYTES:
        read_size(table, field, text, len);
        break;
    case HR__STATUS:
        read_status(table, text, len);
        break;
    case HR__TRIGGER:
        table->triggered = len > 0 && hr_trigger_parse(text, len, &table->trigger);
        if (len > 0 && !table->triggered) {
            fault(table, HR__BAD_TRIGGER);
        }
        break;
    case HR__WORKLOAD:
        read_name(table, column, text, len);
        break;
    case HR__METHOD:
    case HR__PATH:
    case HR__REQUEST:
    case HR__ID:
        read_text(table, field, text, len);
        break;
    case HR__FIELD_COUNT:
        break;
    }
}

static bool find_default(struct hr__reader *reader, struct hr__table *table, uint32_t *ret,
                         struct hr_error *err)
{
    if (!table->has_default) {
        const char *own = reader->default_name;
        table->has_default =
            hr__groups_find(reader->groups, own, strlen(own), &table->default_group, err);
    }
    *ret = table->default_group;
    return table->has_default;
}

/* The route of the request, where the row tells one and --workload does not overrule it. */
static bool find_route(struct hr__reader *reader, struct hr__table *table, uint32_t *ret,
                       struct hr_error *err)
{
    int64_t status = table->value[HR__STATUS];
    if ((table->target.line.len == 0 && table->target.path.len == 0) ||
        reader->options->workload != NULL) {
        return find_default(reader, table, ret, err);
    }
    if (table->target.path.len > 0) {
        table->target.line.text = NULL; /* a path alone is cleaner than a line that holds it */
    }
    return hr__requests_group(&table->requests, &table->target,
                              (uint16_t)(status == HR_UNKNOWN ? 0 : status), ret, err);
}

static bool find_group(struct hr__reader *reader, struct hr__table *table, uint32_t *ret,
                       struct hr_error *err)
{
    char name[HR__NAME_BUFFER];
    size_t len = table->name[0].len;
    if (len == 0) {
        return find_route(reader, table, ret, err);
    }
    memcpy(name, table->name[0].text, len);
    if (table->columns.workload_second != HR__NO_COLUMN) {
        name[len++] = '/';
        memcpy(name + len, table->name[1].text, table->name[1].len);
        len += table->name[1].len;
    }
    if (len != table->last_len || memcmp(name, table->last, len) != 0) {
        if (!hr__groups_find(reader->groups, name, len, &table->last_group, err)) {
            return false;
        }
        memcpy(table->last, name, len);
        table->last_len = len;
    }
    *ret = table->last_group;
    return true;
}

/* The record's times as one stamp and one duration. */
static void settle_record(const struct hr__table *table, struct hr__record *record)
{
    record->stamp_us = table->value[table->timed ? HR__TIME : HR__END];
    record->duration_us = table->value[HR__DURATION];
    if (table->timed && table->ended && record->duration_us == HR_UNKNOWN) {
        int64_t took = table->value[HR__END] - table->value[HR__TIME];
        record->duration_us = took < 0 ? HR_UNKNOWN - 1 : took;
    }
}

/* What a row tells of its whole workload. */
static void note_group(struct hr__reader *reader, const struct hr__table *table, uint32_t number)
{
    struct hr__group *group = &reader->groups->group[number];
    if (table->triggered) {
        group->trigger = table->trigger;
        group->trigger_origin = HR_MEASURED;
    }
    if (table->value[HR__MEMORY_SIZE] > group->memory_size_kb) {
        group->memory_size_kb = table->value[HR__MEMORY_SIZE];
    }
}

bool hr__table_row(struct hr__table *table, struct hr__reader *reader, const struct hr__line *line,
                   const struct hr__cell *cells, struct hr_error *err)
{
    begin_record(table);
    for (size_t i = 0; i < table->columns.count; i++) {
        if (table->columns.field_of[i] != HR__FIELD_COUNT) {
            read_field(table, i, cells[i].text, cells[i].len);
        }
    }
    if (table->reason == HR__REASON_COUNT && !table->timed && !table->ended) {
        table->reason = HR__NO_TIME;
    }
    if (table->reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, table->reason, err);
    }
    struct hr__record record = {
        .bytes = table->value[HR__BYTES],
        .memory_kb = table->value[HR__MEMORY],
        .init_us = table->value[HR__INIT],
        .status = (uint16_t)(table->value[HR__STATUS] == HR_UNKNOWN ? 0 : table->value[HR__STATUS]),
    };
    settle_record(table, &record);
    if (table->starts_first && record.init_us != HR_UNKNOWN) {
        record.before_us = record.init_us;
    }
    reader->resolution_us =
        table->resolution_us < reader->resolution_us ? table->resolution_us : reader->resolution_us;
    bool again = false;
    if (table->id.len > 0 &&
        !hr__seen_before(reader->seen, hr__quick_hash(table->id.text, table->id.len, 0),
                         record.stamp_us, &again, err)) {
        return false;
    }
    if (again) {
        hr__filter(reader, HR__REPEATED);
        return true;
    }
    if (!find_group(reader, table, &record.group, err) || !hr__keep(reader, line, &record, err)) {
        return false;
    }
    note_group(reader, table, record.group);
    return true;
}

bool hr__table_open(struct hr__table *table, struct hr__reader *reader, struct hr_error *err)
{
    const struct hr_ingest_options *options = reader->options;
    const struct hr__columns *columns = &table->columns;
    bool has_time = columns->column[HR__TIME] != HR__NO_COLUMN;
    bool has_end = columns->column[HR__END] != HR__NO_COLUMN;
    const struct hr__time_column *column = has_time ? &columns->time : &columns->end;
    table->reader = reader;
    table->after_us = HR_UNKNOWN;
    table->resolution_us = column->resolution_us;
    reader->resolution_us = table->resolution_us;
    reader->trigger = HR_HTTP;
    reader->trigger_origin = HR_ASSUMED;
    reader->span = HR_SPAN_UNKNOWN;
    bool told = options->stamp != NULL && !(has_time && has_end); /* two columns tell enough */
    bool start = has_time && !columns->time_is_end;
    reader->stamp = told ? *options->stamp : start ? HR_STAMP_START : HR_STAMP_END;
    reader->stamp_origin = told ? HR_SET : HR_DERIVED;
    return hr__requests_open(&table->requests, reader, err);
}

void hr__table_close(struct hr__table *table)
{
    hr__requests_close(&table->requests);
}

bool hr__table_explain(const struct hr__table *table, struct hr__reader *reader,
                       struct hr_error *err)
{
    bool has_time = table->columns.column[HR__TIME] != HR__NO_COLUMN;
    const struct hr__time_column *column = has_time ? &table->columns.time : &table->columns.end;
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
    } else if (column->zoneless && !hr__say_zone(reader, err)) {
        return false;
    }
    if (table->columns.column[HR__DURATION] == HR__NO_COLUMN &&
        (table->columns.column[HR__TIME] == HR__NO_COLUMN ||
         table->columns.column[HR__END] == HR__NO_COLUMN)) {
        return hr__say(reader->report, err,
                       "%s has no column of durations (duration_ms, duration_us, duration_s); "
                       "--map duration=COLUMN:UNIT names one",
                       file);
    }
    return true;
}
