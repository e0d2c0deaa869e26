/* platform_hybrid.c: the keys of `hybrid`: two platforms and what goes to which. */
#include "model/read.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const front_names[] = {"fleet", "each", NULL};

#define AT(member)   offsetof(struct hr_hybrid_model, member)
#define ROOM(member) sizeof((struct hr_hybrid_model *)0)->member
static const struct hr_field hybrid_fields[] = {
    {.key = "fleet",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(fleet),
     .size = ROOM(fleet),
     .about = "the platform of its servers, such as `fleet-fixed`"},
    {.key = "function",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(function),
     .size = ROOM(function),
     .about = "the platform of its functions, such as `aws-lambda-arm`"},
    {.key = "overflow",
     .type = HR_FIELD_INTEGER,
     .offset = AT(overflow),
     .min = 1,
     .max = HR_SLOTS_MAX,
     .word = "auto",
     .about = "in progress on the fleet, from which on a request goes to the functions; `auto`: "
              "as many as its slots"},
    {.key = "share",
     .type = HR_FIELD_FRACTION,
     .offset = AT(share),
     .min = 0.0001,
     .max = 1,
     .about = "share of the requests that goes to the functions, in place of overflow"},
    {.key = "front",
     .type = HR_FIELD_NAME,
     .offset = AT(front),
     .names = front_names,
     .about = "what a request comes in through: the fleet's balancer, or each part's own"},
};
#undef AT
#undef ROOM
const struct hr_schema hr__hybrid_schema = {hybrid_fields, COUNT(hybrid_fields)};

bool hr__hybrid_check(const struct hr_tree *tree, const struct hr_hybrid_model *hybrid,
                      struct hr_error *err)
{
    const struct hr_node *share = hr_tree_find(tree, "hybrid.share");
    if (share && hr_tree_find(tree, "hybrid.overflow"))
        return hr_node_fail(share, err,
                            "hybrid.share: expected either this or hybrid.overflow, not both");
    const struct hr_node *node = hr_tree_find(tree, "hybrid.function");
    if (strcmp(hybrid->fleet, hybrid->function) == 0)
        return hr_node_fail(node, err, "hybrid.function: is the same platform as hybrid.fleet");
    return true;
}
