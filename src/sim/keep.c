/* keep.c: idle instances under a keep-alive policy, and the table of policies. */
#include "sim/keep.h"

#include "sim/function.h"

const struct hr__keep_policy *const hr__keep_policies[] = {
    [HR_KEEP_FIXED] = NULL,
    [HR_KEEP_DISTRIBUTION] = &hr__keep_distribution,
    [HR_KEEP_HISTOGRAM] = &hr__keep_histogram,
    [HR_KEEP_PRESSURE] = &hr__keep_pressure,
};

void hr__keep_rest(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__keep_state *keep = &f->keep;
    if (!hr_grow((void **)&keep->idle_at, &keep->idle_at_capacity, f->n, sizeof *keep->idle_at,
                 HR__REFS, NULL)) {
        f->failed = true;
        return;
    }
    hr__key key = f->policy->rests(f, ref, now);
    keep->idle_mb += f->sides[f->instances[ref].workload].workload->memory_mb;
    if (!hr__heap_push(&keep->idle, key, keep->idle_at))
        f->failed = true;
    else if (f->policy->by_time && hr__time(key) < f->next_expiry)
        f->next_expiry = hr__time(key);
}

void hr__keep_work(struct hr__function *f, uint32_t ref)
{
    f->keep.idle_mb -= f->sides[f->instances[ref].workload].workload->memory_mb;
    hr__heap_remove(&f->keep.idle, f->keep.idle_at[ref], f->keep.idle_at);
}

int64_t hr__keep_expire(struct hr__function *f, int64_t now)
{
    const struct hr__heap *idle = &f->keep.idle;
    if (!f->policy->by_time) {
        while (now == INT64_MAX && idle->n > 0) /* the end */
            hr__named_gone(f, hr__ref(idle->keys[0]), f->options->window_to);
        return INT64_MAX;
    }
    while (idle->n > 0 && hr__time(idle->keys[0]) <= now)
        hr__named_gone(f, hr__ref(idle->keys[0]), hr__time(idle->keys[0]));
    return idle->n > 0 ? hr__time(idle->keys[0]) : INT64_MAX;
}
