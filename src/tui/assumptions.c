/* assumptions.c: what the log did not say, what stands in for it, and what would replace it. */
#include "tui/app.h"

#include <string.h>

#define LIST_TOP      3
#define HOLDERS_SHOWN 12   /* workloads named with what is assumed of them */
#define HOLDERS_LINES 3    /* that their names may take */
#define WIDE          1000 /* lines of a text that is shown whole */

static size_t page_of(const struct hr__app *app)
{
    return app->height > LIST_TOP + 2 ? (size_t)(app->height - LIST_TOP - 2) : 1;
}

/* One assumption: key and value with their origin, of which workloads, and what would replace it.
 * Returns the lines used, a blank one behind included. */
static int draw_assumption(struct hr__canvas *canvas, int y,
                           const struct hr_comparison_assumption *a, const char *holders)
{
    int top = y, width = canvas->width;
    char text[512];
    snprintf(text, sizeof text, "%s = ~%s", a->key, a->value);
    y += hr__put_wrapped(canvas, (struct hr__box){1, y, width - 2, WIDE}, HR__BOLD, text);
    snprintf(text, sizeof text, "%s%s%s", hr_origin_name(a->origin), a->source[0] ? ": " : "",
             a->source);
    y += hr__put_wrapped(canvas, (struct hr__box){3, y, width - 4, WIDE}, HR__MUTED, text);
    y += hr__put_wrapped(canvas, (struct hr__box){3, y, width - 4, HOLDERS_LINES}, HR__PLAIN,
                         holders[0] ? holders : "the whole application");
    if (a->remedy[0]) {
        snprintf(text, sizeof text, "set it with %s", a->remedy);
        y += hr__put_wrapped(canvas, (struct hr__box){3, y, width - 4, WIDE}, HR__MUTED, text);
    }
    return y + 1 - top;
}

/* What would turn a verdict, and to what. */
static int draw_turn(struct hr__canvas *canvas, int y, const struct hr_verdict *verdict)
{
    struct hr_text text = {.max = 1000};
    hr_text_printf(&text, "What could turn %s: %s", verdict->workload, verdict->turns_on);
    int lines = hr__put_wrapped(canvas, (struct hr__box){1, y, canvas->width - 2, WIDE},
                                HR__WARNING, text.data ? text.data : "");
    hr_text_clear(&text);
    return lines;
}

/* Draws all, from line y on, most of it outside the canvas; returns the lines used. */
static int draw_all(const struct hr_comparison *comparison, struct hr__canvas *canvas, int y)
{
    int top = y;
    for (size_t i = 0; comparison->verdicts && i <= comparison->workload_count; i++)
        if (comparison->verdicts[i].turns_on[0])
            y += draw_turn(canvas, y, &comparison->verdicts[i]);
    y += y > top;
    for (size_t i = 0; i < comparison->assumption_count; i++) {
        struct hr_text holders = {0};
        if (hr_assumption_holders(comparison, i, HOLDERS_SHOWN, &holders))
            y += draw_assumption(canvas, y, &comparison->assumptions[i],
                                 holders.data ? holders.data : "");
        hr_text_clear(&holders);
    }
    if (comparison->note_count)
        hr__put(canvas, 1, y++, canvas->width - 2, HR__BOLD, "Notes");
    for (size_t i = 0; i < comparison->note_count; i++)
        y += hr__put_wrapped(canvas, (struct hr__box){3, y, canvas->width - 4, WIDE}, HR__PLAIN,
                             comparison->notes[i]);
    return y - top;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    enum hr__action action = hr__key_action(HR__IN_READING, key);
    if (action == HR__DO_BACK)
        hr__app_back(app);
    else
        hr__cursor_scroll(&app->assumptions.cursor, action, app->assumptions.lines, page_of(app));
    return HR__REACT_NONE;
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    static const struct hr_comparison none;
    const struct hr_comparison *comparison = app->comparison ? app->comparison : &none;
    size_t page = page_of(app), *top = &app->assumptions.cursor.top;
    size_t count = (size_t)draw_all(comparison, canvas, LIST_TOP - (int)*top);
    app->assumptions.lines = count;
    if (*top + page > count && *top > 0) { /* the terminal has grown */
        *top = count > page ? count - page : 0;
        hr__canvas_wipe(canvas);
        draw_all(comparison, canvas, LIST_TOP - (int)*top);
    }
    for (int y = 0; y < LIST_TOP; y++)
        hr__repeat(canvas, 0, y, canvas->width, HR__PLAIN, " ");
    hr__repeat(canvas, 0, canvas->height - 2, canvas->width, HR__PLAIN, " ");
    hr__put(canvas, 1, 0, canvas->width - 2, HR__BOLD, "Assumptions and notes");
    hr__put(canvas, 1, 1, canvas->width - 2, HR__MUTED,
            "What the log did not say, what stands in for it, and what would replace it.");
    if (count == 0)
        hr__put(canvas, 1, LIST_TOP, canvas->width - 2, HR__PLAIN,
                "Nothing was assumed: every figure rests on the log.");
    if (*top + page < count)
        hr__put_right(canvas, canvas->width - 1, 0, HR__MUTED, "more below");
}

const struct hr__screen hr__screen_assumptions = {
    .name = "assumptions",
    .sentence = "what the log did not say and what was assumed",
    .context = HR__IN_READING,
    .update = update,
    .draw = draw,
};
