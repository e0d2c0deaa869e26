/* trigger.h: how messages, records and events become runs of a function.
 *
 *   queue, stream: message -> waits in a lane -> batch -> run -> done | waits again | lost
 *   async, schedule: event -> run, and now and then one more of the same
 *
 * A batch is one run, of the summed work of its messages. The messages that it leaves behind are
 * counted each by itself: an attempt of a message is a batch that it is in. Rules of single
 * triggers stand in a file each (trigger_queue.c ...); what they share is here.
 */
#ifndef HEADROOM_SIM_TRIGGER_H
#define HEADROOM_SIM_TRIGGER_H

#include "sim/measure.h"
#include "sim/runs.h"

struct hr__function;
struct hr__side;

/* Marks of events: of a lane, which looks after itself; of a batch, whose run ends or whose next
 * attempt is due. */
#define HR__LANE_WAKES HR__MARK(5)
#define HR__BATCH_DUE  HR__MARK(6)
#define HR__OF_INLET   (HR__LANE_WAKES | HR__BATCH_DUE)

struct hr__message {
    uint64_t invocation;
    int64_t arrival; /* us */
    int64_t since;   /* it waits to be received */
    int64_t until;   /* of a copy: its message is done then, and it need not run any more */
    int64_t service; /* us */
    double work;
    uint32_t next;
    uint16_t receives, deliveries; /* how often it was taken, and how often it ran */
    bool copy;                     /* a second delivery, which is nobody's answer */
    bool failed;                   /* so its last run ended */
    bool attempted;
};
struct hr__fifo {
    uint32_t head, tail; /* HR__NONE when empty */
    int64_t n;
};

enum hr__batch_state {
    HR__BATCH_OUT,    /* handed over: it waits, starts or runs */
    HR__BATCH_HELD,   /* refused, and attempted again later */
    HR__BATCH_FAILED, /* its messages come back when their time is up */
};
struct hr__batch {
    struct hr__fifo messages;
    int64_t due;             /* queue: its messages can be seen again */
    int64_t end;             /* of its run; INT64_MAX: not known yet */
    uint32_t lane;           /* of all */
    uint32_t next, previous; /* in a list of its lane, or free */
    uint16_t errors, throttles;
    enum hr__batch_state state;
    bool polled; /* it keeps a poller, or its lane, busy */
};

/* Messages that are taken one after the other. A queue has one, a stream several a shard. */
struct hr__lane {
    struct hr__inlet *inlet;
    struct hr__fifo waiting;
    int64_t wake;                    /* when it is woken next, INT64_MAX: never */
    int64_t in_flight;               /* batches that keep it busy */
    int64_t pollers;                 /* batches that may */
    int64_t gather_until;            /* a batch is gathered; INT64_MAX: none */
    int64_t grow_at;                 /* one poller more, INT64_MAX: none needed */
    int64_t crowded_at;              /* when all pollers of the beginning were busy last */
    int64_t phase;                   /* us, of the times at which a shard is read */
    uint32_t batch_head, batch_tail; /* queue: those in flight, as they are due; stream: parts of
                                        one that was cut */
};

struct hr__trigger {
    void (*arrives)(struct hr__function *f, struct hr__inlet *inlet, const struct hr__run *run);
    void (*wakes)(struct hr__function *f, struct hr__lane *lane, int64_t now);
    void (*refused)(struct hr__function *f, uint32_t batch, int64_t now);
    void (*ended)(struct hr__function *f, uint32_t batch, int64_t now);
    void (*again)(struct hr__function *f, uint32_t batch, int64_t now);
};

/* All that comes to one workload. */
struct hr__inlet {
    const struct hr__trigger *rules; /* NULL: events, see trigger_event.c */
    struct hr__lane *lanes;
    uint32_t workload, lane_count;
    int64_t batch, window_us, pollers, pollers_max, grow_us;
    double duplicates;
    bool partial;
};

struct hr__inlets {
    struct hr__inlet *items; /* one for each workload, used or not */
    struct hr__lane *lanes;
    size_t lane_count;
    struct hr__message *messages;
    size_t message_count, message_capacity;
    struct hr__batch *batches;
    size_t batch_count, batch_capacity;
    uint32_t free_message, free_batch;
};

extern const struct hr__trigger hr__trigger_queue, hr__trigger_stream;

bool hr__inlets_init(struct hr__function *f);
void hr__inlets_clear(struct hr__inlets *inlets);
void hr__inlet_arrives(struct hr__function *f, const struct hr__run *run);
void hr__inlet_happens(struct hr__function *f, hr__key key);
/* What became of a run of a side with a inlet. */
void hr__inlet_ended(struct hr__function *f, const struct hr__run *run,
                     const struct hr__done *done);
void hr__batch_refused(struct hr__function *f, const struct hr__run *run, int64_t now);

/* ---- what the rules share ------------------------------------------------------------------- */

/* Puts a message that arrives into a lane. */
void hr__lane_put(struct hr__function *f, struct hr__lane *lane, const struct hr__run *run);
/* A message already in the table goes to the end of those that wait, since `now`. */
void hr__lane_wait(struct hr__function *f, struct hr__lane *lane, uint32_t message, int64_t now);
void hr__lane_wake_at(struct hr__function *f, struct hr__lane *lane, int64_t time);
/* Takes up to `most` messages that wait, leaving out what is too old or needless; HR__NONE where
 * none is left. */
uint32_t hr__lane_take(struct hr__function *f, struct hr__lane *lane, int64_t most, int64_t now);

void hr__batch_attempt(struct hr__function *f, uint32_t ref, int64_t now);
void hr__batch_due_at(struct hr__function *f, uint32_t batch, int64_t time);
void hr__batch_free(struct hr__function *f, uint32_t batch);
/* Its messages that are done leave; some of them come once more. How many have failed. */
int64_t hr__batch_settle(struct hr__function *f, uint32_t ref, int64_t now);
/* Its messages older than that are lost. */
void hr__batch_expire(struct hr__function *f, uint32_t ref, int64_t oldest_age, int64_t now);

uint32_t hr__batch_new(struct hr__function *f, struct hr__lane *lane);
uint32_t hr__message_new(struct hr__function *f, const struct hr__message *message);
void hr__message_free(struct hr__function *f, uint32_t message);
/* It will never run again. */
void hr__message_lost(struct hr__function *f, const struct hr__inlet *inlet, uint32_t message,
                      bool dead_letter, int64_t now);
void hr__fifo_put(struct hr__function *f, struct hr__fifo *fifo, uint32_t message);
uint32_t hr__fifo_take(struct hr__function *f, struct hr__fifo *fifo);
/* Does its delivery, the so-manieth, fail? */
bool hr__delivery_fails(const struct hr__function *f, const struct hr__side *side,
                        uint64_t invocation, unsigned delivery);
/* Is it delivered twice without an error? */
bool hr__comes_twice(const struct hr__function *f, const struct hr__inlet *inlet,
                     uint64_t invocation);

/* first, twice that, four times that ... up to `most` */
static inline int64_t hr__back_off(int64_t first, int64_t most, unsigned times)
{
    int64_t delay = first;
    for (unsigned i = 1; i < times && delay < most; i++)
        delay *= 2;
    return delay < most ? delay : most;
}

/* trigger_event.c */
void hr__event_arrives(struct hr__function *f, const struct hr__inlet *inlet,
                       const struct hr__run *run);
void hr__event_ended(struct hr__function *f, const struct hr__run *run,
                     const struct hr__done *done);

#endif
