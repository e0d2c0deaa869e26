/* cli.h: what the commands share: the command table's row, the common options, progress.
 *
 * A command is one file with one `const struct cli_command` and one line in main.c's table. It
 * parses its options, calls one library function and shows the result; it computes nothing.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/model.h"
#include "headroom/store.h"

enum cli_format { CLI_TABLE, CLI_CSV, CLI_JSON };

/* Options that every verb takes. Strings are argv's. */
struct cli_common {
    const char *plan;   /* --plan; NULL: $HEADROOM_PLAN, else the XDG data folder */
    const char *models; /* --models: a folder that adds to the embedded models; may be NULL */
    const char *output; /* --output; NULL or "-": standard output */
    enum cli_format format;
    uint64_t seed;
    unsigned threads; /* 0: all cores */
    bool quiet;       /* no progress, no remarks */
};

struct cli_command {
    const char *name;
    const char *summary;               /* one line of `headroom --help` */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; returns the exit status */
};

extern const struct cli_command cli_import, cli_generate, cli_list, cli_compare, cli_backtest,
    cli_batch, cli_bill, cli_export, cli_models;

/* argp children that parse the common options and --format; their input is a struct cli_common. */
extern const struct argp cli_common_argp, cli_format_argp;
/* Both, for a verb that has no other children, and what its ARGP_KEY_INIT calls. */
extern const struct argp_child cli_children[];
void cli_children_init(struct argp_state *state, struct cli_common *common);
/* What --alone does, wherever there is one. */
#define CLI_ALONE_HELP "Each workload has a fleet of its own, instead of sharing the application's"

#define CLI_SEED       1 /* where --seed is not given */
void cli_common_init(struct cli_common *common);

/* argp_parse with the project's habits: exit status 2 on wrong usage, "headroom VERB" as name. */
bool cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Prints "headroom: SENTENCE" to stderr and returns the exit status of that kind of error. */
int cli_complain(const struct hr_error *err);

/* The embedded models and those of --models; one whose date is still to come is refused. */
bool cli_open_models(const struct cli_common *common, struct hr_models **ret, struct hr_error *err);
int64_t cli_now(void); /* us since 1970, for dates only */
/* Says on stderr that a book is older than the assumptions take as fresh on the day `today`. */
void cli_remark_age(const struct hr_models *models, const char *book, const char *as_of,
                    const char *today);

/* The plan named by --plan or by default, opened; the path is resolved as the store does it. */
struct hr_store *cli_open_store(const struct cli_common *common, enum hr_store_mode mode,
                                struct hr_error *err);

/* A growing list of option values, for options that may be repeated. */
struct cli_list {
    const char **items;
    size_t count, capacity;
};
bool cli_list_add(struct cli_list *list, const char *item);
void cli_list_add_split(struct cli_list *list, char *commas); /* cuts `commas` in place */
void cli_list_clear(struct cli_list *list);

/* A progress bar on stderr when that is a terminal and --quiet is absent, else NULL. Ctrl-C
 * cancels the work instead of killing it; cli_progress_end removes the bar. */
struct cli_progress;
struct cli_progress *cli_progress_begin(const struct cli_common *common);
const struct hr_progress *cli_progress_callback(const struct cli_progress *progress);
void cli_progress_end(struct cli_progress *progress);

/* FROM..TO, two ISO 8601 times, the earlier first. */
bool cli_span_parse(const char *text, int64_t *from, int64_t *to);

#endif
