/* progress.c: a panel while the worker imports or replays; Esc cancels and nothing has changed. */
#include "tui/app.h"
#include "tui/charts.h"
#include "tui/figures.h"

#include <string.h>

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    if (hr__key_action(HR__IN_PROGRESS, key) != HR__DO_CANCEL)
        return HR__REACT_NONE;
    app->progress.cancelling = true;
    return HR__REACT_CANCEL;
}

static void amount(char *buf, size_t size, double done, const char *unit)
{
    char text[HR__FIGURE];
    if (!strcmp(unit, "bytes"))
        snprintf(buf, size, "%s", hr__bytes(text, done));
    else
        snprintf(buf, size, "%s %s", hr__count(text, done), unit);
}

static void draw_bar(const struct hr__app *app, struct hr__canvas *canvas, struct hr__box box)
{
    double done = app->progress.done, total = app->progress.total;
    char text[96], all[96];
    amount(text, sizeof text, done, app->progress.unit);
    if (!(total > 0)) {
        hr__put(canvas, box.x, box.y, box.width, HR__PLAIN, text);
        return;
    }
    amount(all, sizeof all, total, app->progress.unit);
    double fraction = done < total ? done / total : 1;
    hr__repeat(canvas, box.x, box.y, box.width - 6, HR__MUTED, "░");
    hr__bar(canvas, (struct hr__box){box.x, box.y, box.width - 6, 1}, HR__PLAIN, fraction);
    char percent[16];
    snprintf(percent, sizeof percent, "%.0f %%", fraction * 100.0);
    hr__put_right(canvas, box.x + box.width, box.y, HR__BOLD, percent);
    int x = box.x;
    x += hr__putf(canvas, x, box.y + 1, HR__MUTED, "%s of %s", text, all);
    if (fraction > 0.02 && fraction < 1 && app->progress.elapsed_s > 1)
        hr__putf(canvas, x, box.y + 1, HR__MUTED, ", about %.0f s left",
                 app->progress.elapsed_s * (1 - fraction) / fraction);
}

static void draw_lines(const struct hr__app *app, struct hr__canvas *canvas, struct hr__box box)
{
    char a[HR__FIGURE], b[HR__FIGURE];
    if (app->progress.lines == 0)
        return;
    double lines = (double)app->progress.lines;
    int x = box.x + hr__putf(canvas, box.x, box.y, HR__PLAIN, "%s lines", hr__count(a, lines));
    if (app->progress.elapsed_s > 0.2)
        hr__putf(canvas, x, box.y, HR__MUTED, ", %s a second",
                 hr__count(b, lines / app->progress.elapsed_s));
    x = box.x + hr__putf(canvas, box.x, box.y + 1, HR__PLAIN, "%s kept, %s filtered, ",
                         hr__count(a, (double)app->progress.kept),
                         hr__count(b, (double)app->progress.filtered));
    hr__putf(canvas, x, box.y + 1, app->progress.malformed ? HR__WARNING : HR__PLAIN,
             "%s malformed", hr__count(a, (double)app->progress.malformed));
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    bool first_start = app->depth == 2 && !app->comparison; /* would tell what is not known yet */
    if (app->depth > 1 && !first_start)
        hr__screen_of(app->stack[app->depth - 2])->draw(app, canvas);
    int width = canvas->width < 96 ? canvas->width - 8 : 88;
    struct hr__box box = {(canvas->width - width) / 2, canvas->height / 2 - 7, width, 13};
    hr__frame(canvas, box, HR__PLAIN, app->progress.title);
    struct hr__box inside = {box.x + 3, box.y + 2, width - 6, 1};
    hr__put(canvas, inside.x, inside.y, inside.width, HR__BOLD, app->progress.what);
    inside.y += 2;
    draw_bar(app, canvas, inside);
    inside.y += 3;
    draw_lines(app, canvas, inside);
    inside.y += 2;
    inside.height = 2;
    hr__put_wrapped(canvas, inside, HR__MUTED, app->progress.detail);
    hr__put(canvas, inside.x, box.y + box.height - 2, inside.width,
            app->progress.cancelling ? HR__WARNING : HR__MUTED,
            app->progress.cancelling ? "stopping; nothing has changed"
                                     : "esc cancels, and nothing has changed");
}

const struct hr__screen hr__screen_progress = {
    .name = "",
    .sentence = "work in progress",
    .context = HR__IN_PROGRESS,
    .update = update,
    .draw = draw,
};
