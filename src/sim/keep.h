/* keep.h: keep-alive policies other than one fixed time: when an idle instance goes.
 *
 * A policy is one file and one line in hr__keep_policies. Each idle instance stands in one heap,
 * sorted by the time at which it will go, or, where only memory pressure ends it, by its priority.
 */
#ifndef HEADROOM_SIM_KEEP_H
#define HEADROOM_SIM_KEEP_H

#include "sim/heap.h"

struct hr__function;
struct hr__side;
struct hr__idle_histogram; /* keep_histogram.c */

/* What a policy knows of one workload. */
struct hr__keep_side {
    struct hr__idle_histogram *idle; /* histogram */
    int64_t rests_since;        /* histogram: nothing in progress since; HR_UNKNOWN: there is */
    int64_t prewarm_at;         /* histogram: HR_UNKNOWN: none is due */
    uint64_t rests;             /* distribution: idle times drawn */
    double uses;                /* pressure: since its last instance came to be */
    int64_t in_progress, alive; /* invocations, instances */
};
/* What it knows of all. */
struct hr__keep_state {
    struct hr__heap idle;
    uint32_t *idle_at; /* of each instance */
    size_t idle_at_capacity;
    double memory_mb, idle_mb; /* of instances that exist, that rest */
    double clock;              /* pressure: the largest priority evicted */
};

struct hr__keep_policy {
    bool by_time; /* the heap is sorted by the time at which an instance goes */
    bool (*init)(struct hr__function *f);  /* may be NULL */
    void (*clear)(struct hr__function *f); /* may be NULL */
    /* An attempt is admitted. May be NULL. */
    void (*arrives)(struct hr__function *f, struct hr__side *side, int64_t now);
    /* An instance takes work. May be NULL. */
    void (*works)(struct hr__function *f, uint32_t ref);
    /* The key under which an instance that rests from now on stands in the heap. */
    hr__key (*rests)(struct hr__function *f, uint32_t ref, int64_t now);
    /* Before a launch: makes room. False: there is none. May be NULL. */
    bool (*makes_room)(struct hr__function *f, const struct hr__side *side, int64_t now);
};

extern const struct hr__keep_policy hr__keep_distribution, hr__keep_histogram, hr__keep_pressure;
/* By enum hr_keep_alive_policy; NULL: one fixed time, which needs none of this. */
extern const struct hr__keep_policy *const hr__keep_policies[];

/* keep.c: the heap. */
void hr__keep_rest(struct hr__function *f, uint32_t ref, int64_t now);
void hr__keep_work(struct hr__function *f, uint32_t ref);
/* Those whose time has come go; returns when the next one will. */
int64_t hr__keep_expire(struct hr__function *f, int64_t now);

#endif
