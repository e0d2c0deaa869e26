/* migrate.c: the schema, as steps from one version to the next. A step is never changed after a
 * release; a new one is added to the end. user_version counts the steps that were made. */
#include "store/database.h"

static const char *const steps[] = {
    /* 1: applications, workloads, chunks of columns, where they come from */
    "CREATE TABLE application (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE import (id INTEGER PRIMARY KEY,"
    "  application_id INTEGER NOT NULL REFERENCES application(id));"
    "CREATE TABLE import_file (id INTEGER PRIMARY KEY,"
    "  import_id INTEGER NOT NULL REFERENCES import(id),"
    "  file TEXT NOT NULL, input_format TEXT NOT NULL, variant TEXT NOT NULL,"
    "  lines INTEGER NOT NULL, kept INTEGER NOT NULL, filtered INTEGER NOT NULL,"
    "  malformed INTEGER NOT NULL, duplicates INTEGER NOT NULL, with_duration INTEGER NOT NULL,"
    "  first INTEGER, last INTEGER, resolution_us INTEGER NOT NULL,"
    "  stamp TEXT NOT NULL, stamp_origin TEXT NOT NULL,"
    "  content_hash INTEGER NOT NULL, bytes INTEGER NOT NULL);"
    "CREATE INDEX import_file_content ON import_file(content_hash);"
    "CREATE TABLE import_reason (file_id INTEGER NOT NULL REFERENCES import_file(id),"
    "  text TEXT NOT NULL, class INTEGER NOT NULL, lines INTEGER NOT NULL);"
    "CREATE TABLE workload (id INTEGER PRIMARY KEY,"
    "  application_id INTEGER NOT NULL REFERENCES application(id),"
    "  name TEXT NOT NULL, UNIQUE(application_id, name));"
    "CREATE TABLE attribute (workload_id INTEGER NOT NULL REFERENCES workload(id),"
    "  key TEXT NOT NULL, value TEXT NOT NULL, origin TEXT NOT NULL, source TEXT NOT NULL,"
    "  PRIMARY KEY(workload_id, key)) WITHOUT ROWID;"
    "CREATE TABLE chunk (id INTEGER PRIMARY KEY,"
    "  workload_id INTEGER NOT NULL REFERENCES workload(id),"
    "  import_id INTEGER NOT NULL REFERENCES import(id),"
    "  n INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    "  columns INTEGER NOT NULL, codec INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE INDEX chunk_order ON chunk(workload_id, first, id);"
    "CREATE INDEX chunk_import ON chunk(import_id);",
    /* 2: scenarios with what they override, and the results of their last run */
    "CREATE TABLE scenario (id INTEGER PRIMARY KEY,"
    "  application_id INTEGER NOT NULL REFERENCES application(id),"
    "  name TEXT NOT NULL, UNIQUE(application_id, name));"
    "CREATE TABLE override ("
    "  scenario_id INTEGER NOT NULL REFERENCES scenario(id) ON DELETE CASCADE,"
    "  position INTEGER NOT NULL, option TEXT NOT NULL, value TEXT NOT NULL,"
    "  PRIMARY KEY(scenario_id, position)) WITHOUT ROWID;"
    "CREATE TABLE run (id INTEGER PRIMARY KEY,"
    "  scenario_id INTEGER NOT NULL UNIQUE REFERENCES scenario(id) ON DELETE CASCADE,"
    "  made_at INTEGER NOT NULL, program TEXT NOT NULL, prices TEXT NOT NULL,"
    "  last_import INTEGER NOT NULL);"
    "CREATE TABLE run_line (run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    "  position INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(run_id, position)) WITHOUT "
    "ROWID;",
};

int hr__store_version(void)
{
    return (int)(sizeof steps / sizeof steps[0]);
}

bool hr__store_migrate(struct hr_store *store, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(store, "PRAGMA user_version", err);
    if (!statement)
        return false;
    int version = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    if (version < 0)
        return hr__store_fail(store, "reading the version", err);
    for (int step = version; step < hr__store_version(); step++) {
        char pragma[64];
        snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", step + 1);
        if (!hr__store_exec(store, steps[step], err) || !hr__store_exec(store, pragma, err))
            return false;
    }
    return true;
}
