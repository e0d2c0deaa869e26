/* focus.c: the options of `--as focus`, and its file. */
#include "cli/focus.h"

#include <string.h>

#include "headroom/report.h"

enum { KEY_AS = 0x500, KEY_MONTH, KEY_ACCOUNT };
static const struct argp_option option_table[] = {
    {"as", KEY_AS, "focus", 0, "The form: focus, rows of FOCUS 1.2 in CSV", 4},
    {"month", KEY_MONTH, "YYYY-MM", 0,
     "The month that the rows are of (the last one that is known)", 4},
    {"account", KEY_ACCOUNT, "NAME", 0, "The billing account that the rows name (estimate)", 4},
    {0},
};

/* "2026-11" to its first instant. */
static bool parse_month(const char *text, int64_t *ret)
{
    struct hr_civil civil = {.day = 1};
    int64_t year = 0, month = 0;
    if (strlen(text) != 7 || text[4] != '-' || !hr_parse_i64(text, 4, &year) ||
        !hr_parse_i64(text + 5, 2, &month) || year < 1970)
        return false;
    civil.year = (int)year;
    civil.month = (int)month;
    return hr_time_from_civil(&civil, ret);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct cli_focus *focus = state->input;
    switch (key) {
    case KEY_AS:
        if (strcmp(arg, "focus") != 0)
            argp_error(state, "--as takes focus, not `%s`", arg);
        focus->wanted = true;
        return 0;
    case KEY_MONTH:
        if (!parse_month(arg, &focus->month))
            argp_error(state, "--month takes a month such as 2026-11, not `%s`", arg);
        return 0;
    case KEY_ACCOUNT:
        if (*arg == '\0')
            argp_error(state, "--account takes a name");
        focus->account = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_focus_argp = {.options = option_table, .parser = parse};

bool cli_focus_write(const struct cli_common *common, const struct cli_focus *focus,
                     const struct cli_focus_bill *what, struct hr_error *err)
{
    struct hr_outfile file;
    const struct hr_focus report = {
        .month = focus->month ? focus->month : what->month,
        .account = focus->account ? focus->account : "estimate",
        .tags = what->tags,
        .books = what->books,
        .book_count = what->book_count,
    };
    if (!hr_outfile_open(&file, common->output, err))
        return false;
    if (hr_report_focus(file.stream, &report, what->bill, err))
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}
