/* observed.c: see observed.h. Rows ascend, so most blocks lie in one part of whatever is counted:
 * that is seen at their ends. */
#include "plan/observed.h"

#include <stdlib.h>

bool hr__observed_init(struct hr__observed *observed, const struct hr__traffic *traffic,
                       struct hr_error *err)
{
    *observed = (struct hr__observed){.hours = calloc(traffic->hours + 1, sizeof(uint32_t))};
    hr_histogram_init(&observed->drawn);
    return observed->hours || hr_fail_memory(err);
}

void hr__observed_clear(struct hr__observed *observed)
{
    free(observed->hours);
    hr_histogram_clear(&observed->drawn);
    hr__minutes_clear(&observed->minutes);
    *observed = (struct hr__observed){0};
}

static size_t sparkline_part(const struct hr__traffic *traffic, int64_t arrival)
{
    const double span = (double)(traffic->window_to - traffic->window_from);
    double at = (double)(arrival - traffic->window_from) / span;
    return at >= 1 ? 63 : (size_t)(at * 64);
}

static void count_parts(struct hr__observed *observed, const struct hr__traffic *traffic,
                        const struct hr__run_of_rows *run)
{
    const size_t first = sparkline_part(traffic, run->arrival[0]);
    if (first == sparkline_part(traffic, run->arrival[run->n - 1])) {
        observed->sparkline[first] += (double)run->n;
        return;
    }
    for (size_t i = 0; i < run->n; i++)
        observed->sparkline[sparkline_part(traffic, run->arrival[i])]++;
}

/* The hour of the billed span; the last one holds what is left of it. */
static size_t hour_of(const struct hr__traffic *traffic, int64_t arrival)
{
    size_t hour = (size_t)((arrival - traffic->bill_from) / HR_HOUR);
    return hour < traffic->hours ? hour : traffic->hours - 1;
}

static void count_billed(struct hr__observed *observed, const struct hr__traffic *traffic,
                         const struct hr__run_of_rows *run)
{
    size_t i = 0;
    while (i < run->n && run->arrival[i] < traffic->bill_from)
        i++;
    observed->billed += run->n - i;
    if (i == run->n)
        return;
    const size_t first = hour_of(traffic, run->arrival[i]);
    if (first == hour_of(traffic, run->arrival[run->n - 1])) {
        observed->hours[first] += (uint32_t)(run->n - i);
        return;
    }
    for (; i < run->n; i++)
        observed->hours[hour_of(traffic, run->arrival[i])]++;
}

bool hr__observe(struct hr__observed *observed, const struct hr__traffic *traffic,
                 const struct hr__run_of_rows *run, struct hr_error *err)
{
    if (run->n == 0)
        return true;
    observed->n += run->n;
    for (size_t i = 0; i < run->n; i++)
        observed->service += run->service[i];
    count_parts(observed, traffic, run);
    count_billed(observed, traffic, run);
    for (size_t i = 0; observed->wants_drawn && i < run->n; i++)
        if (!hr__histogram_add_one(&observed->drawn, run->service[i]))
            return hr_fail_memory(err);
    return hr__minutes_add(&observed->minutes, run, err);
}
