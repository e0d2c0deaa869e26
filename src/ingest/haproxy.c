/* haproxy.c: HAProxy's HTTP log (option httplog), bare or behind any header of a logger.
 *
 *   haproxy[99]: 192.0.2.5:4000 [03/Mar/2025:10:11:12.004] web~ app/srv1 0/12/1/85/99 200 512 - -
 *   ---- 3/3/1/1/0 0/0 {example.com} {} "GET /a HTTP/1.1"
 *
 * https://docs.haproxy.org/dev/configuration.html#8.2.3. The time is the START, local and without
 * an offset. Timers are milliseconds: reading the request, waiting in the queue, connecting, the
 * server's answer, and the whole; the service time is the whole less the first two. -1 is a phase
 * that was never reached. Traps: captures with blanks, `+` before figures that are not final, lines
 * of connections (three timers) and of HAProxy itself.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/clf_time.h"
#include "ingest/numbers.h"
#include "ingest/requests.h"

#define STAMP_LEN 24 /* 03/Mar/2025:10:11:12.004 */
#define TIMERS    5

enum timer { REQUEST, QUEUE, CONNECT, RESPONSE, WHOLE };

struct haproxy {
    struct hr__requests requests;
    struct hr__clf_clock clock;
    int64_t after_us; /* of the line before */
    uint64_t unserved;
};

struct cut {
    int64_t local_us, timer[TIMERS]; /* HR_UNKNOWN: never reached */
    int64_t bytes;
    uint16_t status;
    struct hr__cell request;
};

/* `[` that begins a stamp of milliseconds, or NULL. */
static const char *find_stamp(const char *text, const char *end)
{
    const char *open = memchr(text, '[', (size_t)(end - text));
    while (open != NULL && end - open > STAMP_LEN + 1) {
        if (open[3] == '/' && open[21] == '.' && open[STAMP_LEN + 1] == ']') {
            return open + 1;
        }
        open = memchr(open + 1, '[', (size_t)(end - open - 1));
    }
    return NULL;
}

static bool read_stamp(struct hr__clf_clock *clock, const char *text, int64_t *ret)
{
    char clf[HR__CLF_LEN + 1];
    int64_t milliseconds;
    memcpy(clf, text, 20);
    memcpy(clf + 20, " +0000", sizeof " +0000");
    if (!hr__natural(text + 21, 3, &milliseconds) || !hr__clf_time(clock, clf, ret)) {
        return false;
    }
    *ret += milliseconds * HR_MILLISECOND;
    return true;
}

/* A figure that may have a `+` before it. */
static bool read_figure(struct hr__cell cell, int64_t *ret)
{
    if (cell.len > 0 && cell.text[0] == '+') {
        cell.text++;
        cell.len--;
    }
    if (hr__cell_is(cell, "-1")) {
        *ret = HR_UNKNOWN;
        return true;
    }
    return hr__natural(cell.text, cell.len, ret) && *ret < HR_TIME_MAX / HR_SECOND;
}

/* `0/12/1/85/99`; the number of timers, 0 for what is none. */
static size_t read_timers(struct hr__cell cell, int64_t timer[TIMERS])
{
    const char *at = cell.text, *end = cell.text + cell.len;
    size_t count = 0;
    while (at <= end && count <= TIMERS) {
        const char *slash = at < end ? memchr(at, '/', (size_t)(end - at)) : NULL;
        const char *stop = slash == NULL ? end : slash;
        int64_t value;
        if (count == TIMERS || !read_figure((struct hr__cell){at, (size_t)(stop - at)}, &value)) {
            return 0;
        }
        timer[count++] = value;
        at = stop + 1;
    }
    return count;
}

/* The quoted request at the end of the line. */
static bool find_request(const char *at, const char *end, struct hr__cell *ret)
{
    const char *open = memchr(at, '"', (size_t)(end - at));
    while (open != NULL && open > at && open[-1] != ' ') {
        open = memchr(open + 1, '"', (size_t)(end - open - 1));
    }
    const char *close = open == NULL ? NULL : memrchr(open + 1, '"', (size_t)(end - open - 1));
    if (close == NULL) {
        return false;
    }
    *ret = (struct hr__cell){open + 1, (size_t)(close - open - 1)};
    return true;
}

static enum hr__reason cut_line(struct hr__clf_clock *clock, const char *text, size_t len,
                                struct cut *ret)
{
    const char *end = text + len, *stamp = find_stamp(text, end);
    struct hr__cell cell[5]; /* frontend, backend/server, timers, status, bytes */
    if (stamp == NULL) {
        return HR__NO_BRACKET;
    }
    if (!read_stamp(clock, stamp, &ret->local_us)) {
        return HR__BAD_DATE;
    }
    const char *at = stamp + STAMP_LEN + 2;
    for (size_t i = 0; i < 5; i++) {
        if (!hr__cell_next(&at, end, &cell[i])) {
            return HR__NO_LINE;
        }
    }
    size_t timers = read_timers(cell[2], ret->timer);
    if (timers == 3) {
        return HR__OTHER_KIND; /* a connection */
    }
    if (timers != TIMERS) {
        return HR__BAD_DURATION;
    }
    int64_t status = HR_UNKNOWN;
    if (!read_figure(cell[3], &status) || status > 999) {
        return HR__BAD_STATUS;
    }
    ret->status = (uint16_t)(status == HR_UNKNOWN ? 0 : status);
    if (!read_figure(cell[4], &ret->bytes)) {
        return HR__BAD_NUMBER;
    }
    return at < end && find_request(at, end, &ret->request) ? HR__REASON_COUNT : HR__NO_REQUEST;
}

/* HAProxy tells of itself, and of handshakes that failed. */
static bool is_message(const char *text, size_t len)
{
    static const char *const marks[] = {"haproxy[", "Proxy ", "Server ", "SSL handshake",
                                        "Connect from"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (memmem(text, len, marks[i], strlen(marks[i])) != NULL) {
            return true;
        }
    }
    return false;
}

static double score_haproxy(const struct hr__format *format, const struct hr__head *head,
                            const struct hr_ingest_options *options)
{
    struct hr__clf_clock clock = {0};
    struct cut cut;
    size_t fits = 0, messages = 0;
    (void)format;
    (void)options;
    for (size_t i = 0; i < head->line_count; i++) {
        const char *text = head->lines[i].text;
        size_t len = head->lines[i].len;
        bool fit = cut_line(&clock, text, len, &cut) == HR__REASON_COUNT;
        fits += fit;
        messages += !fit && is_message(text, len);
    }
    return fits == 0 ? 0 : (double)(fits + messages) / (double)head->line_count;
}

static bool open_haproxy(struct hr__reader *reader, const struct hr__head *head,
                         struct hr_error *err)
{
    struct haproxy *haproxy = calloc(1, sizeof *haproxy);
    (void)head;
    if (haproxy == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = haproxy;
    haproxy->after_us = HR_UNKNOWN;
    hr__requests_declare(reader, &(struct hr__request_kind){.stamp = HR_STAMP_START,
                                                            .stamp_origin = HR_DERIVED,
                                                            .span = HR_SPAN_UPSTREAM,
                                                            .resolution_us = HR_MILLISECOND,
                                                            .variant = "HTTP log"});
    return hr__refuse_maps(reader, err) && hr__requests_open(&haproxy->requests, reader, err) &&
           hr__say_zone(reader, err);
}

static int64_t at_least_0(int64_t value)
{
    return value < 0 ? 0 : value;
}

static bool line_haproxy(struct hr__reader *reader, const struct hr__line *line,
                         struct hr_error *err)
{
    struct haproxy *haproxy = reader->state;
    struct cut cut;
    enum hr__reason reason =
        line->len == 0 ? HR__BLANK : cut_line(&haproxy->clock, line->text, line->len, &cut);
    if (reason == HR__NO_BRACKET || reason == HR__NO_LINE) {
        reason = is_message(line->text, line->len) ? HR__OTHER_KIND : reason;
    }
    if (reason == HR__BLANK || reason == HR__OTHER_KIND) {
        hr__filter(reader, reason);
        return true;
    }
    struct hr__record record = hr__record_blank();
    if (reason == HR__REASON_COUNT &&
        !hr__local_time(reader, cut.local_us, &haproxy->after_us, &record.stamp_us)) {
        reason = HR__NO_SUCH_HOUR;
    }
    if (reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, reason, err);
    }
    record.status = cut.status;
    record.bytes = cut.bytes;
    int64_t before = at_least_0(cut.timer[REQUEST]) + at_least_0(cut.timer[QUEUE]);
    if (cut.timer[RESPONSE] >= 0 && cut.timer[WHOLE] >= before) {
        record.duration_us = (cut.timer[WHOLE] - before) * HR_MILLISECOND;
    } else {
        haproxy->unserved++;
    }
    struct hr__target target = {.line = cut.request};
    return hr__requests_group(&haproxy->requests, &target, cut.status, &record.group, err) &&
           hr__keep(reader, line, &record, err);
}

static bool end_haproxy(struct hr__reader *reader, struct hr_error *err)
{
    const struct haproxy *haproxy = reader->state;
    return haproxy->unserved == 0 ||
           hr__say(reader->report, err,
                   "%s: %llu requests got no answer from a server (a timer of -1) and have no "
                   "duration",
                   reader->file->file, (unsigned long long)haproxy->unserved);
}

static void close_haproxy(struct hr__reader *reader)
{
    struct haproxy *haproxy = reader->state;
    if (haproxy != NULL) {
        hr__requests_close(&haproxy->requests);
        free(haproxy);
    }
}

const struct hr__format hr__format_haproxy = {
    .about = {.name = "haproxy",
              .sentence = "HAProxy's HTTP log (option httplog); --timezone tells its zone",
              .example = "192.0.2.5:4000 [03/Mar/2025:10:11:12.004] web~ app/srv1 0/12/1/85/99 200 "
                         "512 - - ---- 3/3/1/1/0 0/0 \"GET /a HTTP/1.1\""},
    .score = score_haproxy,
    .open = open_haproxy,
    .line = line_haproxy,
    .end = end_haproxy,
    .close = close_haproxy,
};
