/* keep_distribution.c: each time an instance begins to rest, how long it is kept is drawn anew. */
#include "sim/function.h"

static hr__key rests(struct hr__function *f, uint32_t ref, int64_t now)
{
    const struct hr__instance *instance = &f->instances[ref];
    struct hr__side *side = &f->sides[instance->workload];
    uint64_t key =
        hr_draw_key(f->options->seed, side->workload->key, side->keep.rests++, HR_DRAW_KEEP_ALIVE);
    return hr__event(now + hr_dist_draw(&f->model->keep_alive_dist, key), 0, instance->number, ref);
}

const struct hr__keep_policy hr__keep_distribution = {.by_time = true, .rests = rests};
