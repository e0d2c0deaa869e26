/* columns.c: room for a block of invocations, and its order.
 *
 * A block is sorted once, when it leaves the importer, so this is on the hot path of every import:
 * lines of one second arrive shuffled (each is placed inside its second by a hash), and a comparing
 * sort of 65,536 rows would cost more than reading them did. Hence insertion where the rows of a
 * second are few, and else a radix sort on the arrival.
 */
#include "headroom/workload.h"

#include <stdlib.h>
#include <string.h>

#define WIDE_COLUMNS    5 /* int64_t columns of a block */
#define RADIX_BITS      11
#define RADIX           ((size_t)1 << RADIX_BITS)
#define INSERTION_MOVES 6 /* a row, on average; a radix sort costs about as much */

bool hr_columns_init(struct hr_columns *columns, size_t rows, struct hr_error *err)
{
    size_t size;
    if (rows == 0 ||
        __builtin_mul_overflow(rows, WIDE_COLUMNS * sizeof(int64_t) + sizeof(uint16_t), &size)) {
        return hr_fail(err, HR_ELIMIT, "a block of %zu rows", rows);
    }
    int64_t *wide = hr_large_alloc(size);
    if (wide == NULL) {
        return hr_fail_memory(err);
    }
    *columns = (struct hr_columns){
        .arrival_us = wide,
        .duration_us = wide + rows,
        .bytes = wide + 2 * rows,
        .memory_kb = wide + 3 * rows,
        .init_us = wide + 4 * rows,
        .status = (uint16_t *)(void *)(wide + WIDE_COLUMNS * rows),
    };
    return true;
}

void hr_columns_clear(struct hr_columns *columns)
{
    free(columns->arrival_us);
    *columns = (struct hr_columns){0};
}

static int compare_wide(const int64_t *column, uint32_t a, uint32_t b)
{
    return column == NULL ? 0 : (column[a] > column[b]) - (column[a] < column[b]);
}

/* The whole order of rows, so that equal rows are the only ones whose place is left open. */
static int compare_rows(const struct hr_columns *c, uint32_t a, uint32_t b)
{
    int order = compare_wide(c->arrival_us, a, b);
    if (order == 0) {
        order = compare_wide(c->duration_us, a, b);
    }
    if (order == 0 && c->status != NULL) {
        order = (c->status[a] > c->status[b]) - (c->status[a] < c->status[b]);
    }
    if (order == 0) {
        order = compare_wide(c->bytes, a, b);
    }
    if (order == 0) {
        order = compare_wide(c->memory_kb, a, b);
    }
    return order != 0 ? order : compare_wide(c->init_us, a, b);
}

static int compare_order(const void *a, const void *b, void *columns)
{
    return compare_rows(columns, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* One pass of a least-significant-digit radix sort; false when all digits are equal. */
static bool radix_pass(const int64_t *arrival, int64_t base, unsigned shift, size_t n,
                       const uint32_t *from, uint32_t *to)
{
    uint32_t start[RADIX] = {0};
    for (size_t i = 0; i < n; i++) {
        start[((uint64_t)(arrival[i] - base) >> shift) & (RADIX - 1)]++;
    }
    uint32_t sum = 0;
    for (size_t digit = 0; digit < RADIX; digit++) {
        uint32_t count = start[digit];
        if (count == n) {
            return false;
        }
        start[digit] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t row = from[i];
        to[start[((uint64_t)(arrival[row] - base) >> shift) & (RADIX - 1)]++] = row;
    }
    return true;
}

/* A log is nearly in order: where each row moves past a few others, moving them is the cheapest.
 * False, with nothing done, where it is not. */
static bool order_by_insertion(const int64_t *arrival, size_t n, uint32_t *order)
{
    size_t moves = INSERTION_MOVES * n;
    for (size_t i = 0; i < n; i++) {
        int64_t key = arrival[i];
        size_t at = i;
        for (; at > 0 && arrival[order[at - 1]] > key; at--) {
            if (moves-- == 0) {
                return false;
            }
            order[at] = order[at - 1];
        }
        order[at] = (uint32_t)i;
    }
    return true;
}

/* Leaves in `order` the row numbers by arrival; `other` is scratch. */
static void order_by_arrival(const struct hr_columns *c, uint32_t *order, uint32_t *other)
{
    if (order_by_insertion(c->arrival_us, c->n, order)) {
        return;
    }
    int64_t low = c->arrival_us[0], high = low;
    bool sorted = true; /* by arrival: only equal ones are out of order */
    for (size_t i = 0; i < c->n; i++) {
        order[i] = (uint32_t)i;
        sorted = sorted && c->arrival_us[i] >= high;
        low = c->arrival_us[i] < low ? c->arrival_us[i] : low;
        high = c->arrival_us[i] > high ? c->arrival_us[i] : high;
    }
    uint32_t *from = order, *to = other;
    uint64_t range = sorted ? 0 : (uint64_t)(high - low);
    for (unsigned shift = 0; shift < 64 && range >> shift != 0; shift += RADIX_BITS) {
        if (radix_pass(c->arrival_us, low, shift, c->n, from, to)) {
            uint32_t *swap = from;
            from = to;
            to = swap;
        }
    }
    if (from != order) {
        memcpy(order, from, c->n * sizeof *order);
    }
}

static void permute_wide(int64_t *column, const uint32_t *order, size_t n, int64_t *spare)
{
    if (column == NULL) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        spare[i] = column[order[i]];
    }
    memcpy(column, spare, n * sizeof *column);
}

void hr_columns_sort(struct hr_columns *columns, uint32_t *order, int64_t *spare)
{
    size_t n = columns->n, sorted = 1;
    while (sorted < n && compare_rows(columns, (uint32_t)(sorted - 1), (uint32_t)sorted) <= 0) {
        sorted++;
    }
    if (sorted >= n) {
        return;
    }
    order_by_arrival(columns, order, (uint32_t *)(void *)spare);
    for (size_t i = 0, end; i < n; i = end) {
        end = i + 1;
        while (end < n && columns->arrival_us[order[end]] == columns->arrival_us[order[i]]) {
            end++;
        }
        if (end - i > 1) {
            qsort_r(order + i, end - i, sizeof *order, compare_order, columns);
        }
    }
    permute_wide(columns->arrival_us, order, n, spare);
    permute_wide(columns->duration_us, order, n, spare);
    permute_wide(columns->bytes, order, n, spare);
    permute_wide(columns->memory_kb, order, n, spare);
    permute_wide(columns->init_us, order, n, spare);
    if (columns->status != NULL) {
        uint16_t *spare16 = (uint16_t *)(void *)spare;
        for (size_t i = 0; i < n; i++) {
            spare16[i] = columns->status[order[i]];
        }
        memcpy(columns->status, spare16, n * sizeof *spare16);
    }
}
