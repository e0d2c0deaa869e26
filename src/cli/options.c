/* options.c: the options that every verb takes, and how a command line is parsed. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEY_PLAN = 0x1000, KEY_MODELS, KEY_SEED, KEY_THREADS };

static const struct argp_option options[] = {
    {"plan", KEY_PLAN, "FILE", 0, "The plan file (else $HEADROOM_PLAN, else the data folder)", 10},
    {"models", KEY_MODELS, "DIR", 0, "A folder of models that adds to the built-in ones", 10},
    {"output", 'o', "FILE", 0, "Write there, whole or not at all; - is standard output", 10},
    {"seed", KEY_SEED, "N", 0, "Seed of every draw (1)", 10},
    {"threads", KEY_THREADS, "N", 0, "How many threads (all cores); results do not change", 10},
    {"quiet", 'q', NULL, 0, "No progress and no remarks", 10},
    {0},
};

static uint64_t whole_number(const char *text, const char *flag, int64_t most,
                             struct argp_state *state)
{
    int64_t value = 0;
    if (!hr_parse_i64(text, strlen(text), &value) || value < 0 || value > most)
        argp_error(state, "%s takes a whole number from 0 to %lld, not `%s`", flag, (long long)most,
                   text);
    return (uint64_t)value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct cli_common *common = state->input;
    switch (key) {
    case KEY_PLAN:
        common->plan = arg;
        return 0;
    case KEY_MODELS:
        common->models = arg;
        return 0;
    case 'o':
        common->output = arg;
        return 0;
    case 'q':
        common->quiet = true;
        return 0;
    case KEY_SEED:
        common->seed = whole_number(arg, "--seed", INT64_MAX, state);
        return 0;
    case KEY_THREADS:
        common->threads = (unsigned)whole_number(arg, "--threads", 1024, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_common_argp = {.options = options, .parser = parse};

static const struct argp_option format_options[] = {
    {"format", 'f', "FORMAT", 0, "table, csv or json", 10},
    {0},
};

static error_t parse_format(int key, char *arg, struct argp_state *state)
{
    static const char *const names[] = {"table", "csv", "json"};
    struct cli_common *common = state->input;
    if (key != 'f')
        return ARGP_ERR_UNKNOWN;
    for (int i = 0; i < 3; i++)
        if (strcmp(arg, names[i]) == 0) {
            common->format = (enum cli_format)i;
            return 0;
        }
    argp_error(state, "--format takes table, csv or json, not `%s`", arg);
    return EINVAL;
}

const struct argp cli_format_argp = {.options = format_options, .parser = parse_format};

const struct argp_child cli_children[] = {
    {&cli_common_argp, 0, "Options of every verb:", 10},
    {&cli_format_argp, 0, NULL, 10},
    {0},
};

void cli_children_init(struct argp_state *state, struct cli_common *common)
{
    state->child_inputs[0] = state->child_inputs[1] = common;
}

void cli_common_init(struct cli_common *common)
{
    *common = (struct cli_common){.seed = CLI_SEED};
}

bool cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    char name[64];
    char *verb = argv[0];
    const char *file = strrchr(verb, '/');
    bool program = strcmp(file ? file + 1 : verb, "headroom") == 0; /* no verb: the terminal */
    snprintf(name, sizeof name, "headroom%s%s", program ? "" : " ", program ? "" : verb);
    argv[0] = name; /* argp's messages and --help name the whole command */
    error_t failed = argp_parse(argp, argc, argv, 0, NULL, input);
    argv[0] = verb;
    return failed == 0;
}

int cli_complain(const struct hr_error *err)
{
    fprintf(stderr, "headroom: %s\n", err->text);
    return hr_error_exit_status(err);
}

int64_t cli_now(void)
{
    return (int64_t)time(NULL) * HR_SECOND;
}

bool cli_open_models(const struct cli_common *common, struct hr_models **ret, struct hr_error *err)
{
    return hr_models_open_at(common->models, cli_now(), ret, err);
}

void cli_remark_age(const struct hr_models *models, const char *book, const char *as_of,
                    const char *today)
{
    struct hr_assumptions assumptions;
    struct hr_error err;
    int age = hr_days_between(as_of, today);
    if (hr_models_assumptions(models, &assumptions, &err) &&
        age > assumptions.prices.old_us / HR_DAY)
        fprintf(stderr, "headroom: the prices of %s are %d days old (%s)\n", book, age, as_of);
}

struct hr_store *cli_open_store(const struct cli_common *common, enum hr_store_mode mode,
                                struct hr_error *err)
{
    struct hr_store *store = NULL;
    return hr_store_open(common->plan, mode, &store, err) ? store : NULL;
}

bool cli_list_add(struct cli_list *list, const char *item)
{
    void *items = list->items;
    struct hr_error err;
    if (!hr_grow(&items, &list->capacity, list->count + 1, sizeof *list->items, 1 << 20, &err))
        return false;
    list->items = items;
    list->items[list->count++] = item;
    return true;
}

void cli_list_add_split(struct cli_list *list, char *commas)
{
    char *rest = NULL;
    for (char *item = strtok_r(commas, ",", &rest); item; item = strtok_r(NULL, ",", &rest))
        cli_list_add(list, item);
}

void cli_list_clear(struct cli_list *list)
{
    free(list->items);
    *list = (struct cli_list){0};
}

bool cli_span_parse(const char *text, int64_t *from, int64_t *to)
{
    const char *dots = strstr(text, "..");
    return dots && hr_time_parse_iso(text, (size_t)(dots - text), from, NULL) &&
           hr_time_parse_iso(dots + 2, strlen(dots + 2), to, NULL) && *to > *from;
}
