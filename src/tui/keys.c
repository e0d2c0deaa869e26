/* keys.c: the two tables, and what is made from them. */
#include "tui/keys.h"
#include "headroom/tui.h"

#include <string.h>

#define HR__ACTION_LABEL(id, label, sentence)    label,
#define HR__ACTION_SENTENCE(id, label, sentence) sentence,
#define HR__CONTEXT_PARENT(id, parent, title)    parent,
#define HR__CONTEXT_TITLE(id, parent, title)     title,

#define EVERYWHERE_COLUMNS                       14 /* of "? help  q quit", which is never pushed out */

static const char *const labels[] = {HR__ACTIONS(HR__ACTION_LABEL)};
static const char *const sentences[] = {HR__ACTIONS(HR__ACTION_SENTENCE)};
static const enum hr__context parents[] = {HR__IN_NONE, HR__CONTEXTS(HR__CONTEXT_PARENT)};
static const char *const titles[] = {"", HR__CONTEXTS(HR__CONTEXT_TITLE)};

/* In the order of the help; in the last line, a context's own come first. */
static const struct hr__binding bindings[] = {
    {HR__IN_START, 'i', HR__DO_IMPORT, true},
    {HR__IN_START, 'r', HR__DO_REPLAY, false},
    {HR__IN_START_SAMPLES, 'd', HR__DO_SAMPLES, true},

    {HR__IN_WORKLOADS, HR__KEY_ENTER, HR__DO_COMPARE, true},
    {HR__IN_WORKLOADS, '/', HR__DO_SEARCH, true},
    {HR__IN_WORKLOADS, 's', HR__DO_SORT, true},
    {HR__IN_WORKLOADS, 'i', HR__DO_IMPORT, true},
    {HR__IN_WORKLOADS, 'e', HR__DO_EXPORT, true},
    {HR__IN_WORKLOADS, 'a', HR__DO_ASSUMPTIONS, true},
    {HR__IN_WORKLOADS, 'o', HR__DO_APPLICATION, false},
    {HR__IN_WORKLOADS, 'r', HR__DO_REPLAY, false},
    {HR__IN_WORKLOADS, HR__KEY_ESCAPE, HR__DO_SHOW_ALL, false},

    {HR__IN_COMPARE, HR__KEY_LEFT, HR__DO_LAST_PLATFORM, true},
    {HR__IN_COMPARE, HR__KEY_RIGHT, HR__DO_NEXT_PLATFORM, true},
    {HR__IN_COMPARE, HR__KEY_TAB, HR__DO_NEXT_PLATFORM, false},
    {HR__IN_COMPARE, HR__KEY_BACK_TAB, HR__DO_LAST_PLATFORM, false},
    {HR__IN_COMPARE, HR__KEY_UP, HR__DO_LAST_WORKLOAD, true},
    {HR__IN_COMPARE, HR__KEY_DOWN, HR__DO_NEXT_WORKLOAD, true},
    {HR__IN_COMPARE, HR__KEY_ESCAPE, HR__DO_BACK, true},
    {HR__IN_COMPARE, 'b', HR__DO_BILL, true},
    {HR__IN_COMPARE, 't', HR__DO_TIMELINE, true},
    {HR__IN_COMPARE, 'a', HR__DO_ASSUMPTIONS, true},
    {HR__IN_COMPARE, 'e', HR__DO_EXPORT, true},

    {HR__IN_BROWSER, HR__KEY_ENTER, HR__DO_CHOOSE, true},
    {HR__IN_BROWSER, HR__KEY_RIGHT, HR__DO_CHOOSE, false},
    {HR__IN_BROWSER, HR__KEY_ESCAPE, HR__DO_BACK, true},
    {HR__IN_BROWSER, HR__KEY_BACKSPACE, HR__DO_PARENT, false},
    {HR__IN_BROWSER, HR__KEY_LEFT, HR__DO_PARENT, true},
    {HR__IN_BROWSER, '/', HR__DO_TYPE_PATH, true},

    {HR__IN_PROGRESS, HR__KEY_ESCAPE, HR__DO_CANCEL, true},

    {HR__IN_READING, HR__KEY_ESCAPE, HR__DO_BACK, true},

    {HR__IN_MESSAGE, HR__KEY_ENTER, HR__DO_CLOSE, true},
    {HR__IN_MESSAGE, HR__KEY_ESCAPE, HR__DO_CLOSE, true},

    {HR__IN_PROMPT, HR__KEY_ENTER, HR__DO_ACCEPT, true},
    {HR__IN_PROMPT, HR__KEY_ESCAPE, HR__DO_BACK, true},
    {HR__IN_PROMPT, HR__KEY_TAB, HR__DO_COMPLETE, false},
    {HR__IN_PROMPT, HR__KEY_BACKSPACE, HR__DO_ERASE, true},

    {HR__IN_LIST, HR__KEY_UP, HR__DO_UP, true},
    {HR__IN_LIST, HR__KEY_DOWN, HR__DO_DOWN, true},
    {HR__IN_LIST, 'k', HR__DO_UP, false},
    {HR__IN_LIST, 'j', HR__DO_DOWN, false},
    {HR__IN_LIST, HR__KEY_PAGE_UP, HR__DO_PAGE_UP, false},
    {HR__IN_LIST, HR__KEY_PAGE_DOWN, HR__DO_PAGE_DOWN, false},
    {HR__IN_LIST, HR__KEY_HOME, HR__DO_TOP, false},
    {HR__IN_LIST, HR__KEY_END, HR__DO_BOTTOM, false},

    {HR__IN_ALL, '?', HR__DO_HELP, true},
    {HR__IN_ALL, 'q', HR__DO_QUIT, true},
};

const struct hr__binding *hr__binding_at(size_t i)
{
    return i < sizeof bindings / sizeof bindings[0] ? &bindings[i] : NULL;
}

enum hr__context hr__context_parent(enum hr__context context)
{
    return parents[context];
}

const char *hr__context_title(enum hr__context context)
{
    return titles[context];
}

const char *hr__action_label(enum hr__action action)
{
    return labels[action];
}

const char *hr__action_sentence(enum hr__action action)
{
    return sentences[action];
}

enum hr__action hr__key_action(enum hr__context context, uint32_t key)
{
    for (; context != HR__IN_NONE; context = parents[context])
        for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++)
            if (bindings[i].context == context && bindings[i].key == key)
                return bindings[i].action;
    return HR__DO_NOTHING;
}

const char *hr__key_name(char buf[HR__KEY_NAME], uint32_t key, enum hr__glyphs glyphs)
{
    static const struct {
        uint32_t key;
        const char *symbol, *word;
    } names[] = {
        {HR__KEY_ENTER, "⏎", "enter"},     {HR__KEY_TAB, "⇥", "tab"},
        {HR__KEY_ESCAPE, "esc", "esc"},    {HR__KEY_BACKSPACE, "⌫", "bksp"},
        {HR__KEY_UP, "↑", "up"},           {HR__KEY_DOWN, "↓", "down"},
        {HR__KEY_LEFT, "←", "left"},       {HR__KEY_RIGHT, "→", "right"},
        {HR__KEY_PAGE_UP, "pgup", "pgup"}, {HR__KEY_PAGE_DOWN, "pgdn", "pgdn"},
        {HR__KEY_HOME, "home", "home"},    {HR__KEY_END, "end", "end"},
        {HR__KEY_BACK_TAB, "⇤", "s-tab"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].key == key)
            return glyphs == HR__ASCII ? names[i].word : names[i].symbol;
    snprintf(buf, HR__KEY_NAME, "%c", key > 0x20 && key < 0x7f ? (int)key : '?');
    return buf;
}

/* Draws one entry, names and label, if it ends before `limit`; returns the column behind. */
static int bar_entry(struct hr__canvas *canvas, int x, int limit, const char *names,
                     const char *label)
{
    int columns = hr__text_columns(names), y = canvas->height - 1;
    if (x + columns + 1 + hr__text_columns(label) > limit)
        return x;
    x += hr__put(canvas, x, y, columns, HR__BOLD, names) + 1;
    return x + hr__put(canvas, x, y, limit - x, HR__MUTED, label) + 2;
}

/* Draws the named bindings of one context from column x on; neighbours with the same label share
 * it ("↑↓ move"). Returns the column behind. */
static int bar_part(struct hr__canvas *canvas, int x, int limit, enum hr__context context)
{
    char name[HR__KEY_NAME], names[64] = "";
    const char *label = NULL; /* of the names gathered */
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        if (bindings[i].context != context || !bindings[i].in_bar)
            continue;
        const char *next = labels[bindings[i].action];
        if (label && strcmp(label, next) != 0) {
            x = bar_entry(canvas, x, limit, names, label);
            names[0] = '\0';
        }
        label = next;
        const char *last = hr__key_name(name, bindings[i].key, canvas->glyphs);
        size_t len = strlen(names); /* symbols touch, words do not: "↑↓", "⏎/esc" */
        bool word = (unsigned char)last[0] < 0x80;
        snprintf(names + len, sizeof names - len, "%s%s", len && word ? "/" : "", last);
    }
    return label ? bar_entry(canvas, x, limit, names, label) : x;
}

void hr__key_bar(struct hr__canvas *canvas, enum hr__context context)
{
    enum hr__context top = context;
    while (parents[top] != HR__IN_NONE)
        top = parents[top];
    int limit = canvas->width - (top == HR__IN_ALL ? EVERYWHERE_COLUMNS + 2 : 0), x = 1;
    hr__repeat(canvas, 0, canvas->height - 1, canvas->width, HR__PLAIN, " ");
    for (; context != HR__IN_NONE; context = parents[context])
        x = bar_part(canvas, x, context == HR__IN_ALL ? canvas->width : limit, context);
}

void hr_tui_keys_write(FILE *out)
{
    char name[HR__KEY_NAME];
    for (enum hr__context c = HR__IN_ALL; c < HR__CONTEXT_COUNT; c++)
        for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++)
            if (bindings[i].context == c)
                fprintf(out, "%s\t%s\t%s\n", titles[c],
                        hr__key_name(name, bindings[i].key, HR__ASCII),
                        sentences[bindings[i].action]);
}
