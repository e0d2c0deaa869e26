/* scale.c: the table of autoscalers. */
#include "sim/scale.h"

#include <math.h>

static int64_t scale_fixed(struct hr__scaler *scaler, const struct hr__point *point)
{
    (void)scaler;
    return point->capacity;
}

#define AT(member) offsetof(struct hr_autoscaler_model, member)
#define NONE       AT(policy) /* it has no such time */
/* A policy's decision, and where its times stand. */
static const struct policy {
    hr__scale_fn *decide;
    size_t period, delay, warmup;
} policies[] = {
    [HR_SCALE_FIXED] = {scale_fixed, NONE, NONE, NONE},
    [HR_SCALE_TARGET_TRACKING] = {hr__scale_target_tracking, AT(period_us), AT(delay_us),
                                  AT(warmup_us)},
    [HR_SCALE_STEP] = {hr__scale_step, AT(period_us), AT(delay_us), AT(warmup_us)},
    [HR_SCALE_SCHEDULE] = {hr__scale_schedule, AT(schedule.period_us), NONE, NONE},
    [HR_SCALE_HPA] = {hr__scale_hpa, AT(hpa.period_us), NONE, AT(hpa.readiness_us)},
    [HR_SCALE_KPA] = {hr__scale_kpa, AT(kpa.period_us), NONE, NONE},
    [HR_SCALE_BACKLOG] = {hr__scale_backlog, AT(hpa.period_us), NONE, NONE},
    [HR_SCALE_ORACLE] = {hr__scale_oracle, AT(oracle_us), NONE, NONE},
};

static int64_t time_at(const struct hr_autoscaler_model *model, size_t offset)
{
    return offset == NONE ? 0 : *(const int64_t *)(const void *)((const char *)model + offset);
}

void hr__scaler_init(struct hr__scaler *scaler, const struct hr_fleet_model *fleet,
                     const struct hr_forecast *forecast)
{
    const struct hr_autoscaler_model *model = &fleet->autoscaler;
    const struct policy *policy = &policies[model->policy];
    *scaler = (struct hr__scaler){
        .model = model,
        .min = fleet->servers_min,
        .max = fleet->servers_max,
        .slots = (double)fleet->slots,
        .period_us = time_at(model, policy->period),
        .delay_us = time_at(model, policy->delay),
        .warmup_us = time_at(model, policy->warmup),
        .to_zero = (model->policy == HR_SCALE_KPA && model->kpa.to_zero) ||
                   (model->policy == HR_SCALE_BACKLOG && model->backlog.to_zero),
        .wakes = model->policy == HR_SCALE_KPA,
        .last_out = INT64_MIN,
        .last_in = INT64_MIN,
        .panic_since = INT64_MIN,
        .zero_since = INT64_MIN,
        .next_poll = INT64_MIN,
        .last_active = INT64_MIN,
        .forecast = forecast,
        .ahead_us = model->policy == HR_SCALE_ORACLE
                        ? (int64_t)ceil(hr_dist_quantile(&fleet->boot, 0.999))
                        : 0,
    };
}

int64_t hr__scaler_first(struct hr__scaler *scaler, const struct hr_fleet_model *fleet, int64_t now)
{
    const struct hr__point point = {.time = now};
    return fleet->autoscaler.policy == HR_SCALE_ORACLE ? hr__scale(scaler, &point)
                                                       : fleet->servers_initial;
}

int64_t hr__scale(struct hr__scaler *scaler, const struct hr__point *point)
{
    int64_t want = policies[scaler->model->policy].decide(scaler, point);
    if (want == 0 && scaler->to_zero)
        return 0;
    return want < scaler->min ? scaler->min : want > scaler->max ? scaler->max : want;
}
