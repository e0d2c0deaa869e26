/* lambda_shape.c: which export of CloudWatch Logs a file is. */
#include "ingest/lambda.h"

#include <string.h>

static const char *const column_names[HR__COL_COUNT][2] = {
    [HR__COL_TIMESTAMP] = {"timestamp", "@timestamp"},
    [HR__COL_MESSAGE] = {"message", "@message"},
    [HR__COL_STREAM] = {"logStreamName", "@logStream"},
    [HR__COL_LOG] = {"logGroupName", "@log"},
    [HR__COL_REQUEST] = {"requestId", "@requestId"},
    [HR__COL_TYPE] = {"type", "@type"},
    [HR__COL_DURATION] = {"", "@duration"},
    [HR__COL_BILLED] = {"", "@billedDuration"},
    [HR__COL_INIT] = {"", "@initDuration"},
    [HR__COL_SIZE] = {"", "@memorySize"},
    [HR__COL_USED] = {"", "@maxMemoryUsed"},
};

#define HEADER_MAX 64 /* columns of an export */

bool hr__lambda_header(const char *text, size_t len, size_t places[HR__COL_COUNT],
                       size_t *ret_count)
{
    struct hr__cell cells[HEADER_MAX];
    if (!hr__cells_split(text, len, ',', cells, HEADER_MAX, ret_count) || *ret_count > HEADER_MAX) {
        return false;
    }
    for (size_t k = 0; k < HR__COL_COUNT; k++) {
        places[k] = SIZE_MAX;
        for (size_t i = 0; i < *ret_count; i++) {
            for (size_t name = 0; name < 2; name++) {
                const char *wanted = column_names[k][name];
                if (places[k] == SIZE_MAX && wanted[0] != '\0' && strlen(wanted) == cells[i].len &&
                    memcmp(wanted, cells[i].text, cells[i].len) == 0) {
                    places[k] = i;
                }
            }
        }
    }
    return places[HR__COL_TIMESTAMP] != SIZE_MAX &&
           (places[HR__COL_MESSAGE] != SIZE_MAX || places[HR__COL_DURATION] != SIZE_MAX);
}

/* A name ends where a path, version or other field would begin. */
static size_t name_len(const char *text, const char *end)
{
    size_t len = 0;
    while (text + len < end && text[len] != '[' && text[len] != ' ' && text[len] != '\t' &&
           text[len] != ':' && text[len] != '/') {
        len++;
    }
    return len;
}

bool hr__lambda_function(const char *text, size_t len, const char **ret, size_t *ret_len)
{
    static const char group[] = "/aws/lambda/";
    const char *end = text + len;
    const char *found = memmem(text, len, group, sizeof group - 1);
    if (found != NULL) {
        *ret = found + sizeof group - 1;
        *ret_len = name_len(*ret, end);
        return *ret_len > 0;
    }
    const char *bracket = memchr(text, '[', len);
    const char *slash = bracket == NULL ? NULL : memrchr(text, '/', (size_t)(bracket - text));
    if (slash == NULL || slash + 1 == bracket) {
        return false; /* 2025/03/03/[$LATEST]id: the older streams tell no function */
    }
    *ret = slash + 1;
    *ret_len = (size_t)(bracket - *ret);
    return true;
}

#define ISO_MIN 19 /* 2025-03-03T10:11:12 */
#define ISO_MAX 36

/* The time in the first word or two of a line; *used is where it ends. */
static bool leading_time(struct hr__iso_clock *clock, const char *text, size_t len, int64_t *ret,
                         size_t *used)
{
    if (len < ISO_MIN || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')) {
        return false;
    }
    size_t stop = 11;
    while (stop < len && stop < ISO_MAX && text[stop] != ' ' && text[stop] != '\t') {
        stop++;
    }
    *used = stop;
    return hr__iso_time(clock, text, stop, ret);
}

static size_t skip_blanks(const char *text, size_t at, size_t len)
{
    while (at < len && (text[at] == ' ' || text[at] == '\t')) {
        at++;
    }
    return at;
}

bool hr__lambda_text(struct hr__iso_clock *clock, const char *text, size_t len,
                     struct hr__lambda_text *ret)
{
    size_t used, at = 0, word = 0;
    *ret = (struct hr__lambda_text){.stream = "", .stream_len = 0};
    /* stream or log group before the time (sam logs, S3 listings), or the time first */
    if (!leading_time(clock, text, len, &ret->time_us, &used)) {
        while (word < len && text[word] != ' ' && text[word] != '\t') {
            word++;
        }
        at = skip_blanks(text, word, len);
        if (!leading_time(clock, text + at, len - at, &ret->time_us, &used)) {
            return false;
        }
        ret->stream = text;
        ret->stream_len = word;
    }
    at = skip_blanks(text, at + used, len);
    ret->message = text + at;
    ret->message_len = len - at;
    ret->kind = hr__lambda_kind(ret->message, ret->message_len);
    if (ret->kind == HR__LAMBDA_OTHER) {
        /* the stream's name stands between: `aws logs tail` */
        size_t next = at;
        while (next < len && text[next] != ' ' && text[next] != '\t') {
            next++;
        }
        size_t begin = skip_blanks(text, next, len);
        ret->kind = hr__lambda_kind(text + begin, len - begin);
        if (ret->kind != HR__LAMBDA_OTHER) {
            ret->stream = text + at;
            ret->stream_len = next - at;
            ret->message = text + begin;
            ret->message_len = len - begin;
        }
    }
    return true;
}

struct hr__lambda_shape_found hr__lambda_shape(const struct hr__head *head)
{
    struct hr__lambda_shape_found found = {.shape = HR__SHAPE_NONE};
    size_t places[HR__COL_COUNT], count, bare = 0, timed = 0, reports = 0;
    if (head->line_count > 0 &&
        hr__lambda_header(head->lines[0].text, head->lines[0].len, places, &count)) {
        bool insights = memchr(head->lines[0].text, '@', head->lines[0].len) != NULL;
        bool events = insights;
        for (size_t i = 1; i < head->line_count && !events; i++) {
            events = memmem(head->lines[i].text, head->lines[i].len, " RequestId: ", 12) != NULL;
        }
        if (events) {
            found.shape = insights ? HR__SHAPE_INSIGHTS : HR__SHAPE_CONSOLE;
            found.fits = head->line_count;
            return found;
        }
    }
    struct hr__iso_clock clock = {0};
    for (size_t i = 0; i < head->line_count; i++) {
        struct hr__lambda_text text;
        if (hr__lambda_text(&clock, head->lines[i].text, head->lines[i].len, &text)) {
            timed++;
            reports += text.kind != HR__LAMBDA_OTHER;
        } else {
            bare += hr__lambda_kind(head->lines[i].text, head->lines[i].len) != HR__LAMBDA_OTHER;
        }
    }
    if (reports > 0 && timed >= bare) {
        found.shape = HR__SHAPE_TEXT;
        found.fits = head->line_count; /* output of functions may stand between, in any shape */
    } else if (bare > 0) {
        found.shape = HR__SHAPE_BARE;
        found.fits = head->line_count;
    }
    return found;
}
