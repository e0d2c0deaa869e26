/* charts.c: blocks of an eighth of a cell, and a time axis that names days or hours. */
#include "tui/charts.h"
#include "tui/figures.h"

#include <math.h>

#define COLUMNS_MAX   HR__SIDE_MAX
#define LABEL_WIDTH   8 /* columns of the scale on the left, the axis included */
#define SPARK_EIGHTHS 7 /* not 8, so that sparklines in neighbouring rows do not touch */
#define TIME_LABEL    16

void hr__bar(struct hr__canvas *canvas, struct hr__box box, unsigned style, double fraction)
{
    if (!(fraction > 0) || box.width < 1)
        return;
    int eighths = (int)lround(fmin(fraction, 1.0) * 8.0 * box.width);
    if (eighths == 0)
        eighths = 1;
    hr__repeat(canvas, box.x, box.y, eighths / 8, style, hr__blocks_right[8]);
    if (eighths % 8)
        hr__repeat(canvas, box.x + eighths / 8, box.y, 1, style, hr__blocks_right[eighths % 8]);
}

void hr__resample(const double *values, size_t n, double *ret, size_t columns)
{
    double step = (double)n / (double)columns;
    for (size_t c = 0; c < columns; c++) {
        double from = (double)c * step, to = from + step, sum = 0;
        for (size_t i = (size_t)from; i < n && (double)i < to; i++) {
            double low = fmax(from, (double)i), high = fmin(to, (double)i + 1.0);
            if (high > low && isfinite(values[i]))
                sum += values[i] * (high - low);
        }
        ret[c] = step > 0 ? sum / step : 0;
    }
}

static double largest(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, values[i]);
    return most;
}

void hr__sparkline(struct hr__canvas *canvas, struct hr__box box, unsigned style,
                   const double *values, size_t n)
{
    double columns[COLUMNS_MAX];
    if (box.width < 1 || box.width > COLUMNS_MAX || n == 0)
        return;
    hr__resample(values, n, columns, (size_t)box.width);
    double most = largest(columns, (size_t)box.width);
    for (int i = 0; i < box.width; i++) {
        int eighths = most > 0 ? (int)ceil(columns[i] / most * SPARK_EIGHTHS - 1e-9) : 1;
        eighths = eighths < 1 ? 1 : eighths > SPARK_EIGHTHS ? SPARK_EIGHTHS : eighths;
        hr__repeat(canvas, box.x + i, box.y, 1, style, hr__blocks_up[eighths]);
    }
}

/* ---- the time line ----------------------------------------------------------------------- */

/* One column of the plot: `eighths` of each layer, from the bottom. */
struct column {
    int busy, starting, capacity;
};

static void draw_column(struct hr__canvas *canvas, int x, struct hr__box plot,
                        const struct column *column, unsigned busy_style)
{
    for (int row = 0; row < plot.height; row++) {
        int y = plot.y + plot.height - 1 - row, floor8 = row * 8;
        int busy = column->busy - floor8, starting = column->starting - floor8;
        if (busy > 0)
            hr__repeat(canvas, x, y, 1, busy_style, hr__blocks_up[busy > 8 ? 8 : busy]);
        else if (starting >= 4)
            hr__repeat(canvas, x, y, 1, HR__WARNING, "▒");
        else if (column->capacity - floor8 >= 4)
            hr__repeat(canvas, x, y, 1, HR__MUTED, "░");
    }
}

static void draw_scale(struct hr__canvas *canvas, struct hr__box box, int plot_height, double most)
{
    for (int row = 0; row < plot_height; row++)
        hr__put(canvas, box.x + LABEL_WIDTH - 1, box.y + row, 1, HR__MUTED, "│");
    char text[HR__FIGURE];
    hr__put_right(canvas, box.x + LABEL_WIDTH - 1, box.y, HR__MUTED, hr__slots(text, most));
    hr__put(canvas, box.x + LABEL_WIDTH - 1, box.y, 1, HR__MUTED, "┤");
    if (plot_height >= 5) {
        int middle = plot_height / 2; /* lines from the top */
        hr__slots(text, most * (1.0 - (double)middle / plot_height));
        hr__put_right(canvas, box.x + LABEL_WIDTH - 1, box.y + middle, HR__MUTED, text);
        hr__put(canvas, box.x + LABEL_WIDTH - 1, box.y + middle, 1, HR__MUTED, "┤");
    }
    hr__put_right(canvas, box.x + LABEL_WIDTH - 1, box.y + plot_height, HR__MUTED, "0");
}

static const char *time_label(char *buf, int64_t time, int64_t step)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct hr_civil civil = hr_time_to_civil(time);
    bool midnight = time % HR_DAY == 0 && step >= HR_HOUR; /* hours alone would name no day */
    if (midnight && step < HR_WEEK)                        /* 1970-01-01 was a Thursday */
        snprintf(buf, TIME_LABEL, "%s %02d", days[(time / HR_DAY + 3) % 7], civil.day);
    else if (step >= HR_WEEK)
        snprintf(buf, TIME_LABEL, "%02d-%02d", civil.month, civil.day);
    else if (step >= HR_MINUTE)
        snprintf(buf, TIME_LABEL, "%02d:%02d", civil.hour, civil.minute);
    else
        snprintf(buf, TIME_LABEL, ":%02d", civil.second);
    return buf;
}

/* The smallest round step whose labels do not touch. */
static int64_t label_step(int64_t span_us, int columns)
{
    static const int64_t steps[] = {HR_SECOND,      10 * HR_SECOND, HR_MINUTE,   5 * HR_MINUTE,
                                    15 * HR_MINUTE, HR_HOUR,        3 * HR_HOUR, 6 * HR_HOUR,
                                    12 * HR_HOUR,   HR_DAY,         2 * HR_DAY,  HR_WEEK,
                                    4 * HR_WEEK,    13 * HR_WEEK};
    size_t last = sizeof steps / sizeof steps[0] - 1;
    for (size_t i = 0; i < last; i++)
        if ((double)steps[i] / (double)span_us * columns >= 8.0)
            return steps[i];
    return steps[last];
}

static void draw_axis(struct hr__canvas *canvas, struct hr__box plot,
                      const struct hr__timeline *timeline)
{
    int y = plot.y + plot.height;
    hr__put(canvas, plot.x - 1, y, 1, HR__MUTED, "┼");
    hr__repeat(canvas, plot.x, y, plot.width, HR__MUTED, "─");
    double span = (double)timeline->n * (double)timeline->bucket_us;
    int64_t step = label_step((int64_t)span, plot.width);
    int64_t first = (timeline->from_us + step - 1) / step * step;
    char text[TIME_LABEL];
    for (int64_t t = first; (double)(t - timeline->from_us) < span; t += step) {
        int x = plot.x + (int)((double)(t - timeline->from_us) / span * plot.width);
        hr__put(canvas, x, y, 1, HR__MUTED, "┬");
        if (x + 6 <= plot.x + plot.width)
            hr__put(canvas, x, y + 1, 7, HR__MUTED, time_label(text, t, step));
    }
}

void hr__timeline_draw(struct hr__canvas *canvas, struct hr__box box,
                       const struct hr__timeline *timeline)
{
    if (box.width < 20 || box.height < 4 || box.width > COLUMNS_MAX || timeline->n == 0 ||
        timeline->bucket_us <= 0)
        return;
    struct hr__box plot = {box.x + LABEL_WIDTH, box.y, box.width - LABEL_WIDTH, box.height - 2};
    size_t n = (size_t)plot.width;
    double busy[COLUMNS_MAX], starting[COLUMNS_MAX] = {0}, capacity[COLUMNS_MAX], most = 0;
    hr__resample(timeline->busy, timeline->n, busy, n);
    hr__resample(timeline->idle, timeline->n, capacity, n);
    if (timeline->starting)
        hr__resample(timeline->starting, timeline->n, starting, n);
    for (size_t i = 0; i < n; i++) {
        capacity[i] += busy[i] + starting[i];
        most = fmax(most, capacity[i]);
    }
    double scale = most > 0 ? 8.0 * plot.height / most : 0;
    for (size_t i = 0; i < n; i++) {
        struct column column = {(int)lround(busy[i] * scale),
                                (int)lround((busy[i] + starting[i]) * scale),
                                (int)lround(capacity[i] * scale)};
        if (busy[i] > 0 && column.busy == 0)
            column.busy = 1;
        draw_column(canvas, plot.x + (int)i, plot, &column, timeline->busy_style);
    }
    draw_scale(canvas, box, plot.height, most);
    draw_axis(canvas, plot, timeline);
}
