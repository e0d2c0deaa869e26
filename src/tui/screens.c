/* screens.c: the table of screens, the stack of those that are open, and the one on top. */
#include "tui/app.h"
#include "headroom/tui.h"

#include <string.h>

static const struct hr__screen *const screens[HR__SCREEN_COUNT] = {
    [HR__SCREEN_START] = &hr__screen_start,     [HR__SCREEN_WORKLOADS] = &hr__screen_workloads,
    [HR__SCREEN_COMPARE] = &hr__screen_compare, [HR__SCREEN_ASSUMPTIONS] = &hr__screen_assumptions,
    [HR__SCREEN_IMPORT] = &hr__screen_import,   [HR__SCREEN_PROGRESS] = &hr__screen_progress,
    [HR__SCREEN_MESSAGE] = &hr__screen_message, [HR__SCREEN_HELP] = &hr__screen_help,
};

const struct hr__screen *hr__screen_of(enum hr__screen_id id)
{
    return screens[id];
}

bool hr_tui_screen_at(size_t i, const char **ret_name, const char **ret_sentence)
{
    for (size_t s = 0; s < HR__SCREEN_COUNT; s++) {
        if (!screens[s]->name[0] || i-- > 0)
            continue;
        *ret_name = screens[s]->name;
        *ret_sentence = screens[s]->sentence;
        return true;
    }
    return false;
}

static enum hr__screen_id app_screen(const struct hr__app *app)
{
    return app->stack[app->depth - 1];
}

enum hr__context hr__app_context(const struct hr__app *app)
{
    if (app->prompt.active)
        return HR__IN_PROMPT;
    enum hr__context context = screens[app_screen(app)]->context;
    return context == HR__IN_START && app->samples ? HR__IN_START_SAMPLES : context;
}

void hr__app_open(struct hr__app *app, enum hr__screen_id id)
{
    app->prompt.active = false;
    if (app_screen(app) == id)
        return;
    if (app->depth < HR__DEPTH_MAX)
        app->depth++;
    app->stack[app->depth - 1] = id;
}

void hr__app_back(struct hr__app *app)
{
    app->prompt.active = false;
    if (app->depth > 1)
        app->depth--;
}

void hr__app_close(struct hr__app *app, enum hr__screen_id id)
{
    size_t kept = 0;
    for (size_t i = 0; i < app->depth; i++)
        if (app->stack[i] != id)
            app->stack[kept++] = app->stack[i];
    app->depth = kept;
    if (kept == 0)
        hr__app_home(app);
}

void hr__app_home(struct hr__app *app)
{
    app->prompt.active = false;
    app->depth = 1;
    app->stack[0] = app->comparison ? HR__SCREEN_WORKLOADS : HR__SCREEN_START;
}

void hr__app_message(struct hr__app *app, bool bad, const char *title, const char *text)
{
    app->message.bad = bad;
    snprintf(app->message.title, sizeof app->message.title, "%s", title);
    snprintf(app->message.text, sizeof app->message.text, "%s", text);
    hr__app_open(app, HR__SCREEN_MESSAGE);
}

enum hr__reaction hr__app_update(struct hr__app *app, uint32_t key)
{
    enum hr__context context = hr__app_context(app);
    switch (hr__key_action(context, key)) {
    case HR__DO_QUIT:
        return HR__REACT_QUIT;
    case HR__DO_HELP:
        if (app_screen(app) != HR__SCREEN_HELP) {
            app->help_of = context;
            app->help = (struct hr__cursor){0};
            hr__app_open(app, HR__SCREEN_HELP);
        }
        return HR__REACT_NONE;
    default:
        return screens[app_screen(app)]->update(app, key);
    }
}

static void draw_too_small(struct hr__canvas *canvas)
{
    char text[96];
    snprintf(text, sizeof text, "headroom needs %dx%d; this is %dx%d", HR_TUI_COLUMNS_MIN,
             HR_TUI_LINES_MIN, canvas->width, canvas->height);
    hr__put_centre(canvas, canvas->height / 2, HR__PLAIN, text);
}

void hr__app_draw(struct hr__app *app, struct hr__canvas *canvas)
{
    hr__canvas_wipe(canvas);
    app->width = canvas->width;
    app->height = canvas->height;
    if (canvas->width < HR_TUI_COLUMNS_MIN || canvas->height < HR_TUI_LINES_MIN) {
        draw_too_small(canvas);
        return;
    }
    screens[app_screen(app)]->draw(app, canvas);
    hr__key_bar(canvas, hr__app_context(app));
}
