/* list.c: cursors, scrolling and typing, as all screens share them. */
#include "tui/app.h"

#include <string.h>

void hr__cursor_fit(struct hr__cursor *cursor, size_t count, size_t page)
{
    if (cursor->at >= count)
        cursor->at = count ? count - 1 : 0;
    if (page == 0)
        page = 1;
    if (cursor->at < cursor->top)
        cursor->top = cursor->at;
    if (cursor->at >= cursor->top + page)
        cursor->top = cursor->at - page + 1;
    if (cursor->top + page > count)
        cursor->top = count > page ? count - page : 0;
}

bool hr__cursor_move(struct hr__cursor *cursor, enum hr__action action, size_t count, size_t page)
{
    size_t step = page > 1 ? page - 1 : 1, last = count ? count - 1 : 0;
    switch (action) {
    case HR__DO_UP:
        cursor->at -= cursor->at > 0;
        break;
    case HR__DO_DOWN:
        cursor->at += cursor->at < last;
        break;
    case HR__DO_PAGE_UP:
        cursor->at -= cursor->at < step ? cursor->at : step;
        break;
    case HR__DO_PAGE_DOWN:
        cursor->at = last - cursor->at < step ? last : cursor->at + step;
        break;
    case HR__DO_TOP:
        cursor->at = 0;
        break;
    case HR__DO_BOTTOM:
        cursor->at = last;
        break;
    default:
        return false;
    }
    hr__cursor_fit(cursor, count, page);
    return true;
}

bool hr__cursor_scroll(struct hr__cursor *cursor, enum hr__action action, size_t count, size_t page)
{
    struct hr__cursor line = {cursor->top, cursor->top};
    size_t stops = count > page ? count - page + 1 : 1;
    if (!hr__cursor_move(&line, action, stops, page > 1 ? page : 2))
        return false;
    cursor->top = cursor->at = line.at;
    return true;
}

void hr__prompt_type(char *text, size_t size, uint32_t key)
{
    char bytes[5];
    size_t len = strlen(text), n;
    if (key < 0x20 || (key >= 0x7f && key < 0xa0) || key > 0x10ffff)
        return;
    if (key < 0x80) {
        bytes[0] = (char)key;
        n = 1;
    } else {
        n = key < 0x800 ? 2 : key < 0x10000 ? 3 : 4;
        static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = n; i-- > 1; key >>= 6)
            bytes[i] = (char)(0x80 | (key & 0x3f));
        bytes[0] = (char)(lead[n] | key);
    }
    if (len + n >= size)
        return;
    memcpy(text + len, bytes, n);
    text[len + n] = '\0';
}

void hr__prompt_erase(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
        len--;
    text[len > 0 ? len - 1 : 0] = '\0';
}
