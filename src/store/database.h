/* database.h: what the files of store/ share: the open plan file and its statements. */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include <sqlite3.h>

#include "headroom/store.h"
#include "store/codec.h"

/* application_id: tells a plan file from other SQLite files. "HRM1" in ASCII. */
#define HR_STORE_APPLICATION_ID 0x48524d31

struct hr_store {
    sqlite3 *db;
    char *path;
    bool made;       /* this opening made the file: an empty one is taken away on closing */
    bool has_schema; /* tables stand; false in a new file until its first import */
    bool importing;  /* a sink is open */
    /* of the open sink */
    char *app;
    int64_t application, import;
    sqlite3_stmt *insert_chunk;
    struct hr__encoder encoder;
    /* of its readers, NULL until the first */
    sqlite3_stmt *list_chunks, *fetch_chunk;
    unsigned char *packed; /* a chunk's bytes */
    size_t packed_capacity;
    void *zstd; /* ZSTD_DCtx */
};

/* Brings the schema to the newest version, inside the caller's transaction. */
bool hr__store_migrate(struct hr_store *store, struct hr_error *err);
/* Newest schema version that this program knows. */
int hr__store_version(void);

/* The sentence for SQLite's last error; returns false. `doing` is what was tried. */
bool hr__store_fail(const struct hr_store *store, const char *doing, struct hr_error *err);
bool hr__store_exec(struct hr_store *store, const char *sql, struct hr_error *err);
/* A prepared statement, or NULL; the caller finalizes it. */
sqlite3_stmt *hr__store_prepare(struct hr_store *store, const char *sql, struct hr_error *err);
/* A column's text copied to the arena; "" for NULL; NULL when memory is short. */
const char *hr__store_text(sqlite3_stmt *statement, int column, struct hr_arena *arena);
/* Steps a statement that returns no rows, resets it; false with a sentence on failure. */
bool hr__store_step(struct hr_store *store, sqlite3_stmt *statement, const char *doing,
                    struct hr_error *err);

/* ---- lists ------------------------------------------------------------------------------------
 */

/* One row of a query into an item; false when memory is short. */
typedef bool (*hr__row_reader)(sqlite3_stmt *statement, struct hr_arena *arena, void *item);
struct hr__listing {
    size_t item_size;
    hr__row_reader read;
    struct hr_arena *arena;
    void *items; /* in the arena */
    size_t count;
};
/* Runs the statement (NULL: fails) to its end and finalizes it. */
bool hr__store_collect(struct hr_store *store, sqlite3_stmt *statement, struct hr__listing *listing,
                       struct hr_error *err);
/* The application's name: the given one if it exists, else the only one there is. */
bool hr__store_choose(struct hr_store *store, const char *app, struct hr_arena *arena,
                      const char **ret, struct hr_error *err);

#endif
