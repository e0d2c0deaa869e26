/* assumptions.c: what the log did not say, what stands in for it, and what would replace it. */
#include "tui/app.h"

#include <string.h>

#define LINES_EACH 2 /* of one assumption */

static size_t page_of(const struct hr__app *app)
{
    return app->height > 5 ? (size_t)app->height - 5 : 1;
}

static size_t line_count(const struct hr_comparison *comparison)
{
    return comparison ? comparison->assumption_count * LINES_EACH + comparison->note_count : 0;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    enum hr__action action = hr__key_action(HR__IN_READING, key);
    if (action == HR__DO_BACK)
        hr__app_back(app);
    else
        hr__cursor_scroll(&app->assumptions, action, line_count(app->comparison), page_of(app));
    return HR__REACT_NONE;
}

static void draw_line(const struct hr_comparison *comparison, struct hr__canvas *canvas, int y,
                      size_t line)
{
    size_t assumed_lines = comparison->assumption_count * LINES_EACH;
    if (line >= assumed_lines) {
        hr__put(canvas, 1, y, canvas->width - 2, HR__PLAIN,
                comparison->notes[line - assumed_lines]);
        return;
    }
    const struct hr_comparison_assumption *a = &comparison->assumptions[line / LINES_EACH];
    if (line % LINES_EACH == 0) {
        int x = 1 + hr__put(canvas, 1, y, 40, HR__BOLD, a->workload[0] ? a->workload : "(all)");
        x += hr__putf(canvas, x, y, HR__PLAIN, "  %s = ~%s", a->key, a->value);
        if (a->source[0])
            hr__putf(canvas, x, y, HR__MUTED, "  (%s)", a->source);
    } else if (a->remedy[0]) {
        hr__putf(canvas, 3, y, HR__MUTED, "%s", a->remedy);
    }
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison *comparison = app->comparison;
    size_t count = line_count(comparison), page = page_of(app);
    hr__put(canvas, 1, 0, canvas->width - 2, HR__BOLD, "Assumptions and notes");
    hr__put(canvas, 1, 1, canvas->width - 2, HR__MUTED,
            "What the log did not say, what stands in for it, and what would replace it.");
    if (count == 0)
        hr__put(canvas, 1, 3, canvas->width - 2, HR__PLAIN,
                "Nothing was assumed: every figure rests on the log.");
    if (app->assumptions.top + page > count)
        app->assumptions.top = count > page ? count - page : 0;
    for (size_t i = 0; i < page && app->assumptions.top + i < count; i++)
        draw_line(comparison, canvas, 3 + (int)i, app->assumptions.top + i);
    if (app->assumptions.top + page < count)
        hr__put_right(canvas, canvas->width - 1, 0, HR__MUTED, "more below");
}

const struct hr__screen hr__screen_assumptions = {
    .name = "assumptions",
    .sentence = "what the log did not say and what was assumed",
    .context = HR__IN_READING,
    .update = update,
    .draw = draw,
};
