/* compare.c: one workload on every platform: a column each, the one chosen shown closely below.
 *
 * The rows of figures are a table: a row more is one line in `rows`.
 */
#include "tui/app.h"
#include "tui/charts.h"
#include "tui/figures.h"

#include <math.h>
#include <string.h>

#define HEAD_WIDTH    19 /* columns of the rows' names */
#define COLUMN_MIN    14 /* of one platform, the blank between included */
#define COLUMN_MAX    20
#define TABLE_TOP     5 /* first line of figures */

#define BILL_HEAD_MIN 8 /* lines from which the bill has a heading */

/* ---- the rows ------------------------------------------------------------------------------ */

struct cell_text {
    char text[64];
    double target_ms; /* of response times; 0: there is none */
    unsigned style;
    bool mark; /* "!" behind: misses the target */
};

static void set_cost(struct cell_text *c, const struct hr_row *row)
{
    char text[HR__FIGURE];
    snprintf(c->text, sizeof c->text, "%s%s", row->cheapest ? "*" : "",
             hr__money(text, hr__shown_cost(row)));
    c->style = row->cheapest ? HR__BOLD : HR__PLAIN;
}

static void set_idle_cost(struct cell_text *c, const struct hr_row *row)
{
    hr__money(c->text, row->idle_cost_month_usd);
    if (row->cost_month_usd > 0 && row->idle_cost_month_usd >= row->cost_month_usd / 2)
        c->style = HR__WARNING;
}

static bool is_late(double target_ms, double ms)
{
    return isfinite(ms) && target_ms > 0 && ms > target_ms;
}

static void set_ms(struct cell_text *c, double ms)
{
    hr__ms(c->text, ms);
    c->mark = is_late(c->target_ms, ms);
    c->style = c->mark ? HR__BAD : HR__PLAIN;
}

static void set_p50(struct cell_text *c, const struct hr_row *row)
{
    set_ms(c, row->response_p50_ms);
}

static void set_p95(struct cell_text *c, const struct hr_row *row)
{
    set_ms(c, row->response_p95_ms);
}

static void set_p99(struct cell_text *c, const struct hr_row *row)
{
    set_ms(c, row->response_p99_ms);
}

/* Two means of the response's parts, "61 + 70". */
static void set_parts(struct cell_text *c, double first_ms, double second_ms)
{
    char a[HR__FIGURE], b[HR__FIGURE];
    if (isfinite(first_ms) && isfinite(second_ms))
        snprintf(c->text, sizeof c->text, "%s + %s", hr__ms(a, first_ms), hr__ms(b, second_ms));
}

static void set_wait(struct cell_text *c, const struct hr_row *row)
{
    set_parts(c, row->wait_mean_ms, row->start_mean_ms);
}

static void set_serve(struct cell_text *c, const struct hr_row *row)
{
    set_parts(c, row->network_mean_ms, row->service_mean_ms);
}

static void set_on_target(struct cell_text *c, const struct hr_row *row)
{
    hr__attained(c->text, row->target_met_pct);
    c->mark = !row->meets_target && isfinite(row->target_met_pct);
    c->style = c->mark ? HR__BAD : HR__PLAIN;
}

static void set_cold(struct cell_text *c, const struct hr_row *row)
{
    if (row->kind != HR_FLEET)
        hr__count(c->text, (double)row->cold_starts);
}

static void set_dropped(struct cell_text *c, const struct hr_row *row)
{
    hr__count(c->text, (double)row->dropped);
    c->style = row->dropped ? HR__BAD : HR__PLAIN;
}

static void set_idle(struct cell_text *c, const struct hr_row *row)
{
    hr__percent(c->text, row->idle_pct, 1);
    c->style = row->idle_pct >= 50 ? HR__WARNING : HR__PLAIN;
}

static double cost_of(const struct hr_row *row)
{
    return row->cost_month_usd;
}

static double p99_of(const struct hr_row *row)
{
    return row->response_p99_ms;
}

static const struct row {
    const char *name;
    void (*set)(struct cell_text *cell, const struct hr_row *row); /* text starts as "-" */
    double (*bar)(const struct hr_row *row);                       /* draws bars instead of text */
    bool target; /* a mark at the target on the bars */
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

/* ---- update -----------------------------------------------------------------------------------
 */

static void move_workload(struct hr__app *app, int step)
{
    size_t order[HR__WORKLOADS_MAX], count = hr__workloads_order(app, order);
    size_t stops = count + 1, at = count; /* behind the last workload: the application */
    for (size_t i = 0; i < count; i++)
        if (order[i] == app->compare.workload)
            at = i;
    at = (at + stops + (size_t)(step + (int)stops)) % stops;
    app->compare.workload = at < count ? order[at] : app->comparison->workload_count;
    if (at < count)
        app->workloads.cursor.at = at;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    size_t count = app->comparison->platform_count;
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

/* ---- draw ---------------------------------------------------------------------------------------
 */

/* Of the workload shown, where somebody waits for the answer; 0: there is none. */
static double target_of(const struct hr__app *app)
{
    const struct hr_comparison *comparison = app->comparison;
    const struct hr_verdict *verdict = &comparison->verdicts[app->compare.workload];
    if (app->compare.workload == comparison->workload_count || verdict->trigger != HR_HTTP)
        return 0;
    const struct hr_row *row = hr__row_of(comparison, app->compare.workload, 0);
    return row && isfinite(row->target_ms) ? row->target_ms : 0;
}

static int draw_target(const struct hr__app *app, struct hr__canvas *canvas, int x)
{
    const struct hr_comparison *comparison = app->comparison;
    const struct hr_row *row = hr__row_of(comparison, app->compare.workload, 0);
    const struct hr_verdict *verdict = &comparison->verdicts[app->compare.workload];
    char ms[HR__FIGURE], slo[HR__FIGURE];
    if (app->compare.workload == comparison->workload_count || !row || !(row->target_ms > 0))
        return x;
    return x + hr__putf(canvas, x, 0, HR__PLAIN, "%s, target %s ms%s%s for %s %%",
                        hr_trigger_name(verdict->trigger), hr__ms(ms, row->target_ms),
                        strstr(row->assumed, "target") ? "~" : "",
                        verdict->trigger == HR_HTTP ? "" : " until it starts",
                        hr_format_significant(slo, sizeof slo, row->slo_pct, 8));
}

static void draw_top(const struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison *comparison = app->comparison;
    const struct hr_verdict *verdict = &comparison->verdicts[app->compare.workload];
    char count[HR__FIGURE], rate[HR__FIGURE], text[128];
    bool all = app->compare.workload == comparison->workload_count;
    int x = 1 + hr__put(canvas, 1, 0, canvas->width / 2, HR__BOLD,
                        all ? "The whole application" : verdict->workload);
    x = draw_target(app, canvas, x + 3);
    snprintf(text, sizeof text, "%s invocations, %s/s",
             hr__count(count, (double)verdict->invocations), hr__rate(rate, verdict->per_second));
    if (x + 2 + hr__text_columns(text) < canvas->width)
        hr__put_right(canvas, canvas->width - 1, 0, HR__MUTED, text);
    int used = hr__put_wrapped(canvas, (struct hr__box){1, 1, canvas->width - 2, 2},
                               hr__answer_tone(verdict->answer) | HR__BOLD, verdict->sentence);
    if (used < 2 && verdict->turns_on[0])
        hr__putf(canvas, 1, 1 + used, HR__WARNING, "What could turn it: %s", verdict->turns_on);
}

/* The first platform shown, so that the chosen one is among them. */
static size_t first_column(const struct hr__app *app, int columns)
{
    size_t chosen = app->compare.platform, n = (size_t)columns;
    return chosen >= n ? chosen - n + 1 : 0;
}

/* Bytes of an id's first line: all of it, or up to the last dash or colon that fits. */
static size_t first_line(const char *id, int width)
{
    size_t len = strlen(id), room = (size_t)width;
    if (len <= room)
        return len;
    for (size_t i = room; i > 1; i--)
        if (strchr("-:", id[i - 1]))
            return i;
    return room;
}

/* The platform's id and, where it leaves a line, its sizes. The title stands below the table. */
static void draw_title(struct hr__canvas *canvas, struct hr__box column,
                       const struct hr_comparison_platform *platform, const char *sizing)
{
    int width = column.width - 2;
    size_t first = first_line(platform->id, width);
    char line[96];
    snprintf(line, sizeof line, "%.*s", (int)first, platform->id);
    hr__put(canvas, column.x + 1, column.y, width, hr__kind_tone(platform->kind) | HR__BOLD, line);
    if (platform->id[first])
        hr__put(canvas, column.x + 1, column.y + 1, width, hr__kind_tone(platform->kind) | HR__BOLD,
                platform->id + first);
    else
        hr__put(canvas, column.x + 1, column.y + 1, width, HR__MUTED, sizing);
}

static double largest(const struct hr__app *app, double (*value)(const struct hr_row *))
{
    double most = 0;
    for (size_t p = 0; p < app->comparison->platform_count; p++) {
        const struct hr_row *row = hr__row_of(app->comparison, app->compare.workload, p);
        if (row)
            most = fmax(most, value(row));
    }
    return most;
}

static void draw_bar(const struct hr__app *app, struct hr__canvas *canvas, struct hr__box box,
                     const struct row *row, const struct hr_row *figures)
{
    double most = largest(app, row->bar), value = row->bar(figures);
    double target = row->target ? target_of(app) : 0;
    unsigned tone = is_late(target, value) ? HR__BAD : hr__kind_tone(figures->kind);
    most = fmax(most, target);
    hr__bar(canvas, box, tone, most > 0 ? value / most : 0);
    if (target > 0) {
        int at = (int)(target / most * box.width);
        hr__put(canvas, box.x + (at < box.width ? at : box.width - 1), box.y, 1, HR__BOLD, "┊");
    }
}

/* box: from the title's first line, as wide as the column. */
static void draw_column(const struct hr__app *app, struct hr__canvas *canvas, struct hr__box box,
                        size_t p)
{
    int right = box.x + box.width - 1;
    const struct hr_row *figures = hr__row_of(app->comparison, app->compare.workload, p);
    bool chosen = p == app->compare.platform;
    draw_title(canvas, box, &app->comparison->platforms[p], figures ? figures->sizing : "");
    if (chosen)
        hr__put(canvas, box.x, box.y, 1, HR__BOLD, ">");
    for (int r = 0; r < ROW_COUNT && figures; r++) {
        int y = TABLE_TOP + r;
        if (rows[r].bar) {
            struct hr__box bar = {box.x + 2, y, box.width - 3, 1};
            draw_bar(app, canvas, bar, &rows[r], figures);
            continue;
        }
        struct cell_text cell = {.text = "-", .target_ms = target_of(app), .style = HR__PLAIN};
        rows[r].set(&cell, figures);
        hr__put_right(canvas, right, y, cell.style | (chosen ? HR__BOLD : 0), cell.text);
        if (cell.mark)
            hr__put(canvas, right, y, 1, HR__BAD | HR__BOLD, "!");
    }
}

static void draw_bill(struct hr__canvas *canvas, struct hr__box box, const struct hr_bill *bill)
{
    char amount[HR__FIGURE], quantity[HR__FIGURE], price[HR__FIGURE], text[256];
    int right = box.x + (box.width < 100 ? box.width : 100);
    if (bill->count == 0)
        hr__put(canvas, box.x, box.y, box.width, HR__MUTED,
                "No bill by lines: this platform has no prices.");
    if (bill->count && box.height >= BILL_HEAD_MIN) {
        hr__put(canvas, box.x, box.y, 20, HR__MUTED, "bill of a month");
        hr__put_right(canvas, right - 11, box.y, HR__MUTED, "quantity x price");
        hr__put_right(canvas, right, box.y++, HR__MUTED, "$ a month");
        box.height--;
    }
    for (size_t i = 0; i < bill->count && (int)i < box.height; i++) {
        const struct hr_bill_line *line = &bill->lines[i];
        int y = box.y + (int)i;
        if ((int)i + 1 == box.height && bill->count > i + 1) {
            hr__putf(canvas, box.x, y, HR__MUTED, "%zu more lines", bill->count - i);
            break;
        }
        snprintf(text, sizeof text, "%s  %s  %s", line->service, line->item, line->tier);
        hr__put(canvas, box.x, y, right - box.x - 46, HR__PLAIN, text);
        snprintf(text, sizeof text, "%s %s x $%s", hr__quantity(quantity, line->billed_quantity),
                 line->unit, hr__unit_price(price, line->unit_price));
        hr__put_right(canvas, right - 11, y, HR__MUTED, text);
        hr__put_right(canvas, right, y, HR__PLAIN, hr__money(amount, line->amount));
    }
}

/* The workload's own time line on a function, the application's on the servers that it shares. */
static void draw_slots(const struct hr__app *app, struct hr__canvas *canvas, struct hr__box box)
{
    const struct hr_comparison *comparison = app->comparison;
    const struct hr_comparison_platform *platform = &comparison->platforms[app->compare.platform];
    bool own = app->compare.workload < comparison->workload_count && platform->workload_timelines;
    const struct hr_timeline *line =
        own ? &platform->workload_timelines[app->compare.workload] : &platform->timeline;
    if (line->n == 0)
        return;
    if (box.height >= 8) {
        bool shared = !own && app->compare.workload < comparison->workload_count;
        hr__putf(canvas, box.x, box.y, HR__MUTED, "slots over time%s:  █ busy  ▒ starting  ░ idle",
                 shared ? ", all workloads together" : "");
        box.y++;
        box.height--;
    }
    struct hr__timeline slots = {.busy = line->busy,
                                 .starting = line->starting,
                                 .idle = line->idle,
                                 .n = line->n,
                                 .busy_style = hr__kind_tone(platform->kind),
                                 .from_us = line->from,
                                 .bucket_us = line->bucket_us};
    hr__timeline_draw(canvas, box, &slots);
}

/* Below the table: the platform chosen, its sizes with their reason, its bill or its time line. */
static void draw_lower(const struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison_platform *platform =
        &app->comparison->platforms[app->compare.platform];
    const struct hr_row *row =
        hr__row_of(app->comparison, app->compare.workload, app->compare.platform);
    if (!row)
        return;
    bool roomy = canvas->height > 26;
    int y = TABLE_TOP + ROW_COUNT + roomy;
    bool out = row->excluded_by[0];
    int x = 1 + hr__put(canvas, 1, y, canvas->width * 6 / 10,
                        HR__BOLD | hr__kind_tone(platform->kind), platform->title);
    x += hr__putf(canvas, x + 2, y, HR__PLAIN, "%s", row->sizing) + 2;
    struct hr__box why = {roomy ? 1 : x + 2, y + roomy, canvas->width - 2, 1};
    if (!roomy)
        why.width = canvas->width - why.x - 1;
    char text[512];
    snprintf(text, sizeof text, "%s%s", out ? "excluded by " : "",
             out ? row->excluded_by : row->sizing_reason);
    hr__put(canvas, why.x, why.y, why.width, out ? HR__BAD : HR__MUTED, text);
    y = why.y + 1;
    struct hr__box box = {1, y, canvas->width - 2, canvas->height - 1 - y};
    if (app->compare.bill)
        draw_bill(canvas, box, &row->bill);
    else
        draw_slots(app, canvas, box);
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison *comparison = app->comparison;
    int room = canvas->width - HEAD_WIDTH - 1, columns = room / COLUMN_MIN;
    int width = COLUMN_MIN, count = (int)comparison->platform_count;
    if (count > 0 && count < columns)
        columns = count;
    width = room / columns < COLUMN_MAX ? room / columns : COLUMN_MAX;
    size_t first = first_column(app, columns);
    draw_top(app, canvas);
    for (int r = 0; r < ROW_COUNT; r++)
        hr__put(canvas, 1, TABLE_TOP + r, HEAD_WIDTH, HR__MUTED, rows[r].name);
    for (size_t i = 0; i < (size_t)columns && first + i < comparison->platform_count; i++)
        draw_column(app, canvas,
                    (struct hr__box){HEAD_WIDTH + 1 + (int)i * width, TABLE_TOP - 2, width, 2},
                    first + i);
    if (first > 0)
        hr__put(canvas, HEAD_WIDTH - 2, TABLE_TOP - 2, 1, HR__BOLD, "←");
    if (first + (size_t)columns < comparison->platform_count)
        hr__put(canvas, canvas->width - 1, TABLE_TOP - 2, 1, HR__BOLD, "→");
    hr__put(canvas, 1, TABLE_TOP - 2, HEAD_WIDTH - 4, HR__MUTED, "* cheapest that");
    hr__put(canvas, 1, TABLE_TOP - 1, HEAD_WIDTH - 2, HR__MUTED, "meets the target");
    if (comparison->platform_count)
        draw_lower(app, canvas);
}

const struct hr__screen hr__screen_compare = {
    .name = "compare",
    .sentence = "one workload on every platform",
    .context = HR__IN_COMPARE,
    .update = update,
    .draw = draw,
};
