/* trigger_reference.h: a slow second engine of queues and streams for comparison.
 *
 * No lists, no heaps, no tables: at every step all messages and batches are looked at. One slot an
 * instance, a constant start, instances that never expire, refusal at the limit. Only the draws are
 * the library's, which are what luck both engines have.
 */
#ifndef TESTS_UNIT_TRIGGER_REFERENCE_H
#define TESTS_UNIT_TRIGGER_REFERENCE_H

#include "sim_case.h"

#define TR_MESSAGES 2000
#define TR_BATCHES  20000
#define TR_NEVER    INT64_MAX

enum tr_where { TR_WAITS, TR_IN_BATCH, TR_GONE };
struct tr_message {
    int64_t invocation, arrival, service, until, place; /* place: order among those that wait */
    int64_t part;                                       /* position inside its batch */
    int receives, deliveries, lane, batch;
    enum tr_where where;
    bool copy, failed, attempted;
};
enum tr_how { TR_RUNS, TR_HELD, TR_FAILED, TR_PART, TR_OVER };
struct tr_batch {
    int64_t end, again, due, born;
    int throttles, errors, lane;
    bool polled, on_instance;
    enum tr_how how;
};
struct tr {
    const struct sim_case *c;
    bool queue;
    int64_t now, cold, places, in_progress, idle;
    struct tr_message m[TR_MESSAGES];
    int messages;
    struct tr_batch b[TR_BATCHES];
    int batches;
    int64_t flying[64], pollers[64], gather[64], grow, crowded;
    uint64_t served, dropped, dead, throttled, rejected, timed_out, failed, duplicates, runs, colds;
    int64_t wait, start, service, busy;
};

static bool tr_lucky(const struct tr *r, int64_t invocation, enum hr_purpose purpose, int add,
                     double share)
{
    uint64_t key =
        hr_draw_key(r->c->options.seed, r->c->workloads[0].key, (uint64_t)invocation, purpose);
    return share > 0 && hr_unit(add ? hr_mix64(key + (uint64_t)add) : key) < share;
}

static void tr_lose(struct tr *r, struct tr_message *m, bool dead)
{
    m->where = TR_GONE;
    if (m->copy)
        return;
    r->rejected += !m->attempted;
    r->dropped++;
    r->dead += dead;
}

static int tr_size(const struct tr *r, int batch)
{
    int n = 0;
    for (int i = 0; i < r->messages; i++)
        n += r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch;
    return n;
}

/* Those before the first that has not been seen. */
static int tr_waiting(const struct tr *r, int lane, int64_t seen)
{
    int64_t until = TR_NEVER;
    int n = 0;
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_WAITS && r->m[i].lane == lane && r->m[i].arrival > seen &&
            r->m[i].place < until)
            until = r->m[i].place;
    for (int i = 0; i < r->messages; i++)
        n += r->m[i].where == TR_WAITS && r->m[i].lane == lane && r->m[i].place < until;
    return n;
}

static struct tr_message *tr_first(struct tr *r, int lane)
{
    struct tr_message *first = NULL;
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_WAITS && r->m[i].lane == lane &&
            (!first || r->m[i].place < first->place))
            first = &r->m[i];
    return first;
}

static int64_t tr_age(const struct tr *r)
{
    const struct hr_function_model *f = &r->c->platform.function;
    return r->queue ? f->queue.max_age_us : f->stream.max_age_us;
}

/* ---- a run ---------------------------------------------------------------------------------- */

static void tr_refuse(struct tr *r, int batch)
{
    const struct hr_function_model *f = &r->c->platform.function;
    struct tr_batch *b = &r->b[batch];
    int64_t delay = r->queue ? f->queue.refused_us : f->stream.delay_us;
    const int64_t most = r->queue ? f->queue.refused_most_us : f->stream.delay_most_us;
    b->throttles++;
    for (int i = 1; i < b->throttles && delay < most; i++)
        delay *= 2;
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch) {
            r->m[i].attempted = true;
            r->throttled += !r->m[i].copy;
        }
    b->again = r->now + (delay < most ? delay : most);
    b->how = !r->queue || b->again < b->due ? TR_HELD : TR_FAILED;
}

static void tr_account(struct tr *r, int batch, int64_t begun, bool cut)
{
    bool partial =
        r->queue ? r->c->platform.function.queue.partial : r->c->platform.function.stream.partial;
    const struct hr_sim_workload *w = &r->c->workloads[0];
    int64_t first_bad = TR_NEVER;
    for (int i = 0; i < r->messages; i++) {
        struct tr_message *m = &r->m[i];
        if (m->where != TR_IN_BATCH || m->batch != batch)
            continue;
        m->deliveries++;
        m->attempted = true;
        m->failed = cut || tr_lucky(r, m->invocation, HR_DRAW_POISON, 0, w->poison) ||
                    tr_lucky(r, m->invocation, HR_DRAW_ERROR, m->deliveries, w->errors);
        if (m->failed && m->part < first_bad)
            first_bad = m->part;
    }
    for (int i = 0; i < r->messages; i++) {
        struct tr_message *m = &r->m[i];
        if (m->where != TR_IN_BATCH || m->batch != batch)
            continue;
        if (first_bad != TR_NEVER && (!partial || (!r->queue && m->part > first_bad)))
            m->failed = true;
        r->duplicates += m->copy || m->deliveries > 1;
        if (m->copy)
            continue;
        if (m->failed) {
            *(cut ? &r->timed_out : &r->failed) += 1;
            continue;
        }
        r->served++;
        r->wait += r->now - m->arrival;
        r->start += begun - r->now;
        r->service += r->b[batch].end - begun;
    }
}

static void tr_attempt(struct tr *r, int batch)
{
    const struct hr_function_model *f = &r->c->platform.function;
    struct tr_batch *b = &r->b[batch];
    int64_t work = 0, begun = r->now;
    if (f->concurrency_limit > 0 && r->in_progress >= f->concurrency_limit) {
        tr_refuse(r, batch);
        return;
    }
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch)
            work += r->m[i].service;
    if (r->idle > 0) {
        r->idle--;
    } else {
        r->colds++;
        begun += r->cold;
    }
    const bool cut = f->time_limit_us > 0 && work > f->time_limit_us;
    r->in_progress++;
    r->runs++;
    b->end = begun + (cut ? f->time_limit_us : work);
    r->busy += b->end - begun;
    b->how = TR_RUNS;
    b->on_instance = true;
    tr_account(r, batch, begun, cut);
}

static void tr_expire(struct tr *r, int batch)
{
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch &&
            r->now - r->m[i].arrival > tr_age(r))
            tr_lose(r, &r->m[i], false);
}

/* -1: nothing was left to take. */
static int tr_take(struct tr *r, int lane, int most)
{
    int batch = r->batches, n = 0;
    for (struct tr_message *m; n < most && (m = tr_first(r, lane));) {
        if (r->now - m->arrival > tr_age(r) || m->until <= r->now) {
            tr_lose(r, m, false);
            continue;
        }
        m->where = TR_IN_BATCH;
        m->batch = batch;
        m->part = n++;
        m->receives++;
    }
    if (n == 0)
        return -1;
    assert_true(batch < TR_BATCHES);
    r->batches++;
    r->b[batch] = (struct tr_batch){.due = TR_NEVER, .lane = lane, .polled = true, .born = batch};
    return batch;
}

static void tr_settle(struct tr *r, int batch, double twice)
{
    for (int i = 0; i < r->messages; i++) {
        struct tr_message *m = &r->m[i];
        if (m->where != TR_IN_BATCH || m->batch != batch || (m->failed && !m->copy))
            continue;
        m->where = TR_GONE;
        if (m->copy || !tr_lucky(r, m->invocation, HR_DRAW_DUPLICATE, 0, twice))
            continue;
        m->where = TR_WAITS;
        m->copy = true;
        m->receives = 0;
        m->place = r->places + m->part; /* in their order */
    }
    r->places += TR_MESSAGES;
}

/* ---- a queue -------------------------------------------------------------------------------- */

static void tr_queue_poll(struct tr *r)
{
    const struct hr_queue_model *q = &r->c->platform.function.queue;
    if (r->flying[0] < q->pollers && r->now - r->crowded >= q->pollers_hold_us)
        r->pollers[0] = q->pollers;
    for (;;) {
        int waiting = tr_waiting(r, 0, TR_NEVER);
        if (waiting == 0 || r->flying[0] >= r->pollers[0]) {
            r->gather[0] = TR_NEVER;
            break;
        }
        if (waiting < q->batch && q->window_us > 0) {
            if (r->gather[0] == TR_NEVER)
                r->gather[0] = r->now + q->window_us;
            if (r->now < r->gather[0])
                break;
        }
        r->gather[0] = TR_NEVER;
        int batch = tr_take(r, 0, (int)q->batch);
        if (batch < 0)
            continue;
        r->flying[0]++;
        r->b[batch].due = r->now + q->visibility_us;
        tr_attempt(r, batch);
    }
    if (tr_waiting(r, 0, TR_NEVER) == 0 || r->flying[0] < r->pollers[0] ||
        r->pollers[0] >= q->pollers_max)
        r->grow = TR_NEVER;
    else if (r->grow == TR_NEVER)
        r->grow = r->now + (int64_t)llround(60e6 / q->pollers_per_minute);
}

static void tr_unpoll(struct tr *r, struct tr_batch *b)
{
    if (!b->polled)
        return;
    b->polled = false;
    if (--r->flying[0] == r->c->platform.function.queue.pollers - 1)
        r->crowded = r->now;
}

static void tr_visible(struct tr *r, int batch)
{
    const struct hr_queue_model *q = &r->c->platform.function.queue;
    struct tr_batch *b = &r->b[batch];
    const bool back = b->how == TR_FAILED;
    if (back)
        tr_unpoll(r, b);
    for (int part = 0; part < q->batch; part++)
        for (int i = 0, n = r->messages; i < n; i++) {
            struct tr_message *m = &r->m[i];
            if (m->where != TR_IN_BATCH || m->batch != batch || m->part != part)
                continue;
            const bool often = q->receives > 0 && m->receives >= q->receives;
            if (back && m->copy) {
                m->where = TR_GONE;
            } else if (back && often) {
                tr_lose(r, m, true);
            } else if (back) {
                m->where = TR_WAITS;
                m->place = r->places++;
            } else if (!m->copy && !often) {
                assert_true(r->messages < TR_MESSAGES);
                struct tr_message *copy = &r->m[r->messages++];
                *copy = *m;
                copy->copy = true;
                copy->until = b->end;
                copy->where = TR_WAITS;
                copy->place = r->places++;
                m->receives++;
            }
        }
    b->due = r->now + q->visibility_us;
    if (back)
        b->how = TR_OVER;
}

static void tr_queue_step(struct tr *r)
{
    const struct hr_queue_model *q = &r->c->platform.function.queue;
    bool woken = r->gather[0] == r->now || r->grow == r->now;
    for (int i = 0; i < r->batches; i++)
        if (r->b[i].how != TR_OVER && r->b[i].due == r->now) {
            tr_visible(r, i);
            woken = true;
        }
    r->pollers[0] += r->grow == r->now;
    r->grow = r->grow == r->now ? TR_NEVER : r->grow;
    if (woken)
        tr_queue_poll(r);
    for (int i = 0; i < r->batches; i++) {
        struct tr_batch *b = &r->b[i];
        if (b->how == TR_RUNS && b->end == r->now) {
            tr_unpoll(r, b);
            tr_settle(r, i, q->duplicates);
            b->how = tr_size(r, i) > 0 ? TR_FAILED : TR_OVER;
            tr_queue_poll(r);
        } else if (b->how == TR_HELD && b->again == r->now) {
            tr_attempt(r, i);
        }
    }
}

/* ---- a stream ------------------------------------------------------------------------------- */

static int64_t tr_read(const struct tr *r, int lane, int64_t *next)
{
    const struct hr_stream_model *s = &r->c->platform.function.stream;
    *next = TR_NEVER;
    if (s->poll_us == 0)
        return r->now;
    uint64_t key = hr_draw_key(r->c->options.seed, r->c->workloads[0].key,
                               (uint64_t)(lane / s->factor), HR_DRAW_SHARD);
    int64_t at = r->c->options.window_from +
                 (int64_t)(hr_unit(hr_mix64(key)) * (double)s->poll_us) - s->poll_us;
    while (at + s->poll_us <= r->now)
        at += s->poll_us;
    *next = at + s->poll_us;
    return at;
}

static int tr_part(const struct tr *r, int lane)
{
    int newest = -1;
    for (int i = 0; i < r->batches; i++)
        if (r->b[i].how == TR_PART && r->b[i].lane == lane &&
            (newest < 0 || r->b[i].born > r->b[newest].born))
            newest = i;
    return newest;
}

static void tr_stream_poll(struct tr *r, int lane)
{
    const struct hr_stream_model *s = &r->c->platform.function.stream;
    int64_t next;
    while (r->flying[lane] == 0) {
        int batch = tr_part(r, lane);
        if (batch >= 0) {
            tr_expire(r, batch);
            r->b[batch].how = TR_OVER;
            if (tr_size(r, batch) == 0)
                continue;
        } else {
            int seen = tr_waiting(r, lane, tr_read(r, lane, &next));
            if (seen == 0)
                return;
            if (seen < s->batch && s->window_us > 0) {
                if (r->gather[lane] == TR_NEVER)
                    r->gather[lane] = r->now + s->window_us;
                if (r->now < r->gather[lane])
                    return;
            }
            r->gather[lane] = TR_NEVER;
            batch = tr_take(r, lane, seen < s->batch ? seen : (int)s->batch);
            if (batch < 0)
                continue;
        }
        r->flying[lane] = 1;
        tr_attempt(r, batch);
    }
}

static void tr_over(struct tr *r, struct tr_batch *b)
{
    b->how = TR_OVER;
    r->flying[b->lane] = 0;
    tr_stream_poll(r, b->lane);
}

static void tr_hold(struct tr *r, struct tr_batch *b, int times)
{
    const struct hr_stream_model *s = &r->c->platform.function.stream;
    int64_t delay = s->delay_us;
    for (int i = 1; i < times && delay < s->delay_most_us; i++)
        delay *= 2;
    b->how = TR_HELD;
    b->again = r->now + (delay < s->delay_most_us ? delay : s->delay_most_us);
}

static void tr_halve(struct tr *r, int batch, int size)
{
    assert_true(r->batches < TR_BATCHES);
    struct tr_batch *second = &r->b[r->batches];
    *second = r->b[batch];
    second->how = TR_PART;
    second->throttles = 0;
    second->born = r->batches;
    for (int k = 0; k < size; k++) { /* the k-th of those left */
        struct tr_message *m = NULL;
        for (int i = 0; i < r->messages; i++)
            if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch &&
                (!m || r->m[i].part < m->part) && (k < size / 2 ? r->m[i].part >= k : true))
                m = &r->m[i];
        if (k < size / 2)
            m->part = k;
        else {
            for (int i = 0; i < r->messages; i++)
                if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch &&
                    r->m[i].part >= size / 2 && (m->part < size / 2 || r->m[i].part < m->part))
                    m = &r->m[i];
            m->batch = r->batches;
        }
    }
    r->batches++;
}

/* Parts are 0, 1, 2 ... again where the first of a batch are done. */
static void tr_number(struct tr *r, int batch)
{
    int64_t least = TR_NEVER;
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch && r->m[i].part < least)
            least = r->m[i].part;
    for (int i = 0; i < r->messages; i++)
        if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch)
            r->m[i].part -= least;
}

static void tr_stream_ended(struct tr *r, int batch)
{
    const struct hr_stream_model *s = &r->c->platform.function.stream;
    struct tr_batch *b = &r->b[batch];
    const int before = tr_size(r, batch);
    tr_settle(r, batch, s->duplicates);
    const int left = tr_size(r, batch);
    if (left == 0) {
        tr_over(r, b);
        return;
    }
    b->errors = left < before ? 0 : b->errors;
    if (s->bisect && left > 1) {
        tr_number(r, batch);
        tr_halve(r, batch, left);
        tr_hold(r, b, 1);
        return;
    }
    b->errors++;
    if (s->retries >= 0 && b->errors > s->retries) {
        for (int i = 0; i < r->messages; i++)
            if (r->m[i].where == TR_IN_BATCH && r->m[i].batch == batch)
                tr_lose(r, &r->m[i], false);
        tr_over(r, b);
        return;
    }
    tr_hold(r, b, b->errors);
}

static void tr_stream_step(struct tr *r, int lanes)
{
    for (int lane = 0; lane < lanes; lane++)
        tr_stream_poll(r, lane);
    for (int i = 0; i < r->batches; i++) {
        struct tr_batch *b = &r->b[i];
        if (b->how == TR_RUNS && b->end == r->now) {
            tr_stream_ended(r, i);
        } else if (b->how == TR_HELD && b->again == r->now) {
            tr_expire(r, i);
            if (tr_size(r, i) > 0)
                tr_attempt(r, i);
            else
                tr_over(r, b);
        }
    }
}

/* ---- time ----------------------------------------------------------------------------------- */

static int64_t tr_next(struct tr *r, int lanes, size_t arrived)
{
    int64_t next = arrived < r->c->n ? r->c->arrival[arrived] : TR_NEVER;
#define TR_LEAST(time)                                                                             \
    do {                                                                                           \
        int64_t at = (time);                                                                       \
        next = at > r->now && at < next ? at : next;                                               \
    } while (0)
    for (int i = 0; i < r->batches; i++) {
        const struct tr_batch *b = &r->b[i];
        if (b->how == TR_RUNS)
            TR_LEAST(b->end);
        if (b->how == TR_HELD)
            TR_LEAST(b->again);
        if (r->queue && b->how != TR_OVER)
            TR_LEAST(b->due);
    }
    if (r->queue)
        TR_LEAST(r->grow);
    for (int lane = 0; lane < lanes; lane++) {
        int64_t poll;
        TR_LEAST(r->gather[lane]);
        if (!r->queue && r->flying[lane] == 0 && tr_waiting(r, lane, TR_NEVER) > 0) {
            (void)tr_read(r, lane, &poll);
            TR_LEAST(poll);
        }
    }
#undef TR_LEAST
    return next;
}

/* Owned by the caller. */
static inline struct tr *trigger_reference(const struct sim_case *c, int64_t cold)
{
    struct tr *r = calloc(1, sizeof *r);
    assert_non_null(r);
    const struct hr_stream_model *s = &c->platform.function.stream;
    r->c = c;
    r->queue = c->workloads[0].trigger == HR_QUEUE;
    r->cold = cold;
    r->grow = TR_NEVER;
    r->crowded = INT64_MIN / 2;
    r->pollers[0] = c->platform.function.queue.pollers;
    const int lanes = r->queue ? 1 : (int)(s->shards * s->factor);
    for (int i = 0; i < 64; i++)
        r->gather[i] = TR_NEVER;
    size_t arrived = 0;
    while ((r->now = tr_next(r, lanes, arrived)) != TR_NEVER) {
        for (int i = 0; i < r->batches; i++)
            if (r->b[i].on_instance && r->b[i].end == r->now) {
                r->b[i].on_instance = false;
                r->in_progress--;
                r->idle++;
            }
        if (r->queue)
            tr_queue_step(r);
        else
            tr_stream_step(r, lanes);
        for (; arrived < c->n && c->arrival[arrived] == r->now; arrived++) {
            uint64_t draw =
                hr_draw_key(c->options.seed, c->workloads[0].key, arrived, HR_DRAW_SHARD);
            int lane = r->queue ? 0 : (int)(draw % (uint64_t)lanes);
            assert_true(r->messages < TR_MESSAGES);
            r->m[r->messages++] = (struct tr_message){.invocation = (int64_t)arrived,
                                                      .arrival = r->now,
                                                      .service = c->service[arrived],
                                                      .until = TR_NEVER,
                                                      .place = r->places++,
                                                      .lane = lane};
            if (r->queue)
                tr_queue_poll(r);
            else
                tr_stream_poll(r, lane);
        }
    }
    return r;
}

#endif
