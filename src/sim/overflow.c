/* overflow.c: what a base fleet hands over to functions: the rule, the set, the set as a source. */
#include <stdlib.h>
#include <string.h>

#include "sim/fleet.h"

/* ---- the set --------------------------------------------------------------------------------- */

static bool grow(struct hr_handed *handed, size_t words)
{
    size_t capacity = handed->capacity ? handed->capacity : 1024;
    while (capacity < words)
        capacity *= 2;
    uint64_t *larger = realloc(handed->words, capacity * sizeof *larger);
    if (!larger)
        return false;
    memset(larger + handed->capacity, 0, (capacity - handed->capacity) * sizeof *larger);
    handed->words = larger;
    handed->capacity = capacity;
    return true;
}

/* Numbers ascend, so the first one that comes is the least. */
static bool put(struct hr_handed *handed, uint64_t number)
{
    if (handed->count == 0)
        handed->first = number / 64 * 64;
    const uint64_t bit = number - handed->first;
    if (bit / 64 >= handed->capacity && !grow(handed, (size_t)(bit / 64) + 1))
        return false;
    handed->words[bit / 64] |= UINT64_C(1) << bit % 64;
    handed->count++;
    return true;
}

static bool holds(const struct hr_handed *handed, uint64_t number)
{
    const uint64_t bit = number - handed->first; /* huge where it is below the first */
    return handed->count > 0 && bit / 64 < handed->capacity &&
           (handed->words[bit / 64] >> bit % 64 & 1);
}

void hr_handed_clear(struct hr_handed *handed)
{
    free(handed->words);
    *handed = (struct hr_handed){0};
}

/* ---- the set as a source --------------------------------------------------------------------- */

/* The next run of neighbours: a part of the block as it is, so each keeps its number. */
static bool next_run(struct hr_handed_source *source, struct hr_block *ret)
{
    const struct hr_block *block = &source->block;
    size_t from = source->at;
    while (from < block->n && !holds(source->handed, block->first + from))
        from++;
    size_t to = from;
    while (to < block->n && holds(source->handed, block->first + to))
        to++;
    source->at = to;
    if (from == to)
        return false;
    *ret = (struct hr_block){.n = to - from,
                             .arrival_us = block->arrival_us + from,
                             .service_us = block->service_us + from,
                             .workload = block->workload ? block->workload + from : NULL,
                             .first = block->first + from};
    return true;
}

static bool next_handed(void *context, struct hr_block *ret, struct hr_error *err)
{
    struct hr_handed_source *source = context;
    while (!next_run(source, ret)) {
        source->at = 0;
        if (!source->all->next(source->all->context, &source->block, err))
            return false;
        if (source->block.n == 0) {
            *ret = source->block;
            return true;
        }
    }
    return true;
}

void hr_handed_source_init(struct hr_handed_source *source, const struct hr_source *all,
                           const struct hr_handed *handed)
{
    *source = (struct hr_handed_source){.all = all, .handed = handed};
}

struct hr_source hr_handed_source(struct hr_handed_source *source)
{
    return (struct hr_source){.context = source, .next = next_handed};
}

/* ---- the rule -------------------------------------------------------------------------------- */

static bool is_over(const struct hr__fleet *f, uint64_t invocation, uint64_t key)
{
    const struct hr_overflow *overflow = f->overflow;
    if (overflow->share > 0)
        return hr_unit(hr_draw_key(f->options->seed, key, invocation, HR_DRAW_OVERFLOW)) <
               overflow->share;
    const int64_t most =
        overflow->most > 0 ? overflow->most : (int64_t)f->balance.n * f->model->slots;
    return f->waiting + f->measure.busy_now >= most;
}

bool hr__fleet_hands_over(struct hr__fleet *f, uint64_t invocation, uint32_t workload, int64_t now)
{
    const struct hr_sim_workload *w = f->guests[workload].workload;
    if (w->stays || !is_over(f, invocation, w->key))
        return false;
    hr__decided(&f->measure, HR_DECISION_HANDED_OVER, now, workload, invocation, -1);
    if (!put(f->overflow->handed, invocation))
        f->failed = true;
    f->overflow->billed[workload] += now >= f->options->bill_from && now <= f->options->bill_to;
    return true;
}
