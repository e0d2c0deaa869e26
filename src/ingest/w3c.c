/* w3c.c: W3C extended logs, whose #Fields line names their columns: IIS, and CloudFront's
 * standard logs with TABs between.
 *
 *   #Fields: date time cs-method cs-uri-stem sc-status time-taken
 *   2025-03-03 10:00:01 GET /a 200 46
 *
 * https://www.w3.org/TR/WD-logfile, https://docs.aws.amazon.com/AmazonCloudFront/latest/
 * DeveloperGuide/standard-logs-reference.html. A stamp is the END. time-taken is milliseconds at
 * IIS and seconds with decimals elsewhere. Traps: #Fields comes again in mid-file with other
 * fields; IIS Advanced Logging separates by several blanks and quotes; CloudFront leaves a tail
 * out; after a crash IIS pads with zero bytes. What CloudFront answers from its cache is no load of
 * the origin and is left out.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/iso_clock.h"
#include "ingest/maps.h"
#include "ingest/requests.h"

#define COLUMNS_MAX 128
#define DATE_LEN    10 /* 2025-03-03 */
#define MOMENT_MAX  48 /* bytes of date and time */

enum role { DATE, TIME, METHOD, STEM, STATUS, BYTES, TAKEN, RESULT, ROLE_COUNT };
static const char *const role_names[ROLE_COUNT][3] = {
    [DATE] = {"date", "date-local"},
    [TIME] = {"time", "time-local"},
    [METHOD] = {"cs-method"},
    [STEM] = {"cs-uri-stem", "cs-uri", "cs-uri-path"},
    [STATUS] = {"sc-status", "s-status"},
    [BYTES] = {"sc-bytes"},
    [TAKEN] = {"time-taken", "TimeTakenMS"},
    [RESULT] = {"x-edge-result-type"},
};

/* CloudFront's fields without their header, in the order that its documentation gives. */
static const char cloudfront_fields[] =
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
    "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher "
    "x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port "
    "time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start "
    "sc-range-end";

/* The columns in force. */
struct fields {
    size_t count; /* 0: no #Fields line yet */
    size_t place[ROLE_COUNT];
    bool milliseconds; /* the column's name tells it */
    bool local;        /* date-local: no zone is told */
};

struct w3c {
    struct hr__requests requests;
    struct hr__iso_clock clock;
    struct fields fields;
    const struct hr__unit *unit; /* of --map, or NULL */
    char date[DATE_LEN];         /* of #Date */
    bool dated;
    int64_t after_us; /* time of the row before, where times are local */
};

struct row {
    int64_t time_us, taken_us, bytes, quantum_us;
    struct hr__cell result;
    struct hr__target target;
    uint16_t status;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next cell: up to a TAB, or up to blanks with quotes respected. */
static struct hr__cell next_cell(const char **at, const char *end, char delimiter)
{
    const char *begin = *at, *stop;
    if (delimiter == '\t') {
        stop = memchr(begin, '\t', (size_t)(end - begin));
        stop = stop == NULL ? end : stop;
        *at = stop < end ? stop + 1 : end;
        return (struct hr__cell){begin, (size_t)(stop - begin)};
    }
    if (*begin == '"') {
        begin++;
        stop = memchr(begin, '"', (size_t)(end - begin));
        while (stop != NULL && stop + 1 < end && stop[1] == '"') {
            stop = memchr(stop + 2, '"', (size_t)(end - stop - 2));
        }
        stop = stop == NULL ? end : stop;
        *at = stop < end ? stop + 1 : end;
    } else {
        stop = memchr(begin, ' ', (size_t)(end - begin));
        stop = stop == NULL ? end : stop;
        *at = stop;
    }
    struct hr__cell cell = {begin, (size_t)(stop - begin)};
    while (*at < end && **at == ' ') {
        (*at)++;
    }
    return cell;
}

/* Cuts a line into cells; returns how many there are, also beyond COLUMNS_MAX. */
static size_t cut_cells(const char *text, size_t len, struct hr__cell cells[COLUMNS_MAX])
{
    const char *at = text, *end = text + len;
    char delimiter = memchr(text, '\t', len) != NULL ? '\t' : ' ';
    size_t count = 0;
    while (delimiter == ' ' && at < end && *at == ' ') {
        at++;
    }
    while (at < end) {
        struct hr__cell cell = next_cell(&at, end, delimiter);
        if (count < COLUMNS_MAX) {
            cells[count] = cell;
        }
        count++;
    }
    return count;
}

/* The columns of a header's names. */
static void read_fields(const char *text, size_t len, struct fields *ret)
{
    *ret = (struct fields){0};
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        ret->place[i] = SIZE_MAX;
    }
    for (const char *at = text, *end = text + len; at < end;) {
        const char *begin = at;
        while (at < end && !is_blank(*at)) {
            at++;
        }
        struct hr__cell name = {begin, (size_t)(at - begin)};
        at += at < end;
        if (name.len == 0) {
            continue;
        }
        for (size_t role = 0; role < ROLE_COUNT; role++) {
            for (size_t k = 0; k < 3 && role_names[role][k] != NULL; k++) {
                if (ret->place[role] == SIZE_MAX && hr__cell_is(name, role_names[role][k])) {
                    ret->place[role] = ret->count;
                    ret->milliseconds |= role == TAKEN && k == 1;
                    ret->local |= role == DATE && k == 1;
                }
            }
        }
        ret->count++;
    }
    ret->count = ret->place[TIME] == SIZE_MAX || ret->count > COLUMNS_MAX ? 0 : ret->count;
}

/* The rest of a comment line `#NAME: rest`, or NULL when it has another name. */
static const char *directive(const char *text, size_t len, const char *name)
{
    size_t n = strlen(name);
    if (len < n || memcmp(text, name, n) != 0) {
        return NULL;
    }
    while (n < len && is_blank(text[n])) {
        n++;
    }
    return text + n;
}

static bool read_comment(struct w3c *w3c, const char *text, size_t len)
{
    const char *rest = directive(text, len, "#Fields:");
    if (rest != NULL) {
        read_fields(rest, (size_t)(text + len - rest), &w3c->fields);
        return true;
    }
    rest = directive(text, len, "#Date:");
    if (rest != NULL && text + len - rest >= DATE_LEN) {
        memcpy(w3c->date, rest, DATE_LEN);
        w3c->dated = true;
    }
    return false;
}

/* Date and time side by side, however they stand in the line. */
static bool read_moment(struct w3c *w3c, struct hr__cell date, struct hr__cell time,
                        struct row *ret)
{
    char moment[MOMENT_MAX];
    if (date.text == NULL && w3c->dated) {
        date = (struct hr__cell){w3c->date, DATE_LEN};
    }
    if (date.len != DATE_LEN || time.len == 0 || time.len >= MOMENT_MAX - DATE_LEN) {
        return false;
    }
    memcpy(moment, date.text, DATE_LEN);
    moment[DATE_LEN] = ' ';
    memcpy(moment + DATE_LEN + 1, time.text, time.len);
    const char *point = memchr(time.text, '.', time.len);
    ret->quantum_us = HR_SECOND;
    for (size_t digits = point == NULL ? 0 : time.len - (size_t)(point - time.text) - 1;
         digits > 0 && ret->quantum_us > 1; digits--) {
        ret->quantum_us /= 10;
    }
    return hr__iso_time(&w3c->clock, moment, DATE_LEN + 1 + time.len, &ret->time_us);
}

/* Milliseconds are whole; a decimal point tells seconds, unless the name or --map does. */
static bool read_taken(const struct w3c *w3c, struct hr__cell cell, int64_t *ret)
{
    static const struct hr__unit ms = {"ms", HR__UNIT_TIME, 1000, 1};
    static const struct hr__unit s = {"s", HR__UNIT_TIME, HR_SECOND, 1};
    if (hr__cell_missing(cell)) {
        return true;
    }
    bool seconds = !w3c->fields.milliseconds && memchr(cell.text, '.', cell.len) != NULL;
    const struct hr__unit *unit = w3c->unit != NULL ? w3c->unit : seconds ? &s : &ms;
    return hr__number(cell.text, cell.len, unit, ret) && *ret < HR_TIME_MAX;
}

static struct hr__cell cell_of(const struct w3c *w3c, const struct hr__cell *cells, size_t count,
                               enum role role)
{
    size_t place = w3c->fields.place[role];
    return place < count ? cells[place] : (struct hr__cell){NULL, 0};
}

/* HR__REASON_COUNT: a request; else why not. */
static enum hr__reason cut_row(struct w3c *w3c, const char *text, size_t len, struct row *ret)
{
    struct hr__cell cells[COLUMNS_MAX];
    size_t count = cut_cells(text, len, cells);
    bool tail_may_miss = w3c->fields.place[RESULT] != SIZE_MAX; /* CloudFront's */
    *ret = (struct row){.taken_us = HR_UNKNOWN, .bytes = HR_UNKNOWN};
    if (w3c->fields.count == 0) {
        return HR__NO_FIELDS;
    }
    if (count > w3c->fields.count || (count < w3c->fields.count && !tail_may_miss)) {
        return HR__FIELDS;
    }
    struct hr__cell status = cell_of(w3c, cells, count, STATUS);
    struct hr__cell bytes = cell_of(w3c, cells, count, BYTES);
    int64_t number = 0;
    if (!read_moment(w3c, cell_of(w3c, cells, count, DATE), cell_of(w3c, cells, count, TIME),
                     ret)) {
        return HR__BAD_DATE;
    }
    if (!hr__cell_missing(status) &&
        (!hr__natural(status.text, status.len, &number) || number > 999)) {
        return HR__BAD_STATUS;
    }
    ret->status = (uint16_t)number;
    if (!hr__cell_missing(bytes) && !hr__natural(bytes.text, bytes.len, &ret->bytes)) {
        return HR__BAD_NUMBER;
    }
    if (!read_taken(w3c, cell_of(w3c, cells, count, TAKEN), &ret->taken_us)) {
        return HR__BAD_DURATION;
    }
    ret->target.method = cell_of(w3c, cells, count, METHOD);
    ret->target.path = cell_of(w3c, cells, count, STEM);
    ret->result = cell_of(w3c, cells, count, RESULT);
    return HR__REASON_COUNT;
}

/* Whether CloudFront answered without its origin. */
static bool is_edge_hit(struct hr__cell result)
{
    static const char *const own[] = {"Hit", "OriginShieldHit", "Redirect", "LimitExceeded",
                                      "CapacityExceeded"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (hr__cell_is(result, own[i])) {
            return true;
        }
    }
    return false;
}

static bool is_cloudfront(const struct hr__format *format)
{
    return format == &hr__format_cloudfront;
}

/* Whether the file is CloudFront's: by its header, or by a TAB separated row of its shape. */
static bool looks_like_cloudfront(const struct hr__head *head)
{
    struct hr__cell cells[COLUMNS_MAX];
    for (size_t i = 0; i < head->line_count; i++) {
        const char *text = head->lines[i].text;
        size_t len = head->lines[i].len;
        if (directive(text, len, "#Fields:") != NULL &&
            memmem(text, len, "x-edge-", sizeof "x-edge-" - 1) != NULL) {
            return true;
        }
        if (text[0] != '#') {
            return memchr(text, '\t', len) != NULL && cut_cells(text, len, cells) >= 19 &&
                   cells[0].len == DATE_LEN && cells[0].text[4] == '-' && cells[1].len == 8 &&
                   cells[1].text[2] == ':';
        }
    }
    return false;
}

static double score_w3c(const struct hr__format *format, const struct hr__head *head,
                        const struct hr_ingest_options *options)
{
    struct w3c w3c = {0};
    struct row row;
    size_t fits = 0, comments = 0;
    bool cloudfront = looks_like_cloudfront(head);
    (void)options;
    if (is_cloudfront(format) && !cloudfront) {
        return 0;
    }
    if (is_cloudfront(format)) {
        read_fields(cloudfront_fields, sizeof cloudfront_fields - 1, &w3c.fields);
    }
    for (size_t i = 0; i < head->line_count; i++) {
        const char *text = head->lines[i].text;
        if (text[0] == '#') {
            read_comment(&w3c, text, head->lines[i].len);
            comments++;
        } else {
            fits += cut_row(&w3c, text, head->lines[i].len, &row) == HR__REASON_COUNT;
        }
    }
    if (w3c.fields.count == 0) {
        return 0;
    }
    double share = (double)(fits + comments) / (double)head->line_count;
    return cloudfront && !is_cloudfront(format) ? 0.9 * share : share;
}

/* --map duration=time-taken:UNIT is all that may be told. */
static bool apply_maps(struct w3c *w3c, const struct hr__reader *reader, struct hr_error *err)
{
    struct hr__maps maps;
    if (!hr__maps_parse(reader->options, &maps, err)) {
        return false;
    }
    for (size_t i = 0; i < maps.count; i++) {
        const struct hr__map *map = &maps.map[i];
        struct hr__cell column = {map->column, map->column_len};
        if (map->field != HR__DURATION || map->unit == NULL ||
            !hr__cell_is(column, role_names[TAKEN][0])) {
            return hr_fail(err, HR_EUSAGE,
                           "--map %s: a W3C log names its own fields; only the unit of its "
                           "duration can be told, as in duration=time-taken:s",
                           map->option);
        }
        w3c->unit = map->unit;
    }
    return true;
}

static bool open_w3c(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    struct w3c *w3c = calloc(1, sizeof *w3c);
    bool edge = is_cloudfront(reader->format);
    (void)head;
    if (w3c == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = w3c;
    w3c->after_us = HR_UNKNOWN;
    hr__requests_declare(reader,
                         &(struct hr__request_kind){.stamp = HR_STAMP_END,
                                                    .stamp_origin = HR_DERIVED,
                                                    .span = HR_SPAN_REQUEST,
                                                    .resolution_us = HR_SECOND,
                                                    .variant = edge ? "standard log" : "W3C"});
    if (edge) {
        read_fields(cloudfront_fields, sizeof cloudfront_fields - 1, &w3c->fields);
    }
    return apply_maps(w3c, reader, err) && hr__requests_open(&w3c->requests, reader, err);
}

static bool line_w3c(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    struct w3c *w3c = reader->state;
    struct row row;
    size_t blank = 0;
    while (blank < line->len && is_blank(line->text[blank])) {
        blank++;
    }
    if (blank == line->len) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    if (line->text[0] == '#') {
        hr__filter(reader, read_comment(w3c, line->text, line->len) ? HR__HEADER : HR__COMMENT);
        return true;
    }
    if (line->text[0] == '\0') {
        hr__filter(reader, HR__PADDING);
        return true;
    }
    enum hr__reason reason = cut_row(w3c, line->text, line->len, &row);
    if (reason == HR__REASON_COUNT && w3c->fields.local &&
        !hr__local_time(reader, row.time_us, &w3c->after_us, &row.time_us)) {
        reason = HR__NO_SUCH_HOUR;
    }
    if (reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, reason, err);
    }
    if (is_cloudfront(reader->format) && is_edge_hit(row.result)) {
        hr__filter(reader, HR__EDGE_HIT);
        return true;
    }
    if (row.quantum_us < reader->resolution_us && reader->options->resolution_us == 0) {
        reader->resolution_us = row.quantum_us;
    }
    struct hr__record record = hr__record_blank();
    record.stamp_us = row.time_us;
    record.duration_us = row.taken_us;
    record.bytes = row.bytes;
    record.status = row.status;
    return hr__requests_group(&w3c->requests, &row.target, row.status, &record.group, err) &&
           hr__keep(reader, line, &record, err);
}

static bool end_w3c(struct hr__reader *reader, struct hr_error *err)
{
    const struct w3c *w3c = reader->state;
    const char *file = reader->file->file;
    unsigned long long hits = reader->reasons[HR__EDGE_HIT];
    if (hits > 0 &&
        !hr__say(reader->report, err,
                 "%s: %llu requests were answered by CloudFront itself and are left "
                 "out, because the origin never saw them; --input-format w3c keeps them",
                 file, hits)) {
        return false;
    }
    if (w3c->fields.local && !hr__say_zone(reader, err)) {
        return false;
    }
    return w3c->fields.place[TAKEN] != SIZE_MAX || w3c->fields.count == 0 ||
           hr__say(reader->report, err,
                   "%s has no durations; IIS records them with the field Time Taken (time-taken)",
                   file);
}

static void close_w3c(struct hr__reader *reader)
{
    struct w3c *w3c = reader->state;
    if (w3c != NULL) {
        hr__requests_close(&w3c->requests);
        free(w3c);
    }
}

const struct hr__format hr__format_w3c = {
    .about = {.name = "w3c",
              .sentence = "W3C extended logs with a #Fields line, as IIS writes them",
              .example = "2025-03-03 10:00:01 192.0.2.1 GET /a id=7 80 - 198.51.100.4 curl/8.5.0 - "
                         "200 0 0 46"},
    .score = score_w3c,
    .open = open_w3c,
    .line = line_w3c,
    .end = end_w3c,
    .close = close_w3c,
};

const struct hr__format hr__format_cloudfront = {
    .about = {.name = "cloudfront",
              .sentence = "CloudFront standard logs: what reached the origin",
              .example = "2025-03-03\t10:11:12\tFRA2\t182\t192.0.2.10\tGET\td1.cloudfront.net\t/a\t"
                         "200\t-\tcurl/8.5.0\t-\t-\tMiss\tMRV\texample.com\thttps\t217\t0.120"},
    .score = score_w3c,
    .open = open_w3c,
    .line = line_w3c,
    .end = end_w3c,
    .close = close_w3c,
};
