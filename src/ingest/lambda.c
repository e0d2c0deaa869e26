/* lambda.c: AWS Lambda REPORT lines with a time in front of them.
 *
 *   2025-03-03T10:11:12.500Z 2025/03/03/[$LATEST]ab REPORT RequestId: 1-2\tDuration: 102.25 ms\t...
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html. Shapes: the
 * console's CSV (timestamp,message[,logStreamName]), Logs Insights CSV, `aws logs tail`, S3
 * exports. The stamp is the END of the invocation; arrival = END - Duration - Init Duration. An
 * asynchronous retry repeats the request id, so only the same id at the same time is a duplicate.
 * Insights counts memory in bytes of decimal megabytes.
 */
#include "ingest/lambda.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/numbers.h"
#include "ingest/quick_hash.h"
#include "ingest/seen.h"

struct lambda {
    enum hr__lambda_shape shape;
    struct hr__iso_clock clock; /* of text lines */
    struct hr__rows rows;
    size_t places[HR__COL_COUNT];
    size_t columns;
    bool header_seen;
    char function[HR_WORKLOAD_NAME_MAX + 1]; /* the name found last, and its group */
    size_t function_len;
    uint32_t group;
    uint64_t from_file; /* invocations whose function only the file's name tells */
    uint64_t rows_read; /* of Insights, which stops at its limit */
    /* the record being read */
    struct hr__cell cell[HR__COL_COUNT];
};

static double score_lambda(const struct hr__format *format, const struct hr__head *head,
                           const struct hr_ingest_options *options)
{
    (void)format;
    (void)options;
    return head->line_count == 0 ? 0
                                 : (double)hr__lambda_shape(head).fits / (double)head->line_count;
}

/* The workload: what the line tells of it, else --workload or the file's name. */
static bool find_group(struct hr__reader *reader, struct lambda *lambda, const char *name,
                       size_t len, struct hr_error *err)
{
    if (reader->options->workload != NULL || len == 0) {
        name = reader->default_name;
        len = strlen(name);
        lambda->from_file += reader->options->workload == NULL;
    }
    len = len < HR_WORKLOAD_NAME_MAX ? len : HR_WORKLOAD_NAME_MAX;
    if (len == lambda->function_len && memcmp(name, lambda->function, len) == 0) {
        return true;
    }
    if (!hr__groups_find(reader->groups, name, len, &lambda->group, err)) {
        return false;
    }
    memcpy(lambda->function, name, len);
    lambda->function_len = len;
    return true;
}

static bool keep_report(struct hr__reader *reader, const struct hr__line *line, int64_t time,
                        const struct hr__lambda_report *report, struct hr_error *err)
{
    struct lambda *lambda = reader->state;
    bool again; /* the same request id at the same time is the same invocation */
    if (!hr__seen_before(reader->seen, report->request, time, &again, err)) {
        return false;
    }
    if (again) {
        hr__filter(reader, HR__REPEATED);
        return true;
    }
    /* Before 2025 a time-out only shows in a duration beyond what was billed. */
    bool timeout =
        report->timeout || (report->billed_us > 0 && report->duration_us > report->billed_us);
    struct hr__record record = {
        .stamp_us = time,
        .before_us = report->init_us == HR_UNKNOWN ? 0 : report->init_us,
        .duration_us = report->duration_us,
        .bytes = HR_UNKNOWN,
        .memory_kb = report->memory_kb,
        .init_us = report->init_us,
        .status = timeout         ? HR_STATUS_TIMEOUT
                  : report->error ? HR_STATUS_ERROR
                                  : HR_STATUS_OK,
        .group = lambda->group,
    };
    struct hr__group *group = &reader->groups->group[lambda->group];
    if (report->size_kb > group->memory_size_kb) {
        group->memory_size_kb = report->size_kb;
    }
    return hr__keep(reader, line, &record, err);
}

/* One event with its time, whatever it came in. */
static bool take_event(struct hr__reader *reader, const struct hr__line *line,
                       const struct hr__lambda_text *event, struct hr_error *err)
{
    static const enum hr__reason reasons[] = {[HR__LAMBDA_START] = HR__START_LINE,
                                              [HR__LAMBDA_END] = HR__END_LINE,
                                              [HR__LAMBDA_INIT] = HR__INIT_LINE,
                                              [HR__LAMBDA_OTHER] = HR__OUTPUT_LINE};
    struct hr__lambda_report report;
    const char *name = "";
    size_t len = 0;
    if (event->kind != HR__LAMBDA_REPORT) {
        hr__filter(reader, reasons[event->kind]);
        return true;
    }
    if (!hr__lambda_report(event->message, event->message_len, &report)) {
        return hr__reject(reader, line, HR__BAD_REPORT, err);
    }
    (void)hr__lambda_function(event->stream, event->stream_len, &name, &len);
    return find_group(reader, reader->state, name, len, err) &&
           keep_report(reader, line, event->time_us, &report, err);
}

static bool cell_time(const struct hr__cell *cell, int64_t *ret)
{
    static const struct hr__unit milliseconds = {"ms", HR__UNIT_TIME, 1000, 1};
    return cell->len > 0 && (hr__number(cell->text, cell->len, &milliseconds, ret) ||
                             hr_time_parse_iso(cell->text, cell->len, ret, NULL));
}

/* An optional figure of Insights; false when it is there and no number. */
static bool cell_number(const struct hr__cell *cell, int64_t times, int64_t per, int64_t *ret)
{
    struct hr__unit unit = {"", HR__UNIT_TIME, times, per};
    *ret = HR_UNKNOWN;
    return cell->len == 0 || hr__number(cell->text, cell->len, &unit, ret);
}

/* A row of Insights without @message: its figures stand in columns. */
static bool take_figures(struct hr__reader *reader, const struct hr__line *line, int64_t time,
                         struct hr_error *err)
{
    struct lambda *lambda = reader->state;
    const struct hr__cell *cell = lambda->cell;
    struct hr__lambda_report report = {0};
    const char *name = "";
    size_t len = 0;
    if (cell[HR__COL_DURATION].len == 0) {
        hr__filter(reader, HR__OUTPUT_LINE);
        return true;
    }
    /* memory: bytes of decimal megabytes, 128 MB = 1.28E8 */
    if (!cell_number(&cell[HR__COL_DURATION], 1000, 1, &report.duration_us) ||
        !cell_number(&cell[HR__COL_BILLED], 1000, 1, &report.billed_us) ||
        !cell_number(&cell[HR__COL_INIT], 1000, 1, &report.init_us) ||
        !cell_number(&cell[HR__COL_SIZE], 1024, 1000000, &report.size_kb) ||
        !cell_number(&cell[HR__COL_USED], 1024, 1000000, &report.memory_kb) ||
        report.duration_us >= HR_TIME_MAX || report.init_us >= HR_TIME_MAX) {
        return hr__reject(reader, line, HR__BAD_REPORT, err);
    }
    const struct hr__cell *request = &cell[HR__COL_REQUEST];
    report.request =
        request->len == 0 ? line->offset : hr__quick_hash(request->text, request->len, 0);
    if (cell[HR__COL_LOG].len > 0) {
        (void)hr__lambda_function(cell[HR__COL_LOG].text, cell[HR__COL_LOG].len, &name, &len);
    }
    return find_group(reader, lambda, name, len, err) &&
           keep_report(reader, line, time, &report, err);
}

static bool on_row(struct hr__reader *reader, const struct hr__line *line,
                   const struct hr__cell *cells, size_t columns, struct hr_error *err)
{
    struct lambda *lambda = reader->state;
    const struct hr__cell *message = &lambda->cell[HR__COL_MESSAGE];
    const struct hr__cell *stream = &lambda->cell[HR__COL_LOG];
    int64_t time;
    if (!lambda->header_seen) {
        lambda->header_seen = true;
        hr__filter(reader, HR__HEADER);
        return true;
    }
    lambda->rows_read++;
    if (columns != lambda->columns) {
        return hr__reject(reader, line, HR__FIELDS, err);
    }
    for (size_t k = 0; k < HR__COL_COUNT; k++) {
        lambda->cell[k] =
            lambda->places[k] < columns ? cells[lambda->places[k]] : (struct hr__cell){"", 0};
    }
    if (!cell_time(&lambda->cell[HR__COL_TIMESTAMP], &time)) {
        return hr__reject(reader, line, HR__BAD_DATE, err);
    }
    if (lambda->places[HR__COL_MESSAGE] == SIZE_MAX) {
        return take_figures(reader, line, time, err);
    }
    if (stream->len == 0) {
        stream = &lambda->cell[HR__COL_STREAM];
    }
    struct hr__lambda_text event = {
        .time_us = time,
        .stream = stream->len == 0 ? "" : stream->text,
        .stream_len = stream->len,
        .message = message->len == 0 ? "" : message->text,
        .message_len = message->len,
    };
    event.kind = hr__lambda_kind(event.message, event.message_len);
    return take_event(reader, line, &event, err);
}

/* A quote is open, but this line begins an event: 13 digits and a comma, or a date. */
static bool begins_event(const void *state, const char *text, size_t len)
{
    const struct lambda *lambda = state;
    const char *comma = memchr(text, ',', len);
    int64_t value;
    if (comma == NULL || lambda->places[HR__COL_TIMESTAMP] != 0) {
        return false;
    }
    size_t first = (size_t)(comma - text);
    return (first == 13 && hr__natural(text, first, &value)) ||
           (first >= 19 && hr_time_parse_iso(text, first, &value, NULL));
}

static const struct hr__row_hooks hooks = {.row = on_row, .begins = begins_event};

static bool fail_bare(const char *file, struct hr_error *err)
{
    return hr_fail(err, HR_EINPUT,
                   "%s holds REPORT lines without a time, so nobody can tell when they ran; export "
                   "them with one: `aws logs tail /aws/lambda/NAME --since 7d`, the console's "
                   "\"Download search results (CSV)\", or a Logs Insights query with @timestamp",
                   file);
}

static bool open_lambda(struct hr__reader *reader, const struct hr__head *head,
                        struct hr_error *err)
{
    static const char *const variants[] = {[HR__SHAPE_CONSOLE] = "CloudWatch console CSV",
                                           [HR__SHAPE_INSIGHTS] = "Logs Insights CSV",
                                           [HR__SHAPE_TEXT] = "lines with a time in front"};
    const struct hr_ingest_options *options = reader->options;
    struct lambda *lambda = calloc(1, sizeof *lambda);
    if (lambda == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = lambda;
    lambda->shape = hr__lambda_shape(head).shape;
    if (options->map_count > 0) {
        return hr_fail(err, HR_EUSAGE,
                       "%s: --map is for CSV and access logs; a Lambda log names its own fields",
                       reader->file->file);
    }
    if (lambda->shape == HR__SHAPE_BARE) {
        return fail_bare(reader->file->file, err);
    }
    if (lambda->shape == HR__SHAPE_NONE) {
        return hr_fail(err, HR_EINPUT, "%s has no Lambda REPORT lines among its first lines",
                       reader->file->file);
    }
    reader->trigger = HR_ASYNC;
    reader->trigger_origin = HR_ASSUMED;
    reader->span = HR_SPAN_HANDLER;
    reader->stamp = options->stamp != NULL ? *options->stamp : HR_STAMP_END;
    reader->stamp_origin = options->stamp != NULL ? HR_SET : HR_DERIVED;
    reader->resolution_us = HR_MILLISECOND;
    reader->file->variant = variants[lambda->shape];
    if (lambda->shape == HR__SHAPE_TEXT) {
        return true;
    }
    return hr__lambda_header(head->lines[0].text, head->lines[0].len, lambda->places,
                             &lambda->columns) &&
           hr__rows_open(&lambda->rows, ',', &hooks, lambda, err);
}

static bool line_lambda(struct hr__reader *reader, const struct hr__line *line,
                        struct hr_error *err)
{
    struct lambda *lambda = reader->state;
    struct hr__lambda_text event;
    if (lambda->shape != HR__SHAPE_TEXT) {
        return hr__rows_line(&lambda->rows, reader, line, err);
    }
    if (line->len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    if (hr__lambda_text(&lambda->clock, line->text, line->len, &event)) {
        return take_event(reader, line, &event, err);
    }
    if (hr__lambda_kind(line->text, line->len) == HR__LAMBDA_REPORT) {
        return hr__reject(reader, line, HR__NO_TIME, err);
    }
    hr__filter(reader, HR__OUTPUT_LINE);
    return true;
}

static bool end_lambda(struct hr__reader *reader, struct hr_error *err)
{
    struct lambda *lambda = reader->state;
    if (lambda->shape != HR__SHAPE_TEXT && !hr__rows_end(&lambda->rows, reader, err)) {
        return false;
    }
    if (lambda->shape == HR__SHAPE_INSIGHTS &&
        (lambda->rows_read == 1000 || lambda->rows_read == 10000) &&
        !hr__say(reader->report, err,
                 "%s holds exactly %llu rows, Logs Insights' limit: it may be cut; raise the "
                 "query's limit or shorten its time range",
                 reader->file->file, (unsigned long long)lambda->rows_read)) {
        return false;
    }
    return lambda->from_file == 0 ||
           hr__say(reader->report, err,
                   "%s does not name its function; the workload is called \"%s\" after the file, "
                   "--workload NAME gives it another name",
                   reader->file->file, reader->default_name);
}

static void close_lambda(struct hr__reader *reader)
{
    struct lambda *lambda = reader->state;
    if (lambda != NULL) {
        hr__rows_close(&lambda->rows);
        free(lambda);
    }
}

const struct hr__format hr__format_lambda = {
    .about = {.name = "lambda",
              .sentence = "AWS Lambda REPORT lines with a time: the console's CSV, Logs Insights "
                          "CSV, aws logs tail, or any ISO time in front",
              .example =
                  "2025-03-03T10:11:12.500Z REPORT RequestId: 1-2\tDuration: 102.25 "
                  "ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 69 MB"},
    .score = score_lambda,
    .open = open_lambda,
    .line = line_lambda,
    .end = end_lambda,
    .close = close_lambda,
};
