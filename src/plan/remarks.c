/* remarks.c: where a replay is so unlike what was recorded that its arrivals are in doubt.
 *
 * Arrivals are fixed (an open loop). Where answers come much slower or faster than they did, those
 * who call might do so less often, or more; no replay of a log can tell.
 */
#include <math.h>

#include "plan/comparing.h"

/* Platforms on which the workload's mean response is beyond the ratio, with how many times. */
static size_t put_unlike(struct hr_text *text, const struct hr__comparing *c, size_t i)
{
    const double recorded_ms = c->traffic.streams[i].recorded_mean_us / 1000;
    const double most = c->assumptions.window.response_ratio;
    size_t count = 0;
    for (size_t p = 0; p < c->job_count; p++) {
        const struct hr_row *row = &c->out->rows[i * c->job_count + p];
        double ratio = row->response_mean_ms / recorded_ms;
        char times[400];
        if (row->repeats || !isfinite(ratio) || (ratio <= most && ratio >= 1 / most))
            continue;
        hr_text_printf(text, "%s%s (%s times)", count++ ? ", " : "", row->platform,
                       hr_format_significant(times, sizeof times, ratio, 2));
    }
    return count;
}

/* "fleet-fixed 60, aws-lambda-arm 812 (over 500)": against the least limit that anybody stated. */
static bool note_connections(struct hr__comparing *c, struct hr_error *err)
{
    int64_t limit = 0;
    bool any = false;
    struct hr_text text = {.max = 900};
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        const struct hr__stream *stream = &c->traffic.streams[i];
        any = any || stream->connections > 0;
        if (stream->connection_limit > 0 && (limit == 0 || stream->connection_limit < limit))
            limit = stream->connection_limit;
    }
    for (size_t p = 0; any && p < c->job_count; p++) {
        const double most = hr__connections(&c->search, &c->jobs[p].sized);
        hr_text_printf(&text, "%s%s %.0f", p ? ", " : "", c->jobs[p].original.id, most);
        if (limit > 0 && most > (double)limit)
            hr_text_printf(&text, " (over %lld)", (long long)limit);
    }
    const bool noted = !any || hr__note_add(c->out, err,
                                            "connections to the database at the peak of instances: "
                                            "%s",
                                            text.data ? text.data : "");
    hr_text_clear(&text);
    return noted;
}

bool hr__remarks_make(struct hr__comparing *c, struct hr_error *err)
{
    if (!note_connections(c, err))
        return false;
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        const struct hr__stream *stream = &c->traffic.streams[i];
        struct hr_text platforms = {.max = 600};
        char recorded[HR_TIME_TEXT];
        bool noted = true;
        if (stream->recorded_mean_us > 0 && put_unlike(&platforms, c, i))
            noted = hr__note_add(c->out, err,
                                 "%s took %s on average when it was recorded; replayed, its mean "
                                 "response is far from that on %s: whoever calls it might do so "
                                 "less often, or more",
                                 stream->name,
                                 hr_duration_format(recorded, llround(stream->recorded_mean_us)),
                                 platforms.data);
        hr_text_clear(&platforms);
        if (!noted)
            return false;
    }
    return true;
}
