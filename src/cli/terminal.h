/* terminal.h: `headroom` without a verb: the terminal program, and --screenshot. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

int cli_terminal(int argc, char **argv);

#endif
