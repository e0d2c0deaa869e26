/* decisions.h: the decision log that `compare --events FILE` writes. */
#ifndef CLI_DECISIONS_H
#define CLI_DECISIONS_H

#include "headroom/plan.h"

struct cli_decisions {
    const char *path;           /* NULL: none is asked for */
    struct hr_decision_log log; /* from, to: what --events-span says */
    struct hr_outfile file;
    bool json, lost;
};
/* Opens the file and makes the options tell it. Once opened: ended in any case. */
bool cli_decisions_open(struct cli_decisions *decisions, struct hr_compare_options *options,
                        struct hr_error *err);
/* Keeps the file when `done`. */
bool cli_decisions_end(struct cli_decisions *decisions, bool done, struct hr_error *err);

#endif
