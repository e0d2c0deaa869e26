/* platforms.c: which platforms are compared, with the overrides and prices that speak of each, and
 * the rows beside them: functions once more with their memory as it was recorded (sizing rule 4).
 */
#include <stdlib.h>
#include <string.h>

#include "plan/comparing.h"

#define PLATFORMS_MAX ((size_t)1000)

/* ---- which platforms ------------------------------------------------------------------------- */

/* Overrides for the book, "prices.items.X" is "items.X" there: those of items that it has. */
static size_t book_overrides(const struct hr_compare_options *options, const struct hr_book *book,
                             struct hr_override *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < options->override_count; i++)
        if (strncmp(options->overrides[i].key, "prices.items.", 13) == 0 &&
            hr_book_has(book, options->overrides[i].key + 7))
            ret[count++] =
                (struct hr_override){options->overrides[i].key + 7, options->overrides[i].value};
    return count;
}

/* Opens a platform's book with the overrides that speak of it; `room` holds all of options. */
static bool open_book(struct hr__comparing *c, struct hr__job *job, struct hr_override *room,
                      struct hr_error *err)
{
    struct hr_book *plain = NULL;
    const char *id = job->original.book;
    if (!hr_book_open(c->models, id, NULL, 0, &plain, err))
        return false;
    size_t count = book_overrides(c->search.options, plain, room);
    hr_book_close(plain);
    return hr_book_open(c->models, id, room, count, &job->sized.book, err) &&
           hr_book_metering(job->sized.book, job->original.scheme, &job->sized.metering, err);
}

/* An override of an item that none of the books in use has is an error. */
static bool items_known(const struct hr__comparing *c, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    for (size_t i = 0; i < options->override_count; i++) {
        const char *key = options->overrides[i].key;
        bool known = strncmp(key, "prices.items.", 13) != 0;
        for (size_t j = 0; j < c->job_count && !known; j++)
            known = c->jobs[j].sized.book && hr_book_has(c->jobs[j].sized.book, key + 7);
        if (!known)
            return hr_fail(err, HR_EMODEL,
                           "--set %.100s: no price book of these platforms has this item; "
                           "`headroom models` names the books",
                           key);
    }
    return true;
}

/* Is an override one of a platform file? Others speak of workloads, traffic and items. */
static bool of_platform(const char *key)
{
    return strncmp(key, "workload.", 9) != 0 && strncmp(key, "prices.items.", 13) != 0 &&
           strcmp(key, "traffic") != 0;
}

static bool known_somewhere(const char *key)
{
    return hr_platform_knows(HR_FUNCTION, key) || hr_platform_knows(HR_FLEET, key);
}

/* Those overrides that this kind of platform knows; one that no kind knows is an error. */
static bool pick_overrides(const struct hr_compare_options *options, enum hr_platform_kind kind,
                           struct hr_override *ret, size_t *ret_count, struct hr_error *err)
{
    *ret_count = 0;
    for (size_t i = 0; i < options->override_count; i++) {
        const char *key = options->overrides[i].key;
        if (!of_platform(key))
            continue;
        if (!known_somewhere(key))
            return hr_fail(err, HR_EMODEL,
                           "--set %s: no such key; keys begin with function., fleet., network, "
                           "services, prices., workload. or are `traffic`",
                           key);
        if (hr_platform_knows(kind, key))
            ret[(*ret_count)++] = options->overrides[i];
    }
    return true;
}

static bool open_platform(struct hr__comparing *c, const char *id_or_path, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    void *items = c->jobs;
    if (!hr_grow(&items, &c->job_capacity, c->job_count + 1, sizeof *c->jobs, PLATFORMS_MAX, err))
        return false;
    c->jobs = items;
    struct hr__job *job = &c->jobs[c->job_count];
    *job = (struct hr__job){.source = id_or_path};
    struct hr_platform plain = {0};
    struct hr_override *mine = calloc(options->override_count + 1, sizeof *mine);
    size_t count = 0;
    if (!mine)
        return hr_fail_memory(err);
    bool done = hr_models_platform(c->models, id_or_path, NULL, 0, &plain, err) &&
                pick_overrides(options, plain.kind, mine, &count, err) &&
                hr_models_platform(c->models, id_or_path, mine, count, &job->original, err);
    hr_platform_clear(&plain);
    if (done) {
        c->job_count++;
        job->sized.platform = job->original;
        if (job->original.book[0]) {
            done = open_book(c, job, mine, err);
        } else {
            job->sized.metering = (struct hr_metering){
                .span = job->original.kind == HR_FUNCTION ? HR_METERED_INVOCATION : HR_METERED_LIFE,
                .granularity_us = job->original.kind == HR_FUNCTION ? HR_MILLISECOND : 0,
                .bill_init = true};
        }
    }
    free(mine);
    return done;
}

static bool wanted(const struct hr_compare_options *options, const char *id)
{
    for (size_t i = 0; i < options->only_count; i++)
        if (strcmp(options->only[i], id) == 0)
            return true;
    return options->only_count == 0;
}

/* Length of the platform's own id in `id`: all of it, or what stands before `:as-recorded`. */
static size_t own_length(const char *id)
{
    const size_t len = strlen(id), tail = strlen(HR__AS_RECORDED);
    return len > tail && strcmp(id + len - tail, HR__AS_RECORDED) == 0 ? len - tail : len;
}

/* Makes the last job the platform with its memory as it was recorded. */
static bool name_as_recorded(struct hr__comparing *c, struct hr_error *err)
{
    struct hr__job *job = &c->jobs[c->job_count - 1];
    struct hr_platform *platform = &job->original;
    const size_t id = strlen(platform->id), title = strlen(platform->title);
    if (platform->kind != HR_FUNCTION || platform->function.memory_mb > 0)
        return hr_fail(err, HR_EMODEL,
                       "%s%s: only functions with `memory: auto` have a row for the recorded size",
                       platform->id, HR__AS_RECORDED);
    if (id + sizeof HR__AS_RECORDED > sizeof platform->id)
        return hr_fail(err, HR_ELIMIT, "%s: this name is too long for a row beside it",
                       platform->id);
    memcpy(platform->id + id, HR__AS_RECORDED, sizeof HR__AS_RECORDED);
    snprintf(platform->title + title, sizeof platform->title - title, ", memory as recorded");
    job->sized.platform = *platform;
    job->sized.as_recorded = true;
    return true;
}

/* A platform of --only; `ID:as-recorded` is a row beside ID. */
static bool open_named(struct hr__comparing *c, const char *name, struct hr_error *err)
{
    const size_t len = own_length(name);
    const char *id = hr_arena_copy(&c->out->arena, name, len);
    if (!id)
        return hr_fail_memory(err);
    return open_platform(c, id, err) && (name[len] == '\0' || name_as_recorded(c, err));
}

bool hr__platforms_open(struct hr__comparing *c, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    for (size_t i = 0; i < hr_models_count(c->models); i++) {
        const struct hr_model_info *info = hr_models_at(c->models, i);
        if (info->kind == HR_MODEL_PLATFORM && wanted(options, info->id) &&
            !open_platform(c, info->id, err))
            return false;
    }
    for (size_t i = 0; i < options->platform_file_count; i++) {
        if (!open_platform(c, options->platform_files[i], err))
            return false;
        c->jobs[c->job_count - 1].by_file = true;
    }
    for (size_t i = 0; i < options->only_count; i++) {
        bool found = false;
        for (size_t j = 0; j < c->job_count; j++)
            found = found || strcmp(c->jobs[j].original.id, options->only[i]) == 0;
        if (!found && !open_named(c, options->only[i], err))
            return false; /* the registry's sentence lists what there is */
    }
    if (c->job_count == 0)
        return hr_fail(err, HR_EMISSING, "there is no platform to compare");
    return items_known(c, err);
}

/* The last job becomes the one after `at`. */
static void move_after(struct hr__comparing *c, size_t at)
{
    const struct hr__job last = c->jobs[c->job_count - 1];
    memmove(&c->jobs[at + 2], &c->jobs[at + 1], (c->job_count - at - 2) * sizeof last);
    c->jobs[at + 1] = last;
}

/* Whoever named platforms gets those; else a function whose memory is searched for has a row beside
 * it. */
static bool add_beside(struct hr__comparing *c, struct hr_error *err)
{
    for (size_t i = 0; i < c->job_count; i++) {
        const struct hr__job *job = &c->jobs[i];
        if (job->original.kind != HR_FUNCTION || job->original.function.memory_mb > 0 ||
            job->sized.as_recorded || (c->search.options->only_count && !job->by_file))
            continue;
        if (!open_platform(c, job->source, err) || !name_as_recorded(c, err))
            return false;
        move_after(c, i++);
    }
    return true;
}

bool hr__platforms_beside(struct hr__comparing *c, struct hr_error *err)
{
    bool recorded = false;
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        recorded = recorded || c->traffic.streams[i].memory_size_mb > 0;
    if (recorded && !add_beside(c, err))
        return false;
    for (size_t i = 0; i < c->job_count; i++) {
        struct hr__job *job = &c->jobs[i];
        if (!job->sized.as_recorded)
            continue;
        if (!recorded)
            return hr_fail(err, HR_EMISSING,
                           "%s: no workload's memory size was recorded; --set "
                           "workload.memory_size=1024MB tells it",
                           job->original.id);
        const size_t len = own_length(job->original.id);
        for (size_t k = 0; k < c->job_count; k++)
            if (strlen(c->jobs[k].original.id) == len &&
                strncmp(c->jobs[k].original.id, job->original.id, len) == 0)
                job->sized.beside = &c->jobs[k].sized;
    }
    return true;
}

void hr__platform_own_id(const char *id, char ret[64])
{
    snprintf(ret, 64, "%.*s", (int)own_length(id), id);
}
