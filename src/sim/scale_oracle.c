/* scale_oracle.c: an autoscaler that knows what will come: the bound that no real one passes.
 *
 * As many servers as the busiest moment needs from now until those that are launched at the next
 * look would be ready. Each is launched a boot ahead of its need, and goes as soon as none is in
 * sight.
 */
#include "headroom/sim.h"
#include "sim/scale.h"

int64_t hr__scale_oracle(struct hr__scaler *scaler, const struct hr__point *point)
{
    const uint32_t most = hr__forecast_most(scaler->forecast, point->time,
                                            point->time + scaler->ahead_us + scaler->period_us);
    return hr__servers_up((double)most / scaler->slots);
}
