/* help.c: the keys, made from the table of bindings. */
#include "tui/app.h"

#include <string.h>

#define LINES_MAX 200

/* One line of the help: the title of a context, or keys and what they do; none: a blank. */
struct line {
    enum hr__context title;
    enum hr__context context;
    enum hr__action action;
};

static void add_context(struct line *lines, size_t *n, enum hr__context context)
{
    if (*n)
        lines[(*n)++] = (struct line){HR__IN_NONE, HR__IN_NONE, HR__DO_NOTHING};
    lines[(*n)++] = (struct line){context, context, HR__DO_NOTHING};
    for (size_t i = 0; hr__binding_at(i); i++) {
        const struct hr__binding *binding = hr__binding_at(i);
        bool known = binding->context != context;
        for (size_t k = 0; k < *n && !known; k++)
            known = lines[k].context == context && lines[k].action == binding->action;
        if (!known && *n < LINES_MAX)
            lines[(*n)++] = (struct line){HR__IN_NONE, context, binding->action};
    }
}

/* The contexts that hold where the person came from stand first, then all others. */
static size_t collect(const struct hr__app *app, struct line *lines)
{
    bool done[HR__CONTEXT_COUNT] = {true};
    size_t n = 0;
    for (enum hr__context c = app->help_of; c != HR__IN_NONE; c = hr__context_parent(c)) {
        add_context(lines, &n, c);
        done[c] = true;
    }
    for (enum hr__context c = HR__IN_ALL; c < HR__CONTEXT_COUNT; c++)
        if (!done[c])
            add_context(lines, &n, c);
    return n;
}

static size_t page_of(const struct hr__app *app)
{
    return app->height > 4 ? (size_t)app->height - 4 : 1;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    struct line lines[LINES_MAX];
    size_t count = collect(app, lines);
    enum hr__action action = hr__key_action(HR__IN_READING, key);
    if (action == HR__DO_BACK)
        hr__app_back(app);
    else
        hr__cursor_scroll(&app->help, action, count, page_of(app));
    return HR__REACT_NONE;
}

static void draw_keys(struct hr__canvas *canvas, int y, const struct line *line)
{
    char name[HR__KEY_NAME];
    int x = 4;
    for (size_t i = 0; hr__binding_at(i); i++) {
        const struct hr__binding *binding = hr__binding_at(i);
        if (binding->context != line->context || binding->action != line->action)
            continue;
        x += 1 +
             hr__put(canvas, x, y, 8, HR__BOLD, hr__key_name(name, binding->key, canvas->glyphs));
    }
    hr__put(canvas, 20, y, canvas->width - 21, HR__PLAIN, hr__action_sentence(line->action));
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    struct line lines[LINES_MAX];
    size_t count = collect(app, lines), page = page_of(app);
    hr__cursor_scroll(&app->help, HR__DO_NOTHING, count, page);
    if (app->help.top + page > count)
        app->help.top = count > page ? count - page : 0;
    hr__put(canvas, 1, 0, canvas->width - 2, HR__BOLD, "Keys");
    for (size_t i = 0; i < page && app->help.top + i < count; i++) {
        const struct line *line = &lines[app->help.top + i];
        int y = 2 + (int)i;
        if (line->title != HR__IN_NONE)
            hr__put(canvas, 2, y, canvas->width - 3, HR__BOLD, hr__context_title(line->title));
        else if (line->action != HR__DO_NOTHING)
            draw_keys(canvas, y, line);
    }
    if (app->help.top + page < count)
        hr__put_right(canvas, canvas->width - 1, 0, HR__MUTED, "more below");
}

const struct hr__screen hr__screen_help = {
    .name = "help",
    .sentence = "the keys",
    .context = HR__IN_READING,
    .update = update,
    .draw = draw,
};
