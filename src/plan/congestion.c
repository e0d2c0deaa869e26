/* congestion.c: do recorded service times hold the old server's queue?
 *
 * A log's duration may hold waiting. It shows where invocations of busy minutes take much longer
 * than those of quiet ones: the busiest minutes that hold a quarter of all invocations are held
 * against the quietest that hold a quarter.
 */
#include <stdlib.h>

#include "plan/observed.h"

#define FEWEST ((uint64_t)200) /* invocations: fewer say too little of their minutes */

static int by_count(const void *a, const void *b)
{
    const struct hr__minute *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Mean over whole minutes from `first` on, in steps of `step`, until a quarter of n is in. */
static double mean_of_quarter(const struct hr__minute *first, ptrdiff_t step, uint64_t n)
{
    double service = 0;
    uint64_t count = 0;
    for (const struct hr__minute *m = first; count < n / 4; m += step) {
        service += m->service;
        count += m->count;
    }
    return service / (double)count;
}

static bool begin_minute(struct hr__minutes *minutes, int64_t arrival, struct hr_error *err)
{
    if (!hr_grow((void **)&minutes->items, &minutes->capacity, minutes->count + 1,
                 sizeof *minutes->items, SIZE_MAX / sizeof *minutes->items, err))
        return false;
    minutes->items[minutes->count] = (struct hr__minute){.number = minutes->count};
    minutes->count++;
    minutes->end = (arrival / HR_MINUTE + 1) * HR_MINUTE;
    return true;
}

bool hr__minutes_add(struct hr__minutes *minutes, const struct hr__run_of_rows *run,
                     struct hr_error *err)
{
    for (size_t i = 0, end; i < run->n; i = end) {
        if (run->arrival[i] >= minutes->end && !begin_minute(minutes, run->arrival[i], err))
            return false;
        struct hr__minute *minute = &minutes->items[minutes->count - 1];
        double service = minute->service;
        for (end = i; end < run->n && run->arrival[end] < minutes->end; end++)
            service += (double)run->service[end];
        minute->service = service;
        minute->count += end - i;
    }
    minutes->n += run->n;
    return true;
}

double hr__minutes_ratio(struct hr__minutes *minutes)
{
    if (minutes->n < FEWEST)
        return 1;
    qsort(minutes->items, minutes->count, sizeof *minutes->items, by_count);
    const struct hr__minute *most = minutes->items, *least = most + minutes->count - 1;
    double busy = mean_of_quarter(most, 1, minutes->n);
    double quiet = mean_of_quarter(least, -1, minutes->n);
    /* The same minutes, or all alike: there are no busy ones. */
    return quiet > 0 && most->count >= 2 * least->count ? busy / quiet : 1;
}

void hr__minutes_clear(struct hr__minutes *minutes)
{
    free(minutes->items);
    *minutes = (struct hr__minutes){0};
}
