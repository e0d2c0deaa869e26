/* words.c: text for people: wrapped sentences and cells of a fixed width. */
#include "report/write.h"

#include <string.h>

static void blanks(FILE *out, int count)
{
    for (int i = 0; i < count; i++)
        putc(' ', out);
}

void hr__wrap(FILE *out, int width, const char *first, const char *text)
{
    struct hr_text clean = {0};
    hr_text_add_clean(&clean, text, strlen(text));
    const int indent = hr_text_width(first, strlen(first));
    const char *at = clean.data ? clean.data : "";
    int used = indent;
    fputs(first, out);
    for (bool begun = false; *at; begun = true) {
        size_t len = strcspn(at, " ");
        int columns = hr_text_width(at, len);
        bool fits = used + (begun ? 1 : 0) + columns <= width;
        if (begun && fits) {
            putc(' ', out);
            used++;
        } else if (begun) {
            putc('\n', out);
            blanks(out, indent);
            used = indent;
        }
        fwrite(at, 1, len, out);
        used += columns;
        at += len;
        at += strspn(at, " ");
    }
    putc('\n', out);
    hr_text_clear(&clean);
}

/* Bytes of the character that begins at text. */
static size_t character(const char *text)
{
    size_t len = 1;
    while (((unsigned char)text[len] & 0xc0) == 0x80)
        len++;
    return len;
}

void hr__cell_left(FILE *out, const char *text, int columns)
{
    struct hr_text clean = {0};
    hr_text_add_clean(&clean, text, strlen(text));
    const char *at = clean.data ? clean.data : "";
    int left = columns, whole = hr_text_width(at, strlen(at));
    bool cut = whole > columns;
    while (*at) {
        size_t len = character(at);
        int wide = hr_text_width(at, len);
        if (wide > left - (cut ? 1 : 0))
            break;
        fwrite(at, 1, len, out);
        left -= wide;
        at += len;
    }
    if (cut) {
        putc('>', out);
        left--;
    }
    blanks(out, left);
    hr_text_clear(&clean);
}
