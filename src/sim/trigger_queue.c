/* trigger_queue.c: messages of a queue, polled in batches.
 *
 * A free poller takes what waits, up to a batch; with a window it gathers until the batch is full
 * or the window over, one poller at a time. While messages wait for a poller there comes one more
 * each `grow_us`. A batch's messages cannot be seen for the visibility time-out; what has failed by
 * then comes back, and what still runs is delivered once more.
 */
#include "sim/function.h"

/* ---- batches in flight, in the order in which they are due ------------------------------------
 */

static void flight_join(struct hr__function *f, struct hr__lane *lane, uint32_t ref)
{
    struct hr__batch *batch = &f->inlets.batches[ref];
    batch->next = HR__NONE;
    batch->previous = lane->batch_tail;
    if (lane->batch_tail == HR__NONE)
        lane->batch_head = ref;
    else
        f->inlets.batches[lane->batch_tail].next = ref;
    lane->batch_tail = ref;
}

static void flight_leave(struct hr__function *f, struct hr__lane *lane, uint32_t ref)
{
    const struct hr__batch *batch = &f->inlets.batches[ref];
    if (batch->previous == HR__NONE)
        lane->batch_head = batch->next;
    else
        f->inlets.batches[batch->previous].next = batch->next;
    if (batch->next == HR__NONE)
        lane->batch_tail = batch->previous;
    else
        f->inlets.batches[batch->next].previous = batch->previous;
}

/* Its poller is free. */
static void poller_leaves(struct hr__lane *lane, struct hr__batch *batch, int64_t now)
{
    if (!batch->polled)
        return;
    batch->polled = false;
    lane->in_flight--;
    if (lane->in_flight == lane->inlet->pollers - 1)
        lane->crowded_at = now;
}

/* ---- taking batches ---------------------------------------------------------------------------
 */

static void receive(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    uint32_t ref = hr__lane_take(f, lane, lane->inlet->batch, now);
    if (ref == HR__NONE)
        return;
    lane->in_flight++;
    f->inlets.batches[ref].due = now + f->model->queue.visibility_us;
    flight_join(f, lane, ref);
    hr__batch_attempt(f, ref, now);
}

/* Is a batch to be taken now? Otherwise it is gathered, or there is nothing to take. */
static bool is_ready(struct hr__lane *lane, int64_t now)
{
    const struct hr__inlet *inlet = lane->inlet;
    const bool waits = lane->waiting.n > 0 && lane->in_flight < lane->pollers;
    if (!waits || inlet->window_us == 0 || lane->waiting.n >= inlet->batch) {
        lane->gather_until = INT64_MAX;
        return waits;
    }
    if (lane->gather_until == INT64_MAX)
        lane->gather_until = now + inlet->window_us;
    if (now < lane->gather_until)
        return false;
    lane->gather_until = INT64_MAX;
    return true;
}

/* Those of the beginning have done for a while: they are all there is again. */
static void rest(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    if (lane->in_flight < lane->inlet->pollers &&
        now - lane->crowded_at >= f->model->queue.pollers_hold_us)
        lane->pollers = lane->inlet->pollers;
}

static void look_ahead(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    const bool crowded = lane->waiting.n > 0 && lane->in_flight >= lane->pollers;
    if (!crowded || lane->pollers >= lane->inlet->pollers_max)
        lane->grow_at = INT64_MAX;
    else if (lane->grow_at == INT64_MAX)
        lane->grow_at = now + lane->inlet->grow_us;
    int64_t next = lane->gather_until < lane->grow_at ? lane->gather_until : lane->grow_at;
    if (lane->batch_head != HR__NONE && f->inlets.batches[lane->batch_head].due < next)
        next = f->inlets.batches[lane->batch_head].due;
    if (next != INT64_MAX)
        hr__lane_wake_at(f, lane, next);
}

static void serve(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    rest(f, lane, now);
    while (!f->runs.failed && is_ready(lane, now))
        receive(f, lane, now);
    look_ahead(f, lane, now);
}

static void arrives(struct hr__function *f, struct hr__inlet *inlet, const struct hr__run *run)
{
    hr__lane_put(f, inlet->lanes, run);
    serve(f, inlet->lanes, run->arrival);
}

/* ---- what is due ------------------------------------------------------------------------------
 */

/* Its messages are there again, or dead letters. */
static void comes_back(struct hr__function *f, struct hr__lane *lane, uint32_t ref, int64_t now)
{
    const int64_t most = f->model->queue.receives;
    poller_leaves(lane, &f->inlets.batches[ref], now);
    flight_leave(f, lane, ref);
    struct hr__fifo *messages = &f->inlets.batches[ref].messages;
    while (messages->n > 0) {
        uint32_t message = hr__fifo_take(f, messages);
        struct hr__message *m = &f->inlets.messages[message];
        if (m->copy)
            hr__message_free(f, message);
        else if (most > 0 && m->receives >= most)
            hr__message_lost(f, lane->inlet, message, true, now);
        else
            hr__lane_wait(f, lane, message, now);
    }
    hr__batch_free(f, ref);
}

/* It still runs, and its messages can be seen: each is there a second time, until it is done. */
static void shows(struct hr__function *f, struct hr__lane *lane, uint32_t ref, int64_t now)
{
    const int64_t most = f->model->queue.receives;
    const int64_t end = f->inlets.batches[ref].end;
    for (uint32_t m = f->inlets.batches[ref].messages.head; m != HR__NONE;
         m = f->inlets.messages[m].next) {
        struct hr__message copy = f->inlets.messages[m];
        if (copy.copy || (most > 0 && copy.receives >= most))
            continue;
        f->inlets.messages[m].receives = (uint16_t)(copy.receives + (copy.receives < UINT16_MAX));
        copy.copy = true;
        copy.until = end;
        uint32_t made = hr__message_new(f, &copy);
        if (made == HR__NONE)
            return;
        hr__lane_wait(f, lane, made, now);
    }
    flight_leave(f, lane, ref);
    f->inlets.batches[ref].due = now + f->model->queue.visibility_us;
    flight_join(f, lane, ref);
}

static void wakes(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    while (lane->batch_head != HR__NONE && f->inlets.batches[lane->batch_head].due <= now &&
           !f->runs.failed) {
        uint32_t ref = lane->batch_head;
        if (f->inlets.batches[ref].state == HR__BATCH_FAILED)
            comes_back(f, lane, ref, now);
        else
            shows(f, lane, ref, now);
    }
    if (lane->grow_at <= now) {
        lane->grow_at = INT64_MAX;
        lane->pollers += lane->waiting.n > 0 && lane->in_flight >= lane->pollers &&
                         lane->pollers < lane->inlet->pollers_max;
    }
    serve(f, lane, now);
}

/* The poller tries again while its messages are hidden, and keeps them until then. */
static void refused(struct hr__function *f, uint32_t ref, int64_t now)
{
    const struct hr_queue_model *queue = &f->model->queue;
    struct hr__batch *batch = &f->inlets.batches[ref];
    const int64_t again =
        now + hr__back_off(queue->refused_us, queue->refused_most_us, batch->throttles);
    batch->state = again < batch->due ? HR__BATCH_HELD : HR__BATCH_FAILED;
    if (batch->state == HR__BATCH_HELD)
        hr__batch_due_at(f, ref, again);
    else
        hr__lane_wake_at(f, &f->inlets.lanes[batch->lane], batch->due > now ? batch->due : now);
}

static void ended(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__lane *lane = &f->inlets.lanes[f->inlets.batches[ref].lane];
    poller_leaves(lane, &f->inlets.batches[ref], now);
    if (hr__batch_settle(f, ref, now) > 0) {
        f->inlets.batches[ref].state = HR__BATCH_FAILED;
    } else {
        flight_leave(f, lane, ref);
        hr__batch_free(f, ref);
    }
    serve(f, lane, now);
}

const struct hr__trigger hr__trigger_queue = {.arrives = arrives,
                                              .wakes = wakes,
                                              .refused = refused,
                                              .ended = ended,
                                              .again = hr__batch_attempt};
