/* store.h: the plan file: one SQLite file with everything that a person has.
 *
 * Applications, workloads with their attributes, invocations in compressed column chunks, import
 * provenance, scenarios and results. One import is one transaction: it lands whole or not at all.
 * Rollback journal, synchronous full; integrity and version are checked on opening; a file from a
 * newer headroom or of another program is refused and never touched.
 *
 * Ownership: a store belongs to one thread at a time; strings in lists belong to the arena that the
 * caller hands in. Errors: HR_EINPUT (no plan file, damaged), HR_EVERSION, HR_EBUSY, HR_EMISSING,
 * HR_EIO (disk full, read-only folder), HR_ENOMEM.
 */
#ifndef HEADROOM_STORE_H
#define HEADROOM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/workload.h"

enum hr_store_mode {
    HR_STORE_READ,  /* must exist */
    HR_STORE_WRITE, /* must exist */
    HR_STORE_CREATE /* made when absent */
};
struct hr_store;
/* path NULL: hr_store_default_path. */
bool hr_store_open(const char *path, enum hr_store_mode mode, struct hr_store **ret,
                   struct hr_error *err);
/* A second connection to the same plan for reading on another thread; not checked again. */
bool hr_store_reopen(const struct hr_store *store, struct hr_store **ret, struct hr_error *err);
void hr_store_close(struct hr_store *store); /* accepts NULL */
/* $HEADROOM_PLAN, else $XDG_DATA_HOME/headroom/plan.headroom, else ~/.local/share/...; folders of
 * the latter two are made by HR_STORE_CREATE. The caller frees it. */
char *hr_store_default_path(struct hr_error *err);

/* ---- importing ----------------------------------------------------------------------------------
 */

/* A sink that adds to application `app` in one transaction, which commit or abort ends. One at a
 * time for a store. Attributes of origin `set` are kept. A file whose content (hash and bytes) the
 * application has already is refused, HR_EINPUT: its traffic would count twice. */
bool hr_store_sink(struct hr_store *store, const char *app, struct hr_sink *ret,
                   struct hr_error *err);

/* A sink that keeps nothing, for a look at what would be imported: the plan (NULL: there is none
 * yet) is only read, to refuse a file that the application has already. `dry` lives as long as the
 * sink. */
struct hr_dry_sink {
    struct hr_store *plan;
    const char *app;
    uint32_t workloads;
    /* the sink's own, until commit or abort: content of the files of this import */
    uint64_t (*seen)[2];
    size_t seen_count, seen_capacity;
};
struct hr_sink hr_store_dry_sink(struct hr_dry_sink *dry);

/* ---- what is in it
 * -------------------------------------------------------------------------------- */

struct hr_store_application {
    const char *name;
    int64_t first, last; /* arrivals */
    uint64_t invocations;
    size_t workloads;
};
struct hr_store_workload {
    int64_t id;
    const char *name;
    uint64_t key; /* hr_workload_key */
    uint64_t invocations;
    int64_t first, last;
    bool has_duration, has_bytes, has_memory, has_init, has_status; /* for some row */
};
bool hr_store_applications(struct hr_store *store, struct hr_arena *arena,
                           struct hr_store_application **ret, size_t *ret_count,
                           struct hr_error *err);
/* app NULL: the only one; HR_EMISSING names the applications there are. Sorted by name. */
bool hr_store_workloads(struct hr_store *store, const char *app, struct hr_arena *arena,
                        struct hr_store_workload **ret, size_t *ret_count, struct hr_error *err);
bool hr_store_attributes(struct hr_store *store, int64_t workload, struct hr_arena *arena,
                         struct hr_attribute **ret, size_t *ret_count, struct hr_error *err);
bool hr_store_attribute_set(struct hr_store *store, int64_t workload,
                            const struct hr_attribute *attribute, struct hr_error *err);
/* The files of an application's imports, in the order of import. */
bool hr_store_files(struct hr_store *store, const char *app, struct hr_arena *arena,
                    struct hr_import_file **ret, size_t *ret_count, struct hr_error *err);

/* ---- scenarios and their results
 * ------------------------------------------------------------------------ */

/* A scenario: a name of the application's for what a comparison was told to change. */
struct hr_setting {
    const char *option, *value; /* "set", "fleet.servers.max=40"; "alone", "" */
};
#define HR_SCENARIO_NAME 64 /* longest name, in bytes */
struct hr_scenario {
    int64_t id;       /* of one that was read */
    const char *name; /* printable UTF-8, not empty */
    const struct hr_setting *settings;
    size_t setting_count;
    /* its last run */
    int64_t made_at;              /* us since the epoch */
    const char *program, *prices; /* version; books and their dates */
    bool stale;                   /* traffic was imported since */
    size_t line_count;            /* of the report, its header included */
};
/* Saves a scenario and the lines of its report in one transaction; one of that name is replaced.
 * app NULL: the only application. `id`, `stale` and `line_count` are not looked at. */
bool hr_store_scenario_save(struct hr_store *store, const char *app,
                            const struct hr_scenario *scenario, const char *const *lines,
                            size_t line_count, struct hr_error *err);
/* Sorted by name. */
bool hr_store_scenarios(struct hr_store *store, const char *app, struct hr_arena *arena,
                        struct hr_scenario **ret, size_t *ret_count, struct hr_error *err);
/* HR_EMISSING names the scenarios there are. */
bool hr_store_scenario(struct hr_store *store, const char *app, const char *name,
                       struct hr_arena *arena, struct hr_scenario *ret, struct hr_error *err);
/* The lines of the report of one that was read, as they were, without line ends. */
bool hr_store_scenario_lines(struct hr_store *store, const struct hr_scenario *scenario,
                             struct hr_arena *arena, const char ***ret, size_t *ret_count,
                             struct hr_error *err);
bool hr_store_scenario_forget(struct hr_store *store, const char *app, const char *name,
                              struct hr_error *err);

/* ---- reading invocations
 * ---------------------------------------------------------------------------- */

/* Columns of a stored invocation beside its arrival. */
enum hr_store_column {
    HR_COLUMN_DURATION = 1,
    HR_COLUMN_BYTES = 2,
    HR_COLUMN_MEMORY = 4,
    HR_COLUMN_INIT = 8,
    HR_COLUMN_STATUS = 16,
    HR_COLUMN_EVERY = 31
};
/* What is to be read: rows of one workload with from <= arrival < to. */
struct hr_store_span {
    int64_t workload, from, to;
    unsigned columns; /* bits of those that are wanted; the others stay NULL */
    int64_t mark;     /* of hr_store_mark: what is imported after it is not read; 0: all is */
};
/* What is in the plan now, for reading the same again later, whatever is imported meanwhile. */
bool hr_store_mark(struct hr_store *store, int64_t *ret, struct hr_error *err);

/* The rows of a span ordered by (arrival, duration, status, bytes, memory, init), as far as these
 * are wanted, whatever the order of import. open -> next... (n = 0: the end) -> close. Memory: the
 * chunks that overlap, packed. A store may have any number of readers open. */
struct hr_store_reader;
bool hr_store_reader_open_span(struct hr_store *store, const struct hr_store_span *span,
                               struct hr_store_reader **ret, struct hr_error *err);
/* Every column. */
bool hr_store_reader_open(struct hr_store *store, int64_t workload, int64_t from, int64_t to,
                          struct hr_store_reader **ret, struct hr_error *err);
/* Some rows. Columns live until the next call; those unknown for every row of the block may be
 * NULL. */
bool hr_store_reader_next(struct hr_store_reader *reader, struct hr_columns *ret,
                          struct hr_error *err);
void hr_store_reader_close(struct hr_store_reader *reader); /* accepts NULL */

#endif
