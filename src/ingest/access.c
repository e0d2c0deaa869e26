/* access.c: nginx and Apache access logs: common, combined, with a virtual host before and extra
 * fields behind.
 *
 *   192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] "GET /a?x=1 HTTP/1.1" 200 512 "-" "curl/8.5.0" 0.031
 *
 * https://nginx.org/en/docs/http/ngx_http_log_module.html, https://httpd.apache.org/docs/2.4/mod/
 * mod_log_config.html. nginx stamps a line with its END, Apache's %t is the START although lines
 * are written in END order; a combined line does not tell which server wrote it. Traps: stamps of
 * one second, offsets that change inside a file, requests of raw bytes, quotes not escaped.
 */
#include "ingest/access_line.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/maps.h"
#include "ingest/requests.h"

struct access {
    struct hr__clf_clock clock;
    struct hr__access_layout layout;
    struct hr__routes routes;
};

static double score_access(const struct hr__format *format, const struct hr__head *head,
                           const struct hr_ingest_options *options)
{
    struct hr__clf_clock clock = {0};
    struct hr__access_line line;
    size_t fits = 0;
    (void)format;
    (void)options;
    for (size_t i = 0; i < head->line_count; i++) {
        fits += hr__access_cut(&clock, head->lines[i].text, head->lines[i].len, &line) ==
                HR__REASON_COUNT;
    }
    return head->line_count == 0 ? 0 : (double)fits / (double)head->line_count;
}

/* --map duration=N:unit, N the extra field's number after the agent, or -N from the end. */
static bool apply_map(struct access *access, const struct hr__map *map, struct hr_error *err)
{
    struct hr__access_layout *layout = &access->layout;
    int64_t number;
    if (map->field != HR__DURATION || !hr_parse_i64(map->column, map->column_len, &number) ||
        number == 0) {
        return hr_fail(err, HR_EUSAGE,
                       "--map %s: an access log has no header; only duration=N:UNIT can be told, N "
                       "being the field's place after the user agent (-1 is the line's last)",
                       map->option);
    }
    if (map->unit == NULL) {
        return hr_fail(err, HR_EUSAGE, "--map %s: say the unit, as in duration=%.*s:ms",
                       map->option, (int)map->column_len, map->column);
    }
    int64_t from_end = number < 0 ? -number : (int64_t)layout->extras + 1 - number;
    if (from_end < 1 || from_end > (int64_t)layout->extras) {
        return hr_fail(err, HR_EUSAGE, "--map %s: the lines have %zu fields after the user agent",
                       map->option, layout->extras);
    }
    layout->from_end = (unsigned)from_end;
    layout->unit = map->unit;
    layout->prefix_len = 0;
    layout->span = HR_SPAN_REQUEST;
    layout->apache |= map->unit->times == 1; /* microseconds are Apache's */
    layout->stamp = layout->apache ? HR_STAMP_START : HR_STAMP_END;
    layout->variant = "with a mapped duration";
    return true;
}

/* What a person should know about durations and stamps of this file. */
static bool explain(struct hr__reader *reader, const struct hr__access_layout *layout,
                    struct hr_error *err)
{
    const char *file = reader->file->file;
    if (layout->from_end == 0) {
        if (layout->numbers > 0 &&
            !hr__say(
                reader->report, err,
                "%s: %zu of the %zu fields after the user agent hold numbers, none is surely a "
                "duration; if one is, name it: --map duration=N:UNIT, -1 being the last",
                file, layout->numbers, layout->extras)) {
            return false;
        }
        return hr__say(reader->report, err,
                       "%s has no durations. nginx records them with: log_format timed "
                       "'$remote_addr - $remote_user [$time_local] \"$request\" $status "
                       "$body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_time'; "
                       "Apache with a last %%D in LogFormat",
                       file);
    }
    return hr__say(reader->report, err, "%s: %s; a time stamp is the request's %s%s", file,
                   layout->variant, hr_stamp_name(reader->stamp),
                   reader->stamp_origin == HR_SET ? " (as --stamp says)"
                                                  : "; --stamp start|end overrides");
}

static bool open_access(struct hr__reader *reader, const struct hr__head *head,
                        struct hr_error *err)
{
    const struct hr_ingest_options *options = reader->options;
    struct hr__maps maps;
    struct access *access = calloc(1, sizeof *access);
    if (access == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = access;
    if (!hr__routes_init(&access->routes, reader->groups, options->routes, options->route_count,
                         err) ||
        !hr__maps_parse(options, &maps, err)) {
        return false;
    }
    access->layout = hr__access_layout_guess(head);
    for (size_t i = 0; i < maps.count; i++) {
        if (!apply_map(access, &maps.map[i], err)) {
            return false;
        }
    }
    const struct hr__access_layout *layout = &access->layout;
    reader->trigger = HR_HTTP;
    reader->trigger_origin = HR_DERIVED;
    reader->span = layout->span;
    reader->stamp = options->stamp != NULL ? *options->stamp : layout->stamp;
    reader->stamp_origin = options->stamp != NULL ? HR_SET
                           : layout->from_end > 0 ? HR_DERIVED
                                                  : HR_ASSUMED;
    reader->resolution_us = HR_SECOND;
    reader->file->variant = layout->variant;
    return explain(reader, layout, err);
}

static bool line_access(struct hr__reader *reader, const struct hr__line *line,
                        struct hr_error *err)
{
    struct access *access = reader->state;
    struct hr__access_line cut;
    if (line->len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    if (line->text[0] == '#') {
        hr__filter(reader, HR__COMMENT);
        return true;
    }
    enum hr__reason reason = hr__access_cut(&access->clock, line->text, line->len, &cut);
    if (reason != HR__REASON_COUNT) {
        return hr__reject(reader, line, reason, err);
    }
    struct hr__record record = {
        .stamp_us = cut.time_us,
        .duration_us = HR_UNKNOWN,
        .bytes = cut.bytes,
        .memory_kb = HR_UNKNOWN,
        .init_us = HR_UNKNOWN,
        .status = cut.status,
    };
    if (access->layout.from_end > 0 &&
        !hr__access_duration(&access->layout, &cut, &record.duration_us)) {
        return hr__reject(reader, line, HR__BAD_DURATION, err);
    }
    return hr__routes_find(&access->routes, cut.request, cut.request_len, cut.status, &record.group,
                           err) &&
           hr__keep(reader, line, &record, err);
}

static void close_access(struct hr__reader *reader)
{
    struct access *access = reader->state;
    if (access != NULL) {
        hr__routes_clear(&access->routes);
        free(access);
    }
}

const struct hr__format hr__format_access = {
    .about = {.name = "access",
              .sentence = "nginx and Apache access logs, common and combined, with or without a "
                          "request time at the end",
              .example = "192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] \"GET /a HTTP/1.1\" 200 512 "
                         "\"-\" \"curl/8.5.0\" 0.031"},
    .score = score_access,
    .open = open_access,
    .line = line_access,
    .end = hr__end_nothing,
    .close = close_access,
};
