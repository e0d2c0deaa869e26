/* dates.c: on which day a model's figures hold, and whether that day has come. */
#include <string.h>

#include "model/registry.h"

/* The value of a line "as_of: 2026-11-25"; false when the text has none. Only embedded models are
 * read so, whose form is checked when the program is built. */
static bool day_of(const struct hr__entry *entry, char day[16])
{
    static const char key[] = "\nas_of: ";
    const char *at = memmem(entry->bytes, entry->len, key, sizeof key - 1);
    if (!at)
        return false;
    at += sizeof key - 1;
    size_t len = strspn(at, "0123456789-");
    if (len >= 16)
        return false;
    memcpy(day, at, len);
    day[len] = '\0';
    return true;
}

void hr_models_latest_day(const struct hr_models *models, int64_t now, char ret[16])
{
    struct hr_civil civil = hr_time_to_civil(now + 14 * HR_HOUR); /* UTC+14 is there first */
    char day[16];
    snprintf(ret, 16, "%04d-%02d-%02d", civil.year % 10000, civil.month % 100, civil.day % 100);
    for (size_t i = 0; i < models->count; i++)
        if (models->entries[i].embedded && day_of(&models->entries[i], day) && strcmp(day, ret) > 0)
            memcpy(ret, day, sizeof day);
}

bool hr_tree_dated(const struct hr_tree *tree, const char *latest, struct hr_error *err)
{
    const struct hr_node *node = hr_node_get(hr_tree_root(tree), "as_of");
    if (!node || node->type != HR_NODE_SCALAR || strcmp(node->text, latest) <= 0)
        return true;
    return hr_node_fail(node, err, "as_of: expected a day until today (%s), found `%.20s`", latest,
                        node->text);
}

/* Every model that is not embedded. */
static bool all_dated(const struct hr_models *models, const char *latest, struct hr_error *err)
{
    for (size_t i = 0; i < models->count; i++) {
        const struct hr__entry *entry = &models->entries[i];
        struct hr_tree *tree = NULL;
        struct hr_error unread; /* whoever opens it says what is wrong with it */
        if (entry->embedded ||
            !hr_tree_load(entry->info.file, entry->bytes, entry->len, &tree, &unread))
            continue;
        bool dated = hr_tree_dated(tree, latest, err);
        hr_tree_close(tree);
        if (!dated)
            return false;
    }
    return true;
}

bool hr_models_open_at(const char *extra_dir, int64_t now, struct hr_models **ret,
                       struct hr_error *err)
{
    struct hr_models *models = NULL;
    char latest[16];
    if (!hr_models_open(extra_dir, &models, err))
        return false;
    hr_models_latest_day(models, now, latest);
    if (!all_dated(models, latest, err)) {
        hr_models_close(models);
        return false;
    }
    *ret = models;
    return true;
}

int hr_days_between(const char *from, const char *to)
{
    int64_t at[2] = {0, 0};
    const char *const text[2] = {from, to};
    for (int i = 0; i < 2; i++) {
        struct hr_civil civil = {0};
        int64_t part[3] = {0};
        if (strlen(text[i]) != 10 || !hr_parse_i64(text[i], 4, &part[0]) ||
            !hr_parse_i64(text[i] + 5, 2, &part[1]) || !hr_parse_i64(text[i] + 8, 2, &part[2]))
            return -1;
        civil.year = (int)part[0];
        civil.month = (int)part[1];
        civil.day = (int)part[2];
        if (!hr_time_from_civil(&civil, &at[i]))
            return -1;
    }
    return at[1] < at[0] ? 0 : (int)((at[1] - at[0]) / HR_DAY);
}
