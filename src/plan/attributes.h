/* attributes.h: what is known of a workload: from its log, a person, a pattern. */
#ifndef PLAN_ATTRIBUTES_H
#define PLAN_ATTRIBUTES_H

#include "plan/traffic.h"

/* Attributes while a workload is being loaded. */
struct hr__facts {
    const char *service;  /* distribution text for unknown durations, or NULL */
    bool service_for_all; /* a what-if of a person: for known durations too */
    struct hr_dist service_dist;
    enum hr_origin service_origin;
    const char *service_source;
    int64_t target_us;     /* HR_UNKNOWN: to be assumed from the recorded p99 */
    double response_bytes; /* of an answer whose size the log does not tell */
};
/* Is it the key of an attribute, after `workload.`? */
bool hr__attribute_known(const char *key);
/* "trigger, service, ..." for a sentence. */
void hr__attributes_list(struct hr_text *ret);
/* Fills the stream's trigger, cpu_bound, speed, slo, memory_size; the rest into facts. */
bool hr__attributes_resolve(const struct hr__load *load, const struct hr_store_workload *workload,
                            struct hr__stream *stream, struct hr__facts *facts,
                            struct hr_arena *arena, struct hr_error *err);

#endif
