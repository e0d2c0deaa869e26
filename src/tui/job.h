/* job.h: the work that takes long, on a thread of its own: import, and replay of the plan file.
 *
 * start -> (progress, finished, cancel)... -> finish. The loop owns the job; the thread touches
 * only what stands behind the job's lock. No signal but a crash of its own reaches the
 * thread.
 */
#ifndef HR_TUI_JOB_H
#define HR_TUI_JOB_H

#include "headroom/plan.h"
#include "headroom/tui.h"

struct hr__job_request {
    const struct hr_tui_options *options; /* borrowed until finish */
    const char *plan;                     /* path */
    const char *application;              /* NULL: the options', else the plan's first */
    bool next_application;                /* the one behind `application`, by name */
    const char *const *imports;           /* logs to import first, in one import */
    size_t import_count;
};

/* What a job gave: the comparison (if has_comparison) belongs to the caller. */
struct hr__job_result {
    bool done;     /* false: see error */
    bool imported; /* the import is in the plan file, whatever happened after it */
    bool has_comparison;
    struct hr_comparison comparison;
    size_t applications;  /* in the plan file */
    struct hr_text words; /* of the import, for a person */
    struct hr_error error;
};
void hr__job_result_clear(struct hr__job_result *result);

/* A copy of what the work last told. */
struct hr__job_progress {
    char what[256], unit[32], detail[512];
    double done, total;
    uint64_t lines, kept, filtered, malformed;
    bool importing;
};

struct hr__job;
/* wake is called from the thread whenever there is something to look at; may be NULL. */
bool hr__job_start(const struct hr__job_request *request, void (*wake)(void), struct hr__job **ret,
                   struct hr_error *err);
void hr__job_progress(struct hr__job *job, struct hr__job_progress *ret);
bool hr__job_finished(struct hr__job *job);
void hr__job_cancel(struct hr__job *job);
/* Waits for the thread, hands the result over and frees the job. */
void hr__job_finish(struct hr__job *job, struct hr__job_result *ret);

/* The same work on the caller's thread. */
void hr__job_run(const struct hr__job_request *request, const struct hr_progress *progress,
                 struct hr__job_result *ret);

#endif
