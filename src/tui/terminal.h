/* terminal.h: the door to ncurses: terminal.c draws through it, input.c reads through it, and no
 * other file includes a header of ncurses.
 *
 * One terminal a process, as ncurses has it. open -> (size, show, key)... -> close.
 */
#ifndef HR_TUI_TERMINAL_H
#define HR_TUI_TERMINAL_H

#include "tui/canvas.h"
#include "tui/keys.h"

struct hr__terminal_options {
    bool no_color, ascii;
};
/* Takes the terminal over. HR_EUSAGE when stdin or stdout is none, or TERM names an unknown one.
 * *ret_glyphs: ASCII when the locale is not UTF-8 or the options say so. */
bool hr__terminal_open(const struct hr__terminal_options *options, enum hr__glyphs *ret_glyphs,
                       struct hr_error *err);
void hr__terminal_close(void);   /* gives it back; does nothing when it is not open */
void hr__terminal_suspend(void); /* gives it back, stops the process, takes it over again */
void hr__terminal_size(int *ret_width, int *ret_height);
void hr__terminal_show(const struct hr__canvas *canvas);
/* The next key, without waiting; HR__KEY_NONE when there is none. */
uint32_t hr__terminal_key(void);

#endif
