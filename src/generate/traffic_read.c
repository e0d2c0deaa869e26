/* traffic_read.c: descriptions of traffic, from YAML and from the registry. */
#include <math.h>
#include <string.h>

#include "generate/made.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
/* Where a description tells none: a Monday. */
#define START (INT64_C(20759) * HR_DAY)

const char *const hr__process_names[] = {"poisson", "deterministic", "renewal", "modulated",
                                         "on-off",  "cron",          NULL};
#define TRIGGER_WORD(id, word) word,
static const char *const trigger_names[] = {HR_TRIGGERS(TRIGGER_WORD) NULL};
#undef TRIGGER_WORD

static bool read_rate(const struct hr_node *node, const struct hr_reading *reading, void *target,
                      struct hr_error *err)
{
    double *rate = target;
    return (node->type == HR_NODE_SCALAR && hr_parse_rate(node->text, node->len, rate) &&
            *rate > 0 && *rate <= HR_GENERATE_MAX) ||
           hr_node_fail(node, err, "%s: expected a rate above 0 such as `5/s` or `20/min`",
                        reading->prefix);
}

static bool read_time(const struct hr_node *node, const struct hr_reading *reading, void *target,
                      struct hr_error *err)
{
    int64_t *time = target;
    return (node->type == HR_NODE_SCALAR && hr_time_parse_iso(node->text, node->len, time, NULL) &&
            *time >= HR_TIME_MIN && *time <= HR_TIME_MAX - HR_GENERATE_DURATION) ||
           hr_node_fail(node, err, "%s: expected a time from 1970 on such as 2026-11-02T00:00:00Z",
                        reading->prefix);
}

/* ---- lists ------------------------------------------------------------------------------------
 */

/* One to `most` maps: each is told its number and read by `one`. */
static bool read_maps(const struct hr_node *node, const struct hr_reading *reading, size_t most,
                      bool (*one)(const struct hr_node *, const struct hr_reading *, void *,
                                  struct hr_error *),
                      void *target, struct hr_error *err)
{
    if (node->type != HR_NODE_LIST || node->count == 0 || node->count > most)
        return hr_node_fail(node, err, "%s: expected a list of 1 to %zu entries", reading->prefix,
                            most);
    size_t number = 0;
    for (const struct hr_node *item = node->first; item; item = item->next) {
        char prefix[128];
        snprintf(prefix, sizeof prefix, "%.100s[%zu]", reading->prefix, number++);
        const struct hr_reading inner = {.arena = reading->arena, .prefix = prefix};
        if (item->type != HR_NODE_MAP)
            return hr_node_fail(item, err, "%s: expected keys with values", prefix);
        if (!one(item, &inner, target, err))
            return false;
    }
    return true;
}

/* A list of plain numbers from 0 on, not all of them 0. */
static bool read_numbers(const struct hr_node *node, const char *prefix, double *ret, size_t count,
                         struct hr_error *err)
{
    double sum = 0;
    size_t i = 0;
    for (const struct hr_node *item = node->first; item && i < count; item = item->next, i++) {
        if (item->type != HR_NODE_SCALAR || !hr_parse_double(item->text, item->len, &ret[i]) ||
            ret[i] < 0 || ret[i] > 1e9)
            return hr_node_fail(item, err, "%s: expected a number from 0 to 1e9 such as `0.5`",
                                prefix);
        sum += ret[i];
    }
    return sum > 0 || hr_node_fail(node, err, "%s: expected at least one number above 0", prefix);
}

/* ---- profile -----------------------------------------------------------------------------------
 */

static bool read_hours(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr_profile *profile = target;
    if (node->type != HR_NODE_LIST || (node->count != 24 && node->count != HR_GENERATE_HOURS))
        return hr_node_fail(node, err, "%s: expected 24 numbers, or 168 from Monday on",
                            reading->prefix);
    profile->hour_count = node->count;
    return read_numbers(node, reading->prefix, profile->hours, node->count, err);
}

static bool read_days(const struct hr_node *node, const struct hr_reading *reading, void *target,
                      struct hr_error *err)
{
    struct hr_profile *profile = target;
    if (node->type != HR_NODE_LIST || node->count != 7)
        return hr_node_fail(node, err, "%s: expected 7 numbers, from Monday on", reading->prefix);
    profile->has_days = true;
    return read_numbers(node, reading->prefix, profile->days, 7, err);
}

static const struct hr_field shape_fields[] = {
    {.key = "hours",
     .type = HR_FIELD_READ,
     .read = read_hours,
     .about = "24 numbers, or 168 from Monday on"},
    {.key = "days", .type = HR_FIELD_READ, .read = read_days, .about = "7 factors from Monday on"},
    {.key = "ratio",
     .type = HR_FIELD_NUMBER,
     .offset = offsetof(struct hr_profile, ratio),
     .min = 1,
     .max = 1e6,
     .about = "peak to trough of a day that is a wave"},
    {.key = "peak",
     .type = HR_FIELD_DURATION,
     .offset = offsetof(struct hr_profile, peak_us),
     .max = (double)HR_DAY,
     .about = "the wave's highest hour, from midnight UTC"},
};
static const struct hr_schema shape_schema = {shape_fields, COUNT(shape_fields)};

static bool read_profile(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    struct hr_profile *profile = target;
    *profile = (struct hr_profile){.peak_us = 14 * HR_HOUR};
    if (node->type == HR_NODE_SCALAR && strcmp(node->text, "flat") == 0)
        return true;
    if (node->type != HR_NODE_MAP)
        return hr_node_fail(node, err,
                            "%s: expected `flat` or a profile such as `{ratio: 2, peak: 14 h}`",
                            reading->prefix);
    if (!hr_schema_read(&shape_schema, node, reading, profile, err))
        return false;
    if (profile->ratio > 0 && profile->hour_count)
        return hr_node_fail(node, err, "%s: ratio and hours exclude each other", reading->prefix);
    return (profile->hour_count != HR_GENERATE_HOURS || !profile->has_days) ||
           hr_node_fail(node, err, "%s: 168 hours hold the days already", reading->prefix);
}

/* ---- flash crowds
 * -------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct hr_flash, member)
static const struct hr_field flash_fields[] = {
    {.key = "at",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(at_us),
     .about = "from the start of the traffic"},
    {.key = "factor",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = AT(factor),
     .max = 1e6,
     .about = "of the rate, at its height"},
    {.key = "ramp", .type = HR_FIELD_DURATION, .offset = AT(ramp_us)},
    {.key = "hold", .type = HR_FIELD_DURATION, .offset = AT(hold_us)},
    {.key = "decay", .type = HR_FIELD_DURATION, .offset = AT(decay_us)},
};
#undef AT
static const struct hr_schema flash_schema = {flash_fields, COUNT(flash_fields)};

static bool read_flash(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr_made_workload *workload = target;
    return hr_schema_read(&flash_schema, node, reading, &workload->flashes[workload->flash_count++],
                          err);
}

static bool read_flashes(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    return read_maps(node, reading, HR_GENERATE_FLASHES, read_flash, target, err);
}

/* ---- processes
 * ------------------------------------------------------------------------------------ */

#define AT(member) offsetof(struct hr_process_state, member)
static const struct hr_field state_fields[] = {
    {.key = "factor",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = AT(factor),
     .max = 1e6,
     .about = "of the rate while the state lasts; they are scaled together"},
    {.key = "stay",
     .type = HR_FIELD_DIST,
     .required = true,
     .offset = AT(stay),
     .about = "how long it lasts, such as `{dist: exponential, mean: 2 min}`"},
};
#undef AT
static const struct hr_schema state_schema = {state_fields, COUNT(state_fields)};

static bool read_state(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr_process *process = target;
    return hr_schema_read(&state_schema, node, reading, &process->states[process->state_count++],
                          err);
}

static bool read_states(const struct hr_node *node, const struct hr_reading *reading, void *target,
                        struct hr_error *err)
{
    return read_maps(node, reading, HR_GENERATE_STATES, read_state, target, err);
}

#define AT(member) offsetof(struct hr_process, member)
static const struct hr_field process_fields[] = {
    {.key = "kind",
     .type = HR_FIELD_NAME,
     .required = true,
     .offset = AT(kind),
     .names = hr__process_names},
    {.key = "gap",
     .type = HR_FIELD_DIST,
     .required = true,
     .offset = AT(gap),
     .kinds = 1u << HR_PROCESS_RENEWAL,
     .about = "the form of the gaps, such as `{dist: gamma, shape: 0.3, mean: 1 s}`"},
    {.key = "states",
     .type = HR_FIELD_READ,
     .required = true,
     .read = read_states,
     .kinds = 1u << HR_PROCESS_MODULATED,
     .about = "a list of `{factor: 5, stay: {dist: exponential, mean: 2 min}}`"},
    {.key = "on",
     .type = HR_FIELD_DIST,
     .required = true,
     .offset = AT(states[0].stay),
     .kinds = 1u << HR_PROCESS_ON_OFF},
    {.key = "off",
     .type = HR_FIELD_DIST,
     .required = true,
     .offset = AT(states[1].stay),
     .kinds = 1u << HR_PROCESS_ON_OFF},
    {.key = "every",
     .type = HR_FIELD_DURATION,
     .required = true,
     .offset = AT(every_us),
     .min = (double)HR_SECOND,
     .max = (double)HR_WEEK,
     .kinds = 1u << HR_PROCESS_CRON},
    {.key = "at", .type = HR_FIELD_DURATION, .offset = AT(at_us), .kinds = 1u << HR_PROCESS_CRON},
    {.key = "jitter",
     .type = HR_FIELD_DURATION,
     .offset = AT(jitter_us),
     .kinds = 1u << HR_PROCESS_CRON},
};
#undef AT
static const struct hr_schema process_schema = {process_fields, COUNT(process_fields)};

/* The kind decides which keys there are, so it is looked at first. */
static bool process_kind(const struct hr_node *node, const char *prefix, int *ret,
                         struct hr_error *err)
{
    const struct hr_node *kind = node->type == HR_NODE_MAP ? hr_node_get(node, "kind") : node;
    for (*ret = 0; kind && kind->type == HR_NODE_SCALAR && hr__process_names[*ret]; ++*ret)
        if (strcmp(kind->text, hr__process_names[*ret]) == 0)
            return true;
    return hr_node_fail(kind ? kind : node, err,
                        "%s: expected one of poisson, deterministic, renewal, modulated, on-off, "
                        "cron, or a map with such a `kind`",
                        prefix);
}

static bool check_process(const struct hr_node *node, const struct hr_process *process,
                          const char *prefix, struct hr_error *err)
{
    double most = 0;
    if (process->kind == HR_PROCESS_RENEWAL && !(hr_dist_mean(&process->gap) > 0))
        return hr_node_fail(node, err, "%s: expected gaps with a mean above 0", prefix);
    if (process->kind == HR_PROCESS_CRON &&
        process->at_us + process->jitter_us >= process->every_us)
        return hr_node_fail(node, err, "%s: expected at and jitter together below every", prefix);
    for (size_t i = 0; i < process->state_count; i++) {
        most = fmax(most, process->states[i].factor);
        if (hr_dist_mean(&process->states[i].stay) < (double)HR_MILLISECOND)
            return hr_node_fail(node, err, "%s: expected states that last 1 ms or more on average",
                                prefix);
    }
    return process->state_count == 0 || most > 0 ||
           hr_node_fail(node, err, "%s: expected a state with a factor above 0", prefix);
}

static bool read_process(const struct hr_node *node, const struct hr_reading *reading, void *target,
                         struct hr_error *err)
{
    struct hr_process *process = target;
    struct hr_reading inner = *reading;
    *process = (struct hr_process){0};
    if (!process_kind(node, reading->prefix, &inner.kind, err))
        return false;
    process->kind = (enum hr_process_kind)inner.kind;
    if (process->kind == HR_PROCESS_ON_OFF) {
        process->state_count = 2;
        process->states[0].factor = 1;
    }
    if (node->type == HR_NODE_MAP && !hr_schema_read(&process_schema, node, &inner, process, err))
        return false;
    if (node->type == HR_NODE_SCALAR && process->kind > HR_PROCESS_DETERMINISTIC)
        return hr_node_fail(node, err, "%s: %s needs more keys: `{kind: %s, ...}`", reading->prefix,
                            node->text, node->text);
    return check_process(node, process, reading->prefix, err);
}

/* ---- workloads
 * ------------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct hr_made_workload, member)
static const struct hr_field workload_fields[] = {
    {.key = "name",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(name),
     .size = HR_WORKLOAD_NAME_MAX + 1},
    {.key = "trigger", .type = HR_FIELD_NAME, .offset = AT(trigger), .names = trigger_names},
    {.key = "rate", .type = HR_FIELD_READ, .required = true, .offset = AT(rate), .read = read_rate},
    {.key = "count",
     .type = HR_FIELD_INTEGER,
     .offset = AT(count),
     .min = 1,
     .max = HR_GENERATE_MEMBERS,
     .about = "so many workloads of this kind"},
    {.key = "rate_spread", .type = HR_FIELD_NUMBER, .offset = AT(rate_spread), .max = 10},
    {.key = "rate_max", .type = HR_FIELD_READ, .offset = AT(rate_max), .read = read_rate},
    {.key = "service_spread", .type = HR_FIELD_NUMBER, .offset = AT(service_spread), .max = 10},
    {.key = "process", .type = HR_FIELD_READ, .offset = AT(process), .read = read_process},
    {.key = "profile", .type = HR_FIELD_READ, .offset = AT(profile), .read = read_profile},
    {.key = "flash", .type = HR_FIELD_READ, .read = read_flashes},
    {.key = "growth", .type = HR_FIELD_FRACTION, .offset = AT(growth), .max = 10},
    {.key = "service",
     .type = HR_FIELD_DIST,
     .required = true,
     .offset = AT(service),
     .about = "service times, such as `{dist: lognormal, p50: 80 ms, p99: 900 ms}`"},
    {.key = "memory", .type = HR_FIELD_SIZE, .offset = AT(memory_mb), .max = 1e6},
    {.key = "memory_size", .type = HR_FIELD_SIZE, .offset = AT(memory_size_mb), .max = 1e6},
};
#undef AT
static const struct hr_schema workload_schema = {workload_fields, COUNT(workload_fields)};

static bool read_workload(const struct hr_node *node, const struct hr_reading *reading,
                          void *target, struct hr_error *err)
{
    struct hr_traffic_model *model = target;
    struct hr_made_workload *workload = &model->workloads[model->count++];
    workload->count = 1;
    if (!hr_schema_read(&workload_schema, node, reading, workload, err))
        return false;
    for (size_t i = 0; i + 1 < model->count; i++)
        if (strcmp(model->workloads[i].name, workload->name) == 0)
            return hr_node_fail(hr_node_get(node, "name"), err, "%s.name: `%s` stands there twice",
                                reading->prefix, workload->name);
    return workload->count > 1 || (workload->rate_spread <= 0 && workload->service_spread <= 0) ||
           hr_node_fail(node, err, "%s: a spread is of many workloads, and needs `count`",
                        reading->prefix);
}

static bool read_workloads(const struct hr_node *node, const struct hr_reading *reading,
                           void *target, struct hr_error *err)
{
    struct hr_traffic_model *model = target;
    const size_t room = node->type == HR_NODE_LIST ? node->count + 1 : 1;
    model->workloads = hr_arena_alloc(reading->arena, room * sizeof *model->workloads);
    return model->workloads ? read_maps(node, reading, 1000, read_workload, target, err)
                            : hr_fail_memory(err);
}

/* ---- the whole
 * -------------------------------------------------------------------------------------- */

#define AT(member)   offsetof(struct hr_traffic_model, member)
#define ROOM(member) sizeof((struct hr_traffic_model *)0)->member
static const struct hr_field model_fields[] = {
    {.key = "traffic",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(id),
     .size = ROOM(id),
     .about = "the description's name, such as `web-shop`"},
    {.key = "title", .type = HR_FIELD_TEXT, .offset = AT(title), .size = ROOM(title)},
    {.key = "as_of", .type = HR_FIELD_DATE, .offset = AT(as_of), .size = ROOM(as_of)},
    {.key = "sources", .type = HR_FIELD_ANY},
    {.key = "start", .type = HR_FIELD_READ, .offset = AT(start), .read = read_time},
    {.key = "duration",
     .type = HR_FIELD_DURATION,
     .offset = AT(duration_us),
     .min = (double)HR_SECOND,
     .max = (double)HR_GENERATE_DURATION},
    {.key = "workloads", .type = HR_FIELD_READ, .required = true, .read = read_workloads},
};
#undef AT
#undef ROOM
static const struct hr_schema model_schema = {model_fields, COUNT(model_fields)};

bool hr_traffic_read(const struct hr_tree *tree, struct hr_traffic_model *ret, struct hr_error *err)
{
    const struct hr_node *root = hr_tree_root(tree);
    *ret = (struct hr_traffic_model){.start = START, .duration_us = HR_WEEK};
    snprintf(ret->file, sizeof ret->file, "%s", root->file);
    const struct hr_reading reading = {.arena = &ret->arena, .prefix = ""};
    if (hr_schema_read(&model_schema, root, &reading, ret, err) && hr_traffic_check(ret, err))
        return true;
    hr_traffic_clear(ret);
    return false;
}

static bool is_path(const char *text)
{
    const char *dot = strrchr(text, '.');
    return strchr(text, '/') || (dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0));
}

bool hr_traffic_open(const struct hr_models *models, const char *id_or_path,
                     struct hr_traffic_model *ret, struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    bool loaded = is_path(id_or_path)
                      ? hr_tree_load_file(id_or_path, &tree, err)
                      : hr_models_tree(models, HR_MODEL_TRAFFIC, id_or_path, &tree, err);
    bool read = loaded && hr_traffic_read(tree, ret, err);
    hr_tree_close(tree);
    return read;
}

void hr_traffic_clear(struct hr_traffic_model *model)
{
    hr_arena_clear(&model->arena);
    *model = (struct hr_traffic_model){0};
}

/* ---- together
 * ---------------------------------------------------------------------------------------- */

/* The highest rate that growth and flash crowds can make of it would say too much: the mean of the
 * base, grown to the end, is near enough for a limit. */
static double expected(const struct hr_traffic_model *model, const struct hr_made_workload *w)
{
    const double span = (double)model->duration_us / (double)HR_SECOND;
    const double months = span / 3600 / HR_MONTH_HOURS;
    const double rate = w->rate_max > 0 ? fmin(w->rate, w->rate_max) : w->rate;
    return rate * span * (double)w->count * pow(1 + w->growth, months);
}

bool hr_traffic_check(const struct hr_traffic_model *model, struct hr_error *err)
{
    double sum = 0;
    int64_t members = 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct hr_made_workload *w = &model->workloads[i];
        sum += expected(model, w);
        members += w->count;
        if (strlen(w->name) + (w->count > 1 ? 6 : 0) > HR_WORKLOAD_NAME_MAX)
            return hr_fail(err, HR_ELIMIT, "%s: workload `%.40s...`: its name is too long",
                           model->file, w->name);
    }
    if (members > HR_GENERATE_MEMBERS)
        return hr_fail(err, HR_ELIMIT, "%s: %lld workloads; at most %d can be made", model->file,
                       (long long)members, HR_GENERATE_MEMBERS);
    return sum <= HR_GENERATE_MAX ||
           hr_fail(err, HR_ELIMIT,
                   "%s: its rates make some %.3g invocations in the whole duration; at most %.3g "
                   "can be made: lower the rates or the duration",
                   model->file, sum, HR_GENERATE_MAX);
}

/* Is the rest of a name "-N"? */
static bool is_number(const char *rest)
{
    return rest[0] == '-' && rest[1] && rest[1 + strspn(rest + 1, "0123456789")] == '\0';
}

const struct hr_made_workload *hr_traffic_described(const struct hr_traffic_model *model,
                                                    const char *name)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct hr_made_workload *w = &model->workloads[i];
        const size_t len = strlen(w->name);
        if (w->count == 1 ? strcmp(name, w->name) == 0
                          : strncmp(name, w->name, len) == 0 && is_number(name + len))
            return w;
    }
    return NULL;
}
