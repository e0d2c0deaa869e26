/* platform_provisioning.c: the keys of `function.provisioning`: how instances kept initialised come
 * about, and who decides how many there are.
 */
#include "model/read.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define AT(member)   offsetof(struct hr_provisioning_model, member)
static const struct hr_field fields[] = {
    {.key = "min",
     .type = HR_FIELD_INTEGER,
     .offset = AT(min),
     .max = HR_SLOTS_MAX,
     .about = "the fewest of each function"},
    {.key = "max",
     .type = HR_FIELD_INTEGER,
     .offset = AT(max),
     .min = 1,
     .max = HR_SLOTS_MAX,
     .about = "the most of each function"},
    {.key = "prepare",
     .type = HR_FIELD_DURATION,
     .offset = AT(prepare_us),
     .about = "from an order to its first instance"},
    {.key = "per_second",
     .type = HR_FIELD_NUMBER,
     .offset = AT(per_second),
     .word = "none",
     .about = "instances a second after that"},
    {.key = "autoscaler",
     .type = HR_FIELD_MAP,
     .offset = AT(autoscaler),
     .map = &hr__autoscaler_schema,
     .about = "who decides how many: fixed, schedule or target-tracking"},
};
#undef AT
const struct hr_schema hr__provisioning_schema = {fields, COUNT(fields)};

#define BLOCK "function.provisioning"

static bool check_autoscaler(const struct hr_node *node,
                             const struct hr_autoscaler_model *autoscaler, struct hr_error *err)
{
    const int64_t longest = HR_PROVISIONING_POINTS - 1;
    if (autoscaler->policy != HR_SCALE_TARGET_TRACKING && autoscaler->policy != HR_SCALE_SCHEDULE)
        return hr_node_fail(
            node, err, BLOCK ".autoscaler.policy: expected fixed, schedule or target-tracking");
    if (autoscaler->policy == HR_SCALE_SCHEDULE && autoscaler->schedule.count == 0)
        return hr_node_fail(node, err,
                            BLOCK ".autoscaler.schedule.changes: is missing; policy schedule needs "
                                  "it");
    return autoscaler->delay_us <= longest * autoscaler->period_us ||
           hr_node_fail(node, err, BLOCK ".autoscaler.delay: is longer than %lld periods",
                        (long long)longest);
}

bool hr__provisioning_check(const struct hr_tree *tree, const struct hr_function_model *function,
                            struct hr_error *err)
{
    const struct hr_provisioning_model *model = &function->provisioning;
    const struct hr_node *node = hr_tree_find(tree, BLOCK);
    if (model->autoscaler.policy == HR_SCALE_FIXED)
        return true;
    if (!hr_function_can_provision(function))
        return hr_node_fail(node, err,
                            BLOCK
                            ": expected one slot an instance, reuse recent, join_starting no, "
                            "on_limit refuse, a fixed keep_alive and no cold_start.restore "
                            "beside it");
    if (function->provisioned > 0)
        return hr_node_fail(node, err,
                            BLOCK ".autoscaler: expected no function.provisioned beside it");
    if (model->max < 1 || model->min > model->max)
        return hr_node_fail(node, err, BLOCK ".max: expected from 1 on, and not below min");
    if (model->autoscaler.policy == HR_SCALE_TARGET_TRACKING && model->min < 1)
        return hr_node_fail(node, err,
                            BLOCK ".min: expected at least 1: of none there is no utilisation");
    return check_autoscaler(node, &model->autoscaler, err);
}
