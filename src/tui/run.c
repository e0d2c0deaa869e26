/* run.c: the loop: waits for keys, signals and the worker; lets the screens decide; does what they
 * ask for. States of the worker: none -> running (progress on top) -> finished -> none.
 */
#include "headroom/tui.h"

#include "headroom/report.h"
#include "tui/app.h"
#include "tui/files.h"
#include "tui/job.h"
#include "tui/samples.h"
#include "tui/signals.h"
#include "tui/terminal.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct loop {
    const struct hr_tui_options *options;
    char *plan; /* path; owned */
    struct hr__app app;
    struct hr__canvas canvas;
    struct hr__job *job; /* NULL: no work */
    double job_began;    /* seconds of the monotonic clock */
    bool job_imports;
    struct hr_comparison comparison; /* shown, if app.comparison points here */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the worker --------------------------------------------------------------------------------
 */

static void start_job(struct loop *loop, struct hr__job_request request)
{
    struct hr__app *app = &loop->app;
    const char *import = request.import_count ? request.imports[0] : NULL;
    request.options = loop->options;
    request.plan = loop->plan;
    if (!request.application && app->comparison)
        request.application = app->comparison->application;
    struct hr_error err;
    if (!hr__job_start(&request, hr__signals_wake, &loop->job, &err)) {
        hr__app_message(app, true, "Cannot start", err.text);
        return;
    }
    loop->job_began = now();
    loop->job_imports = import != NULL;
    memset(&app->progress, 0, sizeof app->progress);
    snprintf(app->progress.title, sizeof app->progress.title, "%s",
             import ? "Importing" : "Replaying");
    snprintf(app->progress.what, sizeof app->progress.what, "%s", import ? import : loop->plan);
    hr__app_open(app, HR__SCREEN_PROGRESS);
}

static void show_progress(struct loop *loop)
{
    struct hr__job_progress p;
    struct hr__app *app = &loop->app;
    hr__job_progress(loop->job, &p);
    if (p.what[0])
        snprintf(app->progress.what, sizeof app->progress.what, "%s", p.what);
    snprintf(app->progress.unit, sizeof app->progress.unit, "%s", p.unit);
    snprintf(app->progress.detail, sizeof app->progress.detail, "%s", p.detail);
    snprintf(app->progress.title, sizeof app->progress.title, "%s",
             p.importing || (loop->job_imports && !p.what[0]) ? "Importing" : "Replaying");
    app->progress.done = p.done;
    app->progress.total = p.total;
    app->progress.lines = p.lines;
    app->progress.kept = p.kept;
    app->progress.filtered = p.filtered;
    app->progress.malformed = p.malformed;
    app->progress.elapsed_s = now() - loop->job_began;
}

static void show_comparison(struct loop *loop, struct hr__job_result *result)
{
    struct hr__app *app = &loop->app;
    if (app->comparison)
        hr_comparison_clear(&loop->comparison);
    loop->comparison = result->comparison; /* moved */
    result->has_comparison = false;
    app->comparison = &loop->comparison;
    app->workloads.cursor = app->assumptions.cursor = (struct hr__cursor){0};
    app->workloads.search[0] = '\0';
    app->compare.workload = app->compare.platform = 0;
    hr__app_home(app);
}

static void tell_result(struct hr__app *app, const struct hr__job_result *result, bool imports)
{
    const char *words = result->words.data ? result->words.data : "";
    char text[HR__MESSAGE_MAX];
    if (result->done && imports) {
        hr__app_message(app, false, "Imported", words);
    } else if (!result->done && result->error.kind == HR_ECANCELLED) {
        hr__app_message(app, false, "Stopped",
                        imports && result->imported
                            ? "The import is in the plan file; its replay was stopped. r replays."
                            : "Nothing has changed.");
    } else if (!result->done) {
        snprintf(text, sizeof text, "%s %s", result->error.text,
                 imports && !result->imported ? "The plan file is as it was. " : "");
        hr__app_message(app, true, imports && !result->imported ? "Not imported" : "No comparison",
                        text);
    }
}

static void end_job(struct loop *loop)
{
    struct hr__job_result result;
    struct hr__app *app = &loop->app;
    hr__job_finish(loop->job, &result);
    loop->job = NULL;
    hr__app_close(app, HR__SCREEN_PROGRESS);
    app->applications = result.applications ? result.applications : app->applications;
    if (result.has_comparison)
        show_comparison(loop, &result);
    else if (result.done)
        hr__app_home(app);
    tell_result(app, &result, loop->job_imports);
    hr__job_result_clear(&result);
}

/* ---- what a screen asks for
 * ----------------------------------------------------------------------- */

static void read_folder(struct hr__app *app)
{
    struct hr_error err = {0};
    struct hr__entry *entries = NULL;
    size_t count = 0;
    char *absolute = realpath(app->browser.folder[0] ? app->browser.folder : ".", NULL);
    if (absolute && strlen(absolute) < sizeof app->browser.folder)
        memcpy(app->browser.folder, absolute, strlen(absolute) + 1);
    free(absolute);
    app->browser.failure[0] = '\0';
    if (!hr__folder_read(app->browser.folder, &entries, &count, &err))
        snprintf(app->browser.failure, sizeof app->browser.failure, "%s", err.text);
    free(app->browser.entries);
    app->browser.entries = entries;
    app->browser.count = count;
}

static void write_csv(struct loop *loop)
{
    struct hr_error err;
    struct hr_outfile file = {0};
    char path[HR__PATH_MAX], text[HR__MESSAGE_MAX];
    snprintf(path, sizeof path, "%s.compare.csv", loop->plan);
    if (hr_outfile_open(&file, path, &err) &&
        hr_report_compare_csv(file.stream, loop->app.comparison, &err) &&
        hr_outfile_commit(&file, &err)) {
        snprintf(text, sizeof text, "The comparison is in %s", path);
        hr__app_message(&loop->app, false, "Exported", text);
        return;
    }
    hr_outfile_abort(&file);
    hr__app_message(&loop->app, true, "Not exported", err.text);
}

static void import_samples(struct loop *loop)
{
    glob_t found;
    if (!hr__samples_find(&found)) {
        hr__app_message(&loop->app, true, "No samples", "The sample logs are no longer there.");
        return;
    }
    start_job(loop, (struct hr__job_request){.application = HR__SAMPLES_APPLICATION,
                                             .imports = (const char *const *)found.gl_pathv,
                                             .import_count = found.gl_pathc});
    globfree(&found);
}

/* False: leave. */
static bool react(struct loop *loop, enum hr__reaction reaction)
{
    struct hr__app *app = &loop->app;
    const char *chosen = app->browser.chosen;
    switch (reaction) {
    case HR__REACT_QUIT:
        return false;
    case HR__REACT_FOLDER:
        read_folder(app);
        break;
    case HR__REACT_COMPLETE:
        hr__path_complete(app->prompt.text, sizeof app->prompt.text);
        break;
    case HR__REACT_IMPORT:
        start_job(loop, (struct hr__job_request){.imports = &chosen, .import_count = 1});
        break;
    case HR__REACT_SAMPLES:
        import_samples(loop);
        break;
    case HR__REACT_CANCEL:
        if (loop->job)
            hr__job_cancel(loop->job);
        break;
    case HR__REACT_EXPORT:
        write_csv(loop);
        break;
    case HR__REACT_APPLICATION:
        start_job(loop, (struct hr__job_request){.next_application = true});
        break;
    case HR__REACT_REPLAY:
        start_job(loop, (struct hr__job_request){0});
        break;
    case HR__REACT_NONE:
        break;
    }
    return true;
}

/* ---- the loop
 * --------------------------------------------------------------------------------------- */

/* Draws the state on a canvas as large as the terminal is now. */
static bool show(struct loop *loop, struct hr_error *err)
{
    int width, height;
    hr__terminal_size(&width, &height);
    if (width != loop->canvas.width || height != loop->canvas.height) {
        hr__canvas_clear(&loop->canvas);
        if (!hr__canvas_init(&loop->canvas, width, height, loop->app.glyphs, err))
            return false;
    }
    hr__app_draw(&loop->app, &loop->canvas);
    hr__terminal_show(&loop->canvas);
    return true;
}

static bool turn(struct loop *loop, struct hr_error *err)
{
    bool going = true;
    if (!show(loop, err))
        return false;
    hr__signals_wait();
    for (uint32_t key; going && (key = hr__terminal_key()) != HR__KEY_NONE;)
        going = react(loop, hr__app_update(&loop->app, key));
    if (hr__signals_stopping())
        hr__terminal_suspend();
    if (loop->job) {
        show_progress(loop);
        if (hr__job_finished(loop->job))
            end_job(loop);
    }
    return going && !hr__signals_ending();
}

static void loop_clear(struct loop *loop)
{
    if (loop->job) {
        struct hr__job_result result;
        hr__job_cancel(loop->job);
        hr__job_finish(loop->job, &result);
        hr__job_result_clear(&result);
    }
    if (loop->app.comparison)
        hr_comparison_clear(&loop->comparison);
    hr__canvas_clear(&loop->canvas);
    free(loop->app.browser.entries);
    free(loop->plan);
}

static int complain(const struct hr_error *err)
{
    fprintf(stderr, "headroom: %s\n", err->text);
    return hr_error_exit_status(err);
}

int hr_tui_run(const struct hr_tui_options *options)
{
    struct hr_error err = {0};
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return hr_fail_memory(&err), complain(&err);
    setlocale(LC_CTYPE, "");
    loop->options = options;
    loop->plan = options->plan ? strdup(options->plan) : hr_store_default_path(&err);
    struct hr__terminal_options terminal = {options->no_color, options->ascii};
    bool ready = loop->plan && hr__signals_open(&err);
    if (ready && !hr__terminal_open(&terminal, &loop->app.glyphs, &err)) {
        hr__signals_close();
        ready = false;
    }
    if (ready) {
        loop->app.plan = loop->plan;
        loop->app.samples = hr__samples_present();
        hr__app_home(&loop->app);
        start_job(loop, (struct hr__job_request){0});
        while (turn(loop, &err))
            continue;
        hr__terminal_close();
    }
    int signal_number = ready ? hr__signals_ending() : 0;
    loop_clear(loop);
    free(loop);
    if (ready)
        hr__signals_close();
    if (signal_number)
        hr__signals_die(signal_number);
    return err.kind ? complain(&err) : 0;
}
