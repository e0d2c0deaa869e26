/* decisions.c: the decision log: what is told of it, and in which words. */
#include "sim/measure.h"

const char *hr_decision_name(enum hr_decision_kind kind)
{
#define HR_DECISION_WORD(id, word) [id] = (word),
    static const char *const words[] = {HR_DECISIONS(HR_DECISION_WORD)};
#undef HR_DECISION_WORD
    return words[kind];
}

void hr__decided_far(const struct hr_decision_sink *sink, const struct hr_decision *decision)
{
    if (decision->time_us >= sink->from && decision->time_us <= sink->to)
        sink->put(sink->context, decision);
}
