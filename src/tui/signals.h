/* signals.h: what the kernel says while the terminal is ours, and the way out of a crash.
 *
 * The only mutable file-scope state of the program stands behind this header: a signal handler
 * has no other place. A handler notes the signal and writes a byte into a pipe, on which the loop
 * waits beside the keyboard; after SIGSEGV and its kin it writes the bytes that give the terminal
 * back, restores the line discipline, and lets the signal do its work.
 */
#ifndef HR_TUI_SIGNALS_H
#define HR_TUI_SIGNALS_H

#include "headroom/base.h"

#define HR__RESTORE_MAX 256 /* bytes of the sequences that give a terminal back */

/* Call before the terminal is changed: keeps its line discipline. */
bool hr__signals_open(struct hr_error *err);
/* The bytes that a crash must send: leave the alternate screen, show the cursor, plain style. */
void hr__signals_restore_with(const char *bytes);
/* Wakes the loop also when the window changes its size. Call after ncurses has set its handler,
 * which is called first. */
void hr__signals_watch_size(void);
void hr__signals_close(void); /* the handlers of before stand again */

/* Waits for a key, a signal or hr__signals_wake; true when there may be a key. */
bool hr__signals_wait(void);
/* Wakes the loop; from any thread or handler. */
void hr__signals_wake(void);
/* The signal that asks the program to end, or 0. */
int hr__signals_ending(void);
/* Ctrl-Z was pressed (once true, false again). ncurses would resize its windows inside a handler,
 * where nothing may be allocated; so the loop stops the process itself. */
bool hr__signals_stopping(void);
/* Stops the process until it is continued; the terminal must have been given back. */
void hr__signals_stop(void);
/* Ends the process by this signal, as if it had never been caught. */
void hr__signals_die(int signal_number);

#endif
