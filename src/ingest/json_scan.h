/* json_scan.h: a few values out of one line of JSON, without a tree of it.
 *
 * A plan holds the paths that are wanted; a scan passes over the line once and notes where their
 * values stand. The rest is only followed as far as its strings and brackets go, so that a line
 * that was cut is found out. https://www.rfc-editor.org/rfc/rfc8259. More lenient than that in one
 * thing: a value that is not there (`"t":,`), as nginx writes, counts as null. Hot: hr__json_scan.
 */
#ifndef INGEST_JSON_SCAN_H
#define INGEST_JSON_SCAN_H

#include <stdbool.h>

#include "ingest/cell.h"

#define HR__JSON_NODES 512  /* keys of all wanted paths */
#define HR__JSON_DEPTH 64   /* objects and arrays inside one another */
#define HR__JSON_PATH  256  /* bytes of one path */
#define HR__JSON_NONE  (-1) /* no node, no slot */

struct hr__json_plan {
    struct hr__json_node {
        struct hr__cell key;
        int child, sibling; /* of the keys inside; of the next key at this level */
        int slot;           /* where the value goes */
    } node[HR__JSON_NODES]; /* the first one stands for the whole line */
    int count;
    bool any_case; /* keys match whatever their case */
};

enum hr__json_kind {
    HR__JSON_MISSING,
    HR__JSON_TEXT,
    HR__JSON_ESCAPED,
    HR__JSON_SCALAR,
    HR__JSON_INSIDE
};
/* A value as it stands: a text without its quotes, with escapes or not; a number or a word; the
 * whole of an object or array. null is missing. */
struct hr__json_value {
    struct hr__cell cell;
    enum hr__json_kind kind;
};

void hr__json_plan_init(struct hr__json_plan *plan);
/* `.a.b`, `a.b` or `.a."b.c"`; the path is borrowed. False when it is empty, or too many are. */
bool hr__json_plan_add(struct hr__json_plan *plan, const char *path, size_t len, int slot);
/* Notes the wanted values of a line, others are left as they are. False for what is no object. */
bool hr__json_scan(const struct hr__json_plan *plan, const char *text, size_t len,
                   struct hr__json_value *values);
/* Calls found(path, value) for every scalar that stands in objects only. */
struct hr__json_visitor {
    void (*found)(void *context, struct hr__cell path, const struct hr__json_value *value);
    void *context;
};
bool hr__json_visit(const char *text, size_t len, const struct hr__json_visitor *visitor);
/* Resolves escapes into `to`, which may be `text` itself; returns the length, never a larger one.
 * What is no escape stays as it is. */
size_t hr__json_unescape(char *to, const char *text, size_t len);

#endif
