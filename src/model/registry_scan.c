/* registry_scan.c: models from a person's own folders.
 *
 * What a file is, its top keys tell, not its folder: so a price book saved beside a platform is
 * still a price book.
 */
#include "model/registry.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILES_MAX 4096 /* of one folder */

bool hr__model_kind(const struct hr_tree *tree, enum hr_model_kind *ret)
{
    static const struct {
        const char *key;
        enum hr_model_kind kind;
    } tells[] = {
        {"platform", HR_MODEL_PLATFORM},       {"pattern", HR_MODEL_PATTERN},
        {"assumptions", HR_MODEL_ASSUMPTIONS}, {"book", HR_MODEL_PRICES},
        {"schemes", HR_MODEL_PRICES},          {"items", HR_MODEL_PRICES},
        {"traffic", HR_MODEL_TRAFFIC},
    };
    for (size_t i = 0; i < sizeof tells / sizeof *tells; i++) {
        if (hr_node_get(hr_tree_root(tree), tells[i].key)) {
            *ret = tells[i].kind;
            return true;
        }
    }
    return false;
}

static bool is_yaml(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name && (strcasecmp(dot, ".yaml") == 0 || strcasecmp(dot, ".yml") == 0);
}

/* The id: the value of the key that tells the kind, else the file's name. */
static const char *id_of(struct hr_models *models, const struct hr_tree *tree,
                         enum hr_model_kind kind, const char *path)
{
    static const char *const keys[HR_MODEL_KIND_COUNT] = {[HR_MODEL_PLATFORM] = "platform",
                                                          [HR_MODEL_PRICES] = "book",
                                                          [HR_MODEL_PATTERN] = "pattern",
                                                          [HR_MODEL_TRAFFIC] = "traffic",
                                                          [HR_MODEL_ASSUMPTIONS] = "assumptions"};
    const struct hr_node *node = hr_node_get(hr_tree_root(tree), keys[kind]);
    if (node && node->type == HR_NODE_SCALAR && node->len)
        return hr_arena_copy(&models->arena, node->text, node->len);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return hr_arena_copy(&models->arena, name, dot ? (size_t)(dot - name) : strlen(name));
}

static bool add_text(struct hr_models *models, const char *path, const char *bytes, size_t len,
                     struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    struct hr__entry entry = {.len = len};
    if (!hr_tree_load(path, bytes, len, &tree, err))
        return false;
    bool told = hr__model_kind(tree, &entry.info.kind);
    if (told) {
        entry.info.id = id_of(models, tree, entry.info.kind, path);
        entry.info.file = hr_arena_copy(&models->arena, path, strlen(path));
        entry.bytes = hr_arena_copy(&models->arena, bytes, len);
    }
    hr_tree_close(tree);
    if (!told)
        return hr_fail(
            err, HR_EMODEL,
            "%s: is no model: expected `platform:`, `pattern:`, `traffic:`, `assumptions:` or a "
            "price book's `items:` at the top",
            path);
    if (!entry.info.id || !entry.info.file || !entry.bytes)
        return hr_fail_memory(err);
    return hr__models_add(models, &entry, err);
}

static bool add_file(struct hr_models *models, const char *dir, const char *name,
                     struct hr_error *err)
{
    struct hr_text path = {0};
    hr_text_printf(&path, "%s/%s", dir, name);
    if (path.failed)
        return hr_fail_memory(err);
    size_t len = 0;
    char *bytes = hr_file_read(path.data, HR_TREE_BYTES_MAX, &len, err);
    bool added = bytes && add_text(models, path.data, bytes, len, err);
    free(bytes);
    hr_text_clear(&path);
    return added;
}

static int wanted(const struct dirent *entry)
{
    return is_yaml(entry->d_name) && entry->d_type != DT_DIR;
}

static bool scan_one(struct hr_models *models, const char *dir, bool required, struct hr_error *err)
{
    struct dirent **names = NULL;
    int count = scandir(dir, &names, wanted, alphasort);
    if (count < 0) {
        if (!required && (errno == ENOENT || errno == ENOTDIR))
            return true;
        return hr_fail(err, errno == ENOENT ? HR_EMISSING : HR_EIO,
                       "%s: this folder of models cannot be read: %s", dir, strerror(errno));
    }
    bool added = count <= FILES_MAX ||
                 hr_fail(err, HR_ELIMIT, "%s: more than %d model files", dir, FILES_MAX);
    for (int i = 0; i < count; i++) {
        added = added && add_file(models, dir, names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    return added;
}

bool hr__models_scan(struct hr_models *models, const char *dir, bool required, struct hr_error *err)
{
    static const char *const below[] = {"platforms", "prices", "patterns", "traffic"};
    if (!scan_one(models, dir, required, err))
        return false;
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        struct hr_text path = {0};
        hr_text_printf(&path, "%s/%s", dir, below[i]);
        bool scanned = path.failed ? hr_fail_memory(err) : scan_one(models, path.data, false, err);
        hr_text_clear(&path);
        if (!scanned)
            return false;
    }
    return true;
}
