/* categories.c: the service categories of FOCUS 1.2 and what a book says of its services.
 *
 * Subcategories were read for the categories below; of the others only "Other (CATEGORY)" is taken.
 */
#include <string.h>

#include "price/book.h"

static const char *const categories[] = {
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
    "Multicloud",
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
    "Networking",
    "Security",
    "Storage",
    "Web",
    "Other",
};

static const struct {
    const char *category, *subcategory;
} pairs[] = {
    {"Compute", "Containers"},
    {"Compute", "End User Computing"},
    {"Compute", "Quantum Compute"},
    {"Compute", "Serverless Compute"},
    {"Compute", "Virtual Machines"},
    {"Networking", "Application Networking"},
    {"Networking", "Content Delivery"},
    {"Networking", "Network Connectivity"},
    {"Networking", "Network Infrastructure"},
    {"Networking", "Network Routing"},
    {"Networking", "Network Security"},
    {"Integration", "API Management"},
    {"Integration", "Messaging"},
    {"Integration", "Workflow Orchestration"},
    {"Databases", "Caching"},
    {"Databases", "Data Warehouses"},
    {"Databases", "Ledger Databases"},
    {"Databases", "NoSQL Databases"},
    {"Databases", "Relational Databases"},
    {"Databases", "Time Series Databases"},
    {"Storage", "Backup Storage"},
    {"Storage", "Block Storage"},
    {"Storage", "File Storage"},
    {"Storage", "Object Storage"},
    {"Storage", "Storage Platforms"},
    {"Management and Governance", "Architecture"},
    {"Management and Governance", "Compliance"},
    {"Management and Governance", "Cost Management"},
    {"Management and Governance", "Data Governance"},
    {"Management and Governance", "Disaster Recovery"},
    {"Management and Governance", "Endpoint Management"},
    {"Management and Governance", "Observability"},
    {"Management and Governance", "Support"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool known(const struct hr__category *at)
{
    char other[64];
    bool category = false, pair = false;
    for (size_t i = 0; i < COUNT(categories); i++)
        category = category || strcmp(categories[i], at->category) == 0;
    for (size_t i = 0; i < COUNT(pairs); i++)
        pair = pair || (strcmp(pairs[i].category, at->category) == 0 &&
                        strcmp(pairs[i].subcategory, at->subcategory) == 0);
    snprintf(other, sizeof other, "Other (%s)", at->category);
    return category && (pair || strcmp(at->subcategory, other) == 0);
}

/* "Compute / Serverless Compute" */
static bool read_category(const struct hr_node *node, struct hr__category *ret,
                          struct hr_error *err)
{
    const char *slash = node->type == HR_NODE_SCALAR ? strstr(node->text, " / ") : NULL;
    ret->service = node->key;
    if (slash && (size_t)(slash - node->text) < sizeof ret->category &&
        strlen(slash + 3) < sizeof ret->subcategory) {
        memcpy(ret->category, node->text, (size_t)(slash - node->text));
        memcpy(ret->subcategory, slash + 3, strlen(slash + 3));
        if (known(ret))
            return true;
    }
    return hr_node_fail(
        node, err,
        "categories.%.60s: expected a category and a subcategory of FOCUS 1.2, such "
        "as `Compute / Serverless Compute`, found `%.60s`",
        node->key, node->type == HR_NODE_SCALAR ? node->text : "a list");
}

bool hr__categories_read(struct hr_book *book, const struct hr_node *node, struct hr_error *err)
{
    if (node->type != HR_NODE_MAP)
        return hr_node_fail(node, err, "categories: expected a map of services");
    book->categories = hr_arena_alloc(&book->arena, (node->count + 1) * sizeof *book->categories);
    if (!book->categories)
        return hr_fail_memory(err);
    for (const struct hr_node *at = node->first; at; at = at->next)
        if (!read_category(at, &book->categories[book->category_count++], err))
            return false;
    return true;
}

bool hr_book_category(const struct hr_book *book, const char *service, const char **ret_category,
                      const char **ret_subcategory)
{
    *ret_category = "Other";
    *ret_subcategory = "Other (Other)";
    for (size_t i = 0; i < book->category_count; i++) {
        if (strcmp(book->categories[i].service, service) == 0) {
            *ret_category = book->categories[i].category;
            *ret_subcategory = book->categories[i].subcategory;
            return true;
        }
    }
    return false;
}
