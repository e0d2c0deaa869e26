/* backtest.c: `headroom backtest`: what a function platform recorded, beside what its replay says.
 */
#include "cli/replay_options.h"
#include "headroom/report.h"

struct request {
    struct cli_common common;
    struct cli_replay replay;
    const char *on;
};

enum { KEY_ON = 0x300 };
static const struct argp_option option_table[] = {
    {"on", KEY_ON, "ID", 0, "The platform it was recorded on, as in aws-lambda-x86", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->replay;
        state->child_inputs[1] = state->child_inputs[2] = &request->common;
        return 0;
    case KEY_ON:
        request->on = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected `%s`: backtest takes only options", arg);
        return EINVAL;
    case ARGP_KEY_END:
        if (!request->on)
            argp_error(state, "name the platform, as in `--on aws-lambda-x86`");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool write_report(const struct request *request, const struct hr_backtest *backtest,
                         struct hr_error *err)
{
    struct hr_outfile file;
    if (!hr_outfile_open(&file, request->common.output, err))
        return false;
    bool written =
        request->common.format == CLI_CSV    ? hr_report_backtest_csv(file.stream, backtest, err)
        : request->common.format == CLI_JSON ? hr_report_backtest_json(file.stream, backtest, err)
                                             : hr_report_backtest_table(file.stream, backtest, err);
    if (written)
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}

static int backtest(struct request *request)
{
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct hr_store *store = NULL;
    struct hr_backtest result = {0};
    struct hr_compare_options options;
    bool done = cli_open_models(&request->common, &models, &err) &&
                (store = cli_open_store(&request->common, HR_STORE_READ, &err)) &&
                cli_replay_options(&request->replay, &request->common, &options, &err);
    if (done) {
        struct cli_progress *progress = cli_progress_begin(&request->common);
        options.progress = cli_progress_callback(progress);
        done = hr_backtest(store, models, request->on, &options, &result, &err);
        cli_progress_end(progress);
    }
    int status = done && write_report(request, &result, &err) ? 0 : cli_complain(&err);
    hr_backtest_clear(&result);
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
        .doc =
            "Replays what a function platform recorded on that platform, with the recorded "
            "memory, and prints recorded and simulated figures side by side. Gateway and network "
            "are left out, as the function's log does.",
        .children = children,
    };
    struct request request = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    int status = backtest(&request);
    cli_replay_clear(&request.replay);
    return status;
}

const struct cli_command cli_backtest = {"backtest", "recorded beside simulated, on one platform",
                                         run};
