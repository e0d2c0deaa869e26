/* histogram.c: counts in buckets of relative width 2^-10.
 *
 * Values below 2^11 have a bucket each. Above, octave o >= 1 holds [2^(10+o), 2^(11+o)) in 1,024
 * buckets of 2^o values; a bucket is read as its middle, so the relative error is at most 2^-11.
 */
#include "headroom/base.h"

#include <stdlib.h>
#include <string.h>

#define SUB_BITS 10
#define SUB      ((size_t)1 << SUB_BITS)

/* Octave 0 has 2 * SUB buckets of width 1, the others SUB. */
static size_t buckets_of(int octave)
{
    return octave == 0 ? 2 * SUB : SUB;
}

static int octave_of(int64_t value)
{
    if (value < (int64_t)(2 * SUB))
        return 0;
    return 63 - __builtin_clzll((unsigned long long)value) - SUB_BITS;
}

static size_t bucket_of(int64_t value, int octave)
{
    return octave == 0 ? (size_t)value : (size_t)(value >> octave) - SUB;
}

static int64_t middle_of(int octave, size_t bucket)
{
    if (octave == 0)
        return (int64_t)bucket;
    return ((int64_t)(bucket + SUB) << octave) + ((int64_t)1 << (octave - 1));
}

void hr_histogram_init(struct hr_histogram *h)
{
    memset(h, 0, sizeof *h);
}

void hr_histogram_clear(struct hr_histogram *h)
{
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++)
        free(h->octave[o]);
    hr_histogram_init(h);
}

static bool need_octave(struct hr_histogram *h, int octave)
{
    if (!h->octave[octave])
        h->octave[octave] = calloc(buckets_of(octave), sizeof(uint64_t));
    return h->octave[octave] != NULL;
}

static void widen(struct hr_histogram *h, int64_t min, int64_t max)
{
    if (h->count == 0 || min < h->min)
        h->min = min;
    if (h->count == 0 || max > h->max)
        h->max = max;
}

bool hr_histogram_add(struct hr_histogram *h, int64_t value, uint64_t times)
{
    if (times == 0)
        return true;
    value = value < 0 ? 0 : value;
    int octave = octave_of(value);
    if (!need_octave(h, octave))
        return false;
    h->octave[octave][bucket_of(value, octave)] += times;
    widen(h, value, value);
    h->count += times;
    h->sum += (double)value * (double)times;
    return true;
}

bool hr_histogram_merge(struct hr_histogram *into, const struct hr_histogram *from)
{
    if (from->count == 0)
        return true;
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++) /* all memory first: whole or not at all */
        if (from->octave[o] && !need_octave(into, o))
            return false;
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++)
        for (size_t b = 0; from->octave[o] && b < buckets_of(o); b++)
            into->octave[o][b] += from->octave[o][b];
    widen(into, from->min, from->max);
    into->count += from->count;
    into->sum += from->sum;
    return true;
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
    uint64_t seen = 0;
    for (int o = 0; o < HR_HISTOGRAM_OCTAVES; o++)
        for (size_t b = 0; h->octave[o] && b < buckets_of(o); b++) {
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
