/* keys.h: what the keys do. One table of actions, one of bindings; the help screen, the last line
 * of every screen and the manual's list are made from them, so that they cannot disagree.
 */
#ifndef HR_TUI_KEYS_H
#define HR_TUI_KEYS_H

#include "tui/canvas.h"

/* A key is a character's code point, or one of these beyond them. */
enum {
    HR__KEY_NONE = 0,
    HR__KEY_ENTER = '\n',
    HR__KEY_TAB = '\t',
    HR__KEY_ESCAPE = 0x1b,
    HR__KEY_BACKSPACE = 0x7f,
    HR__KEY_UP = 0x110000,
    HR__KEY_DOWN,
    HR__KEY_LEFT,
    HR__KEY_RIGHT,
    HR__KEY_PAGE_UP,
    HR__KEY_PAGE_DOWN,
    HR__KEY_HOME,
    HR__KEY_END,
    HR__KEY_BACK_TAB,
    HR__KEY_OTHER /* a key without meaning here */
};

/* identifier, label of the last line, sentence of the help */
#define HR__ACTIONS(X)                                                                             \
    X(HR__DO_NOTHING, "", "")                                                                      \
    X(HR__DO_UP, "move", "one line up")                                                            \
    X(HR__DO_DOWN, "move", "one line down")                                                        \
    X(HR__DO_PAGE_UP, "page", "one page up")                                                       \
    X(HR__DO_PAGE_DOWN, "page", "one page down")                                                   \
    X(HR__DO_TOP, "ends", "to the first line")                                                     \
    X(HR__DO_BOTTOM, "ends", "to the last line")                                                   \
    X(HR__DO_COMPARE, "compare", "compare the platforms for this workload")                        \
    X(HR__DO_SEARCH, "search", "show only workloads whose name holds a text")                      \
    X(HR__DO_SHOW_ALL, "all", "show all workloads again")                                          \
    X(HR__DO_SORT, "sort", "sort by the next column")                                              \
    X(HR__DO_IMPORT, "import", "import a log file")                                                \
    X(HR__DO_SAMPLES, "try the samples", "import the sample logs that come with headroom")         \
    X(HR__DO_EXPORT, "export", "write the comparison as a CSV file beside the plan file")          \
    X(HR__DO_ASSUMPTIONS, "assumptions", "list what the log did not say and what was assumed")     \
    X(HR__DO_APPLICATION, "other app", "go to the next application of the plan file")              \
    X(HR__DO_REPLAY, "replay", "read the plan file and replay it again")                           \
    X(HR__DO_NEXT_PLATFORM, "platform", "to the next platform")                                    \
    X(HR__DO_LAST_PLATFORM, "platform", "to the platform before")                                  \
    X(HR__DO_NEXT_WORKLOAD, "workload", "to the next workload")                                    \
    X(HR__DO_LAST_WORKLOAD, "workload", "to the workload before")                                  \
    X(HR__DO_BILL, "bill", "show this platform's bill, line by line")                              \
    X(HR__DO_TIMELINE, "time line", "show this platform's busy and idle slots over time")          \
    X(HR__DO_CHOOSE, "open", "enter this folder, or import this file")                             \
    X(HR__DO_PARENT, "folder above", "to the folder above")                                        \
    X(HR__DO_TYPE_PATH, "type a path", "type the path of a file instead")                          \
    X(HR__DO_ACCEPT, "done", "take what was typed")                                                \
    X(HR__DO_ERASE, "erase", "take the last character back")                                       \
    X(HR__DO_COMPLETE, "complete", "complete the path as far as it is clear")                      \
    X(HR__DO_CANCEL, "cancel", "stop; nothing has changed then")                                   \
    X(HR__DO_CLOSE, "close", "close this message")                                                 \
    X(HR__DO_BACK, "back", "back to the screen before")                                            \
    X(HR__DO_HELP, "help", "show the keys")                                                        \
    X(HR__DO_QUIT, "quit", "leave headroom")
#define HR__ACTION_ENUM(id, label, sentence) id,
enum hr__action { HR__ACTIONS(HR__ACTION_ENUM) HR__ACTION_COUNT };
#undef HR__ACTION_ENUM

/* Where a binding holds: identifier, the contexts it inherits (itself excluded), title. */
#define HR__CONTEXTS(X)                                                                            \
    X(HR__IN_ALL, HR__IN_NONE, "Everywhere")                                                       \
    X(HR__IN_LIST, HR__IN_ALL, "In lists")                                                         \
    X(HR__IN_START, HR__IN_ALL, "First start")                                                     \
    X(HR__IN_START_SAMPLES, HR__IN_START, "First start, where the samples are")                    \
    X(HR__IN_WORKLOADS, HR__IN_LIST, "Workloads")                                                  \
    X(HR__IN_COMPARE, HR__IN_ALL, "Compare")                                                       \
    X(HR__IN_BROWSER, HR__IN_LIST, "Choosing a file")                                              \
    X(HR__IN_PROGRESS, HR__IN_ALL, "While it works")                                               \
    X(HR__IN_READING, HR__IN_LIST, "Assumptions and help")                                         \
    X(HR__IN_MESSAGE, HR__IN_ALL, "Messages")                                                      \
    X(HR__IN_PROMPT, HR__IN_NONE, "Typing")
#define HR__CONTEXT_ENUM(id, parent, title) id,
enum hr__context { HR__IN_NONE, HR__CONTEXTS(HR__CONTEXT_ENUM) HR__CONTEXT_COUNT };
#undef HR__CONTEXT_ENUM

struct hr__binding {
    enum hr__context context;
    uint32_t key;
    enum hr__action action;
    bool in_bar; /* named in the last line */
};
/* The i-th binding in the order of the table, or NULL past the end. */
const struct hr__binding *hr__binding_at(size_t i);

/* What the key does in a context or those it inherits; HR__DO_NOTHING when it does nothing. */
enum hr__action hr__key_action(enum hr__context context, uint32_t key);
enum hr__context hr__context_parent(enum hr__context context);
const char *hr__context_title(enum hr__context context);
const char *hr__action_label(enum hr__action action);
const char *hr__action_sentence(enum hr__action action);

#define HR__KEY_NAME 8
/* "↑", "pgdn", "q"; words instead of symbols where glyphs are ASCII. */
const char *hr__key_name(char buf[HR__KEY_NAME], uint32_t key, enum hr__glyphs glyphs);

/* Draws the keys that work in the context into the canvas's last line, the own ones first. */
void hr__key_bar(struct hr__canvas *canvas, enum hr__context context);

#endif
