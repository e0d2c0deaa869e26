/* focus.h: `--as focus`: a bill in the form of FOCUS, for the verbs that have one. */
#ifndef CLI_FOCUS_H
#define CLI_FOCUS_H

#include "cli/cli.h"
#include "headroom/price.h"

struct cli_focus {
    bool wanted;         /* --as focus */
    int64_t month;       /* --month; 0: not given */
    const char *account; /* --account; NULL: "estimate" */
};
extern const struct argp cli_focus_argp; /* its input is a struct cli_focus */

/* Writes to --output. `month`: any time of the month that is billed where --month is absent. */
struct cli_focus_bill {
    const struct hr_book *const *books;
    size_t book_count;
    const char *tags; /* a flat JSON object, or "" */
    int64_t month;
    const struct hr_bill *bill;
};
bool cli_focus_write(const struct cli_common *common, const struct cli_focus *focus,
                     const struct cli_focus_bill *what, struct hr_error *err);

#endif
