/* size_hybrid.c: a base fleet whose overflow goes to functions, and how many servers it should
 * have.
 *
 * The functions have the sizes that they have by themselves. Each number of servers is a replay of
 * the fleet that notes what it hands over, and one of the functions that take that up. The number
 * is doubled until servers save nothing any more and halved into the interval around the best: cost
 * falls while a server takes more work from the functions than it costs, and then rises.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/cost.h"
#include "plan/sizing.h"

#define SERVERS_MAX 4096 /* a larger base is not searched for */
#define TRIES_MAX   64

struct trial {
    int64_t servers;
    size_t missing; /* workloads that miss their target */
    double usd;     /* a month, of all; NAN without prices */
    bool overflows;
};
struct hybrid_search {
    const struct hr__search *search;
    struct hr__sized *sized;
    struct trial tries[TRIES_MAX];
    size_t count, best;
    bool moves_minimum; /* a fixed base; an autoscaled one begins with one server */
};

/* ---- one replay ------------------------------------------------------------------------------ */

static bool merge_parts(struct hr__sized *sized, struct hr_error *err)
{
    struct hr_outcome burst = {0};
    hr_outcome_clear(&sized->outcome);
    return (hr_outcome_copy(&sized->parts[HR__BASE].outcome, &sized->outcome) &&
            hr_outcome_copy(&sized->parts[HR__BURST].outcome, &burst) &&
            hr_outcome_merge(&sized->outcome, &burst)) ||
           hr_fail_memory(err);
}

bool hr__replay_hybrid(const struct hr__search *search, struct hr__sized *sized,
                       struct hr_error *err)
{
    const struct hr_hybrid_model *rule = &sized->platform.hybrid;
    const size_t count = search->traffic->stream_count;
    struct hr__sized *base = &sized->parts[HR__BASE], *burst = &sized->parts[HR__BURST];
    struct hr_handed handed = {0};
    memset(burst->billed, 0, count * sizeof *burst->billed);
    const struct hr_overflow overflow = {
        .most = rule->overflow, .share = rule->share, .handed = &handed, .billed = burst->billed};
    const struct hr__passing first = {.stays = sized->stays, .overflow = &overflow};
    const struct hr__passing second = {.handed = &handed};
    bool done =
        hr__replay_part(search, base, &first, err) && hr__replay_part(search, burst, &second, err);
    hr_handed_clear(&handed);
    for (size_t i = 0; i < count; i++)
        base->billed[i] = search->traffic->streams[i].billed - burst->billed[i];
    return done && merge_parts(sized, err);
}

/* ---- how many servers ------------------------------------------------------------------------ */

static bool replay_with(const struct hybrid_search *h, int64_t servers, struct hr_error *err)
{
    struct hr_fleet_model *fleet = &h->sized->parts[HR__BASE].platform.fleet;
    fleet->servers_max = servers;
    fleet->servers_min = fleet->servers_initial = h->moves_minimum ? servers : 1;
    return hr__replay_hybrid(h->search, h->sized, err);
}

static bool better(const struct trial *a, const struct trial *b)
{
    if (a->missing != b->missing)
        return a->missing < b->missing;
    if (isfinite(a->usd) && isfinite(b->usd) && a->usd != b->usd)
        return a->usd < b->usd;
    return a->servers < b->servers;
}

static const struct trial *tried(const struct hybrid_search *h, int64_t servers)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->tries[i].servers == servers)
            return &h->tries[i];
    return NULL;
}

static bool try_servers(struct hybrid_search *h, int64_t servers, struct hr_error *err)
{
    const size_t count = h->search->traffic->stream_count;
    if (servers < 1 || h->count == TRIES_MAX || tried(h, servers))
        return true;
    struct trial trial = {.servers = servers};
    if (!replay_with(h, servers, err) ||
        !hr__workload_cost(h->search, h->sized, count, &trial.usd, err))
        return false;
    for (size_t i = 0; i < count; i++)
        trial.missing += !hr__meets(h->search, &h->sized->outcome, i);
    trial.overflows = h->sized->parts[HR__BURST].outcome.total.invocations > 0;
    h->tries[h->count] = trial;
    if (h->count == 0 || better(&trial, &h->tries[h->best]))
        h->best = h->count;
    h->count++;
    return true;
}

/* Until twice as many are no better, or nothing is left to hand over. */
static bool gallop(struct hybrid_search *h, struct hr_error *err)
{
    size_t worse = 0;
    for (int64_t servers = 1; servers <= SERVERS_MAX && worse < 2; servers *= 2) {
        if (!try_servers(h, servers, err))
            return false;
        worse = h->tries[h->best].servers == servers ? 0 : worse + 1;
        if (!tried(h, servers)->overflows)
            break;
    }
    return true;
}

static bool find_servers(struct hybrid_search *h, struct hr_error *err)
{
    if (!gallop(h, err))
        return false;
    int64_t low = h->tries[h->best].servers / 2, high = h->tries[h->best].servers * 2;
    low = low < 1 ? 1 : low;
    while (low < high && h->count + 2 <= TRIES_MAX) {
        const int64_t middle = low + (high - low) / 2;
        if (!try_servers(h, middle, err) || !try_servers(h, middle + 1, err))
            return false;
        if (better(tried(h, middle + 1), tried(h, middle)))
            low = middle + 1;
        else
            high = middle;
    }
    return true;
}

/* The search was made for traffic much like this: only its neighbours are tried. */
static bool settle_near(struct hybrid_search *h, int64_t servers, struct hr_error *err)
{
    return try_servers(h, servers, err) && try_servers(h, servers - 1, err) &&
           try_servers(h, servers + 1, err);
}

/* "3 servers are cheapest; 2 miss a target, 4 would cost $38.17 more". */
static void explain(const struct hybrid_search *h, struct hr_text *reason)
{
    const struct trial *best = &h->tries[h->best];
    const char *separator = "; ";
    if (!isfinite(best->usd)) {
        hr_text_puts(reason, "the fewest servers with which most workloads meet their target");
        return;
    }
    hr_text_printf(reason, "%lld server%s cheapest", (long long)best->servers,
                   best->servers == 1 ? " is" : "s are");
    for (int64_t servers = best->servers - 1; servers <= best->servers + 1; servers += 2) {
        const struct trial *other = tried(h, servers);
        if (!other)
            continue;
        hr_text_printf(reason, "%s%lld ", separator, (long long)servers);
        separator = ", ";
        if (other->missing > best->missing)
            hr_text_printf(reason, "miss%s a target", servers == 1 ? "es" : "");
        else
            hr_text_printf(reason, "would cost $%.2f more", other->usd - best->usd);
    }
}

/* ---- the parts ------------------------------------------------------------------------------- */

/* Sizes of the functions, as by themselves; whom they cannot serve stays on the servers. */
static bool size_burst(const struct hr__search *search, struct hr__sized *sized,
                       struct hr_error *err)
{
    struct hr__sized *burst = &sized->parts[HR__BURST];
    struct hr__search own = *search;
    own.near = search->near && search->near->parts ? &search->near->parts[HR__BURST] : NULL;
    if (!hr__size_function(&own, burst, err))
        return false;
    for (size_t i = 0; i < search->traffic->stream_count; i++)
        sized->stays[i] = *hr__unfit(search, burst, i);
    return true;
}

/* "servers=3;slots=8;function_memory=512": the base for all, the functions for each. */
static bool name_sizes(const struct hr__search *search, struct hr__sized *sized,
                       const struct hr_text *reason, struct hr_error *err)
{
    const struct hr_fleet_model *fleet = &sized->parts[HR__BASE].platform.fleet;
    struct hr_text base = {.max = 96};
    hr_text_printf(&base, "servers=%lld", (long long)fleet->servers_min);
    if (fleet->servers_max > fleet->servers_min)
        hr_text_printf(&base, "..%lld", (long long)fleet->servers_max);
    hr_text_printf(&base, ";slots=%lld", (long long)fleet->slots);
    sized->base = hr_arena_copy(&sized->arena, base.data ? base.data : "", base.len);
    sized->base_reason =
        hr_arena_copy(&sized->arena, reason->data ? reason->data : "", reason->len);
    hr_text_clear(&base);
    for (size_t i = 0; i < search->traffic->stream_count; i++) {
        const struct hr__size *burst = &sized->parts[HR__BURST].sizes[i];
        struct hr_text text = {.max = 160};
        hr_text_puts(&text, sized->base ? sized->base : "");
        if (!sized->stays[i])
            hr_text_printf(&text, ";function_memory=%.15g", burst->memory_mb);
        if (!sized->stays[i] && burst->slots > 1)
            hr_text_printf(&text, ";function_slots=%lld", (long long)burst->slots);
        sized->sizes[i] = (struct hr__size){
            .text = hr_arena_copy(&sized->arena, text.data ? text.data : "", text.len),
            .reason = sized->stays[i] ? "its functions cannot serve it" : burst->reason};
        hr_text_clear(&text);
        if (!sized->sizes[i].text || !sized->base_reason || !sized->base)
            return hr_fail_memory(err);
    }
    return true;
}

static bool prepare(const struct hr__search *search, struct hr__sized *sized, struct hr_error *err)
{
    const size_t count = search->traffic->stream_count;
    struct hr__sized *base = &sized->parts[HR__BASE], *burst = &sized->parts[HR__BURST];
    sized->sizes = hr_arena_alloc(&sized->arena, (count + 1) * sizeof *sized->sizes);
    sized->stays = hr_arena_alloc(&sized->arena, (count + 1) * sizeof *sized->stays);
    base->sizes = hr_arena_alloc(&sized->arena, (count + 1) * sizeof *base->sizes);
    base->billed = hr_arena_alloc(&sized->arena, (count + 1) * sizeof *base->billed);
    burst->billed = hr_arena_alloc(&sized->arena, (count + 1) * sizeof *burst->billed);
    if (!sized->sizes || !sized->stays || !base->sizes || !base->billed || !burst->billed)
        return hr_fail_memory(err);
    hr__fleet_slots(search, &base->platform.fleet);
    for (size_t i = 0; i < count; i++)
        base->sizes[i] = (struct hr__size){.memory_mb = base->platform.fleet.memory_mb,
                                           .vcpus = base->platform.fleet.vcpus,
                                           .slots = base->platform.fleet.slots};
    return true;
}

/* The number that its file states, with the rest of the fleet as it is. */
static bool as_stated(const struct hr__search *search, struct hr__sized *sized,
                      struct hr_text *reason, struct hr_error *err)
{
    struct hr_fleet_model *fleet = &sized->parts[HR__BASE].platform.fleet;
    if (fleet->servers_initial <= 0)
        fleet->servers_initial = fleet->servers_min;
    if (fleet->servers_max < fleet->servers_min)
        fleet->servers_max = fleet->servers_min;
    sized->fewest = fleet->servers_min;
    hr_text_puts(reason, "as the platform states");
    return hr__replay_hybrid(search, sized, err);
}

static bool search_servers(const struct hr__search *search, struct hr__sized *sized,
                           struct hr_text *reason, struct hr_error *err)
{
    struct hybrid_search h = {
        .search = search,
        .sized = sized,
        .moves_minimum = sized->parts[HR__BASE].platform.fleet.autoscaler.policy == HR_SCALE_FIXED};
    const int64_t near = search->near ? search->near->fewest : 0;
    if (!(near > 0 ? settle_near(&h, near, err) : find_servers(&h, err)))
        return false;
    sized->fewest = h.tries[h.best].servers;
    explain(&h, reason);
    return replay_with(&h, sized->fewest, err);
}

bool hr__size_hybrid(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err)
{
    struct hr_text reason = {.max = 300};
    bool done = prepare(search, ret, err) && size_burst(search, ret, err);
    done = done && (ret->parts[HR__BASE].platform.fleet.servers_min > 0
                        ? as_stated(search, ret, &reason, err)
                        : search_servers(search, ret, &reason, err));
    done = done && name_sizes(search, ret, &reason, err);
    hr_text_clear(&reason);
    return done;
}
