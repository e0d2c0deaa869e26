/* input.c: keys from ncurses, as the screens know them. */
#include "tui/terminal.h"

#include <curses.h>
#include <wchar.h>

static uint32_t function_key(wint_t key)
{
    static const struct {
        wint_t curses;
        uint32_t key;
    } keys[] = {
        {KEY_UP, HR__KEY_UP},
        {KEY_DOWN, HR__KEY_DOWN},
        {KEY_LEFT, HR__KEY_LEFT},
        {KEY_RIGHT, HR__KEY_RIGHT},
        {KEY_PPAGE, HR__KEY_PAGE_UP},
        {KEY_NPAGE, HR__KEY_PAGE_DOWN},
        {KEY_HOME, HR__KEY_HOME},
        {KEY_END, HR__KEY_END},
        {KEY_ENTER, HR__KEY_ENTER},
        {KEY_BTAB, HR__KEY_BACK_TAB},
        {KEY_BACKSPACE, HR__KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].curses == key)
            return keys[i].key;
    return HR__KEY_OTHER; /* KEY_RESIZE too: the loop asks for the size before each drawing */
}

uint32_t hr__terminal_key(void)
{
    wint_t key = 0;
    switch (wget_wch(stdscr, &key)) {
    case KEY_CODE_YES:
        return function_key(key);
    case OK:
        break;
    default:
        return HR__KEY_NONE;
    }
    if (key == L'\r')
        return HR__KEY_ENTER;
    if (key == 0x08)
        return HR__KEY_BACKSPACE;
    return key == 0 || key > 0x10ffff ? HR__KEY_OTHER : (uint32_t)key;
}
