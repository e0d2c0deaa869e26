/* list.c: what is in a plan: applications, workloads, attributes, imported files. */
#include <string.h>

#include "store/database.h"

static bool read_application(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct hr_store_application *application = item;
    application->name = hr__store_text(statement, 0, arena);
    application->workloads = (size_t)sqlite3_column_int64(statement, 1);
    application->invocations = (uint64_t)sqlite3_column_int64(statement, 2);
    application->first = sqlite3_column_int64(statement, 3);
    application->last = sqlite3_column_int64(statement, 4);
    return application->name != NULL;
}

bool hr_store_applications(struct hr_store *store, struct hr_arena *arena,
                           struct hr_store_application **ret, size_t *ret_count,
                           struct hr_error *err)
{
    *ret = NULL;
    *ret_count = 0;
    if (!store->has_schema)
        return true;
    struct hr__listing listing = {
        .item_size = sizeof **ret, .read = read_application, .arena = arena};
    bool done = hr__store_collect(
        store,
        hr__store_prepare(store,
                          "SELECT a.name, COUNT(DISTINCT w.id), SUM(c.n), MIN(c.first), MAX(c.last)"
                          " FROM application a JOIN workload w ON w.application_id = a.id"
                          " JOIN chunk c ON c.workload_id = w.id GROUP BY a.id ORDER BY a.name",
                          err),
        &listing, err);
    *ret = listing.items;
    *ret_count = listing.count;
    return done;
}

/* The application's name: the given one if it exists, else the only one there is. */
bool hr__store_choose(struct hr_store *store, const char *app, struct hr_arena *arena,
                      const char **ret, struct hr_error *err)
{
    struct hr_store_application *all = NULL;
    size_t count = 0;
    if (!hr_store_applications(store, arena, &all, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (app ? strcmp(all[i].name, app) == 0 : count == 1) {
            *ret = all[i].name;
            return true;
        }
    if (count == 0)
        return hr_fail(err, HR_EMISSING,
                       "%s: no traffic in the plan yet; `headroom import FILE...` brings some",
                       store->path);
    struct hr_text names = {.max = 512};
    for (size_t i = 0; i < count; i++)
        hr_text_printf(&names, "%s%s", i ? ", " : "", all[i].name);
    if (app)
        hr_fail(err, HR_EMISSING, "%s: no application `%s`; there are: %s", store->path, app,
                names.data ? names.data : "");
    else
        hr_fail(err, HR_EMISSING, "%s: several applications; choose one with --app: %s",
                store->path, names.data ? names.data : "");
    hr_text_clear(&names);
    return false;
}

static bool read_workload(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct hr_store_workload *workload = item;
    unsigned columns = 0;
    workload->id = sqlite3_column_int64(statement, 0);
    workload->name = hr__store_text(statement, 1, arena);
    workload->invocations = (uint64_t)sqlite3_column_int64(statement, 2);
    workload->first = sqlite3_column_int64(statement, 3);
    workload->last = sqlite3_column_int64(statement, 4);
    for (int bit = 0; bit < 5; bit++)
        columns |= sqlite3_column_int(statement, 5 + bit) ? 1U << bit : 0;
    workload->has_duration = columns & HR_COLUMN_DURATION;
    workload->has_bytes = columns & HR_COLUMN_BYTES;
    workload->has_memory = columns & HR_COLUMN_MEMORY;
    workload->has_init = columns & HR_COLUMN_INIT;
    workload->has_status = columns & HR_COLUMN_STATUS;
    if (workload->name)
        workload->key = hr_workload_key(workload->name);
    return workload->name != NULL;
}

bool hr_store_workloads(struct hr_store *store, const char *app, struct hr_arena *arena,
                        struct hr_store_workload **ret, size_t *ret_count, struct hr_error *err)
{
    const char *name = NULL;
    if (!hr__store_choose(store, app, arena, &name, err))
        return false;
    sqlite3_stmt *statement = hr__store_prepare(
        store,
        "SELECT w.id, w.name, SUM(c.n), MIN(c.first), MAX(c.last), MAX(c.columns & 1),"
        " MAX(c.columns & 2), MAX(c.columns & 4), MAX(c.columns & 8), MAX(c.columns & 16)"
        " FROM application a JOIN workload w ON w.application_id = a.id"
        " JOIN chunk c ON c.workload_id = w.id WHERE a.name = ?1 GROUP BY w.id ORDER BY w.name",
        err);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    struct hr__listing listing = {.item_size = sizeof **ret, .read = read_workload, .arena = arena};
    bool done = hr__store_collect(store, statement, &listing, err);
    *ret = listing.items;
    *ret_count = listing.count;
    return done;
}

static bool read_attribute(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct hr_attribute *attribute = item;
    (void)arena;
    const char *texts[4];
    for (int i = 0; i < 4; i++) {
        texts[i] = (const char *)sqlite3_column_text(statement, i);
        if (!texts[i])
            return false;
    }
    snprintf(attribute->key, sizeof attribute->key, "%s", texts[0]);
    snprintf(attribute->value, sizeof attribute->value, "%s", texts[1]);
    snprintf(attribute->source, sizeof attribute->source, "%s", texts[3]);
    if (!hr_origin_parse(texts[2], strlen(texts[2]), &attribute->origin))
        attribute->origin = HR_ASSUMED;
    return true;
}

bool hr_store_attributes(struct hr_store *store, int64_t workload, struct hr_arena *arena,
                         struct hr_attribute **ret, size_t *ret_count, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(
        store,
        "SELECT key, value, origin, source FROM attribute WHERE workload_id = ?1 ORDER BY key",
        err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, workload);
    struct hr__listing listing = {
        .item_size = sizeof **ret, .read = read_attribute, .arena = arena};
    bool done = hr__store_collect(store, statement, &listing, err);
    *ret = listing.items;
    *ret_count = listing.count;
    return done;
}

static int64_t time_or_unknown(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? HR_UNKNOWN
               : sqlite3_column_int64(statement, column);
}

static bool read_file(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct hr_import_file *file = item;
    file->file = hr__store_text(statement, 0, arena);
    file->input_format = hr__store_text(statement, 1, arena);
    file->variant = hr__store_text(statement, 2, arena);
    uint64_t *const counts[6] = {&file->lines,     &file->kept,       &file->filtered,
                                 &file->malformed, &file->duplicates, &file->with_duration};
    for (int i = 0; i < 6; i++)
        *counts[i] = (uint64_t)sqlite3_column_int64(statement, 3 + i);
    file->first = time_or_unknown(statement, 9);
    file->last = time_or_unknown(statement, 10);
    file->resolution_us = sqlite3_column_int64(statement, 11);
    const char *stamp = hr__store_text(statement, 12, arena);
    const char *origin = hr__store_text(statement, 13, arena);
    if (!file->file || !file->input_format || !file->variant || !stamp || !origin)
        return false;
    if (!hr_stamp_parse(stamp, strlen(stamp), &file->stamp))
        file->stamp = HR_STAMP_END;
    if (!hr_origin_parse(origin, strlen(origin), &file->stamp_origin))
        file->stamp_origin = HR_ASSUMED;
    file->content_hash = (uint64_t)sqlite3_column_int64(statement, 14);
    file->bytes = (uint64_t)sqlite3_column_int64(statement, 15);
    file->confidence = 1;
    return true;
}

/* The reasons of one file, in the order in which they were met. */
static bool read_reasons(struct hr_store *store, int64_t file_id, struct hr_arena *arena,
                         struct hr_import_file *file, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(
        store, "SELECT text, class, lines FROM import_reason WHERE file_id = ?1 ORDER BY rowid",
        err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, file_id);
    int code = SQLITE_DONE;
    bool done = true;
    while (done && file->reason_count < HR_IMPORT_REASONS &&
           (code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct hr_import_reason *reason = &file->reasons[file->reason_count++];
        reason->text = hr__store_text(statement, 0, arena);
        reason->kind = (enum hr_line_class)sqlite3_column_int(statement, 1);
        reason->count = (uint64_t)sqlite3_column_int64(statement, 2);
        done = reason->text || hr_fail_memory(err);
    }
    if (done && code != SQLITE_DONE && code != SQLITE_ROW)
        done = hr__store_fail(store, "reading", err);
    sqlite3_finalize(statement);
    return done;
}

/* A file of a list, and the key under which its reasons stand. */
struct listed_file {
    struct hr_import_file file;
    int64_t id;
};

static bool read_listed_file(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct listed_file *listed = item;
    listed->id = sqlite3_column_int64(statement, 16);
    return read_file(statement, arena, &listed->file);
}

bool hr_store_files(struct hr_store *store, const char *app, struct hr_arena *arena,
                    struct hr_import_file **ret, size_t *ret_count, struct hr_error *err)
{
    const char *name = NULL;
    if (!hr__store_choose(store, app, arena, &name, err))
        return false;
    sqlite3_stmt *statement = hr__store_prepare(
        store,
        "SELECT f.file, f.input_format, f.variant, f.lines, f.kept, f.filtered, f.malformed,"
        " f.duplicates, f.with_duration, f.first, f.last, f.resolution_us, f.stamp,"
        " f.stamp_origin, f.content_hash, f.bytes, f.id FROM import_file f"
        " JOIN import i ON i.id = f.import_id JOIN application a ON a.id = i.application_id"
        " WHERE a.name = ?1 ORDER BY f.id",
        err);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    struct hr__listing listing = {
        .item_size = sizeof(struct listed_file), .read = read_listed_file, .arena = arena};
    if (!hr__store_collect(store, statement, &listing, err))
        return false;
    struct listed_file *listed = listing.items;
    struct hr_import_file *files = hr_arena_alloc(arena, (listing.count + 1) * sizeof *files);
    if (!files)
        return hr_fail_memory(err);
    for (size_t i = 0; i < listing.count; i++) {
        if (!read_reasons(store, listed[i].id, arena, &listed[i].file, err))
            return false;
        files[i] = listed[i].file;
    }
    *ret = files;
    *ret_count = listing.count;
    return true;
}
