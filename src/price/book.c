/* book.c: price books from YAML: items with graduated tiers, schemes, services. */
#include "price/book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- items ----------------------------------------------------------------------------------- */

struct item_text { /* an item as the schema fills it */
    char service[64], unit[32], confidence[8];
    double price, free;
    bool has_tiers, confirmed;
    struct hr__tier tiers[HR__TIERS_MAX];
    size_t tier_count;
};
struct tier_text {
    double up_to, price;
    char confidence[8];
};

static const struct hr_field tier_fields[] = {
    {.key = "up_to", .type = HR_FIELD_NUMBER, .offset = offsetof(struct tier_text, up_to)},
    {.key = "price",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = offsetof(struct tier_text, price),
     .about = "USD for each unit in this band"},
    {.key = "confidence",
     .type = HR_FIELD_TEXT,
     .offset = offsetof(struct tier_text, confidence),
     .size = sizeof((struct tier_text *)0)->confidence},
};
static const struct hr_schema tier_schema = {tier_fields, COUNT(tier_fields)};

/* Bands must ascend, and only the last has no end. */
static bool read_tiers(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct item_text *item = target;
    if (node->type != HR_NODE_LIST || node->count == 0 || node->count > HR__TIERS_MAX)
        return hr_node_fail(node, err,
                            "%s: expected a list of 1 to %d bands such as "
                            "`{up_to: 1000, price: 0.10}`",
                            reading->prefix, HR__TIERS_MAX);
    double below = 0;
    for (const struct hr_node *band = node->first; band; band = band->next) {
        struct tier_text tier = {.up_to = INFINITY};
        if (!hr_schema_read(&tier_schema, band, reading, &tier, err))
            return false;
        if (band->next ? isinf(tier.up_to) : !isinf(tier.up_to))
            return hr_node_fail(band, err,
                                "%s: every band but the last has an `up_to`, the last "
                                "has none",
                                reading->prefix);
        if (tier.up_to <= below)
            return hr_node_fail(band, err,
                                "%s: bands must ascend; `up_to` of this one is not "
                                "above the one before",
                                reading->prefix);
        below = tier.up_to;
        item->confirmed = item->confirmed && strcmp(tier.confidence, "K") != 0;
        item->tiers[item->tier_count++] = (struct hr__tier){tier.up_to, tier.price};
    }
    item->has_tiers = true;
    return true;
}

#define AT(member)   offsetof(struct item_text, member)
#define ROOM(member) sizeof((struct item_text *)0)->member
static const struct hr_field item_fields[] = {
    {.key = "service",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(service),
     .size = ROOM(service),
     .about = "whose bill it stands on, such as `AWS Lambda`"},
    {.key = "unit",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(unit),
     .size = ROOM(unit),
     .about = "what one is, such as `GB-second`"},
    {.key = "price", .type = HR_FIELD_NUMBER, .offset = AT(price), .about = "USD a unit"},
    {.key = "free",
     .type = HR_FIELD_NUMBER,
     .offset = AT(free),
     .about = "units free each month and account"},
    {.key = "tiers", .type = HR_FIELD_READ, .read = read_tiers},
    {.key = "confidence",
     .type = HR_FIELD_TEXT,
     .offset = AT(confidence),
     .size = ROOM(confidence)},
};
#undef AT
#undef ROOM
static const struct hr_schema item_schema = {item_fields, COUNT(item_fields)};

static const char *copy(struct hr_book *book, const char *text)
{
    return hr_arena_copy(&book->arena, text, strlen(text));
}

static bool read_item(struct hr_book *book, const struct hr_node *node, struct hr__item *ret,
                      struct hr_error *err)
{
    struct item_text text = {.price = NAN, .confirmed = true};
    struct hr_reading reading = {.arena = &book->arena, .prefix = node->key};
    if (node->type == HR_NODE_SCALAR) { /* `--set prices.items.X=0.00001`: the price alone */
        return hr_node_fail(node, err, "items.%s: expected a map with service, unit and price",
                            node->key);
    }
    if (!hr_schema_read(&item_schema, node, &reading, &text, err))
        return false;
    if (text.has_tiers != (bool)isnan(text.price))
        return hr_node_fail(node, err, "items.%s: expected either `price` or `tiers`", node->key);
    if (!text.has_tiers)
        text.tiers[text.tier_count++] = (struct hr__tier){INFINITY, text.price};
    *ret = (struct hr__item){.id = copy(book, node->key),
                             .service = copy(book, text.service),
                             .unit = copy(book, text.unit),
                             .free = text.free,
                             .tier_count = text.tier_count,
                             .confirmed = text.confirmed && strcmp(text.confidence, "K") != 0};
    memcpy(ret->tiers, text.tiers, sizeof ret->tiers);
    return (ret->id && ret->service && ret->unit) || hr_fail_memory(err);
}

const struct hr__item *hr__book_item(const struct hr_book *book, const char *id)
{
    for (size_t i = 0; i < book->item_count; i++)
        if (strcmp(book->items[i].id, id) == 0)
            return &book->items[i];
    return NULL;
}

/* ---- schemes and services
 * -------------------------------------------------------------------------- */

/* A map of item: meter. */
static bool read_charges(struct hr_book *book, const struct hr_node *map, struct hr__scheme *scheme,
                         struct hr_error *err)
{
    if (map->type != HR_NODE_MAP)
        return hr_node_fail(map, err,
                            "%s: expected a map of items and their meters such as "
                            "`{lambda-requests: requests}`",
                            scheme->id);
    scheme->charges = hr_arena_alloc(&book->arena, (map->count + 1) * sizeof *scheme->charges);
    if (!scheme->charges)
        return hr_fail_memory(err);
    for (const struct hr_node *node = map->first; node; node = node->next) {
        struct hr__charge *charge = &scheme->charges[scheme->charge_count];
        charge->item = hr__book_item(book, node->key);
        if (!charge->item)
            return hr_node_fail(node, err, "%s: there is no item `%s` under `items:`", scheme->id,
                                node->key);
        if (node->type != HR_NODE_SCALAR || !hr_meter_parse(node->text, node->len, &charge->meter))
            return hr_node_fail(node, err, "%s.%s: expected a meter such as `requests`, found `%s`",
                                scheme->id, node->key, node->text ? node->text : "");
        scheme->charge_count++;
    }
    return true;
}

struct scheme_text {
    char title[160], instances[32];
    int span;
    struct hr_metering metering;
    double instance_discount;
    const struct hr_node *items;
};
#define METERING(member) offsetof(struct hr_metering, member)
static const struct hr_field metering_fields[] = {
    {.key = "span",
     .type = HR_FIELD_NAME,
     .required = true,
     .offset = METERING(span),
     .names = hr_metered_span_names},
    {.key = "granularity", .type = HR_FIELD_DURATION, .offset = METERING(granularity_us)},
    {.key = "minimum", .type = HR_FIELD_DURATION, .offset = METERING(minimum_us)},
    {.key = "bill_init", .type = HR_FIELD_YES, .offset = METERING(bill_init)},
};
#undef METERING
static const struct hr_schema metering_schema = {metering_fields, COUNT(metering_fields)};

static bool keep_node(const struct hr_node *node, const struct hr_reading *reading, void *target,
                      struct hr_error *err)
{
    (void)reading;
    (void)err;
    ((struct scheme_text *)target)->items = node;
    return true;
}

#define AT(member)   offsetof(struct scheme_text, member)
#define ROOM(member) sizeof((struct scheme_text *)0)->member
static const struct hr_field scheme_fields[] = {
    {.key = "title", .type = HR_FIELD_TEXT, .offset = AT(title), .size = ROOM(title)},
    {.key = "metering",
     .type = HR_FIELD_MAP,
     .required = true,
     .offset = AT(metering),
     .map = &metering_schema},
    {.key = "instances",
     .type = HR_FIELD_TEXT,
     .offset = AT(instances),
     .size = ROOM(instances),
     .about = "what the item of a server begins with; its type follows"},
    {.key = "instance_discount",
     .type = HR_FIELD_FRACTION,
     .offset = AT(instance_discount),
     .max = 1},
    {.key = "items", .type = HR_FIELD_READ, .required = true, .read = keep_node},
};
#undef AT
#undef ROOM
static const struct hr_schema scheme_schema = {scheme_fields, COUNT(scheme_fields)};

static bool read_scheme(struct hr_book *book, const struct hr_node *node, struct hr__scheme *ret,
                        struct hr_error *err)
{
    struct scheme_text text = {0};
    struct hr_reading reading = {.arena = &book->arena, .prefix = node->key};
    if (!hr_schema_read(&scheme_schema, node, &reading, &text, err))
        return false;
    ret->id = copy(book, node->key);
    ret->instances = copy(book, text.instances);
    ret->metering = text.metering;
    ret->instance_discount = text.instance_discount;
    if (!ret->id || !ret->instances)
        return hr_fail_memory(err);
    return read_charges(book, text.items, ret, err);
}

static bool read_service(struct hr_book *book, const struct hr_node *node, struct hr__scheme *ret,
                         struct hr_error *err)
{
    ret->id = copy(book, node->key);
    ret->instances = "";
    return ret->id ? read_charges(book, node, ret, err) : hr_fail_memory(err);
}

const struct hr__scheme *hr__book_find(const struct hr_book *book, const char *noun, const char *id,
                                       struct hr_error *err)
{
    bool scheme = strcmp(noun, "scheme") == 0;
    const struct hr__scheme *all = scheme ? book->schemes : book->services;
    size_t count = scheme ? book->scheme_count : book->service_count;
    struct hr_text names = {.max = 512};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].id, id) == 0) {
            hr_text_clear(&names);
            return &all[i];
        }
        hr_text_printf(&names, "%s%s", i ? ", " : "", all[i].id);
    }
    hr_fail(err, HR_EMISSING, "the price book %s has no %s `%s`; it has: %s", book->id, noun, id,
            names.data ? names.data : "none");
    hr_text_clear(&names);
    return NULL;
}

const struct hr__item *hr__book_instance(const struct hr_book *book,
                                         const struct hr__scheme *scheme, const char *type,
                                         struct hr_error *err)
{
    char id[128];
    snprintf(id, sizeof id, "%s%s", scheme->instances, type);
    const struct hr__item *item = hr__book_item(book, id);
    if (!item)
        hr_fail(err, HR_EMISSING, "the price book %s has no item `%s` for instance type `%s`",
                book->id, id, type);
    return item;
}

/* ---- the book
 * ------------------------------------------------------------------------------------------ */

#define AT(member)   offsetof(struct hr_book, member)
#define ROOM(member) sizeof((struct hr_book *)0)->member
static const struct hr_field book_fields[] = {
    {.key = "book",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(id),
     .size = ROOM(id),
     .about = "the book's name, such as `aws-us-east-1`"},
    {.key = "title", .type = HR_FIELD_TEXT, .offset = AT(title), .size = ROOM(title)},
    {.key = "as_of",
     .type = HR_FIELD_DATE,
     .required = true,
     .offset = AT(as_of),
     .size = ROOM(as_of)},
    {.key = "provider", .type = HR_FIELD_ANY},
    {.key = "region", .type = HR_FIELD_ANY},
    {.key = "currency", .type = HR_FIELD_ANY},
    {.key = "sources", .type = HR_FIELD_ANY, .required = true},
    {.key = "items", .type = HR_FIELD_ANY, .required = true},
    {.key = "schemes", .type = HR_FIELD_ANY},
    {.key = "services", .type = HR_FIELD_ANY},
};
#undef AT
#undef ROOM
static const struct hr_schema book_schema = {book_fields, COUNT(book_fields)};

static bool read_items(struct hr_book *book, const struct hr_node *map, struct hr_error *err)
{
    if (map->type != HR_NODE_MAP)
        return hr_node_fail(map, err, "items: expected a map of items");
    book->items = hr_arena_alloc(&book->arena, (map->count + 1) * sizeof *book->items);
    if (!book->items)
        return hr_fail_memory(err);
    for (const struct hr_node *node = map->first; node; node = node->next, book->item_count++)
        if (!read_item(book, node, &book->items[book->item_count], err))
            return false;
    return true;
}

/* schemes: or services:, whichever `read` reads. */
static bool read_all(struct hr_book *book, const struct hr_node *map, struct hr__scheme **ret,
                     size_t *ret_count,
                     bool (*read)(struct hr_book *, const struct hr_node *, struct hr__scheme *,
                                  struct hr_error *),
                     struct hr_error *err)
{
    if (!map)
        return true;
    if (map->type != HR_NODE_MAP)
        return hr_node_fail(map, err, "%s: expected a map", map->key);
    *ret = hr_arena_alloc(&book->arena, (map->count + 1) * sizeof **ret);
    if (!*ret)
        return hr_fail_memory(err);
    for (const struct hr_node *node = map->first; node; node = node->next, (*ret_count)++)
        if (!read(book, node, &(*ret)[*ret_count], err))
            return false;
    return true;
}

static bool read_book(const struct hr_tree *tree, struct hr_book *book, struct hr_error *err)
{
    const struct hr_node *root = hr_tree_root(tree);
    struct hr_reading reading = {.arena = &book->arena, .prefix = ""};
    book->file = copy(book, root->file);
    return book->file && hr_schema_read(&book_schema, root, &reading, book, err) &&
           read_items(book, hr_node_get(root, "items"), err) &&
           read_all(book, hr_node_get(root, "schemes"), &book->schemes, &book->scheme_count,
                    read_scheme, err) &&
           read_all(book, hr_node_get(root, "services"), &book->services, &book->service_count,
                    read_service, err);
}

static bool open_tree(struct hr_tree *tree, struct hr_book **ret, struct hr_error *err)
{
    struct hr_book *book = calloc(1, sizeof *book);
    bool read = book ? read_book(tree, book, err) : hr_fail_memory(err);
    hr_tree_close(tree);
    if (read)
        *ret = book;
    else
        hr_book_close(book);
    return read;
}

/* An override may give an item's price alone: `items.X=0.00001` is `items.X.price=0.00001`. */
static bool set_override(struct hr_tree *tree, const struct hr_override *override,
                         struct hr_error *err)
{
    const struct hr_node *node = hr_tree_find(tree, override->key);
    char key[256];
    if (strncmp(override->key, "items.", 6) == 0 && node && node->type == HR_NODE_MAP) {
        if (hr_node_get(node, "tiers"))
            snprintf(key, sizeof key, "%s.tiers", override->key);
        else
            snprintf(key, sizeof key, "%s.price", override->key);
        if (!hr_node_get(node, "tiers"))
            return hr_tree_set(tree, key, override->value, err);
        char bands[256];
        snprintf(bands, sizeof bands, "[{price: %s}]", override->value);
        return hr_tree_set(tree, key, bands, err);
    }
    return hr_tree_set(tree, override->key, override->value, err);
}

bool hr_book_open(const struct hr_models *models, const char *id,
                  const struct hr_override *overrides, size_t override_count, struct hr_book **ret,
                  struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    if (!hr_models_tree(models, HR_MODEL_PRICES, id, &tree, err))
        return false;
    for (size_t i = 0; i < override_count; i++)
        if (!set_override(tree, &overrides[i], err)) {
            hr_tree_close(tree);
            return false;
        }
    return open_tree(tree, ret, err);
}

bool hr_book_open_file(const char *path, struct hr_book **ret, struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    return hr_tree_load_file(path, &tree, err) && open_tree(tree, ret, err);
}

void hr_book_close(struct hr_book *book)
{
    if (!book)
        return;
    hr_arena_clear(&book->arena);
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

bool hr_book_metering(const struct hr_book *book, const char *scheme, struct hr_metering *ret,
                      struct hr_error *err)
{
    const struct hr__scheme *found = hr__book_find(book, "scheme", scheme, err);
    if (found)
        *ret = found->metering;
    return found != NULL;
}
