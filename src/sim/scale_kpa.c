/* scale_kpa.c: the Knative Pod Autoscaler (knative/serving, pkg/autoscaler/scaling/autoscaler.go).
 *
 * Every tick: invocations that wait or run, averaged over the stable and the panic window, divided
 * by target x slots and rounded up; both kept between ready / rate_in (rounded down) and
 * rate_out x ready (rounded up). Panic begins, or begins anew, when the panic window wants
 * `threshold` times the ready ones, and ends once the last such tick is more than a stable window
 * old; while it lasts the highest decision holds. The last server goes when none has been wanted
 * for `grace`.
 */
#include "sim/scale.h"

#include <math.h>

static double between(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* Whole servers for so many invocations. */
static double servers_for(const struct hr__scaler *scaler, double invocations)
{
    return (double)hr__servers_up(invocations / (scaler->model->target * scaler->slots));
}

static int64_t last_goes(struct hr__scaler *scaler, int64_t now, int64_t want)
{
    if (want > 0) {
        scaler->zero_since = INT64_MIN;
        return want;
    }
    if (scaler->zero_since == INT64_MIN)
        scaler->zero_since = now;
    return now - scaler->zero_since >= scaler->model->kpa.grace_us ? 0 : 1;
}

int64_t hr__kpa_decide(struct hr__scaler *scaler, const struct hr__point *point, double stable,
                       double panic)
{
    const struct hr_kpa_model *kpa = &scaler->model->kpa;
    double ready = point->ready > 0 ? (double)point->ready : 1;
    double low = floor(ready / kpa->rate_in), high = ceil(kpa->rate_out * ready);
    double by_panic = servers_for(scaler, panic);
    int64_t want = (int64_t)between(servers_for(scaler, stable), low, high);
    if (by_panic / ready >= kpa->threshold) {
        scaler->panic_since = point->time;
    } else if (scaler->panic_since != INT64_MIN &&
               point->time > scaler->panic_since + kpa->stable_us) {
        scaler->panic_since = INT64_MIN;
        scaler->panic_peak = 0;
    }
    if (scaler->panic_since != INT64_MIN) {
        int64_t most = (int64_t)between(by_panic, low, high);
        want = want > most ? want : most;
        want = want > scaler->panic_peak ? want : scaler->panic_peak;
        scaler->panic_peak = want;
    }
    return last_goes(scaler, point->time, want);
}

/* Mean of the ticks inside the window. */
static double mean(const struct hr__said *ticks, int64_t since)
{
    size_t n = hr__said_after(ticks, since);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += hr__said_last(ticks, i);
    return n ? sum / (double)n : 0;
}

int64_t hr__scale_kpa(struct hr__scaler *scaler, const struct hr__point *point)
{
    const struct hr_kpa_model *kpa = &scaler->model->kpa;
    hr__say(&scaler->recommended, point->time, point->demand);
    return hr__kpa_decide(scaler, point, mean(&scaler->recommended, point->time - kpa->stable_us),
                          mean(&scaler->recommended, point->time - kpa->panic_us));
}
