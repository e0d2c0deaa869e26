/* platform_start.c: the keys of `function.cold_start`: one distribution, or a start's stages. */
#include "model/read.h"

#include <string.h>

#define COUNT(table)                  (sizeof(table) / sizeof *(table))

#define STAGE_WORD(id, word, purpose) [id] = (word),
static const char *const stage_words[] = {HR_STAGES(STAGE_WORD) NULL};
#undef STAGE_WORD

/* [runtime, init]: those that are paid for; the others are the provider's. */
static bool read_billed(const struct hr_node *node, const struct hr_reading *reading, void *target,
                        struct hr_error *err)
{
    struct hr_start_model *start = target;
    unsigned billed = 0;
    if (node->type != HR_NODE_LIST)
        return hr_node_fail(node, err, "%s: expected a list such as `[runtime, init]`",
                            reading->prefix);
    for (const struct hr_node *item = node->first; item; item = item->next) {
        unsigned stage = 0;
        while (stage_words[stage] &&
               (item->type != HR_NODE_SCALAR || strcmp(item->text, stage_words[stage]) != 0))
            stage++;
        if (!stage_words[stage])
            return hr_node_fail(item, err,
                                "%s: expected stages out of platform, code, runtime, init, restore",
                                reading->prefix);
        billed |= 1u << stage;
    }
    start->unbilled = ((1u << HR_STAGE_COUNT) - 1) & ~billed;
    return true;
}

#define AT(member) offsetof(struct hr_start_model, member)
static const struct hr_field fields[] = {
    {.key = "platform",
     .type = HR_FIELD_DIST,
     .offset = AT(stages[HR_STAGE_PLATFORM]),
     .about = "placement, sandbox and network"},
    {.key = "code_per_mb",
     .type = HR_FIELD_DIST,
     .offset = AT(stages[HR_STAGE_CODE]),
     .about = "fetching a MB of the package"},
    {.key = "package",
     .type = HR_FIELD_SIZE,
     .offset = AT(package_mb),
     .max = 1e6,
     .about = "what is fetched, such as `14 MB`"},
    {.key = "runtime",
     .type = HR_FIELD_DIST,
     .offset = AT(stages[HR_STAGE_RUNTIME]),
     .about = "start of the runtime, on a core of its own"},
    {.key = "init",
     .type = HR_FIELD_DIST,
     .offset = AT(stages[HR_STAGE_INIT]),
     .about = "initialisation of the application, on a core of its own"},
    {.key = "restore",
     .type = HR_FIELD_DIST,
     .offset = AT(stages[HR_STAGE_RESTORE]),
     .about = "restoring a snapshot, in place of runtime and init"},
    {.key = "vcpus",
     .type = HR_FIELD_NUMBER,
     .offset = AT(vcpus),
     .min = 0.001,
     .max = 4096,
     .word = "auto",
     .about = "vCPUs there are at least while runtime and init run; `auto`: the function's"},
    {.key = "cpu_bound",
     .type = HR_FIELD_FRACTION,
     .offset = AT(cpu_bound),
     .max = 1,
     .about = "share of runtime and init that needs a core"},
    {.key = "limit",
     .type = HR_FIELD_DURATION,
     .offset = AT(limit_us),
     .word = "none",
     .about = "runtime and init that take longer run again, without those vCPUs"},
    {.key = "billed", .type = HR_FIELD_READ, .read = read_billed, .about = "the stages paid for"},
};
#undef AT
static const struct hr_schema schema = {fields, COUNT(fields)};

bool hr__start_read(const struct hr_node *node, const struct hr_reading *reading, void *target,
                    struct hr_error *err)
{
    struct hr_start_model *start = target;
    if (node->type == HR_NODE_MAP && !hr_node_get(node, "dist")) {
        start->staged = true;
        start->restores = hr_node_get(node, stage_words[HR_STAGE_RESTORE]);
        return hr_schema_read(&schema, node, reading, start, err);
    }
    char label[HR__KEY_MAX];
    snprintf(label, sizeof label, "%s: ", reading->prefix);
    start->cpu_bound = 0; /* nothing says which part of it computes */
    return hr__dist_read(node, label, reading->arena, &start->stages[HR_STAGE_INIT], err);
}
