/* text.c: growing strings, foreign text made harmless, width on a terminal. */
#include "headroom/base.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static bool make_room(struct hr_text *text, size_t more)
{
    size_t max = text->max ? text->max : HR_TEXT_MAX;
    if (more > max || text->len > max - more) {
        text->failed = true;
        return false;
    }
    size_t want = text->len + more + 1;
    if (want <= text->capacity)
        return true;
    size_t larger = text->capacity < 64 ? 64 : text->capacity * 2;
    if (larger < want)
        larger = want;
    char *moved = realloc(text->data, larger);
    if (!moved) {
        text->failed = true;
        return false;
    }
    text->data = moved;
    text->capacity = larger;
    return true;
}

void hr_text_add(struct hr_text *text, const char *bytes, size_t len)
{
    if (!make_room(text, len))
        return;
    if (len)
        memcpy(text->data + text->len, bytes, len);
    text->len += len;
    text->data[text->len] = '\0';
}

void hr_text_puts(struct hr_text *text, const char *string)
{
    hr_text_add(text, string, strlen(string));
}

void hr_text_printf(struct hr_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0 || !make_room(text, (size_t)need)) {
        text->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(text->data + text->len, (size_t)need + 1, format, args);
    va_end(args);
    text->len += (size_t)need;
}

/* Length of the valid UTF-8 character at p (RFC 3629: no overlong forms, no surrogates, at most
 * U+10FFFF), 0 if there is none; its code point in *ret. */
static size_t decode_utf8(const unsigned char *p, size_t left, uint32_t *ret)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
    if (len == 0 || len > left)
        return 0;
    uint32_t code = len == 1 ? p[0] : p[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *ret = code;
    return len;
}

/* Control characters C0, DEL and C1, and those that turn the direction of a line around. */
static bool harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

void hr_text_add_clean(struct hr_text *text, const char *bytes, size_t len)
{
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t i = 0; i < len && !text->failed;) {
        uint32_t code = 0;
        size_t n = decode_utf8(p + i, len - i, &code);
        if (n && !harmful(code)) {
            hr_text_add(text, bytes + i, n);
        } else {
            n = n ? n : 1;
            for (size_t k = 0; k < n; k++)
                hr_text_printf(text, "\\x%02X", p[i + k]);
        }
        i += n;
    }
}

void hr_text_clear(struct hr_text *text)
{
    free(text->data);
    text->data = NULL;
    text->len = text->capacity = 0;
    text->failed = false;
}

int hr_text_width(const char *utf8, size_t len)
{
    const unsigned char *p = (const unsigned char *)utf8;
    int width = 0;
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        size_t n = decode_utf8(p + i, len - i, &code);
        int columns = n ? wcwidth((wchar_t)code) : 1;
        width += columns < 0 ? 1 : columns;
        i += n ? n : 1;
    }
    return width;
}
