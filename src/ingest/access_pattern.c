/* access_pattern.c: access logs whose format was pasted from the server's configuration.
 *
 *   --log-format '$remote_addr [$time_local] "$request" $status $request_time'
 *   --log-format '%h %l %u %t "%r" %>s %b %D'
 *
 * nginx stamps the END of a request, Apache's %t is its START. Variables that nobody knows are
 * named by --map duration=app_time:s.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/log_format.h"
#include "ingest/table.h"

/* Apache's directives; of durations the finest first, of sizes the body's. */
static const struct hr__known apache[] = {
    {"t", HR__TIME, NULL},
    {"{begin:usec}t", HR__TIME, "us"},
    {"{usec}t", HR__TIME, "us"},
    {"{begin:msec}t", HR__TIME, "ms"},
    {"{msec}t", HR__TIME, "ms"},
    {"{begin:sec}t", HR__TIME, "s"},
    {"{sec}t", HR__TIME, "s"},
    {"{%FT%T%z}t", HR__TIME, NULL},
    {"{%Y-%m-%dT%H:%M:%S%z}t", HR__TIME, NULL},
    {"{%Y-%m-%dT%H:%M:%S}t", HR__TIME, NULL},
    {"{%Y-%m-%d %H:%M:%S}t", HR__TIME, NULL},
    {"{%F %T}t", HR__TIME, NULL},
    {"{%d/%b/%Y:%H:%M:%S %z}t", HR__TIME, NULL},
    {"{end:usec}t", HR__END, "us"},
    {"{end:msec}t", HR__END, "ms"},
    {"{end:sec}t", HR__END, "s"},
    {"{end:%d/%b/%Y:%H:%M:%S %z}t", HR__END, NULL},
    {"{end:%Y-%m-%dT%H:%M:%S%z}t", HR__END, NULL},
    {"D", HR__DURATION, "us"},
    {"{us}T", HR__DURATION, "us"},
    {"{ms}T", HR__DURATION, "ms"},
    {"{s}T", HR__DURATION, "s"},
    {"T", HR__DURATION, "s"},
    {">s", HR__STATUS, NULL},
    {"s", HR__STATUS, NULL},
    {"<s", HR__STATUS, NULL},
    {"B", HR__BYTES, "B"},
    {"b", HR__BYTES, "B"},
    {"O", HR__BYTES, "B"},
    {"r", HR__REQUEST, NULL},
    {"m", HR__METHOD, NULL},
    {"U", HR__PATH, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};

/* What a whole second tells of most durations: nothing. */
#define WHOLE_SECONDS "T"

struct text {
    struct hr__log_format pattern;
    struct hr__table table;
    const struct hr__head *head; /* while the file is opened */
    struct hr__cell names[HR__LOG_VALUES];
    struct hr__cell cells[HR__LOG_VALUES];
};

static size_t sample(const void *context, size_t place, struct hr__cell ret[HR__HEAD_LINES])
{
    const struct text *text = context;
    struct hr__cell cells[HR__LOG_VALUES];
    size_t n = 0;
    for (size_t i = 0; i < text->head->line_count; i++) {
        if (hr__log_format_cut(&text->pattern, text->head->lines[i].text, text->head->lines[i].len,
                               cells) &&
            !hr__cell_missing(cells[place])) {
            ret[n++] = cells[place];
        }
    }
    return n;
}

/* Each name once: of two equal values the first counts. */
static void name_values(struct text *text)
{
    for (size_t i = 0; i < text->pattern.count; i++) {
        text->names[i] = text->pattern.item[i].name;
        for (size_t k = 0; k < i; k++) {
            if (text->names[k].len == text->names[i].len &&
                memcmp(text->names[k].text, text->names[i].text, text->names[i].len) == 0) {
                text->names[i] = (struct hr__cell){"", 0};
            }
        }
    }
}

static double score_pattern(const struct hr__format *format, const struct hr__head *head,
                            const struct hr_ingest_options *options)
{
    struct hr__cell cells[HR__LOG_VALUES];
    struct hr__log_format *pattern = options->log_format == NULL ? NULL : malloc(sizeof *pattern);
    size_t fits = 0;
    (void)format;
    if (pattern != NULL && hr__log_format_read(pattern, options->log_format, NULL)) {
        for (size_t i = 0; i < head->line_count; i++) {
            fits += hr__log_format_cut(pattern, head->lines[i].text, head->lines[i].len, cells);
        }
    }
    free(pattern);
    return fits == 0 ? 0 : (double)fits / (double)head->line_count;
}

/* The span that a duration has by its name, and what its name leaves open. */
static bool describe(struct hr__reader *reader, const struct text *text, struct hr_error *err)
{
    size_t place = text->table.columns.column[HR__DURATION];
    if (place == HR__NO_COLUMN) {
        return true;
    }
    reader->span = text->pattern.item[place].list ? HR_SPAN_UPSTREAM : HR_SPAN_REQUEST;
    return !hr__cell_is(text->names[place], WHOLE_SECONDS) ||
           hr__say(reader->report, err,
                   "%s: %%T tells whole seconds only, which most requests do not reach; %%D in the "
                   "server's LogFormat records microseconds",
                   reader->file->file);
}

static bool open_pattern(struct hr__reader *reader, const struct hr__head *head,
                         struct hr_error *err)
{
    struct text *text = calloc(1, sizeof *text);
    if (text == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = text;
    if (reader->options->log_format == NULL) {
        return hr_fail(err, HR_EUSAGE,
                       "--input-format pattern needs the server's own: --log-format 'FORMAT'");
    }
    if (!hr__log_format_read(&text->pattern, reader->options->log_format, err)) {
        return false;
    }
    text->head = head;
    name_values(text);
    struct hr__names names = {.file = reader->file->file,
                              .what = "log format",
                              .cells = text->names,
                              .count = text->pattern.count,
                              .more = text->pattern.apache ? apache : hr__known_web,
                              .form = text->pattern.apache ? HR__NAMES_EXACT : HR__NAMES_PLAIN,
                              .sample = sample,
                              .context = text};
    reader->file->variant = text->pattern.apache ? "Apache's LogFormat" : "nginx's log_format";
    if (!hr__columns_find(reader, &names, &text->table.columns, err) ||
        !hr__table_open(&text->table, reader, err)) {
        return false;
    }
    reader->trigger_origin = HR_DERIVED;
    return describe(reader, text, err) && hr__table_explain(&text->table, reader, err);
}

static bool line_pattern(struct hr__reader *reader, const struct hr__line *line,
                         struct hr_error *err)
{
    struct text *text = reader->state;
    if (line->len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    return hr__log_format_cut(&text->pattern, line->text, line->len, text->cells)
               ? hr__table_row(&text->table, reader, line, text->cells, err)
               : hr__reject(reader, line, HR__NO_LINE, err);
}

static void close_pattern(struct hr__reader *reader)
{
    struct text *text = reader->state;
    if (text != NULL) {
        hr__table_close(&text->table);
        free(text);
    }
}

const struct hr__format hr__format_pattern = {
    .about = {.name = "pattern",
              .sentence = "any access log of nginx or Apache, by its log_format or LogFormat line "
                          "pasted into --log-format",
              .example = "192.0.2.7 [03/Mar/2025:10:11:12 +0100] \"GET /a HTTP/1.1\" 200 0.031"},
    .score = score_pattern,
    .open = open_pattern,
    .line = line_pattern,
    .end = hr__end_nothing,
    .close = close_pattern,
};
