/* window.c: the observed window, the span that is billed, and the factor that makes it a month. */
#include "plan/traffic.h"

/* The largest whole number of `unit`s in the window; one that is short by no more than the
 * tolerance counts, and is billed as the window that it is. 0 when there is none. */
static int64_t whole_span(int64_t window, int64_t unit, double tolerance)
{
    int64_t count = window / unit;
    int64_t missing = (count + 1) * unit - window;
    if (missing <= (int64_t)(tolerance * (double)unit))
        return window;
    return count * unit;
}

void hr__window_set(struct hr__traffic *traffic, int64_t from, int64_t to, int64_t warmup,
                    const struct hr_assumptions *assumptions)
{
    if (to - from < assumptions->window.shortest_us)
        to = from + assumptions->window.shortest_us;
    /* What the warm-up leaves out is no part of a month either: the bill is of the rest. */
    int64_t window = to - from - warmup;
    int64_t span = whole_span(window, HR_WEEK, assumptions->window.whole_tolerance);
    if (span == 0)
        span = whole_span(window, HR_DAY, assumptions->window.whole_tolerance);
    const double least = (double)assumptions->window.verdict_us;
    traffic->extrapolated = (double)window < (1 - assumptions->window.whole_tolerance) * least;
    if (span == 0)
        span = window;
    traffic->window_from = from;
    traffic->figures_from = from + warmup;
    traffic->window_to = to;
    traffic->bill_to = to;
    traffic->bill_from = to - span;
    traffic->month_factor = HR_MONTH_HOURS * (double)HR_HOUR / (double)span;
}
