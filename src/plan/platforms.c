/* platforms.c: which platforms are compared, with the overrides and prices that speak of each, and
 * the rows beside them: functions once more with their memory as it was recorded (sizing rule 4),
 * or with instances provisioned (rule 5).
 */
#include <stdlib.h>
#include <string.h>

#include "plan/attributes.h"
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
static bool open_book(struct hr__comparing *c, struct hr__sized *sized, struct hr_override *room,
                      struct hr_error *err)
{
    struct hr_book *plain = NULL;
    const char *id = sized->platform.book;
    if (!hr_book_open(c->models, id, NULL, 0, &plain, err))
        return false;
    size_t count = book_overrides(c->search.options, plain, room);
    hr_book_close(plain);
    return hr_book_open(c->models, id, room, count, &sized->book, err) &&
           hr_book_metering(sized->book, sized->platform.scheme, &sized->metering, err);
}

static bool sized_has(const struct hr__sized *sized, const char *item)
{
    bool has = sized->book && hr_book_has(sized->book, item);
    for (size_t k = 0; k < HR__PARTS && sized->parts && !has; k++)
        has = sized_has(&sized->parts[k], item);
    return has;
}

static bool override_check(const char *key, struct hr_error *err)
{
    struct hr_text known = {.max = 400};
    if (strncmp(key, "workload.", 9) != 0 || hr__attribute_known(key + 9))
        return true;
    hr__attributes_list(&known);
    hr_fail(err, HR_EMODEL, "--set %.100s: a workload has no such attribute; it has: %s", key,
            known.data ? known.data : "");
    hr_text_clear(&known);
    return false;
}

/* An override of an item that none of the books in use has is an error. */
static bool items_known(const struct hr__comparing *c, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    for (size_t i = 0; i < options->override_count; i++) {
        const char *key = options->overrides[i].key;
        bool known = strncmp(key, "prices.items.", 13) != 0;
        for (size_t j = 0; j < c->job_count && !known; j++)
            known = sized_has(&c->jobs[j].sized, key + 7);
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
    return hr_platform_knows(HR_HYBRID, key); /* what its parts know, too */
}

/* Does it change this platform's own file? What a hybrid's parts know changes theirs. */
static bool changes_file(enum hr_platform_kind kind, const char *key)
{
    return hr_platform_knows(kind, key) &&
           (kind != HR_HYBRID ||
            !(hr_platform_knows(HR_FUNCTION, key) || hr_platform_knows(HR_FLEET, key)));
}

/* Those overrides that this kind of platform knows; one that no kind knows is an error. */
static bool pick_overrides(const struct hr_compare_options *options, enum hr_platform_kind kind,
                           struct hr_override *ret, size_t *ret_count, struct hr_error *err)
{
    *ret_count = 0;
    for (size_t i = 0; i < options->override_count; i++) {
        const char *key = options->overrides[i].key;
        if (!override_check(key, err))
            return false;
        if (!of_platform(key))
            continue;
        if (!known_somewhere(key))
            return hr_fail(err, HR_EMODEL,
                           "--set %s: no such key; keys begin with function., fleet., hybrid., "
                           "network, services, prices., workload. or are `traffic`",
                           key);
        if (changes_file(kind, key))
            ret[(*ret_count)++] = options->overrides[i];
    }
    return true;
}

/* A platform as its file and the overrides say, and what begins to be sized of it. */
static bool open_one(struct hr__comparing *c, const char *id_or_path, struct hr_platform *original,
                     struct hr__sized *sized, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    struct hr_platform plain = {0};
    struct hr_override *mine = calloc(options->override_count + 1, sizeof *mine);
    size_t count = 0;
    if (!mine)
        return hr_fail_memory(err);
    bool done = hr_models_platform(c->models, id_or_path, NULL, 0, &plain, err) &&
                pick_overrides(options, plain.kind, mine, &count, err) &&
                hr_models_platform(c->models, id_or_path, mine, count, original, err);
    hr_platform_clear(&plain);
    if (done) {
        const bool function = original->kind == HR_FUNCTION;
        sized->platform = *original;
        sized->metering =
            (struct hr_metering){.span = function ? HR_METERED_INVOCATION : HR_METERED_LIFE,
                                 .granularity_us = function ? HR_MILLISECOND : 0,
                                 .bill_init = true};
        done = !original->book[0] || open_book(c, sized, mine, err);
    }
    free(mine);
    return done;
}

/* Who pays for what the requests come in through. */
static void set_fronts(struct hr__sized *hybrid)
{
    const bool one = hybrid->platform.hybrid.front == HR_FRONT_FLEET;
    hybrid->parts[HR__BASE].front = one ? HR__FRONT_WHOLE : HR__FRONT_OWN;
    hybrid->parts[HR__BURST].front = one ? HR__FRONT_NONE : HR__FRONT_OWN;
}

static bool open_parts(struct hr__comparing *c, struct hr__job *job, struct hr_error *err)
{
    const struct hr_hybrid_model *hybrid = &job->original.hybrid;
    const struct {
        const char *id, *key;
        enum hr_platform_kind kind;
    } wanted[HR__PARTS] = {[HR__BASE] = {hybrid->fleet, "fleet", HR_FLEET},
                           [HR__BURST] = {hybrid->function, "function", HR_FUNCTION}};
    job->sized.parts = calloc(HR__PARTS, sizeof *job->sized.parts);
    if (!job->sized.parts)
        return hr_fail_memory(err);
    for (size_t k = 0; k < HR__PARTS; k++) {
        if (!open_one(c, wanted[k].id, &job->parts[k], &job->sized.parts[k], err))
            return false;
        if (job->parts[k].kind != wanted[k].kind)
            return hr_fail(err, HR_EMODEL, "%s: hybrid.%s: expected a %s, and %s is a %s",
                           job->original.file, wanted[k].key,
                           hr_platform_kind_names[wanted[k].kind], wanted[k].id,
                           hr_platform_kind_names[job->parts[k].kind]);
    }
    const struct hr_autoscaler_model *scaler = &job->parts[HR__BASE].fleet.autoscaler;
    if ((scaler->policy == HR_SCALE_KPA && scaler->kpa.to_zero) ||
        (scaler->policy == HR_SCALE_BACKLOG && scaler->backlog.to_zero))
        return hr_fail(err, HR_EMODEL,
                       "%s: hybrid.fleet: %s may scale to zero, and a base keeps a server",
                       job->original.file, wanted[HR__BASE].id);
    set_fronts(&job->sized);
    return true;
}

/* named: by a person, who is told why it cannot be compared; else it is left out. */
static bool open_platform(struct hr__comparing *c, const char *id_or_path, bool named,
                          struct hr_error *err)
{
    void *items = c->jobs;
    if (!hr_grow(&items, &c->job_capacity, c->job_count + 1, sizeof *c->jobs, PLATFORMS_MAX, err))
        return false;
    c->jobs = items;
    struct hr__job *job = &c->jobs[c->job_count++];
    *job = (struct hr__job){.source = id_or_path};
    if (!open_one(c, id_or_path, &job->original, &job->sized, err))
        return false;
    if (job->original.kind != HR_HYBRID)
        return true;
    if (c->search.options->alone && !named) {
        hr__job_clear(job);
        c->job_count--;
        return true;
    }
    if (c->search.options->alone)
        return hr_fail(err, HR_EMODEL,
                       "%s: a hybrid's base is shared by the workloads; leave out --alone, or name "
                       "other platforms with --only",
                       job->original.id);
    return open_parts(c, job, err);
}

static void begin_again(const struct hr__sized *from, const struct hr_platform *original,
                        struct hr__sized *ret)
{
    *ret = (struct hr__sized){.platform = *original,
                              .metering = from->metering,
                              .book = from->book,
                              .borrows = true,
                              .flavour = from->flavour,
                              .front = from->front};
}

bool hr__job_again(const struct hr__job *job, struct hr__sized *ret, struct hr_error *err)
{
    begin_again(&job->sized, &job->original, ret);
    if (!job->sized.parts)
        return true;
    ret->parts = calloc(HR__PARTS, sizeof *ret->parts);
    if (!ret->parts)
        return hr_fail_memory(err);
    for (size_t k = 0; k < HR__PARTS; k++)
        begin_again(&job->sized.parts[k], &job->parts[k], &ret->parts[k]);
    return true;
}

static bool wanted(const struct hr_compare_options *options, const char *id)
{
    for (size_t i = 0; i < options->only_count; i++)
        if (strcmp(options->only[i], id) == 0)
            return true;
    return options->only_count == 0;
}

static const char *const suffixes[] = {
    [HR__PLAIN] = "", [HR__AS_RECORDED] = ":as-recorded", [HR__PROVISIONED] = ":provisioned"};
#define FLAVOURS (sizeof suffixes / sizeof suffixes[0])

/* What stands after the platform's own id; own_len: the length of that. */
static enum hr__flavour flavour_of(const char *id, size_t *own_len)
{
    const size_t len = strlen(id);
    for (size_t i = HR__PLAIN + 1; i < FLAVOURS; i++) {
        const size_t tail = strlen(suffixes[i]);
        if (len > tail && strcmp(id + len - tail, suffixes[i]) == 0) {
            *own_len = len - tail;
            return (enum hr__flavour)i;
        }
    }
    *own_len = len;
    return HR__PLAIN;
}

bool hr__platform_can_be(const struct hr__job *job, enum hr__flavour flavour)
{
    const struct hr_platform *platform = &job->original;
    const struct hr_function_model *f = &platform->function;
    if (platform->kind != HR_FUNCTION || f->memory_mb > 0)
        return false;
    if (flavour != HR__PROVISIONED)
        return true;
    const struct hr_usage none = {0};
    const struct hr_bill_request request = {.scheme = platform->scheme, .month = &none};
    return f->provisioned == 0 && f->provisioning.autoscaler.policy == HR_SCALE_FIXED &&
           hr_function_can_provision(f) &&
           (!job->sized.book ||
            hr_book_uses(job->sized.book, &request, HR_METER_PROVISIONED_GB_SECONDS));
}

/* Makes the last job a row beside the platform that it was opened as. */
static bool set_flavour(struct hr__comparing *c, enum hr__flavour flavour, struct hr_error *err)
{
    static const char *const titles[] = {[HR__PLAIN] = "",
                                         [HR__AS_RECORDED] = ", memory as recorded",
                                         [HR__PROVISIONED] = ", instances provisioned"};
    struct hr__job *job = &c->jobs[c->job_count - 1];
    struct hr_platform *platform = &job->original;
    const size_t id = strlen(platform->id), title = strlen(platform->title);
    if (flavour == HR__PLAIN)
        return true;
    if (!hr__platform_can_be(job, flavour))
        return hr_fail(err, HR_EMODEL,
                       "%s%s: there is such a row only of functions with `memory: auto`%s",
                       platform->id, suffixes[flavour],
                       flavour == HR__PROVISIONED ? ", one slot an instance, none provisioned yet "
                                                    "and a price for it"
                                                  : "");
    if (id + strlen(suffixes[flavour]) >= sizeof platform->id)
        return hr_fail(err, HR_ELIMIT, "%s: this name is too long for a row beside it",
                       platform->id);
    snprintf(platform->id + id, sizeof platform->id - id, "%s", suffixes[flavour]);
    snprintf(platform->title + title, sizeof platform->title - title, "%s", titles[flavour]);
    job->sized.platform = *platform;
    job->sized.flavour = flavour;
    return true;
}

/* A platform of --only; `ID:as-recorded` is a row beside ID. */
static bool open_named(struct hr__comparing *c, const char *name, struct hr_error *err)
{
    size_t len;
    const enum hr__flavour flavour = flavour_of(name, &len);
    const char *id = hr_arena_copy(&c->out->arena, name, len);
    if (!id)
        return hr_fail_memory(err);
    return open_platform(c, id, true, err) && set_flavour(c, flavour, err);
}

bool hr__platforms_open(struct hr__comparing *c, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    for (size_t i = 0; i < hr_models_count(c->models); i++) {
        const struct hr_model_info *info = hr_models_at(c->models, i);
        if (info->kind == HR_MODEL_PLATFORM && wanted(options, info->id) &&
            (options->only_count > 0 || hr_models_by_default(c->models, i)) &&
            !open_platform(c, info->id, options->only_count > 0, err))
            return false;
    }
    for (size_t i = 0; i < options->platform_file_count; i++) {
        if (!open_platform(c, options->platform_files[i], true, err))
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

/* Whoever named platforms gets those; else a function whose memory is searched for has rows beside
 * it. */
static bool add_beside(struct hr__comparing *c, enum hr__flavour flavour, struct hr_error *err)
{
    for (size_t i = 0; i < c->job_count; i++) {
        const struct hr__job *job = &c->jobs[i];
        if (job->sized.flavour != HR__PLAIN || !hr__platform_can_be(job, flavour) ||
            (c->search.options->only_count && !job->by_file))
            continue;
        if (!open_platform(c, job->source, true, err) || !set_flavour(c, flavour, err))
            return false;
        move_after(c, i++);
    }
    return true;
}

/* Bytes that stand between members may differ where nothing else does; that costs a search, while a
 * member that a comparison of its own forgot would cost a wrong figure. */
static bool same_bytes(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

/* Do two fleets differ in their prices only? */
static bool same_servers(const struct hr__job *a, const struct hr__job *b)
{
    const struct hr_platform *x = &a->original, *y = &b->original;
    return same_bytes(&x->fleet, &y->fleet, sizeof x->fleet) &&
           same_bytes(&x->network, &y->network, sizeof x->network) &&
           same_bytes(&a->sized.metering, &b->sized.metering, sizeof a->sized.metering);
}

static void find_same_servers(struct hr__comparing *c, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (c->jobs[k].original.kind == HR_FLEET && same_servers(&c->jobs[k], &c->jobs[i])) {
            c->jobs[i].sized.beside = &c->jobs[k].sized;
            return; /* to the first, which is beside nobody */
        }
}

/* The functions of a hybrid are sized as they are by themselves, where they are compared too. */
static void find_functions(struct hr__comparing *c, struct hr__job *hybrid)
{
    for (size_t k = 0; k < c->job_count; k++)
        if (c->jobs[k].sized.flavour == HR__PLAIN &&
            strcmp(c->jobs[k].source, hybrid->original.hybrid.function) == 0)
            hybrid->sized.parts[HR__BURST].beside = &c->jobs[k].sized;
}

/* Points each row beside another to that one, where it is compared too, and each fleet to one that
 * is the same but for its price. */
static void find_beside(struct hr__comparing *c)
{
    for (size_t i = 0; i < c->job_count; i++) {
        if (c->jobs[i].original.kind == HR_HYBRID)
            find_functions(c, &c->jobs[i]);
        if (c->jobs[i].original.kind == HR_FLEET)
            find_same_servers(c, i);
        size_t len;
        const char *id = c->jobs[i].original.id;
        if (flavour_of(id, &len) == HR__PLAIN)
            continue;
        for (size_t k = 0; k < c->job_count; k++)
            if (strlen(c->jobs[k].original.id) == len &&
                strncmp(c->jobs[k].original.id, id, len) == 0)
                c->jobs[i].sized.beside = &c->jobs[k].sized;
    }
}

bool hr__platforms_beside(struct hr__comparing *c, struct hr_error *err)
{
    bool recorded = false;
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        recorded = recorded || c->traffic.streams[i].memory_size_mb > 0;
    for (size_t i = 0; i < c->job_count && !recorded; i++)
        if (c->jobs[i].sized.flavour == HR__AS_RECORDED)
            return hr_fail(err, HR_EMISSING,
                           "%s: no workload's memory size was recorded; --set "
                           "workload.memory_size=1024MB tells it",
                           c->jobs[i].original.id);
    if (!add_beside(c, HR__PROVISIONED, err) || (recorded && !add_beside(c, HR__AS_RECORDED, err)))
        return false;
    find_beside(c);
    return true;
}

static bool is_idle(const struct hr__comparing *c, const struct hr__job *job)
{
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        if (job->sized.sizes[i].provisioned > 0)
            return false;
    return job->sized.flavour == HR__PROVISIONED && job->sized.beside;
}

void hr__job_clear(struct hr__job *job)
{
    hr__sized_clear(&job->sized);
    hr_platform_clear(&job->original);
    for (size_t k = 0; k < HR__PARTS; k++)
        hr_platform_clear(&job->parts[k]);
}

bool hr__platforms_drop_idle(struct hr__comparing *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->job_count; i++) {
        if (is_idle(c, &c->jobs[i])) {
            hr__job_clear(&c->jobs[i]);
            continue;
        }
        c->jobs[kept++] = c->jobs[i];
    }
    c->job_count = kept;
    for (size_t i = 0; i < kept; i++) {
        c->jobs[i].sized.beside = NULL; /* they have moved */
        if (c->jobs[i].sized.parts)
            c->jobs[i].sized.parts[HR__BURST].beside = NULL;
    }
    return true;
}

void hr__platform_own_id(const char *id, char ret[64])
{
    size_t len;
    flavour_of(id, &len);
    snprintf(ret, 64, "%.*s", (int)len, id);
}
