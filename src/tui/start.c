/* start.c: the first start, when nothing has been imported yet. Never an empty table. */
#include "tui/app.h"

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    switch (hr__key_action(hr__app_context(app), key)) {
    case HR__DO_IMPORT:
        hr__app_open(app, HR__SCREEN_IMPORT);
        return HR__REACT_FOLDER;
    case HR__DO_SAMPLES:
        return HR__REACT_SAMPLES;
    case HR__DO_REPLAY:
        return HR__REACT_REPLAY;
    default:
        return HR__REACT_NONE;
    }
}

static int draw_choice(struct hr__canvas *canvas, int x, int y, const char *key, const char *what)
{
    hr__put(canvas, x + 2, y, 1, HR__BOLD, key);
    hr__put(canvas, x + 6, y, canvas->width - x - 7, HR__PLAIN, what);
    return y + 1;
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    int x = canvas->width > 100 ? (canvas->width - 84) / 2 : 6;
    int width = canvas->width - 2 * x, y = canvas->height / 2 - 8;
    struct hr__box box = {x, y, width, 3};
    hr__put(canvas, x, y, width, HR__BOLD, "headroom");
    box.y += 2;
    box.y += hr__put_wrapped(canvas, box, HR__PLAIN,
                             "Point it at your traffic logs, and it replays them on serverless "
                             "platforms and on servers.");
    box.y += hr__put_wrapped(canvas, box, HR__PLAIN,
                             "For each workload it shows what either would cost a month, how fast "
                             "it would answer, and how much would be paid for idling.");
    y = box.y + 1;
    y = draw_choice(canvas, x, y, "i", "import a log: web access log, Lambda REPORT lines, or CSV");
    if (app->samples)
        y = draw_choice(canvas, x, y, "d", "try the sample data: a week of an online shop");
    y = draw_choice(canvas, x, y, "?", "show the keys");
    y = draw_choice(canvas, x, y, "q", "leave");
    hr__put(canvas, x, y + 1, width, HR__MUTED, "What you import will be kept in");
    hr__put(canvas, x, y + 2, width, HR__MUTED, app->plan);
}

const struct hr__screen hr__screen_start = {
    .name = "start",
    .sentence = "the first start, without a plan file",
    .context = HR__IN_START,
    .update = update,
    .draw = draw,
};
