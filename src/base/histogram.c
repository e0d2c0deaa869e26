/* histogram.c: counts in buckets of relative width 2^-10.
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
    hr_histogram_init(h);
}

static bool need_octave(struct hr_histogram *h, int octave)
{
    if (!h->octave[octave])
        h->octave[octave] = calloc(hr__buckets_of(octave), sizeof(uint64_t));
    return h->octave[octave] != NULL;
}

bool hr_histogram_add(struct hr_histogram *h, int64_t value, uint64_t times)
{
    if (times == 0)
        return true;
    value = value < 0 ? 0 : value;
    if (!need_octave(h, hr__octave_of(value)))
        return false;
    hr__histogram_count(h, value, times);
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
        for (size_t b = 0; from->octave[o] && b < hr__buckets_of(o); b++)
            into->octave[o][b] += from->octave[o][b];
    hr__histogram_widen(into, from->min, from->max);
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
