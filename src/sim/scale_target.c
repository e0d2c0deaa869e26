/* scale_target.c: AWS target tracking (EC2 Auto Scaling user guide; facts in models/README.md).
 *
 * Two alarms look at one point a period. High: `points_out` points in a row above the target; then
 * ceil(measured servers x metric / target), at least one more than those; servers that boot or warm
 * up stand in no metric and count against the goal, so a repeated alarm does not launch them twice.
 * Low: `points_in` points in a row below `low` x target; then ceil(capacity x metric / target).
 * Both lines are strict. Scale-in waits until every server has warmed up. AWS does not publish how
 * much it takes away ("gradually"): this is a model. No data ends both rows.
 */
#include "sim/scale.h"

#include <math.h>

static int64_t servers_for(int64_t servers, double metric, double target)
{
    return hr__servers_up((double)servers * metric / target);
}

static bool is_over(int64_t last, int64_t cooldown, int64_t now)
{
    return last == INT64_MIN || now - last >= cooldown;
}

static int64_t out(struct hr__scaler *scaler, const struct hr__point *point)
{
    int64_t goal = servers_for(point->measured, point->value, scaler->model->target);
    goal = goal > point->measured ? goal : point->measured + 1;
    goal = goal < scaler->max ? goal : scaler->max;
    if (goal <= point->capacity ||
        !is_over(scaler->last_out, scaler->model->cooldown_out_us, point->time))
        return point->capacity;
    scaler->last_out = point->time;
    return goal;
}

static int64_t in(struct hr__scaler *scaler, const struct hr__point *point)
{
    int64_t goal = servers_for(point->capacity, point->value, scaler->model->target);
    goal = goal > scaler->min ? goal : scaler->min;
    if (goal >= point->capacity || point->measured < point->capacity ||
        !is_over(scaler->last_in, scaler->model->cooldown_in_us, point->time))
        return point->capacity;
    scaler->last_in = point->time;
    return goal;
}

int64_t hr__scale_target_tracking(struct hr__scaler *scaler, const struct hr__point *point)
{
    const struct hr_autoscaler_model *model = scaler->model;
    bool known = !isnan(point->value);
    scaler->high = known && point->value > model->target ? scaler->high + 1 : 0;
    scaler->low = known && point->value < model->low * model->target ? scaler->low + 1 : 0;
    if (scaler->high >= model->points_out && scaler->high > 0)
        return out(scaler, point);
    if (scaler->low >= model->points_in && scaler->low > 0)
        return in(scaler, point);
    return point->capacity;
}
