/* terminal.c: `headroom` without a verb: the terminal program, and --screenshot. */
#include "cli/terminal.h"

#include <string.h>

#include "cli/cli.h"
#include "headroom/tui.h"

enum {
    KEY_FORMAT = 'f',
    KEY_SCREENSHOT = 0x100,
    KEY_SIZE,
    KEY_WORKLOAD,
    KEY_NO_COLOR,
    KEY_ASCII,
    KEY_APP,
    KEY_ONLY,
    KEY_PLATFORM,
    KEY_SET,
    KEY_ALONE
};

struct request {
    struct cli_common common;
    struct hr_tui_options options;
    struct hr_tui_screenshot screenshot;
    struct cli_list platforms, only, sets;
};

static const struct argp_option option_table[] = {
    {"screenshot", KEY_SCREENSHOT, "SCREEN", 0,
     "Print one screen instead of opening the terminal program; `list` names them", 1},
    {"size", KEY_SIZE, "WxH", 0, "Size of the screenshot (120x40)", 1},
    {"format", KEY_FORMAT, "FORMAT", 0, "Form of the screenshot: text, ansi or svg", 1},
    {"workload", KEY_WORKLOAD, "NAME", 0, "The workload that the screenshot shows", 1},
    {"app", KEY_APP, "NAME", 0, "The application to open", 2},
    {"only", KEY_ONLY, "ID,...", 0, "Compare only these platforms", 2},
    {"platform", KEY_PLATFORM, "FILE", 0, "A platform of your own; may be repeated", 2},
    {"set", KEY_SET, "KEY=VALUE", 0, "Override a key of the models or workloads", 2},
    {"alone", KEY_ALONE, NULL, 0, CLI_ALONE_HELP, 2},
    {"no-color", KEY_NO_COLOR, NULL, 0, "No colour (also with NO_COLOR set)", 3},
    {"ascii", KEY_ASCII, NULL, 0, "Only ASCII characters", 3},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->common;
        return 0;
    case KEY_SCREENSHOT:
        request->screenshot.screen = arg;
        return 0;
    case KEY_SIZE:
        request->screenshot.size = arg;
        return 0;
    case KEY_WORKLOAD:
        request->screenshot.workload = arg;
        return 0;
    case KEY_APP:
        request->options.application = arg;
        return 0;
    case KEY_ALONE:
        request->options.alone = true;
        return 0;
    case KEY_NO_COLOR:
        request->options.no_color = true;
        return 0;
    case KEY_ASCII:
        request->options.ascii = true;
        return 0;
    case KEY_FORMAT:
        request->screenshot.format = arg;
        return 0;
    case KEY_ONLY:
        cli_list_add_split(&request->only, arg);
        return 0;
    case KEY_PLATFORM:
        return cli_list_add(&request->platforms, arg) ? 0 : ENOMEM;
    case KEY_SET:
        return cli_list_add(&request->sets, arg) ? 0 : ENOMEM;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected `%s`: a verb comes first, as in `headroom compare`", arg);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int list_screens(void)
{
    const char *name, *sentence;
    for (size_t i = 0; hr_tui_screen_at(i, &name, &sentence); i++)
        printf("%-12s %s\n", name, sentence);
    return 0;
}

static int screenshot(const struct request *request)
{
    struct hr_error err = {0};
    struct hr_outfile file;
    if (!hr_outfile_open(&file, request->common.output, &err))
        return cli_complain(&err);
    struct cli_progress *progress = cli_progress_begin(&request->common);
    bool drawn = hr_tui_screenshot(&request->options, &request->screenshot, file.stream,
                                   cli_progress_callback(progress), &err);
    cli_progress_end(progress);
    if (!drawn) {
        hr_outfile_abort(&file);
        return cli_complain(&err);
    }
    return hr_outfile_commit(&file, &err) ? 0 : cli_complain(&err);
}

int cli_terminal(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&cli_common_argp, 0, "Options of every verb:", 10}, {0}};
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .doc = "Opens the terminal program on the plan file.\v"
               "`headroom --help` lists the verbs.",
        .children = children,
    };
    struct request request = {0};
    cli_common_init(&request.common);
    if (argc == 2 && strcmp(argv[1], "--help-terminal") == 0) {
        char *help[] = {argv[0], "--help", NULL};
        return cli_parse(&argp, 2, help, &request) ? 0 : 2;
    }
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    request.options.plan = request.common.plan;
    request.options.models = request.common.models;
    request.options.seed = request.common.seed;
    request.options.threads = request.common.threads;
    request.options.platforms = request.platforms.items;
    request.options.platform_count = request.platforms.count;
    request.options.only = request.only.items;
    request.options.only_count = request.only.count;
    request.options.sets = request.sets.items;
    request.options.set_count = request.sets.count;
    const char *screen = request.screenshot.screen;
    int status = !screen                       ? hr_tui_run(&request.options)
                 : strcmp(screen, "list") == 0 ? list_screens()
                                               : screenshot(&request);
    cli_list_clear(&request.platforms);
    cli_list_clear(&request.only);
    cli_list_clear(&request.sets);
    return status;
}
