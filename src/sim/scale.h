/* scale.h: how many servers there should be: the autoscalers' decisions, apart from their effects.
 *
 * A new policy is one file with a `hr__scale_...` function and one line in the table of scale.c.
 */
#ifndef HEADROOM_SIM_SCALE_H
#define HEADROOM_SIM_SCALE_H

#include "headroom/model.h"

struct hr__scaler {
    const struct hr_autoscaler_model *model;
    int64_t min, max;
    int64_t high, low;         /* points in a row above the target, below the low line */
    int64_t last_out, last_in; /* times of the last actions; INT64_MIN: none */
};
/* What an autoscaler sees when it looks. */
struct hr__point {
    int64_t time;     /* us */
    double value;     /* the metric, a fraction of capacity; NAN: no data */
    int64_t capacity; /* servers that serve, boot or warm up; draining ones are gone already */
    int64_t measured; /* of them, those that count in the metric */
};
/* The number of servers wanted from now on. */
typedef int64_t hr__scale_fn(struct hr__scaler *scaler, const struct hr__point *point);

void hr__scaler_init(struct hr__scaler *scaler, const struct hr_fleet_model *fleet);
int64_t hr__scale(struct hr__scaler *scaler, const struct hr__point *point);
hr__scale_fn hr__scale_target_tracking;

#endif
