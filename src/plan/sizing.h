/* sizing.h: a platform with its sizes chosen (design.md section 4, rules 1 to 4 and 6), and the
 * replay that confirmed them. */
#ifndef PLAN_SIZING_H
#define PLAN_SIZING_H

#include "plan/traffic.h"

struct hr__size { /* of one workload on this platform */
    double memory_mb, vcpus;
    int64_t slots;
    const char *text;    /* "memory=1024" */
    const char *reason;  /* why this and not the next smaller */
    double least_mb;     /* of memory: auto: where its ladder began */
    bool met;            /* ... and whether a rung of it meets the target */
    int64_t provisioned; /* instances of a function kept initialised */
    bool repeats;        /* beside another platform, and the same as there */
    double service_us;   /* mean on the rung below, when it was raised; 0: it was not */
};
/* A function whose sizes are open, and the rows beside it. */
enum hr__flavour {
    HR__PLAIN,
    HR__AS_RECORDED, /* memory as it was recorded, where it was (rule 4) */
    HR__PROVISIONED  /* instances kept initialised, where only cold starts make it miss (rule 5) */
};

/* A hybrid's two platforms. */
enum hr__part { HR__BASE, HR__BURST, HR__PARTS };
/* What the requests that a part serves come in through, and who pays for it. */
enum hr__front {
    HR__FRONT_OWN,   /* its own, for what it serves; no part of a hybrid: for all */
    HR__FRONT_WHOLE, /* its own, for all of the traffic */
    HR__FRONT_NONE   /* the other part's */
};

struct hr__sized {
    struct hr_platform platform; /* a copy with sizes filled in; shares the original's arena */
    struct hr_metering metering;
    struct hr_book *book;   /* NULL without prices; owned */
    struct hr__size *sizes; /* one for each stream */
    struct hr_outcome outcome;
    enum hr__flavour flavour;
    const struct hr__sized *beside; /* sized before: the plain one, or the same fleet at another
                                       price; NULL: searches by itself */
    bool alone; /* a fleet for each stream, in place of one for all: outcome is of all of them */
    int64_t fewest, minimum; /* servers that the searches of a fleet came to; 0: none was made */
    struct hr__sized *parts; /* of a hybrid, HR__PARTS; owned; else NULL. `outcome` is of both */
    const char *base, *base_reason; /* of a hybrid: the size that its workloads have in common */
    bool *stays;                    /* of a hybrid: workloads that its functions cannot serve */
    uint64_t *billed; /* of a part: arrivals in the billed span by workload; NULL: all */
    enum hr__front front;
    bool borrows; /* the book is another's */
    struct hr_arena arena;
};

/* What every search is done with. */
struct hr__search {
    const struct hr__traffic *traffic;
    const struct hr__traffic *parts; /* --alone: of each stream its own traffic; else NULL */
    const struct hr_assumptions *assumptions;
    const struct hr_compare_options *options;
    const struct hr_progress *progress;
    const struct hr_decision_sink *decisions; /* NULL: nobody asks */
    const struct hr__sized *near; /* the same platform, sized for traffic much like this: searches
                                     begin at its sizes and give no reasons; NULL: from the start */
};
/* By the kind of ret->platform; ret->platform, metering and book are set by the caller. */
bool hr__size(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err);
bool hr__size_function(const struct hr__search *search, struct hr__sized *ret,
                       struct hr_error *err);
/* Sets a function's memory and what follows from it. */
void hr__function_size(const struct hr__search *search, struct hr__sized *sized, size_t i,
                       double memory_mb);
/* The fewest provisioned instances for those that only cold starts fail. seen: what the sizes in
 * `sized` came to without. */
bool hr__provision(const struct hr__search *search, struct hr__sized *sized,
                   const struct hr_outcome *seen, struct hr_error *err);
bool hr__size_fleet(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err);
/* A fleet for each part of the traffic. */
bool hr__size_alone(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err);
/* The fewest servers, or the cheapest number, of a hybrid's base; its functions first. */
bool hr__size_hybrid(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err);
/* Rule 1 for a fleet, unless its slots are stated. */
void hr__fleet_slots(const struct hr__search *search, struct hr_fleet_model *fleet);
/* What the search for one of those fleets, or its bill, goes by. */
struct hr__search hr__search_alone(const struct hr__search *search, size_t stream);
void hr__sized_clear(struct hr__sized *sized);

/* One replay with the sizes that stand in `sized`; outcome replaced. */
bool hr__replay_sized(const struct hr__search *search, struct hr__sized *sized,
                      struct hr_error *err);
/* Once more with sizes that were chosen, whatever kind it is; same outcome. */
bool hr__replay_again(const struct hr__search *search, struct hr__sized *sized,
                      struct hr_error *err);
/* Both parts of a hybrid. */
bool hr__replay_hybrid(const struct hr__search *search, struct hr__sized *sized,
                       struct hr_error *err);
/* The same of a part. Of a base fleet: `stays`, and what it hands over; of functions: what they
 * take up. NULL: none. */
struct hr__passing {
    const bool *stays;
    const struct hr_overflow *overflow;
    const struct hr_handed *handed;
};
bool hr__replay_part(const struct hr__search *search, struct hr__sized *sized,
                     const struct hr__passing *passing, struct hr_error *err);
/* Rule 1. working_set_mb 0 leaves its term out. */
int64_t hr__auto_slots(double vcpus, double memory_mb, double cpu_bound, double working_set_mb,
                       const struct hr_assumptions *assumptions);
/* Does workload i meet its target in this outcome? Dropped ones miss. */
double hr__attainment(const struct hr_measures *measures);
/* A share as a person reads it, "98.99": never rounded up to the target that it misses. */
#define HR__ATTAINED 16
char *hr__attained_format(char buf[HR__ATTAINED], double share);
bool hr__meets(const struct hr__search *search, const struct hr_outcome *outcome, size_t i);
/* Does an instance not hold what one invocation of the workload uses (p99)? What ran in the size
 * that was recorded runs in it again. */
bool hr__lacks_memory(const struct hr__search *search, const struct hr__sized *sized, size_t i);
/* Connections to the database that all workloads have open at most: of each its peak instances
 * times those of an instance, as if all peaks came at once. */
double hr__connections(const struct hr__search *search, const struct hr__sized *sized);
/* What of the workload does not fit onto the platform: "time-limit;memory" or "". */
const char *hr__unfit(const struct hr__search *search, const struct hr__sized *sized, size_t i);
/* What rules the platform out for the workload, whatever it costs: "time-limit;memory" or "". */
const char *hr__exclusion(const struct hr__search *search, const struct hr__sized *sized, size_t i);
/* "1.8 % late on Mon 09:00-09:06" of the workload that misses most. */
void hr__worst_miss(const struct hr__search *search, const struct hr_outcome *outcome,
                    struct hr_text *text);

#endif
