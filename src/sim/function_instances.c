/* function_instances.c: the table of instances, and setting an engine up and down. */
#include "sim/function.h"

#include <stdlib.h>

static bool grow_tables(struct hr__function *f)
{
    size_t want = f->n + 1;
    bool good =
        hr_grow((void **)&f->instances, &f->capacity, want, sizeof *f->instances, HR__REFS, NULL) &&
        hr_grow((void **)&f->pool_at, &f->pool_at_capacity, want, sizeof *f->pool_at, HR__REFS,
                NULL);
    if (f->model->discipline != HR_SHARING)
        return good;
    size_t before = f->share_capacity;
    good =
        good &&
        hr_grow((void **)&f->event_at, &f->event_at_capacity, want, sizeof *f->event_at, HR__REFS,
                NULL) &&
        hr_grow((void **)&f->shares, &f->share_capacity, want, sizeof *f->shares, HR__REFS, NULL);
    for (size_t i = before; good && i < f->share_capacity; i++)
        hr__share_init(&f->shares[i]);
    return good;
}

/* Ready at `ready`; HR__NONE when there is no room for it. */
uint32_t hr__instance_launch(struct hr__function *f, uint32_t workload, int64_t now, int64_t ready)
{
    uint32_t ref = f->free;
    if (ref != HR__NONE)
        f->free = f->instances[ref].idle_next;
    else if (grow_tables(f))
        ref = (uint32_t)f->n++;
    else {
        f->failed = true;
        return HR__NONE;
    }
    f->instances[ref] = (struct hr__instance){.created = now,
                                              .ready = ready,
                                              .last = now,
                                              .active_from = now,
                                              .number = f->next_number++,
                                              .workload = workload,
                                              .idle_next = HR__NONE,
                                              .idle_previous = HR__NONE,
                                              .pending = {HR__NONE, HR__NONE, 0}};
    if (f->event_at)
        f->event_at[ref] = HR__NONE;
    struct hr__side *side = &f->sides[workload];
    side->keep.alive++;
    f->keep.memory_mb += side->workload->memory_mb;
    hr__instances(&f->measure, side->tally, now, 1);
    return ref;
}

void hr__instance_free(struct hr__function *f, uint32_t ref)
{
    f->instances[ref].idle_next = f->free;
    f->free = ref;
}

static void side_init(struct hr__function *f, struct hr__side *side,
                      const struct hr_sim_workload *workload)
{
    double alone = workload->vcpus < 1 ? workload->vcpus : 1;
    side->workload = workload;
    hr__starts_init(&side->starts, &f->model->start, workload, f->metering.bill_init);
    side->slots = workload->slots;
    side->direct = workload->slots == 1 || f->model->discipline == HR_SLOTS;
    side->work = hr_work_us(1, workload->cpu_bound, workload->speed);
    side->cpu = hr_cpu_share(workload->cpu_bound, workload->speed);
    side->stretch = side->work * ((1 - side->cpu) + side->cpu / alone);
    side->as_logged = side->stretch == 1;
    side->cpu_per_busy = side->cpu * side->work / side->stretch;
    side->paid = f->metering.span == HR_METERED_LIFE                        ? HR__PAID_LIFE
                 : f->metering.span == HR_METERED_ACTIVE || side->slots > 1 ? HR__PAID_ACTIVE
                                                                            : HR__PAID_EACH;
    side->anonymous = !f->policy && side->slots == 1 && side->paid == HR__PAID_EACH &&
                      f->model->discipline == HR_SLOTS && f->model->reuse == HR_REUSE_RECENT &&
                      !f->model->join_starting && f->model->on_limit == HR_LIMIT_REFUSE;
    bool retries = workload->trigger == HR_ASYNC || workload->trigger == HR_SCHEDULE;
    if (retries && f->model->async.attempts > 0)
        side->retry = workload->trigger == HR_ASYNC ? &f->model->async : &f->scheduled;
    side->launches = hr__rate_make(f->model->launches_per_second, f->model->launch_burst);
}

/* Reserved concurrency is carved out of the account's, and a ceiling of its own. */
static void side_reserve(struct hr__function *f, struct hr__side *side)
{
    side->account = &f->pool;
    if (side->workload->reserved == 0)
        return;
    side->reserved.limit = side->workload->reserved;
    side->account = &side->reserved;
    if (f->pool.limit != INT64_MAX)
        f->pool.limit -= side->workload->reserved;
}

bool hr__function_init(struct hr__function *f, const struct hr_sim_workload *workloads,
                       size_t workload_count)
{
    f->free = f->idle_head = f->idle_tail = HR__NONE;
    f->next_expiry = INT64_MAX;
    f->waiting = (struct hr__queue){HR__NONE, HR__NONE, 0};
    f->rare = INT64_MAX;
    f->policy = hr__keep_policies[f->model->keep_alive];
    f->pool.limit = f->model->concurrency_limit > 0 ? f->model->concurrency_limit : INT64_MAX;
    f->requests = hr__rate_make(f->model->requests_per_second, f->model->requests_per_second);
    f->scheduled = f->model->async;
    if (f->model->schedule_attempts > 0)
        f->scheduled.attempts = f->model->schedule_attempts;
    hr__runs_init(&f->runs);
    f->sides = calloc(workload_count, sizeof *f->sides);
    bool good = f->sides && hr__wheel_init(&f->ends) &&
                hr__measure_init(&f->measure, f->platform, workloads, workload_count, f->options);
    for (size_t i = 0; good && i < workload_count; i++) {
        struct hr__side *side = &f->sides[i];
        f->side_count = i + 1;
        side_init(f, side, &workloads[i]);
        side->tally = &f->measure.tallies[i];
        side_reserve(f, side);
        good = hr__provision_init(f, (uint32_t)i) && hr__rest_init(&side->rest) &&
               hr__pool_init(&side->ready, f->model, side->slots) &&
               hr__pool_init(&side->starting, f->model, side->slots);
    }
    return good && hr__inlets_init(f) && (!f->policy || !f->policy->init || f->policy->init(f));
}

void hr__function_clear(struct hr__function *f)
{
    if (f->policy && f->policy->clear)
        f->policy->clear(f);
    free(f->keep.idle.keys);
    free(f->keep.idle_at);
    for (size_t i = 0; i < f->side_count; i++) {
        hr__provision_clear(&f->sides[i]);
        hr__pool_clear(&f->sides[i].ready);
        hr__pool_clear(&f->sides[i].starting);
        hr__rest_clear(&f->sides[i].rest);
    }
    for (size_t i = 0; f->shares && i < f->share_capacity; i++)
        free(f->shares[i].ends.keys);
    hr__inlets_clear(&f->inlets);
    hr__measure_clear(&f->measure);
    hr__runs_clear(&f->runs);
    free(f->sides);
    free(f->instances);
    free(f->pool_at);
    free(f->event_at);
    free(f->shares);
    free(f->events.keys);
    free(f->expiries.keys);
    free(f->later.keys);
    hr__wheel_clear(&f->ends);
}
