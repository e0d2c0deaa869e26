/* canvas.h: a screen as a grid of cells in memory.
 *
 * Everything that the terminal program shows is drawn here first. A cell holds one character with
 * what combines with it, and a style; a wide character takes two cells. Text that does not fit is
 * cut at a cell border. Where the glyphs are ASCII, every symbol that this program draws has a
 * stand-in, chosen in one place (glyphs.c), so that no screen has to ask.
 *
 * Nothing here knows a terminal. A drawing function ignores what lies outside the canvas.
 */
#ifndef HR_TUI_CANVAS_H
#define HR_TUI_CANVAS_H

#include "headroom/base.h"

/* What a colour means: identifier, word in tests and class in SVG. At most six, beside plain. */
#define HR__TONES(X)                                                                               \
    X(HR__PLAIN, "plain")                                                                          \
    X(HR__SERVERLESS, "serverless")                                                                \
    X(HR__PROVISIONED, "provisioned")                                                              \
    X(HR__HYBRID, "hybrid")                                                                        \
    X(HR__WARNING, "warning")                                                                      \
    X(HR__BAD, "bad")                                                                              \
    X(HR__MUTED, "muted")
#define HR__TONE_ENUM(id, word) id,
enum hr__tone { HR__TONES(HR__TONE_ENUM) HR__TONE_COUNT };
#undef HR__TONE_ENUM
const char *hr__tone_name(unsigned tone);

/* A style is a tone, or a tone | HR__BOLD. */
#define HR__BOLD      0x10u
#define HR__TONE_MASK 0x0fu

enum hr__glyphs { HR__ASCII, HR__UNICODE };

#define HR__CELL_BYTES 20 /* a base character and up to three that combine with it */
struct hr__cell {
    char text[HR__CELL_BYTES]; /* UTF-8; "" in the right half of a wide character */
    uint8_t style;
    uint8_t span; /* columns: 1 or 2; 0 for the right half */
};

struct hr__canvas {
    int width, height; /* cells */
    enum hr__glyphs glyphs;
    struct hr__cell *cells; /* height rows of width cells; owned */
};

#define HR__SIDE_MAX 4096 /* columns or lines of any terminal that is drawn on */

bool hr__canvas_init(struct hr__canvas *canvas, int width, int height, enum hr__glyphs glyphs,
                     struct hr_error *err);
void hr__canvas_clear(struct hr__canvas *canvas); /* frees; accepts zeroed */
void hr__canvas_wipe(struct hr__canvas *canvas);  /* blanks everywhere */
const struct hr__cell *hr__canvas_at(const struct hr__canvas *canvas, int x, int y);

/* ---- text --------------------------------------------------------------------------------- */

/* Draws text from (x, y) in at most `width` columns and returns the columns used. What does not
 * fit is cut, and the last column then shows an ellipsis. Control characters, invalid UTF-8,
 * joiners and marks that turn the writing direction never reach a cell. */
int hr__put(struct hr__canvas *canvas, int x, int y, int width, unsigned style, const char *text);
int hr__putf(struct hr__canvas *canvas, int x, int y, unsigned style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The last character stands in column right - 1. */
void hr__put_right(struct hr__canvas *canvas, int right, int y, unsigned style, const char *text);
void hr__put_centre(struct hr__canvas *canvas, int y, unsigned style, const char *text);
/* The decimal point (or where it would stand, after an integer) falls into column `point`. */
void hr__put_decimal(struct hr__canvas *canvas, int point, int y, unsigned style, const char *text);
struct hr__box {
    int x, y, width, height; /* cells */
};
/* Breaks at blanks and line breaks; returns the lines used, at most box.height, the last one cut if
 * need be. */
int hr__put_wrapped(struct hr__canvas *canvas, struct hr__box box, unsigned style,
                    const char *text);
int hr__wrapped_lines(const char *text, int width); /* that this would take with enough height */
/* Columns that hr__put would use for the text. */
int hr__text_columns(const char *text);

/* One glyph n times, from (x, y) to the right. */
void hr__repeat(struct hr__canvas *canvas, int x, int y, int n, unsigned style, const char *glyph);
/* A frame with a title in its upper edge; the inside is blanked. */
void hr__frame(struct hr__canvas *canvas, struct hr__box box, unsigned style, const char *title);

/* ---- characters (glyphs.c) ------------------------------------------------------------------ */

/* Reads one character with what combines with it from *text (advanced past it) into cell text of
 * HR__CELL_BYTES, made harmless; returns its columns, 0 when there is nothing to show (a joiner),
 * -1 at the end of the string. */
int hr__glyph_next(const char **text, char *ret);
/* The ASCII stand-in of a cell's text: one character. */
char hr__glyph_ascii(const char *cell_text);
/* Which eighth (1..8) of a block a cell's text fills: *ret_vertical says whether from below (▁..█)
 * or from the left (▏..█); 0 for any other text. */
int hr__glyph_eighths(const char *cell_text, bool *ret_vertical);
extern const char *const hr__blocks_up[9];    /* " ", "▁" ... "█" */
extern const char *const hr__blocks_right[9]; /* " ", "▏" ... "█" */

/* ---- what a canvas becomes (export.c, svg.c) --------------------------------------------------
 */

/* Lines without trailing blanks. */
void hr__canvas_write_text(const struct hr__canvas *canvas, FILE *out);
/* The same with SGR sequences; color false leaves bold only. */
void hr__canvas_write_ansi(const struct hr__canvas *canvas, bool color, FILE *out);
void hr__canvas_write_svg(const struct hr__canvas *canvas, FILE *out);

#endif
