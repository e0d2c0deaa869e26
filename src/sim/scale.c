/* scale.c: the table of autoscalers. */
#include "sim/scale.h"

static int64_t scale_fixed(struct hr__scaler *scaler, const struct hr__point *point)
{
    (void)scaler;
    return point->capacity;
}

static hr__scale_fn *const policies[] = {
    [HR_SCALE_FIXED] = scale_fixed,
    [HR_SCALE_TARGET_TRACKING] = hr__scale_target_tracking,
};

void hr__scaler_init(struct hr__scaler *scaler, const struct hr_fleet_model *fleet)
{
    *scaler = (struct hr__scaler){.model = &fleet->autoscaler,
                                  .min = fleet->servers_min,
                                  .max = fleet->servers_max,
                                  .last_out = INT64_MIN,
                                  .last_in = INT64_MIN};
}

int64_t hr__scale(struct hr__scaler *scaler, const struct hr__point *point)
{
    int64_t want = policies[scaler->model->policy](scaler, point);
    return want < scaler->min ? scaler->min : want > scaler->max ? scaler->max : want;
}
