/* models.c: `headroom models`: platforms, price books and patterns; --check validates one file. */
#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "headroom/price.h"
#include "headroom/report.h"

enum { KEY_CHECK = 0x100 };

struct request {
    struct cli_common common;
    const char *check;
};

static const struct argp_option option_table[] = {
    {"check", KEY_CHECK, "FILE", 0, "Validate one model file of any kind and say what it is", 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        cli_children_init(state, &request->common);
        return 0;
    case KEY_CHECK:
        request->check = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected `%s`; did you mean --check %s?", arg, arg);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool check(const struct hr_models *models, const char *path, struct hr_error *err)
{
    enum hr_model_kind kind;
    if (!hr_models_check(models, path, &kind, err))
        return false;
    if (kind == HR_MODEL_PRICES) { /* the price room knows what a book means */
        struct hr_book *book = NULL;
        if (!hr_book_open_file(path, &book, err))
            return false;
        hr_book_close(book);
    }
    printf("%s: a valid %s file\n", path, hr_model_kind_name(kind));
    return true;
}

static bool list(const struct hr_models *models, enum cli_format format, FILE *out,
                 struct hr_error *err)
{
    json_t *array = format == CLI_JSON ? json_array() : NULL;
    if (format == CLI_CSV)
        fputs("kind,id,title,as_of\n", out);
    if (format == CLI_TABLE)
        fprintf(out, "%-12s %-24s %-10s %s\n", "kind", "id", "as of", "title");
    for (size_t i = 0; i < hr_models_count(models); i++) {
        const struct hr_model_info *info = hr_models_at(models, i);
        const char *kind = hr_model_kind_name(info->kind);
        char title[160], as_of[16];
        if (!hr_models_head(models, i, title, as_of, err)) {
            json_decref(array);
            return false;
        }
        if (format == CLI_JSON) {
            json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "kind", kind, "id",
                                                   info->id, "title", title, "as_of", as_of));
        } else if (format == CLI_CSV) {
            fprintf(out, "%s,", kind);
            hr_report_csv_cell(out, info->id);
            fputc(',', out);
            hr_report_csv_cell(out, title);
            fprintf(out, ",%s\n", as_of);
        } else {
            fprintf(out, "%-12s %-24s %-10s %s\n", kind, info->id, as_of, title);
        }
    }
    if (array) {
        json_dumpf(array, out, JSON_INDENT(2));
        fputc('\n', out);
        json_decref(array);
    }
    return true;
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .doc = "Lists platforms, price books and patterns, with their dates.",
        .children = cli_children,
    };
    struct request request = {0};
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct hr_outfile file = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    bool done = hr_models_open(request.common.models, &models, &err);
    if (done && request.check) {
        done = check(models, request.check, &err);
    } else if (done) {
        done = hr_outfile_open(&file, request.common.output, &err);
        if (done && !list(models, request.common.format, file.stream, &err)) {
            hr_outfile_abort(&file);
            done = false;
        }
        done = done && hr_outfile_commit(&file, &err);
    }
    hr_models_close(models);
    return done ? 0 : cli_complain(&err);
}

const struct cli_command cli_models = {"models", "platforms, price books and patterns", run};
