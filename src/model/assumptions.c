/* assumptions.c: models/assumptions.yaml, every threshold that no log and no platform tells.
 *
 * The embedded file sets all of them; a file of the user's own may change some.
 */
#include "model/read.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define AT(member)   offsetof(struct hr_assumptions, member)

/* A ladder of memory sizes, ascending. */
static bool read_ladder(const struct hr_node *node, const struct hr_reading *reading, void *target,
                        struct hr_error *err)
{
    struct hr_assumptions *a = target;
    if (node->type != HR_NODE_LIST || node->count == 0 || node->count > HR_LADDER_MAX)
        return hr_node_fail(node, err, "%s: expected a list of 1 to %d sizes", reading->prefix,
                            HR_LADDER_MAX);
    double last = 0;
    a->sizing.ladder_count = 0;
    for (const struct hr_node *item = node->first; item; item = item->next) {
        double mb;
        if (item->type != HR_NODE_SCALAR || !hr_parse_size(item->text, item->len, &mb) ||
            mb <= last)
            return hr_node_fail(item, err, "%s: expected ascending sizes such as `512 MB`",
                                reading->prefix);
        a->sizing.ladder_mb[a->sizing.ladder_count++] = last = mb;
    }
    return true;
}

/* Bytes are a size for a person and a double of bytes inside. */
bool hr__bytes_read(const struct hr_node *node, const struct hr_reading *reading, void *target,
                    struct hr_error *err)
{
    double mb;
    if (node->type != HR_NODE_SCALAR || !hr_parse_size(node->text, node->len, &mb))
        return hr_node_fail(node, err, "%s: expected a size such as `4 KB`", reading->prefix);
    *(double *)target = mb * 1048576.0;
    return true;
}

static bool read_gb(const struct hr_node *node, const struct hr_reading *reading, void *target,
                    struct hr_error *err)
{
    double mb;
    if (node->type != HR_NODE_SCALAR || !hr_parse_size(node->text, node->len, &mb))
        return hr_node_fail(node, err, "%s: expected a size such as `8 GB`", reading->prefix);
    *(double *)target = mb / 1024.0;
    return true;
}

/* Two values, the lower first. */
static bool read_bounds(const struct hr_node *node, const struct hr_reading *reading,
                        bool (*parse)(const char *text, size_t len, double *ret), double *ret,
                        struct hr_error *err)
{
    bool good = node->type == HR_NODE_LIST && node->count == 2;
    const struct hr_node *item = good ? node->first : NULL;
    for (int i = 0; i < 2 && good; i++, item = item->next)
        good = item->type == HR_NODE_SCALAR && parse(item->text, item->len, &ret[i]) && ret[i] > 0;
    return (good && ret[0] <= ret[1]) ||
           hr_node_fail(node, err, "%s: expected two values above 0, the lower first",
                        reading->prefix);
}

static bool read_shares(const struct hr_node *node, const struct hr_reading *reading, void *target,
                        struct hr_error *err)
{
    double *bounds = target;
    return read_bounds(node, reading, hr_parse_fraction, bounds, err) &&
           (bounds[1] <= 1 ||
            hr_node_fail(node, err, "%s: a share is at most 100 %%", reading->prefix));
}

static bool read_factors(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    return read_bounds(node, reading, hr_parse_double, target, err);
}

static bool read_sizes(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    return read_bounds(node, reading, hr_parse_size, target, err);
}

static bool read_rate(const struct hr_node *node, const struct hr_reading *reading, void *target,
                      struct hr_error *err)
{
    return (node->type == HR_NODE_SCALAR && hr_parse_rate(node->text, node->len, target)) ||
           hr_node_fail(node, err, "%s: expected a rate such as `25/s`", reading->prefix);
}

/* Assumptions own nothing, so no list of values. */
static bool read_state(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_dist *dist = target;
    bool good = hr_dist_read(node, &arena, dist, err);
    if (good && dist->kind == HR_EMPIRICAL)
        good =
            hr_node_fail(node, err, "%s: expected a distribution with parameters", reading->prefix);
    hr_arena_clear(&arena);
    return good;
}

static const struct hr_field workload_fields[] = {
    {.key = "cpu_bound_http",
     .type = HR_FIELD_FRACTION,
     .offset = AT(workload.cpu_bound_http),
     .max = 1},
    {.key = "cpu_bound_other",
     .type = HR_FIELD_FRACTION,
     .offset = AT(workload.cpu_bound_other),
     .max = 1},
    {.key = "speed",
     .type = HR_FIELD_NUMBER,
     .offset = AT(workload.speed),
     .min = 0.01,
     .max = 100},
    {.key = "slo", .type = HR_FIELD_FRACTION, .offset = AT(workload.slo), .max = 1},
    {.key = "dropped", .type = HR_FIELD_FRACTION, .offset = AT(workload.dropped), .max = 1},
    {.key = "target_floor", .type = HR_FIELD_DURATION, .offset = AT(workload.target_floor_us)},
    {.key = "target_p99_factor", .type = HR_FIELD_NUMBER, .offset = AT(workload.target_p99_factor)},
    {.key = "target_start", .type = HR_FIELD_DURATION, .offset = AT(workload.target_start_us)},
    {.key = "log", .type = HR_FIELD_READ, .offset = AT(workload.log_bytes), .read = hr__bytes_read},
    {.key = "log_start",
     .type = HR_FIELD_READ,
     .offset = AT(workload.log_bytes_start),
     .read = hr__bytes_read},
    {.key = "response",
     .type = HR_FIELD_READ,
     .offset = AT(workload.response_bytes),
     .read = hr__bytes_read},
    {.key = "message",
     .type = HR_FIELD_READ,
     .offset = AT(workload.message_bytes),
     .read = hr__bytes_read},
};
static const struct hr_schema workload_schema = {workload_fields, COUNT(workload_fields)};

static const struct hr_field window_fields[] = {
    {.key = "shortest", .type = HR_FIELD_DURATION, .offset = AT(window.shortest_us)},
    {.key = "whole_tolerance",
     .type = HR_FIELD_FRACTION,
     .offset = AT(window.whole_tolerance),
     .max = 1},
    {.key = "verdict", .type = HR_FIELD_DURATION, .offset = AT(window.verdict_us)},
    {.key = "traffic_shift", .type = HR_FIELD_DURATION, .offset = AT(window.traffic_shift_us)},
    {.key = "response_ratio",
     .type = HR_FIELD_NUMBER,
     .offset = AT(window.response_ratio),
     .min = 1},
    {.key = "congested_ratio",
     .type = HR_FIELD_NUMBER,
     .offset = AT(window.congested_ratio),
     .min = 1},
};
static const struct hr_schema window_schema = {window_fields, COUNT(window_fields)};

static const struct hr_field verdict_fields[] = {
    {.key = "margin", .type = HR_FIELD_FRACTION, .offset = AT(verdict.margin), .max = 1},
    {.key = "margin_usd", .type = HR_FIELD_MONEY, .offset = AT(verdict.margin_usd)},
};
static const struct hr_schema verdict_schema = {verdict_fields, COUNT(verdict_fields)};

static const struct hr_field turns_fields[] = {
    {.key = "cpu_bound_http",
     .type = HR_FIELD_READ,
     .offset = AT(turns.cpu_bound_http),
     .read = read_shares},
    {.key = "cpu_bound_other",
     .type = HR_FIELD_READ,
     .offset = AT(turns.cpu_bound_other),
     .read = read_shares},
    {.key = "service", .type = HR_FIELD_READ, .offset = AT(turns.service), .read = read_factors},
    {.key = "memory", .type = HR_FIELD_READ, .offset = AT(turns.memory_mb), .read = read_sizes},
    {.key = "target", .type = HR_FIELD_READ, .offset = AT(turns.target), .read = read_factors},
};
static const struct hr_field generate_fields[] = {
    {.key = "service_distance",
     .type = HR_FIELD_FRACTION,
     .offset = AT(generate.service_distance),
     .max = 1},
};
static const struct hr_schema generate_schema = {generate_fields, COUNT(generate_fields)};

static const struct hr_schema turns_schema = {turns_fields, COUNT(turns_fields)};

static const struct hr_field sizing_fields[] = {
    {.key = "slots_max",
     .type = HR_FIELD_INTEGER,
     .offset = AT(sizing.slots_max),
     .min = 1,
     .max = HR_SLOTS_MAX},
    {.key = "memory_share", .type = HR_FIELD_FRACTION, .offset = AT(sizing.memory_share), .max = 1},
    {.key = "spare", .type = HR_FIELD_INTEGER, .offset = AT(sizing.spare), .max = 1000},
    {.key = "http_servers_min",
     .type = HR_FIELD_INTEGER,
     .offset = AT(sizing.http_servers_min),
     .min = 1,
     .max = 1000},
    {.key = "autoscaler_target",
     .type = HR_FIELD_FRACTION,
     .offset = AT(sizing.autoscaler_target),
     .min = 0.01,
     .max = 1},
    {.key = "servers_max_factor",
     .type = HR_FIELD_NUMBER,
     .offset = AT(sizing.servers_max_factor),
     .min = 1,
     .max = 1000},
    {.key = "ladder", .type = HR_FIELD_READ, .read = read_ladder},
    {.key = "memory_headroom",
     .type = HR_FIELD_NUMBER,
     .offset = AT(sizing.memory_headroom),
     .min = 1,
     .max = 100},
    {.key = "memory_unknown",
     .type = HR_FIELD_SIZE,
     .offset = AT(sizing.memory_unknown_mb),
     .min = 1},
};
static const struct hr_schema sizing_schema = {sizing_fields, COUNT(sizing_fields)};

static const struct hr_field function_fields[] = {
    {.key = "memory_per_vcpu", .type = HR_FIELD_SIZE, .offset = AT(function.mb_per_vcpu), .min = 1},
    {.key = "memory_min", .type = HR_FIELD_SIZE, .offset = AT(function.memory_min_mb), .min = 1},
    {.key = "memory_max", .type = HR_FIELD_SIZE, .offset = AT(function.memory_max_mb), .min = 1},
    {.key = "keep_alive", .type = HR_FIELD_DURATION, .offset = AT(function.keep_alive_us)},
    {.key = "init_cpu_bound",
     .type = HR_FIELD_FRACTION,
     .offset = AT(function.init_cpu_bound),
     .max = 1},
};
static const struct hr_schema function_schema = {function_fields, COUNT(function_fields)};

static const struct hr_field balancer_fields[] = {
    {.key = "disk", .type = HR_FIELD_READ, .offset = AT(balancer.disk_gb), .read = read_gb},
    {.key = "addresses", .type = HR_FIELD_NUMBER, .offset = AT(balancer.addresses)},
    {.key = "requests_per_connection",
     .type = HR_FIELD_NUMBER,
     .offset = AT(balancer.requests_per_connection),
     .min = 1},
    {.key = "connection", .type = HR_FIELD_DURATION, .offset = AT(balancer.connection_us)},
    {.key = "unit_connections",
     .type = HR_FIELD_READ,
     .offset = AT(balancer.unit_connections_per_s),
     .read = read_rate},
    {.key = "unit_active",
     .type = HR_FIELD_NUMBER,
     .offset = AT(balancer.unit_active_connections),
     .min = 1},
    {.key = "unit_data",
     .type = HR_FIELD_READ,
     .offset = AT(balancer.unit_gb_per_hour),
     .read = read_gb},
};
static const struct hr_schema balancer_schema = {balancer_fields, COUNT(balancer_fields)};

static const struct hr_field prices_fields[] = {
    {.key = "old", .type = HR_FIELD_DURATION, .offset = AT(prices.old_us)},
};
static const struct hr_schema prices_schema = {prices_fields, COUNT(prices_fields)};

static const struct hr_field assumptions_fields[] = {
    {.key = "assumptions",
     .type = HR_FIELD_ANY,
     .required = true,
     .about = "the set's name, such as `default`"},
    {.key = "title", .type = HR_FIELD_ANY},
    {.key = "as_of",
     .type = HR_FIELD_DATE,
     .offset = AT(as_of),
     .size = sizeof((struct hr_assumptions *)0)->as_of},
    {.key = "sources", .type = HR_FIELD_ANY},
    {.key = "workload", .type = HR_FIELD_MAP, .map = &workload_schema},
    {.key = "window", .type = HR_FIELD_MAP, .map = &window_schema},
    {.key = "verdict", .type = HR_FIELD_MAP, .map = &verdict_schema},
    {.key = "prices", .type = HR_FIELD_MAP, .map = &prices_schema},
    {.key = "state", .type = HR_FIELD_READ, .offset = AT(state), .read = read_state},
    {.key = "turns", .type = HR_FIELD_MAP, .map = &turns_schema},
    {.key = "generate", .type = HR_FIELD_MAP, .map = &generate_schema},
    {.key = "sizing", .type = HR_FIELD_MAP, .map = &sizing_schema},
    {.key = "function", .type = HR_FIELD_MAP, .map = &function_schema},
    {.key = "autoscaler",
     .type = HR_FIELD_MAP,
     .offset = AT(autoscaler),
     .map = &hr__autoscaler_schema},
    {.key = "balancer", .type = HR_FIELD_MAP, .map = &balancer_schema},
};
#undef AT
static const struct hr_schema assumptions_schema = {assumptions_fields, COUNT(assumptions_fields)};

bool hr__assumptions_read(const struct hr_tree *tree, struct hr_assumptions *ret,
                          struct hr_error *err)
{
    struct hr_arena arena = {0}; /* no field of ours keeps anything in it */
    const struct hr_reading reading = {.arena = &arena, .prefix = ""};
    bool read = hr_schema_read(&assumptions_schema, hr_tree_root(tree), &reading, ret, err);
    hr_arena_clear(&arena);
    return read;
}
