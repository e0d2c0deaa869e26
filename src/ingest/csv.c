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

#include "ingest/rows.h"
#include "ingest/table.h"

#define NAME_MAX_LEN 64 /* bytes of a column's name that nobody mapped */

_Static_assert(HR__ROW_FIELDS <= HR__COLUMNS_MAX, "every field of a row may be a column");

struct csv {
    struct hr__rows rows;
    struct hr__table table;
    char delimiter;
    bool header_seen;
};

/* The first line, and the rows behind it as a sample. */
struct header {
    const struct hr__head *head;
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t count;
    char delimiter;
};

static bool split_header(const struct hr__head *head, struct header *ret)
{
    if (head->line_count == 0) {
        return false;
    }
    const char *text = head->lines[0].text;
    size_t len = head->lines[0].len;
    ret->head = head;
    ret->delimiter = hr__cells_delimiter(text, len);
    return hr__cells_split(text, len, ret->delimiter, ret->cells, HR__ROW_FIELDS, &ret->count) &&
           ret->count <= HR__ROW_FIELDS;
}

/* The cells of one column over the head's rows. */
static size_t sample(const void *context, size_t place, struct hr__cell ret[HR__HEAD_LINES])
{
    const struct header *header = context;
    const struct hr__head *head = header->head;
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t n = 0, count;
    for (size_t i = 1; i < head->line_count; i++) {
        bool whole = hr__cells_split(head->lines[i].text, head->lines[i].len, header->delimiter,
                                     cells, HR__ROW_FIELDS, &count);
        /* of a row that goes on in the next line, the cells before the open quote */
        if ((whole ? count == header->count : place < count) && cells[place].len > 0) {
            ret[n++] = cells[place];
        }
    }
    return n;
}

static struct hr__names names_of(const struct header *header)
{
    return (struct hr__names){.file = header->head->file,
                              .what = "header",
                              .cells = header->cells,
                              .count = header->count,
                              .sample = sample,
                              .context = header};
}

/* Names, not values: a JSON line or a row of numbers has commas too. */
static bool looks_like_names(const struct header *header)
{
    for (size_t i = 0; i < header->count; i++) {
        struct hr__cell cell = header->cells[i];
        if (cell.len == 0 || cell.len > NAME_MAX_LEN ||
            (cell.text[0] >= '0' && cell.text[0] <= '9') ||
            memchr(cell.text, '{', cell.len) != NULL || memchr(cell.text, '=', cell.len) != NULL) {
            return false;
        }
    }
    return header->count > 1;
}

/* A CSV whose columns are known by its header. */
struct dialect {
    const char *header; /* its columns, commas between */
    const char *maps;   /* what they are */
    int64_t epoch_us;   /* start of its times */
    const char *variant;
};

static bool is_header(const struct header *header, const char *text)
{
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t count;
    if (!hr__cells_split(text, strlen(text), ',', cells, HR__ROW_FIELDS, &count) ||
        count != header->count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (cells[i].len != header->cells[i].len ||
            memcmp(cells[i].text, header->cells[i].text, cells[i].len) != 0) {
            return false;
        }
    }
    return true;
}

static double score_csv(const struct hr__format *format, const struct hr__head *head,
                        const struct hr_ingest_options *options)
{
    struct header header;
    size_t fits = 0, cells;
    if (!split_header(head, &header) || head->lines[0].text[0] == '{' ||
        head->lines[0].text[0] == '[') { /* JSON has commas and quoted names too */
        return 0;
    }
    for (size_t i = 1; i < head->line_count; i++) {
        fits += !hr__cells_split(head->lines[i].text, head->lines[i].len, header.delimiter, NULL, 0,
                                 &cells) ||
                cells == header.count; /* an open quote may go on in the next line */
    }
    double share = head->line_count == 1 ? 1 : (double)fits / (double)(head->line_count - 1);
    const struct dialect *dialect = format->dialect;
    if (dialect != NULL) {
        return options->map_count == 0 && is_header(&header, dialect->header) ? share : 0;
    }
    struct hr__names names = names_of(&header);
    return hr__columns_understood(&names, options) ? share
           : looks_like_names(&header)             ? share / 2
                                                   : 0;
}

/* A line that splits into as many cells as the header has, with a time where it belongs. */
static bool begins_row(const void *state, const char *text, size_t len)
{
    const struct csv *csv = state;
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t count;
    const struct hr__columns *columns = &csv->table.columns;
    bool has_time = columns->column[HR__TIME] != HR__NO_COLUMN;
    size_t place = columns->column[has_time ? HR__TIME : HR__END];
    struct hr__time_column column = has_time ? columns->time : columns->end;
    int64_t time, resolution = 1;
    return hr__cells_split(text, len, csv->delimiter, cells, HR__ROW_FIELDS, &count) &&
           count == columns->count &&
           hr__time_read(&column, cells[place].text, cells[place].len, &time, &resolution);
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
    return columns == csv->table.columns.count
               ? hr__table_row(&csv->table, reader, line, cells, err)
               : hr__reject(reader, line, HR__FIELDS, err);
}

static const struct hr__row_hooks hooks = {.row = on_row, .begins = begins_row};

static bool open_csv(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    struct header header;
    struct csv *csv = calloc(1, sizeof *csv);
    if (csv == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = csv;
    if (!split_header(head, &header)) {
        return hr_fail(err, HR_EINPUT,
                       "%s:1: the header of a CSV is not to be read: a quote is open, or there are "
                       "more than %d columns",
                       reader->file->file, HR__ROW_FIELDS);
    }
    struct hr__names names = names_of(&header);
    csv->delimiter = header.delimiter;
    reader->file->variant = csv->delimiter == ','   ? "comma separated"
                            : csv->delimiter == ';' ? "semicolon separated"
                                                    : "TAB separated";
    return hr__columns_find(reader, &names, &csv->table.columns, err) &&
           hr__table_open(&csv->table, reader, err) &&
           hr__rows_open(&csv->rows, csv->delimiter, &hooks, csv, err) &&
           hr__table_explain(&csv->table, reader, err);
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
        hr__table_close(&csv->table);
        free(csv);
    }
}

/* The same with the columns and the epoch that the data set has. */
static bool open_known(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    const struct dialect *dialect = reader->format->dialect;
    const struct hr_ingest_options *told = reader->options;
    struct hr_ingest_options options = *told;
    if (options.map_count == 0) {
        options.maps = &dialect->maps;
        options.map_count = 1;
    }
    if (options.epoch == NULL) {
        options.epoch = &dialect->epoch_us;
    }
    reader->options = &options;
    bool done = open_csv(reader, head, err);
    reader->options = told;
    reader->trigger = HR_ASYNC;
    reader->span = HR_SPAN_HANDLER;
    reader->file->variant = dialect->variant;
    return done;
}

static const struct dialect azure_2021 = {
    .header = "app,func,end_timestamp,duration",
    .maps = "workload=app+func,end=end_timestamp:s,duration=duration:s",
    .epoch_us = INT64_C(1612051200) * HR_SECOND, /* 2021-01-31T00:00:00Z */
    .variant = "invocations by their end and duration",
};

/* https://github.com/Azure/AzurePublicDataset, AzureFunctionsInvocationTrace2021: rows in no order,
 * seconds since its first day, func unique inside its app only. */
const struct hr__format hr__format_azure_2021 = {
    .about = {.name = "azure-2021",
              .sentence = "Azure Functions' public data set of 2021: the end and duration of each "
                          "invocation",
              .example = "app,func,end_timestamp,duration"},
    .dialect = &azure_2021,
    .score = score_csv,
    .open = open_known,
    .line = line_csv,
    .end = end_csv,
    .close = close_csv,
};

const struct hr__format hr__format_csv = {
    .about = {.name = "csv",
              .sentence = "CSV with a header: time and duration_ms (or _us, _s), and where present "
                          "workload, status, trigger, memory_mb, memory_size_mb, bytes, end",
              .example = "time,duration_ms,workload"},
    .score = score_csv,
    .open = open_csv,
    .line = line_csv,
    .end = end_csv,
    .close = close_csv,
};
