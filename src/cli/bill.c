/* bill.c: `headroom bill`: a month's usage, priced item by item, without a replay. */
#include "cli/focus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "headroom/price.h"
#include "headroom/report.h"

enum { KEY_BOOK = 0x100, KEY_FREE_TIER, KEY_SET };

struct request {
    struct cli_common common;
    const char *usage, *book;
    struct hr_bill_options options;
    struct cli_focus focus;
    struct cli_list sets;
    struct hr_arena arena; /* of the overrides */
};

static const struct argp_option option_table[] = {
    {"book", KEY_BOOK, "NAME", 0, "The price book: a name that `headroom models` lists, or a file",
     1},
    {"free-tier", KEY_FREE_TIER, "account|none", 0,
     "Do the account's free quantities apply (account)", 1},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "Another price for this run: prices.items.ITEM=0.2, prices.discount=12%; repeatable", 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        cli_children_init(state, &request->common);
        state->child_inputs[2] = &request->focus;
        return 0;
    case KEY_BOOK:
        request->book = arg;
        return 0;
    case KEY_FREE_TIER:
        request->options.free_tier = strcmp(arg, "account") == 0;
        if (!request->options.free_tier && strcmp(arg, "none") != 0)
            argp_error(state, "--free-tier takes account or none, not `%s`", arg);
        return 0;
    case KEY_SET:
        return cli_list_add(&request->sets, arg) ? 0 : ENOMEM;
    case ARGP_KEY_ARG:
        if (request->usage)
            argp_error(state, "one usage table at a time; `%s` is one too many", arg);
        request->usage = arg;
        return 0;
    case ARGP_KEY_SUCCESS:
        if (!request->usage || !request->book)
            argp_error(state, "expected a usage table and its price book: headroom bill usage.csv "
                              "--book aws-us-east-1");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What --set says: the discount goes to the options, the rest to the book. */
static bool read_sets(struct request *request, struct hr_override *overrides, size_t *ret_count,
                      struct hr_error *err)
{
    for (size_t i = 0; i < request->sets.count; i++) {
        struct hr_override set;
        if (!hr_override_parse(request->sets.items[i], &request->arena, &set, err))
            return false;
        if (strncmp(set.key, "prices.", 7) != 0)
            return hr_fail(err, HR_EUSAGE, "set %.100s: a bill knows only keys of `prices.`",
                           set.key);
        set.key += 7;
        if (strcmp(set.key, "discount") != 0)
            overrides[(*ret_count)++] = set;
        else if (!hr_parse_fraction(set.value, strlen(set.value), &request->options.discount))
            return hr_fail(err, HR_EUSAGE,
                           "set prices.discount: expected a share such as 12%%, found `%.40s`",
                           set.value);
    }
    return true;
}

static bool open_book(struct request *request, const struct hr_models *models, struct hr_book **ret,
                      struct hr_error *err)
{
    char latest[16];
    size_t count = 0;
    struct hr_override *overrides =
        hr_arena_alloc(&request->arena, (request->sets.count + 1) * sizeof *overrides);
    if (!overrides)
        return hr_fail_memory(err);
    hr_models_latest_day(models, cli_now(), latest);
    if (!read_sets(request, overrides, &count, err) ||
        !hr_book_open(models, request->book, overrides, count, ret, err) ||
        !hr_book_dated(*ret, latest, err))
        return false;
    if (!request->common.quiet)
        cli_remark_age(models, hr_book_id(*ret), hr_book_as_of(*ret), latest);
    return true;
}

static bool read_usage(const struct request *request, const struct hr_book *book,
                       struct hr_item_usage *ret, struct hr_error *err)
{
    bool standard = strcmp(request->usage, "-") == 0;
    FILE *in = standard ? stdin : fopen(request->usage, "r");
    if (!in)
        return hr_fail(err, errno == ENOENT ? HR_EMISSING : HR_EIO, "%s: %s", request->usage,
                       strerror(errno));
    bool read =
        hr_item_usage_read(book, standard ? "standard input" : request->usage, in, ret, err);
    if (!standard)
        fclose(in);
    return read;
}

static bool write_bill(const struct request *request, const struct hr_book *book,
                       const struct hr_bill *bill, struct hr_error *err)
{
    struct hr_outfile file;
    if (request->focus.wanted) {
        const struct cli_focus_bill focus = {&book, 1, "", cli_now(), bill};
        return cli_focus_write(&request->common, &request->focus, &focus, err);
    }
    if (!hr_outfile_open(&file, request->common.output, err))
        return false;
    bool written = request->common.format == CLI_CSV ? hr_report_bill_csv(file.stream, bill, err)
                   : request->common.format == CLI_JSON
                       ? hr_report_bill_json(file.stream, book, bill, err)
                       : hr_report_bill_table(file.stream, book, bill, err);
    if (written)
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}

static int run(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&cli_common_argp, 0, "Options of every verb:", 10},
        {&cli_format_argp, 0, NULL, 10},
        {&cli_focus_argp, 0, NULL, 1},
        {0},
    };
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "USAGE.csv",
        .doc = "Prices a month's usage, item by item: a CSV table with the columns service, item "
               "and quantity. `headroom models items NAME` lists what a book can bill.",
        .children = children,
    };
    struct request request = {.options = {.free_tier = true}};
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct hr_book *book = NULL;
    struct hr_item_usage usage = {0};
    struct hr_bill bill = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    bool done = cli_open_models(&request.common, &models, &err) &&
                open_book(&request, models, &book, &err) &&
                read_usage(&request, book, &usage, &err) &&
                hr_bill_items(book, &usage, &request.options, &bill, &err) &&
                write_bill(&request, book, &bill, &err);
    hr_bill_clear(&bill);
    hr_item_usage_clear(&usage);
    hr_book_close(book);
    hr_models_close(models);
    cli_list_clear(&request.sets);
    hr_arena_clear(&request.arena);
    return done ? 0 : cli_complain(&err);
}

const struct cli_command cli_bill = {"bill", "what a month's usage costs, item by item", run};
