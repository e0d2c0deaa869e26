/* open.c: opening, checking and closing a plan file; what SQLite's errors mean to a person. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "store/database.h"

#define BUSY_MS 3000 /* how long to wait for another process */
/* Of a new plan. A chunk of some 300 KiB lies in pages that are read one by one: with SQLite's 4
 * KiB that takes as long as to unpack it. */
#define PAGE_SIZE "PRAGMA page_size = 16384"

bool hr__store_fail(const struct hr_store *store, const char *doing, struct hr_error *err)
{
    int code = sqlite3_extended_errcode(store->db);
    const char *path = store->path;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return hr_fail(err, HR_EBUSY,
                       "%s: locked by another process; try again when it has finished", path);
    case SQLITE_FULL:
        return hr_fail(err, HR_EIO, "%s: no space left on the disk; the plan is as it was", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return hr_fail(err, HR_EIO,
                       "%s: cannot be written; the file and its folder must be writable", path);
    case SQLITE_NOTADB:
        return hr_fail(err, HR_EINPUT, "%s: not a plan file; name another with --plan", path);
    case SQLITE_CORRUPT:
        return hr_fail(err, HR_EINPUT, "%s: the plan file is damaged (%s); restore a copy", path,
                       sqlite3_errmsg(store->db));
    case SQLITE_NOMEM:
        return hr_fail_memory(err);
    default:
        return hr_fail(err, HR_EIO, "%s: %s failed: %s", path, doing, sqlite3_errmsg(store->db));
    }
}

bool hr__store_exec(struct hr_store *store, const char *sql, struct hr_error *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           hr__store_fail(store, "a step", err);
}

sqlite3_stmt *hr__store_prepare(struct hr_store *store, const char *sql, struct hr_error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        hr__store_fail(store, "preparing a query", err);
    return statement;
}

const char *hr__store_text(sqlite3_stmt *statement, int column, struct hr_arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return hr_arena_copy(arena, text ? text : "", text ? strlen(text) : 0);
}

bool hr__store_step(struct hr_store *store, sqlite3_stmt *statement, const char *doing,
                    struct hr_error *err)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        hr__store_fail(store, doing, err);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW;
}

/* One integer of a query such as a pragma; false with a sentence when the file cannot be read. */
static bool ask(struct hr_store *store, const char *sql, int64_t *ret, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(store, sql, err);
    if (!statement)
        return false;
    bool there = sqlite3_step(statement) == SQLITE_ROW;
    if (there)
        *ret = sqlite3_column_int64(statement, 0);
    else
        hr__store_fail(store, "reading", err);
    sqlite3_finalize(statement);
    return there;
}

static bool check_pages(struct hr_store *store, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(store, "PRAGMA quick_check(1)", err);
    if (!statement)
        return false;
    bool sound = false;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        sound = text && strcmp(text, "ok") == 0;
        if (!sound)
            hr_fail(err, HR_EINPUT, "%s: the plan file is damaged (%s); restore a copy",
                    store->path, text ? text : "no answer");
    } else {
        hr__store_fail(store, "checking", err);
    }
    sqlite3_finalize(statement);
    return sound;
}

/* Is it ours, of a version we know, and whole? Nothing is written before this has passed. */
static bool check(struct hr_store *store, struct hr_error *err)
{
    int64_t application = 0, version = 0;
    if (!ask(store, "PRAGMA application_id", &application, err) ||
        !ask(store, "PRAGMA user_version", &version, err))
        return false;
    if (application != HR_STORE_APPLICATION_ID)
        return hr_fail(
            err, HR_EINPUT,
            "%s: an SQLite file of another program, not a plan; name another with --plan",
            store->path);
    if (version > hr__store_version())
        return hr_fail(err, HR_EVERSION,
                       "%s: made by a newer headroom (version %lld of the file, this program knows "
                       "%d); use that one, the file was not touched",
                       store->path, (long long)version, hr__store_version());
    return check_pages(store, err);
}

static bool upgrade(struct hr_store *store, struct hr_error *err)
{
    int64_t version = 0;
    if (!ask(store, "PRAGMA user_version", &version, err))
        return false;
    if (version == hr__store_version())
        return true;
    if (!hr__store_exec(store, "BEGIN IMMEDIATE", err))
        return false;
    if (hr__store_migrate(store, err) && hr__store_exec(store, "COMMIT", err))
        return true;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

char *hr_store_default_path(struct hr_error *err)
{
    const char *plan = getenv("HEADROOM_PLAN"), *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int made;
    if (plan && *plan)
        made = asprintf(&path, "%s", plan);
    else if (data && data[0] == '/')
        made = asprintf(&path, "%s/headroom/plan.headroom", data);
    else if (home && *home)
        made = asprintf(&path, "%s/.local/share/headroom/plan.headroom", home);
    else {
        hr_fail(err, HR_EUSAGE, "neither $HEADROOM_PLAN nor $HOME is set; name a plan with --plan");
        return NULL;
    }
    if (made < 0) {
        hr_fail_memory(err);
        return NULL;
    }
    return path;
}

/* Makes the folders that a default path needs. */
static bool make_folders(const char *path, struct hr_error *err)
{
    char *copy = strdup(path);
    if (!copy)
        return hr_fail_memory(err);
    bool made = true;
    for (char *slash = strchr(copy + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = mkdir(copy, 0777) == 0 || errno == EEXIST ||
               hr_fail(err, HR_EIO, "%s: the folder cannot be made: %s", copy, strerror(errno));
        *slash = '/';
    }
    free(copy);
    return made;
}

/* What stands at the path: *ret_size -1 when nothing does. */
static bool look(const char *path, enum hr_store_mode mode, int64_t *ret_size, struct hr_error *err)
{
    struct stat status;
    if (stat(path, &status) == 0) {
        if (!S_ISREG(status.st_mode))
            return hr_fail(err, HR_EINPUT, "%s: not a file; name a plan file with --plan", path);
        *ret_size = status.st_size;
        if (status.st_size == 0 && mode != HR_STORE_CREATE)
            return hr_fail(err, HR_EINPUT,
                           "%s: an empty file, not a plan; `headroom import` makes one", path);
        return true;
    }
    *ret_size = -1;
    if (errno != ENOENT && errno != ENOTDIR)
        return hr_fail(err, HR_EIO, "%s: cannot be read: %s", path, strerror(errno));
    return mode == HR_STORE_CREATE ||
           hr_fail(err, HR_EMISSING,
                   "%s: there is no plan file; `headroom import FILE...` makes one", path);
}

static bool open_database(struct hr_store *store, enum hr_store_mode mode, struct hr_error *err)
{
    /* Also for reading: what a killed import left can only be rolled back by one who may write.
     * A file that may not be written is opened for reading all the same. */
    int flags = SQLITE_OPEN_READWRITE | (mode == HR_STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return store->db ? hr__store_fail(store, "opening", err) : hr_fail_memory(err);
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    return (mode != HR_STORE_CREATE || hr__store_exec(store, PAGE_SIZE, err)) &&
           hr__store_exec(store,
                          "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
                          "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON",
                          err) &&
           (mode != HR_STORE_READ || hr__store_exec(store, "PRAGMA query_only = ON", err));
}

/* The first reading undoes an import that was killed. Where that was the first of a new plan the
 * file is empty now, as if it had never begun. */
static bool check_content(struct hr_store *store, enum hr_store_mode mode, struct hr_error *err)
{
    int64_t pages = 0, page = 0, size = 0;
    if (!ask(store, "PRAGMA page_count", &pages, err) || !look(store->path, mode, &size, err))
        return false;
    if (pages == 0) /* to SQLite a single byte is an empty file, too */
        return size == 0 || hr_fail(err, HR_EINPUT, "%s: not a plan file; name another with --plan",
                                    store->path);
    if (!ask(store, "PRAGMA page_size", &page, err))
        return false;
    if (size < pages * page) /* SQLite fills up a last page that is cut with zeros */
        return hr_fail(err, HR_EINPUT, "%s: the plan file is cut short; restore a copy",
                       store->path);
    store->has_schema = check(store, err) && (mode == HR_STORE_READ || upgrade(store, err));
    return store->has_schema;
}

bool hr_store_open(const char *path, enum hr_store_mode mode, struct hr_store **ret,
                   struct hr_error *err)
{
    struct hr_store *store = calloc(1, sizeof *store);
    if (!store)
        return hr_fail_memory(err);
    int64_t size = -1;
    store->path = path ? strdup(path) : hr_store_default_path(err);
    bool ready = store->path && look(store->path, mode, &size, err) &&
                 (size >= 0 || path || make_folders(store->path, err));
    store->made = ready && size < 0;
    ready = ready && open_database(store, mode, err);
    ready = ready && (size <= 0 || check_content(store, mode, err));
    if (!ready) {
        if (!store->path && path)
            hr_fail_memory(err);
        hr_store_close(store);
        return false;
    }
    *ret = store;
    return true;
}

void hr_store_close(struct hr_store *store)
{
    if (!store)
        return;
    sqlite3_finalize(store->insert_chunk);
    if (store->importing)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_finalize(store->list_chunks);
    sqlite3_finalize(store->fetch_chunk);
    ZSTD_freeDCtx(store->zstd);
    free(store->packed);
    hr__encoder_clear(&store->encoder);
    free(store->app);
    sqlite3_close(store->db);
    struct stat status;
    if (store->made && stat(store->path, &status) == 0 && status.st_size == 0)
        unlink(store->path); /* nothing was imported: leave no trace */
    free(store->path);
    free(store);
}

bool hr_store_reopen(const struct hr_store *store, struct hr_store **ret, struct hr_error *err)
{
    struct hr_store *second = calloc(1, sizeof *second);
    if (!second)
        return hr_fail_memory(err);
    second->path = strdup(store->path);
    second->has_schema = store->has_schema;
    if (!second->path || !open_database(second, HR_STORE_READ, err)) {
        if (!second->path)
            hr_fail_memory(err);
        hr_store_close(second);
        return false;
    }
    *ret = second;
    return true;
}
