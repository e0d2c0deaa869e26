/* canvas.c: the grid of cells and what is written into it. */
#include "tui/canvas.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES          2048 /* of one formatted text */

#define HR__TONE_WORD(id, word) word,
const char *hr__tone_name(unsigned tone)
{
    static const char *const words[] = {HR__TONES(HR__TONE_WORD)};
    tone &= HR__TONE_MASK;
    return tone < HR__TONE_COUNT ? words[tone] : "plain";
}
#undef HR__TONE_WORD

bool hr__canvas_init(struct hr__canvas *canvas, int width, int height, enum hr__glyphs glyphs,
                     struct hr_error *err)
{
    if (width < 1 || height < 1 || width > HR__SIDE_MAX || height > HR__SIDE_MAX)
        return hr_fail(err, HR_ELIMIT, "a screen of %dx%d cannot be drawn; 1x1 to %dx%d can", width,
                       height, HR__SIDE_MAX, HR__SIDE_MAX);
    *canvas = (struct hr__canvas){.width = width, .height = height, .glyphs = glyphs};
    canvas->cells = calloc((size_t)width * (size_t)height, sizeof *canvas->cells);
    if (!canvas->cells)
        return hr_fail_memory(err);
    hr__canvas_wipe(canvas);
    return true;
}

void hr__canvas_clear(struct hr__canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct hr__canvas){0};
}

static const struct hr__cell blank = {" ", HR__PLAIN, 1};

void hr__canvas_wipe(struct hr__canvas *canvas)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++)
        canvas->cells[i] = blank;
}

static struct hr__cell *cell_at(const struct hr__canvas *canvas, int x, int y)
{
    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
        return NULL;
    return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

const struct hr__cell *hr__canvas_at(const struct hr__canvas *canvas, int x, int y)
{
    return cell_at(canvas, x, y);
}

/* Writing into half of a wide character leaves a blank in the other half. */
static void split_wide(struct hr__canvas *canvas, int x, int y)
{
    struct hr__cell *cell = cell_at(canvas, x, y);
    if (!cell)
        return;
    if (cell->span == 0 && x > 0)
        *cell_at(canvas, x - 1, y) = blank;
    if (cell->span == 2 && x + 1 < canvas->width)
        *cell_at(canvas, x + 1, y) = blank;
    *cell = blank;
}

static void set_cell(struct hr__canvas *canvas, int x, int y, unsigned style, const char *text)
{
    split_wide(canvas, x, y);
    struct hr__cell *cell = cell_at(canvas, x, y);
    if (!cell)
        return;
    cell->style = (uint8_t)style;
    cell->span = 1;
    if (canvas->glyphs == HR__ASCII) {
        cell->text[0] = hr__glyph_ascii(text);
        cell->text[1] = '\0';
    } else {
        memcpy(cell->text, text, strlen(text) + 1);
    }
}

static void set_wide(struct hr__canvas *canvas, int x, int y, unsigned style, const char *text)
{
    set_cell(canvas, x, y, style, text);
    set_cell(canvas, x + 1, y, style, canvas->glyphs == HR__ASCII ? "?" : " ");
    struct hr__cell *left = cell_at(canvas, x, y), *right = cell_at(canvas, x + 1, y);
    if (canvas->glyphs == HR__ASCII || !left || !right)
        return;
    left->span = 2;
    right->span = 0;
    right->text[0] = '\0';
}

int hr__text_columns(const char *text)
{
    char glyph[HR__CELL_BYTES];
    int columns = 0;
    for (int w; (w = hr__glyph_next(&text, glyph)) >= 0 && columns < INT_MAX - 2;)
        columns += w;
    return columns;
}

int hr__put(struct hr__canvas *canvas, int x, int y, int width, unsigned style, const char *text)
{
    if (width > canvas->width - x)
        width = canvas->width - x;
    if (width <= 0)
        return 0;
    bool cut = hr__text_columns(text) > width;
    int room = cut ? width - 1 : width, used = 0;
    char glyph[HR__CELL_BYTES];
    for (int w; (w = hr__glyph_next(&text, glyph)) >= 0 && used + w <= room; used += w) {
        if (w == 1)
            set_cell(canvas, x + used, y, style, glyph);
        else if (w == 2)
            set_wide(canvas, x + used, y, style, glyph);
    }
    if (cut)
        set_cell(canvas, x + used++, y, style, "…");
    return used;
}

int hr__putf(struct hr__canvas *canvas, int x, int y, unsigned style, const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return hr__put(canvas, x, y, canvas->width, style, text);
}

void hr__put_right(struct hr__canvas *canvas, int right, int y, unsigned style, const char *text)
{
    int columns = hr__text_columns(text);
    hr__put(canvas, right - columns, y, columns, style, text);
}

void hr__put_centre(struct hr__canvas *canvas, int y, unsigned style, const char *text)
{
    int columns = hr__text_columns(text);
    int x = columns < canvas->width ? (canvas->width - columns) / 2 : 0;
    hr__put(canvas, x, y, canvas->width, style, text);
}

void hr__put_decimal(struct hr__canvas *canvas, int point, int y, unsigned style, const char *text)
{
    size_t digits = 0; /* bytes before the point, or before the first mark behind the number */
    while (text[digits] && (text[digits] == ' ' || strchr("<+-0123456789", text[digits])))
        digits++;
    hr__put(canvas, point - (int)digits, y, canvas->width, style, text);
}

/* Bytes of the longest beginning of text that fits into `width` columns and ends before a blank
 * (or, when one word is too long, anywhere). */
static size_t line_bytes(const char *text, int width)
{
    char glyph[HR__CELL_BYTES];
    const char *at = text, *last_blank = NULL;
    int used = 0;
    while (*at) {
        const char *before = at;
        if (*at == '\n')
            return (size_t)(at - text);
        int w = hr__glyph_next(&at, glyph);
        if (glyph[0] == ' ')
            last_blank = before;
        if (used + w > width)
            return (size_t)((last_blank && last_blank > text ? last_blank : before) - text);
        used += w;
    }
    return (size_t)(at - text);
}

/* The beginning of the next line: a line break or the blanks at which the line was broken are
 * passed over. */
static const char *next_line(const char *text)
{
    if (*text == '\n')
        return text + 1;
    while (*text == ' ')
        text++;
    return text;
}

int hr__wrapped_lines(const char *text, int width)
{
    int lines = 0;
    for (; *text && width > 1; lines++)
        text = next_line(text + line_bytes(text, width));
    return lines;
}

int hr__put_wrapped(struct hr__canvas *canvas, struct hr__box box, unsigned style, const char *text)
{
    int lines = 0;
    while (*text && lines < box.height && box.width > 1) {
        size_t n = line_bytes(text, box.width);
        const char *rest = next_line(text + n);
        bool cut = *rest && lines + 1 == box.height;
        char line[LINE_MAX_BYTES];
        if (cut) /* hr__put says so with an ellipsis */
            n = strcspn(text, "\n");
        if (n >= sizeof line)
            n = sizeof line - 1;
        memcpy(line, text, n);
        line[n] = '\0';
        hr__put(canvas, box.x, box.y + lines, box.width, style, line);
        lines++;
        text = rest;
    }
    return lines;
}

void hr__repeat(struct hr__canvas *canvas, int x, int y, int n, unsigned style, const char *glyph)
{
    for (int i = 0; i < n; i++)
        set_cell(canvas, x + i, y, style, glyph);
}

void hr__frame(struct hr__canvas *canvas, struct hr__box box, unsigned style, const char *title)
{
    int right = box.x + box.width - 1, bottom = box.y + box.height - 1;
    for (int y = box.y; y <= bottom; y++) {
        hr__put(canvas, box.x - 1, y, 1, HR__PLAIN, " "); /* what is below keeps its distance */
        hr__put(canvas, right + 1, y, 1, HR__PLAIN, " ");
        bool edge = y == box.y || y == bottom;
        hr__repeat(canvas, box.x + 1, y, box.width - 2, style, edge ? "─" : " ");
        set_cell(canvas, box.x, y, style, y == box.y ? "┌" : y == bottom ? "└" : "│");
        set_cell(canvas, right, y, style, y == box.y ? "┐" : y == bottom ? "┘" : "│");
    }
    if (title && *title && box.width > 6) {
        hr__put(canvas, box.x + 2, box.y, 1, style, " ");
        int used = hr__put(canvas, box.x + 3, box.y, box.width - 6, style | HR__BOLD, title);
        hr__put(canvas, box.x + 3 + used, box.y, 1, style, " ");
    }
}
