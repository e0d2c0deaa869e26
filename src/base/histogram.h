/* histogram.h: the layout of a histogram, and the short way into a bucket that exists. */
#ifndef HEADROOM_BASE_HISTOGRAM_H
#define HEADROOM_BASE_HISTOGRAM_H

#include "headroom/base.h"

#define HR__SUB_BITS 10
#define HR__SUB      ((size_t)1 << HR__SUB_BITS)

/* Octave 0 has 2 * HR__SUB buckets of width 1, the others HR__SUB. */
static inline size_t hr__buckets_of(int octave)
{
    return octave == 0 ? 2 * HR__SUB : HR__SUB;
}

static inline int hr__octave_of(int64_t value)
{
    if (value < (int64_t)(2 * HR__SUB))
        return 0;
    return 63 - __builtin_clzll((unsigned long long)value) - HR__SUB_BITS;
}

static inline size_t hr__bucket_of(int64_t value, int octave)
{
    return octave == 0 ? (size_t)value : (size_t)(value >> octave) - HR__SUB;
}

static inline void hr__histogram_widen(struct hr_histogram *h, int64_t min, int64_t max)
{
    if (h->count == 0 || min < h->min)
        h->min = min;
    if (h->count == 0 || max > h->max)
        h->max = max;
}

/* The value's octave exists, and it is at least 0. */
static inline void hr__histogram_count(struct hr_histogram *h, int64_t value, uint64_t times)
{
    int octave = hr__octave_of(value);
    h->octave[octave][hr__bucket_of(value, octave)] += times;
    hr__histogram_widen(h, value, value);
    h->count += times;
    h->sum += (double)value * (double)times;
}

/* hr_histogram_add of one value, without a call where its octave exists. */
static inline bool hr__histogram_add_one(struct hr_histogram *h, int64_t value)
{
    if (value < 0 || !h->octave[hr__octave_of(value)])
        return hr_histogram_add(h, value, 1);
    hr__histogram_count(h, value, 1);
    return true;
}

#endif
