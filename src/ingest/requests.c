/* requests.c: see requests.h. */
#include "ingest/requests.h"

#include <string.h>

bool hr__requests_open(struct hr__requests *requests, const struct hr__reader *reader,
                       struct hr_error *err)
{
    return hr__routes_init(&requests->routes, reader->groups, reader->options->routes,
                           reader->options->route_count, err);
}

void hr__requests_close(struct hr__requests *requests)
{
    hr__routes_clear(&requests->routes);
}

struct hr__record hr__record_blank(void)
{
    return (struct hr__record){.duration_us = HR_UNKNOWN,
                               .bytes = HR_UNKNOWN,
                               .memory_kb = HR_UNKNOWN,
                               .init_us = HR_UNKNOWN};
}

/* Method and path as one text, as far as they tell a route. */
static struct hr__cell join_target(struct hr__requests *requests, const struct hr__target *target)
{
    static const struct hr__cell get = {"GET", 3};
    struct hr__cell method = hr__cell_missing(target->method) ? get : target->method;
    char *text = requests->text;
    size_t len = method.len < HR__REQUEST_MAX / 2 ? method.len : HR__REQUEST_MAX / 2;
    memcpy(text, method.text, len);
    text[len++] = ' ';
    size_t room = HR__REQUEST_MAX - len;
    size_t path_len = target->path.len < room ? target->path.len : room;
    if (path_len > 0) {
        memcpy(text + len, target->path.text, path_len);
    }
    return (struct hr__cell){text, len + path_len};
}

bool hr__requests_group(struct hr__requests *requests, const struct hr__target *target,
                        uint16_t status, uint32_t *ret, struct hr_error *err)
{
    struct hr__cell request =
        target->line.text != NULL ? target->line : join_target(requests, target);
    return hr__routes_find(&requests->routes, request.text, request.len, status, ret, err);
}

void hr__requests_declare(struct hr__reader *reader, const struct hr__request_kind *kind)
{
    const enum hr_stamp *told = reader->options->stamp;
    reader->trigger = HR_HTTP;
    reader->trigger_origin = HR_DERIVED;
    reader->span = kind->span;
    reader->stamp = told != NULL ? *told : kind->stamp;
    reader->stamp_origin = told != NULL ? HR_SET : kind->stamp_origin;
    reader->resolution_us = kind->resolution_us;
    reader->file->variant = kind->variant;
}

bool hr__refuse_maps(const struct hr__reader *reader, struct hr_error *err)
{
    return reader->options->map_count == 0 ||
           hr_fail(
               err, HR_EUSAGE,
               "%s: --map is for CSV, JSON lines, LTSV and access logs; the format %s names its "
               "own fields",
               reader->file->file, reader->format->about.name);
}

bool hr__end_nothing(struct hr__reader *reader, struct hr_error *err)
{
    (void)reader;
    (void)err;
    return true;
}
