/* tree.c: a loaded document, found and changed by dotted keys. */
#include "model/read.h"

#include <stdlib.h>
#include <string.h>

struct hr_tree {
    struct hr_arena arena; /* every node and text */
    struct hr_node *root;
};

bool hr_tree_load(const char *name, const char *bytes, size_t len, struct hr_tree **ret,
                  struct hr_error *err)
{
    if (len > HR_TREE_BYTES_MAX)
        return hr_fail(err, HR_ELIMIT, "%s: larger than %zu bytes", name, HR_TREE_BYTES_MAX);
    struct hr_tree *tree = calloc(1, sizeof *tree);
    if (!tree)
        return hr_fail_memory(err);
    const char *own_name = hr_arena_copy(&tree->arena, name, strlen(name));
    if (!own_name) {
        hr_tree_close(tree);
        return hr_fail_memory(err);
    }
    const struct hr__yaml_source source = {.name = own_name, .bytes = bytes, .len = len};
    if (!hr__yaml_read(&source, &tree->arena, &tree->root, err)) {
        hr_tree_close(tree);
        return false;
    }
    if (!tree->root || tree->root->type != HR_NODE_MAP) {
        bool empty = !tree->root || (tree->root->type == HR_NODE_SCALAR && tree->root->len == 0);
        if (empty)
            hr_fail(err, HR_EMODEL, "%s: is empty; expected keys such as `title: ...`", name);
        else
            hr_node_fail(tree->root, err, "expected keys such as `title: ...` at the top");
        hr_tree_close(tree);
        return false;
    }
    *ret = tree;
    return true;
}

bool hr_tree_load_file(const char *path, struct hr_tree **ret, struct hr_error *err)
{
    size_t len = 0;
    char *bytes = hr_file_read(path, HR_TREE_BYTES_MAX, &len, err);
    if (!bytes)
        return false;
    bool loaded = hr_tree_load(path, bytes, len, ret, err);
    free(bytes);
    return loaded;
}

void hr_tree_close(struct hr_tree *tree)
{
    if (!tree)
        return;
    hr_arena_clear(&tree->arena);
    free(tree);
}

const struct hr_node *hr_tree_root(const struct hr_tree *tree)
{
    return tree->root;
}

const struct hr_node *hr_node_get(const struct hr_node *map, const char *key)
{
    if (map->type != HR_NODE_MAP)
        return NULL;
    for (const struct hr_node *child = map->first; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

/* The child that the dotted key names next: the longest key that fits, because names of price
 * items hold dots themselves ("ec2-m7g.large"). *rest moves behind it. */
static struct hr_node *step(struct hr_node *map, const char **rest)
{
    struct hr_node *best = NULL;
    size_t best_len = 0;
    for (struct hr_node *child = map->type == HR_NODE_MAP ? map->first : NULL; child;
         child = child->next) {
        size_t len = strlen(child->key);
        bool fits =
            strncmp(*rest, child->key, len) == 0 && ((*rest)[len] == '.' || (*rest)[len] == '\0');
        if (fits && len > best_len) {
            best = child;
            best_len = len;
        }
    }
    if (best)
        *rest += best_len + ((*rest)[best_len] == '.');
    return best;
}

const struct hr_node *hr_tree_find(const struct hr_tree *tree, const char *dotted)
{
    struct hr_node *node = tree->root;
    while (node && *dotted)
        node = step(node, &dotted);
    return node;
}

static bool good_key(const char *dotted)
{
    size_t len = strlen(dotted);
    return len > 0 && len < HR__KEY_MAX && dotted[0] != '.' && dotted[len - 1] != '.' &&
           !strstr(dotted, "..");
}

static struct hr_node *add_child(struct hr_tree *tree, struct hr_node *map, const char *key,
                                 size_t key_len, const char *file)
{
    struct hr_node *node = hr_arena_alloc(&tree->arena, sizeof *node);
    char *own_key = node ? hr_arena_copy(&tree->arena, key, key_len) : NULL;
    if (!own_key)
        return NULL;
    node->type = HR_NODE_MAP;
    node->file = file;
    node->text = "";
    node->key = own_key;
    struct hr_node **end = &map->first;
    while (*end)
        end = &(*end)->next;
    *end = node;
    map->count++;
    return node;
}

/* Walks down to the node of the key, making what is not there. */
static struct hr_node *make_path(struct hr_tree *tree, const char *dotted, const char *file,
                                 struct hr_error *err)
{
    struct hr_node *node = tree->root;
    while (*dotted) {
        if (node->type == HR_NODE_LIST) {
            hr_fail(err, HR_EMODEL, "%s: %s is a list; set it as a whole", file, node->key);
            return NULL;
        }
        if (node->type == HR_NODE_SCALAR) {
            node->type = HR_NODE_MAP; /* "auto" gives way to single figures */
            node->file = file;
            node->line = node->column = 0;
        }
        struct hr_node *child = step(node, &dotted);
        if (!child) {
            size_t len = strcspn(dotted, ".");
            child = add_child(tree, node, dotted, len, file);
            if (!child) {
                hr_fail_memory(err);
                return NULL;
            }
            dotted += len + (dotted[len] == '.');
        }
        node = child;
    }
    return node;
}

bool hr_tree_set(struct hr_tree *tree, const char *dotted, const char *value, struct hr_error *err)
{
    if (!good_key(dotted))
        return hr_fail(err, HR_EMODEL, "`%.200s`: expected a key such as `fleet.servers.max`",
                       dotted);
    struct hr_text name = {0};
    hr_text_printf(&name, "set %s=%.100s", dotted, value);
    char *file = name.failed ? NULL : hr_arena_copy(&tree->arena, name.data, name.len);
    hr_text_clear(&name);
    if (!file)
        return hr_fail_memory(err);
    const struct hr__yaml_source source = {
        .name = file, .bytes = value, .len = strlen(value), .override = true};
    struct hr_node *fresh = NULL;
    if (!hr__yaml_read(&source, &tree->arena, &fresh, err))
        return false;
    struct hr_node *node = make_path(tree, dotted, file, err);
    if (!node)
        return false;
    struct hr_node content = {.type = HR_NODE_SCALAR, .file = file, .text = ""};
    if (fresh)
        content = *fresh;
    content.key = node->key;
    content.key_line = content.key_column = 0; /* the file's line no longer tells who wrote it */
    content.next = node->next;
    *node = content;
    return true;
}

bool hr_tree_override(struct hr_tree *tree, const struct hr_override *overrides, size_t count,
                      struct hr_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!hr_tree_set(tree, overrides[i].key, overrides[i].value, err))
            return false;
    return true;
}

bool hr_override_parse(const char *text, struct hr_arena *arena, struct hr_override *ret,
                       struct hr_error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return hr_fail(err, HR_EUSAGE,
                       "--set %.200s: expected KEY=VALUE, such as `fleet.servers.max=40`", text);
    size_t key_len = (size_t)(equals - text);
    ret->key = hr_arena_copy(arena, text, key_len);
    ret->value = hr_arena_copy(arena, equals + 1, strlen(equals + 1));
    return (ret->key && ret->value) || hr_fail_memory(err);
}
