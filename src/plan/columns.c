/* columns.c: the columns of a comparison's row, once, for CSV, JSON, batches and `expect:`. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "headroom/plan.h"

#define COLUMN(name, type)                                                                         \
    {                                                                                              \
#name, HR_COLUMN_##type, offsetof(struct hr_row, name)                                     \
    }
static const struct hr_column columns[] = {COLUMN(application, TEXT),
                                           COLUMN(workload, TEXT),
                                           COLUMN(platform, TEXT),
                                           COLUMN(kind, KIND),
                                           COLUMN(sizing, TEXT),
                                           COLUMN(window_s, REAL),
                                           COLUMN(billed_s, REAL),
                                           COLUMN(month_factor, REAL),
                                           COLUMN(invocations, COUNT),
                                           COLUMN(served, COUNT),
                                           COLUMN(dropped, COUNT),
                                           COLUMN(attempts, COUNT),
                                           COLUMN(throttled, COUNT),
                                           COLUMN(rejected, COUNT),
                                           COLUMN(timed_out, COUNT),
                                           COLUMN(retried, COUNT),
                                           COLUMN(duplicates, COUNT),
                                           COLUMN(cold_starts, COUNT),
                                           COLUMN(response_mean_ms, MS),
                                           COLUMN(response_p50_ms, MS),
                                           COLUMN(response_p90_ms, MS),
                                           COLUMN(response_p95_ms, MS),
                                           COLUMN(response_p99_ms, MS),
                                           COLUMN(response_p999_ms, MS),
                                           COLUMN(response_max_ms, MS),
                                           COLUMN(wait_mean_ms, MS),
                                           COLUMN(start_mean_ms, MS),
                                           COLUMN(network_mean_ms, MS),
                                           COLUMN(service_mean_ms, MS),
                                           COLUMN(target_ms, MS),
                                           COLUMN(slo_pct, REAL),
                                           COLUMN(target_met_pct, REAL),
                                           COLUMN(meets_target, YES),
                                           COLUMN(busy_slots_mean, REAL),
                                           COLUMN(busy_slots_peak, REAL),
                                           COLUMN(instances_mean, REAL),
                                           COLUMN(instances_peak, REAL),
                                           COLUMN(capacity_slot_h, REAL),
                                           COLUMN(busy_slot_h, REAL),
                                           COLUMN(starting_slot_h, REAL),
                                           COLUMN(idle_slot_h, REAL),
                                           COLUMN(utilisation_pct, REAL),
                                           COLUMN(idle_pct, REAL),
                                           COLUMN(unbilled_idle_slot_h, REAL),
                                           COLUMN(vcpu_h_paid, REAL),
                                           COLUMN(vcpu_h_used, REAL),
                                           COLUMN(cost_month_usd, USD),
                                           COLUMN(cost_per_million_usd, USD),
                                           COLUMN(idle_cost_month_usd, USD),
                                           COLUMN(cheapest, YES),
                                           COLUMN(excluded_by, TEXT),
                                           COLUMN(sizing_reason, TEXT),
                                           COLUMN(assumed, TEXT),
                                           COLUMN(replications, COUNT),
#define REPLICATED(name, type) COLUMN(name##_mean, type), COLUMN(name##_ci95, type),
                                           HR_REPLICATED(REPLICATED)
#undef REPLICATED
};
#undef COLUMN

const struct hr_column *hr_column_at(size_t i)
{
    return i < sizeof columns / sizeof columns[0] ? &columns[i] : NULL;
}

const struct hr_column *hr_column_find(const char *name)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

static const char *real_text(double value, int decimals, char *buf, size_t size)
{
    if (!isfinite(value))
        return "";
    return hr_format_fixed(buf, size, value, decimals);
}

const char *hr_column_text(const struct hr_column *column, const struct hr_row *row, char *buf,
                           size_t size)
{
    const void *at = (const char *)row + column->offset;
    switch (column->type) {
    case HR_COLUMN_TEXT:
        return *(const char *const *)at;
    case HR_COLUMN_COUNT:
        snprintf(buf, size, "%llu", (unsigned long long)*(const uint64_t *)at);
        return buf;
    case HR_COLUMN_REAL:
        return real_text(*(const double *)at, 4, buf, size);
    case HR_COLUMN_MS:
        return real_text(*(const double *)at, 3, buf, size);
    case HR_COLUMN_USD:
        return real_text(*(const double *)at, 6, buf, size);
    case HR_COLUMN_YES:
        return *(const bool *)at ? "yes" : "no";
    case HR_COLUMN_KIND:
        return hr_platform_kind_names[*(const enum hr_platform_kind *)at];
    }
    return "";
}
