/* verdict.h: from rows to an answer in words. */
#ifndef PLAN_VERDICT_H
#define PLAN_VERDICT_H

#include "plan/sizing.h"

/* Marks the cheapest rows and fills verdicts, best mix and totals of a filled comparison. */
bool hr__verdicts_make(const struct hr__search *search, struct hr_comparison *comparison,
                       struct hr_error *err);

#endif
