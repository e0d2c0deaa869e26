/* autoscaler.c: the keys of `autoscaler`, in platform files and in assumptions.yaml: what the loops
 * share, then a block for each policy.
 */
#include "model/read.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- step -------------------------------------------------------------------------------- */

static const struct hr_field one_step_fields[] = {
    {.key = "from",
     .type = HR_FIELD_FRACTION,
     .required = true,
     .offset = offsetof(struct hr_step, from),
     .max = 1,
     .about = "distance of the metric from the alarm's line, such as `15 %`"},
    {.key = "by",
     .type = HR_FIELD_FRACTION,
     .required = true,
     .offset = offsetof(struct hr_step, by),
     .min = 0.001,
     .max = 100,
     .about = "share of the servers in service, such as `20 %`"},
};
static const struct hr_schema one_step_schema = {one_step_fields, COUNT(one_step_fields)};

static bool read_steps(const struct hr_node *node, const struct hr_reading *reading,
                       struct hr_step steps[HR_STEPS_MAX], size_t *ret, struct hr_error *err)
{
    if (node->type != HR_NODE_LIST || node->count == 0 || node->count > HR_STEPS_MAX)
        return hr_node_fail(node, err,
                            "%s: expected 1 to %d steps such as `[{from: 0 %%, by: 10 %%}]`",
                            reading->prefix, HR_STEPS_MAX);
    *ret = 0;
    for (const struct hr_node *item = node->first; item; item = item->next) {
        if (item->type != HR_NODE_MAP)
            return hr_node_fail(item, err, "%s: expected a step such as `{from: 0 %%, by: 10 %%}`",
                                reading->prefix);
        struct hr_step *step = &steps[*ret];
        if (!hr_schema_read(&one_step_schema, item, reading, step, err))
            return false;
        if (*ret > 0 && step->from <= step[-1].from)
            return hr_node_fail(item, err, "%s: expected steps in ascending order of `from`",
                                reading->prefix);
        ++*ret;
    }
    return true;
}

static bool read_steps_out(const struct hr_node *node, const struct hr_reading *reading,
                           void *target, struct hr_error *err)
{
    struct hr_autoscaler_model *scaler = target;
    return read_steps(node, reading, scaler->step.out, &scaler->step.out_count, err);
}

static bool read_steps_in(const struct hr_node *node, const struct hr_reading *reading,
                          void *target, struct hr_error *err)
{
    struct hr_autoscaler_model *scaler = target;
    return read_steps(node, reading, scaler->step.in, &scaler->step.in_count, err);
}

#define AT(member) offsetof(struct hr_autoscaler_model, member)
static const struct hr_field step_fields[] = {
    {.key = "above",
     .type = HR_FIELD_FRACTION,
     .offset = AT(step.above),
     .min = 0.01,
     .max = 1,
     .about = "the high alarm's line, such as `60 %`"},
    {.key = "below",
     .type = HR_FIELD_FRACTION,
     .offset = AT(step.below),
     .min = 0.01,
     .max = 1,
     .about = "the low alarm's line, such as `30 %`"},
    {.key = "out",
     .type = HR_FIELD_READ,
     .read = read_steps_out,
     .about = "what is added, by how far the metric is above"},
    {.key = "in",
     .type = HR_FIELD_READ,
     .read = read_steps_in,
     .about = "what is taken away, by how far the metric is below"},
    {.key = "at_least",
     .type = HR_FIELD_INTEGER,
     .offset = AT(step.at_least),
     .min = 1,
     .max = HR_SLOTS_MAX,
     .about = "servers that a step moves at least"},
};
static const struct hr_schema step_schema = {step_fields, COUNT(step_fields)};

/* ---- schedule ---------------------------------------------------------------------------- */

/* Days before it in a week that begins on Monday; -1: no day. */
static int day_of(const char *text)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    for (int i = 0; i < 7; i++)
        if (strncmp(text, days[i], 3) == 0)
            return i;
    return -1;
}

/* " 08:30" since midnight. */
static bool parse_clock(const char *text, int64_t *ret)
{
    int64_t hour, minute;
    text += strspn(text, " ");
    const char *colon = strchr(text, ':');
    if (!colon || !hr_parse_i64(text, (size_t)(colon - text), &hour) ||
        !hr_parse_i64(colon + 1, strlen(colon + 1), &minute) || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59)
        return false;
    *ret = hour * HR_HOUR + minute * HR_MINUTE;
    return true;
}

/* "daily 08:00", "Sat 09:30", "Mon-Fri 08:00": first and last day, and the time of day. */
static bool parse_at(const char *text, int *first, int *last, int64_t *ret)
{
    *first = 0;
    *last = 6;
    if (strncmp(text, "daily", 5) == 0) {
        text += 5;
    } else {
        *first = *last = day_of(text);
        if (*first < 0)
            return false;
        text += 3;
        if (*text == '-') {
            *last = day_of(text + 1);
            text += 4;
        }
        if (*last < *first)
            return false;
    }
    return parse_clock(text, ret);
}

static bool add_scheduled(struct hr_schedule_model *schedule, const struct hr_node *item,
                          const struct hr_reading *reading, struct hr_error *err)
{
    const struct hr_node *at = hr_node_get(item, "at"), *servers = hr_node_get(item, "servers");
    const bool servers_stay = strncmp(reading->prefix, "function.", 9) != 0;
    struct hr_scheduled one = {0};
    int64_t time;
    int first, last;
    if (!at || !servers || item->count != 2 || at->type != HR_NODE_SCALAR ||
        !parse_at(at->text, &first, &last, &time) || servers->type != HR_NODE_SCALAR ||
        !hr_parse_i64(servers->text, servers->len, &one.servers) || one.servers < servers_stay ||
        one.servers > HR_SLOTS_MAX)
        return hr_node_fail(item, err,
                            "%s: expected a day or days with a time in UTC and a number of "
                            "servers from %d, such as `{at: Mon-Fri 08:00, servers: 10}`",
                            reading->prefix, servers_stay);
    for (int day = first; day <= last; day++) {
        if (schedule->count == HR_SCHEDULE_MAX)
            return hr_node_fail(item, err, "%s: expected at most %d changes a week",
                                reading->prefix, HR_SCHEDULE_MAX);
        one.at_us = day * HR_DAY + time;
        size_t i = schedule->count++;
        for (; i > 0 && schedule->all[i - 1].at_us > one.at_us; i--)
            schedule->all[i] = schedule->all[i - 1];
        schedule->all[i] = one;
    }
    return true;
}

static bool read_changes(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    struct hr_autoscaler_model *scaler = target;
    if (node->type != HR_NODE_LIST || node->count == 0)
        return hr_node_fail(node, err,
                            "%s: expected a list such as `[{at: Mon-Fri 08:00, servers: 10}]`",
                            reading->prefix);
    scaler->schedule.count = 0;
    for (const struct hr_node *item = node->first; item; item = item->next)
        if (!add_scheduled(&scaler->schedule, item, reading, err))
            return false;
    return true;
}

static const struct hr_field schedule_fields[] = {
    {.key = "period",
     .type = HR_FIELD_DURATION,
     .offset = AT(schedule.period_us),
     .min = 1000000,
     .about = "how often the clock is looked at"},
    {.key = "changes",
     .type = HR_FIELD_READ,
     .read = read_changes,
     .about = "when there are how many servers, over a week in UTC"},
};
static const struct hr_schema schedule_schema = {schedule_fields, COUNT(schedule_fields)};

/* ---- Kubernetes, Knative, KEDA ----------------------------------------------------------- */

#define RATE(name, direction)                                                                      \
    {.key = name "_servers",                                                                       \
     .type = HR_FIELD_INTEGER,                                                                     \
     .offset = AT(hpa.direction.servers),                                                          \
     .max = HR_SLOTS_MAX,                                                                          \
     .about = "servers that may change in a period"},                                              \
        {.key = name "_share",                                                                     \
         .type = HR_FIELD_FRACTION,                                                                \
         .offset = AT(hpa.direction.share),                                                        \
         .max = 100,                                                                               \
         .about = "share of the servers that may change in a period"},                             \
    {                                                                                              \
        .key = name "_period", .type = HR_FIELD_DURATION, .offset = AT(hpa.direction.period_us),   \
        .about = "the period of both"                                                              \
    }
static const struct hr_field hpa_fields[] = {
    {.key = "period",
     .type = HR_FIELD_DURATION,
     .offset = AT(hpa.period_us),
     .min = 1000000,
     .about = "between two looks of the loop (sync period)"},
    {.key = "readiness",
     .type = HR_FIELD_DURATION,
     .offset = AT(hpa.readiness_us),
     .about = "time a ready pod is set aside"},
    {.key = "tolerance",
     .type = HR_FIELD_FRACTION,
     .offset = AT(hpa.tolerance),
     .max = 1,
     .about = "of metric / target around 1, within which nothing changes"},
    {.key = "window_out",
     .type = HR_FIELD_DURATION,
     .offset = AT(hpa.window_out_us),
     .about = "stabilisation: the least recommendation of this time counts"},
    {.key = "window_in",
     .type = HR_FIELD_DURATION,
     .offset = AT(hpa.window_in_us),
     .about = "stabilisation: the greatest recommendation of this time counts"},
    RATE("out", out),
    RATE("in", in),
};
static const struct hr_schema hpa_schema = {hpa_fields, COUNT(hpa_fields)};

static const struct hr_field kpa_fields[] = {
    {.key = "period",
     .type = HR_FIELD_DURATION,
     .offset = AT(kpa.period_us),
     .min = 1000000,
     .about = "between two ticks"},
    {.key = "stable",
     .type = HR_FIELD_DURATION,
     .offset = AT(kpa.stable_us),
     .min = 1000000,
     .about = "the stable window"},
    {.key = "panic",
     .type = HR_FIELD_DURATION,
     .offset = AT(kpa.panic_us),
     .min = 1000000,
     .about = "the panic window"},
    {.key = "threshold",
     .type = HR_FIELD_FRACTION,
     .offset = AT(kpa.threshold),
     .min = 1,
     .max = 1000,
     .about = "servers wanted by the panic window, of the ready ones, at which panic begins"},
    {.key = "rate_out",
     .type = HR_FIELD_NUMBER,
     .offset = AT(kpa.rate_out),
     .min = 1.001,
     .about = "at most so many times the ready servers"},
    {.key = "rate_in",
     .type = HR_FIELD_NUMBER,
     .offset = AT(kpa.rate_in),
     .min = 1.001,
     .about = "at least the ready servers divided by this"},
    {.key = "to_zero",
     .type = HR_FIELD_YES,
     .offset = AT(kpa.to_zero),
     .about = "whether the last server may go"},
    {.key = "grace",
     .type = HR_FIELD_DURATION,
     .offset = AT(kpa.grace_us),
     .about = "how long the last server stays when none is wanted"},
};
static const struct hr_schema kpa_schema = {kpa_fields, COUNT(kpa_fields)};

static const struct hr_field backlog_fields[] = {
    {.key = "per_server",
     .type = HR_FIELD_NUMBER,
     .offset = AT(backlog.per_server),
     .min = 0.001,
     .about = "messages for each server"},
    {.key = "activation",
     .type = HR_FIELD_INTEGER,
     .offset = AT(backlog.activation),
     .about = "messages above which the first server is started"},
    {.key = "in_flight",
     .type = HR_FIELD_YES,
     .offset = AT(backlog.in_flight),
     .about = "whether messages in work count"},
    {.key = "to_zero",
     .type = HR_FIELD_YES,
     .offset = AT(backlog.to_zero),
     .about = "whether the last server may go"},
    {.key = "poll",
     .type = HR_FIELD_DURATION,
     .offset = AT(backlog.poll_us),
     .min = 1000000,
     .about = "between two looks at whether anybody is needed at all"},
    {.key = "cooldown",
     .type = HR_FIELD_DURATION,
     .offset = AT(backlog.cooldown_us),
     .about = "since the queue last held messages until the last server goes"},
};
static const struct hr_schema backlog_schema = {backlog_fields, COUNT(backlog_fields)};

static const struct hr_field oracle_fields[] = {
    {.key = "period",
     .type = HR_FIELD_DURATION,
     .offset = AT(oracle_us),
     .min = 1000000,
     .about = "between two looks"},
};
static const struct hr_schema oracle_schema = {oracle_fields, COUNT(oracle_fields)};

/* ---- what they share --------------------------------------------------------------------- */

static const struct hr_field autoscaler_fields[] = {
    {.key = "policy",
     .type = HR_FIELD_NAME,
     .offset = AT(policy),
     .names = hr_autoscaler_policy_names,
     .about = "fixed, target-tracking, step, schedule, hpa, kpa, backlog or oracle"},
    {.key = "metric",
     .type = HR_FIELD_NAME,
     .offset = AT(metric),
     .names = hr_metric_names,
     .about = "what is kept at the target: cpu or slots"},
    {.key = "target",
     .type = HR_FIELD_FRACTION,
     .offset = AT(target),
     .min = 0.01,
     .max = 1,
     .about = "share of the capacity to keep in use, such as `60 %`"},
    {.key = "period",
     .type = HR_FIELD_DURATION,
     .offset = AT(period_us),
     .min = 1000000,
     .about = "time between two points of the metric"},
    {.key = "delay",
     .type = HR_FIELD_DURATION,
     .offset = AT(delay_us),
     .about = "time until a point can be seen"},
    {.key = "points_out",
     .type = HR_FIELD_INTEGER,
     .offset = AT(points_out),
     .min = 1,
     .max = 1000,
     .about = "points above the target in a row before servers are added"},
    {.key = "points_in",
     .type = HR_FIELD_INTEGER,
     .offset = AT(points_in),
     .min = 1,
     .max = 1000,
     .about = "points below the low line in a row before a server is removed"},
    {.key = "low",
     .type = HR_FIELD_FRACTION,
     .offset = AT(low),
     .min = 0.01,
     .max = 1,
     .about = "the low line, as a share of the target"},
    {.key = "cooldown_out",
     .type = HR_FIELD_DURATION,
     .offset = AT(cooldown_out_us),
     .about = "pause between two scale-outs"},
    {.key = "cooldown_in",
     .type = HR_FIELD_DURATION,
     .offset = AT(cooldown_in_us),
     .about = "pause between two scale-ins"},
    {.key = "warmup",
     .type = HR_FIELD_DURATION,
     .offset = AT(warmup_us),
     .about = "time a ready server stays out of the metric"},
    {.key = "step", .type = HR_FIELD_MAP, .map = &step_schema},
    {.key = "schedule", .type = HR_FIELD_MAP, .map = &schedule_schema},
    {.key = "hpa", .type = HR_FIELD_MAP, .map = &hpa_schema},
    {.key = "kpa", .type = HR_FIELD_MAP, .map = &kpa_schema},
    {.key = "backlog", .type = HR_FIELD_MAP, .map = &backlog_schema},
    {.key = "oracle", .type = HR_FIELD_MAP, .map = &oracle_schema},
};
#undef AT
const struct hr_schema hr__autoscaler_schema = {autoscaler_fields, COUNT(autoscaler_fields)};

/* ---- what no single key can tell --------------------------------------------------------- */

static bool fail_key(const struct hr_node *scaler, const char *block, const char *key,
                     struct hr_error *err, const char *sentence)
{
    const struct hr_node *map = hr_node_get(scaler, block), *node = map;
    if (map && hr_node_get(map, key))
        node = hr_node_get(map, key);
    return hr_node_fail(node ? node : scaler, err, "fleet.autoscaler.%s.%s: %s", block, key,
                        sentence);
}

static bool check_step(const struct hr_node *node, const struct hr_step_model *step,
                       struct hr_error *err)
{
    if ((step->above > 0) != (step->out_count > 0) || step->out_count == 0)
        return fail_key(node, "step", "out", err, "expected beside `above`, and both are needed");
    if ((step->below > 0) != (step->in_count > 0))
        return fail_key(node, "step", "in", err, "expected beside `below`");
    return step->below < step->above ||
           fail_key(node, "step", "below", err, "expected less than step.above");
}

static bool fits(int64_t window_us, int64_t period_us)
{
    return window_us / period_us < HR_SAID_MAX;
}

bool hr__autoscaler_check(const struct hr_node *node, const struct hr_autoscaler_model *scaler,
                          struct hr_error *err)
{
    const struct hr_hpa_model *hpa = &scaler->hpa;
    const struct hr_kpa_model *kpa = &scaler->kpa;
    switch (scaler->policy) {
    case HR_SCALE_STEP:
        return check_step(node, &scaler->step, err);
    case HR_SCALE_SCHEDULE:
        return scaler->schedule.count > 0 ||
               fail_key(node, "schedule", "changes", err, "is missing; policy schedule needs it");
    case HR_SCALE_HPA:
    case HR_SCALE_BACKLOG:
        return (fits(hpa->window_in_us, hpa->period_us) &&
                fits(hpa->window_out_us, hpa->period_us)) ||
               fail_key(node, "hpa", "period", err, "is less than 1/255 of a stabilisation window");
    case HR_SCALE_KPA:
        if (!fits(kpa->stable_us, kpa->period_us))
            return fail_key(node, "kpa", "period", err, "is less than 1/255 of the stable window");
        return kpa->panic_us <= kpa->stable_us ||
               fail_key(node, "kpa", "panic", err, "is longer than the stable window");
    case HR_SCALE_FIXED:
    case HR_SCALE_TARGET_TRACKING:
    case HR_SCALE_ORACLE:
        break;
    }
    return true;
}
