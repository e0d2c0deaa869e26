/* replica.c: the plan of one replication. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/replicate.h"

#define APP "replication"

struct source {
    struct hr_store *store;
    const char *app;
    struct hr_store_workload *workloads;
    size_t workload_count;
    struct hr_import_file *files;
    size_t file_count;
    bool *made; /* by workload: a description makes it */
    struct hr_arena arena;
};

static bool is_generated(const struct hr_import_file *file)
{
    return strcmp(file->input_format, HR_GENERATED_FORMAT) == 0;
}

static bool read_model(const struct hr_import_file *file, struct hr_traffic_model *ret,
                       struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    bool read = hr_tree_load(file->file, file->variant, strlen(file->variant), &tree, err) &&
                hr_traffic_read(tree, ret, err);
    hr_tree_close(tree);
    return read;
}

/* Marks the workloads that descriptions make. A workload must be all made or all recorded, else
 * what was recorded of it would be lost. */
static bool mark_made(struct source *source, struct hr_error *err)
{
    uint64_t made = 0, held = 0;
    source->made =
        hr_arena_alloc(&source->arena, (source->workload_count + 1) * sizeof *source->made);
    if (!source->made)
        return hr_fail_memory(err);
    for (size_t f = 0; f < source->file_count; f++) {
        struct hr_traffic_model model;
        if (!is_generated(&source->files[f]))
            continue;
        if (!read_model(&source->files[f], &model, err))
            return false;
        made += source->files[f].kept;
        for (size_t i = 0; i < source->workload_count; i++)
            source->made[i] =
                source->made[i] || hr_traffic_described(&model, source->workloads[i].name);
        hr_traffic_clear(&model);
    }
    for (size_t i = 0; i < source->workload_count; i++)
        held += source->made[i] ? source->workloads[i].invocations : 0;
    return made == held ||
           hr_fail(err, HR_EINPUT,
                   "replications make generated traffic anew, but generated and recorded "
                   "invocations stand under one name here: import them into applications of their "
                   "own");
}

static bool read_source(struct source *source, struct hr_error *err)
{
    return hr_store_workloads(source->store, source->app, &source->arena, &source->workloads,
                              &source->workload_count, err) &&
           hr_store_files(source->store, source->app, &source->arena, &source->files,
                          &source->file_count, err) &&
           mark_made(source, err);
}

/* ---- filling ----------------------------------------------------------------------------------
 */

static bool make_anew(const struct source *source, struct hr_store *into, uint64_t seed,
                      struct hr_error *err)
{
    for (size_t f = 0; f < source->file_count; f++) {
        const struct hr_import_file *file = &source->files[f];
        struct hr_traffic_model model;
        struct hr_generate_report report = {0};
        struct hr_sink sink;
        if (!is_generated(file))
            continue;
        if (!read_model(file, &model, err))
            return false;
        /* Two imports of one description had two seeds, and have two again. */
        const uint64_t own = hr_draw_key(seed, file->content_hash, 0, HR_DRAW_REPLICATION);
        bool done = hr_store_sink(into, APP, &sink, err) &&
                    hr_generate(&model, own, &sink, NULL, &report, err);
        hr_generate_report_clear(&report);
        hr_traffic_clear(&model);
        if (!done)
            return false;
    }
    return true;
}

static bool copy_rows(const struct source *source, const struct hr_store_workload *workload,
                      const struct hr_sink *sink, uint32_t id, struct hr_error *err)
{
    struct hr_store_reader *reader = NULL;
    struct hr_columns block = {.n = 1};
    bool done =
        hr_store_reader_open(source->store, workload->id, HR_TIME_MIN, HR_TIME_MAX, &reader, err);
    while (done && block.n > 0)
        done = hr_store_reader_next(reader, &block, err) &&
               (block.n == 0 || sink->put(sink->context, id, &block, err));
    hr_store_reader_close(reader);
    return done;
}

static bool copy_recorded(const struct source *source, struct hr_store *into, struct hr_error *err)
{
    struct hr_sink sink;
    if (!hr_store_sink(into, APP, &sink, err))
        return false;
    for (size_t i = 0; i < source->workload_count; i++) {
        uint32_t id = 0;
        if (source->made[i])
            continue;
        if (!sink.workload(sink.context, source->workloads[i].name, &id, err) ||
            !copy_rows(source, &source->workloads[i], &sink, id, err)) {
            sink.abort(sink.context);
            return false;
        }
    }
    return sink.commit(sink.context, err);
}

/* Of made workloads too: a person may have said something of them since. */
static bool copy_attributes(struct source *source, struct hr_store *into, struct hr_error *err)
{
    struct hr_store_workload *copies = NULL;
    size_t count = 0;
    if (!hr_store_workloads(into, APP, &source->arena, &copies, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < source->workload_count; k++) {
            struct hr_attribute *attributes = NULL;
            size_t attribute_count = 0;
            if (strcmp(copies[i].name, source->workloads[k].name) != 0)
                continue;
            if (!hr_store_attributes(source->store, source->workloads[k].id, &source->arena,
                                     &attributes, &attribute_count, err))
                return false;
            for (size_t a = 0; a < attribute_count; a++)
                if (!hr_store_attribute_set(into, copies[i].id, &attributes[a], err))
                    return false;
        }
    return true;
}

/* ---- its file ---------------------------------------------------------------------------------
 */

static void path_of(const struct hr__replica *replica, char path[96])
{
    snprintf(path, 96, "%s/plan", replica->folder);
}

static bool open_file(struct hr__replica *replica, struct hr_error *err)
{
    char path[96];
    const char *folder = getenv("TMPDIR");
    if (!folder || folder[0] != '/' || strlen(folder) > 40)
        folder = "/tmp";
    snprintf(replica->folder, sizeof replica->folder, "%s/headroom-XXXXXX", folder);
    if (!mkdtemp(replica->folder)) {
        hr_fail(err, HR_EIO, "%s: no folder can be made there for replications", folder);
        replica->folder[0] = '\0';
        return false;
    }
    path_of(replica, path);
    return hr_store_open(path, HR_STORE_CREATE, &replica->store, err);
}

bool hr__replica_open(struct hr_store *store, const char *app, uint64_t seed,
                      struct hr__replica *ret, struct hr_error *err)
{
    struct source source = {.store = store, .app = app};
    bool any = false;
    *ret = (struct hr__replica){0};
    bool done = read_source(&source, err);
    for (size_t f = 0; f < source.file_count; f++)
        any = any || is_generated(&source.files[f]);
    if (done && any)
        done = open_file(ret, err) && make_anew(&source, ret->store, seed, err) &&
               copy_recorded(&source, ret->store, err) && copy_attributes(&source, ret->store, err);
    hr_arena_clear(&source.arena);
    if (!done)
        hr__replica_close(ret);
    return done;
}

void hr__replica_close(struct hr__replica *replica)
{
    char path[96];
    hr_store_close(replica->store);
    if (replica->folder[0]) {
        path_of(replica, path);
        unlink(path);
        rmdir(replica->folder);
    }
    *replica = (struct hr__replica){0};
}
