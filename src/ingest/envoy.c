/* envoy.c: Envoy's default access log, as text; also Istio's and Ambassador's.
 *
 *   [2025-03-03T10:11:12.004Z] "GET /a HTTP/1.1" 200 - 0 512 24 23 "-" "curl/8.5.0" "id" "e.com"
 * "-"
 *
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage. The
 * time is the START. After the code and the flags stand bytes received and sent, the duration and
 * the upstream's part of it, milliseconds; Istio puts three fields between. A missing value is `-`.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/iso_clock.h"
#include "ingest/numbers.h"
#include "ingest/requests.h"

#define FIGURES 4 /* bytes received, bytes sent, duration, upstream's */

struct envoy {
    struct hr__requests requests;
    struct hr__iso_clock clock;
};

struct cut {
    int64_t time_us, figure[FIGURES]; /* HR_UNKNOWN for - */
    struct hr__cell request;
    uint16_t status;
};

static bool read_figure(struct hr__cell cell, int64_t *ret)
{
    *ret = HR_UNKNOWN;
    return hr__cell_missing(cell) ||
           (hr__natural(cell.text, cell.len, ret) && *ret < HR_TIME_MAX / HR_SECOND);
}

static bool is_number(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

/* The fields behind code and flags. */
static bool cut_figures(const char *at, const char *end, struct cut *ret)
{
    struct hr__cell cell, more;
    if (!is_number(at, end)) { /* Istio: details, termination details, "failure" */
        if (!hr__cell_next(&at, end, &cell) || !hr__cell_next(&at, end, &more) ||
            !hr__cell_quoted(&at, end, &more)) {
            return false;
        }
    }
    for (size_t i = 0; i < FIGURES; i++) {
        if (!hr__cell_next(&at, end, &cell) || !read_figure(cell, &ret->figure[i])) {
            return false;
        }
    }
    return true;
}

static enum hr__reason cut_line(struct hr__iso_clock *clock, const char *text, size_t len,
                                struct cut *ret)
{
    const char *end = text + len, *open = memchr(text, '[', len);
    const char *close = open == NULL ? NULL : memchr(open, ']', (size_t)(end - open));
    struct hr__cell code, flags;
    int64_t status;
    if (close == NULL) {
        return HR__NO_BRACKET;
    }
    if (!hr__iso_time(clock, open + 1, (size_t)(close - open - 1), &ret->time_us)) {
        return HR__BAD_DATE;
    }
    const char *at = close + 1 < end && close[1] == ' ' ? close + 2 : close + 1;
    if (!hr__cell_quoted(&at, end, &ret->request)) {
        return HR__NO_REQUEST;
    }
    if (!hr__cell_next(&at, end, &code) || !hr__natural(code.text, code.len, &status) ||
        status > 999) {
        return HR__BAD_STATUS;
    }
    ret->status = (uint16_t)status;
    return hr__cell_next(&at, end, &flags) && cut_figures(at, end, ret) ? HR__REASON_COUNT
                                                                        : HR__BAD_NUMBER;
}

static double score_envoy(const struct hr__format *format, const struct hr__head *head,
                          const struct hr_ingest_options *options)
{
    struct hr__iso_clock clock = {0};
    struct cut cut;
    size_t fits = 0;
    (void)format;
    (void)options;
    for (size_t i = 0; i < head->line_count; i++) {
        fits += cut_line(&clock, head->lines[i].text, head->lines[i].len, &cut) == HR__REASON_COUNT;
    }
    return head->line_count == 0 ? 0 : (double)fits / (double)head->line_count;
}

static bool open_envoy(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    struct envoy *envoy = calloc(1, sizeof *envoy);
    (void)head;
    if (envoy == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = envoy;
    hr__requests_declare(reader, &(struct hr__request_kind){.stamp = HR_STAMP_START,
                                                            .stamp_origin = HR_DERIVED,
                                                            .span = HR_SPAN_UPSTREAM,
                                                            .resolution_us = HR_MILLISECOND,
                                                            .variant = "default text"});
    return hr__refuse_maps(reader, err) && hr__requests_open(&envoy->requests, reader, err);
}

static bool line_envoy(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    struct envoy *envoy = reader->state;
    struct cut cut;
    if (line->len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    enum hr__reason reason = cut_line(&envoy->clock, line->text, line->len, &cut);
    if (reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, reason, err);
    }
    if (cut.request.len >= 5 && memcmp(cut.request.text, "- - -", 5) == 0) {
        hr__filter(reader, HR__OTHER_KIND); /* a connection */
        return true;
    }
    struct hr__record record = hr__record_blank();
    int64_t took = cut.figure[3] != HR_UNKNOWN ? cut.figure[3] : cut.figure[2];
    record.stamp_us = cut.time_us;
    record.status = cut.status;
    record.bytes = cut.figure[1];
    record.duration_us = took == HR_UNKNOWN ? HR_UNKNOWN : took * HR_MILLISECOND;
    struct hr__target target = {.line = cut.request};
    return hr__requests_group(&envoy->requests, &target, cut.status, &record.group, err) &&
           hr__keep(reader, line, &record, err);
}

static void close_envoy(struct hr__reader *reader)
{
    struct envoy *envoy = reader->state;
    if (envoy != NULL) {
        hr__requests_close(&envoy->requests);
        free(envoy);
    }
}

const struct hr__format hr__format_envoy = {
    .about = {.name = "envoy",
              .sentence = "Envoy's default access log as text, and Istio's",
              .example = "[2025-03-03T10:11:12.004Z] \"GET /a HTTP/1.1\" 200 - 0 512 24 23 \"-\" "
                         "\"curl/8.5.0\" \"id\" \"example.com\" \"10.0.0.1:80\""},
    .score = score_envoy,
    .open = open_envoy,
    .line = line_envoy,
    .end = hr__end_nothing,
    .close = close_envoy,
};
