/* congestion.c: do recorded service times hold the old server's queue?
 *
 * A log's duration may hold waiting. It shows where invocations of busy minutes take much longer
 * than those of quiet ones: the busiest minutes that hold a quarter of all invocations are held
 * against the quietest that hold a quarter.
 */
#include <stdlib.h>

#include "plan/traffic.h"

#define FEWEST ((size_t)200) /* invocations: fewer say too little of their minutes */

struct minute {
    double service; /* sum of its invocations */
    size_t count, number;
};

static int by_count(const void *a, const void *b)
{
    const struct minute *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Mean over whole minutes from `first` on, in steps of `step`, until a quarter of n is in. */
static double mean_of_quarter(const struct minute *first, ptrdiff_t step, size_t n)
{
    double service = 0;
    size_t count = 0;
    for (const struct minute *m = first; count < n / 4; m += step) {
        service += m->service;
        count += m->count;
    }
    return service / (double)count;
}

bool hr__congestion(const int64_t *arrival, const int64_t *service, size_t n, double *ret,
                    struct hr_error *err)
{
    *ret = 1;
    if (n < FEWEST)
        return true;
    struct minute *minutes = calloc(n, sizeof *minutes);
    size_t count = 0;
    if (!minutes)
        return hr_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || arrival[i] / HR_MINUTE != arrival[i - 1] / HR_MINUTE)
            minutes[count++].number = i;
        minutes[count - 1].service += (double)service[i];
        minutes[count - 1].count++;
    }
    qsort(minutes, count, sizeof *minutes, by_count);
    double busy = mean_of_quarter(minutes, 1, n);
    double quiet = mean_of_quarter(minutes + count - 1, -1, n);
    /* The same minutes, or all alike: there are no busy ones. */
    if (quiet > 0 && minutes[0].count >= 2 * minutes[count - 1].count)
        *ret = busy / quiet;
    free(minutes);
    return true;
}
