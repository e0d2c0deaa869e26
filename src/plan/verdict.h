/* verdict.h: from rows to an answer, and to its words. */
#ifndef PLAN_VERDICT_H
#define PLAN_VERDICT_H

#include "plan/sizing.h"

/* Marks the cheapest rows and fills verdicts, best mix and totals of a filled comparison. */
bool hr__verdicts_make(const struct hr__search *search, struct hr_comparison *comparison,
                       struct hr_error *err);
/* May a row be the answer: it meets the target, nothing excludes it, its cost is known. */
bool hr__eligible(const struct hr_row *row);
/* Is row a better than b, of the same kind? Eligible first, then cheaper, then by attainment. */
bool hr__better(const struct hr_row *a, const struct hr_row *b);
/* The answer between the best of each kind, NULL where there is none of a kind. A hybrid is two
 * designs to operate: it is the answer where nothing else meets the target, or where it saves more
 * than the margin. */
enum hr_answer hr__answer_of(const struct hr__search *search,
                             const struct hr_comparison *comparison, const struct hr_row *function,
                             const struct hr_row *fleet, const struct hr_row *hybrid);
/* The sentence of verdict i, whose answer and best of each kind are known. */
void hr__sentence_put(struct hr_text *text, const struct hr__search *search,
                      const struct hr_comparison *comparison, size_t i);

#endif
