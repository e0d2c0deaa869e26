/* parallel.c: the same work for many indices on all cores. Indices are taken from one counter;
 * each result belongs to its index, so the number of threads cannot show in it. */
#include "headroom/base.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAX 256

struct job {
    size_t count;
    bool (*work)(void *, size_t, struct hr_error *);
    void *context;
    atomic_size_t next;
    atomic_bool failed;
    pthread_mutex_t lock; /* guards the two fields below */
    size_t failed_index;
    struct hr_error error;
};

unsigned hr_thread_count(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

static void *run(void *argument)
{
    struct job *job = argument;
    for (;;) {
        /* Looked at before an index is taken: an index below a failed one always runs, so the
         * failure reported does not hang on which thread was quicker. */
        if (atomic_load(&job->failed))
            return NULL;
        size_t index = atomic_fetch_add(&job->next, 1);
        if (index >= job->count)
            return NULL;
        struct hr_error error = {0};
        if (job->work(job->context, index, &error))
            continue;
        pthread_mutex_lock(&job->lock);
        if (!atomic_load(&job->failed) || index < job->failed_index) {
            job->failed_index = index;
            job->error = error;
        }
        atomic_store(&job->failed, true);
        pthread_mutex_unlock(&job->lock);
    }
}

bool hr_parallel_for(size_t count, unsigned threads,
                     bool (*work)(void *context, size_t index, struct hr_error *err), void *context,
                     struct hr_error *err)
{
    struct job job = {
        .count = count, .work = work, .context = context, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t ids[THREADS_MAX];
    unsigned want = threads ? threads : hr_thread_count();
    want = want > THREADS_MAX ? THREADS_MAX : want;
    want = want > count ? (unsigned)count : want;
    unsigned started = 0;
    /* The caller works too; a thread that cannot be had is work done more slowly. */
    while (started + 1 < want && pthread_create(&ids[started], NULL, run, &job) == 0)
        started++;
    run(&job);
    for (unsigned i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
    pthread_mutex_destroy(&job.lock);
    if (!atomic_load(&job.failed))
        return true;
    if (err)
        *err = job.error;
    return false;
}
