/* reading.h: an application's traffic while it is read for the first time. */
#ifndef PLAN_READING_H
#define PLAN_READING_H

#include "plan/traffic.h"

struct hr__held { /* one workload's rows */
    int64_t *arrival, *service;
    size_t n, capacity, service_capacity;
};
void hr__held_clear(struct hr__held *held); /* accepts zeroed */

/* All workloads. */
struct hr__loading {
    const struct hr__load *load;
    struct hr__traffic *traffic;
    struct hr__held *held; /* of each stream, in their order */
    size_t lanes;          /* streams there can be */
    size_t sample_room;
    bool holds;       /* the rows are held */
    uint64_t redrawn; /* rows that were given a success's time */
    uint64_t done, told, total;
};

/* Reads one workload, learns what there is to know of it and, where it is to be held, leaves its
 * rows in *held. What it had to say stands in the comparison. */
bool hr__load_stream(struct hr__loading *loading, const struct hr_store_workload *workload,
                     struct hr__stream *stream, struct hr__held *held, struct hr_error *err);

#endif
