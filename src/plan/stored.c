/* stored.c: see stored.h. */
#include "plan/stored.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HELD_MAX (SIZE_MAX / 64) /* rows that wait; memory ends earlier */

struct pair {
    int64_t arrival, service;
};
struct hr__stored {
    const struct hr__reading *reading;
    const struct hr__recipe *recipe;
    struct hr_store_reader *reader;
    bool ended;          /* the reader has nothing more */
    uint64_t read;       /* rows, the number of the next one */
    uint64_t multiplied; /* rows that became copies */
    /* rows that were read, the first `given` of them handed out already */
    int64_t *arrival, *service;
    size_t n, given, capacity, service_capacity;
    /* copies by (arrival, service), of which `given_pairs` were handed out */
    struct pair *pairs;
    size_t pair_count, given_pairs, pair_capacity;
    int64_t *out_arrival, *out_service;
    size_t out_capacity, out_service_capacity;
};

static bool reserve(int64_t **items, size_t *capacity, size_t count, struct hr_error *err)
{
    return hr_grow((void **)items, capacity, count, sizeof **items, HELD_MAX, err);
}

/* ---- service times ------------------------------------------------------------------------- */

/* Of the i-th invocation, whose time the log does not tell. */
static int64_t draw(const struct hr__stored *rows, uint64_t i)
{
    const struct hr__recipe *recipe = rows->recipe;
    uint64_t key = hr_draw_key(rows->reading->seed, recipe->key, i, HR_DRAW_SERVICE);
    return recipe->success_count && !recipe->for_all
               ? recipe->successes[key % recipe->success_count]
               : hr_dist_draw(&recipe->service, key);
}

static bool append(struct hr__stored *rows, const struct hr_columns *block, struct hr_error *err)
{
    if (!reserve(&rows->arrival, &rows->capacity, rows->n + block->n, err) ||
        !reserve(&rows->service, &rows->service_capacity, rows->n + block->n, err))
        return false;
    memcpy(rows->arrival + rows->n, block->arrival_us, block->n * sizeof *rows->arrival);
    for (size_t i = 0; i < block->n; i++) {
        int64_t recorded = rows->recipe->for_all ? HR_UNKNOWN : hr__recorded_service(block, i);
        rows->service[rows->n + i] = recorded == HR_UNKNOWN ? draw(rows, rows->read + i) : recorded;
    }
    rows->n += block->n;
    rows->read += block->n;
    return true;
}

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Equal arrivals run in the order of their service times, drawn ones too. */
static void order_equal(const int64_t *arrival, int64_t *service, size_t n)
{
    for (size_t first = 0, end; first < n; first = end) {
        bool ordered = true;
        for (end = first + 1; end < n && arrival[end] == arrival[first]; end++)
            ordered = ordered && service[end] >= service[end - 1];
        if (!ordered)
            qsort(&service[first], end - first, sizeof *service, compare_int64);
    }
}

/* Those that were handed out make room. */
static void drop_given(struct hr__stored *rows)
{
    if (rows->given == 0)
        return;
    rows->n -= rows->given;
    memmove(rows->arrival, rows->arrival + rows->given, rows->n * sizeof *rows->arrival);
    memmove(rows->service, rows->service + rows->given, rows->n * sizeof *rows->service);
    rows->given = 0;
}

/* More of the same arrival may come: they wait for each other. */
static size_t count_complete(const struct hr__stored *rows)
{
    size_t n = rows->n;
    while (!rows->ended && n > 0 && rows->arrival[n - 1] == rows->arrival[rows->n - 1])
        n--;
    return n;
}

static bool next_drawn(struct hr__stored *rows, struct hr__run_of_rows *ret, struct hr_error *err)
{
    drop_given(rows);
    while (!rows->ended && rows->given == 0) {
        struct hr_columns block;
        if (!hr_store_reader_next(rows->reader, &block, err))
            return false;
        rows->ended = block.n == 0;
        if (!rows->ended && !append(rows, &block, err))
            return false;
        rows->given = count_complete(rows);
    }
    order_equal(rows->arrival, rows->service, rows->given);
    *ret = (struct hr__run_of_rows){rows->given, rows->arrival, rows->service};
    return true;
}

static bool next_times(struct hr__stored *rows, struct hr__run_of_rows *ret, struct hr_error *err)
{
    if (!rows->recipe->as_stored)
        return next_drawn(rows, ret, err);
    struct hr_columns block;
    if (!hr_store_reader_next(rows->reader, &block, err))
        return false;
    *ret = (struct hr__run_of_rows){block.n, block.arrival_us, block.duration_us};
    return true;
}

/* ---- traffic factor ------------------------------------------------------------------------ */

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->arrival != y->arrival)
        return x->arrival < y->arrival ? -1 : 1;
    return (x->service > y->service) - (x->service < y->service);
}

/* A copy that leaves the window comes back as from a mirror: cut off at the edge instead, all such
 * copies would make one burst that nobody sent. */
static int64_t keep_inside(const struct hr__reading *reading, int64_t moved)
{
    const int64_t from = reading->from, to = reading->to;
    moved = moved < from ? from + (from - moved) : moved;
    moved = moved > to ? to - (moved - to) : moved;
    return moved < from ? from : moved; /* a window shorter than the shift */
}

/* Invocation i becomes floor(k) copies and one more with probability frac(k); the first copy stays
 * where it is, the others move within +-shift. */
static bool copy_one(struct hr__stored *rows, int64_t arrival, int64_t service,
                     struct hr_error *err)
{
    const struct hr__reading *reading = rows->reading;
    const double k = reading->factor;
    uint64_t key =
        hr_draw_key(reading->seed, rows->recipe->key, rows->multiplied++, HR_DRAW_TRAFFIC);
    size_t copies = (size_t)floor(k) + (hr_unit(key) < k - floor(k));
    if (!hr_grow((void **)&rows->pairs, &rows->pair_capacity, rows->pair_count + copies,
                 sizeof *rows->pairs, HELD_MAX, err))
        return false;
    for (size_t copy = 0; copy < copies; copy++) {
        double unit = hr_unit(hr_mix64(key + copy));
        int64_t moved =
            copy ? (int64_t)((2.0 * unit - 1.0) * (double)reading->shift_us) + arrival : arrival;
        rows->pairs[rows->pair_count++] = (struct pair){keep_inside(reading, moved), service};
    }
    return true;
}

/* Reads until there are more new copies than old ones that wait, so that sorting all of them again
 * stays cheap. *ret: no copy to come arrives before it. */
static bool copy_more(struct hr__stored *rows, int64_t *ret, struct hr_error *err)
{
    const size_t old = rows->pair_count;
    struct hr__run_of_rows run = {.n = 1};
    *ret = INT64_MIN;
    while (run.n > 0 && (rows->pair_count <= 2 * old || *ret == INT64_MIN)) {
        if (!next_times(rows, &run, err))
            return false;
        for (size_t i = 0; i < run.n; i++)
            if (!copy_one(rows, run.arrival[i], run.service[i], err))
                return false;
        *ret = run.n > 0 ? run.arrival[run.n - 1] - rows->reading->shift_us : INT64_MAX;
    }
    if (rows->pair_count)
        qsort(rows->pairs, rows->pair_count, sizeof *rows->pairs, compare_pairs);
    return true;
}

static bool hand_out(struct hr__stored *rows, int64_t before, struct hr__run_of_rows *ret,
                     struct hr_error *err)
{
    size_t n = 0;
    if (!reserve(&rows->out_arrival, &rows->out_capacity, rows->pair_count, err) ||
        !reserve(&rows->out_service, &rows->out_service_capacity, rows->pair_count, err))
        return false;
    for (; n < rows->pair_count && (rows->pairs[n].arrival < before || before == INT64_MAX); n++) {
        rows->out_arrival[n] = rows->pairs[n].arrival;
        rows->out_service[n] = rows->pairs[n].service;
    }
    rows->pair_count -= n;
    if (n > 0)
        memmove(rows->pairs, rows->pairs + n, rows->pair_count * sizeof *rows->pairs);
    *ret = (struct hr__run_of_rows){n, rows->out_arrival, rows->out_service};
    return true;
}

static bool next_copies(struct hr__stored *rows, struct hr__run_of_rows *ret, struct hr_error *err)
{
    int64_t before = INT64_MIN;
    do {
        if (!copy_more(rows, &before, err) || !hand_out(rows, before, ret, err))
            return false;
    } while (ret->n == 0 && before != INT64_MAX);
    return true;
}

/* ---- the whole ----------------------------------------------------------------------------- */

bool hr__stored_open(const struct hr__reading *reading, const struct hr__recipe *recipe,
                     struct hr__stored **ret, struct hr_error *err)
{
    const struct hr_store_span span = {.workload = recipe->workload,
                                       .from = reading->from,
                                       .to = reading->to + 1,
                                       .columns = HR_COLUMN_DURATION |
                                                  (recipe->as_stored ? 0 : HR_COLUMN_STATUS),
                                       .mark = reading->mark};
    struct hr__stored *rows = calloc(1, sizeof *rows);
    if (!rows)
        return hr_fail_memory(err);
    rows->reading = reading;
    rows->recipe = recipe;
    if (!hr_store_reader_open_span(reading->store, &span, &rows->reader, err)) {
        hr__stored_close(rows);
        return false;
    }
    *ret = rows;
    return true;
}

bool hr__stored_next(struct hr__stored *rows, struct hr__run_of_rows *ret, struct hr_error *err)
{
    return rows->reading->factor == 1 ? next_times(rows, ret, err) : next_copies(rows, ret, err);
}

void hr__stored_close(struct hr__stored *rows)
{
    if (!rows)
        return;
    hr_store_reader_close(rows->reader);
    free(rows->arrival);
    free(rows->service);
    free(rows->pairs);
    free(rows->out_arrival);
    free(rows->out_service);
    free(rows);
}
