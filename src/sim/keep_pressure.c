/* keep_pressure.c: instances of all workloads live in one host's memory, and only a lack of it ends
 * them: greedy-dual (Fuerst and Sharma, FaasCache, ASPLOS 2021)
 *
 *   priority = clock + uses x mean start / memory,
 *
 * where uses are summed over the workload's instances until its last one goes, and the clock is the
 * largest priority evicted so far; or, as `lru`, the time of the last use. Instances that work are
 * never evicted: where idle ones do not suffice, the attempt is refused.
 */
#include "sim/function.h"

static void works(struct hr__function *f, uint32_t ref)
{
    struct hr__instance *instance = &f->instances[ref];
    struct hr__side *side = &f->sides[instance->workload];
    side->keep.uses++;
    instance->priority =
        f->model->evict == HR_EVICT_LRU
            ? (double)(instance->last > 0 ? instance->last : 0)
            : f->keep.clock + side->keep.uses * side->starts.mean_us / side->workload->memory_mb;
}

static hr__key rests(struct hr__function *f, uint32_t ref, int64_t now)
{
    (void)now;
    const struct hr__instance *instance = &f->instances[ref];
    return hr__real_key(instance->priority, instance->number, ref);
}

static bool makes_room(struct hr__function *f, const struct hr__side *side, int64_t now)
{
    struct hr__keep_state *keep = &f->keep;
    double need = side->workload->memory_mb;
    if (keep->memory_mb - keep->idle_mb + need > f->model->host_memory_mb)
        return false;
    while (keep->memory_mb + need > f->model->host_memory_mb) {
        hr__key first = keep->idle.keys[0];
        keep->clock = hr__real_of(first) > keep->clock ? hr__real_of(first) : keep->clock;
        hr__named_gone(f, hr__ref(first), now);
    }
    return true;
}

const struct hr__keep_policy hr__keep_pressure = {
    .works = works, .rests = rests, .makes_room = makes_room};
