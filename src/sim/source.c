/* source.c: columns in memory as a source of blocks. */
#include "headroom/sim.h"

void hr_column_source_init(struct hr_column_source *columns, const struct hr_block *all,
                           size_t block)
{
    *columns = (struct hr_column_source){.all = *all, .block = block ? block : all->n};
}

static bool next(void *context, struct hr_block *ret, struct hr_error *err)
{
    struct hr_column_source *columns = context;
    const struct hr_block *all = &columns->all;
    size_t at = columns->at, left = all->n - at;
    (void)err;
    *ret = (struct hr_block){
        .n = left < columns->block ? left : columns->block,
        .arrival_us = all->arrival_us + at,
        .service_us = all->service_us + at,
        .workload = all->workload ? all->workload + at : NULL,
        .first = all->first + at,
    };
    columns->at += ret->n;
    return true;
}

struct hr_source hr_column_source(struct hr_column_source *columns)
{
    return (struct hr_source){.context = columns, .next = next};
}
