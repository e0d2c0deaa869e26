/* harness.h: the real program inside a real terminal emulator (libvterm over a pseudo terminal).
 *
 * open -> (wait_for, send, resize, row)... -> end -> close. Every wait has a deadline; a test that
 * meets it fails with the screen printed. Needs /dev/ptmx: without it terminal_can_run says why.
 */
#ifndef TESTS_TERMINAL_HARNESS_H
#define TESTS_TERMINAL_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <cmocka.h>

#define TERMINAL_WAIT_MS 20000 /* the longest wait for anything; sanitizers are slow */

struct terminal_options {
    int columns, lines;           /* 0: 120x40 */
    const char *term;             /* NULL: xterm-256color */
    const char *locale;           /* NULL: C.UTF-8 */
    const char *const *settings;  /* NAME=VALUE of the environment, ended by NULL; or NULL */
    const char *const *arguments; /* of the program, ended by NULL; or NULL */
    bool in_shell; /* as a job of a small shell: it says "[stopped]" when the program stops, and
                      continues it after a line of input */
};

struct terminal;

/* False after saying so, where there are no pseudo terminals or no program ($HR_BIN). */
bool terminal_can_run(void);
struct terminal *terminal_open(const struct terminal_options *options);
/* Kills what still runs; accepts NULL. */
void terminal_close(struct terminal *t);

void terminal_send(struct terminal *t, const char *bytes);
void terminal_resize(struct terminal *t, int columns, int lines);
pid_t terminal_pid(const struct terminal *t);

/* Row y of the screen without trailing blanks; valid until the next call. */
const char *terminal_row(struct terminal *t, int y);
/* The row that holds the text, or -1. */
int terminal_find(struct terminal *t, const char *text);
/* The test fails unless the text appears (or goes) in time. */
void terminal_wait_for(struct terminal *t, const char *text);
void terminal_wait_gone(struct terminal *t, const char *text);
/* Reads what comes for a while. */
void terminal_pause(struct terminal *t, int ms);
bool terminal_is_colored(struct terminal *t); /* some cell has a colour that is no default */
bool terminal_is_bold(struct terminal *t, int x, int y);

/* Waits for the end of the program: its exit status, or minus the signal that ended it. */
int terminal_end(struct terminal *t);
bool terminal_in_alternate_screen(const struct terminal *t);
int terminal_cursor_line(const struct terminal *t);
bool terminal_shows_cursor(const struct terminal *t);
bool terminal_has_line_mode(const struct terminal *t); /* canonical input and echo, as before */
/* All bytes that the program ever wrote. */
const char *terminal_bytes(const struct terminal *t, size_t *ret_len);

/* Runs the program without a terminal, as a script does; returns its exit status. */
int terminal_command(const char *const *arguments);

#endif
