/* glyphs.c: characters as cells see them: decoded, measured, made harmless, or told in ASCII.
 *
 * UTF-8 is decoded here and not by mbrtowc, because a screenshot must not depend on the locale.
 * Columns are wcwidth's, as ncurses counts them. Emoji joined by U+200D are shown side by side:
 * terminals disagree on the width of the joined one, and all agree on the parts'.
 */
#include "tui/canvas.h"

#include <string.h>
#include <wchar.h>

#define COMBINING_MAX 3

const char *const hr__blocks_up[9] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
const char *const hr__blocks_right[9] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

static const struct {
    const char *glyph;
    char ascii;
} stand_ins[] = {
    {"▁", '_'}, {"▂", '.'}, {"▃", '-'}, {"▄", '='}, {"▅", '+'}, {"▆", '*'}, {"▇", '%'},  {"█", '#'},
    {"▏", ' '}, {"▎", ' '}, {"▍", '-'}, {"▌", '-'}, {"▋", '='}, {"▊", '='}, {"▉", '='},  {"░", '.'},
    {"▒", ':'}, {"─", '-'}, {"│", '|'}, {"┊", ':'}, {"┤", '|'}, {"┼", '+'}, {"┌", '+'},  {"┐", '+'},
    {"└", '+'}, {"┘", '+'}, {"·", '.'}, {"…", '~'}, {"↑", '^'}, {"↓", 'v'}, {"←", '<'},  {"→", '>'},
    {"×", 'x'}, {"–", '-'}, {"•", '*'}, {"┬", '+'}, {"┴", '+'}, {"—", '-'}, {"’", '\''},
};

static bool is_continuation(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* One code point; *ret_len is the bytes taken. 0xfffd for anything that is not UTF-8. */
static uint32_t decode(const char *text, size_t *ret_len)
{
    const unsigned char *s = (const unsigned char *)text;
    *ret_len = 1;
    if (s[0] < 0x80)
        return s[0];
    size_t len = s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
    if (len == 0 || s[0] > 0xf4)
        return 0xfffd;
    uint32_t cp = s[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(s[i]))
            return 0xfffd;
        cp = (cp << 6) | (s[i] & 0x3fu);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0xfffd;
    *ret_len = len;
    return cp;
}

static size_t encode(uint32_t cp, char *ret)
{
    unsigned char b[4];
    size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len; i-- > 1; cp >>= 6)
        b[i] = (unsigned char)(0x80 | (cp & 0x3f));
    b[0] = (unsigned char)(lead[len] | cp);
    memcpy(ret, b, len);
    return len;
}

/* Takes no column and would change how its neighbours are shown: joiners, variation selectors,
 * marks of writing direction, tags, the byte order mark. */
static bool is_invisible(uint32_t cp)
{
    return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff ||
           cp == 0x00ad || (cp >= 0xe0000 && cp <= 0xe0fff);
}

static bool is_blank(uint32_t cp)
{
    return cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == '\t';
}

static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029;
}

/* wcwidth, where the locale knows the character; the C locale knows none beyond ASCII. */
static int columns_of(uint32_t cp)
{
    int w = wcwidth((wchar_t)cp);
    return w < 0 ? 1 : w > 2 ? 2 : w;
}

int hr__glyph_next(const char **text, char *ret)
{
    if (!**text)
        return -1;
    size_t len;
    uint32_t cp = decode(*text, &len);
    *text += len;
    ret[0] = '\0';
    if (is_invisible(cp))
        return 0;
    if (is_blank(cp))
        cp = ' ';
    else if (is_control(cp))
        cp = '?';
    int columns = columns_of(cp);
    if (columns == 0) /* a combining mark without a base */
        return 0;
    size_t used = encode(cp, ret);
    for (int marks = 0; **text;) {
        uint32_t next = decode(*text, &len);
        if (next == 0xfffd || is_control(next) || is_blank(next) ||
            (!is_invisible(next) && columns_of(next) != 0))
            break;
        *text += len;
        if (!is_invisible(next) && marks < COMBINING_MAX && used + 5 <= HR__CELL_BYTES) {
            used += encode(next, ret + used);
            marks++;
        }
    }
    ret[used] = '\0';
    return columns;
}

char hr__glyph_ascii(const char *cell_text)
{
    if ((unsigned char)cell_text[0] < 0x80)
        return cell_text[0] ? cell_text[0] : ' ';
    for (size_t i = 0; i < sizeof stand_ins / sizeof stand_ins[0]; i++)
        if (!strcmp(stand_ins[i].glyph, cell_text))
            return stand_ins[i].ascii;
    return '?';
}

int hr__glyph_eighths(const char *cell_text, bool *ret_vertical)
{
    for (int i = 1; i <= 8; i++) {
        if (!strcmp(cell_text, hr__blocks_up[i])) {
            *ret_vertical = true;
            return i;
        }
        if (!strcmp(cell_text, hr__blocks_right[i])) {
            *ret_vertical = false;
            return i;
        }
    }
    return 0;
}
