/* describe.c: see describe.h. Every attribute carries its origin: measured, derived, assumed, set.
 */
#include "ingest/describe.h"

#include <inttypes.h>
#include <string.h>

#define REMEDY_SERVICE "--service 'lognormal p50=80ms p99=900ms'"

struct describing {
    const struct hr_ingest_options *options;
    const struct hr_sink *sink;
    struct hr_ingest_report *report;
    size_t without; /* workloads without a single duration */
    const struct hr__group *first_without;
};

const char *hr__file_stem(struct hr_arena *arena, const char *path)
{
    static const char *const packed[] = {".gz", ".zst", ".xz", ".bz2"};
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t len = strlen(name);
    if (strcmp(path, "-") == 0) {
        return hr_arena_copy(arena, "stdin", 5);
    }
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
        size_t n = strlen(packed[i]);
        if (len > n && memcmp(name + len - n, packed[i], n) == 0) {
            len -= n;
            break;
        }
    }
    const char *dot = memrchr(name, '.', len);
    return hr_arena_copy(arena, name, dot == NULL || dot == name ? len : (size_t)(dot - name));
}

/* An attribute's value and where it comes from. */
struct told {
    const char *value, *source;
    enum hr_origin origin;
};

static bool tell(const struct describing *d, const struct hr__group *group, const char *key,
                 struct told told, struct hr_error *err)
{
    struct hr_attribute attribute;
    return hr_attribute_set(&attribute, key, told.value, told.origin, told.source, err) &&
           d->sink->attribute(d->sink->context, group->sink_id, &attribute, err);
}

static bool tell_service(struct describing *d, const struct hr__group *group, struct hr_error *err)
{
    const struct hr_ingest_options *options = d->options;
    if (group->with_duration > 0) {
        return true;
    }
    if (group->service != NULL && options->service == NULL) {
        return tell(d, group, "service",
                    (struct told){group->service, "percentiles of the log", HR_DERIVED}, err);
    }
    d->first_without = d->without++ == 0 ? group : d->first_without;
    if (options->service != NULL) {
        struct told told = {options->service, "--service", HR_SET};
        return tell(d, group, "service", told, err);
    }
    const char *assumed = options->assumed_service[group->trigger];
    if (assumed == NULL) {
        return true;
    }
    const char *source = options->assumed_source[group->trigger];
    source = source == NULL ? "models" : source;
    struct hr_assumed entry = {.workload = group->name,
                               .key = "service",
                               .value = assumed,
                               .source = source,
                               .remedy = REMEDY_SERVICE};
    return tell(d, group, "service", (struct told){assumed, source, HR_ASSUMED}, err) &&
           hr__assume(d->report, &entry, err);
}

static bool tell_group(struct describing *d, const struct hr__group *group, struct hr_error *err)
{
    const char *trigger = hr_trigger_name(group->trigger);
    struct told told = {trigger,
                        group->trigger_origin == HR_ASSUMED ? "the kind of the log" : "the log",
                        group->trigger_origin};
    if (!tell(d, group, "trigger", told, err)) {
        return false;
    }
    if (group->trigger_origin == HR_ASSUMED) {
        struct hr_assumed entry = {.workload = group->name,
                                   .key = "trigger",
                                   .value = trigger,
                                   .source = "the kind of the log",
                                   .remedy = "--set workload.trigger=http|async|queue|stream|"
                                             "schedule"};
        if (!hr__assume(d->report, &entry, err)) {
            return false;
        }
    }
    if (group->span != HR_SPAN_UNKNOWN && group->with_duration > 0 &&
        !tell(d, group, "span",
              (struct told){hr_span_name(group->span), "the log's format", HR_DERIVED}, err)) {
        return false;
    }
    if (group->memory_size_kb != HR_UNKNOWN) {
        char size[HR_ATTRIBUTE_VALUE];
        if (group->memory_size_kb % 1024 == 0) {
            (void)snprintf(size, sizeof size, "%" PRId64 " MB", group->memory_size_kb / 1024);
        } else {
            (void)snprintf(size, sizeof size, "%" PRId64 " KB", group->memory_size_kb);
        }
        if (!tell(d, group, "memory_size", (struct told){size, "the log", HR_MEASURED}, err)) {
            return false;
        }
    }
    return tell_service(d, group, err);
}

/* What was applied where the log tells no durations, and what replaces it. */
static bool say_service(const struct describing *d, size_t workloads, struct hr_error *err)
{
    if (d->without == 0) {
        return true;
    }
    const char *name = d->first_without->name;
    const char *assumed = d->options->assumed_service[d->first_without->trigger];
    char which[64];
    (void)snprintf(which, sizeof which, "%zu of %zu workloads", d->without, workloads);
    if (d->options->service != NULL) {
        return hr__say(d->report, err, "%s have no durations; --service gives them %s", which,
                       d->options->service);
    }
    return hr__say(d->report, err,
                   "%s have no durations (\"%s\" among them); their service time is assumed%s%s; "
                   "replace it with " REMEDY_SERVICE,
                   which, name, assumed == NULL ? "" : ": ", assumed == NULL ? "" : assumed);
}

/* The meaning of a stamp matters as soon as there are durations. */
static bool assume_stamps(struct hr_ingest_report *report, struct hr_error *err)
{
    for (size_t i = 0; i < report->file_count; i++) {
        const struct hr_import_file *file = &report->files[i];
        if (file->stamp_origin == HR_ASSUMED && file->with_duration > 0) {
            struct hr_assumed entry = {.key = "stamp",
                                       .value = hr_stamp_name(file->stamp),
                                       .source = file->file,
                                       .remedy = "--stamp start|end"};
            if (!hr__assume(report, &entry, err)) {
                return false;
            }
        }
    }
    return true;
}

bool hr__describe(const struct hr__groups *groups, const struct hr_ingest_options *options,
                  const struct hr_sink *sink, struct hr_ingest_report *report, struct hr_error *err)
{
    struct describing d = {.options = options, .sink = sink, .report = report};
    size_t workloads = 0;
    for (size_t i = 0; i < groups->count; i++) {
        const struct hr__group *group = &groups->group[i];
        if (group->opened) {
            workloads++;
            if (!tell_group(&d, group, err)) {
                return false;
            }
        }
    }
    return say_service(&d, workloads, err) && assume_stamps(report, err);
}
