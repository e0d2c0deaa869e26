/* replay_options.h: the options of every verb that replays: which platforms, which traffic. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include "cli/cli.h"
#include "headroom/plan.h"

struct cli_replay {
    struct hr_compare_options options;
    struct cli_list only, files, sets;
    struct cli_list told; /* names and values in turn, as they were given; in the arena */
    struct hr_arena arena;
    struct hr_override *overrides;
};

extern const struct argp cli_replay_argp; /* its input is a struct cli_replay */

/* As if the option had been given: "set", "fleet.servers.max=4". False: there is none of that name.
 * A value that does not fit ends the program, as on the command line. */
bool cli_replay_tell(struct cli_replay *replay, const char *option, const char *value);
/* What was parsed as the library's options; they live as long as `replay`. */
bool cli_replay_options(struct cli_replay *replay, const struct cli_common *common,
                        struct hr_compare_options *ret, struct hr_error *err);
void cli_replay_clear(struct cli_replay *replay);

#endif
