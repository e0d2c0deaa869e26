/* load.c: what a job does: the calls of `headroom import` and `headroom compare`, in this order. */
#include "tui/job.h"

#include "headroom/ingest.h"
#include "tui/figures.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_APPLICATION "default" /* as `headroom import` without --app */
#define WORDS_MAX           4096
#define REJECTS_SHOWN       3

void hr__job_result_clear(struct hr__job_result *result)
{
    if (result->has_comparison)
        hr_comparison_clear(&result->comparison);
    hr_text_clear(&result->words);
    *result = (struct hr__job_result){0};
}

/* ---- import ------------------------------------------------------------------------------------
 */

/* Service times assumed where the log has none come from the patterns of models/. */
static bool assume(const struct hr_models *models, struct hr_arena *arena,
                   struct hr_ingest_options *options, struct hr_error *err)
{
    for (int trigger = 0; trigger < HR_TRIGGER_COUNT; trigger++)
        if (!hr_models_service_text(models, hr_trigger_name((enum hr_trigger)trigger), arena,
                                    &options->assumed_service[trigger],
                                    &options->assumed_source[trigger], err))
            return false;
    return true;
}

/* What a person should know of an import: counts, the first lines that could not be read,
 * what was taken for what. */
static void put_words(struct hr_text *words, const struct hr_ingest_report *report)
{
    char lines[HR__FIGURE], kept[HR__FIGURE], filtered[HR__FIGURE], malformed[HR__FIGURE];
    hr_text_printf(words, "%s lines: %s kept, %s filtered, %s malformed.\n",
                   hr__count(lines, (double)report->lines), hr__count(kept, (double)report->kept),
                   hr__count(filtered, (double)report->filtered),
                   hr__count(malformed, (double)report->malformed));
    for (size_t i = 0; i < report->reject_count && i < REJECTS_SHOWN; i++) {
        const struct hr_reject *reject = &report->rejects[i];
        hr_text_printf(words, "Line %llu: %s: ", (unsigned long long)reject->line, reject->reason);
        hr_text_add_clean(words, reject->text, strlen(reject->text));
        hr_text_puts(words, "\n");
    }
    for (size_t i = 0; i < report->sentence_count; i++) {
        hr_text_add_clean(words, report->sentences[i], strlen(report->sentences[i]));
        hr_text_puts(words, "\n");
    }
}

static bool import(const struct hr__job_request *request, const struct hr_models *models,
                   const struct hr_progress *progress, struct hr__job_result *ret)
{
    struct hr_arena arena = {0};
    struct hr_store *store = NULL;
    struct hr_sink sink;
    struct hr_ingest_report report = {0};
    struct hr_ingest_options options = {.paths = request->imports,
                                        .path_count = request->import_count};
    const char *app = request->application ? request->application : request->options->application;
    bool done = assume(models, &arena, &options, &ret->error) &&
                hr_store_open(request->plan, HR_STORE_CREATE, &store, &ret->error) &&
                hr_store_sink(store, app ? app : DEFAULT_APPLICATION, &sink, &ret->error) &&
                hr_ingest(&options, &sink, progress, &report, &ret->error);
    ret->words.max = WORDS_MAX;
    put_words(&ret->words, &report);
    hr_ingest_report_clear(&report);
    hr_store_close(store);
    hr_arena_clear(&arena);
    return done;
}

/* ---- replay ------------------------------------------------------------------------------------
 */

/* The application to show: as asked, or the one behind it, or the first. NULL: none is there. */
static const char *choose(const struct hr__job_request *request,
                          const struct hr_store_application *apps, size_t count)
{
    const char *asked = request->application ? request->application : request->options->application;
    if (count == 0)
        return NULL;
    if (!asked)
        return apps[0].name;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(apps[i].name, asked))
            return apps[(i + request->next_application) % count].name;
    return asked; /* the comparison's error names those that are there */
}

static bool compare(const struct hr__job_request *request, const char *app, struct hr_store *store,
                    const struct hr_models *models, const struct hr_progress *progress,
                    struct hr__job_result *ret)
{
    const struct hr_tui_options *from = request->options;
    struct hr_arena arena = {0};
    struct hr_override *overrides =
        hr_arena_alloc(&arena, (from->set_count + 1) * sizeof *overrides);
    bool done = overrides || hr_fail_memory(&ret->error);
    for (size_t i = 0; i < from->set_count && done; i++)
        done = hr_override_parse(from->sets[i], &arena, &overrides[i], &ret->error);
    struct hr_compare_options options = {
        .app = app,
        .only = from->only,
        .only_count = from->only_count,
        .platform_files = from->platforms,
        .platform_file_count = from->platform_count,
        .overrides = overrides,
        .override_count = from->set_count,
        .alone = from->alone,
        .seed = from->seed,
        .threads = from->threads,
    };
    options.progress = progress;
    done = done && hr_compare(store, models, &options, &ret->comparison, &ret->error);
    ret->has_comparison = done;
    hr_arena_clear(&arena);
    return done;
}

static bool load(const struct hr__job_request *request, const struct hr_models *models,
                 const struct hr_progress *progress, struct hr__job_result *ret)
{
    if (access(request->plan, F_OK) != 0 && errno == ENOENT)
        return true; /* the first start */
    struct hr_arena arena = {0};
    struct hr_store *store = NULL;
    struct hr_store_application *apps = NULL;
    bool done = hr_store_open(request->plan, HR_STORE_READ, &store, &ret->error) &&
                hr_store_applications(store, &arena, &apps, &ret->applications, &ret->error);
    const char *app = done ? choose(request, apps, ret->applications) : NULL;
    if (app)
        done = compare(request, app, store, models, progress, ret);
    hr_store_close(store);
    hr_arena_clear(&arena);
    return done;
}

void hr__job_run(const struct hr__job_request *request, const struct hr_progress *progress,
                 struct hr__job_result *ret)
{
    struct hr_models *models = NULL;
    *ret = (struct hr__job_result){0};
    bool ready = hr_models_open_at(request->options->models, (int64_t)time(NULL) * HR_SECOND,
                                   &models, &ret->error);
    if (ready && request->import_count)
        ready = ret->imported = import(request, models, progress, ret);
    ret->done = ready && load(request, models, progress, ret);
    hr_models_close(models);
}
