/* batch.c: `headroom batch FILE.yaml`: every combination of a batch file, one row each. */
#include "cli/cli.h"

#include <stdio.h>

#include "headroom/plan.h"
#include "headroom/report.h"

enum { KEY_ALONE = 0x200 };

struct request {
    struct cli_common common;
    const char *path;
    bool alone;
};

static const struct argp_option option_table[] = {
    {"alone", KEY_ALONE, NULL, 0, CLI_ALONE_HELP, 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        cli_children_init(state, &request->common);
        return 0;
    case KEY_ALONE:
        request->alone = true;
        return 0;
    case ARGP_KEY_ARG:
        if (request->path)
            argp_error(state, "one batch file at a time; `%s` is one too many", arg);
        request->path = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name the batch file, as in `headroom batch sweep.yaml`");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Data first; then, on stderr, what does not hold. Returns the exit status. */
static int show(const struct request *request, const struct hr_batch *batch)
{
    struct hr_error err;
    struct hr_outfile file;
    if (!hr_outfile_open(&file, request->common.output, &err))
        return cli_complain(&err);
    bool written = request->common.format == CLI_JSON
                       ? hr_report_batch_json(file.stream, batch, &err)
                       : hr_report_batch_csv(file.stream, batch, &err);
    if (!written) {
        hr_outfile_abort(&file);
        return cli_complain(&err);
    }
    if (!hr_outfile_commit(&file, &err))
        return cli_complain(&err);
    for (size_t i = 0; i < batch->warning_count && !request->common.quiet; i++)
        fprintf(stderr, "headroom: %s\n", batch->warnings[i]);
    for (size_t i = 0; i < batch->failure_count; i++)
        fprintf(stderr, "headroom: %s\n", batch->failures[i]);
    return batch->failure_count ? 1 : 0;
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "FILE.yaml",
        .doc = "Runs every combination of a batch file: workloads, platforms and lists of changed "
               "keys. Exit status 1 when an `expect:` of the file does not hold.",
        .children = cli_children,
    };
    struct request request = {0};
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct hr_store *store = NULL;
    struct hr_batch batch = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    struct hr_compare_options options = {
        .seed = request.common.seed, .threads = request.common.threads, .alone = request.alone};
    bool done = cli_open_models(&request.common, &models, &err) &&
                (store = cli_open_store(&request.common, HR_STORE_READ, &err));
    if (done) {
        struct cli_progress *progress = cli_progress_begin(&request.common);
        options.progress = cli_progress_callback(progress);
        done = hr_batch_run(request.path, store, models, &options, &batch, &err);
        cli_progress_end(progress);
    }
    int status = done ? show(&request, &batch) : cli_complain(&err);
    hr_batch_clear(&batch);
    hr_store_close(store);
    hr_models_close(models);
    return status;
}

const struct cli_command cli_batch = {"batch", "run combinations of workloads, platforms and keys",
                                      run};
