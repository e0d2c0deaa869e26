/* book.h: a price book in memory, shared by the files of the price room.
 *
 * A book of some hundred items; a bill walks a scheme's and its services' bindings, which is a
 * handful, or the items of a usage table, once.
 */
#ifndef HEADROOM_PRICE_BOOK_H
#define HEADROOM_PRICE_BOOK_H

#include "headroom/price.h"

#define HR__TIERS_MAX     16  /* bands of one item */
#define HR__BINDINGS_MAX  64  /* items of one scheme or service */
#define HR__INSTANCES_MAX 512 /* instance types of one scheme */
#define HR__POOLS_MAX     64  /* free quantities that items share */

/* A band [previous up_to, up_to) of a month's quantity, with its own price for what lies inside. */
struct hr__tier {
    double up_to;   /* INFINITY in the last one */
    double price;   /* USD per unit */
    int confidence; /* enum hr_confidence, or -1: the item's */
};

/* A free quantity of the account that several items draw on. */
struct hr__pool {
    const char *id; /* lives in the book's tree */
    char unit[24];
    double free; /* units a month */
};

struct hr__item {
    const char *id; /* lives in the book's tree */
    char service[64], unit[24], source[240];
    enum hr_confidence confidence;
    double free;                 /* units of a month that the account does not pay */
    const struct hr__pool *pool; /* its free quantity instead, or NULL */
    double step;                 /* paid in multiples of it, rounded up; 0: as metered */
    double minimum;              /* units that are paid where any are */
    struct hr__tier tiers[HR__TIERS_MAX];
    size_t tier_count; /* at least 1 */
};

/* Which quantity an item is paid for. */
struct hr__binding {
    const struct hr__item *item;
    enum hr_meter meter;
};

struct hr__instance {
    const char *type; /* "m7g.large"; lives in the tree */
    const struct hr__item *item;
};

/* A way of paying for compute (a scheme) or what a design pays beside (a service). */
struct hr__offer {
    const char *id; /* lives in the tree */
    char title[160];
    struct hr_metering metering;
    double instance_discount; /* 0..1, off what instances cost: a commitment */
    struct hr__binding bindings[HR__BINDINGS_MAX];
    size_t binding_count;
    struct hr__instance *instances; /* in the book's arena; NULL where there are none */
    size_t instance_count;
};

/* Where FOCUS puts a service. */
struct hr__category {
    const char *service; /* lives in the tree */
    char category[40], subcategory[40];
};

struct hr_book {
    struct hr_tree *tree; /* owned; ids and errors point into it */
    struct hr_arena arena;
    char id[64], title[160], provider[64], region[64], currency[8], as_of[16];
    struct hr__category *categories;
    size_t category_count;
    struct hr__pool *pools;
    size_t pool_count;
    struct hr__item *items;
    size_t item_count;
    struct hr__offer *schemes;
    size_t scheme_count;
    struct hr__offer *services;
    size_t service_count;
};

/* By id, or HR_EMISSING with what the book has. */
const struct hr__offer *hr__scheme_find(const struct hr_book *book, const char *id,
                                        struct hr_error *err);
const struct hr__offer *hr__service_find(const struct hr_book *book, const char *id,
                                         struct hr_error *err);

/* `categories:` of the book, {SERVICE: CATEGORY / SUBCATEGORY}, in the words of FOCUS 1.2. */
bool hr__categories_read(struct hr_book *book, const struct hr_node *node, struct hr_error *err);

/* Reads the document of book->tree into the book. */
bool hr__book_read(struct hr_book *book, struct hr_error *err);

#endif
