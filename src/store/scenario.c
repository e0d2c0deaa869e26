/* scenario.c: scenarios, what they change, and the report of their last run. */
#include <string.h>

#include "store/database.h"

/* A plan of version 1 that is only read has no tables for them. */
static bool has_tables(struct hr_store *store, bool *ret, struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(
        store, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'scenario'", err);
    if (!statement)
        return false;
    *ret = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return true;
}

static bool name_fits(const char *name, struct hr_error *err)
{
    size_t len = strlen(name);
    struct hr_text clean = {.max = (size_t)4 * HR_SCENARIO_NAME};
    hr_text_add_clean(&clean, name, len);
    bool fits = len > 0 && len <= HR_SCENARIO_NAME && clean.data && strcmp(clean.data, name) == 0;
    hr_text_clear(&clean);
    return fits ||
           hr_fail(err, HR_EUSAGE, "a scenario's name: expected 1 to %d bytes of printable text",
                   HR_SCENARIO_NAME);
}

/* ---- saving -------------------------------------------------------------------------------- */

/* The id that the statement inserts or finds; 0 on failure. */
static int64_t insert(struct hr_store *store, sqlite3_stmt *statement, struct hr_error *err)
{
    bool done = hr__store_step(store, statement, "saving", err);
    sqlite3_finalize(statement);
    return done ? sqlite3_last_insert_rowid(store->db) : 0;
}

static bool forget(struct hr_store *store, const char *app, const char *name, struct hr_error *err)
{
    sqlite3_stmt *statement =
        hr__store_prepare(store,
                          "DELETE FROM scenario WHERE name = ?1 AND application_id ="
                          " (SELECT id FROM application WHERE name = ?2)",
                          err);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, app, -1, SQLITE_STATIC);
    bool done = hr__store_step(store, statement, "forgetting", err);
    sqlite3_finalize(statement);
    return done;
}

static bool save_settings(struct hr_store *store, int64_t id, const struct hr_scenario *scenario,
                          struct hr_error *err)
{
    sqlite3_stmt *statement =
        hr__store_prepare(store, "INSERT INTO override VALUES (?1, ?2, ?3, ?4)", err);
    bool done = statement != NULL;
    for (size_t i = 0; done && i < scenario->setting_count; i++) {
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, (int64_t)i);
        sqlite3_bind_text(statement, 3, scenario->settings[i].option, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 4, scenario->settings[i].value, -1, SQLITE_STATIC);
        done = hr__store_step(store, statement, "saving", err);
    }
    sqlite3_finalize(statement);
    return done;
}

static bool save_lines(struct hr_store *store, int64_t run, const char *const *lines, size_t count,
                       struct hr_error *err)
{
    sqlite3_stmt *statement =
        hr__store_prepare(store, "INSERT INTO run_line VALUES (?1, ?2, ?3)", err);
    bool done = statement != NULL;
    for (size_t i = 0; done && i < count; i++) {
        sqlite3_bind_int64(statement, 1, run);
        sqlite3_bind_int64(statement, 2, (int64_t)i);
        sqlite3_bind_text(statement, 3, lines[i], -1, SQLITE_STATIC);
        done = hr__store_step(store, statement, "saving", err);
    }
    sqlite3_finalize(statement);
    return done;
}

static int64_t save_scenario(struct hr_store *store, const char *app, const char *name,
                             struct hr_error *err)
{
    sqlite3_stmt *statement = hr__store_prepare(store,
                                                "INSERT INTO scenario(application_id, name)"
                                                " SELECT id, ?1 FROM application WHERE name = ?2",
                                                err);
    if (!statement)
        return 0;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, app, -1, SQLITE_STATIC);
    return insert(store, statement, err);
}

static int64_t save_run(struct hr_store *store, const char *app, int64_t id,
                        const struct hr_scenario *scenario, struct hr_error *err)
{
    sqlite3_stmt *statement =
        hr__store_prepare(store,
                          "INSERT INTO run(scenario_id, made_at, program, prices, last_import)"
                          " SELECT ?1, ?2, ?3, ?4, IFNULL(MAX(i.id), 0) FROM import i"
                          " JOIN application a ON a.id = i.application_id WHERE a.name = ?5",
                          err);
    if (!statement)
        return 0;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, scenario->made_at);
    sqlite3_bind_text(statement, 3, scenario->program, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, scenario->prices, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, app, -1, SQLITE_STATIC);
    return insert(store, statement, err);
}

/* Inside a transaction. */
static bool save(struct hr_store *store, const char *app, const struct hr_scenario *scenario,
                 const char *const *lines, size_t line_count, struct hr_error *err)
{
    int64_t id, run;
    return forget(store, app, scenario->name, err) &&
           (id = save_scenario(store, app, scenario->name, err)) &&
           save_settings(store, id, scenario, err) &&
           (run = save_run(store, app, id, scenario, err)) &&
           save_lines(store, run, lines, line_count, err);
}

/* Runs between BEGIN and COMMIT; nothing has changed when it fails. */
static bool commit(struct hr_store *store, bool done, struct hr_error *err)
{
    if (done && hr__store_exec(store, "COMMIT", err))
        return true;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool hr_store_scenario_save(struct hr_store *store, const char *app,
                            const struct hr_scenario *scenario, const char *const *lines,
                            size_t line_count, struct hr_error *err)
{
    struct hr_arena arena = {0};
    const char *chosen = NULL;
    bool done = name_fits(scenario->name, err) &&
                hr__store_choose(store, app, &arena, &chosen, err) &&
                hr__store_exec(store, "BEGIN IMMEDIATE", err) &&
                commit(store, save(store, chosen, scenario, lines, line_count, err), err);
    hr_arena_clear(&arena);
    return done;
}

bool hr_store_scenario_forget(struct hr_store *store, const char *app, const char *name,
                              struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_scenario scenario;
    const char *chosen = NULL;
    bool done = hr__store_choose(store, app, &arena, &chosen, err) &&
                hr_store_scenario(store, chosen, name, &arena, &scenario, err) &&
                hr__store_exec(store, "BEGIN IMMEDIATE", err) &&
                commit(store, forget(store, chosen, name, err), err);
    hr_arena_clear(&arena);
    return done;
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool read_scenario(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct hr_scenario *scenario = item;
    *scenario = (struct hr_scenario){
        .id = sqlite3_column_int64(statement, 0),
        .name = hr__store_text(statement, 1, arena),
        .made_at = sqlite3_column_int64(statement, 2),
        .program = hr__store_text(statement, 3, arena),
        .prices = hr__store_text(statement, 4, arena),
        .stale = sqlite3_column_int(statement, 5),
        .line_count = (size_t)sqlite3_column_int64(statement, 6),
    };
    return scenario->name && scenario->program && scenario->prices;
}

static bool read_setting(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    struct hr_setting *setting = item;
    setting->option = hr__store_text(statement, 0, arena);
    setting->value = hr__store_text(statement, 1, arena);
    return setting->option && setting->value;
}

static bool read_settings(struct hr_store *store, struct hr_scenario *scenario,
                          struct hr_arena *arena, struct hr_error *err)
{
    struct hr__listing settings = {
        .item_size = sizeof(struct hr_setting), .read = read_setting, .arena = arena};
    sqlite3_stmt *statement = hr__store_prepare(
        store, "SELECT option, value FROM override WHERE scenario_id = ?1 ORDER BY position", err);
    if (statement)
        sqlite3_bind_int64(statement, 1, scenario->id);
    if (!hr__store_collect(store, statement, &settings, err))
        return false;
    scenario->settings = settings.items;
    scenario->setting_count = settings.count;
    return true;
}

bool hr_store_scenarios(struct hr_store *store, const char *app, struct hr_arena *arena,
                        struct hr_scenario **ret, size_t *ret_count, struct hr_error *err)
{
    struct hr__listing all = {
        .item_size = sizeof(struct hr_scenario), .read = read_scenario, .arena = arena};
    const char *chosen = NULL;
    bool there = false;
    *ret = NULL;
    *ret_count = 0;
    if (!hr__store_choose(store, app, arena, &chosen, err) || !has_tables(store, &there, err))
        return false;
    if (!there)
        return true;
    sqlite3_stmt *statement = hr__store_prepare(
        store,
        "SELECT s.id, s.name, r.made_at, r.program, r.prices,"
        " EXISTS(SELECT 1 FROM import i WHERE i.application_id = a.id AND i.id > r.last_import),"
        " (SELECT COUNT(*) FROM run_line l WHERE l.run_id = r.id)"
        " FROM scenario s JOIN application a ON a.id = s.application_id"
        " JOIN run r ON r.scenario_id = s.id WHERE a.name = ?1 ORDER BY s.name",
        err);
    if (statement)
        sqlite3_bind_text(statement, 1, chosen, -1, SQLITE_STATIC);
    if (!hr__store_collect(store, statement, &all, err))
        return false;
    *ret = all.items;
    *ret_count = all.count;
    for (size_t i = 0; i < all.count; i++)
        if (!read_settings(store, &(*ret)[i], arena, err))
            return false;
    return true;
}

bool hr_store_scenario(struct hr_store *store, const char *app, const char *name,
                       struct hr_arena *arena, struct hr_scenario *ret, struct hr_error *err)
{
    struct hr_scenario *all = NULL;
    size_t count = 0;
    if (!hr_store_scenarios(store, app, arena, &all, &count, err))
        return false;
    struct hr_text names = {.max = 512};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            *ret = all[i];
            hr_text_clear(&names);
            return true;
        }
        hr_text_printf(&names, "%s%s", i ? ", " : "", all[i].name);
    }
    if (count > 0)
        hr_fail(err, HR_EMISSING, "%s: no scenario `%.*s`; there are: %s", store->path,
                HR_SCENARIO_NAME, name, names.data ? names.data : "");
    else
        hr_fail(err, HR_EMISSING,
                "%s: no scenario `%.*s`; `headroom compare --save NAME` makes one", store->path,
                HR_SCENARIO_NAME, name);
    hr_text_clear(&names);
    return false;
}

static bool read_line(sqlite3_stmt *statement, struct hr_arena *arena, void *item)
{
    const char **line = item;
    *line = hr__store_text(statement, 0, arena);
    return *line != NULL;
}

bool hr_store_scenario_lines(struct hr_store *store, const struct hr_scenario *scenario,
                             struct hr_arena *arena, const char ***ret, size_t *ret_count,
                             struct hr_error *err)
{
    struct hr__listing lines = {
        .item_size = sizeof(const char *), .read = read_line, .arena = arena};
    sqlite3_stmt *statement =
        hr__store_prepare(store,
                          "SELECT l.line FROM run_line l JOIN run r ON r.id = l.run_id"
                          " WHERE r.scenario_id = ?1 ORDER BY l.position",
                          err);
    if (statement)
        sqlite3_bind_int64(statement, 1, scenario->id);
    bool done = hr__store_collect(store, statement, &lines, err);
    *ret = lines.items;
    *ret_count = lines.count;
    return done;
}
