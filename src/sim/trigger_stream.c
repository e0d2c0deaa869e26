/* trigger_stream.c: records of a stream, in order.
 *
 * A record's lane is drawn, as its partition key would have it: a shard has as many lanes as its
 * parallelisation factor. Each lane has one batch at a time, so a batch that fails blocks those
 * behind it until it is done, cut in two until the culprit is alone, or too old.
 */
#include "sim/function.h"

/* ---- times at which a shard is read -----------------------------------------------------------
 */

/* The last one up to `time`. */
static int64_t read_before(const struct hr__function *f, const struct hr__lane *lane, int64_t time)
{
    const int64_t poll = f->model->stream.poll_us;
    const int64_t since = time - lane->phase;
    if (poll == 0 || lane->pollers > 1)
        return time;
    return lane->phase + (since >= 0 ? since / poll : -((poll - 1 - since) / poll)) * poll;
}

/* How many of those that wait have been read, up to a batch. */
static int64_t seen(const struct hr__function *f, const struct hr__lane *lane, int64_t now)
{
    const int64_t read = read_before(f, lane, now);
    int64_t n = 0;
    if (read == now)
        return lane->waiting.n < lane->inlet->batch ? lane->waiting.n : lane->inlet->batch;
    for (uint32_t m = lane->waiting.head;
         n < lane->waiting.n && n < lane->inlet->batch && f->inlets.messages[m].arrival <= read;
         m = f->inlets.messages[m].next)
        n++;
    return n;
}

/* ---- taking batches ---------------------------------------------------------------------------
 */

static void begin(struct hr__function *f, struct hr__lane *lane, uint32_t ref, int64_t now)
{
    lane->in_flight++;
    f->inlets.batches[ref].polled = true;
    hr__batch_attempt(f, ref, now);
}

/* What is left of a batch that was cut comes before all else. */
static void begin_part(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    uint32_t ref = lane->batch_head;
    lane->batch_head = f->inlets.batches[ref].next;
    hr__batch_expire(f, ref, f->model->stream.max_age_us, now);
    if (f->inlets.batches[ref].messages.n == 0)
        hr__batch_free(f, ref);
    else
        begin(f, lane, ref, now);
}

/* Takes a batch; false: there is none to take yet. */
static bool take(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    const struct hr__inlet *inlet = lane->inlet;
    const int64_t n = seen(f, lane, now);
    const int64_t poll = f->model->stream.poll_us;
    if (lane->waiting.n == 0)
        return false;
    if (n == 0) {
        hr__lane_wake_at(f, lane, read_before(f, lane, now) + poll);
        return false;
    }
    if (n < inlet->batch && inlet->window_us > 0) {
        if (lane->gather_until == INT64_MAX)
            lane->gather_until = now + inlet->window_us;
        int64_t next = poll > 0 ? read_before(f, lane, now) + poll : INT64_MAX;
        next = lane->gather_until < next ? lane->gather_until : next;
        if (now < lane->gather_until) {
            hr__lane_wake_at(f, lane, next);
            return false;
        }
    }
    lane->gather_until = INT64_MAX;
    uint32_t ref = hr__lane_take(f, lane, n, now);
    if (ref != HR__NONE)
        begin(f, lane, ref, now);
    return true;
}

static void serve(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    while (lane->in_flight < lane->pollers && !f->runs.failed) {
        if (lane->batch_head != HR__NONE)
            begin_part(f, lane, now);
        else if (!take(f, lane, now))
            return;
    }
}

static void arrives(struct hr__function *f, struct hr__inlet *inlet, const struct hr__run *run)
{
    const uint64_t key = f->sides[run->workload].workload->key;
    const uint64_t draw = hr_draw_key(f->options->seed, key, run->invocation, HR_DRAW_SHARD);
    struct hr__lane *lane = &inlet->lanes[draw % inlet->lane_count];
    hr__lane_put(f, lane, run);
    serve(f, lane, run->arrival);
}

/* ---- what has failed --------------------------------------------------------------------------
 */

static void lane_freed(struct hr__function *f, struct hr__lane *lane, uint32_t ref, int64_t now)
{
    lane->in_flight--;
    hr__batch_free(f, ref);
    serve(f, lane, now);
}

static void hold(struct hr__function *f, uint32_t ref, unsigned times, int64_t now)
{
    const struct hr_stream_model *stream = &f->model->stream;
    f->inlets.batches[ref].state = HR__BATCH_HELD;
    hr__batch_due_at(f, ref, now + hr__back_off(stream->delay_us, stream->delay_most_us, times));
}

static void refused(struct hr__function *f, uint32_t ref, int64_t now)
{
    hold(f, ref, f->inlets.batches[ref].throttles, now);
}

static void again(struct hr__function *f, uint32_t ref, int64_t now)
{
    hr__batch_expire(f, ref, f->model->stream.max_age_us, now);
    if (f->inlets.batches[ref].messages.n == 0)
        lane_freed(f, &f->inlets.lanes[f->inlets.batches[ref].lane], ref, now);
    else
        hr__batch_attempt(f, ref, now);
}

/* The second half stands back, before all else of its lane. */
static bool cut(struct hr__function *f, struct hr__lane *lane, uint32_t ref)
{
    uint32_t second = hr__batch_new(f, lane);
    if (second == HR__NONE)
        return false;
    struct hr__batch *from = &f->inlets.batches[ref], *to = &f->inlets.batches[second];
    const int64_t keep = from->messages.n / 2;
    struct hr__fifo all = from->messages;
    from->messages = (struct hr__fifo){HR__NONE, HR__NONE, 0};
    for (int64_t i = 0; all.n > 0; i++)
        hr__fifo_put(f, i < keep ? &from->messages : &to->messages, hr__fifo_take(f, &all));
    to->errors = from->errors;
    to->next = lane->batch_head;
    lane->batch_head = second;
    return true;
}

static void lose_all(struct hr__function *f, struct hr__lane *lane, uint32_t ref, int64_t now)
{
    struct hr__fifo all = f->inlets.batches[ref].messages;
    while (all.n > 0)
        hr__message_lost(f, lane->inlet, hr__fifo_take(f, &all), false, now);
    lane_freed(f, lane, ref, now);
}

/* Cutting costs no retry; the count begins anew where something was done. */
static void ended(struct hr__function *f, uint32_t ref, int64_t now)
{
    const struct hr_stream_model *stream = &f->model->stream;
    struct hr__batch *batch = &f->inlets.batches[ref];
    struct hr__lane *lane = &f->inlets.lanes[batch->lane];
    const int64_t before = batch->messages.n, left = hr__batch_settle(f, ref, now);
    if (left == 0) {
        lane_freed(f, lane, ref, now);
        return;
    }
    batch->errors = left < before ? 0 : batch->errors;
    if (stream->bisect && left > 1) {
        if (cut(f, lane, ref))
            hold(f, ref, 1, now);
        return;
    }
    batch->errors = (uint16_t)(batch->errors + (batch->errors < UINT16_MAX));
    if (stream->retries >= 0 && batch->errors > stream->retries)
        lose_all(f, lane, ref, now);
    else
        hold(f, ref, batch->errors, now);
}

static void wakes(struct hr__function *f, struct hr__lane *lane, int64_t now)
{
    serve(f, lane, now);
}

const struct hr__trigger hr__trigger_stream = {
    .arrives = arrives, .wakes = wakes, .refused = refused, .ended = ended, .again = again};
