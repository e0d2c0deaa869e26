/* compare.c: one workload on every platform: a column each, the one chosen shown closely below.
 *
 * The rows of figures are a table: a row more is one line in `rows`.
 */
#include "tui/app.h"
#include "tui/charts.h"
#include "tui/figures.h"

#include <math.h>
#include <string.h>

#define HEAD_WIDTH   19 /* columns of the rows' names */
#define COLUMN_WIDTH 14 /* of one platform, the blank between included */
#define TABLE_TOP    5  /* first line of figures */

/* ---- the rows ------------------------------------------------------------------------------ */

struct cell_text {
    char text[64];
    unsigned style;
    bool mark; /* "!" behind: misses the target */
};

static bool is_late(const struct hr__workload *workload, double ms)
{
    return isfinite(ms) && workload->target_ms > 0 && ms > workload->target_ms;
}

static void set_cost(struct cell_text *c, const struct hr__workload *w, const struct hr__figures *f)
{
    char text[HR__FIGURE];
    (void)w;
    snprintf(c->text, sizeof c->text, "%s%s", f->cheapest ? "*" : "", hr__money(text, f->cost));
    c->style = f->cheapest ? HR__BOLD : HR__PLAIN;
}

static void set_idle_cost(struct cell_text *c, const struct hr__workload *w,
                          const struct hr__figures *f)
{
    (void)w;
    hr__money(c->text, f->idle_cost);
    c->style = f->cost > 0 && f->idle_cost >= f->cost / 2 ? HR__WARNING : HR__PLAIN;
}

static void set_late(struct cell_text *c, const struct hr__workload *w, double ms)
{
    hr__ms(c->text, ms);
    c->mark = is_late(w, ms);
    c->style = c->mark ? HR__BAD : HR__PLAIN;
}

static void set_p50(struct cell_text *c, const struct hr__workload *w, const struct hr__figures *f)
{
    set_late(c, w, f->p50);
}

static void set_p95(struct cell_text *c, const struct hr__workload *w, const struct hr__figures *f)
{
    set_late(c, w, f->p95);
}

static void set_p99(struct cell_text *c, const struct hr__workload *w, const struct hr__figures *f)
{
    set_late(c, w, f->p99);
    c->style |= HR__BOLD;
}

static void set_wait(struct cell_text *c, const struct hr__workload *w,
                     const struct hr__figures *f)
{
    char a[HR__FIGURE], b[HR__FIGURE];
    (void)w;
    if (isfinite(f->wait))
        snprintf(c->text, sizeof c->text, "%s + %s", hr__ms(a, f->wait), hr__ms(b, f->start));
    else
        snprintf(c->text, sizeof c->text, "-");
}

static void set_serve(struct cell_text *c, const struct hr__workload *w,
                      const struct hr__figures *f)
{
    char a[HR__FIGURE], b[HR__FIGURE];
    (void)w;
    if (isfinite(f->service))
        snprintf(c->text, sizeof c->text, "%s + %s", hr__ms(a, f->network),
                 hr__ms(b, f->service));
    else
        snprintf(c->text, sizeof c->text, "-");
}

static void set_on_target(struct cell_text *c, const struct hr__workload *w,
                          const struct hr__figures *f)
{
    (void)w;
    hr__percent(c->text, f->on_target, 2);
    c->mark = !f->meets_target && isfinite(f->on_target);
    c->style = c->mark ? HR__BAD : HR__PLAIN;
}

static void set_cold(struct cell_text *c, const struct hr__workload *w, const struct hr__figures *f)
{
    (void)w;
    hr__count(c->text, f->cold_starts);
}

static void set_dropped(struct cell_text *c, const struct hr__workload *w,
                        const struct hr__figures *f)
{
    (void)w;
    hr__count(c->text, f->dropped);
    c->style = f->dropped > 0 ? HR__BAD : HR__PLAIN;
}

static void set_idle(struct cell_text *c, const struct hr__workload *w, const struct hr__figures *f)
{
    (void)w;
    hr__percent(c->text, f->idle, 1);
    c->style = f->idle >= 50 ? HR__WARNING : HR__PLAIN;
}

static double cost_of(const struct hr__figures *f)
{
    return f->cost;
}

static double p99_of(const struct hr__figures *f)
{
    return f->p99;
}

static const struct row {
    const char *name;
    void (*set)(struct cell_text *, const struct hr__workload *, const struct hr__figures *);
    double (*bar)(const struct hr__figures *); /* draws bars instead of text */
    bool target;                               /* a mark at the target on the bars */
} rows[] = {
    {.name = "$ a month", .set = set_cost},
    {.name = "", .bar = cost_of},
    {.name = "idle waste $", .set = set_idle_cost},
    {.name = "idle %", .set = set_idle},
    {.name = "p50 ms", .set = set_p50},
    {.name = "p95 ms", .set = set_p95},
    {.name = "p99 ms", .set = set_p99},
    {.name = "", .bar = p99_of, .target = true},
    {.name = "wait + start ms", .set = set_wait},
    {.name = "network + serve ms", .set = set_serve},
    {.name = "within target %", .set = set_on_target},
    {.name = "cold starts", .set = set_cold},
    {.name = "dropped", .set = set_dropped},
};
#define ROW_COUNT ((int)(sizeof rows / sizeof rows[0]))

/* ---- update ----------------------------------------------------------------------------------- */

static void move_workload(struct hr__app *app, int step)
{
    size_t order[HR__WORKLOADS_MAX], count = hr__workloads_order(app, order);
    size_t stops = count + 1, at = count; /* behind the last workload: the application */
    for (size_t i = 0; i < count; i++)
        if (order[i] == app->compare.workload)
            at = i;
    at = (at + stops + (size_t)(step + (int)stops)) % stops;
    app->compare.workload = at < count ? order[at] : app->view->workload_count;
    if (at < count)
        app->workloads.cursor.at = at;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    size_t count = app->view->platform_count;
    switch (hr__key_action(HR__IN_COMPARE, key)) {
    case HR__DO_NEXT_PLATFORM:
        app->compare.platform = (app->compare.platform + 1) % (count ? count : 1);
        break;
    case HR__DO_LAST_PLATFORM:
        app->compare.platform = (app->compare.platform + count - 1) % (count ? count : 1);
        break;
    case HR__DO_NEXT_WORKLOAD:
        move_workload(app, 1);
        break;
    case HR__DO_LAST_WORKLOAD:
        move_workload(app, -1);
        break;
    case HR__DO_BILL:
        app->compare.bill = true;
        break;
    case HR__DO_TIMELINE:
        app->compare.bill = false;
        break;
    case HR__DO_ASSUMPTIONS:
        hr__app_open(app, HR__SCREEN_ASSUMPTIONS);
        break;
    case HR__DO_EXPORT:
        return HR__REACT_EXPORT;
    case HR__DO_BACK:
        hr__app_back(app);
        break;
    default:
        break;
    }
    return HR__REACT_NONE;
}

/* ---- draw --------------------------------------------------------------------------------------- */

static void draw_top(const struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr__view *view = app->view;
    const struct hr__workload *w = &view->workloads[app->compare.workload];
    char count[HR__FIGURE], rate[HR__FIGURE], ms[HR__FIGURE];
    bool all = app->compare.workload == view->workload_count;
    int x = 1 + hr__put(canvas, 1, 0, canvas->width / 2, HR__BOLD,
                        all ? "The whole application" : w->name);
    if (!all && w->target_ms > 0)
        x += hr__putf(canvas, x + 3, 0, HR__PLAIN, "%s, target %s ms%s for %g %%", w->trigger,
                      hr__ms(ms, w->target_ms), w->target_assumed ? " ~" : "", w->slo) + 3;
    char text[128];
    snprintf(text, sizeof text, "%s invocations, %s/s", hr__count(count, w->invocations),
             hr__rate(rate, w->per_s));
    if (x + 3 + hr__text_columns(text) < canvas->width)
        hr__put_right(canvas, canvas->width - 1, 0, HR__MUTED, text);
    hr__put_wrapped(canvas, (struct hr__box){1, 1, canvas->width - 2, 2},
                    hr__verdict_tone(w->verdict) | HR__BOLD,
                    all && view->best_mix[0] ? view->best_mix : w->verdict_text);
}

/* The first platform shown, so that the chosen one is among them. */
static size_t first_column(const struct hr__app *app, int columns)
{
    size_t chosen = app->compare.platform, n = (size_t)columns;
    return chosen >= n ? chosen - n + 1 : 0;
}

/* A title in two lines of one column. */
static void draw_title(struct hr__canvas *canvas, int x, const struct hr__platform *platform,
                       bool chosen)
{
    unsigned style = hr__kind_tone(platform->kind) | (chosen ? HR__BOLD : 0);
    struct hr__box box = {x + 1, TABLE_TOP - 2, COLUMN_WIDTH - 2, 2};
    hr__put_wrapped(canvas, box, style, platform->title);
    if (chosen)
        hr__put(canvas, x, box.y, 1, HR__BOLD, ">");
}

static double largest(const struct hr__app *app, double (*value)(const struct hr__figures *))
{
    double most = 0;
    for (size_t p = 0; p < app->view->platform_count; p++)
        most = fmax(most, value(hr__view_figures(app->view, app->compare.workload, p)));
    return most;
}

static void draw_bar(const struct hr__app *app, struct hr__canvas *canvas, struct hr__box box,
                     const struct row *row, size_t platform)
{
    const struct hr__workload *w = &app->view->workloads[app->compare.workload];
    double most = largest(app, row->bar);
    double value = row->bar(hr__view_figures(app->view, app->compare.workload, platform));
    unsigned tone = hr__kind_tone(app->view->platforms[platform].kind);
    if (row->target && w->target_ms > 0)
        most = fmax(most, w->target_ms);
    if (row->target && is_late(w, value))
        tone = HR__BAD;
    hr__bar(canvas, box, tone, most > 0 ? value / most : 0);
    if (row->target && w->target_ms > 0 && most > 0) {
        int at = (int)(w->target_ms / most * box.width);
        hr__put(canvas, box.x + (at < box.width ? at : box.width - 1), box.y, 1, HR__BOLD, "┊");
    }
}

static void draw_column(const struct hr__app *app, struct hr__canvas *canvas, int x, size_t p)
{
    const struct hr__workload *w = &app->view->workloads[app->compare.workload];
    const struct hr__figures *f = hr__view_figures(app->view, app->compare.workload, p);
    bool chosen = p == app->compare.platform;
    draw_title(canvas, x, &app->view->platforms[p], chosen);
    for (int r = 0; r < ROW_COUNT; r++) {
        int y = TABLE_TOP + r;
        if (rows[r].bar) {
            draw_bar(app, canvas, (struct hr__box){x + 2, y, COLUMN_WIDTH - 3, 1}, &rows[r], p);
            continue;
        }
        struct cell_text cell = {.text = "-", .style = HR__PLAIN};
        if (f->exists)
            rows[r].set(&cell, w, f);
        hr__put_right(canvas, x + COLUMN_WIDTH - 1, y, cell.style | (chosen ? HR__BOLD : 0),
                      cell.text);
        if (cell.mark)
            hr__put(canvas, x + COLUMN_WIDTH - 1, y, 1, HR__BAD | HR__BOLD, "!");
    }
}

static void draw_bill(struct hr__canvas *canvas, struct hr__box box, const struct hr__figures *f)
{
    char amount[HR__FIGURE], quantity[HR__FIGURE], text[256];
    int right = box.x + (box.width < 100 ? box.width : 100);
    if (f->bill_count == 0)
        hr__put(canvas, box.x, box.y, box.width, HR__MUTED,
                "No bill by lines for this one; the application as a whole has it.");
    for (size_t i = 0; i < f->bill_count && (int)i < box.height; i++) {
        const struct hr__bill_line *line = &f->bill[i];
        int y = box.y + (int)i;
        if ((int)i + 1 == box.height && f->bill_count > i + 1) {
            hr__putf(canvas, box.x, y, HR__MUTED, "%zu more lines", f->bill_count - i);
            break;
        }
        snprintf(text, sizeof text, "%s  %s", line->service, line->item);
        hr__put(canvas, box.x, y, right - box.x - 44, HR__PLAIN, text);
        snprintf(text, sizeof text, "%s %s x $%.9g",
                 hr__count(quantity, line->quantity), line->unit, line->unit_price);
        hr__put_right(canvas, right - 11, y, HR__MUTED, text);
        hr__put_right(canvas, right, y, HR__PLAIN, hr__money(amount, line->amount));
    }
}

static void draw_lower(const struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr__view *view = app->view;
    size_t p = app->compare.platform;
    const struct hr__figures *f = hr__view_figures(view, app->compare.workload, p);
    int y = TABLE_TOP + ROW_COUNT;
    y += canvas->height > 26;
    const char *why = f->excluded_by[0] ? f->excluded_by : f->sizing_reason;
    int x = 1 + hr__put(canvas, 1, y, 40, HR__BOLD | hr__kind_tone(view->platforms[p].kind),
                        view->platforms[p].title);
    if (f->sizing[0])
        x += hr__putf(canvas, x, y, HR__PLAIN, "  %s", f->sizing);
    if (why[0] && canvas->height > 26)
        hr__put_wrapped(canvas, (struct hr__box){1, y + 1, canvas->width - 2, 1},
                        f->excluded_by[0] ? HR__BAD : HR__MUTED, why);
    else if (why[0])
        hr__putf(canvas, x, y, f->excluded_by[0] ? HR__BAD : HR__MUTED, "  %s", why);
    y += canvas->height > 26 ? 2 : 1;
    struct hr__box box = {1, y, canvas->width - 2, canvas->height - 1 - y};
    if (app->compare.bill) {
        draw_bill(canvas, box, f);
    } else if (f->buckets && f->busy && f->idle_slots) {
        struct hr__timeline line = {f->busy,    f->starting,    f->idle_slots,
                                    f->buckets, f->bucket_from, f->bucket_us};
        if (box.height >= 8) {
            hr__put(canvas, 1, y, canvas->width - 2, HR__MUTED,
                    "slots over time: █ busy  ▒ starting  ░ idle");
            box.y++;
            box.height--;
        }
        hr__timeline_draw(canvas, box, &line);
    }
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr__view *view = app->view;
    int columns = (canvas->width - HEAD_WIDTH - 1) / COLUMN_WIDTH;
    size_t first = first_column(app, columns);
    draw_top(app, canvas);
    for (int r = 0; r < ROW_COUNT; r++)
        hr__put(canvas, 1, TABLE_TOP + r, HEAD_WIDTH, HR__MUTED, rows[r].name);
    for (size_t i = 0; i < (size_t)columns && first + i < view->platform_count; i++)
        draw_column(app, canvas, HEAD_WIDTH + 1 + (int)i * COLUMN_WIDTH, first + i);
    if (first > 0)
        hr__put(canvas, HEAD_WIDTH - 2, TABLE_TOP - 2, 1, HR__BOLD, "←");
    if (first + (size_t)columns < view->platform_count)
        hr__put(canvas, canvas->width - 1, TABLE_TOP - 2, 1, HR__BOLD, "→");
    hr__put(canvas, 1, TABLE_TOP - 2, HEAD_WIDTH - 4, HR__MUTED, "* cheapest that");
    hr__put(canvas, 1, TABLE_TOP - 1, HEAD_WIDTH - 2, HR__MUTED, "meets the target");
    if (view->platform_count)
        draw_lower(app, canvas);
}

const struct hr__screen hr__screen_compare = {
    .name = "compare",
    .sentence = "one workload on every platform",
    .context = HR__IN_COMPARE,
    .update = update,
    .draw = draw,
};
