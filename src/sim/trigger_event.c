/* trigger_event.c: events that come one by one: they may fail, and come twice.
 *
 * Events that neither fail nor come twice need none of this: function.c makes their attempts.
 */
#include "sim/function.h"

void hr__event_arrives(struct hr__function *f, const struct hr__inlet *inlet,
                       const struct hr__run *run)
{
    struct hr__run first = *run, second = *run;
    hr__function_attempt(f, &first, run->arrival);
    if (!hr__comes_twice(f, inlet, run->invocation))
        return;
    second.copy = true;
    hr__function_attempt(f, &second, run->arrival);
}

void hr__event_ended(struct hr__function *f, const struct hr__run *run, const struct hr__done *done)
{
    const struct hr__side *side = &f->sides[run->workload];
    struct hr__tally *tally = side->tally;
    /* The copy's luck is its own. */
    const unsigned delivery = run->errors + 1u + (run->copy ? UINT16_MAX : 0u);
    const bool failed = done->cut || hr__delivery_fails(f, side, run->invocation, delivery);
    const bool last = !failed || !hr__function_try_again(f, run, false, done->end);
    tally->duplicates +=
        (run->copy || run->errors > 0) && hr__counted(&f->measure.clock, run->arrival);
    hr__waited(&f->measure, tally, run->arrival, done->admitted);
    if (run->copy)
        return;
    if (failed)
        hr__refused(&f->measure, tally, run->arrival,
                    done->cut ? &tally->timed_out : &tally->failed, last);
    else
        hr__answered(&f->measure, tally, side->workload->key, done);
}
