/* export.c: `headroom export --as focus --on ID`: the bill of a replayed application for tools that
 * read providers' bills. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/focus.h"
#include "cli/replay_options.h"

#define BOOKS_MAX 2 /* of a hybrid's two parts */

struct request {
    struct cli_common common;
    struct cli_replay replay;
    struct cli_focus focus;
    const char *on;
};

enum { KEY_ON = 0x300 };
static const struct argp_option option_table[] = {
    {"on", KEY_ON, "ID", 0, "The platform whose bill is written", 3},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->replay;
        state->child_inputs[1] = &request->focus;
        state->child_inputs[2] = &request->common;
        return 0;
    case KEY_ON:
        request->on = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected `%s`: export takes only options", arg);
        return EINVAL;
    case ARGP_KEY_SUCCESS:
        if (!request->focus.wanted || !request->on)
            argp_error(state, "expected a form and a platform: headroom export --as focus --on "
                              "aws-lambda-arm");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* {"application": ..., "platform": ...} on one line; the caller frees it. */
static char *tags_of(const struct hr_row *row)
{
    json_t *object =
        json_pack("{s:s, s:s}", "application", row->application, "platform", row->platform);
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(object);
    return text;
}

/* "aws-us-east-1+gcp-us-central1" opened, one after the other. */
static bool open_books(const struct hr_models *models, const char *names,
                       struct hr_book *ret[BOOKS_MAX], size_t *ret_count, struct hr_error *err)
{
    for (; *names && *ret_count < BOOKS_MAX; names += *names == '+') {
        char id[64];
        size_t len = strcspn(names, "+");
        snprintf(id, sizeof id, "%.*s", (int)(len < sizeof id ? len : sizeof id - 1), names);
        if (!hr_book_open(models, id, NULL, 0, &ret[*ret_count], err))
            return false;
        ++*ret_count;
        names += len;
    }
    return true;
}

static bool write_row(const struct request *request, const struct hr_models *models,
                      const struct hr_comparison *comparison, struct hr_error *err)
{
    const struct hr_row *row = hr_comparison_row(comparison, HR_WORKLOAD_ALL, request->on);
    struct hr_book *books[BOOKS_MAX] = {0};
    size_t count = 0;
    if (!row)
        return hr_fail(err, HR_EMISSING, "this comparison has no platform `%s`", request->on);
    char *tags = tags_of(row);
    bool done = tags ? open_books(models, row->book, books, &count, err) : hr_fail_memory(err);
    const struct cli_focus_bill bill = {(const struct hr_book *const *)books, count, tags,
                                        comparison->bill_to - 1, &row->bill};
    done = done && cli_focus_write(&request->common, &request->focus, &bill, err);
    for (size_t i = 0; i < count; i++)
        hr_book_close(books[i]);
    free(tags);
    return done;
}

static int export(struct request *request)
{
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct hr_store *store = NULL;
    struct hr_comparison comparison = {0};
    struct hr_compare_options options;
    bool done = cli_open_models(&request->common, &models, &err) &&
                (store = cli_open_store(&request->common, HR_STORE_READ, &err)) &&
                cli_replay_options(&request->replay, &request->common, &options, &err);
    if (done) {
        struct cli_progress *progress = cli_progress_begin(&request->common);
        options.progress = cli_progress_callback(progress);
        options.only = &request->on;
        options.only_count = 1;
        options.no_turns = true; /* a bill has no verdict */
        done = hr_compare(store, models, &options, &comparison, &err);
        cli_progress_end(progress);
    }
    done = done && write_row(request, models, &comparison, &err);
    int status = done ? 0 : cli_complain(&err);
    for (size_t i = 0; done && i < comparison.warning_count && !request->common.quiet; i++)
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
        {&cli_focus_argp, 0, NULL, 1},
        {&cli_common_argp, 0, "Options of every verb:", 10},
        {0},
    };
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .doc = "Replays an application on one platform and writes its bill of a month as rows of "
               "FOCUS 1.2, for tools that read providers' bills.",
        .children = children,
    };
    struct request request = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    int status = export(&request);
    cli_replay_clear(&request.replay);
    return status;
}

const struct cli_command cli_export = {"export", "a platform's bill as FOCUS rows", run};
