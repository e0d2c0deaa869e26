/* start.c: the first start, when nothing has been imported yet. Never an empty table. */
#include "tui/app.h"

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    switch (hr__key_action(HR__IN_START, key)) {
    case HR__DO_IMPORT:
        hr__app_open(app, HR__SCREEN_IMPORT);
        return HR__REACT_FOLDER;
    case HR__DO_REPLAY:
        return HR__REACT_REPLAY;
    default:
        return HR__REACT_NONE;
    }
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
    hr__put(canvas, x + 2, y, 1, HR__BOLD, "i");
    hr__put(canvas, x + 6, y, width - 6, HR__PLAIN,
            "import a log: web access log, Lambda REPORT lines, or CSV");
    hr__put(canvas, x + 2, y + 1, 1, HR__BOLD, "?");
    hr__put(canvas, x + 6, y + 1, width - 6, HR__PLAIN, "show the keys");
    hr__put(canvas, x + 2, y + 2, 1, HR__BOLD, "q");
    hr__put(canvas, x + 6, y + 2, width - 6, HR__PLAIN, "leave");
    hr__put(canvas, x, y + 4, width, HR__MUTED, "What you import will be kept in");
    hr__put(canvas, x, y + 5, width, HR__MUTED, app->plan);
}

const struct hr__screen hr__screen_start = {
    .name = "start",
    .sentence = "the first start, without a plan file",
    .context = HR__IN_START,
    .update = update,
    .draw = draw,
};
