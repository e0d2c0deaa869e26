/* message.c: what happened, in words, over the screen on which it happened. */
#include "tui/app.h"

#define WIDTH_MAX 100 /* columns */

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    if (hr__key_action(HR__IN_MESSAGE, key) == HR__DO_CLOSE)
        hr__app_back(app);
    return HR__REACT_NONE;
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    if (app->depth > 1)
        hr__screen_of(app->stack[app->depth - 2])->draw(app, canvas);
    int width = canvas->width - 8 < WIDTH_MAX ? canvas->width - 8 : WIDTH_MAX;
    int lines = hr__wrapped_lines(app->message.text, width - 6), most = canvas->height - 10;
    struct hr__box box = {(canvas->width - width) / 2, 0, width, (lines < most ? lines : most) + 4};
    box.y = (canvas->height - box.height) / 3;
    hr__frame(canvas, box, app->message.bad ? HR__BAD : HR__PLAIN, app->message.title);
    struct hr__box inside = {box.x + 3, box.y + 2, box.width - 6, box.height - 4};
    hr__put_wrapped(canvas, inside, HR__PLAIN, app->message.text);
}

const struct hr__screen hr__screen_message = {
    .name = "",
    .sentence = "a message",
    .context = HR__IN_MESSAGE,
    .update = update,
    .draw = draw,
};
