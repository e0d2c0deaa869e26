/* keep_histogram.c: the hybrid histogram policy (Shahrad et al., Serverless in the Wild, USENIX ATC
 * 2020, section 4): from a histogram of a workload's idle times, when to load an instance again
 * after the last one ended, and how long to keep it.
 *
 *   load = first bin that holds the head percentile, its beginning, less the margin
 *   gone = first bin that holds the tail percentile, its end, and the margin
 *
 * The histogram counts when it has `samples`, when most idle times lie in its range and when the
 * coefficient of variation of its bins is above `cv`; else an instance is kept for the range. Both
 * windows begin when the last request has ended. Instances that begin to rest while others work
 * are kept until `gone`.
 */
#include "sim/function.h"

struct hr__idle_histogram {
    uint64_t inside, outside; /* idle times in the range, and longer */
    int64_t load_us, gone_us; /* the windows in force */
    uint64_t bins[];
};

static size_t bin_count(const struct hr_histogram_model *m)
{
    return (size_t)((m->range_us + m->bin_us - 1) / m->bin_us);
}

static bool init(struct hr__function *f)
{
    const struct hr_histogram_model *m = &f->model->histogram;
    for (size_t i = 0; i < f->side_count; i++) {
        struct hr__keep_side *keep = &f->sides[i].keep;
        keep->rests_since = keep->prewarm_at = HR_UNKNOWN;
        keep->idle = calloc(1, sizeof *keep->idle + bin_count(m) * sizeof *keep->idle->bins);
        if (!keep->idle)
            return false;
        keep->idle->gone_us = m->range_us;
    }
    return true;
}

static void clear(struct hr__function *f)
{
    for (size_t i = 0; i < f->side_count; i++)
        free(f->sides[i].keep.idle);
}

/* First bin whose cumulative share reaches p. */
static int64_t bin_at(const struct hr__idle_histogram *h, size_t bins, double p)
{
    uint64_t seen = 0;
    size_t bin = 0;
    for (; bin < bins; bin++) {
        seen += h->bins[bin];
        if ((double)seen >= p * (double)h->inside)
            break;
    }
    return (int64_t)(bin < bins ? bin : bins - 1);
}

/* The population's coefficient of variation of the counts of all bins. */
static double bins_cv(const struct hr__idle_histogram *h, size_t bins)
{
    double mean = (double)h->inside / (double)bins, squares = 0;
    for (size_t i = 0; i < bins; i++)
        squares += ((double)h->bins[i] - mean) * ((double)h->bins[i] - mean);
    return mean > 0 ? sqrt(squares / (double)bins) / mean : 0;
}

static void learn(const struct hr_histogram_model *m, struct hr__idle_histogram *h, int64_t idle)
{
    size_t bins = bin_count(m);
    if (idle < m->range_us)
        h->bins[idle / m->bin_us]++;
    h->inside += idle < m->range_us;
    h->outside += idle >= m->range_us;
    bool counts = h->inside + h->outside >= (uint64_t)m->samples && h->outside <= h->inside &&
                  bins_cv(h, bins) > m->cv;
    h->load_us = 0;
    h->gone_us = m->range_us;
    if (!counts)
        return;
    double load = (double)(bin_at(h, bins, m->head) * m->bin_us) * (1 - m->margin);
    double gone = (double)((bin_at(h, bins, m->tail) + 1) * m->bin_us) * (1 + m->margin);
    h->load_us = llround(load);
    h->gone_us = llround(gone);
}

static void arrives(struct hr__function *f, struct hr__side *side, int64_t now)
{
    struct hr__keep_side *keep = &side->keep;
    if (keep->rests_since != HR_UNKNOWN)
        learn(&f->model->histogram, keep->idle, now - keep->rests_since);
    keep->rests_since = keep->prewarm_at = HR_UNKNOWN;
}

static hr__key rests(struct hr__function *f, uint32_t ref, int64_t now)
{
    const struct hr__instance *instance = &f->instances[ref];
    struct hr__side *side = &f->sides[instance->workload];
    struct hr__keep_side *keep = &side->keep;
    const struct hr__idle_histogram *h = keep->idle;
    int64_t gone = now + h->gone_us;
    if (keep->prewarm_at == now) { /* loaded again: kept until the window that loaded it ends */
        gone = keep->rests_since + h->gone_us;
    } else if (keep->in_progress == 0) {
        keep->rests_since = now;
        if (h->load_us > 0) {
            keep->prewarm_at = now + h->load_us;
            hr__function_prewarm_at(f, instance->workload, keep->prewarm_at);
            gone = now;
        }
    }
    return hr__event(gone, 0, instance->number, ref);
}

const struct hr__keep_policy hr__keep_histogram = {
    .by_time = true, .init = init, .clear = clear, .arrives = arrives, .rests = rests};
