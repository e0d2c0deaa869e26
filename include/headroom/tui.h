/* tui.h: the full-screen terminal program, and the same screens without a terminal.
 *
 * A face of headroom beside cli/: it calls the library's functions and holds no logic of its own.
 * Screens are drawn into a grid of cells; one file sends the grid to ncurses, others write it as
 * text, ANSI or SVG. hr_tui_run takes the terminal over and gives it back on every way out.
 *
 * Ownership: options are borrowed for the call. Threads: hr_tui_run must be called by the main
 * thread; it works on a second one. Both functions set the process's LC_CTYPE (never LC_NUMERIC).
 */
#ifndef HEADROOM_TUI_H
#define HEADROOM_TUI_H

#include "headroom/base.h"

/* Zero-initialise; every field has a default. */
struct hr_tui_options {
    const char *plan;             /* the plan file; NULL: hr_store_default_path */
    const char *application;      /* NULL: the only one, or the first of several */
    const char *models;           /* extra folder of models; NULL: none */
    const char *const *platforms; /* platform files of the user's own */
    size_t platform_count;
    const char *const *only; /* ids of the platforms to compare; none: all */
    size_t only_count;
    const char *const *sets; /* each KEY=VALUE, as --set takes it */
    size_t set_count;
    bool alone; /* each workload has a fleet of its own */
    uint64_t seed;
    unsigned threads; /* 0: as many as the machine has */
    bool no_color;    /* also when NO_COLOR is set or the terminal has none */
    bool ascii;       /* also when the locale is not UTF-8 */
};

/* Opens the terminal program on the plan file (which need not exist yet) and returns the exit
 * status of the process: 0 after `q`. A terminal that cannot be used gives a sentence on stderr.
 * Ends by the signal itself after SIGINT, SIGTERM or SIGHUP, with the terminal restored. */
int hr_tui_run(const struct hr_tui_options *options);

#define HR_TUI_COLUMNS_MIN 80
#define HR_TUI_LINES_MIN   24
#define HR_TUI_SIDE_MAX    1000 /* columns or lines of a screenshot */

struct hr_tui_screenshot {
    const char *screen;   /* a name of hr_tui_screen_at: workloads, compare, ... */
    const char *workload; /* which one `compare` shows; NULL: the first of the table */
    const char *size;     /* "120x40"; NULL: that */
    const char *format;   /* text, ansi or svg; NULL: text. SVG is always UTF-8 */
};
/* Draws one screen on the plan file, exactly as the terminal program would, into out. Errors:
 * HR_EUSAGE for an unknown screen, size or format, else those of the plan file and the replay. */
bool hr_tui_screenshot(const struct hr_tui_options *options,
                       const struct hr_tui_screenshot *screenshot, FILE *out,
                       const struct hr_progress *progress, struct hr_error *err);

/* The i-th screen that can be asked for, or false past the end. */
bool hr_tui_screen_at(size_t i, const char **ret_name, const char **ret_sentence);

/* Writes the table of keys as lines "context<TAB>keys<TAB>sentence", for the manual. */
void hr_tui_keys_write(FILE *out);

#endif
