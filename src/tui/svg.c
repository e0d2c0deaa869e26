/* svg.c: a canvas as a picture that stands on its own.
 *
 * Every word is placed at its own column, and blocks are drawn as rectangles, so that the picture
 * is aligned whatever monospace font the reader has.
 */
#include "tui/canvas.h"

#include <string.h>

#define CELL_WIDTH  8.0 /* pixels */
#define CELL_HEIGHT 17.0
#define BASELINE    13.0
#define MARGIN      10.0

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

/* One block, shade or nothing: true when the cell was drawn here. */
static bool write_block(const struct hr__cell *cell, int x, int y, FILE *out)
{
    bool vertical = true;
    int eighths = hr__glyph_eighths(cell->text, &vertical);
    bool shade = !strcmp(cell->text, "░");
    if (eighths == 0 && !shade)
        return false;
    double left = MARGIN + x * CELL_WIDTH, top = MARGIN + y * CELL_HEIGHT;
    double w = CELL_WIDTH, h = CELL_HEIGHT, part = shade ? 1.0 : eighths / 8.0;
    if (vertical || shade) {
        top += h * (1.0 - part);
        h *= part;
    } else {
        w *= part;
    }
    fprintf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"", left, top, w, h);
    write_class(cell->style, out);
    fputs(shade ? " opacity=\"0.3\"/>\n" : "/>\n", out);
    return true;
}

static bool is_blank(const struct hr__cell *cell)
{
    return cell->text[0] == ' ' && !cell->text[1];
}

/* One word from column x on; returns the column behind it. */
static int write_word(const struct hr__canvas *canvas, int x, int y, FILE *out)
{
    unsigned style = hr__canvas_at(canvas, x, y)->style;
    bool vertical;
    int end = x;
    while (end < canvas->width) {
        const struct hr__cell *cell = hr__canvas_at(canvas, end, y);
        if (is_blank(cell) || cell->style != style || hr__glyph_eighths(cell->text, &vertical) ||
            !strcmp(cell->text, "░"))
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
            if (is_blank(cell) || cell->span == 0 || write_block(cell, x, y, out))
                x++;
            else
                x = write_word(canvas, x, y, out);
        }
    }
    fputs("</svg>\n", out);
}
