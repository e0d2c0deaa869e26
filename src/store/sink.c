/* sink.c: an import as one transaction: BEGIN at the opening of the sink, COMMIT or ROLLBACK at its
 * end. What another process sees, and what a kill leaves behind, is before or after, never between.
 */
#include <stdlib.h>
#include <string.h>

#include "store/database.h"

/* KiB of pages that wait to be written. An import never reads its chunks again: a larger cache only
 * touches more memory. */
#define IMPORT_CACHE "PRAGMA cache_size = -512"

static bool sink_workload(void *context, const char *name, uint32_t *ret_id, struct hr_error *err)
{
    struct hr_store *store = context;
    sqlite3_stmt *statement = hr__store_prepare(
        store, "INSERT OR IGNORE INTO workload(application_id, name) VALUES (?1, ?2)", err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, store->application);
    sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
    bool done = hr__store_step(store, statement, "adding a workload", err);
    sqlite3_finalize(statement);
    statement =
        done ? hr__store_prepare(
                   store, "SELECT id FROM workload WHERE application_id = ?1 AND name = ?2", err)
             : NULL;
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, store->application);
    sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
    done = sqlite3_step(statement) == SQLITE_ROW;
    int64_t id = done ? sqlite3_column_int64(statement, 0) : 0;
    if (!done)
        hr__store_fail(store, "adding a workload", err);
    sqlite3_finalize(statement);
    if (done && id > UINT32_MAX)
        return hr_fail(err, HR_ELIMIT, "%s: more than 4294967295 workloads", store->path);
    *ret_id = (uint32_t)id;
    return done;
}

static bool sink_put(void *context, uint32_t id, const struct hr_columns *block,
                     struct hr_error *err)
{
    struct hr_store *store = context;
    const unsigned char *data = NULL;
    size_t len = 0;
    unsigned columns = 0;
    if (!hr__encode(&store->encoder, block, &data, &len, &columns, err))
        return false;
    sqlite3_stmt *statement = store->insert_chunk;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, store->import);
    sqlite3_bind_int64(statement, 3, (int64_t)block->n);
    sqlite3_bind_int64(statement, 4, block->arrival_us[0]);
    sqlite3_bind_int64(statement, 5, block->arrival_us[block->n - 1]);
    sqlite3_bind_int64(statement, 6, columns);
    sqlite3_bind_int64(statement, 7, HR_CODEC_VERSION);
    sqlite3_bind_blob64(statement, 8, data, len, SQLITE_STATIC);
    return hr__store_step(store, statement, "writing a chunk", err);
}

/* Runs a statement with two integers bound. */
static bool run2(struct hr_store *store, const char *sql, int64_t one, int64_t two,
                 struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(store, sql, err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, one);
    if (sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_int64(statement, 2, two);
    bool done = hr__store_step(store, statement, "merging workloads", err);
    sqlite3_finalize(statement);
    return done;
}

/* Chunks that an earlier import put under the name stay where they are. */
static bool sink_merge(void *context, uint32_t from, uint32_t into, struct hr_error *err)
{
    struct hr_store *store = context;
    sqlite3_stmt *statement = hr__store_prepare(
        store, "UPDATE chunk SET workload_id = ?1 WHERE import_id = ?2 AND workload_id = ?3", err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, into);
    sqlite3_bind_int64(statement, 2, store->import);
    sqlite3_bind_int64(statement, 3, from);
    bool done = hr__store_step(store, statement, "merging workloads", err);
    sqlite3_finalize(statement);
    return done &&
           run2(store,
                "DELETE FROM attribute WHERE workload_id = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM chunk WHERE workload_id = ?1)",
                from, 0, err) &&
           run2(store,
                "DELETE FROM workload WHERE id = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM chunk WHERE workload_id = ?1)",
                from, 0, err);
}

/* keep_set: a person's word stands against what an import finds. */
static bool write_attribute(struct hr_store *store, int64_t workload,
                            const struct hr_attribute *attribute, bool keep_set,
                            struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(
        store,
        "INSERT INTO attribute(workload_id, key, value, origin, source) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT(workload_id, key) DO UPDATE SET value = excluded.value,"
        " origin = excluded.origin, source = excluded.source"
        " WHERE NOT (?6 AND attribute.origin = 'set' AND excluded.origin <> 'set')",
        err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, workload);
    sqlite3_bind_text(statement, 2, attribute->key, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, attribute->value, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, hr_origin_name(attribute->origin), -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, attribute->source, -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 6, keep_set);
    bool done = hr__store_step(store, statement, "writing an attribute", err);
    sqlite3_finalize(statement);
    return done;
}

static bool sink_attribute(void *context, uint32_t id, const struct hr_attribute *attribute,
                           struct hr_error *err)
{
    return write_attribute(context, id, attribute, true, err);
}

bool hr_store_attribute_set(struct hr_store *store, int64_t workload,
                            const struct hr_attribute *attribute, struct hr_error *err)
{
    return write_attribute(store, workload, attribute, false, err);
}

static bool write_reasons(struct hr_store *store, int64_t file_id,
                          const struct hr_import_file *file, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(
        store, "INSERT INTO import_reason(file_id, text, class, lines) VALUES (?1, ?2, ?3, ?4)",
        err);
    bool done = statement != NULL;
    for (size_t i = 0; i < file->reason_count && done; i++) {
        sqlite3_bind_int64(statement, 1, file_id);
        sqlite3_bind_text(statement, 2, file->reasons[i].text, -1, SQLITE_STATIC);
        sqlite3_bind_int(statement, 3, (int)file->reasons[i].kind);
        sqlite3_bind_int64(statement, 4, (int64_t)file->reasons[i].count);
        done = hr__store_step(store, statement, "writing an import's figures", err);
    }
    sqlite3_finalize(statement);
    return done;
}

static void bind_time(sqlite3_stmt *statement, int index, int64_t time)
{
    if (time == HR_UNKNOWN)
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_int64(statement, index, time);
}

static bool fail_twice(const struct hr_import_file *file, const char *app, const char *as,
                       struct hr_error *err)
{
    return hr_fail(err, HR_EINPUT,
                   "%s: application %s holds this file already, imported as %s; its traffic would"
                   " count twice, so nothing was imported; --app NAME takes it into another one",
                   file->file, app, as);
}

/* Refuses a file that the application has already, from an earlier import or from this one. */
static bool is_new_file(struct hr_store *store, const char *app, const struct hr_import_file *file,
                        struct hr_error *err)
{
    sqlite3_stmt *statement =
        hr__store_prepare(store,
                          "SELECT f.file FROM import_file f"
                          " JOIN import i ON i.id = f.import_id"
                          " JOIN application a ON a.id = i.application_id"
                          " WHERE f.content_hash = ?1 AND f.bytes = ?2 AND a.name = ?3 LIMIT 1",
                          err);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, (int64_t)file->content_hash);
    sqlite3_bind_int64(statement, 2, (int64_t)file->bytes);
    sqlite3_bind_text(statement, 3, app, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    bool done = code == SQLITE_DONE;
    if (code == SQLITE_ROW)
        fail_twice(file, app, (const char *)sqlite3_column_text(statement, 0), err);
    else if (!done)
        hr__store_fail(store, "looking for earlier imports", err);
    sqlite3_finalize(statement);
    return done;
}

static bool sink_file(void *context, const struct hr_import_file *file, struct hr_error *err)
{
    struct hr_store *store = context;
    if (!is_new_file(store, store->app, file, err))
        return false;
    sqlite3_stmt *statement = hr__store_prepare(
        store,
        "INSERT INTO import_file(import_id, file, input_format, variant, lines, kept, filtered,"
        " malformed, duplicates, with_duration, first, last, resolution_us, stamp, stamp_origin,"
        " content_hash, bytes)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        err);
    if (!statement)
        return false;
    const uint64_t counts[6] = {file->lines,     file->kept,       file->filtered,
                                file->malformed, file->duplicates, file->with_duration};
    sqlite3_bind_int64(statement, 1, store->import);
    sqlite3_bind_text(statement, 2, file->file, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, file->input_format, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, file->variant ? file->variant : "", -1, SQLITE_STATIC);
    for (int i = 0; i < 6; i++)
        sqlite3_bind_int64(statement, 5 + i, (int64_t)counts[i]);
    bind_time(statement, 11, file->first);
    bind_time(statement, 12, file->last);
    sqlite3_bind_int64(statement, 13, file->resolution_us);
    sqlite3_bind_text(statement, 14, hr_stamp_name(file->stamp), -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 15, hr_origin_name(file->stamp_origin), -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 16, (int64_t)file->content_hash);
    sqlite3_bind_int64(statement, 17, (int64_t)file->bytes);
    bool done = hr__store_step(store, statement, "writing an import's figures", err);
    sqlite3_finalize(statement);
    return done && write_reasons(store, sqlite3_last_insert_rowid(store->db), file, err);
}

static void end(struct hr_store *store)
{
    free(store->app);
    store->app = NULL;
    sqlite3_finalize(store->insert_chunk);
    store->insert_chunk = NULL;
    store->importing = false;
}

static void sink_abort(void *context)
{
    struct hr_store *store = context;
    if (!store->importing)
        return;
    end(store);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

static bool sink_commit(void *context, struct hr_error *err)
{
    struct hr_store *store = context;
    if (!hr__store_exec(store, "COMMIT", err)) {
        sink_abort(store);
        return false;
    }
    end(store);
    store->has_schema = true;
    return true;
}

static bool begin(struct hr_store *store, const char *app, struct hr_error *err)
{
    char mark[64];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d", HR_STORE_APPLICATION_ID);
    if (!store->has_schema && (!hr__store_exec(store, mark, err) || !hr__store_migrate(store, err)))
        return false;
    sqlite3_stmt *statement =
        hr__store_prepare(store, "INSERT OR IGNORE INTO application(name) VALUES (?1)", err);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, app, -1, SQLITE_STATIC);
    bool done = hr__store_step(store, statement, "adding an application", err);
    sqlite3_finalize(statement);
    statement =
        done ? hr__store_prepare(store, "SELECT id FROM application WHERE name = ?1", err) : NULL;
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, app, -1, SQLITE_STATIC);
    done = sqlite3_step(statement) == SQLITE_ROW ||
           hr__store_fail(store, "adding an application", err);
    store->application = done ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (!done ||
        !run2(store, "INSERT INTO import(application_id) VALUES (?1)", store->application, 0, err))
        return false;
    store->import = sqlite3_last_insert_rowid(store->db);
    store->insert_chunk = hr__store_prepare(
        store,
        "INSERT INTO chunk(workload_id, import_id, n, first, last, columns, codec, data)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        err);
    return store->insert_chunk != NULL;
}

bool hr_store_sink(struct hr_store *store, const char *app, struct hr_sink *ret,
                   struct hr_error *err)
{
    if (store->importing)
        return hr_fail(err, HR_EUSAGE, "%s: an import is under way already", store->path);
    if (!hr__store_exec(store, IMPORT_CACHE, err) || !hr__store_exec(store, "BEGIN IMMEDIATE", err))
        return false;
    store->importing = true;
    store->app = strdup(app);
    if (!(store->app || hr_fail_memory(err)) || !begin(store, app, err)) {
        sink_abort(store);
        return false;
    }
    *ret = (struct hr_sink){.context = store,
                            .workload = sink_workload,
                            .put = sink_put,
                            .merge = sink_merge,
                            .attribute = sink_attribute,
                            .file = sink_file,
                            .commit = sink_commit,
                            .abort = sink_abort};
    return true;
}

/* ---- a look --------------------------------------------------------------------------------- */

static bool dry_workload(void *context, const char *name, uint32_t *ret_id, struct hr_error *err)
{
    (void)name, (void)err;
    *ret_id = ++((struct hr_dry_sink *)context)->workloads;
    return true;
}
static bool dry_put(void *context, uint32_t id, const struct hr_columns *block,
                    struct hr_error *err)
{
    (void)context, (void)id, (void)block, (void)err;
    return true;
}
static bool dry_merge(void *context, uint32_t from, uint32_t into, struct hr_error *err)
{
    (void)context, (void)from, (void)into, (void)err;
    return true;
}
static bool dry_attribute(void *context, uint32_t id, const struct hr_attribute *attribute,
                          struct hr_error *err)
{
    (void)context, (void)id, (void)attribute, (void)err;
    return true;
}
static bool dry_file(void *context, const struct hr_import_file *file, struct hr_error *err)
{
    struct hr_dry_sink *dry = context;
    for (size_t i = 0; i < dry->seen_count; i++)
        if (dry->seen[i][0] == file->content_hash && dry->seen[i][1] == file->bytes)
            return fail_twice(file, dry->app, "another file of this import", err);
    if (dry->plan && !is_new_file(dry->plan, dry->app, file, err))
        return false;
    if (!hr_grow((void **)&dry->seen, &dry->seen_capacity, dry->seen_count + 1, sizeof *dry->seen,
                 SIZE_MAX / sizeof *dry->seen, err))
        return false;
    dry->seen[dry->seen_count][0] = file->content_hash;
    dry->seen[dry->seen_count++][1] = file->bytes;
    return true;
}
static void dry_abort(void *context)
{
    struct hr_dry_sink *dry = context;
    free(dry->seen);
    dry->seen = NULL;
    dry->seen_count = dry->seen_capacity = 0;
}
static bool dry_commit(void *context, struct hr_error *err)
{
    (void)err;
    dry_abort(context);
    return true;
}

struct hr_sink hr_store_dry_sink(struct hr_dry_sink *dry)
{
    return (struct hr_sink){.context = dry,
                            .workload = dry_workload,
                            .put = dry_put,
                            .merge = dry_merge,
                            .attribute = dry_attribute,
                            .file = dry_file,
                            .commit = dry_commit,
                            .abort = dry_abort};
}
