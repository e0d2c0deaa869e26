/* scale_hpa.c: the Horizontal Pod Autoscaler of Kubernetes (its documentation; horizontal.go).
 *
 * ratio = metric / target. Within the tolerance of 1 it stays; else it recommends ceil(pods x
 * ratio). Pods not yet counted in the metric count as unused before more are added; where that
 * takes the ratio to 1 or within the tolerance, it stays.
 * Stabilisation: where more are recommended the least recommendation of `window_out` counts, where
 * fewer the greatest of `window_in`, both strictly newer. Rate: from the pods at the period's start
 * (now - added + removed in it), the larger of so many pods and so large a share, rounded up when
 * growing and down when shrinking. Then minimum and maximum.
 */
#include "sim/scale.h"

#include <math.h>

static bool near_one(double ratio, double tolerance)
{
    return fabs(ratio - 1) <= tolerance + 1e-9;
}

static int64_t recommend(const struct hr__scaler *scaler, const struct hr__point *point)
{
    const struct hr_hpa_model *hpa = &scaler->model->hpa;
    double ratio = point->value / scaler->model->target;
    if (near_one(ratio, hpa->tolerance))
        return point->capacity;
    if (ratio > 1 && point->measured < point->capacity) {
        ratio *= (double)point->measured / (double)point->capacity;
        if (ratio < 1 || near_one(ratio, hpa->tolerance))
            return point->capacity;
    }
    return hr__servers_up((double)point->capacity * ratio);
}

static int64_t stabilise(const struct hr__scaler *scaler, const struct hr__point *point,
                         int64_t raw)
{
    const struct hr_hpa_model *hpa = &scaler->model->hpa;
    bool out = raw >= point->capacity;
    int64_t since = point->time - (out ? hpa->window_out_us : hpa->window_in_us);
    size_t n = hr__said_after(&scaler->recommended, since);
    for (size_t i = 0; i < n; i++) {
        int64_t said = (int64_t)hr__said_last(&scaler->recommended, i);
        if (out ? said < raw : said > raw)
            raw = said;
    }
    return raw;
}

/* Pods at the start of the period. */
static double base_of(const struct hr__scaler *scaler, const struct hr__point *point,
                      int64_t period)
{
    double base = (double)point->capacity;
    size_t n = hr__said_after(&scaler->changed, point->time - period);
    for (size_t i = 0; i < n; i++)
        base -= hr__said_last(&scaler->changed, i);
    return base;
}

static int64_t limit(const struct hr__scaler *scaler, const struct hr__point *point, int64_t want)
{
    const struct hr_hpa_model *hpa = &scaler->model->hpa;
    int64_t most, pods = point->capacity;
    if (want > pods) {
        double base = base_of(scaler, point, hpa->out.period_us);
        int64_t by_pods = (int64_t)base + hpa->out.servers;
        most = hr__servers_up(base * (1 + hpa->out.share));
        most = most > by_pods ? most : by_pods;
        most = most > pods ? most : pods;
        return want < most ? want : most;
    }
    double base = base_of(scaler, point, hpa->in.period_us);
    int64_t by_pods = (int64_t)base - hpa->in.servers;
    most = (int64_t)(base * (1 - hpa->in.share) + 1e-9);
    most = most < by_pods ? most : by_pods;
    most = most < pods ? most : pods;
    return want > most ? want : most;
}

int64_t hr__hpa_settle(struct hr__scaler *scaler, const struct hr__point *point, int64_t raw)
{
    hr__say(&scaler->recommended, point->time, (double)raw);
    int64_t want = limit(scaler, point, stabilise(scaler, point, raw));
    want = want < scaler->min ? scaler->min : want > scaler->max ? scaler->max : want;
    if (want != point->capacity)
        hr__say(&scaler->changed, point->time, (double)(want - point->capacity));
    return want;
}

int64_t hr__scale_hpa(struct hr__scaler *scaler, const struct hr__point *point)
{
    if (isnan(point->value) || point->capacity == 0)
        return point->capacity;
    return hr__hpa_settle(scaler, point, recommend(scaler, point));
}
