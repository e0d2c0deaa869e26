/* platform_fleet.c: the keys of `fleet`: servers, their balancer, and what happens to them. */
#include "model/read.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* A count of servers, or the word that stands for none. */
static bool read_whole(const struct hr_node *node, const char *word, int64_t word_value,
                       int64_t *ret)
{
    if (node->type != HR_NODE_SCALAR)
        return false;
    if (strcmp(node->text, word) == 0) {
        *ret = word_value;
        return true;
    }
    return hr_parse_i64(node->text, node->len, ret) && *ret >= 1 && *ret <= HR_SLOTS_MAX;
}

/* auto | 4 | {min: 2, max: 20, initial: 2}, each of them a number or auto */
static bool read_servers(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    struct hr_fleet_model *fleet = target;
    int64_t all;
    fleet->servers_min = fleet->servers_max = fleet->servers_initial = 0;
    if (read_whole(node, "auto", 0, &all)) {
        fleet->servers_min = fleet->servers_max = fleet->servers_initial = all;
        return true;
    }
    if (node->type != HR_NODE_MAP)
        return hr_node_fail(node, err,
                            "%s: expected `auto`, a number of servers or `{min: 2, max: 20}`",
                            reading->prefix);
    for (const struct hr_node *item = node->first; item; item = item->next) {
        int64_t *figure = strcmp(item->key, "min") == 0       ? &fleet->servers_min
                          : strcmp(item->key, "max") == 0     ? &fleet->servers_max
                          : strcmp(item->key, "initial") == 0 ? &fleet->servers_initial
                                                              : NULL;
        if (!figure)
            return hr_node_fail(item, err, "%s.%s: unknown key; known here: min, max, initial",
                                reading->prefix, item->key);
        if (!read_whole(item, "auto", 0, figure))
            return hr_node_fail(item, err, "%s.%s: expected `auto` or a number from 1 to %d%s%s%s",
                                reading->prefix, item->key, HR_SLOTS_MAX,
                                item->len ? ", found `" : "", item->text, item->len ? "`" : "");
    }
    return true;
}

#define AT(member) offsetof(struct hr_fleet_model, member)
static const struct hr_field instance_fields[] = {
    {.key = "type",
     .type = HR_FIELD_TEXT,
     .offset = AT(type),
     .size = sizeof((struct hr_fleet_model *)0)->type,
     .about = "the provider's name of the server"},
    {.key = "vcpus",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = AT(vcpus),
     .min = 0.001,
     .max = 4096,
     .about = "vCPUs of one server, such as `2`"},
    {.key = "memory",
     .type = HR_FIELD_SIZE,
     .required = true,
     .offset = AT(memory_mb),
     .min = 1,
     .about = "memory of one server, such as `8 GB`"},
    {.key = "slots",
     .type = HR_FIELD_INTEGER,
     .offset = AT(slots),
     .min = 1,
     .max = HR_SLOTS_MAX,
     .word = "auto",
     .about = "concurrent invocations of one server"},
};
static const struct hr_schema instance_schema = {instance_fields, COUNT(instance_fields)};

static const struct hr_field failure_fields[] = {
    {.key = "every",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(failure_us),
     .min = 1000000,
     .about = "mean time to the failure of a server"},
    {.key = "replace",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(replace_us),
     .about = "from a failure to the launch of another server"},
};
static const struct hr_schema failure_schema = {failure_fields, COUNT(failure_fields)};

static const struct hr_field spot_fields[] = {
    {.key = "every",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(spot_us),
     .min = 1000000,
     .about = "mean time between two interruptions of the pool"},
    {.key = "share",
     .type = HR_FIELD_FRACTION,
     .required = true,
     .offset = AT(spot_share),
     .min = 0.001,
     .max = 1,
     .about = "share of the servers that an interruption takes"},
    {.key = "notice",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(notice_us),
     .min = 1,
     .about = "how long before its end a server is told"},
};
static const struct hr_schema spot_schema = {spot_fields, COUNT(spot_fields)};

static const struct hr_field credit_fields[] = {
    {.key = "baseline",
     .type = HR_FIELD_FRACTION,
     .required = true,
     .offset = AT(baseline),
     .min = 0.001,
     .max = 1,
     .about = "share of its vCPUs that a server earns, such as `30 %`"},
    {.key = "hold",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(credit_hold_us),
     .min = 1000000,
     .about = "so much time's earnings are kept, such as `24 h`"},
};
static const struct hr_schema credit_schema = {credit_fields, COUNT(credit_fields)};

static const struct hr_field fleet_fields[] = {
    {.key = "instance",
     .type = HR_FIELD_MAP,
     .required = true,
     .map = &instance_schema,
     .about = "the server: `{type: m7g.large, vcpus: 2, memory: 8 GB}`"},
    {.key = "servers",
     .type = HR_FIELD_READ,
     .required = true,
     .read = read_servers,
     .about = "`auto`, a number or `{min: 2, max: 20}`"},
    {.key = "discipline",
     .type = HR_FIELD_NAME,
     .offset = AT(discipline),
     .names = hr_discipline_names,
     .about = "whether invocations slow each other down"},
    {.key = "balancer",
     .type = HR_FIELD_NAME,
     .offset = AT(balancer),
     .names = hr_balancer_names,
     .about = "which server takes an invocation"},
    {.key = "queue_limit",
     .type = HR_FIELD_INTEGER,
     .offset = AT(queue_limit),
     .word = "none",
     .word_value = -1,
     .about = "invocations that may wait in one queue"},
    {.key = "boot",
     .type = HR_FIELD_DIST,
     .offset = AT(boot),
     .about = "time from a launch to the first invocation"},
    {.key = "drain",
     .type = HR_FIELD_DURATION,
     .offset = AT(drain_us),
     .min = 1,
     .word = "none",
     .about = "longest time a server that goes may finish its work"},
    {.key = "slow_start",
     .type = HR_FIELD_DURATION,
     .offset = AT(slow_start_us),
     .about = "time in which a new server's turns grow to their full number"},
    {.key = "failures",
     .type = HR_FIELD_MAP,
     .map = &failure_schema,
     .about = "how often servers fail: `{every: 2000 h, replace: 5 min}`"},
    {.key = "spot",
     .type = HR_FIELD_MAP,
     .map = &spot_schema,
     .about = "interruptions: `{every: 100 h, share: 30 %, notice: 2 min}`"},
    {.key = "credits",
     .type = HR_FIELD_MAP,
     .map = &credit_schema,
     .about = "burstable servers: `{baseline: 30 %, hold: 24 h}`"},
    {.key = "autoscaler",
     .type = HR_FIELD_MAP,
     .offset = AT(autoscaler),
     .map = &hr__autoscaler_schema,
     .about = "how the number of servers follows the load"},
};
#undef AT
const struct hr_schema hr__fleet_schema = {fleet_fields, COUNT(fleet_fields)};
