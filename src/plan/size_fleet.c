/* size_fleet.c: slots of a server (rule 1), how many servers (rules 2 and 3).
 *
 * A search moves one number: it gallops up by doubling until every workload does as well as servers
 * can make it do, then halves the interval until the number passes and the next smaller fails. A
 * workload whose own work takes longer than its target can never meet it; it is held to the best
 * that more servers bring it, so that it does not blow up the fleet of the others (rule 6).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/sizing.h"

#define SERVERS_MAX    4096   /* a larger fleet is not searched for */
#define BEST_TOLERANCE 0.0005 /* of attainment: as good as more servers make it */

struct fleet_search {
    const struct hr__search *search;
    struct hr__sized *sized;
    double *best;       /* attainment of each workload on the largest fleet tried */
    bool moves_minimum; /* autoscaled: the number is servers.min; else the fixed size */
    int64_t maximum;    /* of an autoscaled fleet */
    int64_t most;       /* servers.max where it is stated and the rest is auto, else SERVERS_MAX */
    int64_t near_fewest, near_minimum; /* of the search that this one is near to; 0: none */
};

static bool replay_with(struct fleet_search *f, int64_t servers, struct hr_error *err)
{
    struct hr_fleet_model *fleet = &f->sized->platform.fleet;
    fleet->servers_min = fleet->servers_initial = servers;
    fleet->servers_max = f->moves_minimum ? f->maximum : servers;
    return hr__replay_sized(f->search, f->sized, err);
}

static bool passes(const struct fleet_search *f)
{
    for (size_t i = 0; i < f->search->traffic->stream_count; i++)
        if (!hr__meets(f->search, &f->sized->outcome, i) &&
            hr__attainment(&f->sized->outcome.workloads[i]) < f->best[i] - BEST_TOLERANCE)
            return false;
    return true;
}

static bool all_meet(const struct fleet_search *f)
{
    for (size_t i = 0; i < f->search->traffic->stream_count; i++)
        if (!hr__meets(f->search, &f->sized->outcome, i))
            return false;
    return true;
}

/* Doubles from `first` until all meet, or until twice as many servers bring nobody anything. */
static bool gallop(struct fleet_search *f, int64_t first, int64_t most, int64_t *ret,
                   struct hr_error *err)
{
    const size_t count = f->search->traffic->stream_count;
    for (int64_t servers = first;; servers = servers * 2 > most ? most : servers * 2) {
        bool better = servers == first;
        if (!replay_with(f, servers, err))
            return false;
        for (size_t i = 0; i < count; i++) {
            double now = hr__attainment(&f->sized->outcome.workloads[i]);
            better = better || now > f->best[i] + BEST_TOLERANCE;
            f->best[i] = fmax(f->best[i], now);
        }
        *ret = servers;
        if (all_meet(f) || servers >= most)
            return true;
        bool queueing =
            f->sized->outcome.total.wait_sum > 0.001 * f->sized->outcome.total.service_sum;
        if (!better && !queueing)
            return true;
    }
}

/* The fewest that pass; why the next smaller does not is added to reason. `near`: what the search
 * of a traffic like this came to, or 0: the next smaller is tried first then, for it will mostly
 * fail.
 */
static bool fewest(struct fleet_search *f, int64_t most, int64_t near, int64_t *ret,
                   struct hr_text *reason, struct hr_error *err)
{
    int64_t high, low = 0; /* low fails (or is 0), high passes */
    near = near > most ? most : near;
    memset(f->best, 0, f->search->traffic->stream_count * sizeof *f->best);
    if (!gallop(f, near > 0 ? near : 1, most, &high, err))
        return false;
    while (high - low > 1) {
        int64_t middle = high == near ? high - 1 : low + (high - low) / 2;
        hr_text_clear(reason);
        if (!replay_with(f, middle, err))
            return false;
        if (passes(f))
            high = middle;
        else
            low = middle;
    }
    *ret = high;
    if (low == 0 || f->search->near)
        return true;
    if (!replay_with(f, low, err)) /* the next smaller, for its reason */
        return false;
    hr_text_printf(reason, "%lld server%s miss%s: ", (long long)low, low == 1 ? "" : "s",
                   low == 1 ? "es" : "");
    hr__worst_miss(f->search, &f->sized->outcome, reason);
    return true;
}

void hr__fleet_slots(const struct hr__search *search, struct hr_fleet_model *fleet)
{
    double weighted = 0, total = 0, working_set = 0;
    for (size_t i = 0; i < search->traffic->stream_count; i++) {
        const struct hr__stream *stream = &search->traffic->streams[i];
        weighted += stream->cpu_bound * stream->service_sum_us;
        total += stream->service_sum_us;
        working_set = fmax(working_set, stream->memory_used_mb);
    }
    if (fleet->slots <= 0)
        fleet->slots =
            hr__auto_slots(fleet->vcpus, fleet->memory_mb, total > 0 ? weighted / total : 0,
                           working_set, search->assumptions);
}

static bool any_http(const struct hr__traffic *traffic)
{
    for (size_t i = 0; i < traffic->stream_count; i++)
        if (traffic->streams[i].trigger == HR_HTTP)
            return true;
    return false;
}

/* Rule 2: fewest + spare, at least 2 for http. */
static bool size_fixed(struct fleet_search *f, char *text, size_t size, struct hr_text *reason,
                       struct hr_error *err)
{
    const struct hr_assumptions *a = f->search->assumptions;
    struct hr_fleet_model *fleet = &f->sized->platform.fleet;
    int64_t few;
    if (!fewest(f, f->most, f->near_fewest, &few, reason, err))
        return false;
    f->sized->fewest = few;
    int64_t least = any_http(f->search->traffic) ? a->sizing.http_servers_min : 1;
    int64_t servers = few + a->sizing.spare;
    servers = servers < least ? least : servers;
    servers = servers > f->most ? f->most : servers;
    if (reason->len == 0)
        hr_text_puts(reason, "one server is enough");
    hr_text_printf(reason, "; %lld spare; sized with hindsight", (long long)(servers - few));
    snprintf(text, size, "servers=%lld+%lld;slots=%lld", (long long)few, (long long)(servers - few),
             (long long)fleet->slots);
    return replay_with(f, servers, err);
}

/* Rule 3: max = 4 x the fewest of rule 2; min = the fewest that meet the targets. */
static bool size_autoscaled(struct fleet_search *f, char *text, size_t size, struct hr_text *reason,
                            struct hr_error *err)
{
    const struct hr_assumptions *a = f->search->assumptions;
    struct hr_fleet_model *fleet = &f->sized->platform.fleet;
    const struct hr_autoscaler_model scaler = fleet->autoscaler;
    struct hr_text ignored = {.max = 400};
    int64_t few, minimum;
    fleet->autoscaler.policy = HR_SCALE_FIXED;
    bool found = fewest(f, f->most, f->near_fewest, &few, &ignored, err);
    hr_text_clear(&ignored);
    fleet->autoscaler = scaler;
    if (!found)
        return false;
    f->sized->fewest = few;
    f->moves_minimum = true;
    f->maximum =
        f->most < SERVERS_MAX ? f->most : (int64_t)ceil(a->sizing.servers_max_factor * (double)few);
    if (!fewest(f, few, f->near_minimum, &minimum, reason, err))
        return false;
    f->sized->minimum = minimum;
    if (reason->len == 0)
        hr_text_puts(reason, "a minimum of one server is enough");
    snprintf(text, size, "servers=%lld..%lld;slots=%lld", (long long)minimum, (long long)f->maximum,
             (long long)fleet->slots);
    return replay_with(f, minimum, err);
}

/* servers_max of an autoscaled fleet whose minimum is stated. */
static bool most_by_rule_3(struct fleet_search *f, struct hr_error *err)
{
    struct hr_fleet_model *fleet = &f->sized->platform.fleet;
    const struct hr_fleet_model stated = *fleet;
    struct hr_text ignored = {.max = 400};
    int64_t few = 1;
    fleet->autoscaler.policy = HR_SCALE_FIXED;
    bool found = fewest(f, f->most, f->near_fewest, &few, &ignored, err);
    hr_text_clear(&ignored);
    *fleet = stated;
    f->sized->fewest = few;
    fleet->servers_max =
        (int64_t)ceil(f->search->assumptions->sizing.servers_max_factor * (double)few);
    return found;
}

static bool as_stated(struct fleet_search *f, char *text, size_t size, struct hr_text *reason,
                      struct hr_error *err)
{
    struct hr_fleet_model *fleet = &f->sized->platform.fleet;
    if (fleet->servers_initial <= 0)
        fleet->servers_initial = fleet->servers_min;
    if (fleet->servers_max <= 0 && fleet->autoscaler.policy != HR_SCALE_FIXED &&
        !most_by_rule_3(f, err)) /* a minimum alone is stated: the maximum is still ours to find */
        return false;
    if (fleet->servers_max < fleet->servers_min)
        fleet->servers_max = fleet->servers_min;
    if (fleet->servers_min == fleet->servers_max)
        snprintf(text, size, "servers=%lld;slots=%lld", (long long)fleet->servers_min,
                 (long long)fleet->slots);
    else
        snprintf(text, size, "servers=%lld..%lld;slots=%lld", (long long)fleet->servers_min,
                 (long long)fleet->servers_max, (long long)fleet->slots);
    hr_text_puts(reason, "as the platform states");
    return hr__replay_sized(f->search, f->sized, err);
}

bool hr__size_fleet(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err)
{
    struct hr_fleet_model *fleet = &ret->platform.fleet;
    size_t count = search->traffic->stream_count;
    struct fleet_search f = {.search = search, .sized = ret, .most = SERVERS_MAX};
    struct hr_text reason = {.max = 600};
    char text[96];
    if (search->near) {
        f.near_fewest = search->near->fewest;
        f.near_minimum = search->near->minimum;
    }
    f.best = calloc(count, sizeof *f.best);
    ret->sizes = hr_arena_alloc(&ret->arena, count * sizeof *ret->sizes);
    if (!f.best || !ret->sizes) {
        free(f.best);
        return hr_fail_memory(err);
    }
    hr__fleet_slots(search, fleet);
    for (size_t i = 0; i < count; i++)
        ret->sizes[i] = (struct hr__size){
            .memory_mb = fleet->memory_mb, .vcpus = fleet->vcpus, .slots = fleet->slots};
    bool stated = fleet->servers_min > 0;
    if (fleet->servers_max > 0 && fleet->servers_max < SERVERS_MAX)
        f.most = fleet->servers_max;
    bool fixed = fleet->autoscaler.policy == HR_SCALE_FIXED;
    bool done = stated  ? as_stated(&f, text, sizeof text, &reason, err)
                : fixed ? size_fixed(&f, text, sizeof text, &reason, err)
                        : size_autoscaled(&f, text, sizeof text, &reason, err);
    const char *kept_text = done ? hr_arena_copy(&ret->arena, text, strlen(text)) : NULL;
    const char *kept_reason =
        done ? hr_arena_copy(&ret->arena, reason.data ? reason.data : "", reason.len) : NULL;
    for (size_t i = 0; i < count; i++) {
        ret->sizes[i].text = kept_text;
        ret->sizes[i].reason = kept_reason;
    }
    hr_text_clear(&reason);
    free(f.best);
    return done && ((kept_text && kept_reason) || hr_fail_memory(err));
}
