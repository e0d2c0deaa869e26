/* histogram.c: values while they are few, then counts in buckets of relative width 2^-10.
 *
 * Values below 2^11 have a bucket each. Above, octave o >= 1 holds [2^(10+o), 2^(11+o)) in 1,024
 * buckets of 2^o values; a bucket is read as its middle, so the relative error is at most 2^-11.
 */
#include "headroom/base.h"

#include <stdlib.h>
#include <string.h>

static int64_t middle_of(int octave, size_t bucket)
{
    if (octave == 0)
        return (int64_t)bucket;
    return ((int64_t)(bucket + HR__SUB) << octave) + ((int64_t)1 << (octave - 1));
}

void hr_histogram_init(struct hr_histogram *h)
{
    memset(h, 0, sizeof *h);
}

void hr_histogram_clear(struct hr_histogram *h)
{
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++)
        free(h->octave[o]);
    free(h->few);
    hr_histogram_init(h);
}

static bool need_octave(struct hr_histogram *h, int octave)
{
    if (!h->octave[octave])
        h->octave[octave] = calloc(hr__buckets_of(octave), sizeof(uint64_t));
    return h->octave[octave] != NULL;
}

/* Are all values still kept? An empty one keeps them too. */
static bool is_few(const struct hr_histogram *h)
{
    return h->few || h->count == 0;
}

/* From values to buckets: whole or not at all. */
static bool spill(struct hr_histogram *h)
{
    for (uint64_t i = 0; i < h->count; i++)
        if (!need_octave(h, hr__octave_of(h->few[i])))
            return false;
    for (uint64_t i = 0; i < h->count; i++) {
        int octave = hr__octave_of(h->few[i]);
        h->octave[octave][hr__bucket_of(h->few[i], octave)]++;
    }
    free(h->few);
    h->few = NULL;
    h->few_capacity = 0;
    return true;
}

static bool keep_value(struct hr_histogram *h, int64_t value, uint64_t times)
{
    if (!hr_grow((void **)&h->few, &h->few_capacity, (size_t)(h->count + times), sizeof *h->few,
                 HR_HISTOGRAM_FEW, NULL))
        return false;
    for (uint64_t i = 0; i < times; i++)
        h->few[h->count + i] = value;
    hr__histogram_widen(h, value, value);
    h->count += times;
    h->sum += (double)value * (double)times;
    return true;
}

bool hr_histogram_add(struct hr_histogram *h, int64_t value, uint64_t times)
{
    if (times == 0)
        return true;
    value = value < 0 ? 0 : value;
    if (is_few(h) && times <= HR_HISTOGRAM_FEW && h->count + times <= HR_HISTOGRAM_FEW)
        return keep_value(h, value, times);
    if ((h->few && !spill(h)) || !need_octave(h, hr__octave_of(value)))
        return false;
    hr__histogram_count(h, value, times);
    return true;
}

static bool merge_few(struct hr_histogram *into, const struct hr_histogram *from)
{
    double sum = into->sum;
    for (uint64_t i = 0; i < from->count; i++)
        if (!hr_histogram_add(into, from->few[i], 1))
            return false;
    into->sum = sum + from->sum; /* as if added at once, whatever the order */
    return true;
}

bool hr_histogram_merge(struct hr_histogram *into, const struct hr_histogram *from)
{
    if (from->count == 0)
        return true;
    if (from->few)
        return merge_few(into, from);
    if (into->few && !spill(into))
        return false;
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++) /* all memory first: whole or not at all */
        if (from->octave[o] && !need_octave(into, o))
            return false;
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++)
        for (size_t b = 0; from->octave[o] && b < hr__buckets_of(o); b++)
            into->octave[o][b] += from->octave[o][b];
    hr__histogram_widen(into, from->min, from->max);
    into->count += from->count;
    into->sum += from->sum;
    return true;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t few_at(const struct hr_histogram *h, uint64_t rank)
{
    int64_t sorted[HR_HISTOGRAM_FEW];
    memcpy(sorted, h->few, (size_t)h->count * sizeof *sorted);
    qsort(sorted, (size_t)h->count, sizeof *sorted, ascending);
    return sorted[rank - 1];
}

int64_t hr_histogram_percentile(const struct hr_histogram *h, double p)
{
    if (h->count == 0)
        return 0;
    double exact = p * (double)h->count;
    uint64_t rank = exact <= 1.0 ? 1 : (uint64_t)exact;
    /* ceil, but p * n that is whole up to rounding stays: 0.95 * 20 is 19, not 20. */
    if ((double)rank < exact && exact - (double)rank > exact * 1e-12)
        rank++;
    if (rank >= h->count)
        return h->max;
    if (h->few)
        return few_at(h, rank);
    uint64_t seen = 0;
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++)
        for (size_t b = 0; h->octave[o] && b < hr__buckets_of(o); b++) {
            seen += h->octave[o][b];
            if (seen >= rank) {
                int64_t value = middle_of(o, b);
                return value < h->min ? h->min : value > h->max ? h->max : value;
            }
        }
    return h->max;
}

double hr_histogram_mean(const struct hr_histogram *h)
{
    return h->count ? h->sum / (double)h->count : 0.0;
}
