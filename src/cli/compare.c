/* compare.c: `headroom compare`: the application on every platform, costed. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/decisions.h"
#include "cli/scenario.h"
#include "headroom/plan.h"
#include "headroom/report.h"

struct request {
    struct cli_common common;
    struct cli_replay replay;
    const char *save, *scenario;
    struct cli_decisions decisions;
    struct hr_table_options table;
    struct cli_list shown;
};

enum {
    KEY_SAVE = 0x300,
    KEY_SCENARIO,
    KEY_TOP,
    KEY_SHOW,
    KEY_EVENTS,
    KEY_EVENTS_SPAN,
    KEY_REPLICATIONS,
    KEY_PRECISION
};
static const struct argp_option option_table[] = {
    {"save", KEY_SAVE, "NAME", 0,
     "Keep what was changed, and the rows, in the plan as scenario NAME", 3},
    {"scenario", KEY_SCENARIO, "NAME", 0,
     "Change what the saved scenario changes; other options come on top", 3},
    {"top", KEY_TOP, "N", 0, "The table shows the N workloads with the most invocations (all)", 3},
    {"show", KEY_SHOW, "NAME", 0, "The table shows this workload; may be repeated (all)", 3},
    {"events", KEY_EVENTS, "FILE", 0,
     "Write every cold start, throttle and scale action to FILE (CSV; JSON lines for *.jsonl)", 3},
    {"events-span", KEY_EVENTS_SPAN, "FROM..TO", 0, "Only those of this span, two ISO 8601 times",
     3},
    {"replications", KEY_REPLICATIONS, "N", 0,
     "Means over N replications with 95 % intervals, generated traffic made anew in each (1)", 3},
    {"precision", KEY_PRECISION, "SHARE", 0,
     "Replicate until the intervals of mean response and cost are within SHARE of their means, as "
     "in "
     "1%, at most 200 times or as --replications says; exit status 1 where they are not",
     3},
    {0},
};

static error_t parse_replications(int key, const char *arg, struct argp_state *state)
{
    struct hr_compare_options *options = &((struct request *)state->input)->replay.options;
    int64_t number = 0;
    switch (key) {
    case KEY_REPLICATIONS:
        if (!hr_parse_i64(arg, strlen(arg), &number) || number < 1 || number > 10000)
            argp_error(state, "--replications takes a whole number from 1 to 10000, not `%s`", arg);
        options->replications = (size_t)number;
        return 0;
    case KEY_PRECISION:
        if (!hr_parse_fraction(arg, strlen(arg), &options->precision) || options->precision <= 0 ||
            options->precision >= 1)
            argp_error(state, "--precision takes a share such as 1%%, not `%s`", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    int64_t number = 0;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->replay;
        state->child_inputs[1] = state->child_inputs[2] = &request->common;
        return 0;
    case KEY_TOP:
        if (!hr_parse_i64(arg, strlen(arg), &number) || number < 1)
            argp_error(state, "--top takes a whole number from 1, not `%s`", arg);
        request->table.top = (size_t)number;
        return 0;
    case KEY_SHOW:
        return cli_list_add(&request->shown, arg) ? 0 : ENOMEM;
    case KEY_SAVE:
        request->save = arg;
        return 0;
    case KEY_SCENARIO:
        request->scenario = arg;
        return 0;
    case KEY_EVENTS:
        request->decisions.path = arg;
        return 0;
    case KEY_EVENTS_SPAN:
        if (!cli_span_parse(arg, &request->decisions.log.from, &request->decisions.log.to))
            argp_error(state,
                       "--events-span takes two times, the earlier first, as in "
                       "2026-10-05T12:00:00Z..2026-10-05T13:00:00Z, not `%s`",
                       arg);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected `%s`: compare takes only options", arg);
        return EINVAL;
    default:
        return parse_replications(key, arg, state);
    }
}

static int table_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 120;
}

static bool write_report(const struct request *request, const struct hr_comparison *comparison,
                         struct hr_error *err)
{
    struct hr_outfile file;
    if (!hr_outfile_open(&file, request->common.output, err))
        return false;
    bool written = false;
    switch (request->common.format) {
    case CLI_CSV:
        written = hr_report_compare_csv(file.stream, comparison, err);
        break;
    case CLI_JSON:
        written = hr_report_compare_json(file.stream, comparison, err);
        break;
    case CLI_TABLE:
        written = hr_report_compare_table(file.stream, comparison, &request->table, err);
        break;
    }
    if (written)
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}

static int compare(struct request *request)
{
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct hr_store *store = NULL;
    struct hr_comparison comparison = {0};
    struct hr_compare_options options;
    bool done = cli_open_models(&request->common, &models, &err) &&
                (store = cli_open_store(&request->common, HR_STORE_READ, &err)) &&
                (!request->scenario || cli_scenario_apply(store, &request->common, &request->replay,
                                                          request->scenario, &err)) &&
                cli_replay_options(&request->replay, &request->common, &options, &err) &&
                cli_decisions_open(&request->decisions, &options, &err);
    if (done) {
        struct cli_progress *progress = cli_progress_begin(&request->common);
        options.progress = cli_progress_callback(progress);
        done = hr_compare(store, models, &options, &comparison, &err);
        cli_progress_end(progress);
    }
    done = cli_decisions_end(&request->decisions, done, &err);
    done = done && write_report(request, &comparison, &err) &&
           (!request->save || cli_scenario_save(&request->common, &request->replay, &comparison,
                                                request->save, &err));
    int status = done ? comparison.imprecise : cli_complain(&err);
    for (size_t i = 0; i < comparison.warning_count && !request->common.quiet; i++)
        fprintf(stderr, "headroom: %s\n", comparison.notes[i]);
    hr_comparison_clear(&comparison);
    hr_store_close(store);
    hr_models_close(models);
    return status;
}

static int run(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&cli_replay_argp, 0, NULL, 1},
        {&cli_common_argp, 0, "Options of every verb:", 10},
        {&cli_format_argp, 0, NULL, 10},
        {0},
    };
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .doc = "Replays an application on every platform and compares cost, latency and idle "
               "waste for each workload.",
        .children = children,
    };
    struct request request = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    request.table.width = table_width();
    request.table.workloads = request.shown.items;
    request.table.workload_count = request.shown.count;
    int status = compare(&request);
    cli_list_clear(&request.shown);
    cli_replay_clear(&request.replay);
    return status;
}

const struct cli_command cli_compare = {"compare",
                                        "replay on every platform: cost, latency, idle waste", run};
