/* progress.c: asking the caller whether to go on. */
#include "headroom/base.h"

bool hr_progress_report(const struct hr_progress *progress, const struct hr_progress_state *state)
{
    return !progress || !progress->report || progress->report(progress->context, state);
}
