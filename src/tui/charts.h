/* charts.h: bars, sparklines and the time line, drawn with blocks of an eighth of a cell.
 *
 * Values are finite and not negative; what is NAN or negative draws nothing.
 */
#ifndef HR_TUI_CHARTS_H
#define HR_TUI_CHARTS_H

#include "tui/canvas.h"

/* A bar from the left, fraction (0..1) of width columns; anything above zero shows at least an
 * eighth. */
void hr__bar(struct hr__canvas *canvas, struct hr__box box, unsigned style, double fraction);

/* One column per bucket of the resampled values, scaled to the largest of them. */
void hr__sparkline(struct hr__canvas *canvas, struct hr__box box, unsigned style,
                   const double *values, size_t n);

/* Mean of values over each of `columns` equal parts of [0, n), weighted where buckets are cut. */
void hr__resample(const double *values, size_t n, double *ret, size_t columns);

/* What an application kept busy, was starting and had idle, over time. */
struct hr__timeline {
    const double *busy, *starting, *idle; /* slots per bucket; starting may be NULL */
    size_t n;                             /* buckets */
    unsigned busy_style;
    int64_t from_us, bucket_us; /* start of the first; length of each */
};
/* Busy from the bottom, starting on top of it, idle up to the capacity, with a scale on the left
 * and days or hours below. Needs at least 20 columns and 4 lines, else draws nothing. */
void hr__timeline_draw(struct hr__canvas *canvas, struct hr__box box,
                       const struct hr__timeline *timeline);

#endif
