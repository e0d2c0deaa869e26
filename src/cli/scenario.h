/* scenario.h: scenarios on the command line: `compare --save`, `--scenario`, `list --scenarios`. */
#ifndef CLI_SCENARIO_H
#define CLI_SCENARIO_H

#include "cli/replay_options.h"

/* Saves what `replay` was told, and the comparison's rows, under a name. */
bool cli_scenario_save(const struct cli_common *common, const struct cli_replay *replay,
                       const struct hr_comparison *comparison, const char *name,
                       struct hr_error *err);
/* Makes `replay` what the scenario says, with what it was told itself on top. */
bool cli_scenario_apply(struct hr_store *store, struct cli_common *common,
                        struct cli_replay *replay, const char *name, struct hr_error *err);
/* Lists an application's scenarios in the common format. */
bool cli_scenario_list(struct hr_store *store, const struct cli_common *common, const char *app,
                       struct hr_error *err);
/* Prints a scenario's saved rows as they were, and when and with what they were made. */
bool cli_scenario_print(struct hr_store *store, const struct cli_common *common, const char *app,
                        const char *name, struct hr_error *err);

#endif
