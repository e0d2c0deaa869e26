/* scale.h: how many servers there should be: the autoscalers' decisions, apart from their effects.
 *
 * A new policy is one file with a `hr__scale_...` function, one line in the table of scale.c, and a
 * block of keys in model/autoscaler.c.
 */
#ifndef HEADROOM_SIM_SCALE_H
#define HEADROOM_SIM_SCALE_H

#include "headroom/model.h"

struct hr_forecast;

/* The last figures of a loop, the newest overwriting the oldest. */
struct hr__said {
    int64_t time[HR_SAID_MAX];
    double figure[HR_SAID_MAX];
    size_t n; /* so many were ever said */
};

struct hr__scaler {
    const struct hr_autoscaler_model *model;
    int64_t min, max;
    double slots;                           /* of a server */
    int64_t period_us, delay_us, warmup_us; /* of its points and servers */
    bool to_zero;                           /* the last server may go */
    bool wakes;                             /* an arrival that finds no server starts one at once */
    int64_t high, low;                    /* points in a row above the target, below the low line */
    int64_t last_out, last_in;            /* times of the last actions; INT64_MIN: none */
    struct hr__said recommended, changed; /* HPA; KPA: demand of its ticks, in `recommended` */
    int64_t panic_since, panic_peak;      /* KPA; INT64_MIN: no panic */
    int64_t zero_since;                   /* KPA: none is wanted since; INT64_MIN: some are */
    int64_t next_poll, last_active;       /* backlog */
    const struct hr_forecast *forecast;   /* oracle */
    int64_t ahead_us;                     /* oracle: the longest boot but one in a thousand */
};
/* What an autoscaler sees when it looks. */
struct hr__point {
    int64_t time;     /* us */
    double value;     /* the metric, a fraction of capacity; NAN: no data */
    int64_t capacity; /* servers that serve, boot or warm up; draining ones are gone already */
    int64_t measured; /* of them, those that count in the metric */
    int64_t ready;    /* those that serve */
    double demand;    /* mean number of invocations that wait or run, over the period */
    int64_t waiting, running; /* invocations, at the period's end */
};
/* The number of servers wanted from now on. */
typedef int64_t hr__scale_fn(struct hr__scaler *scaler, const struct hr__point *point);

void hr__scaler_init(struct hr__scaler *scaler, const struct hr_fleet_model *fleet,
                     const struct hr_forecast *forecast);
/* Servers to begin with. */
int64_t hr__scaler_first(struct hr__scaler *scaler, const struct hr_fleet_model *fleet,
                         int64_t now);
int64_t hr__scale(struct hr__scaler *scaler, const struct hr__point *point);
hr__scale_fn hr__scale_target_tracking, hr__scale_step, hr__scale_schedule, hr__scale_hpa,
    hr__scale_kpa, hr__scale_backlog, hr__scale_oracle;

/* The most in the periods that [from, to] touches (forecast.c). */
uint32_t hr__forecast_most(const struct hr_forecast *forecast, int64_t from, int64_t to);

/* What HPA makes of a raw recommendation: stabilised, then limited in its rate. */
int64_t hr__hpa_settle(struct hr__scaler *scaler, const struct hr__point *point, int64_t raw);
/* What KPA decides with these mean numbers of invocations in both windows. */
int64_t hr__kpa_decide(struct hr__scaler *scaler, const struct hr__point *point, double stable,
                       double panic);

/* Would none ever come for so many that wait, if nothing else arrived? */
static inline bool hr__scaler_ignores(const struct hr__scaler *scaler, int64_t waiting)
{
    return scaler->model->policy == HR_SCALE_BACKLOG &&
           waiting <= scaler->model->backlog.activation;
}

static inline void hr__say(struct hr__said *said, int64_t time, double figure)
{
    said->time[said->n % HR_SAID_MAX] = time;
    said->figure[said->n % HR_SAID_MAX] = figure;
    said->n++;
}
/* How many of the last were said after `time`: the i-th last stands at (n - 1 - i) % HR_SAID_MAX.
 */
static inline size_t hr__said_after(const struct hr__said *said, int64_t time)
{
    size_t n = 0, kept = said->n < HR_SAID_MAX ? said->n : HR_SAID_MAX;
    while (n < kept && said->time[(said->n - 1 - n) % HR_SAID_MAX] > time)
        n++;
    return n;
}
static inline double hr__said_last(const struct hr__said *said, size_t i)
{
    return said->figure[(said->n - 1 - i) % HR_SAID_MAX];
}
/* ceil, but a product that is whole up to rounding stays. */
static inline int64_t hr__servers_up(double servers)
{
    int64_t whole = (int64_t)servers;
    return whole + (servers - (double)whole > 1e-9);
}

#endif
