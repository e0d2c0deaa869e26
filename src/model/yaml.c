/* yaml.c: from libyaml's events to nodes with positions.
 *
 * libyaml takes a key twice, aliases that make circles and nests without end; each of these is
 * refused here, because a model is read by people and a key that silently wins makes a wrong
 * bill. Events, not libyaml's documents, so that the depth is known before memory is taken.
 */
#include "model/read.h"

#include <string.h>
#include <yaml.h>

struct builder {
    const struct hr__yaml_source *source;
    struct hr_arena *arena;
    struct hr_node *root;
    struct hr_node *open[HR_TREE_DEPTH_MAX]; /* maps and lists under way, outermost first */
    struct hr_node *last[HR_TREE_DEPTH_MAX]; /* their last children */
    size_t depth;
    struct hr_node key; /* key that waits for its value, in an open map */
    size_t nodes;
};

bool hr__fail_at(const char *file, int line, int column, struct hr_error *err, const char *format,
                 va_list args)
{
    char text[HR_ERROR_TEXT_MAX];
    vsnprintf(text, sizeof text, format, args);
    return line > 0 ? hr_fail(err, HR_EMODEL, "%s:%d:%d: %s", file, line, column, text)
                    : hr_fail(err, HR_EMODEL, "%s: %s", file, text);
}

bool hr_node_fail(const struct hr_node *node, struct hr_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    hr__fail_at(node->file, node->line, node->column, err, format, args);
    va_end(args);
    return false;
}

static bool fail_here(const struct builder *b, const yaml_mark_t *mark, struct hr_error *err,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
static bool fail_here(const struct builder *b, const yaml_mark_t *mark, struct hr_error *err,
                      const char *format, ...)
{
    int line = b->source->override ? 0 : (int)mark->line + 1;
    va_list args;
    va_start(args, format);
    hr__fail_at(b->source->name, line, (int)mark->column + 1, err, format, args);
    va_end(args);
    return false;
}

/* Links a new node below the innermost open one; a scalar in a map may become the key. */
static bool attach(struct builder *b, struct hr_node *node, const yaml_mark_t *mark,
                   struct hr_error *err)
{
    struct hr_node *parent = b->depth ? b->open[b->depth - 1] : NULL;
    if (!parent) {
        b->root = node;
        return true;
    }
    if (parent->type == HR_NODE_MAP) {
        node->key = b->key.text;
        node->key_line = b->key.line;
        node->key_column = b->key.column;
        b->key.text = NULL;
    }
    if (parent->count >= HR_TREE_KEYS_MAX && parent->type == HR_NODE_MAP)
        return fail_here(b, mark, err, "more than %zu keys in one map", HR_TREE_KEYS_MAX);
    struct hr_node *last = b->last[b->depth - 1];
    *(last ? &last->next : &parent->first) = node;
    b->last[b->depth - 1] = node;
    parent->count++;
    return true;
}

static struct hr_node *new_node(struct builder *b, enum hr_node_type type, const yaml_mark_t *mark,
                                struct hr_error *err)
{
    if (++b->nodes > HR_TREE_NODES_MAX) {
        fail_here(b, mark, err, "more than %zu keys and values", HR_TREE_NODES_MAX);
        return NULL;
    }
    struct hr_node *node = hr_arena_alloc(b->arena, sizeof *node);
    if (!node) {
        hr_fail_memory(err);
        return NULL;
    }
    node->type = type;
    node->file = b->source->name;
    node->text = "";
    if (!b->source->override) {
        node->line = (int)mark->line + 1;
        node->column = (int)mark->column + 1;
    }
    return node;
}

/* In a map every other event is a key, which must be a plain or quoted word, once. */
static bool take_key(struct builder *b, const struct hr_node *key, const yaml_mark_t *mark,
                     struct hr_error *err)
{
    const struct hr_node *map = b->open[b->depth - 1];
    if (key->len == 0)
        return fail_here(b, mark, err, "a key is missing before the `:`");
    const struct hr_node *other = hr_node_get(map, key->text);
    if (other && other->key_line > 0)
        return fail_here(b, mark, err, "%s: this key stands in line %d already", key->text,
                         other->key_line);
    if (other)
        return fail_here(b, mark, err, "%s: this key stands there twice", key->text);
    b->key = *key;
    return true;
}

static bool wants_key(const struct builder *b)
{
    return b->depth > 0 && b->open[b->depth - 1]->type == HR_NODE_MAP && !b->key.text;
}

static bool add_scalar(struct builder *b, const yaml_event_t *event, struct hr_error *err)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    const yaml_mark_t *mark = &event->start_mark;
    if (memchr(value, '\0', len))
        return fail_here(b, mark, err, "a NUL byte in a text");
    struct hr_node *node = new_node(b, HR_NODE_SCALAR, mark, err);
    if (!node)
        return false;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = hr_arena_copy(b->arena, value, len);
    node->len = len;
    if (!node->text)
        return hr_fail_memory(err);
    return wants_key(b) ? take_key(b, node, mark, err) : attach(b, node, mark, err);
}

static bool open_node(struct builder *b, enum hr_node_type type, const yaml_mark_t *mark,
                      struct hr_error *err)
{
    if (wants_key(b))
        return fail_here(b, mark, err, "expected a key, found a %s",
                         type == HR_NODE_MAP ? "map" : "list");
    if (b->depth == HR_TREE_DEPTH_MAX)
        return fail_here(b, mark, err, "nested deeper than %d levels", HR_TREE_DEPTH_MAX);
    struct hr_node *node = new_node(b, type, mark, err);
    if (!node || !attach(b, node, mark, err))
        return false;
    b->open[b->depth] = node;
    b->last[b->depth++] = NULL;
    return true;
}

/* Anchors, aliases and tags mean what a reader does not see at the place. */
static bool refuse_magic(const struct builder *b, const yaml_event_t *event, struct hr_error *err)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    } else if (event->type == YAML_ALIAS_EVENT) {
        return fail_here(b, &event->start_mark, err,
                         "aliases (`*%.60s`) are not accepted: write the value out",
                         (const char *)event->data.alias.anchor);
    }
    if (anchor)
        return fail_here(b, &event->start_mark, err,
                         "anchors (`&%.60s`) are not accepted: write the value out",
                         (const char *)anchor);
    if (tag)
        return fail_here(b, &event->start_mark, err, "tags (`%.60s`) are not accepted",
                         (const char *)tag);
    return true;
}

static bool take_event(struct builder *b, const yaml_event_t *event, struct hr_error *err)
{
    if (!refuse_magic(b, event, err))
        return false;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return !b->root || fail_here(b, &event->start_mark, err,
                                     "a second document starts here; one per file is read");
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event, err);
    case YAML_MAPPING_START_EVENT:
        return open_node(b, HR_NODE_MAP, &event->start_mark, err);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(b, HR_NODE_LIST, &event->start_mark, err);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        b->depth--;
        return true;
    default:
        return true;
    }
}

/* A wrong byte is told by its offset alone; an editor wants line and column. */
static yaml_mark_t mark_of_offset(const struct hr__yaml_source *source, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < source->len; i++) {
        mark.column++;
        if (source->bytes[i] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return mark;
}

static bool fail_as_parser(const struct builder *b, const yaml_parser_t *parser,
                           struct hr_error *err)
{
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_MEMORY_ERROR)
        return hr_fail_memory(err);
    if (parser->error == YAML_READER_ERROR)
        mark = mark_of_offset(b->source, parser->problem_offset);
    const char *problem = parser->problem ? parser->problem : "is no YAML";
    if (parser->context)
        return fail_here(b, &mark, err, "%s (%s)", problem, parser->context);
    return fail_here(b, &mark, err, "%s", problem);
}

static bool take_all(struct builder *b, yaml_parser_t *parser, struct hr_error *err)
{
    for (bool done = false; !done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return fail_as_parser(b, parser, err);
        done = event.type == YAML_STREAM_END_EVENT;
        bool taken = take_event(b, &event, err);
        yaml_event_delete(&event);
        if (!taken)
            return false;
    }
    return true;
}

bool hr__yaml_read(const struct hr__yaml_source *source, struct hr_arena *arena,
                   struct hr_node **ret, struct hr_error *err)
{
    struct builder b = {.source = source, .arena = arena};
    const char *nul = memchr(source->bytes, '\0', source->len);
    if (nul) {
        yaml_mark_t place = mark_of_offset(source, (size_t)(nul - source->bytes));
        return fail_here(&b, &place, err, "a NUL byte: this is no text file");
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return hr_fail_memory(err);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    /* With its encoding told, libyaml takes a byte order mark for text. */
    size_t mark = source->len >= 3 && memcmp(source->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->bytes + mark,
                                 source->len - mark);
    bool read = take_all(&b, &parser, err);
    yaml_parser_delete(&parser);
    if (read)
        *ret = b.root;
    return read;
}
