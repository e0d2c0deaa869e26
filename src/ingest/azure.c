/* azure.c: the public data set of Azure Functions of 2019: invocations per minute, and percentiles
 * of durations in a file of its own.
 *
 *   HashOwner,HashApp,HashFunction,Trigger,1,2,...,1440
 *   HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,...
 *
 * https://github.com/Azure/AzurePublicDataset (AzureFunctionsDataset2019). Counts are of executions
 * that ended in that minute. Arrivals are drawn inside it, uniformly by a hash of the file's
 * content, those of timers evenly; so an import gives the same ones again. Durations become the
 * service time of their function, when their file was read before: a folder is read by name, and
 * theirs come first. Traps: columns by name, because excerpts order them otherwise and keep some
 * minutes only; percentiles are of averages of 30 seconds, so a tail is longer than they say.
 */
#include "ingest/azure_known.h"
#include "ingest/cell.h"
#include "ingest/numbers.h"
#include "ingest/quick_hash.h"
#include "ingest/requests.h"

#include <stdlib.h>

#define COLUMNS_MAX 2048
#define MINUTES     1440
#define COUNT_MAX   100000000 /* invocations of one function in one minute */
#define FIRST_DAY   (INT64_C(1563148800) * HR_SECOND) /* 2019-07-15: day 1 of the data set */

enum kind { INVOCATIONS, DURATIONS, MEMORY, NONE };

/* Where things stand in a row. */
struct layout {
    enum kind kind;
    size_t count;                /* columns */
    size_t function, trigger;    /* places */
    size_t average, p50, p99;    /* of durations */
    int16_t minute[COLUMNS_MAX]; /* of invocations: 1 to 1440, 0 for other columns */
};

struct azure {
    struct layout layout;
    bool header_seen;
    int64_t begin_us;
    uint64_t unknown; /* functions without durations */
};

static bool has_prefix(struct hr__cell cell, const char *prefix)
{
    size_t len = strlen(prefix);
    return cell.len >= len && memcmp(cell.text, prefix, len) == 0;
}

static size_t split(const char *text, size_t len, struct hr__cell cells[COLUMNS_MAX])
{
    const char *at = text, *end = text + len;
    size_t count = 0;
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma == NULL ? end : comma;
        if (count < COLUMNS_MAX) {
            cells[count] = (struct hr__cell){at, (size_t)(stop - at)};
        }
        count++;
        if (comma == NULL) {
            return count;
        }
        at = comma + 1;
    }
}

/* `480`, `minute_480`, `480_minute`: the minute of a column, 0 for other columns. */
static int16_t minute_of(struct hr__cell name)
{
    int64_t minute;
    if (has_prefix(name, "minute_")) {
        name = (struct hr__cell){name.text + 7, name.len - 7};
    } else if (name.len > 7 && memcmp(name.text + name.len - 7, "_minute", 7) == 0) {
        name.len -= 7;
    }
    return hr__natural(name.text, name.len, &minute) && minute >= 1 && minute <= MINUTES
               ? (int16_t)minute
               : 0;
}

static void read_header(const char *text, size_t len, struct layout *ret)
{
    struct hr__cell cells[COLUMNS_MAX];
    size_t minutes = 0;
    *ret = (struct layout){.kind = NONE,
                           .count = split(text, len, cells),
                           .function = SIZE_MAX,
                           .trigger = SIZE_MAX,
                           .average = SIZE_MAX,
                           .p50 = SIZE_MAX,
                           .p99 = SIZE_MAX};
    bool memory = false;
    for (size_t i = 0; i < ret->count && ret->count <= COLUMNS_MAX; i++) {
        ret->minute[i] = minute_of(cells[i]);
        minutes += ret->minute[i] > 0;
        size_t *place = hr__cell_is(cells[i], "HashFunction")            ? &ret->function
                        : hr__cell_is(cells[i], "Trigger")               ? &ret->trigger
                        : hr__cell_is(cells[i], "Average")               ? &ret->average
                        : hr__cell_is(cells[i], "percentile_Average_50") ? &ret->p50
                        : hr__cell_is(cells[i], "percentile_Average_99") ? &ret->p99
                                                                         : NULL;
        if (place != NULL) {
            *place = i;
        }
        memory |= hr__cell_is(cells[i], "AverageAllocatedMb");
    }
    if (memory) {
        ret->kind = MEMORY;
    } else if (ret->function != SIZE_MAX) {
        bool durations = ret->average != SIZE_MAX && ret->p50 != SIZE_MAX && ret->p99 != SIZE_MAX;
        ret->kind = minutes > 0 && ret->trigger != SIZE_MAX ? INVOCATIONS
                    : durations                             ? DURATIONS
                                                            : NONE;
    }
}

static double score_azure(const struct hr__format *format, const struct hr__head *head,
                          const struct hr_ingest_options *options)
{
    struct layout layout;
    struct hr__cell cells[COLUMNS_MAX];
    size_t fits = 1;
    (void)format;
    (void)options;
    if (head->line_count == 0) {
        return 0;
    }
    read_header(head->lines[0].text, head->lines[0].len, &layout);
    if (layout.kind == NONE) {
        return 0;
    }
    for (size_t i = 1; i < head->line_count; i++) {
        fits += split(head->lines[i].text, head->lines[i].len, cells) == layout.count;
    }
    return (double)fits / (double)head->line_count;
}

/* The day of `...anon.d07.csv`, from 1; 1 when the name tells none. */
static int64_t day_of(const char *path)
{
    const char *mark = strstr(path, ".d");
    bool told = mark != NULL && mark[2] >= '0' && mark[2] <= '9' && mark[3] >= '0' &&
                mark[3] <= '9' && (mark[4] == '.' || mark[4] == '\0');
    int64_t day = told ? (mark[2] - '0') * 10 + mark[3] - '0' : 1;
    return day < 1 ? 1 : day;
}

static bool say_epoch(struct hr__reader *reader, struct hr_error *err)
{
    if (reader->options->epoch != NULL) {
        return true;
    }
    char text[HR_TIME_TEXT];
    hr_time_format(text, FIRST_DAY);
    struct hr_assumed assumed = {.key = "epoch",
                                 .value = text,
                                 .source = "the first day of the data set",
                                 .remedy = "--epoch TIME"};
    return hr__assume(reader->report, &assumed, err);
}

static bool open_azure(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    static const char *const variants[] = {[INVOCATIONS] = "invocations per minute",
                                           [DURATIONS] = "durations",
                                           [MEMORY] = "memory, which is passed over",
                                           [NONE] = ""};
    struct azure *azure = calloc(1, sizeof *azure);
    if (azure == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = azure;
    if (head->line_count > 0) {
        read_header(head->lines[0].text, head->lines[0].len, &azure->layout);
    }
    if (head->line_count == 0 || azure->layout.kind == NONE) {
        return hr_fail(err, HR_EINPUT,
                       "%s:1: no header of the data set: HashFunction and Trigger with minutes, or "
                       "with Average and percentile_Average_50 and _99",
                       reader->file->file);
    }
    const int64_t *epoch = reader->options->epoch;
    azure->begin_us =
        (epoch != NULL ? *epoch : FIRST_DAY) + (day_of(reader->file->file) - 1) * HR_DAY;
    hr__requests_declare(reader,
                         &(struct hr__request_kind){.stamp = HR_STAMP_END,
                                                    .stamp_origin = HR_DERIVED,
                                                    .span = HR_SPAN_HANDLER,
                                                    .resolution_us = HR_MINUTE,
                                                    .variant = variants[azure->layout.kind]});
    reader->trigger_origin = HR_MEASURED;
    return hr__refuse_maps(reader, err) && say_epoch(reader, err);
}

static uint64_t key_of(struct hr__cell function)
{
    return hr_mix64(hr__quick_hash(function.text, function.len, 0)) | 1;
}

/* A row of durations: kept for the functions whose counts come later. */
static bool take_durations(struct hr__reader *reader, const struct hr__line *line,
                           const struct hr__cell *cells, struct hr_error *err)
{
    static const struct hr__unit ms = {"ms", HR__UNIT_TIME, 1000, 1};
    const struct layout *layout = &((struct azure *)reader->state)->layout;
    struct hr__durations durations = {.key = key_of(cells[layout->function])};
    const size_t places[] = {layout->average, layout->p50, layout->p99};
    int64_t *const values[] = {&durations.mean_us, &durations.p50_us, &durations.p99_us};
    for (size_t i = 0; i < 3; i++) {
        struct hr__cell cell = cells[places[i]];
        if (!hr__number(cell.text, cell.len, &ms, values[i]) || *values[i] >= HR_TIME_MAX) {
            return hr__reject(reader, line, HR__BAD_DURATION, err);
        }
        if (*values[i] < 0) {
            return hr__reject(reader, line, HR__NEGATIVE, err);
        }
    }
    hr__filter(reader, HR__DURATION_ROW);
    return hr__known_add(reader->known, &durations, err);
}

static enum hr_trigger trigger_of(struct hr__cell word)
{
    return hr__cell_is(word, "http")    ? HR_HTTP
           : hr__cell_is(word, "queue") ? HR_QUEUE
           : hr__cell_is(word, "timer") ? HR_SCHEDULE
                                        : HR_ASYNC;
}

/* Milliseconds of a distribution's text. */
#define MS(us) ((double)(us) / 1000.0)

/* The service time of a group whose function has durations: a lognormal by two percentiles, the
 * mean where whole milliseconds leave none to tell apart. */
static bool set_service(struct hr__reader *reader, struct hr__group *group,
                        struct hr__cell function, struct hr_error *err)
{
    struct azure *azure = reader->state;
    const struct hr__durations *d = hr__known_find(reader->known, key_of(function));
    char text[HR_ATTRIBUTE_VALUE];
    if (group->service != NULL) {
        return true;
    }
    if (d == NULL || (d->mean_us == 0 && d->p50_us == 0)) {
        azure->unknown++;
        return true;
    }
    if (d->p50_us > 0 && d->p99_us > d->p50_us) {
        (void)snprintf(text, sizeof text, "lognormal p50=%.3fms p99=%.3fms", MS(d->p50_us),
                       MS(d->p99_us));
    } else {
        (void)snprintf(text, sizeof text, "constant %.3fms",
                       MS(d->mean_us > 0 ? d->mean_us : d->p50_us));
    }
    group->service = hr_arena_copy(&reader->groups->arena, text, strlen(text));
    return group->service != NULL || hr_fail_memory(err);
}

/* The arrivals of one minute, spread over it. */
static bool take_minute(struct hr__reader *reader, const struct hr__line *line, uint32_t group,
                        int minute, int64_t count, struct hr_error *err)
{
    const struct azure *azure = reader->state;
    struct hr__record record = hr__record_blank();
    bool evenly = reader->groups->group[group].trigger == HR_SCHEDULE;
    record.group = group;
    record.stamp_us = azure->begin_us + (minute - 1) * HR_MINUTE;
    for (int64_t i = 0; i < count; i++) {
        int64_t at =
            evenly
                ? i * HR_MINUTE / count
                : hr__place_inside(reader->content_hash,
                                   line->offset * MINUTES + (uint64_t)minute + ((uint64_t)i << 40),
                                   HR_MINUTE);
        if (!hr__keep_one_of_many(reader, &record, record.stamp_us + at, err)) {
            return false;
        }
    }
    return true;
}

/* A row of counts. Every count is looked at before the first one is kept. */
static bool take_counts(struct hr__reader *reader, const struct hr__line *line,
                        const struct hr__cell *cells, struct hr_error *err)
{
    const struct layout *layout = &((struct azure *)reader->state)->layout;
    struct hr__cell function = cells[layout->function];
    int64_t count[COLUMNS_MAX], sum = 0;
    for (size_t i = 0; i < layout->count; i++) {
        count[i] = 0;
        if (layout->minute[i] > 0 && cells[i].len > 0 &&
            (!hr__natural(cells[i].text, cells[i].len, &count[i]) || count[i] > COUNT_MAX)) {
            return hr__reject(reader, line, HR__BAD_NUMBER, err);
        }
        sum += count[i];
    }
    if (sum == 0) {
        hr__filter(reader, HR__NO_INVOCATIONS);
        return true;
    }
    uint32_t number;
    if (!hr__groups_find(reader->groups, function.text, function.len, &number, err)) {
        return false;
    }
    struct hr__group *group = &reader->groups->group[number];
    reader->trigger = trigger_of(cells[layout->trigger]);
    if (group->count == 0) { /* the first of a function that comes with several triggers counts */
        group->trigger = reader->trigger;
    }
    if (number != HR__GROUP_OTHER && !set_service(reader, group, function, err)) {
        return false;
    }
    for (size_t i = 0; i < layout->count; i++) {
        if (count[i] > 0 && !take_minute(reader, line, number, layout->minute[i], count[i], err)) {
            return false;
        }
    }
    reader->file->kept++;
    return true;
}

static bool line_azure(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    struct azure *azure = reader->state;
    struct hr__cell cells[COLUMNS_MAX];
    if (line->len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    if (!azure->header_seen) {
        azure->header_seen = true;
        hr__filter(reader, HR__HEADER);
        return true;
    }
    if (split(line->text, line->len, cells) != azure->layout.count) {
        return hr__reject(reader, line, HR__FIELDS, err);
    }
    if (azure->layout.kind == MEMORY) {
        hr__filter(reader, HR__OTHER_KIND);
        return true;
    }
    return azure->layout.kind == DURATIONS ? take_durations(reader, line, cells, err)
                                           : take_counts(reader, line, cells, err);
}

static bool end_azure(struct hr__reader *reader, struct hr_error *err)
{
    const struct azure *azure = reader->state;
    if (azure->layout.kind != INVOCATIONS) {
        return true;
    }
    if (azure->unknown > 0 &&
        !hr__say(reader->report, err,
                 "%s: %llu functions have no durations; name the file of durations before this "
                 "one, or the folder that holds both",
                 reader->file->file, (unsigned long long)azure->unknown)) {
        return false;
    }
    return hr__say(reader->report, err,
                   "%s: counts of a minute are spread over it at random, those of timers evenly; "
                   "durations are drawn from percentiles of averages, so real tails are longer",
                   reader->file->file);
}

static void close_azure(struct hr__reader *reader)
{
    free(reader->state);
}

const struct hr__format hr__format_azure_2019 = {
    .about = {.name = "azure-2019",
              .sentence = "Azure Functions' public data set of 2019: counts per minute, and "
                          "durations named before them",
              .example = "HashOwner,HashApp,HashFunction,Trigger,1,2,3"},
    .score = score_azure,
    .open = open_azure,
    .line = line_azure,
    .end = end_azure,
    .close = close_azure,
};
