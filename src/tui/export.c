/* export.c: a canvas as plain text and as text with ANSI (ECMA-48) sequences. */
#include "tui/canvas.h"

/* Foreground of each tone, of the 256-colour palette: readable on black, on white and between. */
static const int palette[HR__TONE_COUNT] = {-1, 31, 64, 133, 172, 160, 245};

/* The column behind the last cell of a row that shows anything. */
static int row_end(const struct hr__canvas *canvas, int y)
{
    int end = canvas->width;
    while (end > 0) {
        const struct hr__cell *cell = hr__canvas_at(canvas, end - 1, y);
        if (cell->span == 0 || cell->text[0] != ' ' || cell->text[1])
            break;
        end--;
    }
    return end;
}

void hr__canvas_write_text(const struct hr__canvas *canvas, FILE *out)
{
    for (int y = 0; y < canvas->height; y++) {
        int end = row_end(canvas, y);
        for (int x = 0; x < end; x++)
            fputs(hr__canvas_at(canvas, x, y)->text, out);
        fputc('\n', out);
    }
}

static void write_style(unsigned style, bool color, FILE *out)
{
    int tone = palette[style & HR__TONE_MASK];
    fputs(style & HR__BOLD ? "\033[0;1" : "\033[0", out);
    if (color && tone >= 0)
        fprintf(out, ";38;5;%d", tone);
    fputc('m', out);
}

void hr__canvas_write_ansi(const struct hr__canvas *canvas, bool color, FILE *out)
{
    for (int y = 0; y < canvas->height; y++) {
        int end = row_end(canvas, y);
        unsigned style = HR__PLAIN;
        for (int x = 0; x < end; x++) {
            const struct hr__cell *cell = hr__canvas_at(canvas, x, y);
            if (cell->style != style)
                write_style(cell->style, color, out);
            style = cell->style;
            fputs(cell->text, out);
        }
        fputs(style != HR__PLAIN ? "\033[0m\n" : "\n", out);
    }
}
