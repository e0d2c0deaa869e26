/* main.c: `headroom` opens the terminal program, `headroom VERB` runs a command.
 *
 * The verbs stand in one table; --help is a loop over it.
 */
#include "cli/cli.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"
#include "headroom/tui.h"

#ifndef HR_VERSION
#define HR_VERSION "0.1.0"
#endif

static const struct cli_command *const commands[] = {
    &cli_import, &cli_generate, &cli_list,   &cli_compare, &cli_backtest,
    &cli_batch,  &cli_bill,     &cli_export, &cli_models,
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(FILE *out)
{
    fputs("Usage: headroom [OPTION...]            opens the terminal program\n"
          "       headroom VERB [OPTION...] ...   runs one command\n\n"
          "Replays real traffic on serverless platforms and on servers, and compares cost,\n"
          "latency and idle waste.\n\nVerbs:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n`headroom VERB --help` lists a verb's options, `headroom --help-terminal` those of\n"
          "the terminal program and of --screenshot, `headroom --help-keys` its keys.\n"
          "Exit status: 0 done; 1 done, and an asked condition does not hold; 2 wrong usage\n"
          "or bad input; 3 a fault of the machine.\n",
          out);
}

static int unknown_verb(const char *verb)
{
    struct hr_text names = {.max = 1024};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        hr_text_printf(&names, "%s%s", i ? ", " : "", commands[i]->name);
    struct hr_error err;
    hr_fail(&err, HR_EUSAGE, "there is no verb `%s`; the verbs are %s", verb,
            names.data ? names.data : "");
    hr_text_clear(&names);
    return cli_complain(&err);
}

static int dispatch(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-?") == 0 || strcmp(first, "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0) {
        puts("headroom " HR_VERSION);
        return 0;
    }
    if (strcmp(first, "--help-keys") == 0) { /* the manual's table comes from here */
        hr_tui_keys_write(stdout);
        return 0;
    }
    if (argc < 2 || first[0] == '-')
        return cli_terminal(argc, argv);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(first, commands[i]->name) == 0)
            return commands[i]->run(argc - 1, argv + 1);
    return unknown_verb(first);
}

int main(int argc, char **argv)
{
    /* Only the character set follows the environment; numbers stay in the C locale. */
    setlocale(LC_CTYPE, "");
    argp_err_exit_status = 2;
    signal(SIGPIPE, SIG_IGN); /* a closed pipe shows as a failed write, not as a silent death */
    int status = dispatch(argc, argv);
    int why = 0;
    if (hr_stream_written(stdout, &why) || status == 3) /* 3: said already */
        return status;
    fprintf(stderr, "headroom: writing to standard output failed: %s\n", strerror(why));
    return 3;
}
