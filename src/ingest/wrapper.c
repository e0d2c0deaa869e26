/* wrapper.c: see wrapper.h. */
#include "ingest/wrapper.h"

#include <stdlib.h>

#include "ingest/lambda.h"

#define SHARE_NUM 4 /* of SHARE_DEN first lines must be wrapped */
#define SHARE_DEN 5
#define ISO_MIN   19 /* 2025-03-03T10:11:12 */
#define ISO_MAX   36

const char *hr__wrapping_name(enum hr__wrapping kind)
{
    static const char *const names[HR__WRAPPINGS] = {[HR__BARE] = "",
                                                     [HR__CRI] = "CRI",
                                                     [HR__DOCKER] = "Docker's JSON",
                                                     [HR__BEATS] = "JSON with a message",
                                                     [HR__COMPOSE] = "docker compose",
                                                     [HR__SYSLOG] = "syslog",
                                                     [HR__SYSLOG_NEW] = "syslog",
                                                     [HR__RECORDS] = "a CSV of CloudWatch events",
                                                     [HR__STAMPED] = "a time before each line"};
    return names[kind];
}

/* ---- what stands before the line inside */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind an ISO time and its blank, or NULL. */
static const char *behind_iso(const char *at, const char *end)
{
    const char *stop = memchr(at, ' ', (size_t)(end - at));
    if (stop == NULL || stop - at < ISO_MIN || stop - at > ISO_MAX || at[4] != '-' ||
        at[10] != 'T' || !hr_time_parse_iso(at, (size_t)(stop - at), &(int64_t){0}, NULL)) {
        return NULL;
    }
    return stop + 1;
}

static const char *behind_word(const char *at, const char *end)
{
    const char *stop = at >= end ? NULL : memchr(at, ' ', (size_t)(end - at));
    return stop == NULL || stop == at ? NULL : stop + 1;
}

/* `stdout F ` behind the time; *whole tells F. */
static const char *behind_cri(const char *at, const char *end, bool *whole)
{
    at = behind_iso(at, end);
    if (at == NULL || end - at < 8 ||
        (memcmp(at, "stdout ", 7) != 0 && memcmp(at, "stderr ", 7) != 0) ||
        (at[7] != 'F' && at[7] != 'P') || (end - at > 8 && at[8] != ' ' && at[8] != ':')) {
        return NULL;
    }
    *whole = at[7] == 'F';
    const char *blank = memchr(at + 7, ' ', (size_t)(end - at - 7));
    return blank == NULL ? end : blank + 1;
}

static const char *behind_compose(const char *at, const char *end)
{
    const char *begin = at;
    while (at < end && *at != ' ' && *at != '|' && *at != '"' && *at != '{') {
        at++;
    }
    size_t name = (size_t)(at - begin);
    while (at < end && *at == ' ') {
        at++;
    }
    return name > 0 && at + 1 < end && at[0] == '|' && at[1] == ' ' && at[-1] == ' ' ? at + 2
                                                                                     : NULL;
}

/* `Feb  6 12:14:14 host prog[pid]: `, perhaps `<134>` before. */
static const char *behind_syslog(const char *at, const char *end)
{
    if (at < end && *at == '<') {
        const char *close = memchr(at, '>', (size_t)(end - at));
        at = close == NULL ? at : close + 1;
    }
    if (end - at < 17 || at[3] != ' ' || at[6] != ' ' || at[9] != ':' || at[12] != ':' ||
        at[15] != ' ' || !is_digit(at[5]) || !is_digit(at[7])) {
        return NULL;
    }
    at = behind_word(at + 16, end);
    const char *tag = at;
    at = at == NULL ? NULL : behind_word(at, end);
    return at != NULL && at - tag >= 2 && at[-2] == ':' ? at : NULL;
}

/* `<134>1 TIME host app pid msgid - `, structured data in brackets. */
static const char *behind_new_syslog(const char *at, const char *end)
{
    const char *close = at < end && *at == '<' ? memchr(at, '>', (size_t)(end - at)) : NULL;
    if (close == NULL || end - close < 4 || close[1] != '1' || close[2] != ' ') {
        return NULL;
    }
    at = close + 3;
    for (int i = 0; i < 5 && at != NULL; i++) {
        at = behind_word(at, end);
    }
    while (at != NULL && at < end && *at == '[') {
        const char *bracket = memchr(at, ']', (size_t)(end - at));
        at = bracket == NULL ? NULL : bracket + 1;
    }
    if (at != NULL && at < end && *at == '-') {
        at++;
    }
    return at != NULL && at < end && *at == ' ' ? at + 1 : NULL;
}

static const char *behind_header(enum hr__wrapping kind, const char *text, size_t len, bool *whole)
{
    const char *end = text + len;
    *whole = true;
    switch (kind) {
    case HR__CRI:
        return behind_cri(text, end, whole);
    case HR__COMPOSE:
        return behind_compose(text, end);
    case HR__SYSLOG:
        return behind_syslog(text, end);
    case HR__SYSLOG_NEW:
        return behind_new_syslog(text, end);
    case HR__STAMPED:
        return behind_iso(text, end);
    case HR__BARE:
    case HR__DOCKER:
    case HR__BEATS:
    case HR__RECORDS:
    case HR__WRAPPINGS:
        break;
    }
    return NULL;
}

/* ---- lines inside JSON */

/* The key that holds the line, and one that must stand beside it. */
static void plan_json(struct hr__wrapper *wrapper)
{
    static const char *const keys[2][2] = {{"log", "stream"}, {"message", "@timestamp"}};
    const char *const *pair = keys[wrapper->kind == HR__BEATS];
    hr__json_plan_init(&wrapper->plan);
    for (int i = 0; i < 2; i++) {
        (void)hr__json_plan_add(&wrapper->plan, pair[i], strlen(pair[i]), i);
    }
}

/* The line of an object, resolved into `to`; its length, or SIZE_MAX when there is none. */
static size_t line_of_json(const struct hr__wrapper *wrapper, const char *text, size_t len,
                           char *to)
{
    struct hr__json_value values[2] = {{.kind = HR__JSON_MISSING}, {.kind = HR__JSON_MISSING}};
    if (!hr__json_scan(&wrapper->plan, text, len, values) || values[0].kind == HR__JSON_MISSING ||
        values[0].kind == HR__JSON_INSIDE || values[1].kind == HR__JSON_MISSING) {
        return SIZE_MAX;
    }
    size_t used = hr__json_unescape(to, values[0].cell.text, values[0].cell.len);
    while (used > 0 && (to[used - 1] == '\n' || to[used - 1] == '\r')) {
        used--;
    }
    return used;
}

static bool is_json(enum hr__wrapping kind)
{
    return kind == HR__DOCKER || kind == HR__BEATS;
}

/* ---- lines inside records */

static bool hand_in(struct hr__reader *reader, const struct hr__line *line, const char *text,
                    size_t len, struct hr_error *err)
{
    struct hr__line inner = *line;
    inner.text = (char *)(uintptr_t)text; /* formats do not write to it */
    inner.len = len;
    return reader->format->line(reader, &inner, err);
}

/* Cells are not ended by a line's end, as a format may rely on: the message is copied. */
static bool on_row(struct hr__reader *reader, const struct hr__line *line,
                   const struct hr__cell *cells, size_t columns, struct hr_error *err)
{
    struct hr__wrapper *wrapper = reader->wrapper;
    if (!wrapper->header_seen) {
        wrapper->header_seen = true;
        hr__filter(reader, HR__HEADER);
        return true;
    }
    if (columns != wrapper->columns || cells[wrapper->message].len > HR_INGEST_LINE_MAX) {
        return hr__reject(reader, line, HR__FIELDS, err);
    }
    struct hr__cell cell = cells[wrapper->message];
    while (cell.len > 0 && (cell.text[cell.len - 1] == '\n' || cell.text[cell.len - 1] == '\r')) {
        cell.len--;
    }
    if (cell.len > 0) {
        memcpy(wrapper->text, cell.text, cell.len);
    }
    wrapper->text[cell.len] = '\n';
    return hand_in(reader, line, wrapper->text, cell.len, err);
}

/* An event begins with its time. */
static bool begins_event(const void *state, const char *text, size_t len)
{
    const char *comma = memchr(text, ',', len);
    size_t first = comma == NULL ? 0 : (size_t)(comma - text);
    (void)state;
    return (first == 13 && is_digit(text[0]) && is_digit(text[12])) ||
           (first >= ISO_MIN && hr_time_parse_iso(text, first, &(int64_t){0}, NULL));
}

static const struct hr__row_hooks hooks = {.row = on_row, .begins = begins_event};

/* The message of a record's first line, for a look ahead: its quote mostly closes in the next line
 * only. SIZE_MAX for a line that begins no record. */
static size_t line_of_record(struct hr__wrapper *wrapper, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    size_t used = 0;
    for (size_t i = 0; i < wrapper->message; i++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        if (comma == NULL) {
            return SIZE_MAX;
        }
        at = comma + 1;
    }
    bool quoted = at < end && *at == '"';
    for (at += quoted;
         at < end && (quoted ? *at != '"' || (at + 1 < end && at[1] == '"') : *at != ','); at++) {
        at += quoted && *at == '"';
        wrapper->text[used++] = *at;
    }
    return used;
}

static bool open_records(struct hr__wrapper *wrapper, const struct hr__head *head)
{
    size_t places[HR__COL_COUNT];
    if (head->line_count < 2 ||
        !hr__lambda_header(head->lines[0].text, head->lines[0].len, places, &wrapper->columns)) {
        return false;
    }
    wrapper->message = places[HR__COL_MESSAGE];
    return wrapper->message != SIZE_MAX && hr__rows_open(&wrapper->rows, ',', &hooks, NULL, NULL);
}

/* ---- the choice */

static bool add_line(struct hr__wrapper *wrapper, const char *text, size_t len,
                     struct hr__head *ret)
{
    const char *copy = hr_arena_copy(&wrapper->arena, text, len);
    if (copy == NULL) {
        return false;
    }
    if (len > 0) {
        ret->lines[ret->line_count].text = copy;
        ret->lines[ret->line_count++].len = len;
    }
    return true;
}

/* What CRI cut into parts is one line of the head, too. */
static bool add_part(struct hr__wrapper *wrapper, const struct hr__cell *inner, bool whole,
                     struct hr__head *ret)
{
    if (whole && wrapper->part.len == 0) {
        return add_line(wrapper, inner->text, inner->len, ret);
    }
    hr_text_add(&wrapper->part, inner->text, inner->len);
    if (!whole || wrapper->part.failed) {
        return !wrapper->part.failed;
    }
    bool added = add_line(wrapper, wrapper->part.data, wrapper->part.len, ret);
    wrapper->part.len = 0;
    return added;
}

/* One line of the head; false when it is not wrapped, or is not to be had. */
static bool add_inner(struct hr__wrapper *wrapper, const char *text, size_t len,
                      struct hr__head *ret)
{
    bool whole;
    if (is_json(wrapper->kind)) {
        size_t used = line_of_json(wrapper, text, len, wrapper->text);
        return used != SIZE_MAX && add_line(wrapper, wrapper->text, used, ret);
    }
    if (wrapper->kind == HR__RECORDS) {
        size_t used = line_of_record(wrapper, text, len);
        return used != SIZE_MAX && add_line(wrapper, wrapper->text, used, ret);
    }
    const char *inner = behind_header(wrapper->kind, text, len, &whole);
    return inner != NULL &&
           add_part(wrapper, &(struct hr__cell){inner, (size_t)(text + len - inner)}, whole, ret);
}

bool hr__wrapper_head(struct hr__wrapper *wrapper, enum hr__wrapping kind,
                      const struct hr__head *head, struct hr__head *ret)
{
    *wrapper = (struct hr__wrapper){.kind = kind};
    wrapper->part.max = HR_INGEST_LINE_MAX;
    wrapper->text = malloc(HR_INGEST_LINE_MAX + 1);
    *ret = (struct hr__head){.bytes = head->bytes,
                             .byte_count = head->byte_count,
                             .content_hash = head->content_hash,
                             .file = head->file};
    size_t fits = 0, from = kind == HR__RECORDS;
    if (wrapper->text == NULL || (kind == HR__RECORDS && !open_records(wrapper, head))) {
        return false;
    }
    if (is_json(kind)) {
        plan_json(wrapper);
    }
    for (size_t i = from; i < head->line_count; i++) {
        fits += add_inner(wrapper, head->lines[i].text, head->lines[i].len, ret);
    }
    wrapper->part.len = 0; /* the lines are read again from the first one */
    wrapper->part.failed = false;
    size_t lines = head->line_count - (head->line_count > 0 ? from : 0);
    /* of records, lines of their messages stand between */
    return kind == HR__RECORDS ? ret->line_count > 0
                               : fits > 0 && SHARE_DEN * fits >= SHARE_NUM * lines;
}

/* ---- lines */

/* CRI cuts a long line into parts; the last one brings the whole. */
static bool take_part(struct hr__wrapper *wrapper, struct hr__reader *reader,
                      const struct hr__line *line, const struct hr__cell *inner, bool whole,
                      struct hr_error *err)
{
    if (whole && wrapper->part.len == 0) {
        return hand_in(reader, line, inner->text, inner->len, err);
    }
    hr_text_add(&wrapper->part, inner->text, inner->len);
    if (!whole) {
        hr__filter(reader, HR__PART_LINE);
        return true;
    }
    size_t len = wrapper->part.len;
    bool failed = wrapper->part.failed;
    wrapper->part.len = 0;
    wrapper->part.failed = false;
    if (failed) {
        return hr__reject(reader, line, HR__TOO_LONG, err);
    }
    hr_text_add(&wrapper->part, "\n", 1); /* the end that formats rely on */
    wrapper->part.len = 0;
    return hand_in(reader, line, wrapper->part.data, len, err);
}

bool hr__wrapper_line(struct hr__wrapper *wrapper, struct hr__reader *reader, struct hr__line *line,
                      struct hr_error *err)
{
    if (wrapper->kind == HR__BARE) {
        return reader->format->line(reader, line, err);
    }
    if (wrapper->kind == HR__RECORDS) {
        return hr__rows_line(&wrapper->rows, reader, line, err);
    }
    if (is_json(wrapper->kind)) {
        size_t len = line_of_json(wrapper, line->text, line->len, wrapper->text);
        if (len == SIZE_MAX) {
            return reader->format->line(reader, line, err);
        }
        wrapper->text[len] = '\n';
        return hand_in(reader, line, wrapper->text, len, err);
    }
    bool whole;
    const char *inner = behind_header(wrapper->kind, line->text, line->len, &whole);
    if (inner == NULL) {
        return reader->format->line(reader, line, err); /* says why it is none */
    }
    struct hr__cell cell = {inner, line->len - (size_t)(inner - line->text)};
    return take_part(wrapper, reader, line, &cell, whole, err);
}

bool hr__wrapper_end(struct hr__wrapper *wrapper, struct hr__reader *reader, struct hr_error *err)
{
    return (wrapper->kind != HR__RECORDS || hr__rows_end(&wrapper->rows, reader, err)) &&
           reader->format->end(reader, err);
}

void hr__wrapper_close(struct hr__wrapper *wrapper)
{
    hr__rows_close(&wrapper->rows);
    hr_text_clear(&wrapper->part);
    hr_arena_clear(&wrapper->arena);
    free(wrapper->text);
    *wrapper = (struct hr__wrapper){.kind = HR__BARE};
}
