/* screenshot.c: one screen on a plan file without a terminal, as text, ANSI or SVG. */
#include "headroom/tui.h"

#include "tui/app.h"
#include "tui/files.h"
#include "tui/job.h"
#include "tui/samples.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static bool parse_size(const char *text, int *ret_width, int *ret_height, struct hr_error *err)
{
    const char *x = strchr(text, 'x');
    int64_t width = 0, height = 0;
    if (!x || !hr_parse_i64(text, (size_t)(x - text), &width) ||
        !hr_parse_i64(x + 1, strlen(x + 1), &height) || width < 1 || height < 1 ||
        width > HR_TUI_SIDE_MAX || height > HR_TUI_SIDE_MAX)
        return hr_fail(err, HR_EUSAGE,
                       "--size is `%s`; it takes COLUMNSxLINES, as in 120x40, at most %dx%d", text,
                       HR_TUI_SIDE_MAX, HR_TUI_SIDE_MAX);
    *ret_width = (int)width;
    *ret_height = (int)height;
    return true;
}

static bool find_screen(const char *name, enum hr__screen_id *ret, struct hr_error *err)
{
    char names[256] = "";
    for (enum hr__screen_id id = 0; id < HR__SCREEN_COUNT; id++) {
        const char *known = hr__screen_of(id)->name;
        if (!known[0])
            continue;
        if (!strcmp(known, name)) {
            *ret = id;
            return true;
        }
        size_t len = strlen(names);
        snprintf(names + len, sizeof names - len, "%s%s", len ? ", " : "", known);
    }
    return hr_fail(err, HR_EUSAGE, "there is no screen `%s`; there are %s", name, names);
}

/* Puts the asked screen on top, with the state that it needs. */
static bool prepare(struct hr__app *app, enum hr__screen_id id, const char *workload,
                    struct hr_error *err)
{
    bool needs = id == HR__SCREEN_WORKLOADS || id == HR__SCREEN_COMPARE;
    hr__app_home(app);
    if (needs && !app->comparison)
        return hr_fail(err, HR_EMISSING, "%s holds no application yet; import a log first",
                       app->plan);
    if (id == HR__SCREEN_HELP) {
        app->help_of = hr__app_context(app);
    } else if (id == HR__SCREEN_COMPARE) {
        size_t order[HR__WORKLOADS_MAX], count = hr__workloads_order(app, order), at = 0;
        while (workload && at < count &&
               strcmp(app->comparison->verdicts[order[at]].workload, workload) != 0)
            at++;
        if (at >= count && !(workload && !strcmp(workload, HR_WORKLOAD_ALL)))
            return hr_fail(err, HR_EMISSING, "there is no workload `%s`", workload ? workload : "");
        app->workloads.cursor.at = at < count ? at : 0;
        hr__app_update(app, HR__KEY_ENTER); /* chooses the cheapest platform, as a person does */
        if (at >= count)
            app->compare.workload = app->comparison->workload_count;
        return true;
    }
    app->stack[0] = id;
    return true;
}

static bool write_canvas(const struct hr__canvas *canvas, const char *format, bool color, FILE *out,
                         struct hr_error *err)
{
    if (!strcmp(format, "svg"))
        hr__canvas_write_svg(canvas, out);
    else if (!strcmp(format, "ansi"))
        hr__canvas_write_ansi(canvas, color, out);
    else
        hr__canvas_write_text(canvas, out);
    int why;
    return hr_stream_written(out, &why) || hr_fail(err, HR_EIO, "the screen could not be written");
}

static bool draw(struct hr__app *app, const struct hr_tui_options *options,
                 const struct hr_tui_screenshot *shot, FILE *out, struct hr_error *err)
{
    const char *format = shot->format ? shot->format : "text";
    struct hr__canvas canvas = {0};
    int width = 0, height = 0;
    enum hr__screen_id id;
    if (!parse_size(shot->size ? shot->size : "120x40", &width, &height, err) ||
        !find_screen(shot->screen, &id, err) || !prepare(app, id, shot->workload, err))
        return false;
    if (id == HR__SCREEN_IMPORT) {
        snprintf(app->browser.folder, sizeof app->browser.folder, ".");
        if (!hr__folder_read(".", &app->browser.entries, &app->browser.count, err))
            return false;
    }
    bool done = hr__canvas_init(&canvas, width, height, app->glyphs, err);
    if (done) {
        hr__app_draw(app, &canvas);
        done = write_canvas(&canvas, format, !options->no_color, out, err);
    }
    hr__canvas_clear(&canvas);
    free(app->browser.entries);
    return done;
}

/* A picture is UTF-8 wherever it is made; text follows the locale. */
static enum hr__glyphs choose_glyphs(const struct hr_tui_options *options, bool picture)
{
    setlocale(LC_CTYPE, picture ? "C.UTF-8" : "");
    bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    return utf8 && !options->ascii ? HR__UNICODE : HR__ASCII;
}

static bool check_format(const char *format, struct hr_error *err)
{
    if (!format || !strcmp(format, "text") || !strcmp(format, "ansi") || !strcmp(format, "svg"))
        return true;
    return hr_fail(err, HR_EUSAGE, "there is no format `%s` of a screen; there are text, ansi, svg",
                   format);
}

bool hr_tui_screenshot(const struct hr_tui_options *options,
                       const struct hr_tui_screenshot *screenshot, FILE *out,
                       const struct hr_progress *progress, struct hr_error *err)
{
    enum hr__screen_id id;
    int width, height;
    if (!check_format(screenshot->format, err) || !find_screen(screenshot->screen, &id, err) ||
        !parse_size(screenshot->size ? screenshot->size : "120x40", &width, &height, err))
        return false;
    char *plan = options->plan ? strdup(options->plan) : hr_store_default_path(err);
    struct hr__app *app = calloc(1, sizeof *app);
    if (!plan || !app) {
        free(plan);
        free(app);
        return options->plan ? hr_fail_memory(err) : false;
    }
    bool picture = screenshot->format && !strcmp(screenshot->format, "svg");
    app->glyphs = choose_glyphs(options, picture);
    app->plan = plan;
    app->samples = hr__samples_present();
    struct hr__job_request request = {.options = options, .plan = plan};
    struct hr__job_result result = {.done = true};
    if (id == HR__SCREEN_WORKLOADS || id == HR__SCREEN_COMPARE || id == HR__SCREEN_ASSUMPTIONS)
        hr__job_run(&request, progress, &result);
    if (result.has_comparison)
        app->comparison = &result.comparison;
    app->applications = result.applications;
    bool done = result.done && draw(app, options, screenshot, out, err);
    if (!result.done && err)
        *err = result.error;
    hr__job_result_clear(&result);
    free(app);
    free(plan);
    return done;
}
