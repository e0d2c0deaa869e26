/* job.c: the thread, its lock, its progress and its end. */
#include "tui/job.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct hr__job {
    pthread_t thread;
    pthread_mutex_t lock; /* of progress */
    struct hr__job_progress progress;
    atomic_bool cancelled, finished;
    struct hr__job_request request;
    struct hr_arena texts;        /* copies that the request points to */
    struct hr__job_result result; /* the loop's once finished */
    void (*wake)(void);
};

static const char *keep(struct hr_arena *arena, const char *text)
{
    return hr_arena_copy(arena, text, strlen(text));
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static bool on_progress(void *context, const struct hr_progress_state *state)
{
    struct hr__job *job = context;
    pthread_mutex_lock(&job->lock);
    struct hr__job_progress *p = &job->progress;
    copy(p->what, sizeof p->what, state->what);
    copy(p->unit, sizeof p->unit, state->unit);
    copy(p->detail, sizeof p->detail, state->detail);
    p->done = state->done;
    p->total = state->total;
    p->lines = state->lines;
    p->kept = state->kept;
    p->filtered = state->filtered;
    p->malformed = state->malformed;
    p->importing = state->lines > 0;
    pthread_mutex_unlock(&job->lock);
    if (job->wake)
        job->wake();
    return !atomic_load(&job->cancelled);
}

static void *work(void *context)
{
    struct hr__job *job = context;
    struct hr_progress progress = {on_progress, job};
    hr__job_run(&job->request, &progress, &job->result);
    atomic_store(&job->finished, true);
    if (job->wake)
        job->wake();
    return NULL;
}

static void job_free(struct hr__job *job)
{
    pthread_mutex_destroy(&job->lock);
    hr_arena_clear(&job->texts);
    free(job);
}

/* Copies of the request's texts, which the loop may change meanwhile. */
static bool keep_texts(struct hr__job *job, const struct hr__job_request *request)
{
    const char **imports =
        hr_arena_alloc(&job->texts, (request->import_count + 1) * sizeof *imports);
    bool kept = imports;
    for (size_t i = 0; i < request->import_count && kept; i++)
        kept = (imports[i] = keep(&job->texts, request->imports[i]));
    job->request = *request;
    job->request.imports = imports;
    job->request.plan = keep(&job->texts, request->plan);
    if (request->application)
        job->request.application = keep(&job->texts, request->application);
    return kept && job->request.plan && !job->request.application == !request->application;
}

bool hr__job_start(const struct hr__job_request *request, void (*wake)(void), struct hr__job **ret,
                   struct hr_error *err)
{
    struct hr__job *job = calloc(1, sizeof *job);
    if (!job)
        return hr_fail_memory(err);
    job->wake = wake;
    pthread_mutex_init(&job->lock, NULL);
    if (!keep_texts(job, request)) {
        job_free(job);
        return hr_fail_memory(err);
    }
    sigset_t all, before;
    static const int own[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}; /* a crash is its own */
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_BLOCK, &all, &before); /* the thread, and those it makes, inherit it */
    int failed = pthread_create(&job->thread, NULL, work, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        job_free(job);
        return hr_fail(err, HR_EIO, "cannot start a thread: %s", strerror(failed));
    }
    *ret = job;
    return true;
}

void hr__job_progress(struct hr__job *job, struct hr__job_progress *ret)
{
    pthread_mutex_lock(&job->lock);
    *ret = job->progress;
    pthread_mutex_unlock(&job->lock);
}

bool hr__job_finished(struct hr__job *job)
{
    return atomic_load(&job->finished);
}

void hr__job_cancel(struct hr__job *job)
{
    atomic_store(&job->cancelled, true);
}

void hr__job_finish(struct hr__job *job, struct hr__job_result *ret)
{
    pthread_join(job->thread, NULL);
    *ret = job->result;
    job_free(job);
}
