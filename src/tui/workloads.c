/* workloads.c: the first screen: every workload with its traffic, the verdict, and what the best
 * function and the best fleet cost and answer. The answer for the whole stands above the table.
 */
#include "tui/app.h"
#include "tui/charts.h"
#include "tui/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TABLE_TOP     7 /* first line of the list */
#define FOOTER        5 /* lines below the list: rule, total, notes, legend, keys */
#define NAME_MIN      18
#define NAME_MAX      40
#define SPARK_MIN     6
#define SPARK_MAX     28
#define RATE_WIDTH    8
#define P95_WIDTH     9
#define VERDICT_WIDTH 12
#define TRAFFIC       (sizeof((struct hr_verdict *)0)->traffic / sizeof(double))
#define PREVIEW_MAX   16
#define YEAR          5 /* bytes of a date up to its month */
#define PREVIEW_MIN   9 /* free lines below the table from which the traffic is drawn large */

unsigned hr__answer_tone(enum hr_answer answer)
{
    static const unsigned tones[] = {
        [HR_ANSWER_SERVERLESS] = HR__SERVERLESS, [HR_ANSWER_PROVISIONED] = HR__PROVISIONED,
        [HR_ANSWER_HYBRID] = HR__HYBRID,         [HR_ANSWER_EITHER] = HR__PLAIN,
        [HR_ANSWER_NONE_MEETS] = HR__BAD,        [HR_ANSWER_NOT_ENOUGH_DATA] = HR__MUTED,
    };
    return tones[answer];
}

unsigned hr__kind_tone(enum hr_platform_kind kind)
{
    return kind == HR_FUNCTION ? HR__SERVERLESS : kind == HR_FLEET ? HR__PROVISIONED : HR__HYBRID;
}

const struct hr_row *hr__row_of(const struct hr_comparison *comparison, size_t workload,
                                size_t platform)
{
    const struct hr_comparison_platform *p = &comparison->platforms[platform];
    if (workload == comparison->workload_count)
        return p->all_row >= 0 ? &comparison->rows[p->all_row] : NULL;
    const char *name = comparison->verdicts[workload].workload;
    for (size_t r = 0; r < comparison->row_count; r++) {
        const struct hr_row *row = &comparison->rows[r];
        if (!strcmp(row->platform, p->id) && !strcmp(row->workload, name))
            return row;
    }
    return NULL;
}

double hr__shown_cost(const struct hr_row *row)
{
    return row->bill.count ? hr_bill_shown_total(&row->bill) : row->cost_month_usd;
}

/* ---- order ------------------------------------------------------------------------------------
 */

struct sort_key {
    size_t index;
    double value;     /* larger first */
    const char *name; /* then by name */
};

static double cheapest_cost(const struct hr_comparison *comparison, size_t w)
{
    double best = NAN;
    for (size_t p = 0; p < comparison->platform_count; p++) {
        const struct hr_row *row = hr__row_of(comparison, w, p);
        if (row && isfinite(row->cost_month_usd) && !(row->cost_month_usd >= best))
            best = row->cost_month_usd;
    }
    return best;
}

static double sort_value(const struct hr_comparison *comparison, size_t w, enum hr__sort sort)
{
    const struct hr_verdict *verdict = &comparison->verdicts[w];
    double value = 0;
    if (sort == HR__SORT_TRAFFIC)
        value = (double)verdict->invocations;
    else if (sort == HR__SORT_COST)
        value = cheapest_cost(comparison, w);
    else if (sort == HR__SORT_IDLE && verdict->best_fleet >= 0)
        value = comparison->rows[verdict->best_fleet].idle_pct;
    return isfinite(value) ? value : -1;
}

static int compare_keys(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;
    if (x->value > y->value || x->value < y->value)
        return x->value > y->value ? -1 : 1;
    return strcmp(x->name, y->name);
}

size_t hr__workloads_order(const struct hr__app *app, size_t ret[HR__WORKLOADS_MAX])
{
    const struct hr_comparison *comparison = app->comparison;
    struct sort_key keys[HR__WORKLOADS_MAX];
    size_t n = 0;
    for (size_t w = 0; w < comparison->workload_count && n < HR__WORKLOADS_MAX; w++) {
        const char *name = comparison->verdicts[w].workload;
        if (app->workloads.search[0] && !strcasestr(name, app->workloads.search))
            continue;
        keys[n++] = (struct sort_key){w, sort_value(comparison, w, app->workloads.sort), name};
    }
    qsort(keys, n, sizeof keys[0], compare_keys);
    for (size_t i = 0; i < n; i++)
        ret[i] = keys[i].index;
    return n;
}

/* ---- update -----------------------------------------------------------------------------------
 */

static size_t page_of(const struct hr__app *app)
{
    return app->height > TABLE_TOP + FOOTER ? (size_t)(app->height - TABLE_TOP - FOOTER) : 1;
}

static enum hr__reaction update_search(struct hr__app *app, uint32_t key)
{
    switch (hr__key_action(HR__IN_PROMPT, key)) {
    case HR__DO_ACCEPT:
        app->prompt.active = false;
        break;
    case HR__DO_BACK:
        app->prompt.active = false;
        app->workloads.search[0] = '\0';
        break;
    case HR__DO_ERASE:
        hr__prompt_erase(app->workloads.search);
        break;
    default:
        hr__prompt_type(app->workloads.search, sizeof app->workloads.search, key);
    }
    app->workloads.cursor = (struct hr__cursor){0};
    return HR__REACT_NONE;
}

static enum hr__reaction open_compare(struct hr__app *app, const size_t *order, size_t count)
{
    if (count == 0)
        return HR__REACT_NONE;
    size_t w = order[app->workloads.cursor.at];
    app->compare.workload = w;
    app->compare.platform = 0;
    for (size_t p = 0; p < app->comparison->platform_count; p++) {
        const struct hr_row *row = hr__row_of(app->comparison, w, p);
        if (row && row->cheapest)
            app->compare.platform = p;
    }
    hr__app_open(app, HR__SCREEN_COMPARE);
    return HR__REACT_NONE;
}

static enum hr__reaction update(struct hr__app *app, uint32_t key)
{
    size_t order[HR__WORKLOADS_MAX], count = hr__workloads_order(app, order);
    if (app->prompt.active)
        return update_search(app, key);
    enum hr__action action = hr__key_action(HR__IN_WORKLOADS, key);
    switch (action) {
    case HR__DO_COMPARE:
        return open_compare(app, order, count);
    case HR__DO_SEARCH:
        app->prompt.active = true;
        break;
    case HR__DO_SORT:
        app->workloads.sort = (app->workloads.sort + 1) % HR__SORT_COUNT;
        app->workloads.cursor = (struct hr__cursor){0};
        break;
    case HR__DO_SHOW_ALL:
        app->workloads.search[0] = '\0';
        break;
    case HR__DO_IMPORT:
        hr__app_open(app, HR__SCREEN_IMPORT);
        return HR__REACT_FOLDER;
    case HR__DO_ASSUMPTIONS:
        hr__app_open(app, HR__SCREEN_ASSUMPTIONS);
        break;
    case HR__DO_EXPORT:
        return HR__REACT_EXPORT;
    case HR__DO_REPLAY:
        return HR__REACT_REPLAY;
    case HR__DO_APPLICATION:
        return app->applications > 1 ? HR__REACT_APPLICATION : HR__REACT_NONE;
    default:
        hr__cursor_move(&app->workloads.cursor, action, count, page_of(app));
    }
    return HR__REACT_NONE;
}

/* ---- draw -------------------------------------------------------------------------------------
 */

/* The answer in a column's width. */
static const char *const answer_words[] = {
    [HR_ANSWER_SERVERLESS] = "serverless",  [HR_ANSWER_PROVISIONED] = "provisioned",
    [HR_ANSWER_HYBRID] = "hybrid",          [HR_ANSWER_EITHER] = "either",
    [HR_ANSWER_NONE_MEETS] = "none passes", [HR_ANSWER_NOT_ENOUGH_DATA] = "too short",
};

/* Where the columns end (right, exclusive) or begin (name, spark, verdict); 0: left out. */
struct layout {
    int name, name_width, rate, spark, spark_width, p95, verdict;
    int function_cost, function_p99, fleet_cost, fleet_p99, idle;
};

static struct layout lay_out(int width)
{
    struct layout l = {.name = 3, .idle = width - 1};
    l.fleet_p99 = l.idle - 7;
    l.fleet_cost = l.fleet_p99 - 8;
    l.function_p99 = l.fleet_cost - 11;
    l.function_cost = l.function_p99 - 8;
    l.verdict = l.function_cost - 10 - VERDICT_WIDTH;
    int room = l.verdict - 1 - l.name;
    bool rate = room >= NAME_MIN + 1 + SPARK_MIN + RATE_WIDTH;
    bool p95 = room >= NAME_MIN + 1 + SPARK_MIN + RATE_WIDTH + P95_WIDTH;
    room -= (rate ? RATE_WIDTH : 0) + (p95 ? P95_WIDTH : 0) + 1;
    l.spark_width = room - NAME_MIN > SPARK_MIN ? (room - NAME_MIN) * 2 / 3 : room - NAME_MIN;
    if (l.spark_width < SPARK_MIN)
        l.spark_width = room - NAME_MIN;
    if (l.spark_width > SPARK_MAX)
        l.spark_width = SPARK_MAX;
    l.name_width = room - l.spark_width;
    int x = l.name + l.name_width;
    l.rate = rate ? (x += RATE_WIDTH) : 0;
    l.spark = x + 1;
    x = l.spark + l.spark_width;
    l.p95 = p95 ? x + P95_WIDTH : 0;
    return l;
}

/* "prices aws-us-east-1 2026-11, ...": the books in force, or, in less room, only how old the
 * oldest of them is. */
static void prices_text(const struct hr_comparison *comparison, int room, char *ret, size_t size)
{
    const char *oldest = NULL;
    ret[0] = '\0';
    for (size_t r = 0; r < comparison->row_count; r++) {
        const struct hr_row *row = &comparison->rows[r];
        size_t len = strlen(ret);
        if (!row->book[0] || strstr(ret, row->book))
            continue;
        snprintf(ret + len, size - len, "%s%s %.7s", len ? ", " : "prices ", row->book,
                 row->book_as_of);
        oldest = oldest && strcmp(oldest, row->book_as_of) < 0 ? oldest : row->book_as_of;
    }
    if (oldest && hr__text_columns(ret) > room)
        snprintf(ret, size, "prices of %.7s", oldest);
}

static void draw_top(const struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison *c = app->comparison;
    char from[HR__FIGURE], to[HR__FIGURE], count[HR__FIGURE], span[HR_TIME_TEXT], prices[256];
    hr__date(from, c->window_from);
    hr__date(to, c->window_to);
    bool one_day = !strcmp(from, to);
    int x = 1 + hr__put(canvas, 1, 0, 10, HR__BOLD, "headroom");
    x += hr__put(canvas, x + 2, 0, 24, HR__BOLD, c->application) + 2;
    x += hr__putf(canvas, x + 2, 0, HR__PLAIN, "%s%s%s, %s, %s invocations", from,
                  one_day ? "" : " to ", one_day ? "" : to + YEAR,
                  hr_span_format(span, c->window_to - c->window_from),
                  hr__count(count, (double)c->invocations)) +
         2;
    int room = canvas->width - x - 3;
    prices_text(c, room, prices, sizeof prices);
    if (hr__text_columns(prices) <= room)
        hr__put_right(canvas, canvas->width - 1, 0, HR__MUTED, prices);
    int used =
        hr__put_wrapped(canvas, (struct hr__box){1, 2, canvas->width - 2, 3}, HR__BOLD,
                        c->best_mix[0] ? c->best_mix : c->verdicts[c->workload_count].sentence);
    if (c->extrapolated && c->best_mix[0] && used < 3) /* else the sentence says so */
        hr__put(canvas, 1, 2 + used, canvas->width - 2, HR__WARNING,
                "Less than a day of traffic: monthly figures are extrapolated, no verdict is "
                "given.");
}

static void draw_heads(const struct hr__app *app, struct hr__canvas *canvas, const struct layout *l)
{
    static const char *const sorts[HR__SORT_COUNT] = {"traffic", "name", "cost", "idle"};
    int y = TABLE_TOP - 1;
    if (app->prompt.active || app->workloads.search[0])
        hr__putf(canvas, l->name, y - 1, HR__BOLD, "/%s%s", app->workloads.search,
                 app->prompt.active ? "_" : "");
    else
        hr__putf(canvas, l->name, y - 1, HR__MUTED, "by %s", sorts[app->workloads.sort]);
    hr__put_right(canvas, l->function_p99, y - 1, HR__SERVERLESS, "best serverless");
    hr__put_right(canvas, l->idle, y - 1, HR__PROVISIONED, "best provisioned");
    hr__put(canvas, l->name, y, l->name_width, HR__MUTED, "workload");
    if (l->rate)
        hr__put_right(canvas, l->rate, y, HR__MUTED, "per s");
    hr__put(canvas, l->spark, y, l->spark_width, HR__MUTED, "traffic");
    if (l->p95)
        hr__put_right(canvas, l->p95 - 1, y, HR__MUTED, "p95 ms");
    hr__put(canvas, l->verdict, y, 12, HR__MUTED, "verdict");
    hr__put_right(canvas, l->function_cost, y, HR__MUTED, "$/month");
    hr__put_right(canvas, l->function_p99, y, HR__MUTED, "p99 ms");
    hr__put_right(canvas, l->fleet_cost, y, HR__MUTED, "$/month");
    hr__put_right(canvas, l->fleet_p99, y, HR__MUTED, "p99 ms");
    hr__put_right(canvas, l->idle, y, HR__MUTED, "idle %");
}

/* Cost and p99 of one platform; "~" behind an assumed cost, "!" behind a missed target. */
static void draw_pair(struct hr__canvas *canvas, int y, int cost, int p99, const struct hr_row *row)
{
    char text[HR__FIGURE];
    unsigned bold = row->cheapest ? HR__BOLD : 0;
    unsigned style = row->cheapest ? hr__kind_tone(row->kind) | HR__BOLD : HR__PLAIN;
    hr__put_right(canvas, cost, y, style, hr__money(text, hr__shown_cost(row)));
    bool late = !row->meets_target && isfinite(row->response_p99_ms);
    hr__put_right(canvas, p99, y, (late ? HR__BAD : HR__PLAIN) | bold,
                  hr__whole_ms(text, row->response_p99_ms));
    if (late)
        hr__put(canvas, p99, y, 1, HR__BAD | HR__BOLD, "!");
}

static void draw_bests(const struct hr_comparison *comparison, struct hr__canvas *canvas, int y,
                       size_t w, const struct layout *l)
{
    static const struct hr_row none = {
        .cost_month_usd = NAN, .response_p99_ms = NAN, .idle_pct = NAN, .meets_target = true};
    const struct hr_verdict *verdict = &comparison->verdicts[w];
    const struct hr_row *function =
        verdict->best_function >= 0 ? &comparison->rows[verdict->best_function] : &none;
    const struct hr_row *fleet =
        verdict->best_fleet >= 0 ? &comparison->rows[verdict->best_fleet] : &none;
    char text[HR__FIGURE];
    draw_pair(canvas, y, l->function_cost, l->function_p99, function);
    draw_pair(canvas, y, l->fleet_cost, l->fleet_p99, fleet);
    if (verdict->service_assumed) {
        hr__put(canvas, l->function_cost, y, 1, HR__WARNING, "~");
        hr__put(canvas, l->fleet_cost, y, 1, HR__WARNING, "~");
    }
    hr__put_right(canvas, l->idle, y, fleet->idle_pct >= 50 ? HR__WARNING : HR__PLAIN,
                  hr__percent(text, fleet->idle_pct, 0));
}

static void draw_row(const struct hr_comparison *comparison, struct hr__canvas *canvas, int y,
                     size_t w, bool here, const struct layout *l)
{
    const struct hr_verdict *verdict = &comparison->verdicts[w];
    char text[HR__FIGURE];
    unsigned bold = here ? HR__BOLD : 0;
    if (here)
        hr__put(canvas, 1, y, 1, HR__BOLD, ">");
    hr__put(canvas, l->name, y, l->name_width, bold, verdict->workload);
    if (l->rate)
        hr__put_decimal(canvas, l->rate - 4, y, bold, hr__rate(text, verdict->per_second));
    hr__sparkline(canvas, (struct hr__box){l->spark, y, l->spark_width, 1}, HR__MUTED,
                  verdict->traffic, TRAFFIC);
    if (l->p95) {
        hr__put_right(canvas, l->p95 - 1, y, bold, hr__whole_ms(text, verdict->recorded_p95_ms));
        if (verdict->service_assumed)
            hr__put(canvas, l->p95 - 1, y, 1, HR__WARNING, "~");
    }
    hr__put(canvas, l->verdict, y, VERDICT_WIDTH, hr__answer_tone(verdict->answer) | bold,
            answer_words[verdict->answer]);
    draw_bests(comparison, canvas, y, w, l);
}

static void draw_total(const struct hr_comparison *c, struct hr__canvas *canvas, int y,
                       const struct layout *l)
{
    size_t all = c->workload_count, assumed = c->assumption_count;
    hr__repeat(canvas, 1, y, canvas->width - 2, HR__MUTED, "─");
    hr__putf(canvas, l->name, y + 1, HR__BOLD, "%zu workload%s", all, all == 1 ? "" : "s");
    if (isfinite(c->best_mix_usd)) {
        char money[HR__FIGURE], text[HR__FIGURE + 16];
        snprintf(text, sizeof text, "best mix %s", hr__money(money, c->best_mix_usd));
        hr__put_right(canvas, l->verdict + VERDICT_WIDTH, y + 1, HR__BOLD, text);
    }
    draw_bests(c, canvas, y + 1, all, l);
    int x = l->name;
    if (assumed)
        x += hr__putf(canvas, x, y + 2, HR__WARNING, "%zu figure%s assumed, a lists %s.  ", assumed,
                      assumed == 1 ? " is" : "s are", assumed == 1 ? "it" : "them");
    hr__put(canvas, x, y + 2, canvas->width, HR__MUTED, "~ assumed   ! misses its target");
}

/* The traffic of the workload under the cursor, large, where there is room for it. */
static void draw_preview(const struct hr_comparison *comparison, struct hr__canvas *canvas, int y,
                         size_t w)
{
    static const double none[TRAFFIC];
    const struct hr_verdict *verdict = &comparison->verdicts[w];
    int64_t bucket = (comparison->window_to - comparison->window_from) / (int64_t)TRAFFIC;
    int height = canvas->height - 1 - y;
    if (height > PREVIEW_MAX)
        height = PREVIEW_MAX;
    if (height < PREVIEW_MIN || bucket <= 0)
        return;
    double per_second[TRAFFIC];
    for (size_t i = 0; i < TRAFFIC; i++)
        per_second[i] = verdict->traffic[i] * (double)HR_SECOND / (double)bucket;
    int x = 1 + hr__put(canvas, 1, y, 40, HR__BOLD, verdict->workload);
    hr__put(canvas, x, y, canvas->width - x - 1, HR__MUTED, ", invocations a second");
    int used = hr__put_wrapped(canvas, (struct hr__box){1, y + 1, canvas->width - 2, 2},
                               hr__answer_tone(verdict->answer), verdict->sentence);
    struct hr__timeline traffic = {.busy = per_second,
                                   .idle = none,
                                   .n = TRAFFIC,
                                   .from_us = comparison->window_from,
                                   .bucket_us = bucket};
    hr__timeline_draw(
        canvas, (struct hr__box){1, y + 2 + used, canvas->width - 2, height - 3 - used}, &traffic);
}

static void draw(struct hr__app *app, struct hr__canvas *canvas)
{
    const struct hr_comparison *comparison = app->comparison;
    struct layout l = lay_out(canvas->width);
    size_t order[HR__WORKLOADS_MAX], count = hr__workloads_order(app, order);
    size_t page = page_of(app);
    struct hr__cursor *cursor = &app->workloads.cursor;
    hr__cursor_fit(cursor, count, page);
    draw_top(app, canvas);
    draw_heads(app, canvas, &l);
    int y = TABLE_TOP;
    for (size_t i = cursor->top; i < count && i < cursor->top + page; i++, y++)
        draw_row(comparison, canvas, y, order[i], i == cursor->at, &l);
    if (count == 0)
        hr__put(canvas, l.name, y++, canvas->width, HR__MUTED,
                "No workload's name holds this text; esc shows all.");
    draw_total(comparison, canvas, y, &l);
    if (cursor->top + page < count)
        hr__putf(canvas, canvas->width - 12, y, HR__MUTED, " %zu more ",
                 count - cursor->top - page);
    if (count)
        draw_preview(comparison, canvas, y + 4, order[cursor->at]);
}

const struct hr__screen hr__screen_workloads = {
    .name = "workloads",
    .sentence = "every workload, its traffic, the verdict and the best platforms",
    .context = HR__IN_WORKLOADS,
    .update = update,
    .draw = draw,
};
