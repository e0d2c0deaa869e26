/* reader.c: what becomes of a line: an invocation with its arrival, a filtered or a malformed one.
 */
#include "ingest/reader.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    enum hr_line_class kind;
    const char *text;
} reasons[HR__REASON_COUNT] = {
#define HR__REASON_ROW(id, kind, text) [id] = {kind, text},
    HR__REASONS(HR__REASON_ROW)
#undef HR__REASON_ROW
};

/* Uniform in [0, quantum) by the file's content and the line's place in it: repeatable, and the
 * same however the bytes were cut. Evenly spaced arrivals would erase real bursts, arrivals left
 * at the quantum's start would invent one in every second. */
int64_t hr__place_inside(uint64_t content_hash, uint64_t place, int64_t quantum)
{
    uint64_t h = hr_mix64(content_hash ^ hr_mix64(place + UINT64_C(0x9e3779b97f4a7c15)));
    /* 32 random bits scaled to a quantum of at most an hour: no division, no bias worth naming. */
    return (int64_t)(((h >> 32) * (uint64_t)quantum) >> 32);
}

/* The row goes to its group, which takes over what the file tells; the stamp widens the file's
 * span. */
static bool add_row(struct hr__reader *reader, const struct hr__record *record,
                    const struct hr__row *row, struct hr_error *err)
{
    struct hr_import_file *file = reader->file;
    struct hr__group *group = &reader->groups->group[record->group];
    if (group->count == 0) {
        group->trigger = reader->trigger;
        group->trigger_origin = reader->trigger_origin;
        group->span = reader->span;
    }
    int64_t stamp = record->stamp_us;
    file->first = file->first == HR_UNKNOWN || stamp < file->first ? stamp : file->first;
    file->last = file->last == HR_UNKNOWN || stamp > file->last ? stamp : file->last;
    reader->report->invocations++;
    return hr__groups_add(reader->groups, record->group, row, err);
}

bool hr__keep(struct hr__reader *reader, const struct hr__line *line,
              const struct hr__record *record, struct hr_error *err)
{
    struct hr_import_file *file = reader->file;
    int64_t stamp = record->stamp_us, arrival = stamp;
    bool timed = record->duration_us != HR_UNKNOWN;
    if (timed && record->duration_us < 0) {
        return hr__reject(reader, line, HR__NEGATIVE, err);
    }
    if (stamp < HR_TIME_MIN || stamp >= HR_TIME_MAX) {
        return hr__reject(reader, line, HR__OUTSIDE, err);
    }
    if (reader->resolution_us >= HR__PLACE_FROM_US) {
        arrival += hr__place_inside(reader->content_hash, line->offset, reader->resolution_us);
    }
    /* Both durations are below HR_TIME_MAX (the formats see to it), so this cannot overflow. */
    if (reader->stamp == HR_STAMP_END) {
        arrival -= record->before_us + (timed ? record->duration_us : 0);
    }
    if (arrival < HR_TIME_MIN) {
        return hr__reject(reader, line, HR__OUTSIDE, err);
    }
    struct hr__row row = {
        .arrival_us = arrival,
        .duration_us = record->duration_us,
        .bytes = record->bytes,
        .memory_kb = record->memory_kb,
        .init_us = record->init_us,
        .status = record->status,
    };
    file->kept++;
    file->with_duration += timed;
    return add_row(reader, record, &row, err);
}

bool hr__keep_one_of_many(struct hr__reader *reader, const struct hr__record *record,
                          int64_t arrival_us, struct hr_error *err)
{
    struct hr__row row = {
        .arrival_us = arrival_us,
        .duration_us = record->duration_us,
        .bytes = record->bytes,
        .memory_kb = record->memory_kb,
        .init_us = record->init_us,
        .status = record->status,
    };
    return add_row(reader, record, &row, err);
}

void hr__filter(struct hr__reader *reader, enum hr__reason reason)
{
    reader->reasons[reason]++;
    if (reasons[reason].kind == HR_LINE_DUPLICATE) {
        reader->file->duplicates++;
    } else {
        reader->file->filtered++;
    }
}

bool hr__reject(struct hr__reader *reader, const struct hr__line *line, enum hr__reason reason,
                struct hr_error *err)
{
    reader->reasons[reason]++;
    reader->file->malformed++;
    return hr__rejects_add(reader->rejects, reader->file->file, line, reasons[reason].text, err);
}

bool hr__local_time(const struct hr__reader *reader, int64_t local_us, int64_t *after_us,
                    int64_t *ret)
{
    *ret = local_us;
    if (reader->zone != NULL && !hr__zone_utc(reader->zone, local_us, *after_us, ret)) {
        return false;
    }
    *after_us = *ret;
    return true;
}

bool hr__say_zone(struct hr__reader *reader, struct hr_error *err)
{
    const char *told = reader->options->timezone;
    return hr__say(reader->report, err, "%s: times tell no zone and are taken as %s%s",
                   reader->file->file, told == NULL ? "UTC" : told,
                   told == NULL ? "; --timezone Europe/Berlin tells another" : "");
}

void hr__reader_count(struct hr__reader *reader)
{
    struct hr_import_file *file = reader->file;
    file->reason_count = 0;
    for (size_t i = 0; i < HR__REASON_COUNT; i++) {
        if (reader->reasons[i] > 0) {
            file->reasons[file->reason_count++] = (struct hr_import_reason){
                .text = reasons[i].text, .kind = reasons[i].kind, .count = reader->reasons[i]};
        }
    }
    file->lines = file->kept + file->filtered + file->malformed + file->duplicates;
    file->resolution_us = reader->resolution_us;
    file->stamp = reader->stamp;
    file->stamp_origin = reader->stamp_origin;
}

/* A longer array in the arena; the old one stays there until the report dies. */
static void *grown(struct hr_arena *arena, const void *items, size_t count, size_t size)
{
    if ((count & (count + 1)) != 0) {
        return (void *)(uintptr_t)items; /* room for the next power of two minus one is there */
    }
    char *more = hr_arena_alloc(arena, (2 * count + 1) * size);
    if (more != NULL && count > 0) {
        memcpy(more, items, count * size);
    }
    return more;
}

bool hr__say(struct hr_ingest_report *report, struct hr_error *err, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        return hr_fail_memory(err);
    }
    const char *copy = hr_arena_copy(&report->arena, text, (size_t)len);
    free(text);
    const char **sentences =
        grown(&report->arena, report->sentences, report->sentence_count, sizeof *report->sentences);
    if (copy == NULL || sentences == NULL) {
        return hr_fail_memory(err);
    }
    report->sentences = sentences;
    report->sentences[report->sentence_count++] = copy;
    return true;
}

static const char *copied(struct hr_arena *arena, const char *text)
{
    return hr_arena_copy(arena, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

bool hr__assume(struct hr_ingest_report *report, const struct hr_assumed *assumed,
                struct hr_error *err)
{
    if (report->assumed_count == HR_INGEST_ASSUMED) {
        return true;
    }
    struct hr_assumed copy = {
        .workload = copied(&report->arena, assumed->workload),
        .key = copied(&report->arena, assumed->key),
        .value = copied(&report->arena, assumed->value),
        .source = copied(&report->arena, assumed->source),
        .remedy = copied(&report->arena, assumed->remedy),
    };
    struct hr_assumed *list =
        grown(&report->arena, report->assumed, report->assumed_count, sizeof *report->assumed);
    if (copy.workload == NULL || copy.key == NULL || copy.value == NULL || copy.source == NULL ||
        copy.remedy == NULL || list == NULL) {
        return hr_fail_memory(err);
    }
    report->assumed = list;
    report->assumed[report->assumed_count++] = copy;
    return true;
}
