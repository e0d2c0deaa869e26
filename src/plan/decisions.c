/* decisions.c: what platforms did in the replay whose figures are shown, and when. The sizes are
 * known, so each platform is replayed once more with somebody to tell; the outcome is the same.
 */
#include "plan/comparing.h"

struct telling {
    const struct hr__comparing *comparing;
    const char *platform;
};

static void tell(void *context, const struct hr_decision *decision)
{
    const struct telling *telling = context;
    const struct hr_decision_log *log = telling->comparing->search.options->decisions;
    const struct hr__traffic *traffic = &telling->comparing->traffic;
    log->put(log->context, telling->platform,
             decision->workload == HR_DECISION_NONE ? ""
                                                    : traffic->streams[decision->workload].name,
             decision);
}

bool hr__decisions_tell(struct hr__comparing *c, struct hr_error *err)
{
    const struct hr_decision_log *log = c->search.options->decisions;
    if (!log)
        return true;
    if (c->parts)
        return hr_fail(err, HR_EUSAGE,
                       "decisions are logged of servers that workloads share: leave out --alone");
    const bool all = log->from == 0 && log->to == 0;
    for (size_t p = 0; p < c->job_count; p++) {
        struct telling telling = {.comparing = c, .platform = c->jobs[p].original.id};
        const struct hr_decision_sink sink = {.context = &telling,
                                              .put = tell,
                                              .from = all ? INT64_MIN : log->from,
                                              .to = all ? INT64_MAX : log->to};
        struct hr__search search = c->search;
        search.decisions = &sink;
        if (!hr__replay_again(&search, &c->jobs[p].sized, err))
            return false;
    }
    return true;
}
