/* attributes.c: each attribute of a workload, the best word first: `--set workload.KEY`, what the
 * plan file holds, the pattern of its trigger, the assumptions. What ends up assumed is listed. */
#include "plan/attributes.h"

#include <math.h>
#include <string.h>

#define HR_MB 1048576.0 /* bytes; sizes count by 1024 */

static const char *const keys[] = {
    "trigger",     "service",          "cpu_bound",      "speed",          "slo",
    "target",      "memory_size",      "state_accesses", "state_recorded", "state_memory",
    "connections", "connection_limit", "records",        "payload",        "errors",
    "poison"};
#define KEYS (sizeof keys / sizeof *keys)

bool hr__attribute_known(const char *key)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

void hr__attributes_list(struct hr_text *ret)
{
    for (size_t i = 0; i < KEYS; i++)
        hr_text_printf(ret, "%s%s", i ? ", " : "", keys[i]);
}

struct found {
    const char *text; /* NULL: nobody says */
    enum hr_origin origin;
    const char *source;
};

struct resolver {
    const struct hr__load *load;
    const char *workload;
    const struct hr_attribute *stored;
    size_t stored_count;
    struct hr_text assumed;
};

static struct found find(const struct resolver *r, const char *key)
{
    const struct hr_compare_options *options = r->load->options;
    char dotted[64];
    snprintf(dotted, sizeof dotted, "workload.%s", key);
    bool speaks = !options->workload || strcmp(options->workload, r->workload) == 0;
    for (size_t i = options->override_count; speaks && i-- > 0;)
        if (strcmp(options->overrides[i].key, dotted) == 0)
            return (struct found){options->overrides[i].value, HR_SET, "--set"};
    for (size_t i = 0; i < r->stored_count; i++)
        if (strcmp(r->stored[i].key, key) == 0)
            return (struct found){r->stored[i].value, r->stored[i].origin, r->stored[i].source};
    return (struct found){0};
}

/* Lists an assumption, and its key in the row's column. */
static bool assume(struct resolver *r, const char *key, const char *value, const char *source,
                   struct hr_error *err)
{
    char remedy[128];
    snprintf(remedy, sizeof remedy, "--set workload.%s=...", key);
    hr_text_printf(&r->assumed, "%s%s", r->assumed.len ? ";" : "", key);
    return hr__assumption_add(r->load->comparison,
                              &(struct hr_comparison_assumption){.workload = r->workload,
                                                                 .key = key,
                                                                 .value = value,
                                                                 .origin = HR_ASSUMED,
                                                                 .source = source,
                                                                 .remedy = remedy},
                              err);
}

static bool wrong(const struct resolver *r, const char *key, const struct found *found,
                  const char *expected, struct hr_error *err)
{
    return hr_fail(err, HR_EMODEL, "workload.%s of %s: expected %s, found `%s` (%s)", key,
                   r->workload, expected, found->text, found->source);
}

static bool resolve_trigger(struct resolver *r, struct hr__stream *stream, struct hr_error *err)
{
    struct found found = find(r, "trigger");
    stream->trigger = HR_HTTP;
    if (!found.text)
        return true;
    return hr_trigger_parse(found.text, strlen(found.text), &stream->trigger) ||
           wrong(r, "trigger", &found, "http, async, queue, stream or schedule", err);
}

static bool resolve_share(struct resolver *r, const char *key, double assumed, const char *source,
                          double *ret, struct hr_error *err)
{
    struct found found = find(r, key);
    if (found.text)
        return (hr_parse_fraction(found.text, strlen(found.text), ret) && *ret >= 0 && *ret <= 1) ||
               wrong(r, key, &found, "a share such as `25 %`", err);
    char value[32];
    *ret = assumed;
    hr_format_fixed(value, sizeof value, assumed, 4);
    return assume(r, key, value, source, err);
}

/* A log of a function whose memory gave it less than a vCPU was made on a slow core. */
static bool derive_speed(struct resolver *r, struct hr__stream *stream, struct hr_error *err)
{
    const double per_vcpu = r->load->assumptions->function.mb_per_vcpu;
    if (stream->memory_size_mb <= 0 || stream->memory_size_mb >= per_vcpu)
        return true;
    stream->speed *= per_vcpu / stream->memory_size_mb;
    return hr__note_add(
        r->load->comparison, err,
        "%s was recorded with %g MB, which is %.2f of a vCPU: a whole one does what "
        "needs a core %.2f times as fast (--set workload.speed says otherwise)",
        r->workload, stream->memory_size_mb, stream->memory_size_mb / per_vcpu, stream->speed);
}

static bool resolve_numbers(struct resolver *r, struct hr__stream *stream, struct hr__facts *facts,
                            struct hr_error *err)
{
    struct found speed = find(r, "speed"), slo = find(r, "slo"), target = find(r, "target"),
                 memory = find(r, "memory_size");
    stream->speed = r->load->assumptions->workload.speed;
    stream->slo = r->load->assumptions->workload.slo;
    facts->target_us = HR_UNKNOWN;
    if (speed.text &&
        (!hr_parse_double(speed.text, strlen(speed.text), &stream->speed) || stream->speed <= 0))
        return wrong(r, "speed", &speed, "a factor above 0 such as `1.2`", err);
    if (slo.text &&
        (!hr_parse_fraction(slo.text, strlen(slo.text), &stream->slo) || stream->slo > 1))
        return wrong(r, "slo", &slo, "a share such as `99 %`", err);
    if (target.text && !hr_parse_duration(target.text, strlen(target.text), &facts->target_us))
        return wrong(r, "target", &target, "a duration such as `250 ms`", err);
    if (memory.text && !hr_parse_size(memory.text, strlen(memory.text), &stream->memory_size_mb))
        return wrong(r, "memory_size", &memory, "a size such as `512 MB`", err);
    return speed.text || derive_speed(r, stream, err);
}

static bool whole_number(const struct found *found, int64_t most, int64_t *ret)
{
    return hr_parse_i64(found->text, strlen(found->text), ret) && *ret >= 0 && *ret <= most;
}

/* What the work does to a state store. Nobody says: no access, and nothing changes. */
static bool resolve_state(struct resolver *r, struct hr__stream *stream, struct hr_error *err)
{
    const struct found accesses = find(r, "state_accesses"), recorded = find(r, "state_recorded"),
                       memory = find(r, "state_memory"), connections = find(r, "connections"),
                       limit = find(r, "connection_limit");
    stream->state_recorded_us = llround(hr_dist_mean(&r->load->assumptions->state));
    if (accesses.text && !whole_number(&accesses, HR_STATE_ACCESSES_MAX, &stream->state_accesses))
        return wrong(r, "state_accesses", &accesses, "a whole number from 0 to 1000", err);
    if (recorded.text &&
        !hr_parse_duration(recorded.text, strlen(recorded.text), &stream->state_recorded_us))
        return wrong(r, "state_recorded", &recorded, "a duration such as `1 ms`", err);
    if (memory.text &&
        (!hr_parse_fraction(memory.text, strlen(memory.text), &stream->state_memory) ||
         stream->state_memory > 1))
        return wrong(r, "state_memory", &memory, "a share such as `80 %`", err);
    if (connections.text && !whole_number(&connections, HR_SLOTS_MAX, &stream->connections))
        return wrong(r, "connections", &connections, "a whole number of each instance", err);
    if (limit.text && !whole_number(&limit, INT64_C(1) << 40, &stream->connection_limit))
        return wrong(r, "connection_limit", &limit, "the number that the database allows", err);
    return true;
}

static bool resolve_optional_share(const struct resolver *r, const char *key, double *ret,
                                   struct hr_error *err)
{
    struct found found = find(r, key);
    *ret = 0;
    return !found.text ||
           (hr_parse_fraction(found.text, strlen(found.text), ret) && *ret >= 0 && *ret <= 1) ||
           wrong(r, key, &found, "a share such as `1 %`", err);
}

/* What its rows are, how large, and how many of them fail. */
static bool resolve_messages(const struct resolver *r, struct hr__stream *stream,
                             struct hr_error *err)
{
    const double assumed = r->load->assumptions->workload.message_bytes / HR_MB;
    struct found records = find(r, "records"), payload = find(r, "payload");
    stream->messages = records.text && strcmp(records.text, "messages") == 0;
    if (records.text && !stream->messages && strcmp(records.text, "runs") != 0)
        return wrong(r, "records", &records, "runs or messages", err);
    stream->payload_mb = stream->trigger == HR_HTTP ? 0 : assumed;
    if (payload.text && !hr_parse_size(payload.text, strlen(payload.text), &stream->payload_mb))
        return wrong(r, "payload", &payload, "a size such as `300 KB`", err);
    return resolve_optional_share(r, "errors", &stream->errors, err) &&
           resolve_optional_share(r, "poison", &stream->poison, err);
}

static bool resolve_service(struct resolver *r, const struct hr_pattern *pattern,
                            const struct hr_store_workload *workload, struct hr__facts *facts,
                            struct hr_arena *arena, struct hr_error *err)
{
    struct found found = find(r, "service");
    char text[HR_ATTRIBUTE_VALUE];
    if (!found.text) {
        hr_dist_format(text, sizeof text, &pattern->service);
        found = (struct found){text, HR_ASSUMED, pattern->file};
    }
    facts->service = hr_arena_copy(arena, found.text, strlen(found.text));
    facts->service_source = hr_arena_copy(arena, found.source, strlen(found.source));
    facts->service_origin = found.origin;
    facts->service_for_all = found.origin == HR_SET && strcmp(found.source, "--set") == 0;
    if (!facts->service || !facts->service_source)
        return hr_fail_memory(err);
    if (!hr_dist_parse(facts->service, arena, &facts->service_dist, err))
        return false;
    if (workload->has_duration || found.origin != HR_ASSUMED)
        return true;
    return assume(r, "service", facts->service, facts->service_source, err);
}

bool hr__attributes_resolve(const struct hr__load *load, const struct hr_store_workload *workload,
                            struct hr__stream *stream, struct hr__facts *facts,
                            struct hr_arena *arena, struct hr_error *err)
{
    struct resolver r = {.load = load, .workload = workload->name, .assumed = {.max = 512}};
    struct hr_attribute *stored = NULL;
    struct hr_pattern pattern = {0};
    if (!hr_store_attributes(load->store, workload->id, arena, &stored, &r.stored_count, err))
        return false;
    r.stored = stored;
    bool resolved =
        resolve_trigger(&r, stream, err) &&
        hr_models_pattern_for(load->models, hr_trigger_name(stream->trigger), workload->name,
                              &pattern, err) &&
        resolve_service(&r, &pattern, workload, facts, arena, err) &&
        resolve_share(&r, "cpu_bound", pattern.cpu_bound, pattern.file, &stream->cpu_bound, err) &&
        resolve_numbers(&r, stream, facts, err) && resolve_state(&r, stream, err) &&
        resolve_messages(&r, stream, err);
    if (resolved) {
        facts->response_bytes = pattern.response_bytes;
        if (facts->target_us == HR_UNKNOWN)
            hr_text_printf(&r.assumed, "%starget", r.assumed.len ? ";" : "");
        stream->service_assumed = !workload->has_duration && facts->service_origin == HR_ASSUMED;
        stream->assumed = hr_arena_copy(arena, r.assumed.data ? r.assumed.data : "", r.assumed.len);
        resolved = stream->assumed || hr_fail_memory(err);
    }
    hr_text_clear(&r.assumed);
    hr_pattern_clear(&pattern);
    return resolved;
}
