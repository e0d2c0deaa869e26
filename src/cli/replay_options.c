/* replay_options.c: the options of every verb that replays. */
#include "cli/replay_options.h"

#include <string.h>

enum {
    KEY_APP = 0x200,
    KEY_ONLY,
    KEY_PLATFORM,
    KEY_SET,
    KEY_WORKLOAD,
    KEY_ALONE,
    KEY_NO_TURNS,
    KEY_FREE_TIER,
    KEY_WINDOW,
    KEY_WARMUP,
    KEY_TRAFFIC,
    KEY_BURST
};

static const struct argp_option option_table[] = {
    {"app", KEY_APP, "NAME", 0, "The application (the only one)", 1},
    {"only", KEY_ONLY, "ID,...", 0, "Only these platforms", 1},
    {"platform", KEY_PLATFORM, "FILE", 0, "A platform of your own; may be repeated", 1},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "Override a key, as in function.keep_alive.time=300s, fleet.servers.max=40, "
     "workload.target=250ms; may be repeated",
     1},
    {"workload", KEY_WORKLOAD, "NAME", 0, "The workload that --set workload.KEY speaks of (all)",
     1},
    {"alone", KEY_ALONE, NULL, 0, CLI_ALONE_HELP, 1},
    {"no-turns", KEY_NO_TURNS, NULL, 0,
     "Do not replay at the bounds of what is assumed, to see what could turn a verdict", 1},
    {"free-tier", KEY_FREE_TIER, "account|workload|none", 0,
     "Where free tiers enter (account: in the (all) rows only)", 2},
    {"window", KEY_WINDOW, "FROM..TO", 0, "Replay only this span, two ISO 8601 times", 2},
    {"warmup", KEY_WARMUP, "DURATION", 0, "Leave the beginning out of the figures", 2},
    {"traffic", KEY_TRAFFIC, "FACTOR", 0, "As if there were FACTOR times the traffic", 2},
    {"burst", KEY_BURST, "keep", 0, "Added traffic comes at the very same instants", 2},
    {0},
};

static void parse_window(const char *arg, struct hr_compare_options *options,
                         struct argp_state *state)
{
    if (!cli_span_parse(arg, &options->window_from, &options->window_to))
        argp_error(state,
                   "--window takes two times, the earlier first, as in "
                   "2026-10-05T00:00:00Z..2026-10-12T00:00:00Z, not `%s`",
                   arg);
}

static void parse_free_tier(const char *arg, struct hr_compare_options *options,
                            struct argp_state *state)
{
    static const char *const names[] = {"account", "workload", "none"};
    for (int i = 0; i < 3; i++)
        if (strcmp(arg, names[i]) == 0) {
            options->free_tier = (enum hr_free_tier)i;
            return;
        }
    argp_error(state, "--free-tier takes account, workload or none, not `%s`", arg);
}

static error_t parse_traffic(int key, char *arg, struct argp_state *state)
{
    struct hr_compare_options *options = &((struct cli_replay *)state->input)->options;
    switch (key) {
    case KEY_FREE_TIER:
        parse_free_tier(arg, options, state);
        return 0;
    case KEY_WINDOW:
        parse_window(arg, options, state);
        return 0;
    case KEY_WARMUP:
        if (!hr_parse_duration(arg, strlen(arg), &options->warmup_us))
            argp_error(state, "--warmup takes a duration such as `1 h`, not `%s`", arg);
        return 0;
    case KEY_TRAFFIC:
        if (!hr_parse_double(arg, strlen(arg), &options->traffic) || options->traffic <= 0 ||
            options->traffic > 1000)
            argp_error(state, "--traffic takes a factor above 0, at most 1000, not `%s`", arg);
        return 0;
    case KEY_BURST:
        if (strcmp(arg, "keep") != 0)
            argp_error(state, "--burst takes keep, not `%s`", arg);
        options->keep_bursts = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Keeps what was given, for a scenario to be saved. */
static bool record(struct cli_replay *replay, int key, const char *arg)
{
    for (const struct argp_option *option = option_table; option->name; option++)
        if (option->key == key) {
            const char *given = option->arg ? arg : "";
            const char *value = hr_arena_copy(&replay->arena, given, strlen(given));
            return value && cli_list_add(&replay->told, option->name) &&
                   cli_list_add(&replay->told, value);
        }
    return true; /* one of argp's own */
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct cli_replay *replay = state->input;
    if (!record(replay, key, arg))
        return ENOMEM;
    switch (key) {
    case KEY_APP:
        replay->options.app = arg;
        return 0;
    case KEY_ONLY:
        cli_list_add_split(&replay->only, arg);
        return 0;
    case KEY_PLATFORM:
        return cli_list_add(&replay->files, arg) ? 0 : ENOMEM;
    case KEY_SET:
        return cli_list_add(&replay->sets, arg) ? 0 : ENOMEM;
    case KEY_WORKLOAD:
        replay->options.workload = arg;
        return 0;
    case KEY_NO_TURNS:
        replay->options.no_turns = true;
        return 0;
    case KEY_ALONE:
        replay->options.alone = true;
        return 0;
    default:
        return parse_traffic(key, arg, state);
    }
}

const struct argp cli_replay_argp = {.options = option_table, .parser = parse};

bool cli_replay_tell(struct cli_replay *replay, const char *option, const char *value)
{
    struct argp_state state = {.root_argp = &cli_replay_argp,
                               .input = replay,
                               .err_stream = stderr,
                               .out_stream = stdout,
                               .name = "headroom"};
    for (const struct argp_option *known = option_table; known->name; known++)
        if (strcmp(known->name, option) == 0) {
            char *copy = (char *)hr_arena_copy(&replay->arena, value, strlen(value));
            return copy && parse(known->key, copy, &state) == 0;
        }
    return false;
}

bool cli_replay_options(struct cli_replay *replay, const struct cli_common *common,
                        struct hr_compare_options *ret, struct hr_error *err)
{
    replay->overrides =
        hr_arena_alloc(&replay->arena, (replay->sets.count + 1) * sizeof *replay->overrides);
    if (!replay->overrides)
        return hr_fail_memory(err);
    for (size_t i = 0; i < replay->sets.count; i++)
        if (!hr_override_parse(replay->sets.items[i], &replay->arena, &replay->overrides[i], err))
            return false;
    *ret = replay->options;
    ret->only = replay->only.items;
    ret->only_count = replay->only.count;
    ret->platform_files = replay->files.items;
    ret->platform_file_count = replay->files.count;
    ret->overrides = replay->overrides;
    ret->override_count = replay->sets.count;
    ret->seed = common->seed;
    ret->threads = common->threads;
    return true;
}

void cli_replay_clear(struct cli_replay *replay)
{
    cli_list_clear(&replay->only);
    cli_list_clear(&replay->files);
    cli_list_clear(&replay->sets);
    cli_list_clear(&replay->told);
    hr_arena_clear(&replay->arena);
}
