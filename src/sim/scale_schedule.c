/* scale_schedule.c: scheduled scaling: so many servers from a time of the week on (UTC). */
#include "sim/scale.h"

#define WEEK     (7 * HR_DAY)
#define THURSDAY (3 * HR_DAY) /* the epoch's day, in a week that begins on Monday */

int64_t hr__scale_schedule(struct hr__scaler *scaler, const struct hr__point *point)
{
    const struct hr_schedule_model *schedule = &scaler->model->schedule;
    int64_t now = (point->time % WEEK + WEEK + THURSDAY) % WEEK;
    size_t last = schedule->count - 1; /* of the week before */
    for (size_t i = 0; i < schedule->count && schedule->all[i].at_us <= now; i++)
        last = i;
    return schedule->all[last].servers;
}
