/* generate.c: `headroom generate`: traffic that nobody recorded, into a plan or as CSV. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "headroom/generate.h"
#include "headroom/plan.h"
#include "headroom/report.h"

enum {
    KEY_APP = 0x100,
    KEY_PATTERN,
    KEY_RATE,
    KEY_DURATION,
    KEY_START,
    KEY_SERVICE,
    KEY_NAME,
    KEY_TRIGGER,
    KEY_GROWTH,
    KEY_CSV,
    KEY_LIKE,
    KEY_FROM,
    KEY_WRITE
};

struct request {
    struct cli_common common;
    const char *app, *pattern, *service, *name, *csv;
    const char *like, *from, *write;
    double rate, growth; /* below 0: not given */
    int64_t duration, start;
    int trigger; /* -1: not given */
};

static const struct argp_option option_table[] = {
    {"app", KEY_APP, "NAME", 0, "The application that the workloads belong to (`generated`)", 1},
    {"pattern", KEY_PATTERN, "ID|FILE", 0,
     "A description of traffic: poisson, deterministic, bursty, diurnal, consumer, weekly, "
     "flash-crowd, cron, on-off, azure-2019, or a YAML file, as FILE is (poisson)",
     1},
    {"csv", KEY_CSV, "FILE", 0, "Write CSV that `import` reads instead of a plan; - for stdout", 1},
    {"like", KEY_LIKE, "WORKLOAD", 0,
     "Fit a description to a recorded workload, or to `(all)` of them, and show the fit; traffic "
     "is "
     "made where --duration says how much",
     1},
    {"from", KEY_FROM, "NAME", 0, "The application of --like (the only one)", 1},
    {"write", KEY_WRITE, "FILE", 0, "Write the description as YAML, to be changed", 1},
    {"duration", KEY_DURATION, "DURATION", 0, "How long, as in `7 d`", 2},
    {"start", KEY_START, "TIME", 0, "When it begins, as in 2026-11-02T00:00:00Z", 2},
    {"rate", KEY_RATE, "RATE", 0, "Mean rate over a week, as in 5/s or 20/min", 2},
    {"service", KEY_SERVICE, "DISTRIBUTION", 0,
     "Service time, as in 'lognormal p50=80ms p99=900ms'", 2},
    {"growth", KEY_GROWTH, "SHARE", 0, "Of the rate in a month of 730 h, as in 10%", 2},
    {"name", KEY_NAME, "NAME", 0, "Name of the workload", 2},
    {"trigger", KEY_TRIGGER, "WORD", 0, "http, async, queue, stream or schedule", 2},
    {0},
};

static error_t parse_value(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    enum hr_trigger trigger;
    const size_t len = strlen(arg ? arg : "");
    switch (key) {
    case KEY_RATE:
        if (!hr_parse_rate(arg, len, &request->rate) || request->rate <= 0)
            argp_error(state, "--rate takes a rate above 0 such as 5/s, not `%s`", arg);
        return 0;
    case KEY_DURATION:
        if (!hr_parse_duration(arg, len, &request->duration) || request->duration < HR_SECOND ||
            request->duration > HR_GENERATE_DURATION)
            argp_error(state, "--duration takes 1 s to 730 d, not `%s`", arg);
        return 0;
    case KEY_START:
        if (!hr_time_parse_iso(arg, len, &request->start, NULL) || request->start < HR_TIME_MIN ||
            request->start > HR_TIME_MAX - HR_GENERATE_DURATION)
            argp_error(state, "--start takes a time such as 2026-11-02T00:00:00Z, not `%s`", arg);
        return 0;
    case KEY_GROWTH:
        if (!hr_parse_fraction(arg, len, &request->growth) || request->growth < 0 ||
            request->growth > 10)
            argp_error(state, "--growth takes a share from 0 to 1000 %% such as 10%%, not `%s`",
                       arg);
        return 0;
    case KEY_TRIGGER:
        if (!hr_trigger_parse(arg, len, &trigger))
            argp_error(state, "--trigger takes http, async, queue, stream or schedule, not `%s`",
                       arg);
        request->trigger = (int)trigger;
        return 0;
    case KEY_NAME:
        if (len == 0 || len > HR_WORKLOAD_NAME_MAX)
            argp_error(state, "--name takes 1 to %d bytes", HR_WORKLOAD_NAME_MAX);
        request->name = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        cli_children_init(state, &request->common);
        return 0;
    case KEY_APP:
        request->app = arg;
        return 0;
    case KEY_PATTERN:
        request->pattern = arg;
        return 0;
    case KEY_SERVICE:
        request->service = arg;
        return 0;
    case KEY_CSV:
        request->csv = arg;
        return 0;
    case KEY_LIKE:
        request->like = arg;
        return 0;
    case KEY_FROM:
        request->from = arg;
        return 0;
    case KEY_WRITE:
        request->write = arg;
        return 0;
    case ARGP_KEY_END:
        if (request->like && request->pattern)
            argp_error(state, "--like and a description exclude each other");
        if (request->from && !request->like)
            argp_error(state, "--from names the application of --like");
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0 || request->pattern)
            argp_error(state, "unexpected `%s`: there is one description", arg);
        request->pattern = arg;
        return 0;
    default:
        return parse_value(key, arg, state);
    }
}

/* Flags that speak of one workload need a description of one. */
static bool change_workload(const struct request *request, struct hr_traffic_model *model,
                            struct hr_error *err)
{
    struct hr_made_workload *w = &model->workloads[0];
    struct hr_error why = {0};
    const char *flag = request->rate >= 0      ? "--rate"
                       : request->service      ? "--service"
                       : request->name         ? "--name"
                       : request->trigger >= 0 ? "--trigger"
                                               : NULL;
    if (!flag)
        return true;
    if (model->count > 1 || w->count > 1)
        return hr_fail(err, HR_EUSAGE,
                       "%s speaks of one workload, but %s describes several: change its file", flag,
                       model->file);
    if (request->service && !hr_dist_parse(request->service, &model->arena, &w->service, &why))
        return hr_fail(err, HR_EUSAGE, "--service %s: %s", request->service, why.text);
    if (request->rate >= 0)
        w->rate = request->rate;
    if (request->trigger >= 0)
        w->trigger = (enum hr_trigger)request->trigger;
    if (request->name)
        snprintf(w->name, sizeof w->name, "%s", request->name);
    return true;
}

static bool change(const struct request *request, struct hr_traffic_model *model,
                   struct hr_error *err)
{
    if (request->duration > 0)
        model->duration_us = request->duration;
    if (request->start >= 0)
        model->start = request->start;
    for (size_t i = 0; i < model->count && request->growth >= 0; i++)
        model->workloads[i].growth = request->growth;
    return change_workload(request, model, err) && hr_traffic_check(model, err);
}

static bool make(const struct request *request, const struct hr_traffic_model *model,
                 const struct hr_sink *sink, struct hr_generate_report *report,
                 struct hr_error *err)
{
    struct cli_progress *progress = cli_progress_begin(&request->common);
    bool done = hr_generate(model, request->common.seed, sink, cli_progress_callback(progress),
                            report, err);
    cli_progress_end(progress);
    return done;
}

static bool make_csv(const struct request *request, const struct hr_traffic_model *model,
                     struct hr_generate_report *report, struct hr_error *err)
{
    struct hr_outfile file;
    struct hr_report_traffic traffic;
    if (!hr_outfile_open(&file, request->csv, err))
        return false;
    bool done = hr_report_traffic_open(&traffic, file.stream, model, err);
    const struct hr_sink sink = hr_report_traffic_sink(&traffic);
    if (done && make(request, model, &sink, report, err))
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}

static bool make_plan(const struct request *request, const struct hr_traffic_model *model,
                      struct hr_generate_report *report, struct hr_error *err)
{
    struct hr_sink sink;
    struct hr_store *store = cli_open_store(&request->common, HR_STORE_CREATE, err);
    bool done = store && hr_store_sink(store, request->app, &sink, err) &&
                make(request, model, &sink, report, err);
    hr_store_close(store);
    return done;
}

/* ---- what there is to see ---------------------------------------------------------------------
 */

struct result {
    struct hr_like like; /* fits NULL: the model comes from a description */
    struct hr_generate_report report;
};

static bool write_report(const struct request *request, const struct result *result,
                         struct hr_error *err)
{
    static const enum hr_report_format formats[] = {HR_REPORT_TABLE, HR_REPORT_CSV, HR_REPORT_JSON};
    const enum hr_report_format format = formats[request->common.format];
    const struct hr_traffic_model *model = &result->like.model;
    struct hr_outfile file;
    if (!hr_outfile_open(&file, request->common.output, err))
        return false;
    if (result->like.fits ? hr_report_fit(file.stream, format, &result->like, err)
                          : hr_report_generated(file.stream, format, model, &result->report, err))
        return hr_outfile_commit(&file, err);
    hr_outfile_abort(&file);
    return false;
}

/* The report goes where no CSV goes. */
static bool show(const struct request *request, const struct result *result, struct hr_error *err)
{
    const struct hr_generate_report *report = &result->report;
    if (!request->common.quiet && report->invocations)
        fprintf(stderr, "generated %llu invocations of %zu workloads%s%s\n",
                (unsigned long long)report->invocations, report->count,
                request->csv ? "" : " into application ", request->csv ? "" : request->app);
    return (request->csv && strcmp(request->csv, "-") == 0) || write_report(request, result, err);
}

static bool write_description(const struct request *request, const struct hr_traffic_model *model,
                              struct hr_error *err)
{
    struct hr_outfile file;
    struct hr_text text = {0};
    hr_traffic_write(model, &text);
    bool done =
        (!text.failed || hr_fail_memory(err)) && hr_outfile_open(&file, request->write, err);
    if (done) {
        fputs(text.data, file.stream);
        done = hr_outfile_commit(&file, err);
    }
    hr_text_clear(&text);
    return done;
}

/* ---- all ----------------------------------------------------------------------------------------
 */

/* The store would ask for --app, which is where generated traffic goes. */
static bool one_application(const struct request *request, struct hr_store *store,
                            struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_store_application *all = NULL;
    size_t count = 0;
    bool done = request->from || hr_store_applications(store, &arena, &all, &count, err);
    hr_arena_clear(&arena);
    return done && (count < 2 || hr_fail(err, HR_EMISSING,
                                         "the plan has several applications: name the one of "
                                         "--like with --from"));
}

static bool fit(const struct request *request, const struct hr_models *models, struct hr_like *ret,
                struct hr_error *err)
{
    const struct hr_compare_options options = {.app = request->from, .seed = request->common.seed};
    struct hr_store *store = cli_open_store(&request->common, HR_STORE_READ, err);
    bool done = store && one_application(request, store, err) &&
                hr_like(store, models, request->like, &options, ret, err);
    hr_store_close(store);
    return done;
}

static bool generate(const struct request *request, const struct hr_models *models,
                     struct result *result, struct hr_error *err)
{
    struct hr_traffic_model *model = &result->like.model;
    const char *pattern = request->pattern ? request->pattern : "poisson";
    if (!(request->like ? fit(request, models, &result->like, err)
                        : hr_traffic_open(models, pattern, model, err)) ||
        !change(request, model, err) || (request->write && !write_description(request, model, err)))
        return false;
    if (request->like && request->duration <= 0 && !request->csv)
        return show(request, result, err);
    return (request->csv ? make_csv : make_plan)(request, model, &result->report, err) &&
           show(request, result, err);
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "[FILE]",
        .doc = "Makes traffic from a description and a seed, into the plan as an import does, or "
               "as CSV. `headroom models` lists the descriptions; --like fits one to what was "
               "recorded.",
        .children = cli_children,
    };
    struct request request = {
        .app = "generated", .rate = -1, .growth = -1, .start = -1, .trigger = -1};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    struct hr_error err = {0};
    struct hr_models *models = NULL;
    struct result result = {0};
    bool done = hr_models_open(request.common.models, &models, &err) &&
                generate(&request, models, &result, &err);
    hr_generate_report_clear(&result.report);
    hr_like_clear(&result.like);
    hr_models_close(models);
    return done ? 0 : cli_complain(&err);
}

const struct cli_command cli_generate = {"generate", "make traffic from a description and a seed",
                                         run};
