/* terminal.c: a canvas on ncurses, and the terminal taken over and given back. */
#include "tui/terminal.h"
#include "tui/signals.h"

#include <curses.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* ncurses keeps one current terminal; this is our end of it. */
static SCREEN *screen;
static bool colored;
static attr_t muted_attribute;

/* Foregrounds of the tones: with 256 colours, readable on black and on white; else the nearest of
 * eight, of which yellow and blue are never used without bold. */
static const short palette_256[HR__TONE_COUNT] = {-1, 31, 64, 133, 172, 160, 245};
static const short palette_8[HR__TONE_COUNT] = {
    -1, COLOR_CYAN, COLOR_GREEN, COLOR_MAGENTA, COLOR_YELLOW, COLOR_RED, -1};

static void set_up_colors(bool no_color)
{
    const char *asked = getenv("NO_COLOR");
    colored = !no_color && !(asked && *asked) && has_colors() && start_color() == OK &&
              use_default_colors() == OK;
    muted_attribute = A_NORMAL;
    if (!colored)
        return;
    const short *palette = COLORS >= 256 ? palette_256 : palette_8;
    for (int tone = 1; tone < HR__TONE_COUNT; tone++)
        init_pair((short)tone, palette[tone], -1);
    if (COLORS < 256)
        muted_attribute = A_DIM;
}

/* Adds a capability without its padding ("$<2>"), which only tputs understands. */
static void add_capability(char *bytes, size_t size, const char *name)
{
    const char *from = tigetstr(name);
    size_t len = strlen(bytes);
    if (!from || (intptr_t)from == -1) /* not of this terminal, or no text */
        return;
    while (*from && len + 1 < size) {
        const char *end = from[0] == '$' && from[1] == '<' ? strchr(from, '>') : NULL;
        if (end)
            from = end + 1;
        else
            bytes[len++] = *from++;
    }
    bytes[len] = '\0';
}

static bool has_alternate_screen(void)
{
    const char *leave = tigetstr("rmcup");
    return leave && (intptr_t)leave != -1 && *leave;
}

/* Gives the screen back: as it was, where the terminal has an alternate one, else empty, with the
 * cursor in the bottom line, where endwin puts it. */
static void leave_screen(void)
{
    if (!has_alternate_screen()) {
        werase(stdscr);
        wrefresh(stdscr);
    }
    endwin();
}

/* What a crash must send, from the terminal's own description: plain style, cursor shown, keypad
 * as it was, alternate screen left. */
static void prepare_restore(void)
{
    static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
    char bytes[HR__RESTORE_MAX] = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        add_capability(bytes, sizeof bytes, names[i]);
    if (!has_alternate_screen()) /* else the last screen would stay under the prompt */
        add_capability(bytes, sizeof bytes, "clear");
    hr__signals_restore_with(bytes);
}

bool hr__terminal_open(const struct hr__terminal_options *options, enum hr__glyphs *ret_glyphs,
                       struct hr_error *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return hr_fail(err, HR_EUSAGE,
                       "the terminal program needs a terminal on standard input and output; "
                       "`headroom compare` prints the same figures");
    use_env(TRUE);
    use_tioctl(TRUE); /* the size comes from the terminal, not from LINES and COLUMNS */
    screen = newterm(NULL, stdout, stdin);
    if (!screen) {
        const char *term = getenv("TERM");
        return hr_fail(err, HR_EUSAGE,
                       "TERM is `%s`, a terminal that is unknown here or cannot move its cursor; "
                       "try TERM=xterm or TERM=vt100",
                       term ? term : "");
    }
    set_term(screen);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    leaveok(stdscr, TRUE);
    curs_set(0);
    hr__signals_watch_size();
    set_up_colors(options->no_color);
    prepare_restore();
    bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    *ret_glyphs = utf8 && !options->ascii ? HR__UNICODE : HR__ASCII;
    return true;
}

void hr__terminal_close(void)
{
    if (!screen)
        return;
    curs_set(1);
    leave_screen();
    delscreen(screen);
    screen = NULL;
}

void hr__terminal_suspend(void)
{
    leave_screen();
    hr__signals_stop();
    clearok(stdscr, TRUE); /* the next drawing sends everything */
}

void hr__terminal_size(int *ret_width, int *ret_height)
{
    getmaxyx(stdscr, *ret_height, *ret_width);
}

static void put_cell(const struct hr__cell *cell)
{
    wchar_t wide[HR__CELL_BYTES];
    unsigned tone = cell->style & HR__TONE_MASK;
    attr_t attributes = cell->style & HR__BOLD ? A_BOLD : A_NORMAL;
    if (tone == HR__MUTED)
        attributes |= muted_attribute;
    cchar_t out;
    size_t n = mbstowcs(wide, cell->text, HR__CELL_BYTES - 1);
    if (n == (size_t)-1 || n == 0)
        wcscpy(wide, L"?");
    else
        wide[n] = L'\0';
    if (setcchar(&out, wide, attributes, colored ? (short)tone : 0, NULL) == OK)
        wadd_wch(stdscr, &out); /* fails in the last cell, where the cursor cannot go on */
}

void hr__terminal_show(const struct hr__canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        wmove(stdscr, y, 0);
        for (int x = 0; x < canvas->width; x++) {
            const struct hr__cell *cell = hr__canvas_at(canvas, x, y);
            if (cell->span)
                put_cell(cell);
        }
    }
    wrefresh(stdscr);
}
