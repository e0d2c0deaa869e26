/* view.h: what the screens show, as plain values.
 *
 * Made from a plan file by load.c in one place; the screens know neither the store nor the engines.
 * A figure that does not exist is NAN, a text that does not exist is "".
 */
#ifndef HR_TUI_VIEW_H
#define HR_TUI_VIEW_H

#include "headroom/base.h"

#define HR__SPARK 96 /* buckets of a workload's traffic */

enum hr__kind { HR__KIND_FUNCTION, HR__KIND_FLEET, HR__KIND_HYBRID };

enum hr__verdict {
    HR__VERDICT_NONE, /* not enough data, or nothing passes */
    HR__VERDICT_SERVERLESS,
    HR__VERDICT_PROVISIONED,
    HR__VERDICT_HYBRID,
    HR__VERDICT_EITHER
};

struct hr__bill_line {
    const char *service, *item, *unit;
    double quantity, unit_price, amount; /* per month; USD */
};

/* One workload, or the whole application, on one platform. */
struct hr__figures {
    double cost, idle_cost;             /* USD a month */
    double p50, p95, p99;               /* response, ms */
    double wait, start, network, service; /* means, ms */
    double on_target;                   /* percent of invocations */
    double cold_starts, dropped;        /* in the window */
    double idle, utilisation;           /* percent of capacity */
    bool exists, meets_target, cheapest;
    const char *sizing;        /* "servers=4+1;slots=8" */
    const char *sizing_reason; /* a sentence */
    const char *excluded_by;   /* why it cannot be chosen */
    const struct hr__bill_line *bill;
    size_t bill_count;
    const double *busy, *starting, *idle_slots; /* time line, slots; NULL: none */
    size_t buckets;
    int64_t bucket_from, bucket_us;
};

struct hr__platform {
    const char *id, *title;
    enum hr__kind kind;
};

struct hr__workload {
    const char *name;
    const char *trigger;      /* "http" */
    double invocations;       /* in the window */
    double per_s;             /* mean */
    double target_ms, slo;    /* percent */
    bool target_assumed, service_assumed;
    enum hr__verdict verdict;
    const char *verdict_word; /* "serverless", "not enough data" */
    const char *verdict_text; /* a sentence */
    int best_function, best_fleet; /* indices into platforms, -1: none */
    double p95; /* on the platform of the verdict, else the cheapest: response, ms */
    double spark[HR__SPARK];
};

struct hr__assumption {
    const char *workload, *key, *value, *source, *remedy;
};

struct hr__view {
    struct hr_arena arena; /* owns every text and array */
    const char *plan, *application, *prices;
    size_t applications; /* in the plan file */
    int64_t from, to;    /* window, us */
    double invocations, per_s;
    bool extrapolated; /* less than a day of traffic */
    struct hr__platform *platforms;
    size_t platform_count;
    struct hr__workload *workloads; /* workload_count, and the whole application behind them */
    size_t workload_count;
    struct hr__figures *figures; /* (workload_count + 1) rows of platform_count */
    const char *best_mix;        /* a sentence */
    double best_mix_cost;        /* USD a month */
    struct hr__assumption *assumptions;
    size_t assumption_count;
    const char **notes;
    size_t note_count;
};

static inline const struct hr__figures *hr__view_figures(const struct hr__view *view,
                                                         size_t workload, size_t platform)
{
    return &view->figures[workload * view->platform_count + platform];
}
void hr__view_close(struct hr__view *view); /* accepts NULL */

#endif
