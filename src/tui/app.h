/* app.h: the state of the terminal program, and what a key makes of it.
 *
 * A screen is a pair of functions: update takes the state and a key and says what must be done
 * (a reaction: the loop in run.c does it), draw shows the state on a canvas. Neither knows a
 * terminal, a file or a thread, so every screen is tested without them. A screen is one file with
 * one descriptor and one line of the table in screens.c.
 */
#ifndef HR_TUI_APP_H
#define HR_TUI_APP_H

#include "headroom/plan.h"
#include "tui/canvas.h"
#include "tui/keys.h"

#define HR__DEPTH_MAX     8    /* screens on top of one another */
#define HR__SEARCH_MAX    64   /* bytes of a search text */
#define HR__PATH_MAX      1024 /* bytes of a path */
#define HR__ENTRIES_MAX   4096 /* files of a folder that are shown */
#define HR__MESSAGE_MAX   (HR_ERROR_TEXT_MAX * 2)
#define HR__WORKLOADS_MAX 1024 /* rows of the table */

enum hr__screen_id {
    HR__SCREEN_START,
    HR__SCREEN_WORKLOADS,
    HR__SCREEN_COMPARE,
    HR__SCREEN_ASSUMPTIONS,
    HR__SCREEN_IMPORT,
    HR__SCREEN_PROGRESS,
    HR__SCREEN_MESSAGE,
    HR__SCREEN_HELP,
    HR__SCREEN_COUNT
};

enum hr__reaction {
    HR__REACT_NONE,
    HR__REACT_QUIT,
    HR__REACT_FOLDER,      /* read the folder app->browser.folder into its entries */
    HR__REACT_COMPLETE,    /* complete app->prompt.text as a path */
    HR__REACT_IMPORT,      /* import app->browser.chosen on the worker */
    HR__REACT_SAMPLES,     /* import the samples that come with headroom */
    HR__REACT_CANCEL,      /* stop the worker */
    HR__REACT_EXPORT,      /* write the comparison as CSV */
    HR__REACT_APPLICATION, /* replay the next application on the worker */
    HR__REACT_REPLAY       /* replay this one again */
};

enum hr__sort { HR__SORT_TRAFFIC, HR__SORT_NAME, HR__SORT_COST, HR__SORT_IDLE, HR__SORT_COUNT };

/* A cursor in a list, and the first line that is shown. */
struct hr__cursor {
    size_t at, top;
};

struct hr__entry {
    char name[256];
    bool folder;
    int64_t size; /* bytes */
};

struct hr__app {
    enum hr__glyphs glyphs;
    const struct hr_comparison *comparison; /* NULL: nothing imported yet; borrowed */
    const char *plan;                       /* path of the plan file */
    size_t applications;                    /* in the plan file */
    bool samples;                           /* the sample logs are at hand */
    enum hr__screen_id stack[HR__DEPTH_MAX];
    size_t depth;      /* screens on the stack, at least 1 */
    int width, height; /* cells of the last drawing: what a page is */

    struct {
        struct hr__cursor cursor;
        enum hr__sort sort;
        char search[HR__SEARCH_MAX];
    } workloads;
    struct {
        size_t workload; /* index of the verdict; workload_count: the application */
        size_t platform;
        bool bill; /* the lower part shows the bill instead of the time line */
    } compare;
    struct {
        struct hr__cursor cursor;
        size_t lines; /* of the last drawing: they are wrapped */
    } assumptions;
    struct hr__cursor help;
    enum hr__context help_of; /* whose keys stand first */
    struct {
        char folder[HR__PATH_MAX];
        char chosen[HR__PATH_MAX];
        char failure[HR__MESSAGE_MAX]; /* why the folder cannot be read; "" when it can */
        struct hr__entry *entries;     /* owned by the loop */
        size_t count;
        struct hr__cursor cursor;
    } browser;
    struct {
        bool active; /* keys are typed into text */
        char text[HR__PATH_MAX];
    } prompt;
    struct {
        char title[128], what[256], unit[32], detail[512];
        double done, total;
        double elapsed_s;
        uint64_t lines, kept, filtered, malformed;
        bool cancelling;
    } progress;
    struct {
        char title[128], text[HR__MESSAGE_MAX];
        bool bad;
    } message;
};

struct hr__screen {
    const char *name, *sentence; /* of --screenshot; name "" when it cannot be asked for */
    enum hr__context context;
    enum hr__reaction (*update)(struct hr__app *app, uint32_t key);
    void (*draw)(struct hr__app *app, struct hr__canvas *canvas);
};
extern const struct hr__screen hr__screen_start, hr__screen_workloads, hr__screen_compare,
    hr__screen_assumptions, hr__screen_import, hr__screen_progress, hr__screen_message,
    hr__screen_help;

/* ---- screens.c ------------------------------------------------------------------------------ */

const struct hr__screen *hr__screen_of(enum hr__screen_id id);
enum hr__context hr__app_context(const struct hr__app *app);   /* prompt included */
void hr__app_open(struct hr__app *app, enum hr__screen_id id); /* puts it on top */
void hr__app_back(struct hr__app *app);                        /* takes the top off */
/* Takes a screen out wherever it lies: another may have been put on top of it. */
void hr__app_close(struct hr__app *app, enum hr__screen_id id);
void hr__app_home(struct hr__app *app); /* workloads, or the first start without a comparison */
void hr__app_message(struct hr__app *app, bool bad, const char *title, const char *text);

enum hr__reaction hr__app_update(struct hr__app *app, uint32_t key);
/* Draws the top screen, or a request for room where the canvas is below 80x24. */
void hr__app_draw(struct hr__app *app, struct hr__canvas *canvas);

/* ---- list.c: what all lists share ---------------------------------------------------------------
 */

/* Moves for HR__DO_UP .. HR__DO_BOTTOM; false for any other action. */
bool hr__cursor_move(struct hr__cursor *cursor, enum hr__action action, size_t count, size_t page);
/* Keeps `at` inside count and inside the `page` lines shown from `top`. */
void hr__cursor_fit(struct hr__cursor *cursor, size_t count, size_t page);
/* Scrolls without a cursor: `top` alone moves. */
bool hr__cursor_scroll(struct hr__cursor *cursor, enum hr__action action, size_t count,
                       size_t page);
/* Adds a typed character or erases one; text has `size` bytes. */
void hr__prompt_type(char *text, size_t size, uint32_t key);
void hr__prompt_erase(char *text);

/* ---- workloads.c
 * ---------------------------------------------------------------------------------- */

/* The rows of the table in their order: indices of workloads; returns how many. */
size_t hr__workloads_order(const struct hr__app *app, size_t ret[HR__WORKLOADS_MAX]);
unsigned hr__answer_tone(enum hr_answer answer);
unsigned hr__kind_tone(enum hr_platform_kind kind);
/* USD a month as it is shown: as on an invoice, the sum of the shown lines. */
double hr__shown_cost(const struct hr_row *row);
/* The row of a workload (workload_count: the application) on a platform, or NULL. */
const struct hr_row *hr__row_of(const struct hr_comparison *comparison, size_t workload,
                                size_t platform);

#endif
