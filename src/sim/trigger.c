/* trigger.c: messages and batches: their tables, what becomes of a batch and of what it holds. */
#include "sim/trigger.h"

#include "sim/function.h"

/* ---- messages ------------------------------------------------------------------------------- */

uint32_t hr__message_new(struct hr__function *f, const struct hr__message *message)
{
    struct hr__inlets *inlets = &f->inlets;
    uint32_t ref = inlets->free_message;
    if (ref != HR__NONE)
        inlets->free_message = inlets->messages[ref].next;
    else if (hr_grow((void **)&inlets->messages, &inlets->message_capacity,
                     inlets->message_count + 1, sizeof *inlets->messages, HR__REFS, NULL))
        ref = (uint32_t)inlets->message_count++;
    else {
        f->runs.failed = true; /* too many wait at once */
        return HR__NONE;
    }
    inlets->messages[ref] = *message;
    return ref;
}

void hr__message_free(struct hr__function *f, uint32_t message)
{
    f->inlets.messages[message].next = f->inlets.free_message;
    f->inlets.free_message = message;
}

void hr__fifo_put(struct hr__function *f, struct hr__fifo *fifo, uint32_t message)
{
    struct hr__message *messages = f->inlets.messages;
    messages[message].next = HR__NONE;
    if (fifo->n++ == 0)
        fifo->head = message;
    else
        messages[fifo->tail].next = message;
    fifo->tail = message;
}

uint32_t hr__fifo_take(struct hr__function *f, struct hr__fifo *fifo)
{
    uint32_t message = fifo->head;
    fifo->head = f->inlets.messages[message].next;
    fifo->n--;
    return message;
}

void hr__message_lost(struct hr__function *f, const struct hr__inlet *inlet, uint32_t message,
                      bool dead_letter, int64_t now)
{
    const struct hr__message *m = &f->inlets.messages[message];
    struct hr__tally *tally = f->sides[inlet->workload].tally;
    hr__waited(&f->measure, tally, m->since, now);
    if (!m->copy) {
        if (m->attempted)
            hr__dropped(&f->measure, tally, m->arrival);
        else /* it had no other attempt */
            hr__refused(&f->measure, tally, m->arrival, &tally->rejected, true);
        tally->dead_letters += dead_letter && hr__counted(&f->measure.clock, m->arrival);
    }
    hr__message_free(f, message);
}

/* ---- lanes ---------------------------------------------------------------------------------- */

void hr__lane_wait(struct hr__function *f, struct hr__lane *lane, uint32_t message, int64_t now)
{
    f->inlets.messages[message].since = now;
    hr__fifo_put(f, &lane->waiting, message);
}

void hr__lane_put(struct hr__function *f, struct hr__lane *lane, const struct hr__run *run)
{
    const struct hr__message made = {.invocation = run->invocation,
                                     .arrival = run->arrival,
                                     .until = INT64_MAX,
                                     .service = run->service,
                                     .work = run->work};
    uint32_t message = hr__message_new(f, &made);
    if (message != HR__NONE)
        hr__lane_wait(f, lane, message, run->arrival);
}

void hr__lane_wake_at(struct hr__function *f, struct hr__lane *lane, int64_t time)
{
    if (time >= lane->wake)
        return;
    /* Lanes that wake at one instant do so in their order, before batches that are due. */
    const uint32_t ref = (uint32_t)(lane - f->inlets.lanes);
    lane->wake = time;
    if (!hr__heap_push(&f->later, hr__event(time, HR__ATTEMPT, 0, ref | HR__LANE_WAKES), NULL))
        f->failed = true;
    hr__function_look(f);
}

static int64_t max_age(const struct hr__function *f, const struct hr__inlet *inlet)
{
    return inlet->rules == &hr__trigger_queue ? f->model->queue.max_age_us
                                              : f->model->stream.max_age_us;
}

uint32_t hr__lane_take(struct hr__function *f, struct hr__lane *lane, int64_t most, int64_t now)
{
    const int64_t oldest = now - max_age(f, lane->inlet);
    uint32_t batch = HR__NONE;
    while (lane->waiting.n > 0 && most > 0) {
        uint32_t message = hr__fifo_take(f, &lane->waiting);
        struct hr__message *m = &f->inlets.messages[message];
        if (m->arrival < oldest || m->until <= now) {
            hr__message_lost(f, lane->inlet, message, false, now);
            continue;
        }
        if (batch == HR__NONE && (batch = hr__batch_new(f, lane)) == HR__NONE)
            return HR__NONE;
        m->receives = (uint16_t)(m->receives + (m->receives < UINT16_MAX));
        hr__fifo_put(f, &f->inlets.batches[batch].messages, message);
        most--;
    }
    return batch;
}

/* ---- batches -------------------------------------------------------------------------------- */

uint32_t hr__batch_new(struct hr__function *f, struct hr__lane *lane)
{
    struct hr__inlets *inlets = &f->inlets;
    uint32_t ref = inlets->free_batch;
    if (ref != HR__NONE)
        inlets->free_batch = inlets->batches[ref].next;
    else if (hr_grow((void **)&inlets->batches, &inlets->batch_capacity, inlets->batch_count + 1,
                     sizeof *inlets->batches, HR__REFS - 1, NULL))
        ref = (uint32_t)inlets->batch_count++;
    else {
        f->runs.failed = true;
        return HR__NONE;
    }
    inlets->batches[ref] = (struct hr__batch){.messages = {HR__NONE, HR__NONE, 0},
                                              .end = INT64_MAX,
                                              .lane = (uint32_t)(lane - inlets->lanes),
                                              .next = HR__NONE,
                                              .previous = HR__NONE,
                                              .polled = true};
    return ref;
}

void hr__batch_free(struct hr__function *f, uint32_t batch)
{
    f->inlets.batches[batch].next = f->inlets.free_batch;
    f->inlets.free_batch = batch;
}

void hr__batch_due_at(struct hr__function *f, uint32_t batch, int64_t time)
{
    hr__function_later(f, time, HR__ATTEMPT, batch | HR__BATCH_DUE);
}

/* Its run is known by its first message: draws and periods go by that. */
void hr__batch_attempt(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__batch *batch = &f->inlets.batches[ref];
    const struct hr__message *first = &f->inlets.messages[batch->messages.head];
    struct hr__run run = {.invocation = first->invocation,
                          .arrival = first->arrival,
                          .workload = f->inlets.lanes[batch->lane].inlet->workload,
                          .batch = ref + 1,
                          .copy = true}; /* unless one of them is none */
    for (uint32_t m = batch->messages.head; m != HR__NONE; m = f->inlets.messages[m].next) {
        run.service += f->inlets.messages[m].service;
        run.work += f->inlets.messages[m].work;
        run.copy = run.copy && f->inlets.messages[m].copy;
    }
    batch->state = HR__BATCH_OUT;
    batch->end = INT64_MAX;
    hr__function_attempt(f, &run, now);
}

void hr__batch_refused(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    const uint32_t ref = run->batch - 1;
    struct hr__batch *batch = &f->inlets.batches[ref];
    struct hr__tally *tally = f->sides[run->workload].tally;
    batch->throttles = (uint16_t)(batch->throttles + (batch->throttles < UINT16_MAX));
    for (uint32_t m = batch->messages.head; m != HR__NONE; m = f->inlets.messages[m].next) {
        struct hr__message *one = &f->inlets.messages[m];
        one->attempted = true;
        if (!one->copy)
            hr__refused(&f->measure, tally, one->arrival, &tally->throttled, false);
    }
    f->inlets.lanes[batch->lane].inlet->rules->refused(f, ref, now);
}

/* Marks those whose delivery failed: a failure is the whole batch's, unless its answer is partial;
 * then in a queue each stands for itself, in a stream all from the first on. */
static void find_failures(struct hr__function *f, const struct hr__side *side,
                          const struct hr__batch *batch, bool cut)
{
    const bool in_order = side->inlet->rules == &hr__trigger_stream;
    struct hr__message *messages = f->inlets.messages;
    bool any = false;
    for (uint32_t m = batch->messages.head; m != HR__NONE; m = messages[m].next) {
        struct hr__message *one = &messages[m];
        one->deliveries = (uint16_t)(one->deliveries + (one->deliveries < UINT16_MAX));
        bool fails = cut || hr__delivery_fails(f, side, one->invocation, one->deliveries);
        one->attempted = true;
        one->failed = fails || (in_order && any);
        any = any || fails;
    }
    for (uint32_t m = batch->messages.head; any && !side->inlet->partial && m != HR__NONE;
         m = messages[m].next)
        messages[m].failed = true;
}

static void write_down(struct hr__function *f, const struct hr__side *side,
                       const struct hr__message *m, const struct hr__done *done)
{
    struct hr__tally *tally = side->tally;
    hr__waited(&f->measure, tally, m->since, done->admitted);
    tally->duplicates +=
        (m->copy || m->deliveries > 1) && hr__counted(&f->measure.clock, m->arrival);
    if (m->copy)
        return;
    if (m->failed) {
        hr__refused(&f->measure, tally, m->arrival, done->cut ? &tally->timed_out : &tally->failed,
                    false);
        return;
    }
    struct hr__done own = *done;
    own.invocation = m->invocation;
    own.arrival = m->arrival;
    hr__answered(&f->measure, tally, side->workload->key, &own);
}

void hr__inlet_ended(struct hr__function *f, const struct hr__run *run, const struct hr__done *done)
{
    const struct hr__side *side = &f->sides[run->workload];
    hr__took(&f->measure, side->tally, done);
    if (!run->batch) {
        hr__event_ended(f, run, done);
        return;
    }
    struct hr__batch *batch = &f->inlets.batches[run->batch - 1];
    batch->end = done->end;
    find_failures(f, side, batch, done->cut);
    for (uint32_t m = batch->messages.head; m != HR__NONE; m = f->inlets.messages[m].next)
        write_down(f, side, &f->inlets.messages[m], done);
    hr__batch_due_at(f, run->batch - 1, done->end);
}

int64_t hr__batch_settle(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__lane *lane = &f->inlets.lanes[f->inlets.batches[ref].lane];
    struct hr__fifo all = f->inlets.batches[ref].messages;
    struct hr__fifo left = {HR__NONE, HR__NONE, 0};
    while (all.n > 0) {
        uint32_t message = hr__fifo_take(f, &all);
        struct hr__message *m = &f->inlets.messages[message];
        m->since = now;
        if (m->failed && !m->copy) {
            hr__fifo_put(f, &left, message);
        } else if (!m->copy && hr__comes_twice(f, lane->inlet, m->invocation)) {
            m->copy = true;
            m->receives = 0;
            hr__lane_wait(f, lane, message, now);
        } else {
            hr__message_free(f, message);
        }
    }
    f->inlets.batches[ref].messages = left;
    return left.n;
}

void hr__batch_expire(struct hr__function *f, uint32_t ref, int64_t oldest_age, int64_t now)
{
    const struct hr__inlet *inlet = f->inlets.lanes[f->inlets.batches[ref].lane].inlet;
    struct hr__fifo all = f->inlets.batches[ref].messages;
    struct hr__fifo left = {HR__NONE, HR__NONE, 0};
    while (all.n > 0) {
        uint32_t message = hr__fifo_take(f, &all);
        if (now - f->inlets.messages[message].arrival > oldest_age)
            hr__message_lost(f, inlet, message, false, now);
        else
            hr__fifo_put(f, &left, message);
    }
    f->inlets.batches[ref].messages = left;
}

/* ---- draws ---------------------------------------------------------------------------------- */

bool hr__delivery_fails(const struct hr__function *f, const struct hr__side *side,
                        uint64_t invocation, unsigned delivery)
{
    const struct hr_sim_workload *w = side->workload;
    const uint64_t seed = f->options->seed;
    if (w->poison > 0 && hr_unit(hr_draw_key(seed, w->key, invocation, HR_DRAW_POISON)) < w->poison)
        return true;
    return w->errors > 0 &&
           hr_unit(hr_mix64(hr_draw_key(seed, w->key, invocation, HR_DRAW_ERROR) + delivery)) <
               w->errors;
}

bool hr__comes_twice(const struct hr__function *f, const struct hr__inlet *inlet,
                     uint64_t invocation)
{
    const struct hr_sim_workload *w = f->sides[inlet->workload].workload;
    return inlet->duplicates > 0 && hr_unit(hr_draw_key(f->options->seed, w->key, invocation,
                                                        HR_DRAW_DUPLICATE)) < inlet->duplicates;
}

/* ---- the door ------------------------------------------------------------------------------- */

void hr__inlet_arrives(struct hr__function *f, const struct hr__run *run)
{
    struct hr__inlet *inlet = f->sides[run->workload].inlet;
    if (inlet->rules)
        inlet->rules->arrives(f, inlet, run);
    else
        hr__event_arrives(f, inlet, run);
}

void hr__inlet_happens(struct hr__function *f, hr__key key)
{
    const int64_t now = hr__time(key);
    const uint32_t ref = hr__ref(key);
    if ((uint32_t)key & HR__LANE_WAKES) {
        struct hr__lane *lane = &f->inlets.lanes[ref];
        if (lane->wake != now) /* it was woken earlier in between */
            return;
        lane->wake = INT64_MAX;
        lane->inlet->rules->wakes(f, lane, now);
        return;
    }
    const struct hr__batch *batch = &f->inlets.batches[ref];
    const struct hr__trigger *rules = f->inlets.lanes[batch->lane].inlet->rules;
    if (batch->state == HR__BATCH_HELD)
        rules->again(f, ref, now);
    else
        rules->ended(f, ref, now);
}
