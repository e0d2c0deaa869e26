/* platform.c: platform files, as design.md section 8 lays them down.
 *
 * The tables below are the contract of `models/platforms`: a key that stands in none of them is an
 * error with its place. Defaults that are figures come from models/assumptions.yaml.
 */
#include "model/read.h"

#include <ctype.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define FUNCTIONS    (1u << HR_FUNCTION)
#define FLEETS       (1u << HR_FLEET)
#define HYBRIDS      (1u << HR_HYBRID)

const char *const hr_platform_kind_names[] = {"function", "fleet", "hybrid", NULL};
const char *const hr_discipline_names[] = {"slots", "sharing", NULL};
const char *const hr_place_names[] = {"fullest", "least-loaded", NULL};
const char *const hr_reuse_names[] = {"recent", "least-recent", "newest", "oldest", "random", NULL};
const char *const hr_balancer_names[] = {"round-robin", "random",       "least-outstanding",
                                         "two-choices", "shared-queue", NULL};
const char *const hr_autoscaler_policy_names[] = {
    "fixed", "target-tracking", "step", "schedule", "hpa", "kpa", "backlog", "oracle", NULL};
const char *const hr_metric_names[] = {"cpu", "slots", NULL};
const char *const hr_keep_alive_names[] = {"fixed", "distribution", "histogram", "pressure", NULL};
const char *const hr_evict_names[] = {"greedy-dual", "lru", NULL};

/* ---- function ---------------------------------------------------------------------------- */

/* refuse | {queue: 10 s} */
static bool read_on_limit(const struct hr_node *node, const struct hr_reading *reading,
                          void *target, struct hr_error *err)
{
    struct hr_function_model *function = target;
    if (node->type == HR_NODE_SCALAR && strcmp(node->text, "refuse") == 0) {
        function->on_limit = HR_LIMIT_REFUSE;
        function->queue_us = 0;
        return true;
    }
    const struct hr_node *queue = hr_node_get(node, "queue");
    if (queue && node->count == 1 && queue->type == HR_NODE_SCALAR &&
        hr_parse_duration(queue->text, queue->len, &function->queue_us)) {
        function->on_limit = HR_LIMIT_QUEUE;
        return true;
    }
    return hr_node_fail(queue ? queue : node, err,
                        "%s: expected `refuse` or a longest wait such as `{queue: 10 s}`",
                        reading->prefix);
}

#define AT(member) offsetof(struct hr_function_model, member)
static const struct hr_field keep_alive_fields[] = {
    {.key = "policy",
     .type = HR_FIELD_NAME,
     .offset = AT(keep_alive),
     .names = hr_keep_alive_names,
     .about = "how the platform decides to keep an idle instance"},
    {.key = "time",
     .type = HR_FIELD_DURATION,
     .offset = AT(keep_alive_us),
     .about = "fixed: how long an idle instance is kept, such as `600 s`; 0 s: not at all"},
    {.key = "distribution",
     .type = HR_FIELD_DIST,
     .offset = AT(keep_alive_dist),
     .about = "distribution: of how long, drawn each time an instance begins to rest"},
    {.key = "range",
     .type = HR_FIELD_DURATION,
     .offset = AT(histogram.range_us),
     .about = "histogram: the longest idle time it holds, such as `4 h`"},
    {.key = "bin",
     .type = HR_FIELD_DURATION,
     .offset = AT(histogram.bin_us),
     .about = "histogram: the width of its bins, such as `1 min`"},
    {.key = "head",
     .type = HR_FIELD_FRACTION,
     .offset = AT(histogram.head),
     .max = 1,
     .about = "histogram: percentile of idle times at which an instance is loaded again"},
    {.key = "tail",
     .type = HR_FIELD_FRACTION,
     .offset = AT(histogram.tail),
     .max = 1,
     .about = "histogram: percentile of idle times up to which it is kept"},
    {.key = "margin",
     .type = HR_FIELD_FRACTION,
     .offset = AT(histogram.margin),
     .max = 1,
     .about = "histogram: what is added to both ends of that window"},
    {.key = "cv",
     .type = HR_FIELD_NUMBER,
     .offset = AT(histogram.cv),
     .about = "histogram: coefficient of variation of its bins above which it counts"},
    {.key = "samples",
     .type = HR_FIELD_INTEGER,
     .offset = AT(histogram.samples),
     .min = 1,
     .max = 1000000,
     .about = "histogram: idle times before it counts"},
    {.key = "host_memory",
     .type = HR_FIELD_SIZE,
     .offset = AT(host_memory_mb),
     .min = 1,
     .about = "pressure: memory that all instances share"},
    {.key = "evict",
     .type = HR_FIELD_NAME,
     .offset = AT(evict),
     .names = hr_evict_names,
     .about = "pressure: which idle instance goes first"},
};
static const struct hr_schema keep_alive_schema = {keep_alive_fields, COUNT(keep_alive_fields)};

static const struct hr_field launch_rate_fields[] = {
    {.key = "burst",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = AT(launch_burst),
     .min = 1,
     .about = "new instances that a function may start at once"},
    {.key = "per_second",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = AT(launches_per_second),
     .about = "new instances a second after that"},
};
static const struct hr_schema launch_rate_schema = {launch_rate_fields, COUNT(launch_rate_fields)};

static const struct hr_field async_fields[] = {
    {.key = "attempts",
     .type = HR_FIELD_INTEGER,
     .required = true,
     .offset = AT(async.attempts),
     .min = 1,
     .max = 1000,
     .about = "runs of one event that may fail before it is dropped, the first included"},
    {.key = "delay",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(async.delay_us),
     .about = "from the first failed run to the next attempt; doubled for each one after"},
    {.key = "refused_delay",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(async.refused_us),
     .min = 1,
     .about = "from the first refusal to the next attempt; doubled for each one after"},
    {.key = "refused_delay_max",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(async.refused_most_us),
     .min = 1,
     .about = "longest delay after a refusal"},
    {.key = "max_age",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(async.max_age_us),
     .about = "age at which an event is dropped"},
    {.key = "duplicates",
     .type = HR_FIELD_FRACTION,
     .offset = AT(async_duplicates),
     .max = 1,
     .about = "share of events that are delivered twice without an error"},
};
static const struct hr_schema async_schema = {async_fields, COUNT(async_fields)};

static const struct hr_field function_fields[] = {
    {.key = "memory",
     .type = HR_FIELD_SIZE,
     .required = true,
     .offset = AT(memory_mb),
     .min = 1,
     .word = "auto",
     .about = "memory of an instance: `auto` or a size such as `512 MB`"},
    {.key = "memory_min",
     .type = HR_FIELD_SIZE,
     .offset = AT(memory_min_mb),
     .min = 1,
     .about = "smallest memory the platform offers"},
    {.key = "memory_max",
     .type = HR_FIELD_SIZE,
     .offset = AT(memory_max_mb),
     .min = 1,
     .about = "largest memory the platform offers"},
    {.key = "memory_per_vcpu",
     .type = HR_FIELD_SIZE,
     .offset = AT(mb_per_vcpu),
     .min = 1,
     .about = "memory that comes with one vCPU where vcpus is auto"},
    {.key = "vcpus",
     .type = HR_FIELD_NUMBER,
     .offset = AT(vcpus),
     .min = 0.001,
     .max = 4096,
     .word = "auto",
     .about = "vCPUs of an instance"},
    {.key = "per_instance",
     .type = HR_FIELD_INTEGER,
     .offset = AT(per_instance),
     .min = 1,
     .max = HR_SLOTS_MAX,
     .word = "auto",
     .about = "concurrent invocations of one instance"},
    {.key = "discipline",
     .type = HR_FIELD_NAME,
     .offset = AT(discipline),
     .names = hr_discipline_names,
     .about = "whether invocations slow each other down"},
    {.key = "place",
     .type = HR_FIELD_NAME,
     .offset = AT(place),
     .names = hr_place_names,
     .about = "which instance with a free slot takes an invocation"},
    {.key = "reuse",
     .type = HR_FIELD_NAME,
     .offset = AT(reuse),
     .names = hr_reuse_names,
     .about = "which idle instance takes an invocation"},
    {.key = "join_starting",
     .type = HR_FIELD_YES,
     .offset = AT(join_starting),
     .about = "whether an arrival may wait for a starting instance"},
    {.key = "keep_alive",
     .type = HR_FIELD_MAP,
     .map = &keep_alive_schema,
     .about = "how long an idle instance is kept"},
    {.key = "cold_start",
     .type = HR_FIELD_READ,
     .offset = AT(start),
     .read = hr__start_read,
     .about = "time a new instance needs before its first invocation: a distribution, or stages"},
    {.key = "time_limit",
     .type = HR_FIELD_DURATION,
     .offset = AT(time_limit_us),
     .min = 1,
     .word = "none",
     .about = "longest run of an invocation"},
    {.key = "concurrency_limit",
     .type = HR_FIELD_INTEGER,
     .offset = AT(concurrency_limit),
     .min = 1,
     .word = "none",
     .about = "invocations in progress that the account allows"},
    {.key = "on_limit",
     .type = HR_FIELD_READ,
     .read = read_on_limit,
     .about = "what happens at the concurrency limit"},
    {.key = "requests_per_second",
     .type = HR_FIELD_NUMBER,
     .offset = AT(requests_per_second),
     .min = 1,
     .word = "none",
     .about = "requests a second that the account allows"},
    {.key = "launch_rate",
     .type = HR_FIELD_MAP,
     .map = &launch_rate_schema,
     .about = "how fast a function may start instances: `{burst: 1000, per_second: 100}`"},
    {.key = "reserved_concurrency",
     .type = HR_FIELD_INTEGER,
     .offset = AT(reserved_concurrency),
     .min = 1,
     .word = "none",
     .about = "concurrency carved out of the account's for each function, and its ceiling"},
    {.key = "provisioned",
     .type = HR_FIELD_INTEGER,
     .offset = AT(provisioned),
     .max = HR_SLOTS_MAX,
     .word = "none",
     .about = "instances of each function kept initialised and paid for"},
    {.key = "provisioned_granularity",
     .type = HR_FIELD_DURATION,
     .offset = AT(provisioned_granularity_us),
     .about = "what the paid time of provisioned instances is rounded up to"},
    {.key = "provisioning",
     .type = HR_FIELD_MAP,
     .offset = AT(provisioning),
     .map = &hr__provisioning_schema,
     .about = "how instances kept initialised come about, and who decides how many"},
    {.key = "async",
     .type = HR_FIELD_MAP,
     .map = &async_schema,
     .about = "how events that nobody waits for are attempted again"},
    {.key = "schedule",
     .type = HR_FIELD_MAP,
     .map = &hr__schedule_schema,
     .about = "how what a schedule starts differs from other events"},
    {.key = "queue",
     .type = HR_FIELD_MAP,
     .map = &hr__queue_schema,
     .about = "how messages of a queue become invocations"},
    {.key = "stream",
     .type = HR_FIELD_MAP,
     .map = &hr__stream_schema,
     .about = "how records of a stream become invocations"},
    {.key = "payload",
     .type = HR_FIELD_MAP,
     .map = &hr__payload_schema,
     .about = "how large what an invocation takes or gives may be"},
};
#undef AT
static const struct hr_schema function_schema = {function_fields, COUNT(function_fields)};

/* ---- the file ---------------------------------------------------------------------------- */

static bool read_services(const struct hr_node *node, const struct hr_reading *reading,
                          void *target, struct hr_error *err)
{
    struct hr_platform *platform = target;
    const size_t longest = sizeof platform->services[0] - 1;
    if (node->type != HR_NODE_LIST)
        return hr_node_fail(node, err, "%s: expected a list such as `[alb, cloudwatch-logs]`",
                            reading->prefix);
    platform->service_count = 0;
    for (const struct hr_node *item = node->first; item; item = item->next) {
        if (item->type != HR_NODE_SCALAR || item->len == 0 || item->len > longest)
            return hr_node_fail(item, err, "%s: expected a service's name of 1 to %zu bytes",
                                reading->prefix, longest);
        if (platform->service_count == HR_PLATFORM_SERVICES)
            return hr_node_fail(item, err, "%s: expected at most %d services", reading->prefix,
                                HR_PLATFORM_SERVICES);
        memcpy(platform->services[platform->service_count++], item->text, item->len + 1);
    }
    return true;
}

/* An id goes into CSV cells, `--only a,b` and `ID:as-recorded`. */
static bool read_id(const struct hr_node *node, const struct hr_reading *reading, void *target,
                    struct hr_error *err)
{
    struct hr_platform *platform = target;
    bool good = node->type == HR_NODE_SCALAR && node->len > 0 && node->len < sizeof platform->id;
    for (size_t i = 0; good && i < node->len; i++)
        good = isalnum((unsigned char)node->text[i]) || strchr("-_.", node->text[i]);
    if (!good)
        return hr_node_fail(node, err,
                            "%s: expected a name of letters, digits, `-`, `_` and `.`, at most %zu "
                            "of them%s%s%s",
                            reading->prefix, sizeof platform->id - 1, node->len ? ", found `" : "",
                            node->text, node->len ? "`" : "");
    memcpy(platform->id, node->text, node->len + 1);
    return true;
}

#define AT(member)   offsetof(struct hr_platform, member)
#define ROOM(member) sizeof((struct hr_platform *)0)->member
static const struct hr_field price_fields[] = {
    {.key = "book",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(book),
     .size = ROOM(book),
     .about = "the price book, such as `aws-us-east-1`"},
    {.key = "scheme",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(scheme),
     .size = ROOM(scheme),
     .about = "the book's scheme, such as `lambda-x86`"},
    {.key = "discount",
     .type = HR_FIELD_FRACTION,
     .offset = AT(discount),
     .max = 1,
     .about = "share taken off the bill"},
};
static const struct hr_schema price_schema = {price_fields, COUNT(price_fields)};

static const struct hr_field platform_fields[] = {
    {.key = "platform",
     .type = HR_FIELD_READ,
     .required = true,
     .read = read_id,
     .about = "the platform's name, such as `my-fleet`"},
    {.key = "kind",
     .type = HR_FIELD_NAME,
     .required = true,
     .offset = AT(kind),
     .names = hr_platform_kind_names,
     .about = "expected one of function, fleet, hybrid"},
    {.key = "title", .type = HR_FIELD_TEXT, .offset = AT(title), .size = ROOM(title)},
    {.key = "as_of", .type = HR_FIELD_DATE, .offset = AT(as_of), .size = ROOM(as_of)},
    {.key = "sources", .type = HR_FIELD_ANY},
    {.key = "default",
     .type = HR_FIELD_YES,
     .offset = AT(by_default),
     .about = "whether it stands in comparisons that name no platforms"},
    {.key = "function",
     .type = HR_FIELD_MAP,
     .required = true,
     .offset = AT(function),
     .kinds = FUNCTIONS,
     .map = &function_schema,
     .about = "what a function instance is like"},
    {.key = "fleet",
     .type = HR_FIELD_MAP,
     .required = true,
     .offset = AT(fleet),
     .kinds = FLEETS,
     .map = &hr__fleet_schema,
     .about = "what the servers are like"},
    {.key = "hybrid",
     .type = HR_FIELD_MAP,
     .required = true,
     .offset = AT(hybrid),
     .kinds = HYBRIDS,
     .map = &hr__hybrid_schema,
     .about = "which fleet, and which functions take its overflow"},
    {.key = "network",
     .type = HR_FIELD_DIST,
     .offset = AT(network),
     .kinds = FUNCTIONS | FLEETS,
     .about = "what gateway or balancer add to a response"},
    {.key = "state",
     .type = HR_FIELD_DIST,
     .offset = AT(state),
     .kinds = FUNCTIONS | FLEETS,
     .about = "one access of the work to its state store: a cache, a table, an object"},
    {.key = "services",
     .type = HR_FIELD_READ,
     .kinds = FUNCTIONS | FLEETS,
     .read = read_services,
     .about = "services of the price book that are paid beside"},
    {.key = "prices",
     .type = HR_FIELD_MAP,
     .kinds = FUNCTIONS | FLEETS,
     .map = &price_schema,
     .about = "book and scheme"},
};
#undef AT
#undef ROOM
static const struct hr_schema platform_schema = {platform_fields, COUNT(platform_fields)};

static void set_defaults(struct hr_platform *platform, const struct hr_assumptions *assumptions)
{
    struct hr_function_model *function = &platform->function;
    function->memory_min_mb = assumptions->function.memory_min_mb;
    function->memory_max_mb = assumptions->function.memory_max_mb;
    function->mb_per_vcpu = assumptions->function.mb_per_vcpu;
    function->keep_alive_us = assumptions->function.keep_alive_us;
    function->start.cpu_bound = assumptions->function.init_cpu_bound;
    function->per_instance = 1;
    function->stream.retries = -1;
    platform->by_default = true;
    platform->state = assumptions->state;
    platform->fleet.queue_limit = -1;
    platform->fleet.balancer = HR_LEAST_OUTSTANDING;
    function->provisioning.autoscaler = assumptions->autoscaler;
    function->provisioning.autoscaler.policy = HR_SCALE_FIXED;
    platform->fleet.autoscaler = assumptions->autoscaler;
    platform->fleet.autoscaler.policy = HR_SCALE_FIXED;
}

/* Slots that are not one share their instance's vCPUs, unless the file says otherwise. */
static void settle_defaults(const struct hr_tree *tree, struct hr_platform *platform)
{
    struct hr_fleet_model *fleet = &platform->fleet;
    if (!hr_tree_find(tree, "function.discipline"))
        platform->function.discipline =
            platform->function.per_instance == 1 ? HR_SLOTS : HR_SHARING;
    if (!hr_tree_find(tree, "fleet.discipline"))
        fleet->discipline = fleet->slots == 1 ? HR_SLOTS : HR_SHARING;
    if (fleet->servers_max == 0 && fleet->autoscaler.policy == HR_SCALE_FIXED)
        fleet->servers_max = fleet->servers_initial > fleet->servers_min ? fleet->servers_initial
                                                                         : fleet->servers_min;
    if (fleet->servers_initial == 0)
        fleet->servers_initial = fleet->servers_min;
}

static bool fail_key(const struct hr_tree *tree, const char *dotted, struct hr_error *err,
                     const char *sentence)
{
    const struct hr_node *node = hr_tree_find(tree, dotted);
    return hr_node_fail(node ? node : hr_tree_root(tree), err, "%s: %s", dotted, sentence);
}

/* Each policy has keys that it cannot do without. */
static bool check_keep_alive(const struct hr_tree *tree, const struct hr_function_model *function,
                             struct hr_error *err)
{
    static const struct {
        enum hr_keep_alive_policy policy;
        const char *key;
    } needed[] = {
        {HR_KEEP_FIXED, "time"},        {HR_KEEP_DISTRIBUTION, "distribution"},
        {HR_KEEP_HISTOGRAM, "range"},   {HR_KEEP_HISTOGRAM, "bin"},
        {HR_KEEP_HISTOGRAM, "head"},    {HR_KEEP_HISTOGRAM, "tail"},
        {HR_KEEP_HISTOGRAM, "margin"},  {HR_KEEP_HISTOGRAM, "cv"},
        {HR_KEEP_HISTOGRAM, "samples"}, {HR_KEEP_PRESSURE, "host_memory"},
    };
    const struct hr_node *node = hr_tree_find(tree, "function.keep_alive");
    for (size_t i = 0; node && i < COUNT(needed); i++)
        if (needed[i].policy == function->keep_alive && !hr_node_get(node, needed[i].key))
            return hr_node_fail(node, err, "function.keep_alive.%s: is missing; policy %s needs it",
                                needed[i].key, hr_keep_alive_names[function->keep_alive]);
    const struct hr_histogram_model *h = &function->histogram;
    if (function->keep_alive != HR_KEEP_HISTOGRAM)
        return true;
    if (h->bin_us < 1 || h->range_us < h->bin_us || h->range_us / h->bin_us > 100000)
        return fail_key(tree, "function.keep_alive.bin", err,
                        "expected 1 to 100,000 bins in function.keep_alive.range");
    if (h->head >= h->tail)
        return fail_key(tree, "function.keep_alive.head", err,
                        "expected less than function.keep_alive.tail");
    return true;
}

bool hr_function_can_provision(const struct hr_function_model *function)
{
    return function->per_instance == 1 && function->discipline == HR_SLOTS &&
           function->reuse == HR_REUSE_RECENT && !function->join_starting &&
           function->on_limit == HR_LIMIT_REFUSE && function->keep_alive == HR_KEEP_FIXED &&
           !function->start.restores;
}

static bool check_limits(const struct hr_tree *tree, const struct hr_function_model *function,
                         struct hr_error *err)
{
    int64_t limit = function->concurrency_limit, reserved = function->reserved_concurrency;
    bool queues = function->on_limit == HR_LIMIT_QUEUE;
    if (limit > 0 && reserved > limit)
        return fail_key(tree, "function.reserved_concurrency", err,
                        "is above function.concurrency_limit");
    if (reserved > 0 && queues)
        return fail_key(tree, "function.reserved_concurrency", err,
                        "expected function.on_limit refuse beside it");
    if (!hr__provisioning_check(tree, function, err))
        return false;
    if (function->provisioned == 0)
        return true;
    if ((reserved > 0 && function->provisioned > reserved) ||
        (limit > 0 && function->provisioned > limit))
        return fail_key(tree, "function.provisioned", err,
                        "is above the concurrency that the function may have");
    if (!hr_function_can_provision(function))
        return fail_key(tree, "function.provisioned", err,
                        "expected one slot an instance, reuse recent, join_starting no, on_limit "
                        "refuse, a fixed keep_alive and no cold_start.restore beside it");
    return true;
}

/* What no single key can tell. */
static bool check_together(const struct hr_tree *tree, const struct hr_platform *platform,
                           struct hr_error *err)
{
    const struct hr_function_model *function = &platform->function;
    const struct hr_fleet_model *fleet = &platform->fleet;
    if (platform->kind == HR_HYBRID)
        return hr__hybrid_check(tree, &platform->hybrid, err);
    if (platform->kind == HR_FUNCTION && function->memory_min_mb > function->memory_max_mb)
        return fail_key(tree, "function.memory_min", err, "is above function.memory_max");
    if (platform->kind == HR_FUNCTION &&
        !(check_keep_alive(tree, function, err) && check_limits(tree, function, err) &&
          hr__trigger_check(tree, function, err)))
        return false;
    if (platform->kind == HR_FUNCTION)
        return true;
    const struct hr_node *scaler = hr_tree_find(tree, "fleet.autoscaler");
    if (scaler && !hr_node_get(scaler, "policy"))
        return hr_node_fail(scaler, err,
                            "fleet.autoscaler.policy: is missing; fixed, target-tracking, step, "
                            "schedule, hpa, kpa, backlog or oracle");
    if (scaler && !hr__autoscaler_check(scaler, &fleet->autoscaler, err))
        return false;
    if (fleet->slow_start_us > 0 && fleet->balancer != HR_ROUND_ROBIN)
        return fail_key(tree, "fleet.slow_start", err,
                        "expected fleet.balancer round-robin beside it");
    if (fleet->baseline > 0 && fleet->discipline != HR_SHARING)
        return fail_key(tree, "fleet.credits", err, "expected fleet.discipline sharing beside it");
    if (fleet->servers_max > 0 && fleet->servers_min > fleet->servers_max)
        return fail_key(tree, "fleet.servers.min", err, "is above fleet.servers.max");
    if (fleet->servers_initial > 0 &&
        (fleet->servers_initial < fleet->servers_min ||
         (fleet->servers_max > 0 && fleet->servers_initial > fleet->servers_max)))
        return fail_key(tree, "fleet.servers.initial", err,
                        "is outside fleet.servers.min to fleet.servers.max");
    return true;
}

bool hr__platform_read(const struct hr_tree *tree, const struct hr_assumptions *assumptions,
                       struct hr_platform *ret, struct hr_error *err)
{
    const struct hr_node *root = hr_tree_root(tree);
    *ret = (struct hr_platform){0};
    set_defaults(ret, assumptions);
    snprintf(ret->file, sizeof ret->file, "%s", root->file);
    /* The kind decides which keys there are, wherever in the file it stands. */
    const struct hr_node *kind = hr_node_get(root, "kind");
    struct hr_reading reading = {.arena = &ret->arena, .prefix = "kind"};
    bool read = kind ? hr__field_read(&platform_fields[1], kind, &reading, &ret->kind, err)
                     : hr_node_fail(root, err, "kind: is missing; %s", platform_fields[1].about);
    reading.prefix = "";
    reading.kind = (int)ret->kind;
    read = read && hr_schema_read(&platform_schema, root, &reading, ret, err);
    if (read)
        settle_defaults(tree, ret);
    if (read && check_together(tree, ret, err))
        return true;
    hr_platform_clear(ret);
    return false;
}

void hr_platform_clear(struct hr_platform *platform)
{
    if (!platform)
        return;
    hr_arena_clear(&platform->arena);
    *platform = (struct hr_platform){0};
}

/* Keys that read functions know below theirs. */
static bool knows_below(const struct hr_field *field, const char *dotted)
{
    static const char *const known[] = {"fleet.servers.min", "fleet.servers.max",
                                        "fleet.servers.initial", "function.on_limit.queue"};
    const char *tail = strrchr(dotted, '.');
    if (field->type != HR_FIELD_READ || (tail && strcmp(tail + 1, field->key) == 0) || !tail ||
        field->read == hr__start_read)
        return true;
    for (size_t i = 0; i < COUNT(known); i++)
        if (strcmp(known[i], dotted) == 0)
            return true;
    return false;
}

bool hr_platform_knows(enum hr_platform_kind kind, const char *dotted)
{
    const struct hr_field *field = hr_schema_find(&platform_schema, (int)kind, dotted);
    if (field)
        return knows_below(field, dotted);
    return kind == HR_HYBRID &&
           (hr_platform_knows(HR_FUNCTION, dotted) || hr_platform_knows(HR_FLEET, dotted));
}

double hr_function_vcpus(const struct hr_function_model *function, double memory_mb)
{
    return function->vcpus > 0 ? function->vcpus : memory_mb / function->mb_per_vcpu;
}
