/* svg.c: a canvas as a picture that stands on its own.
 *
 * Every word is placed at its own column, blocks and lines are drawn as rectangles, so that the
 * picture is aligned whatever monospace font the reader has.
 */
#include "tui/canvas.h"

#include <string.h>

#define CELL_WIDTH  8.0 /* pixels */
#define CELL_HEIGHT 17.0
#define BASELINE    13.0
#define MARGIN      10.0

struct rect {
    double x, y, width, height; /* pixels */
};

static const char *const colours[HR__TONE_COUNT] = {
    "#d8dee6", "#4fb3d9", "#8fbf5a", "#c58ad0", "#e0a04a", "#e8645a", "#8b949e",
};

static void write_escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void write_class(unsigned style, FILE *out)
{
    fprintf(out, " class=\"%s%s\"", hr__tone_name(style), style & HR__BOLD ? " b" : "");
}

static void write_rect(struct rect rect, const struct hr__cell *cell, const char *more, FILE *out)
{
    fprintf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"", rect.x, rect.y,
            rect.width, rect.height);
    write_class(cell->style, out);
    fprintf(out, "%s/>\n", more);
}

/* The arms of a line: left, right, up, down. */
static const struct {
    const char *glyph;
    bool left, right, up, down;
} lines[] = {
    {"─", true, true, false, false}, {"│", false, false, true, true},
    {"┬", true, true, false, true},  {"┼", true, true, true, true},
    {"┤", true, false, true, true},  {"┌", false, true, false, true},
    {"┐", true, false, false, true}, {"└", false, true, true, false},
    {"┘", true, false, true, false},
};
#define LINE_COUNT (sizeof lines / sizeof lines[0])

static size_t find_line(const char *text)
{
    size_t i = 0;
    while (i < LINE_COUNT && strcmp(lines[i].glyph, text) != 0)
        i++;
    return i;
}

static void write_line(const struct hr__cell *cell, size_t line, double left, double top, FILE *out)
{
    double x = left + CELL_WIDTH / 2, y = top + CELL_HEIGHT / 2;
    double from = lines[line].left ? left : x, to = lines[line].right ? left + CELL_WIDTH : x;
    if (to > from)
        write_rect((struct rect){from, y, to - from, 1}, cell, "", out);
    from = lines[line].up ? top : y;
    to = lines[line].down ? top + CELL_HEIGHT : y;
    if (to > from)
        write_rect((struct rect){x, from, 1, to - from}, cell, "", out);
}

/* Is this cell drawn as rectangles, not as text? */
static bool is_shape(const struct hr__cell *cell)
{
    bool vertical;
    return hr__glyph_eighths(cell->text, &vertical) || !strcmp(cell->text, "░") ||
           find_line(cell->text) < LINE_COUNT;
}

static void write_shape(const struct hr__cell *cell, int x, int y, FILE *out)
{
    bool vertical = true;
    int eighths = hr__glyph_eighths(cell->text, &vertical);
    struct rect rect = {MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT};
    size_t line = find_line(cell->text);
    if (line < LINE_COUNT) {
        write_line(cell, line, rect.x, rect.y, out);
    } else if (eighths == 0) {
        write_rect(rect, cell, " opacity=\"0.3\"", out);
    } else if (vertical) {
        rect.y += rect.height * (8 - eighths) / 8;
        rect.height *= eighths / 8.0;
        write_rect(rect, cell, "", out);
    } else {
        rect.width *= eighths / 8.0;
        write_rect(rect, cell, "", out);
    }
}

static bool is_blank(const struct hr__cell *cell)
{
    return cell->text[0] == ' ' && !cell->text[1];
}

/* One word from column x on; returns the column behind it. */
static int write_word(const struct hr__canvas *canvas, int x, int y, FILE *out)
{
    unsigned style = hr__canvas_at(canvas, x, y)->style;
    int end = x;
    while (end < canvas->width) {
        const struct hr__cell *cell = hr__canvas_at(canvas, end, y);
        if (is_blank(cell) || cell->style != style || is_shape(cell))
            break;
        end++;
    }
    fprintf(out, "<text x=\"%.2f\" y=\"%.2f\" textLength=\"%.2f\"", MARGIN + x * CELL_WIDTH,
            MARGIN + y * CELL_HEIGHT + BASELINE, (end - x) * CELL_WIDTH);
    write_class(style, out);
    fputc('>', out);
    for (int i = x; i < end; i++)
        write_escaped(hr__canvas_at(canvas, i, y)->text, out);
    fputs("</text>\n", out);
    return end;
}

void hr__canvas_write_svg(const struct hr__canvas *canvas, FILE *out)
{
    double w = 2 * MARGIN + canvas->width * CELL_WIDTH;
    double h = 2 * MARGIN + canvas->height * CELL_HEIGHT;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
            "viewBox=\"0 0 %.0f %.0f\">\n<style>text{font:13px ui-monospace,'DejaVu Sans Mono',"
            "Menlo,Consolas,monospace;white-space:pre}.b{font-weight:bold}",
            w, h, w, h);
    for (unsigned tone = 0; tone < HR__TONE_COUNT; tone++)
        fprintf(out, ".%s{fill:%s}", hr__tone_name(tone), colours[tone]);
    fprintf(out, "</style>\n<rect width=\"%.0f\" height=\"%.0f\" rx=\"6\" fill=\"#1b1f24\"/>\n", w,
            h);
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width;) {
            const struct hr__cell *cell = hr__canvas_at(canvas, x, y);
            if (is_blank(cell) || cell->span == 0) {
                x++;
            } else if (is_shape(cell)) {
                write_shape(cell, x, y, out);
                x++;
            } else {
                x = write_word(canvas, x, y, out);
            }
        }
    }
    fputs("</svg>\n", out);
}
