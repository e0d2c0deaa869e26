/* cost.c: from an outcome to a month's bill.
 *
 * A workload's row carries its share: instance time and fixed items by busy slot time, per-use
 * items by use. Free tiers belong to the account and enter in the (all) row, unless options say
 * otherwise; tier discounts are the account's too, so a workload is priced from the first band.
 */
#include "plan/cost.h"

#include <math.h>
#include <string.h>

#define BYTES_PER_GB 1073741824.0 /* as the providers bill: by 1024 */
/* Capacity units of a load balancer: the largest of new connections, open connections and data,
 * each averaged over the hour (Elastic Load Balancing user guide); what one unit carries stands in
 * models/assumptions.yaml. */

double hr__share_of(const struct hr__sized *sized, size_t i)
{
    const struct hr_outcome *outcome = &sized->outcome;
    if (i >= outcome->workload_count)
        return 1.0;
    if (outcome->total.invocations == 0) /* nobody used it, and yet it may cost */
        return 1.0 / (double)outcome->workload_count;
    if (outcome->total.busy > 0)
        return outcome->workloads[i].busy / outcome->total.busy;
    return (double)outcome->workloads[i].invocations / (double)outcome->total.invocations;
}

static double balancer_units(const struct hr__search *search)
{
    const struct hr__traffic *traffic = search->traffic;
    double units = 0;
    for (size_t h = 0; h < traffic->hours; h++) {
        const double connections = traffic->hour_requests[h] /
                                   search->assumptions->balancer.requests_per_connection / 3600.0;
        double open = connections * (double)search->assumptions->balancer.connection_us * 1e-6;
        double gb = traffic->hour_bytes[h] / BYTES_PER_GB;
        units += fmax(fmax(connections / search->assumptions->balancer.unit_connections_per_s,
                           open / search->assumptions->balancer.unit_active_connections),
                      gb / search->assumptions->balancer.unit_gb_per_hour);
    }
    return units;
}

static double http_billed(const struct hr__traffic *traffic)
{
    double count = 0;
    for (size_t i = 0; i < traffic->stream_count; i++)
        if (traffic->streams[i].trigger == HR_HTTP)
            count += (double)traffic->streams[i].billed;
    return count;
}

/* Arrivals of stream i in the billed span: of a part of a hybrid those that it served. */
static double billed_of(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    return (double)(sized->billed ? sized->billed[i] : search->traffic->streams[i].billed);
}

/* Share of the stream's requests that come in through what this platform pays for. */
static double front_share(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    const double all = (double)search->traffic->streams[i].billed;
    if (sized->front == HR__FRONT_NONE || all <= 0)
        return 0;
    return sized->front == HR__FRONT_WHOLE ? 1 : billed_of(search, sized, i) / all;
}

/* What one stream uses of the services by itself; m: what was measured of it. */
static void add_services(const struct hr__search *search, const struct hr__sized *sized,
                         const struct hr_measures *m, size_t i, struct hr_usage *usage)
{
    const struct hr__stream *stream = &search->traffic->streams[i];
    const double billed = billed_of(search, sized, i), share = front_share(search, sized, i);
    double starts_billed =
        m->invocations ? (double)m->cold_starts * billed / (double)m->invocations : 0;
    usage->quantity[HR_METER_LOG_GB] +=
        (billed * search->assumptions->workload.log_bytes +
         starts_billed * search->assumptions->workload.log_bytes_start) /
        BYTES_PER_GB;
    if (stream->trigger != HR_HTTP)
        return;
    double all_http = http_billed(search->traffic);
    usage->quantity[HR_METER_HTTP_CALLS] += share * (double)stream->billed;
    usage->quantity[HR_METER_EGRESS_GB] += share * stream->billed_bytes / BYTES_PER_GB;
    if (all_http > 0)
        usage->quantity[HR_METER_CAPACITY_UNIT_HOURS] +=
            share * balancer_units(search) * (double)stream->billed / all_http;
}

/* Paid by the hour whatever passes: there is a balancer when somebody calls by http. */
static void add_fixed(const struct hr__search *search, double share, struct hr_usage *usage)
{
    const struct hr__traffic *traffic = search->traffic;
    double hours = (double)(traffic->bill_to - traffic->bill_from) / (double)HR_HOUR;
    usage->quantity[HR_METER_MONTHS] += share * hours / HR_MONTH_HOURS;
    if (http_billed(traffic) > 0) {
        usage->quantity[HR_METER_BALANCER_HOURS] += share * hours;
        usage->quantity[HR_METER_IPV4_HOURS] +=
            share * hours * search->assumptions->balancer.addresses;
    }
}

/* Each server has its disk while it lives. */
static void set_disks(const struct hr__search *search, struct hr_usage *usage)
{
    usage->quantity[HR_METER_STORAGE_GB_MONTH] = usage->quantity[HR_METER_INSTANCE_HOURS] /
                                                 HR_MONTH_HOURS *
                                                 search->assumptions->balancer.disk_gb;
}

/* Of the fleet that stream i has to itself. */
static void add_alone(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                      struct hr_usage *usage)
{
    const struct hr_measures *m = &sized->outcome.workloads[i];
    const struct hr__search own = hr__search_alone(search, i);
    struct hr_usage fleet = m->usage;
    add_services(&own, sized, m, 0, &fleet);
    add_fixed(&own, 1.0, &fleet);
    set_disks(&own, &fleet);
    hr_usage_add(usage, &fleet, 1.0);
}

void hr__usage_of(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                  struct hr_usage *ret)
{
    *ret = (struct hr_usage){0};
    if (sized->alone) {
        for (size_t k = 0; k < sized->outcome.workload_count; k++)
            if (k == i || i >= sized->outcome.workload_count)
                add_alone(search, sized, k, ret);
        return;
    }
    const struct hr_outcome *outcome = &sized->outcome;
    double share = hr__share_of(sized, i);
    if (i < outcome->workload_count) {
        *ret = outcome->workloads[i].usage;
        if (sized->platform.kind != HR_FUNCTION) /* a fleet's time stands in the total */
            for (int m = 0; m < HR_METER_COUNT; m++)
                if (hr_meter_is_instance_time((enum hr_meter)m))
                    ret->quantity[m] = share * outcome->total.usage.quantity[m];
        add_services(search, sized, &outcome->workloads[i], i, ret);
    } else {
        *ret = outcome->total.usage;
        for (size_t k = 0; k < outcome->workload_count; k++)
            add_services(search, sized, &outcome->workloads[k], k, ret);
    }
    add_fixed(search, share, ret);
    if (sized->platform.kind != HR_FUNCTION)
        set_disks(search, ret);
}

bool hr__has_prices(const struct hr__sized *sized)
{
    if (!sized->parts)
        return sized->book;
    return sized->parts[HR__BASE].book && sized->parts[HR__BURST].book;
}

bool hr__bill_of(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                 struct hr_bill *ret, struct hr_error *err)
{
    *ret = (struct hr_bill){0};
    if (!sized->book)
        return true;
    struct hr_usage span, month = {0};
    const char *services[HR_PLATFORM_SERVICES];
    bool account = i >= search->traffic->stream_count;
    for (size_t s = 0; s < sized->platform.service_count; s++)
        services[s] = sized->platform.services[s];
    hr__usage_of(search, sized, i, &span);
    hr_usage_add(&month, &span, search->traffic->month_factor);
    const struct hr_bill_request request = {.scheme = sized->platform.scheme,
                                            .instance_type = sized->platform.fleet.type,
                                            .services = services,
                                            .service_count = sized->platform.service_count,
                                            .month = &month};
    const struct hr_bill_options options = {
        .free_tier = search->options->free_tier == HR_FREE_WORKLOAD ||
                     (search->options->free_tier == HR_FREE_ACCOUNT && account),
        .discount = sized->platform.discount,
        .part = !account};
    return hr_bill_make(sized->book, &request, &options, ret, err);
}

bool hr__workload_cost(const struct hr__search *search, const struct hr__sized *sized, size_t i,
                       double *ret, struct hr_error *err)
{
    struct hr_bill bill;
    if (sized->parts) {
        double base, burst;
        if (!hr__workload_cost(search, &sized->parts[HR__BASE], i, &base, err) ||
            !hr__workload_cost(search, &sized->parts[HR__BURST], i, &burst, err))
            return false;
        *ret = base + burst;
        return true;
    }
    if (!hr__bill_of(search, sized, i, &bill, err))
        return false;
    *ret = sized->book ? bill.total : NAN;
    hr_bill_clear(&bill);
    return true;
}
