/* merge.c: the rows of many workloads in one order, run by run: as many of the first as arrive
 * before any other's. Of equal arrivals the workload goes first whose name does. */
#include <math.h>
#include <stdlib.h>

#include "plan/feed.h"

bool hr__merge_init(struct hr__merge *merge, size_t lanes, struct hr_error *err)
{
    *merge = (struct hr__merge){.lanes = calloc(lanes + 1, sizeof *merge->lanes),
                                .heap = calloc(lanes + 1, sizeof *merge->heap),
                                .lane_count = lanes};
    return (merge->lanes && merge->heap) || hr_fail_memory(err);
}

void hr__merge_clear(struct hr__merge *merge)
{
    for (size_t i = 0; merge->lanes && i < merge->lane_count; i++) {
        hr__stored_close(merge->lanes[i].rows);
        free(merge->lanes[i].stretched);
    }
    free(merge->lanes);
    free(merge->heap);
    *merge = (struct hr__merge){0};
}

static bool stretch(struct hr__lane *lane, struct hr_error *err)
{
    if (lane->stretch == 0 || lane->stretch == 1)
        return true;
    if (!hr_grow((void **)&lane->stretched, &lane->capacity, lane->run.n, sizeof *lane->stretched,
                 SIZE_MAX / sizeof *lane->stretched, err))
        return false;
    for (size_t i = 0; i < lane->run.n; i++)
        lane->stretched[i] = llround((double)lane->run.service[i] * lane->stretch);
    lane->run.service = lane->stretched;
    return true;
}

bool hr__lane_refill(struct hr__lane *lane, struct hr_error *err)
{
    lane->at = 0;
    lane->run.n = 0;
    return !lane->rows || (hr__stored_next(lane->rows, &lane->run, err) && stretch(lane, err));
}

static bool goes_before(struct hr__head a, struct hr__head b)
{
    return a.arrival < b.arrival || (a.arrival == b.arrival && a.lane < b.lane);
}

static void sift(struct hr__merge *merge, size_t i)
{
    const struct hr__head moved = merge->heap[i];
    for (size_t child; (child = 2 * i + 1) < merge->count; i = child) {
        if (child + 1 < merge->count && goes_before(merge->heap[child + 1], merge->heap[child]))
            child++;
        if (!goes_before(merge->heap[child], moved))
            break;
        merge->heap[i] = merge->heap[child];
    }
    merge->heap[i] = moved;
}

bool hr__merge_begin(struct hr__merge *merge, struct hr_error *err)
{
    for (size_t i = 0; i < merge->lane_count; i++) {
        struct hr__lane *lane = &merge->lanes[i];
        if (lane->run.n == 0 && !hr__lane_refill(lane, err))
            return false;
        if (lane->run.n > 0)
            merge->heap[merge->count++] = (struct hr__head){lane->run.arrival[0], (uint32_t)i};
    }
    for (size_t i = merge->count; i-- > 0;)
        sift(merge, i);
    return true;
}

/* How many rows of the first lane come before those of every other one. */
static size_t run_length(const struct hr__merge *merge, size_t most)
{
    const struct hr__lane *lane = &merge->lanes[merge->heap[0].lane];
    const int64_t *arrival = lane->run.arrival + lane->at;
    const size_t left = lane->run.n - lane->at;
    size_t n = 1;
    most = left < most ? left : most;
    if (merge->count < 2)
        return most;
    struct hr__head next = merge->heap[1]; /* the least of the others */
    if (merge->count > 2 && goes_before(merge->heap[2], next))
        next = merge->heap[2];
    const int64_t limit = next.arrival + (merge->heap[0].lane < next.lane);
    while (n < most && arrival[n] < limit)
        n++;
    return n;
}

bool hr__merge_next(struct hr__merge *merge, struct hr__merged *into, struct hr_error *err)
{
    while (merge->count && into->n < into->most) {
        const uint32_t number = merge->heap[0].lane;
        struct hr__lane *lane = &merge->lanes[number];
        const size_t n = run_length(merge, into->most - into->n);
        for (size_t i = 0; i < n; i++) { /* mostly one or a few */
            into->arrival[into->n] = lane->run.arrival[lane->at];
            into->service[into->n] = lane->run.service[lane->at++];
            into->workload[into->n++] = number;
        }
        if (lane->at == lane->run.n && !hr__lane_refill(lane, err))
            return false;
        if (lane->run.n > 0)
            merge->heap[0].arrival = lane->run.arrival[lane->at];
        else
            merge->heap[0] = merge->heap[--merge->count];
        if (merge->count)
            sift(merge, 0);
    }
    return true;
}
