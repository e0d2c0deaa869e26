/* holders.c: one thing assumed of many workloads is told once, with those of whom it is. */
#include "headroom/plan.h"

#include <string.h>

/* Do two assumptions differ in their workload only? */
static bool is_same(const struct hr_comparison_assumption *a,
                    const struct hr_comparison_assumption *b)
{
    return strcmp(a->key, b->key) == 0 && strcmp(a->value, b->value) == 0 &&
           strcmp(a->source, b->source) == 0 && strcmp(a->remedy, b->remedy) == 0;
}

bool hr_assumption_holders(const struct hr_comparison *comparison, size_t i, size_t most,
                           struct hr_text *ret)
{
    const struct hr_comparison_assumption *all = comparison->assumptions, *mine = &all[i];
    size_t holders = 0;
    for (size_t k = 0; k < i; k++)
        if (is_same(&all[k], mine))
            return false;
    for (size_t k = i; k < comparison->assumption_count; k++) {
        if (!all[k].workload[0] || !is_same(&all[k], mine))
            continue;
        if (holders++ < most)
            hr_text_printf(ret, "%s%s", holders > 1 ? ", " : "", all[k].workload);
    }
    if (holders > most)
        hr_text_printf(ret, " and %zu more", holders - most);
    return true;
}
