/* pattern.c: what is assumed of a workload whose log does not tell its service time. */
#include "model/read.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool read_names(const struct hr_node *node, const struct hr_reading *reading, void *target,
                       struct hr_error *err)
{
    struct hr_pattern *pattern = target;
    const size_t most = COUNT(pattern->names), longest = sizeof pattern->names[0] - 1;
    if (node->type != HR_NODE_LIST || node->count > most)
        return hr_node_fail(node, err, "%s: expected a list of at most %zu workload names",
                            reading->prefix, most);
    pattern->name_count = 0;
    for (const struct hr_node *item = node->first; item; item = item->next) {
        if (item->type != HR_NODE_SCALAR || item->len == 0 || item->len > longest)
            return hr_node_fail(item, err, "%s: expected a workload's name of 1 to %zu bytes",
                                reading->prefix, longest);
        memcpy(pattern->names[pattern->name_count++], item->text, item->len + 1);
    }
    return true;
}

#define AT(member)   offsetof(struct hr_pattern, member)
#define ROOM(member) sizeof((struct hr_pattern *)0)->member
static const struct hr_field pattern_fields[] = {
    {.key = "pattern",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(id),
     .size = ROOM(id),
     .about = "the pattern's name, such as `web-api`"},
    {.key = "title", .type = HR_FIELD_TEXT, .offset = AT(title), .size = ROOM(title)},
    {.key = "as_of", .type = HR_FIELD_DATE, .offset = AT(as_of), .size = ROOM(as_of)},
    {.key = "sources", .type = HR_FIELD_ANY},
    {.key = "trigger",
     .type = HR_FIELD_TEXT,
     .required = true,
     .offset = AT(trigger),
     .size = ROOM(trigger),
     .about = "one of http, async, queue, stream, schedule"},
    {.key = "names", .type = HR_FIELD_READ, .read = read_names},
    {.key = "service",
     .type = HR_FIELD_DIST,
     .required = true,
     .offset = AT(service),
     .about = "the assumed service time, such as `{dist: lognormal, p50: 80 ms, p99: 900 ms}`"},
    {.key = "cpu_bound",
     .type = HR_FIELD_FRACTION,
     .required = true,
     .offset = AT(cpu_bound),
     .max = 1,
     .about = "share of the service time that needs a core"},
    {.key = "response",
     .type = HR_FIELD_READ,
     .offset = AT(response_bytes),
     .read = hr__bytes_read},
};
#undef AT
#undef ROOM
static const struct hr_schema pattern_schema = {pattern_fields, COUNT(pattern_fields)};

bool hr__pattern_read(const struct hr_tree *tree, struct hr_pattern *ret, struct hr_error *err)
{
    const struct hr_node *root = hr_tree_root(tree);
    *ret = (struct hr_pattern){0};
    snprintf(ret->file, sizeof ret->file, "%s", root->file);
    const struct hr_reading reading = {.arena = &ret->arena, .prefix = ""};
    if (hr_schema_read(&pattern_schema, root, &reading, ret, err))
        return true;
    hr_pattern_clear(ret);
    return false;
}

void hr_pattern_clear(struct hr_pattern *pattern)
{
    if (!pattern)
        return;
    hr_arena_clear(&pattern->arena);
    *pattern = (struct hr_pattern){0};
}
