/* rows.c: see rows.h. */
#include "ingest/rows.h"

#include <string.h>

bool hr__cells_split(const char *text, size_t len, char delimiter, struct hr__cell *cells,
                     size_t room, size_t *count)
{
    const char *at = text, *end = text + len;
    *count = 0;
    for (;;) {
        while (at < end && (*at == ' ' || *at == '\t') && *at != delimiter) {
            at++;
        }
        bool quoted = at < end && *at == '"';
        const char *from = at + quoted, *stop;
        if (quoted) {
            stop = memchr(from, '"', (size_t)(end - from));
            while (stop != NULL && stop + 1 < end && stop[1] == '"') {
                stop = memchr(stop + 2, '"', (size_t)(end - stop - 2));
            }
            if (stop == NULL) {
                return false;
            }
            at = stop + 1;
        }
        const char *next = at < end ? memchr(at, delimiter, (size_t)(end - at)) : NULL;
        at = next == NULL ? end : next;
        if (!quoted) {
            for (stop = at; stop > from && (stop[-1] == ' ' || stop[-1] == '\t'); stop--) {
            }
        }
        if (*count < room) {
            cells[*count] = (struct hr__cell){from, (size_t)(stop - from)};
        }
        (*count)++;
        if (next == NULL) {
            return true;
        }
        at++;
    }
}

char hr__cells_delimiter(const char *text, size_t len)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        quoted ^= text[i] == '"';
        commas += !quoted && text[i] == ',';
        semicolons += !quoted && text[i] == ';';
        tabs += !quoted && text[i] == '\t';
    }
    if (tabs > commas && tabs >= semicolons) {
        return '\t';
    }
    return semicolons > commas ? ';' : ',';
}

/* libcsv lends a field for the call only, and a record may take several lines. */
static void on_field(void *text, size_t len, void *context)
{
    struct hr__rows *rows = context;
    if (rows->done) { /* a lone CR ended one before: the line is malformed */
        return;
    }
    if (rows->column < HR__ROW_FIELDS) {
        hr_text_add(&rows->text, text, len);
        rows->cells[rows->column].len = len;
    }
    rows->column++;
}

static void on_row(int terminator, void *context)
{
    struct hr__rows *rows = context;
    (void)terminator;
    rows->columns = rows->done ? SIZE_MAX : rows->column;
    rows->done = true;
}

/* The record that libcsv ended, as cells; makes room for the next one. */
static void settle_cells(struct hr__rows *rows)
{
    const char *at = rows->text.data;
    for (size_t i = 0; i < rows->column && i < HR__ROW_FIELDS; i++) {
        rows->cells[i].text = at;
        at += rows->cells[i].len;
    }
    rows->column = 0;
    rows->text.len = 0;
}

static bool start_parser(struct hr__rows *rows, struct hr_error *err)
{
    if (rows->started) {
        csv_free(&rows->parser);
    }
    rows->started = csv_init(&rows->parser, 0) == 0;
    if (!rows->started) {
        return hr_fail_memory(err);
    }
    csv_set_delim(&rows->parser, (unsigned char)rows->delimiter);
    rows->column = 0;
    rows->text.len = 0;
    rows->pending = false;
    return true;
}

bool hr__rows_open(struct hr__rows *rows, char delimiter, const struct hr__row_hooks *hooks,
                   void *state, struct hr_error *err)
{
    *rows = (struct hr__rows){.hooks = hooks, .state = state, .delimiter = delimiter};
    return start_parser(rows, err);
}

void hr__rows_close(struct hr__rows *rows)
{
    if (rows->started) {
        csv_free(&rows->parser);
        rows->started = false;
    }
    hr_text_clear(&rows->text);
}

/* The record in hand never ends: its first line is malformed, the parser starts anew. */
static bool give_up(struct hr__rows *rows, struct hr__reader *reader, struct hr_error *err)
{
    return hr__reject(reader, &rows->first, HR__OPEN_QUOTE, err) && start_parser(rows, err);
}

static void begin_pending(struct hr__rows *rows, const struct hr__line *line)
{
    size_t len = line->len < HR_INGEST_REJECT_TEXT ? line->len : HR_INGEST_REJECT_TEXT;
    memcpy(rows->first_text, line->text, len);
    rows->first = *line;
    rows->first.text = rows->first_text;
    rows->first.len = len;
    rows->pending = true;
    rows->lines = 1;
    rows->bytes = line->len;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

#define WIDE 16
typedef uint8_t wide_bytes __attribute__((vector_size(WIDE)));

/* Which of the bytes are quotes or carriage returns, which end a row for libcsv. */
static inline wide_bytes awkward_bytes(const char *text)
{
    wide_bytes bytes;
    memcpy(&bytes, text, sizeof bytes);
    return (wide_bytes)(bytes == '"') | (wide_bytes)(bytes == '\r');
}

static inline bool is_awkward(const char *text, size_t len)
{
    if (len < WIDE) {
        return memchr(text, '"', len) != NULL || memchr(text, '\r', len) != NULL;
    }
    wide_bytes found = awkward_bytes(text + len - WIDE); /* the last ones, some of them twice */
    for (size_t i = 0; i + WIDE < len; i += WIDE) {
        found |= awkward_bytes(text + i);
    }
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* A line without a quote needs no state between its bytes: cut at the delimiter, blanks taken off
 * as libcsv takes them off. Nearly every line of a log is such a one, and csv_parse's step for each
 * byte is dear. test_ingest_fast.c shows on random lines that both give the same fields. */
static bool plain_line(struct hr__rows *rows, struct hr__reader *reader,
                       const struct hr__line *line, struct hr_error *err)
{
    const char *at = line->text, *end = line->text + line->len;
    size_t column = 0;
    for (const char *blank = at; blank == end || (is_blank(*blank) && *blank != rows->delimiter);
         blank++) {
        if (blank == end) {
            hr__filter(reader, HR__BLANK);
            return true;
        }
    }
    for (;;) {
        const char *next = memchr(at, rows->delimiter, (size_t)(end - at));
        const char *stop = next == NULL ? end : next, *last = stop;
        while (at < last && is_blank(*at)) {
            at++;
        }
        while (last > at && is_blank(last[-1])) {
            last--;
        }
        if (column < HR__ROW_FIELDS) {
            rows->cells[column] = (struct hr__cell){at, (size_t)(last - at)};
        }
        column++;
        if (next == NULL) {
            return rows->hooks->row(reader, line, rows->cells, column, err);
        }
        at = stop + 1;
    }
}

bool hr__rows_line(struct hr__rows *rows, struct hr__reader *reader, const struct hr__line *line,
                   struct hr_error *err)
{
    if (rows->pending &&
        (rows->lines >= HR__ROW_LINES || rows->bytes > HR__ROW_BYTES ||
         rows->hooks->begins(rows->state, line->text, line->len)) &&
        !give_up(rows, reader, err)) {
        return false;
    }
    if (!rows->pending && !is_awkward(line->text, line->len)) {
        return plain_line(rows, reader, line, err);
    }
    rows->done = false;
    /* text[len] is the line's end, whatever it was in the file */
    if (csv_parse(&rows->parser, line->text, line->len + 1, on_field, on_row, rows) !=
        line->len + 1) {
        return hr_fail(err, HR_EINPUT, "%s:%llu: %s", reader->file->file,
                       (unsigned long long)line->number, csv_strerror(csv_error(&rows->parser)));
    }
    if (rows->text.failed) {
        return hr_fail_memory(err);
    }
    if (rows->done) {
        bool was_pending = rows->pending;
        rows->pending = false;
        if (was_pending) {
            hr__filter(reader, HR__CONTINUED);
        }
        if (rows->parser.pstate != 0) { /* another record began behind a lone CR */
            if (!start_parser(rows, err)) {
                return false;
            }
            rows->columns = SIZE_MAX;
        }
        settle_cells(rows);
        return rows->hooks->row(reader, was_pending ? &rows->first : line, rows->cells,
                                rows->columns, err);
    }
    if (rows->pending) {
        hr__filter(reader, HR__CONTINUED);
        rows->lines++;
        rows->bytes += line->len;
    } else if (rows->parser.pstate == 0) {
        hr__filter(reader, HR__BLANK);
    } else {
        begin_pending(rows, line);
    }
    return true;
}

bool hr__rows_end(struct hr__rows *rows, struct hr__reader *reader, struct hr_error *err)
{
    return !rows->pending || give_up(rows, reader, err);
}
