/* turns.h: which assumption could turn an answer. */
#ifndef PLAN_TURNS_H
#define PLAN_TURNS_H

#include "plan/comparing.h"

/* Fills turns_on of the verdicts. Needs jobs as they were sized, rows and verdicts. */
bool hr__turns_find(struct hr__comparing *comparing, struct hr_error *err);

#endif
