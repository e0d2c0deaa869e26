/* import.c: choosing the log to import: folders and files, or a path typed by hand. */
#include "tui/app.h"
#include "tui/figures.h"

#include <string.h>

#define LIST_TOP 4

static size_t page_of(const struct hr__app *app)
{
    return app->height > LIST_TOP + 2 ? (size_t)(app->height - LIST_TOP - 2) : 1;
}

/* ---- update ------------------------------------------------------------------------------------
 */

/* The folder above, as text: the loop makes paths absolute before they come here. */
static void to_parent(char *folder)
{
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
}

static bool join(char *ret, size_t size, const char *folder, const char *name)
{
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    return (size_t)snprintf(ret, size, "%s%s%s", folder, slash, name) < size;
}

static enum hr__reaction choose(struct hr__app *app)
{
    if (app->browser.cursor.at >= app->browser.count)
        return HR__REACT_NONE;
    const struct hr__entry *entry = &app->browser.entries[app->browser.cursor.at];
    if (!strcmp(entry->name, "..")) {
        to_parent(app->browser.folder);
    } else if (!join(app->browser.chosen, sizeof app->browser.chosen, app->browser.folder,
                     entry->name)) {
        hr__app_message(app, true, "Path too long", "Start headroom nearer to the file.");
        return HR__REACT_NONE;
    } else if (!entry->folder) {
        return HR__REACT_IMPORT;
    } else {
        memcpy(app->browser.folder, app->browser.chosen, sizeof app->browser.folder);
    }
    app->browser.cursor = (struct hr__cursor){0};
    return HR__REACT_FOLDER;
}

static enum hr__reaction update_prompt(struct hr__app *app, uint32_t key)
{
    switch (hr__key_action(HR__IN_PROMPT, key)) {
    case HR__DO_ACCEPT:
        app->prompt.active = false;
        if (!app->prompt.text[0])
            return HR__REACT_NONE;
        memcpy(app->browser.chosen, app->prompt.text, sizeof app->browser.chosen);
        return HR__REACT_IMPORT;
    case HR__DO_BACK:
        app->prompt.active = false;
        return HR__REACT_NONE;
    case HR__DO_ERASE:
        hr__prompt_erase(app->prompt.text);
        return HR__REACT_NONE;
    case HR__DO_COMPLETE:
        return HR__REACT_COMPLETE;
    default:
        hr__prompt_type(app->prompt.text, sizeof app->prompt.text, key);
        return HR__REACT_NONE;
    }
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    if (app->prompt.active)
        return update_prompt(app, key);
    enum hr__action action = hr__key_action(HR__IN_BROWSER, key);
    switch (action) {
    case HR__DO_CHOOSE:
        return choose(app);
    case HR__DO_PARENT:
        to_parent(app->browser.folder);
        app->browser.cursor = (struct hr__cursor){0};
        return HR__REACT_FOLDER;
    case HR__DO_TYPE_PATH:
        app->prompt.active = true;
        app->prompt.text[0] = '\0';
        break;
    case HR__DO_BACK:
        hr__app_back(app);
        break;
    default:
        hr__cursor_move(&app->browser.cursor, action, app->browser.count, page_of(app));
    }
    return HR__REACT_NONE;
}

/* ---- draw
 * ---------------------------------------------------------------------------------------- */

static void draw_entry(struct hr__canvas *canvas, int y, const struct hr__entry *entry, bool here)
{
    char text[HR__FIGURE];
    int right = canvas->width < 90 ? canvas->width - 2 : 88;
    unsigned bold = here ? HR__BOLD : 0;
    if (here)
        hr__put(canvas, 1, y, 1, HR__BOLD, ">");
    int used = hr__put(canvas, 3, y, right - 16, bold, entry->name);
    if (entry->folder)
        hr__put(canvas, 3 + used, y, 1, bold, "/");
    else
        hr__put_right(canvas, right, y, HR__MUTED, hr__bytes(text, (double)entry->size));
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    struct hr__cursor *cursor = &app->browser.cursor;
    size_t page = page_of(app);
    hr__put(canvas, 1, 0, canvas->width - 2, HR__BOLD, "Import a log");
    hr__put(canvas, 1, 1, canvas->width - 2, HR__MUTED,
            "Logs of web servers, balancers and functions, or CSV; plain, gzip, zstd, xz, bzip2.");
    if (app->prompt.active)
        hr__putf(canvas, 1, 2, HR__BOLD, "path: %s_", app->prompt.text);
    else
        hr__put(canvas, 1, 2, canvas->width - 2, HR__PLAIN, app->browser.folder);
    if (app->browser.failure[0])
        hr__put_wrapped(canvas, (struct hr__box){3, LIST_TOP, canvas->width - 4, 3}, HR__BAD,
                        app->browser.failure);
    hr__cursor_fit(cursor, app->browser.count, page);
    for (size_t i = 0; i < page && cursor->top + i < app->browser.count; i++)
        draw_entry(canvas, LIST_TOP + (int)i, &app->browser.entries[cursor->top + i],
                   cursor->top + i == cursor->at);
    if (cursor->top + page < app->browser.count)
        hr__putf(canvas, 3, canvas->height - 2, HR__MUTED, "%zu more",
                 app->browser.count - cursor->top - page);
}

const struct hr__screen hr__screen_import = {
    .name = "import",
    .sentence = "choosing the log to import",
    .context = HR__IN_BROWSER,
    .update = update,
    .draw = draw,
};
