/* models.c: `headroom models`: platforms, price books and patterns, with the age of each; `models
 * items BOOK`: what a book can bill; --check validates one file. */
#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "headroom/generate.h"
#include "headroom/price.h"
#include "headroom/report.h"

enum { KEY_CHECK = 0x100, KEY_TODAY };

struct request {
    struct cli_common common;
    const char *check, *today;
    bool items;
    const char *book; /* of items */
};

static const struct argp_option option_table[] = {
    {"check", KEY_CHECK, "FILE", 0, "Validate one model file of any kind and say what it is", 1},
    {"today", KEY_TODAY, "DATE", 0, "Count ages to this day, YYYY-MM-DD (today)", 1},
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
    case KEY_TODAY:
        if (hr_days_between(arg, arg) < 0)
            argp_error(state, "--today takes a date such as 2026-11-28, not `%s`", arg);
        request->today = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (!request->items && strcmp(arg, "items") == 0)
            request->items = true;
        else if (request->items && !request->book)
            request->book = arg;
        else
            argp_error(state, "unexpected `%s`; did you mean --check %s?", arg, arg);
        return 0;
    case ARGP_KEY_SUCCESS:
        if (request->items && !request->book)
            argp_error(state, "expected the name of a price book: headroom models items "
                              "aws-us-east-1");
        return 0;
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
        char latest[16];
        hr_models_latest_day(models, cli_now(), latest);
        bool good = hr_book_open_file(path, &book, err) && hr_book_dated(book, latest, err);
        hr_book_close(book);
        if (!good)
            return false;
    }
    if (kind == HR_MODEL_TRAFFIC) {
        struct hr_tree *tree = NULL;
        struct hr_traffic_model traffic;
        bool read = hr_tree_load_file(path, &tree, err) && hr_traffic_read(tree, &traffic, err);
        hr_tree_close(tree);
        if (!read)
            return false;
        hr_traffic_clear(&traffic);
    }
    printf("%s: a valid %s file\n", path, hr_model_kind_name(kind));
    return true;
}

/* One model of the list; `age` in days, below 0 where it has no date. */
struct entry {
    const char *kind, *id;
    char title[160], as_of[16];
    int age;
};

static void put_entry(const struct entry *entry, enum cli_format format, json_t *array, FILE *out)
{
    char age[16] = "";
    if (entry->age >= 0)
        snprintf(age, sizeof age, "%d", entry->age);
    if (format == CLI_JSON) {
        json_array_append_new(
            array, json_pack("{s:s, s:s, s:s, s:s, s:o}", "kind", entry->kind, "id", entry->id,
                             "title", entry->title, "as_of", entry->as_of, "age_days",
                             entry->age < 0 ? json_null() : json_integer(entry->age)));
    } else if (format == CLI_CSV) {
        fprintf(out, "%s,", entry->kind);
        hr_report_csv_cell(out, entry->id);
        fputc(',', out);
        hr_report_csv_cell(out, entry->title);
        fprintf(out, ",%s,%s\n", entry->as_of, age);
    } else {
        fprintf(out, "%-12s %-24s %-10s %9s  %s\n", entry->kind, entry->id, entry->as_of, age,
                entry->title);
    }
}

static bool list(const struct request *request, const struct hr_models *models, FILE *out,
                 struct hr_error *err)
{
    enum cli_format format = request->common.format;
    char today[16];
    hr_models_latest_day(models, cli_now(), today);
    json_t *array = format == CLI_JSON ? json_array() : NULL;
    if (format == CLI_CSV)
        fputs("kind,id,title,as_of,age_days\n", out);
    if (format == CLI_TABLE)
        fprintf(out, "%-12s %-24s %-10s %9s  %s\n", "kind", "id", "as of", "age, days", "title");
    for (size_t i = 0; i < hr_models_count(models); i++) {
        const struct hr_model_info *info = hr_models_at(models, i);
        struct entry entry = {.kind = hr_model_kind_name(info->kind), .id = info->id};
        if (!hr_models_head(models, i, entry.title, entry.as_of, err)) {
            json_decref(array);
            return false;
        }
        entry.age = hr_days_between(entry.as_of, request->today ? request->today : today);
        put_entry(&entry, format, array, out);
        if (info->kind == HR_MODEL_PRICES && !request->common.quiet)
            cli_remark_age(models, info->id, entry.as_of, request->today ? request->today : today);
    }
    if (array) {
        json_dumpf(array, out, JSON_INDENT(2));
        fputc('\n', out);
        json_decref(array);
    }
    return true;
}

static bool list_items(const struct request *request, const struct hr_models *models, FILE *out,
                       struct hr_error *err)
{
    struct hr_book *book = NULL;
    enum cli_format format = request->common.format;
    if (!hr_book_open(models, request->book, NULL, 0, &book, err))
        return false;
    bool listed = format == CLI_CSV    ? hr_report_items_csv(out, book, err)
                  : format == CLI_JSON ? hr_report_items_json(out, book, err)
                                       : hr_report_items_table(out, book, err);
    hr_book_close(book);
    return listed;
}

static bool write_list(const struct request *request, const struct hr_models *models,
                       struct hr_error *err)
{
    struct hr_outfile file = {0};
    if (!hr_outfile_open(&file, request->common.output, err))
        return false;
    if (request->items ? list_items(request, models, file.stream, err)
                       : list(request, models, file.stream, err))
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "[items BOOK]",
        .doc = "Lists platforms, price books and patterns, with their dates and ages; `items BOOK` "
               "lists what a price book can bill.",
        .children = cli_children,
    };
    struct request request = {0};
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    bool done = cli_open_models(&request.common, &models, &err);
    if (done)
        done =
            request.check ? check(models, request.check, &err) : write_list(&request, models, &err);
    hr_models_close(models);
    return done ? 0 : cli_complain(&err);
}

const struct cli_command cli_models = {"models", "platforms, price books and patterns", run};
