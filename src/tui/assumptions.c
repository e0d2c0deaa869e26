/* assumptions.c: what the log did not say, what stands in for it, and what would replace it. */
#include "tui/app.h"

#include <string.h>

#define LINES_EACH 2 /* of one assumption */
#define TOP        3 /* first line of the list */

static size_t page_of(const struct hr__app *app)
{
    return app->height > 5 ? (size_t)app->height - 5 : 1;
}

/* ---- one item: at y, in as many lines as it takes; without a canvas only these are counted --- */

static int put_turn(struct hr__canvas *canvas, int y, int width, const struct hr_verdict *verdict)
{
    struct hr_text text = {.max = 1000};
    hr_text_printf(&text, "What could turn %s: %s", verdict->workload, verdict->turns_on);
    const char *said = text.data ? text.data : "";
    int lines = hr__wrapped_lines(said, width - 2);
    if (canvas)
        hr__put_wrapped(canvas, (struct hr__box){1, y, width - 2, lines}, HR__WARNING, said);
    hr_text_clear(&text);
    return lines;
}

static int put_assumption(struct hr__canvas *canvas, int y,
                          const struct hr_comparison_assumption *a)
{
    if (!canvas)
        return LINES_EACH;
    int x = 1 + hr__put(canvas, 1, y, 40, HR__BOLD, a->workload[0] ? a->workload : "(all)");
    x += hr__putf(canvas, x, y, HR__PLAIN, "  %s = ~%s", a->key, a->value);
    if (a->source[0])
        hr__putf(canvas, x, y, HR__MUTED, "  (%s)", a->source);
    if (a->remedy[0])
        hr__putf(canvas, 3, y + 1, HR__MUTED, "%s", a->remedy);
    return LINES_EACH;
}

static int put_note(struct hr__canvas *canvas, int y, int width, const char *note)
{
    int lines = hr__wrapped_lines(note, width - 2);
    if (canvas)
        hr__put_wrapped(canvas, (struct hr__box){1, y, width - 2, lines}, HR__PLAIN, note);
    return lines;
}

/* All of it from line y on: what verdicts hang on, what is assumed, what else there is to say. */
static size_t put_all(const struct hr_comparison *comparison, struct hr__canvas *canvas, int y,
                      int width)
{
    const int first = y;
    for (size_t i = 0; i <= comparison->workload_count; i++)
        if (comparison->verdicts[i].turns_on[0])
            y += put_turn(canvas, y, width, &comparison->verdicts[i]);
    for (size_t i = 0; i < comparison->assumption_count; i++)
        y += put_assumption(canvas, y, &comparison->assumptions[i]);
    for (size_t i = 0; i < comparison->note_count; i++)
        y += put_note(canvas, y, width, comparison->notes[i]);
    return (size_t)(y - first);
}

static size_t line_count(const struct hr__app *app)
{
    return app->comparison ? put_all(app->comparison, NULL, 0, app->width) : 0;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    enum hr__action action = hr__key_action(HR__IN_READING, key);
    if (action == HR__DO_BACK)
        hr__app_back(app);
    else
        hr__cursor_scroll(&app->assumptions, action, line_count(app), page_of(app));
    return HR__REACT_NONE;
}

static void clear_line(struct hr__canvas *canvas, int y)
{
    hr__repeat(canvas, 0, y, canvas->width, HR__PLAIN, " ");
}

/* The list is drawn as a whole, moved up by what is scrolled; then what stands around it. */
static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison *comparison = app->comparison;
    size_t count = line_count(app), page = page_of(app);
    if (app->assumptions.top + page > count)
        app->assumptions.top = count > page ? count - page : 0;
    if (comparison)
        put_all(comparison, canvas, TOP - (int)app->assumptions.top, canvas->width);
    for (int y = 0; y < TOP; y++)
        clear_line(canvas, y);
    for (int y = TOP + (int)page; y < canvas->height; y++)
        clear_line(canvas, y);
    hr__put(canvas, 1, 0, canvas->width - 2, HR__BOLD, "Assumptions and notes");
    hr__put(canvas, 1, 1, canvas->width - 2, HR__MUTED,
            "What the log did not say, what stands in for it, and what would replace it.");
    if (count == 0)
        hr__put(canvas, 1, TOP, canvas->width - 2, HR__PLAIN,
                "Nothing was assumed: every figure rests on the log.");
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
