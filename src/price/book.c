/* book.c: price books: opened by name or file, asked for their schemes. */
#include "price/book.h"

#include <stdlib.h>
#include <string.h>

/* `items.duration-x86=0.000015` speaks of the item's price: the item is a map in the file, and its
 * service and unit stay. */
static bool override(struct hr_tree *tree, const struct hr_override *set, struct hr_error *err)
{
    const struct hr_node *node = hr_tree_find(tree, set->key);
    if (strncmp(set->key, "items.", 6) == 0 && !strchr(set->key + 6, '.')) {
        if (!node || node->type != HR_NODE_MAP)
            return hr_fail(err, HR_EMODEL, "set %.100s: the book has no item `%.60s`", set->key,
                           set->key + 6);
        char key[160];
        if (snprintf(key, sizeof key, "%s.price", set->key) >= (int)sizeof key)
            return hr_fail(err, HR_EMODEL, "set %.100s...: the key is too long", set->key);
        return hr_tree_set(tree, key, set->value, err);
    }
    return hr_tree_set(tree, set->key, set->value, err);
}

/* Takes the tree over, also on failure. */
static bool open_tree(struct hr_tree *tree, const struct hr_override *overrides, size_t count,
                      struct hr_book **ret, struct hr_error *err)
{
    struct hr_book *book = calloc(1, sizeof *book);
    if (!book) {
        hr_tree_close(tree);
        return hr_fail_memory(err);
    }
    book->tree = tree;
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++)
        fine = override(tree, &overrides[i], err);
    if (!fine || !hr__book_read(book, err)) {
        hr_book_close(book);
        return false;
    }
    *ret = book;
    return true;
}

bool hr_book_open(const struct hr_models *models, const char *id,
                  const struct hr_override *overrides, size_t override_count, struct hr_book **ret,
                  struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    return hr_models_tree(models, HR_MODEL_PRICES, id, &tree, err) &&
           open_tree(tree, overrides, override_count, ret, err);
}

bool hr_book_open_file(const char *path, struct hr_book **ret, struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    return hr_tree_load_file(path, &tree, err) && open_tree(tree, NULL, 0, ret, err);
}

void hr_book_close(struct hr_book *book)
{
    if (!book)
        return;
    hr_arena_clear(&book->arena);
    hr_tree_close(book->tree);
    free(book);
}

const char *hr_book_id(const struct hr_book *book)
{
    return book->id;
}

const char *hr_book_as_of(const struct hr_book *book)
{
    return book->as_of;
}

const char *hr_book_provider(const struct hr_book *book)
{
    return book->provider;
}

const char *hr_book_region(const struct hr_book *book)
{
    return book->region;
}

bool hr_book_dated(const struct hr_book *book, const char *latest, struct hr_error *err)
{
    return hr_tree_dated(book->tree, latest, err);
}

bool hr_book_has(const struct hr_book *book, const char *key)
{
    bool pool = strncmp(key, "pools.", 6) == 0;
    if (!pool && strncmp(key, "items.", 6) != 0)
        return false;
    size_t len = strcspn(key + 6, "."), count = pool ? book->pool_count : book->item_count;
    for (size_t i = 0; i < count; i++) {
        const char *id = pool ? book->pools[i].id : book->items[i].id;
        if (strlen(id) == len && memcmp(id, key + 6, len) == 0)
            return true;
    }
    return false;
}

size_t hr_book_item_count(const struct hr_book *book)
{
    return book->item_count;
}

struct hr_book_item hr_book_item(const struct hr_book *book, size_t item)
{
    const struct hr__item *at = &book->items[item];
    return (struct hr_book_item){
        .service = at->service,
        .item = at->id,
        .unit = at->unit,
        .source = at->source,
        .confidence = at->confidence,
        .free = at->pool ? at->pool->free : at->free,
        .pool = at->pool ? at->pool->id : "",
        .step = at->step,
        .minimum = at->minimum,
        .tier_count = at->tier_count,
    };
}

struct hr_book_tier hr_book_tier(const struct hr_book *book, size_t item, size_t tier)
{
    const struct hr__tier *at = &book->items[item].tiers[tier];
    return (struct hr_book_tier){at->up_to, at->price};
}

static const struct hr__offer *find(const struct hr__offer *offers, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(offers[i].id, id) == 0)
            return &offers[i];
    return NULL;
}

/* "price book aws-us-east-1 has no scheme `x`; it has: a, b" */
static void fail_missing(const struct hr_book *book, const char *what, const char *id,
                         struct hr_error *err)
{
    bool scheme = strcmp(what, "scheme") == 0;
    const struct hr__offer *offers = scheme ? book->schemes : book->services;
    size_t count = scheme ? book->scheme_count : book->service_count;
    struct hr_text known = {.max = HR_ERROR_TEXT_MAX / 2};
    for (size_t i = 0; i < count; i++)
        hr_text_printf(&known, "%s%s", i ? ", " : "", offers[i].id);
    hr_fail(err, HR_EMISSING, "price book %s has no %s `%.60s`; it has: %s", book->id, what, id,
            known.data ? known.data : "none");
    hr_text_clear(&known);
}

const struct hr__offer *hr__scheme_find(const struct hr_book *book, const char *id,
                                        struct hr_error *err)
{
    const struct hr__offer *scheme = find(book->schemes, book->scheme_count, id);
    if (!scheme)
        fail_missing(book, "scheme", id, err);
    return scheme;
}

const struct hr__offer *hr__service_find(const struct hr_book *book, const char *id,
                                         struct hr_error *err)
{
    const struct hr__offer *service = find(book->services, book->service_count, id);
    if (!service)
        fail_missing(book, "service", id, err);
    return service;
}

bool hr_book_metering(const struct hr_book *book, const char *scheme, struct hr_metering *ret,
                      struct hr_error *err)
{
    const struct hr__offer *offer = hr__scheme_find(book, scheme, err);
    if (offer)
        *ret = offer->metering;
    return offer != NULL;
}
