/* scale_step.c: AWS step scaling (EC2 Auto Scaling user guide).
 *
 * Two alarms look at one point a period. High: `points_out` points in a row at or above the line;
 * the step is chosen by metric - line, its lower bound inclusive, its upper one exclusive, and adds
 * its share of the servers IN SERVICE; those that boot or warm up count against that goal, so a
 * repeated alarm does not stack. Low: the mirror image, once all have warmed up. A share of a
 * server counts as one, above one it is rounded down; `at_least` is the smallest move. No data ends
 * both rows.
 */
#include "sim/scale.h"

#include <math.h>

static int64_t move(const struct hr_step *steps, size_t count, double beyond, int64_t servers,
                    int64_t at_least)
{
    size_t step = 0;
    while (step + 1 < count && beyond >= steps[step + 1].from - 1e-9)
        step++;
    if (beyond < steps[step].from - 1e-9)
        return 0;
    int64_t by = (int64_t)(steps[step].by * (double)servers + 1e-9);
    return by > at_least ? by : at_least;
}

int64_t hr__scale_step(struct hr__scaler *scaler, const struct hr__point *point)
{
    const struct hr_step_model *step = &scaler->model->step;
    bool known = !isnan(point->value);
    scaler->high = known && point->value >= step->above ? scaler->high + 1 : 0;
    scaler->low = known && step->in_count > 0 && point->value <= step->below ? scaler->low + 1 : 0;
    int64_t goal = point->capacity;
    if (scaler->high > 0 && scaler->high >= scaler->model->points_out) {
        goal = point->measured + move(step->out, step->out_count, point->value - step->above,
                                      point->measured, step->at_least);
        goal = goal > point->capacity ? goal : point->capacity;
    } else if (scaler->low > 0 && scaler->low >= scaler->model->points_in &&
               point->measured == point->capacity) {
        goal -= move(step->in, step->in_count, step->below - point->value, point->capacity,
                     step->at_least);
    }
    return goal;
}
