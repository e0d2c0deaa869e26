/* scale_backlog.c: workers by the length of their queue, as KEDA does it (its documentation, 2.x).
 *
 * From one worker on it is the Horizontal Pod Autoscaler with an average value: ratio = messages /
 * (workers x per_server), ceil(messages / per_server) outside its tolerance. Every `poll` decides
 * between none and one: the first comes when more than `activation` messages wait, the last goes
 * when that was last so MORE than `cooldown` ago.
 */
#include "sim/scale.h"

#include <math.h>

static bool polls(struct hr__scaler *scaler, int64_t now)
{
    if (now < scaler->next_poll)
        return false;
    scaler->next_poll = now + scaler->model->backlog.poll_us;
    return true;
}

int64_t hr__scale_backlog(struct hr__scaler *scaler, const struct hr__point *point)
{
    const struct hr_backlog_model *backlog = &scaler->model->backlog;
    int64_t messages = point->waiting + (backlog->in_flight ? point->running : 0);
    bool active = messages > backlog->activation, poll = polls(scaler, point->time);
    if (active || scaler->last_active == INT64_MIN)
        scaler->last_active = point->time;
    if (point->capacity == 0)
        return active && poll ? 1 : 0;
    if (poll && backlog->to_zero && !active &&
        point->time - scaler->last_active > backlog->cooldown_us)
        return 0;
    double want = (double)messages / backlog->per_server;
    double ratio = want / (double)point->capacity;
    bool stays = fabs(ratio - 1) <= scaler->model->hpa.tolerance + 1e-9;
    return hr__hpa_settle(scaler, point, stays ? point->capacity : hr__servers_up(want));
}
