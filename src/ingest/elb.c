/* elb.c: access logs of AWS load balancers: Application (alb) and classic (elb).
 *
 *   https 2025-03-03T10:11:12.345678Z app/web/50dc 192.0.2.6:2817 10.0.0.1:80 0.001 0.048 0.000
 *   200 200 34 366 "GET https://example.com:443/a?x=1 HTTP/1.1" "curl/8.5.0" - - - ...
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 * An ALB stamps the END, a classic balancer the START and leaves out the first word. The three
 * times are the wait for a target, the target's work and the sending of the answer; the work is the
 * service time, the others only tell when the request came. Traps: -1 is no time (nobody answered);
 * fields were added over the years, so what follows the request is looked at only when it must be;
 * the bucket may hold logs of network balancers and of connections, too.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/iso_clock.h"
#include "ingest/numbers.h"
#include "ingest/requests.h"

#define CREATION_FIELD 22 /* request_creation_time, counted as AWS counts */
#define REQUEST_FIELD  13 /* "request" */
#define ELAPSED_MAX                                                                                \
    (4000 * HR_SECOND) /* longest idle timeout; a request that lasts longer                        \
                          without an answer has no plausible creation time */

struct dialect {
    enum hr_stamp stamp;
    const char *variant;
    enum { TYPE_FIRST, TIME_FIRST } begin;
};

struct elb {
    struct hr__requests requests;
    struct hr__iso_clock clock, creation;
    uint64_t undispatched; /* requests that no target answered */
};

/* One line, cut. */
struct cut {
    int64_t time_us, times[3]; /* HR_UNKNOWN for -1 */
    int64_t bytes;
    uint16_t status;
    struct hr__cell request;
    const char *rest, *end;
};

static bool is_type(struct hr__cell word)
{
    static const char *const types[] = {"https", "h2", "http", "wss", "ws", "grpcs"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strlen(types[i]) == word.len && memcmp(types[i], word.text, word.len) == 0) {
            return true;
        }
    }
    return false;
}

/* `-` and `-1` are no time; 0.000 is one. */
static bool cut_time(struct hr__cell field, int64_t *ret)
{
    static const struct hr__unit seconds = {"s", HR__UNIT_TIME, HR_SECOND, 1};
    if (field.text[0] == '-') {
        *ret = HR_UNKNOWN;
        return field.len == 1 || (field.len == 2 && field.text[1] == '1');
    }
    return hr__number(field.text, field.len, &seconds, ret) && *ret < HR_TIME_MAX / 4;
}

static bool cut_status(struct hr__cell field, uint16_t *ret)
{
    int64_t value = 0;
    bool told = field.len != 1 || field.text[0] != '-';
    bool good = !told || (hr__natural(field.text, field.len, &value) && value <= 999);
    *ret = (uint16_t)value;
    return good;
}

/* Network balancers and connection logs share the bucket; anything else is damage. */
static enum hr__reason not_this(struct hr__cell word)
{
    bool dated = word.len >= 20 && word.text[4] == '-' && word.text[10] == 'T';
    return hr__cell_is(word, "tls") || dated ? HR__OTHER_KIND : HR__NO_LINE;
}

/* Cuts one line up to its request. HR__REASON_COUNT: it is one; else why not. */
static enum hr__reason cut_line(const struct dialect *dialect, struct hr__iso_clock *clock,
                                const char *text, size_t len, struct cut *ret)
{
    const char *at = text, *end = text + len;
    struct hr__cell field[12]; /* from the time on: time, names, times, statuses, bytes */
    size_t first = dialect->begin == TYPE_FIRST ? 0 : 1;
    for (size_t i = first; i < 12; i++) {
        if (!hr__cell_next(&at, end, &field[i])) {
            return i == first ? HR__NO_LINE : HR__NO_REQUEST;
        }
        if (i == 0 && !is_type(field[0])) {
            return not_this(field[0]);
        }
        if (i == 1 && (field[1].len < 20 || field[1].text[10] != 'T' ||
                       !hr__iso_time(clock, field[1].text, field[1].len, &ret->time_us))) {
            return HR__BAD_DATE;
        }
    }
    for (size_t i = 0; i < 3; i++) {
        if (!cut_time(field[5 + i], &ret->times[i])) {
            return HR__BAD_DURATION;
        }
    }
    if (!cut_status(field[8], &ret->status)) {
        return HR__BAD_STATUS;
    }
    if (!hr__natural(field[11].text, field[11].len, &ret->bytes)) {
        return HR__BAD_NUMBER;
    }
    ret->end = end;
    if (!hr__cell_quoted(&at, end, &ret->request)) {
        return HR__NO_REQUEST;
    }
    ret->rest = at;
    return HR__REASON_COUNT;
}

/* The n-th field behind the request, quoted ones whole. */
static bool later_field(const struct cut *cut, int n, struct hr__cell *ret)
{
    const char *at = cut->rest;
    for (; n > 0; n--) {
        bool quoted = at < cut->end && *at == '"';
        if (!(quoted ? hr__cell_quoted(&at, cut->end, ret) : hr__cell_next(&at, cut->end, ret))) {
            return false;
        }
    }
    return true;
}

/* How long before its end an unanswered request came: by the balancer's own second stamp. */
static int64_t elapsed(struct elb *elb, const struct cut *cut)
{
    struct hr__cell field;
    int64_t created;
    if (!later_field(cut, CREATION_FIELD - REQUEST_FIELD, &field) ||
        !hr__iso_time(&elb->creation, field.text, field.len, &created) || created > cut->time_us ||
        cut->time_us - created > ELAPSED_MAX) {
        return 0;
    }
    return cut->time_us - created;
}

static double score_elb(const struct hr__format *format, const struct hr__head *head,
                        const struct hr_ingest_options *options)
{
    struct hr__iso_clock clock = {0};
    struct cut cut;
    size_t fits = 0, comments = 0;
    (void)options;
    for (size_t i = 0; i < head->line_count; i++) {
        fits += cut_line(format->dialect, &clock, head->lines[i].text, head->lines[i].len, &cut) ==
                HR__REASON_COUNT;
        comments += head->lines[i].text[0] == '#';
    }
    return fits == 0 ? 0 : (double)(fits + comments) / (double)head->line_count;
}

static bool open_elb(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    const struct dialect *dialect = reader->format->dialect;
    struct elb *elb = calloc(1, sizeof *elb);
    (void)head;
    if (elb == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = elb;
    hr__requests_declare(reader, &(struct hr__request_kind){.stamp = dialect->stamp,
                                                            .stamp_origin = HR_DERIVED,
                                                            .span = HR_SPAN_UPSTREAM,
                                                            .resolution_us = 1,
                                                            .variant = dialect->variant});
    return hr__refuse_maps(reader, err) && hr__requests_open(&elb->requests, reader, err) &&
           hr__say(reader->report, err,
                   "%s: durations are the target's processing time; waiting for a target and "
                   "sending the answer only tell when a request came",
                   reader->file->file);
}

/* TCP listeners log connections in the same shape: `"- - - "`. */
static bool is_connection(const struct cut *cut)
{
    return cut->request.len >= 5 && memcmp(cut->request.text, "- - -", 5) == 0 && cut->status == 0;
}

static bool line_elb(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    struct elb *elb = reader->state;
    struct cut cut;
    if (line->len == 0 || line->text[0] == '#') {
        hr__filter(reader, line->len == 0 ? HR__BLANK : HR__COMMENT);
        return true;
    }
    enum hr__reason reason =
        cut_line(reader->format->dialect, &elb->clock, line->text, line->len, &cut);
    if (reason == HR__OTHER_KIND || (reason == HR__REASON_COUNT && is_connection(&cut))) {
        hr__filter(reader, HR__OTHER_KIND);
        return true;
    }
    if (reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, reason, err);
    }
    struct hr__record record = hr__record_blank();
    record.stamp_us = cut.time_us;
    record.status = cut.status;
    record.bytes = cut.bytes;
    record.duration_us = cut.times[1];
    if (cut.times[0] >= 0 && cut.times[1] >= 0 && cut.times[2] >= 0) {
        record.before_us = cut.times[0] + cut.times[2];
    } else {
        record.duration_us = HR_UNKNOWN;
        record.before_us = elapsed(elb, &cut);
        elb->undispatched++;
    }
    struct hr__target target = {.line = cut.request};
    return hr__requests_group(&elb->requests, &target, cut.status, &record.group, err) &&
           hr__keep(reader, line, &record, err);
}

static bool end_elb(struct hr__reader *reader, struct hr_error *err)
{
    const struct elb *elb = reader->state;
    return elb->undispatched == 0 ||
           hr__say(reader->report, err,
                   "%s: %llu requests have no processing time (-1): the balancer answered them "
                   "itself, or the target never did",
                   reader->file->file, (unsigned long long)elb->undispatched);
}

static void close_elb(struct hr__reader *reader)
{
    struct elb *elb = reader->state;
    if (elb != NULL) {
        hr__requests_close(&elb->requests);
        free(elb);
    }
}

static const struct dialect application = {HR_STAMP_END, "Application Load Balancer", TYPE_FIRST};
static const struct dialect classic = {HR_STAMP_START, "classic Load Balancer", TIME_FIRST};

const struct hr__format hr__format_alb = {
    .about = {.name = "alb",
              .sentence = "AWS Application Load Balancer access logs",
              .example =
                  "http 2025-03-03T10:11:12.345678Z app/web/50dc 192.0.2.6:2817 10.0.0.1:80 "
                  "0.001 0.048 0.000 200 200 34 366 \"GET http://example.com:80/a HTTP/1.1\" "
                  "\"curl/8.5.0\" - -"},
    .dialect = &application,
    .score = score_elb,
    .open = open_elb,
    .line = line_elb,
    .end = end_elb,
    .close = close_elb,
};

const struct hr__format hr__format_elb = {
    .about = {.name = "elb",
              .sentence = "AWS classic Load Balancer access logs",
              .example = "2025-03-03T10:11:12.345678Z web 192.0.2.6:2817 10.0.0.1:80 0.000086 "
                         "0.001048 0.001337 200 200 0 57 \"GET http://example.com:80/a HTTP/1.1\""},
    .dialect = &classic,
    .score = score_elb,
    .open = open_elb,
    .line = line_elb,
    .end = end_elb,
    .close = close_elb,
};
