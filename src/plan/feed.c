/* feed.c: see feed.h. */
#include "plan/feed.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK_ROWS ((size_t)4096) /* merged at once: they stay in the nearer caches */

/* ---- held in memory ------------------------------------------------------------------------ */

/* A replay that stretches service times does so block by block. */
static void stretch_held(struct hr__feed *feed, struct hr_block *block)
{
    for (size_t i = 0; i < block->n; i++) {
        const uint32_t workload = block->workload ? block->workload[i] : 0;
        const double by = feed->traffic->streams[workload].stretch;
        feed->service[i] =
            by == 0 || by == 1 ? block->service_us[i] : llround((double)block->service_us[i] * by);
    }
    block->service_us = feed->service;
}

static bool next_held(void *context, struct hr_block *ret, struct hr_error *err)
{
    struct hr__feed *feed = context;
    const struct hr_source source = hr_column_source(&feed->held);
    if (!source.next(source.context, ret, err))
        return false;
    if (feed->stretches)
        stretch_held(feed, ret);
    return true;
}

static bool open_held(struct hr__feed *feed, struct hr_error *err)
{
    const struct hr__traffic *traffic = feed->traffic;
    const struct hr_block all = {.n = traffic->n,
                                 .arrival_us = traffic->arrival_us,
                                 .service_us = traffic->service_us,
                                 .workload = traffic->workload};
    hr_column_source_init(&feed->held, &all, feed->stretches ? BLOCK_ROWS : HR_BLOCK_ROWS);
    feed->service = feed->stretches ? malloc(BLOCK_ROWS * sizeof *feed->service) : NULL;
    return !feed->stretches || feed->service || hr_fail_memory(err);
}

/* ---- from the plan file -------------------------------------------------------------------- */

/* One workload needs no merging: its rows go through as they were read. */
static bool next_alone(struct hr__feed *feed, struct hr_block *ret, struct hr_error *err)
{
    struct hr__lane *lane = &feed->merge.lanes[0];
    if (!hr__lane_refill(lane, err))
        return false;
    *ret = (struct hr_block){.n = lane->run.n,
                             .arrival_us = lane->run.arrival,
                             .service_us = lane->run.service,
                             .first = feed->given};
    feed->given += ret->n;
    return true;
}

static bool next_merged(void *context, struct hr_block *ret, struct hr_error *err)
{
    struct hr__feed *feed = context;
    struct hr__merged into = {.most = BLOCK_ROWS,
                              .arrival = feed->arrival,
                              .service = feed->service,
                              .workload = feed->workload};
    if (feed->merge.lane_count == 1)
        return next_alone(feed, ret, err);
    if (!hr__merge_next(&feed->merge, &into, err))
        return false;
    *ret = (struct hr_block){.n = into.n,
                             .arrival_us = into.arrival,
                             .service_us = into.service,
                             .workload = into.workload,
                             .first = feed->given};
    feed->given += into.n;
    return true;
}

static bool open_streamed(struct hr__feed *feed, struct hr_error *err)
{
    const struct hr__traffic *traffic = feed->traffic;
    if (!hr_store_reopen(traffic->reading.store, &feed->store, err) ||
        !hr__merge_init(&feed->merge, traffic->stream_count, err))
        return false;
    feed->reading = traffic->reading;
    feed->reading.store = feed->store;
    for (size_t i = 0; i < traffic->stream_count; i++) {
        struct hr__lane *lane = &feed->merge.lanes[i];
        lane->stretch = traffic->streams[i].stretch;
        if (!hr__stored_open(&feed->reading, &traffic->streams[i].recipe, &lane->rows, err))
            return false;
    }
    if (traffic->stream_count == 1)
        return true;
    feed->arrival = malloc(BLOCK_ROWS * sizeof *feed->arrival);
    feed->service = malloc(BLOCK_ROWS * sizeof *feed->service);
    feed->workload = malloc(BLOCK_ROWS * sizeof *feed->workload);
    if (!feed->arrival || !feed->service || !feed->workload)
        return hr_fail_memory(err);
    return hr__merge_begin(&feed->merge, err);
}

/* ---- either -------------------------------------------------------------------------------- */

bool hr__feed_open(struct hr__feed *feed, const struct hr__traffic *traffic, struct hr_error *err)
{
    *feed = (struct hr__feed){.traffic = traffic};
    for (size_t i = 0; i < traffic->stream_count; i++)
        feed->stretches = feed->stretches ||
                          (traffic->streams[i].stretch != 0 && traffic->streams[i].stretch != 1);
    bool done = traffic->arrival_us ? open_held(feed, err) : open_streamed(feed, err);
    if (!done)
        hr__feed_close(feed);
    return done;
}

struct hr_source hr__feed_source(struct hr__feed *feed)
{
    return (struct hr_source){.context = feed,
                              .next = feed->traffic->arrival_us ? next_held : next_merged};
}

bool hr__feed_rewind(struct hr__feed *feed, struct hr_error *err)
{
    const struct hr__traffic *traffic = feed->traffic;
    hr__feed_close(feed);
    return hr__feed_open(feed, traffic, err);
}

void hr__feed_close(struct hr__feed *feed)
{
    hr__merge_clear(&feed->merge);
    hr_store_close(feed->store);
    free(feed->arrival);
    free(feed->service);
    free(feed->workload);
    *feed = (struct hr__feed){0};
}
