/* book_read.c: the form of a price book, from its document.
 *
 * The tables are the contract of models/prices: an unknown key, a unit that is not its meter's, a
 * price below zero, bands that do not rise and a scheme that names a missing item are refused with
 * file, line and key.
 */
#include "price/book.h"

#include <math.h>
#include <string.h>

#define COUNT(table)       (sizeof(table) / sizeof *(table))
#define ROOM(type, member) sizeof(((struct type *)0)->member)

/* What the read functions reach through hr_reading.context. */
struct context {
    struct hr_book *book;
    struct hr__item *item; /* being read */
    struct hr__offer *offer;
};

/* ---- items ---------------------------------------------------------------------------------- */

static const char *const confidence_names[] = {"confirmed", "derived", "weak", "recalled", NULL};

static const struct hr_field tier_fields[] = {
    {.key = "up_to",
     .type = HR_FIELD_NUMBER,
     .offset = offsetof(struct hr__tier, up_to),
     .word = "none",
     .word_value = INFINITY,
     .about = "where the band ends, in units a month"},
    {.key = "price",
     .type = HR_FIELD_MONEY,
     .required = true,
     .offset = offsetof(struct hr__tier, price),
     .about = "USD for a unit inside the band"},
    {.key = "confidence",
     .type = HR_FIELD_NAME,
     .offset = offsetof(struct hr__tier, confidence),
     .names = confidence_names},
};
static const struct hr_schema tier_schema = {tier_fields, COUNT(tier_fields)};

static bool read_tiers(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr__item *item = ((struct context *)reading->context)->item;
    (void)target;
    if (node->type != HR_NODE_LIST || node->count == 0 || node->count > HR__TIERS_MAX)
        return hr_node_fail(node, err, "%s: expected a list of 1 to %d bands", reading->prefix,
                            HR__TIERS_MAX);
    double below = 0;
    item->tier_count = 0;
    for (const struct hr_node *at = node->first; at; at = at->next) {
        struct hr__tier *tier = &item->tiers[item->tier_count++];
        if (at->type != HR_NODE_MAP)
            return hr_node_fail(at, err, "%s: expected a band such as `{up_to: 100, price: 0.09}`",
                                reading->prefix);
        *tier = (struct hr__tier){.up_to = INFINITY, .confidence = -1};
        if (!hr_schema_read(&tier_schema, at, reading, tier, err))
            return false;
        if (!(tier->up_to > below))
            return hr_node_fail(at, err,
                                "%s: bands must rise: expected up_to above %.15g, "
                                "found %.15g",
                                reading->prefix, below, tier->up_to);
        below = tier->up_to;
        if (!at->next && !isinf(below))
            return hr_node_fail(at, err, "%s: the last band must be open: leave its up_to out",
                                reading->prefix);
    }
    return true;
}

static bool read_price(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr__item *item = ((struct context *)reading->context)->item;
    (void)target;
    double price = 0;
    if (node->type != HR_NODE_SCALAR || !hr_parse_money(node->text, node->len, &price))
        return hr_node_fail(node, err,
                            "%s: expected a price of 0 or more such as `0.0225`, found "
                            "`%.60s`",
                            reading->prefix, node->type == HR_NODE_SCALAR ? node->text : "a list");
    item->tiers[0] = (struct hr__tier){INFINITY, price, -1};
    item->tier_count = 1;
    return true;
}

static const struct hr__pool *find_pool(const struct hr_book *book, const char *id)
{
    for (size_t i = 0; i < book->pool_count; i++)
        if (strcmp(book->pools[i].id, id) == 0)
            return &book->pools[i];
    return NULL;
}

/* GB-month draws on a pool of GB, too: the providers count them together. */
static bool fits(const struct hr__pool *pool, const char *unit)
{
    size_t len = strlen(pool->unit);
    return strncmp(unit, pool->unit, len) == 0 &&
           (unit[len] == '\0' || strcmp(unit + len, "-month") == 0);
}

/* 400000, or {pool: NAME}: a quantity that several items share. */
static bool read_free(const struct hr_node *node, const struct hr_reading *reading, void *target,
                      struct hr_error *err)
{
    struct context *context = reading->context;
    (void)target;
    if (node->type == HR_NODE_SCALAR &&
        hr_parse_double(node->text, node->len, &context->item->free) && context->item->free >= 0)
        return true;
    const struct hr_node *pool = hr_node_get(node, "pool");
    if (!pool || pool->type != HR_NODE_SCALAR || node->count != 1)
        return hr_node_fail(node, err, "%s: expected units a month of 0 or more, or `{pool: NAME}`",
                            reading->prefix);
    context->item->pool = find_pool(context->book, pool->text);
    return context->item->pool ||
           hr_node_fail(pool, err, "%s: there is no pool `%.60s` under `pools:`", reading->prefix,
                        pool->text);
}

static const struct hr_field pool_fields[] = {
    {.key = "unit",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = offsetof(struct hr__pool, unit),
     .size = ROOM(hr__pool, unit),
     .about = "what the quantity counts, such as `GB-s`"},
    {.key = "free",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .offset = offsetof(struct hr__pool, free),
     .about = "units a month that its items have together"},
    {.key = "source", .type = HR_FIELD_ANY},
    {.key = "confidence", .type = HR_FIELD_ANY},
};
static const struct hr_schema pool_schema = {pool_fields, COUNT(pool_fields)};

static bool read_pools(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr_book *book = ((struct context *)reading->context)->book;
    (void)target;
    if (node->type != HR_NODE_MAP || node->count > HR__POOLS_MAX)
        return hr_node_fail(node, err, "pools: expected a map of at most %d pools", HR__POOLS_MAX);
    book->pools = hr_arena_alloc(&book->arena, (node->count + 1) * sizeof *book->pools);
    if (!book->pools)
        return hr_fail_memory(err);
    for (const struct hr_node *at = node->first; at; at = at->next) {
        char prefix[160];
        snprintf(prefix, sizeof prefix, "pools.%.100s", at->key);
        if (at->type != HR_NODE_MAP)
            return hr_node_fail(at, err, "%s: expected a map with unit and free", prefix);
        struct hr__pool *pool = &book->pools[book->pool_count++];
        pool->id = at->key;
        struct hr_reading below = *reading;
        below.prefix = prefix;
        if (!hr_schema_read(&pool_schema, at, &below, pool, err))
            return false;
    }
    return true;
}

const char *hr_confidence_name(enum hr_confidence confidence)
{
    return (unsigned)confidence <= HR_RECALLED ? confidence_names[confidence] : "?";
}

static const struct hr_field item_fields[] = {
    {.key = "service",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = offsetof(struct hr__item, service),
     .size = ROOM(hr__item, service),
     .about = "the service as the provider's bill names it"},
    {.key = "unit",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = offsetof(struct hr__item, unit),
     .size = ROOM(hr__item, unit),
     .about = "what the price is for one of, such as `GB-s`"},
    {.key = "price", .type = HR_FIELD_READ, .read = read_price},
    {.key = "tiers", .type = HR_FIELD_READ, .read = read_tiers},
    {.key = "free", .type = HR_FIELD_READ, .read = read_free},
    {.key = "step",
     .type = HR_FIELD_NUMBER,
     .offset = offsetof(struct hr__item, step),
     .about = "paid in multiples of so many units, rounded up"},
    {.key = "minimum",
     .type = HR_FIELD_NUMBER,
     .offset = offsetof(struct hr__item, minimum),
     .about = "the least number of units that is paid where any is"},
    {.key = "source",
     .type = HR_FIELD_TEXT,
     .offset = offsetof(struct hr__item, source),
     .size = ROOM(hr__item, source)},
    {.key = "confidence",
     .type = HR_FIELD_NAME,
     .offset = offsetof(struct hr__item, confidence),
     .names = confidence_names},
};
static const struct hr_schema item_schema = {item_fields, COUNT(item_fields)};

/* A price and bands exclude each other, unless the price was set for this run: then it is all. */
static bool one_price(const struct hr_node *node, const char *prefix, struct hr__item *item,
                      struct hr_error *err)
{
    const struct hr_node *price = hr_node_get(node, "price"), *tiers = hr_node_get(node, "tiers");
    if (!price && !tiers)
        return hr_node_fail(node, err, "%s: expected `price:` or `tiers:`", prefix);
    if (price && tiers && price->line != 0)
        return hr_node_fail(price, err, "%s: expected either `price:` or `tiers:`, found both",
                            prefix);
    if (price && tiers) {
        item->tier_count = 1;
        item->tiers[0].up_to = INFINITY;
        return hr_parse_money(price->text, price->len, &item->tiers[0].price);
    }
    return true;
}

static bool read_items(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct context *context = reading->context;
    struct hr_book *book = context->book;
    (void)target;
    if (node->type != HR_NODE_MAP || node->count == 0)
        return hr_node_fail(node, err, "items: expected a map of items");
    book->items = hr_arena_alloc(&book->arena, node->count * sizeof *book->items);
    if (!book->items)
        return hr_fail_memory(err);
    for (const struct hr_node *at = node->first; at; at = at->next) {
        char prefix[160];
        snprintf(prefix, sizeof prefix, "items.%.100s", at->key);
        if (at->type != HR_NODE_MAP)
            return hr_node_fail(at, err, "%s: expected an item with service, unit and price",
                                prefix);
        context->item = &book->items[book->item_count++];
        context->item->id = at->key;
        struct hr_reading below = *reading;
        below.prefix = prefix;
        const struct hr__item *item = context->item;
        if (!hr_schema_read(&item_schema, at, &below, context->item, err) ||
            !one_price(at, prefix, context->item, err))
            return false;
        if (item->pool && !fits(item->pool, item->unit))
            return hr_node_fail(hr_node_get(at, "free"), err,
                                "%s.free: pool `%s` counts `%s`, the item `%s`", prefix,
                                item->pool->id, item->pool->unit, item->unit);
    }
    return true;
}

/* ---- schemes and services ---------------------------------------------------------------------
 */

static const struct hr__item *find_item(const struct hr_book *book, const char *id)
{
    for (size_t i = 0; i < book->item_count; i++)
        if (strcmp(book->items[i].id, id) == 0)
            return &book->items[i];
    return NULL;
}

/* The item that a node names, priced in the unit of its meter. */
static bool bind(const struct hr_book *book, const struct hr_node *node, enum hr_meter meter,
                 const struct hr__item **ret, struct hr_error *err)
{
    const struct hr__item *item = node->type == HR_NODE_SCALAR ? find_item(book, node->text) : NULL;
    if (!item)
        return hr_node_fail(node, err, "there is no item `%.60s` under `items:`",
                            node->type == HR_NODE_SCALAR ? node->text : "");
    if (strcmp(item->unit, hr_meter_unit(meter)) != 0)
        return hr_node_fail(node, err, "item `%.60s` is priced per `%s`, its meter %s counts `%s`",
                            item->id, item->unit, hr_meter_name(meter), hr_meter_unit(meter));
    *ret = item;
    return true;
}

/* {item: ID, meter: METER} */
static bool read_binding(const struct hr_book *book, const struct hr_node *node,
                         struct hr__binding *ret, struct hr_error *err)
{
    const struct hr_node *item = hr_node_get(node, "item"), *meter = hr_node_get(node, "meter");
    if (!item || !meter || node->count != 2)
        return hr_node_fail(node, err, "expected `{item: ID, meter: METER}`");
    if (meter->type == HR_NODE_SCALAR && hr_meter_parse(meter->text, meter->len, &ret->meter))
        return bind(book, item, ret->meter, &ret->item, err);
    struct hr_text known = {.max = HR_ERROR_TEXT_MAX / 2};
    for (unsigned i = 0; i < HR_METER_COUNT; i++)
        hr_text_printf(&known, "%s%s", i ? ", " : "", hr_meter_name((enum hr_meter)i));
    hr_node_fail(meter, err, "unknown meter `%.40s`; known: %s",
                 meter->type == HR_NODE_SCALAR ? meter->text : "", known.data ? known.data : "");
    hr_text_clear(&known);
    return false;
}

static bool read_bindings(const struct hr_node *node, const struct hr_reading *reading,
                          void *target, struct hr_error *err)
{
    struct context *context = reading->context;
    struct hr__offer *offer = context->offer;
    (void)target;
    if (node->type != HR_NODE_LIST || node->count > HR__BINDINGS_MAX)
        return hr_node_fail(node, err, "%s: expected a list of at most %d items", reading->prefix,
                            HR__BINDINGS_MAX);
    for (const struct hr_node *at = node->first; at; at = at->next)
        if (!read_binding(context->book, at, &offer->bindings[offer->binding_count++], err))
            return false;
    return true;
}

/* The name of a scheme that stands above: it sells the same instance types. */
static bool same_instances(const struct hr_book *book, const struct hr_node *node,
                           struct hr__offer *offer, struct hr_error *err)
{
    for (size_t i = 0; i < book->scheme_count; i++) {
        const struct hr__offer *other = &book->schemes[i];
        if (other == offer || strcmp(other->id, node->text) != 0)
            continue;
        offer->instances = other->instances;
        offer->instance_count = other->instance_count;
        return true;
    }
    return hr_node_fail(node, err, "instances: no scheme `%.60s` stands above this one",
                        node->text);
}

/* {m7g.large: ITEM, ...}: what an hour of each instance type costs; or the name of a scheme. */
static bool read_instances(const struct hr_node *node, const struct hr_reading *reading,
                           void *target, struct hr_error *err)
{
    struct context *context = reading->context;
    struct hr__offer *offer = context->offer;
    (void)target;
    if (node->type == HR_NODE_SCALAR)
        return same_instances(context->book, node, offer, err);
    if (node->type != HR_NODE_MAP || node->count == 0 || node->count > HR__INSTANCES_MAX)
        return hr_node_fail(node, err, "%s: expected a map of 1 to %d instance types to items",
                            reading->prefix, HR__INSTANCES_MAX);
    offer->instances =
        hr_arena_alloc(&context->book->arena, node->count * sizeof *offer->instances);
    if (!offer->instances)
        return hr_fail_memory(err);
    for (const struct hr_node *at = node->first; at; at = at->next) {
        struct hr__instance *instance = &offer->instances[offer->instance_count++];
        instance->type = at->key;
        if (!bind(context->book, at, HR_METER_INSTANCE_HOURS, &instance->item, err))
            return false;
    }
    return true;
}

static const struct hr_field metering_fields[] = {
    {.key = "span",
     .type = HR_FIELD_NAME,
     .required = true,
     .offset = offsetof(struct hr_metering, span),
     .names = hr_metered_span_names,
     .about = "what time is paid: invocation, active or life"},
    {.key = "granularity",
     .type = HR_FIELD_DURATION,
     .offset = offsetof(struct hr_metering, granularity_us)},
    {.key = "minimum",
     .type = HR_FIELD_DURATION,
     .offset = offsetof(struct hr_metering, minimum_us)},
    {.key = "bill_init", .type = HR_FIELD_YES, .offset = offsetof(struct hr_metering, bill_init)},
};
static const struct hr_schema metering_schema = {metering_fields, COUNT(metering_fields)};

#define SCHEME (1u << 0)
static const struct hr_field offer_fields[] = {
    {.key = "title",
     .type = HR_FIELD_TEXT,
     .offset = offsetof(struct hr__offer, title),
     .size = ROOM(hr__offer, title)},
    {.key = "metering",
     .type = HR_FIELD_MAP,
     .required = true,
     .offset = offsetof(struct hr__offer, metering),
     .kinds = SCHEME,
     .map = &metering_schema,
     .about = "how time is measured, such as `{span: invocation, granularity: 1 ms}`"},
    {.key = "instances", .type = HR_FIELD_READ, .kinds = SCHEME, .read = read_instances},
    {.key = "instance_discount",
     .type = HR_FIELD_FRACTION,
     .offset = offsetof(struct hr__offer, instance_discount),
     .max = 1,
     .kinds = SCHEME},
    {.key = "items", .type = HR_FIELD_READ, .read = read_bindings},
    {.key = "source", .type = HR_FIELD_ANY},
    {.key = "confidence", .type = HR_FIELD_ANY},
};
static const struct hr_schema offer_schema = {offer_fields, COUNT(offer_fields)};

static bool read_offers(const struct hr_node *node, const struct hr_reading *reading,
                        struct hr__offer **ret, size_t *ret_count, struct hr_error *err)
{
    struct context *context = reading->context;
    if (node->type != HR_NODE_MAP)
        return hr_node_fail(node, err, "%s: expected a map", reading->prefix);
    struct hr__offer *offers =
        hr_arena_alloc(&context->book->arena, (node->count + 1) * sizeof *offers);
    if (!offers)
        return hr_fail_memory(err);
    *ret = offers;
    for (const struct hr_node *at = node->first; at; at = at->next) {
        char prefix[160];
        snprintf(prefix, sizeof prefix, "%.20s.%.100s", reading->prefix, at->key);
        if (at->type != HR_NODE_MAP)
            return hr_node_fail(at, err, "%s: expected a map with `items:`", prefix);
        context->offer = &offers[(*ret_count)++];
        context->offer->id = at->key;
        struct hr_reading below = *reading;
        below.prefix = prefix;
        if (!hr_schema_read(&offer_schema, at, &below, context->offer, err))
            return false;
    }
    return true;
}

/* ---- the book -----------------------------------------------------------------------------------
 */

static bool read_currency(const struct hr_node *node, const struct hr_reading *reading,
                          void *target, struct hr_error *err)
{
    if (node->type != HR_NODE_SCALAR || strcmp(node->text, "USD") != 0)
        return hr_node_fail(node, err, "%s: expected `USD`, found `%.20s`", reading->prefix,
                            node->type == HR_NODE_SCALAR ? node->text : "a list");
    memcpy(target, "USD", 4);
    return true;
}

#define TEXT(name)                                                                                 \
    .key = #name, .type = HR_FIELD_TEXT, .offset = offsetof(struct hr_book, name),                 \
    .size = ROOM(hr_book, name)
static const struct hr_field book_fields[] = {
    {.key = "book",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = offsetof(struct hr_book, id),
     .size = ROOM(hr_book, id),
     .about = "the book's name, such as `aws-us-east-1`"},
    {TEXT(title)},
    {TEXT(provider), .required = true},
    {TEXT(region), .required = true},
    {.key = "currency",
     .type = HR_FIELD_READ,
     .required = true,
     .offset = offsetof(struct hr_book, currency),
     .read = read_currency,
     .about = "only USD is known"},
    {.key = "as_of",
     .type = HR_FIELD_DATE,
     .required = true,
     .offset = offsetof(struct hr_book, as_of),
     .size = ROOM(hr_book, as_of),
     .about = "the day for which the prices hold"},
    {.key = "sources", .type = HR_FIELD_ANY},
    /* Pools, then items, then schemes and services, wherever they stand in the file: each names
     * what is before it. */
    {.key = "categories", .type = HR_FIELD_ANY},
    {.key = "pools", .type = HR_FIELD_ANY},
    {.key = "items", .type = HR_FIELD_ANY, .required = true},
    {.key = "schemes", .type = HR_FIELD_ANY},
    {.key = "services", .type = HR_FIELD_ANY},
};
#undef TEXT
static const struct hr_schema book_schema = {book_fields, COUNT(book_fields)};

bool hr__book_read(struct hr_book *book, struct hr_error *err)
{
    const struct hr_node *root = hr_tree_root(book->tree);
    struct context context = {.book = book};
    struct hr_reading reading = {.arena = &book->arena, .prefix = "", .context = &context};
    if (!hr_schema_read(&book_schema, root, &reading, book, err))
        return false;
    const struct hr_node *categories = hr_node_get(root, "categories");
    if (categories && !hr__categories_read(book, categories, err))
        return false;
    const struct hr_node *pools = hr_node_get(root, "pools");
    reading.prefix = "pools";
    if (pools && !read_pools(pools, &reading, NULL, err))
        return false;
    reading.prefix = "items";
    if (!read_items(hr_node_get(root, "items"), &reading, NULL, err))
        return false;
    const struct hr_node *schemes = hr_node_get(root, "schemes");
    reading.prefix = "schemes";
    if (schemes && !read_offers(schemes, &reading, &book->schemes, &book->scheme_count, err))
        return false;
    const struct hr_node *services = hr_node_get(root, "services");
    reading.prefix = "services";
    reading.kind = 1; /* not a scheme */
    return !services || read_offers(services, &reading, &book->services, &book->service_count, err);
}
