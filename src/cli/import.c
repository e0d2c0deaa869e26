/* import.c: `headroom import FILE...`: logs into the plan file. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "headroom/ingest.h"
#include "headroom/report.h"

enum {
    KEY_APP = 0x100,
    KEY_INPUT_FORMAT,
    KEY_LOG_FORMAT,
    KEY_TIMEZONE,
    KEY_MAP,
    KEY_ROUTE,
    KEY_EPOCH,
    KEY_STAMP,
    KEY_RESOLUTION,
    KEY_WORKLOAD,
    KEY_SERVICE,
    KEY_REJECTS,
    KEY_TOP,
    KEY_FORCE,
    KEY_DRY_RUN
};

struct request {
    struct cli_common common;
    struct hr_ingest_options options;
    const char *app;
    int64_t epoch;
    enum hr_stamp stamp;
    struct cli_list paths, maps, routes;
};

static const struct argp_option option_table[] = {
    {"app", KEY_APP, "NAME", 0, "The application that the workloads belong to (`default`)", 1},
    {"input-format", KEY_INPUT_FORMAT, "NAME", 0,
     "The log's format instead of recognising it: a name of the list below", 1},
    {"log-format", KEY_LOG_FORMAT, "FORMAT", 0,
     "nginx's log_format or Apache's LogFormat line, as it stands in the server's configuration",
     1},
    {"timezone", KEY_TIMEZONE, "NAME", 0, "Zone of times that tell none (UTC), as in Europe/Berlin",
     2},
    {"map", KEY_MAP, "FIELD=COLUMN[:UNIT],...", 0,
     "Which column is what, as in time=ts,duration=dur:ms", 1},
    {"route", KEY_ROUTE, "TEMPLATE", 0, "A path template, as in /users/:id; may be repeated", 1},
    {"workload", KEY_WORKLOAD, "NAME", 0, "Name of the workload where the log tells none", 1},
    {"epoch", KEY_EPOCH, "TIME", 0, "Start of relative times (1970-01-01)", 2},
    {"stamp", KEY_STAMP, "start|end", 0,
     "What a time stamp stands for, where the log does not tell", 2},
    {"resolution", KEY_RESOLUTION, "DURATION", 0,
     "Quantum of the time stamps, as in `1 s`; 1 us: they are exact", 2},
    {"service", KEY_SERVICE, "DISTRIBUTION", 0,
     "Service time where the log has none, as in 'lognormal p50=80ms p99=900ms'", 2},
    {"rejects", KEY_REJECTS, "FILE", 0, "Write every malformed line there", 3},
    {"top", KEY_TOP, "N", 0, "Workloads kept apart, by count; the rest is (other) (50)", 3},
    {"force", KEY_FORCE, NULL, 0, "Go on when more than half of the lines are malformed", 3},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Read and report, change nothing", 3},
    {0},
};

static error_t parse_value(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    int64_t number = 0;
    switch (key) {
    case KEY_EPOCH:
        if (!hr_time_parse_iso(arg, strlen(arg), &request->epoch, NULL))
            argp_error(state, "--epoch takes a time such as 2026-10-05T00:00:00Z, not `%s`", arg);
        request->options.epoch = &request->epoch;
        return 0;
    case KEY_STAMP:
        if (!hr_stamp_parse(arg, strlen(arg), &request->stamp))
            argp_error(state, "--stamp takes start or end, not `%s`", arg);
        request->options.stamp = &request->stamp;
        return 0;
    case KEY_RESOLUTION:
        if (!hr_parse_duration(arg, strlen(arg), &request->options.resolution_us) ||
            request->options.resolution_us < 1)
            argp_error(state, "--resolution takes a duration such as `1 s`, not `%s`", arg);
        return 0;
    case KEY_TOP:
        if (!hr_parse_i64(arg, strlen(arg), &number) || number < 1 || number > 4096)
            argp_error(state, "--top takes a whole number from 1 to 4096, not `%s`", arg);
        request->options.top = (size_t)number;
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
    case KEY_INPUT_FORMAT:
        request->options.input_format = arg;
        return 0;
    case KEY_LOG_FORMAT:
        request->options.log_format = arg;
        return 0;
    case KEY_TIMEZONE:
        request->options.timezone = arg;
        return 0;
    case KEY_MAP:
        cli_list_add_split(&request->maps, arg);
        return 0;
    case KEY_ROUTE:
        return cli_list_add(&request->routes, arg) ? 0 : ENOMEM;
    case KEY_WORKLOAD:
        request->options.workload = arg;
        return 0;
    case KEY_SERVICE:
        request->options.service = arg;
        return 0;
    case KEY_REJECTS:
        request->options.rejects = arg;
        return 0;
    case KEY_FORCE:
        request->options.force = true;
        return 0;
    case KEY_DRY_RUN:
        request->options.dry_run = true;
        return 0;
    case ARGP_KEY_ARG:
        return cli_list_add(&request->paths, arg) ? 0 : ENOMEM;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name at least one file, folder or - for standard input");
        return EINVAL;
    default:
        return parse_value(key, arg, state);
    }
}

/* What a person reads after an import, on stderr: first what landed, then what to know of it. */
static void print_words(const struct hr_ingest_report *report, const struct request *request)
{
    const bool landed = !request->options.dry_run;
    for (size_t i = 0; i < report->file_count; i++) {
        const struct hr_import_file *file = &report->files[i];
        struct hr_text name = {.max = 4096};
        hr_text_add_clean(&name, file->file, strlen(file->file));
        fprintf(stderr, "%s: %s%s%s: %llu lines, %llu kept, %llu filtered, %llu malformed\n",
                name.data ? name.data : "", file->input_format, *file->variant ? ", " : "",
                file->variant, (unsigned long long)file->lines, (unsigned long long)file->kept,
                (unsigned long long)file->filtered, (unsigned long long)file->malformed);
        if (!landed && *file->input_format && !request->options.input_format &&
            !request->options.log_format)
            fprintf(stderr, "recognised by %.0f %% of its first lines%s%s\n",
                    100 * file->confidence, file->runner_up ? "; next best: " : "",
                    file->runner_up ? file->runner_up : "");
        hr_text_clear(&name);
    }
    for (size_t i = 0; i < report->reject_count; i++) {
        const struct hr_reject *reject = &report->rejects[i];
        fprintf(stderr, "%s:%llu: %s: %s\n", reject->file, (unsigned long long)reject->line,
                reject->reason, reject->text);
    }
    for (size_t i = 0; i < report->sentence_count; i++)
        fprintf(stderr, "%s\n", report->sentences[i]);
    fprintf(stderr, "%s%llu invocations of %zu workloads%s%s\n",
            landed ? "imported " : "would import ", (unsigned long long)report->invocations,
            report->workload_count, landed ? " into application " : "", landed ? request->app : "");
}

static json_t *file_json(const struct hr_import_file *file)
{
    char first[HR_TIME_TEXT], last[HR_TIME_TEXT];
    json_t *reasons = json_array();
    for (size_t i = 0; i < file->reason_count; i++)
        json_array_append_new(reasons, json_pack("{s:s, s:I}", "reason", file->reasons[i].text,
                                                 "lines", (json_int_t)file->reasons[i].count));
    struct hr_text name = {.max = 4096};
    hr_text_add_clean(&name, file->file, strlen(file->file)); /* JSON wants valid UTF-8 */
    json_t *object = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s?, s:s?, s:I, s:s, s:o}", "file",
        name.data ? name.data : "", "input_format", file->input_format, "lines",
        (json_int_t)file->lines, "kept", (json_int_t)file->kept, "filtered",
        (json_int_t)file->filtered, "malformed", (json_int_t)file->malformed, "duplicates",
        (json_int_t)file->duplicates, "first",
        file->first == HR_UNKNOWN ? NULL : hr_time_format(first, file->first), "last",
        file->last == HR_UNKNOWN ? NULL : hr_time_format(last, file->last), "resolution_us",
        (json_int_t)file->resolution_us, "stamp", hr_stamp_name(file->stamp), "reasons", reasons);
    hr_text_clear(&name);
    return object;
}

/* The object of design.md section 8. */
static bool print_json(const struct hr_ingest_report *report, FILE *out)
{
    json_t *files = json_array(), *assumed = json_array();
    for (size_t i = 0; i < report->file_count; i++)
        json_array_append_new(files, file_json(&report->files[i]));
    for (size_t i = 0; i < report->assumed_count; i++) {
        const struct hr_assumed *a = &report->assumed[i];
        json_array_append_new(assumed, json_pack("{s:s, s:s, s:s, s:s, s:s}", "workload",
                                                 a->workload, "key", a->key, "value", a->value,
                                                 "source", a->source, "remedy", a->remedy));
    }
    json_t *object = json_pack("{s:o, s:I, s:o}", "files", files, "workloads",
                               (json_int_t)report->workload_count, "assumed", assumed);
    bool written = object && json_dumpf(object, out, JSON_INDENT(2)) == 0 && fputc('\n', out) > 0;
    json_decref(object);
    return written;
}

static void print_csv(const struct hr_ingest_report *report, FILE *out)
{
    fputs("file,input_format,lines,kept,filtered,malformed,duplicates,first,last,resolution_us,"
          "stamp\n",
          out);
    for (size_t i = 0; i < report->file_count; i++) {
        const struct hr_import_file *file = &report->files[i];
        char first[HR_TIME_TEXT] = "", last[HR_TIME_TEXT] = "";
        if (file->first != HR_UNKNOWN) {
            hr_time_format(first, file->first);
            hr_time_format(last, file->last);
        }
        hr_report_csv_cell(out, file->file);
        fprintf(out, ",%s,%llu,%llu,%llu,%llu,%llu,%s,%s,%lld,%s\n", file->input_format,
                (unsigned long long)file->lines, (unsigned long long)file->kept,
                (unsigned long long)file->filtered, (unsigned long long)file->malformed,
                (unsigned long long)file->duplicates, first, last, (long long)file->resolution_us,
                hr_stamp_name(file->stamp));
    }
}

static int print_report(const struct hr_ingest_report *report, const struct request *request)
{
    struct hr_error err;
    struct hr_outfile file;
    if (!request->common.quiet)
        print_words(report, request);
    if (request->common.format == CLI_TABLE)
        return 0;
    if (!hr_outfile_open(&file, request->common.output, &err))
        return cli_complain(&err);
    if (request->common.format == CLI_CSV)
        print_csv(report, file.stream);
    else
        print_json(report, file.stream);
    return hr_outfile_commit(&file, &err) ? 0 : cli_complain(&err);
}

/* Service times assumed where the log has none come from the patterns of models/. */
static bool assumed_service(struct request *request, const struct hr_models *models,
                            struct hr_arena *arena, struct hr_error *err)
{
    for (int trigger = 0; trigger < HR_TRIGGER_COUNT; trigger++)
        if (!hr_models_service_text(models, hr_trigger_name((enum hr_trigger)trigger), arena,
                                    &request->options.assumed_service[trigger],
                                    &request->options.assumed_source[trigger], err))
            return false;
    return true;
}

/* Here, not only when a comparison reads it: by then the flag is forgotten. */
static bool check_service(const char *text, struct hr_arena *arena, struct hr_error *err)
{
    struct hr_dist dist;
    struct hr_error why = {0};
    return !text || hr_dist_parse(text, arena, &dist, &why) ||
           hr_fail(err, HR_EUSAGE, "--service %s: %s", text, why.text);
}

/* The plan to import into; for a look the one there is, if there is one, and it stays as it is. */
static bool open_sink(const struct request *request, struct hr_dry_sink *dry,
                      struct hr_store **store, struct hr_sink *ret, struct hr_error *err)
{
    if (!request->options.dry_run)
        return (*store = cli_open_store(&request->common, HR_STORE_CREATE, err)) &&
               hr_store_sink(*store, request->app, ret, err);
    struct hr_error none = {0};
    *store = cli_open_store(&request->common, HR_STORE_READ, &none);
    if (!*store && none.kind != HR_EMISSING) {
        *err = none;
        return false;
    }
    *dry = (struct hr_dry_sink){.plan = *store, .app = request->app};
    *ret = hr_store_dry_sink(dry);
    return true;
}

static int import(struct request *request)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_models *models = NULL;
    struct hr_store *store = NULL;
    struct hr_dry_sink dry;
    struct hr_sink sink;
    struct hr_ingest_report report = {0};
    int status = 0;
    bool ready = check_service(request->options.service, &arena, &err) &&
                 cli_open_models(&request->common, &models, &err) &&
                 assumed_service(request, models, &arena, &err) &&
                 open_sink(request, &dry, &store, &sink, &err);
    if (ready) {
        struct cli_progress *progress = cli_progress_begin(&request->common);
        bool done =
            hr_ingest(&request->options, &sink, cli_progress_callback(progress), &report, &err);
        cli_progress_end(progress);
        if (done)
            status = print_report(&report, request);
        else {
            for (size_t i = 0; i < report.reject_count; i++)
                fprintf(stderr, "%s:%llu: %s: %s\n", report.rejects[i].file,
                        (unsigned long long)report.rejects[i].line, report.rejects[i].reason,
                        report.rejects[i].text);
            status = cli_complain(&err);
        }
    } else {
        status = cli_complain(&err);
    }
    hr_ingest_report_clear(&report);
    hr_store_close(store);
    hr_models_close(models);
    hr_arena_clear(&arena);
    return status;
}

/* The names that --input-format takes stand in the table of formats, and nowhere else. */
static char *list_formats(int key, const char *text, void *input)
{
    struct hr_ingest_format format;
    struct hr_text list = {0};
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)text;
    hr_text_puts(&list, "Formats:\n");
    for (size_t i = 0; hr_ingest_format_at(i, &format); i++)
        hr_text_printf(&list, "  %s: %s\n", format.name, format.sentence);
    return list.data; /* argp frees it */
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {
        .help_filter = list_formats,
        .options = option_table,
        .parser = parse,
        .args_doc = "FILE...",
        .doc = "Reads logs into the plan, plain or compressed; files, folders or - for standard "
               "input. An import lands whole or not at all.",
        .children = cli_children,
    };
    struct request request = {.app = "default"};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    request.options.paths = request.paths.items;
    request.options.path_count = request.paths.count;
    request.options.maps = request.maps.items;
    request.options.map_count = request.maps.count;
    request.options.routes = request.routes.items;
    request.options.route_count = request.routes.count;
    int status = import(&request);
    cli_list_clear(&request.paths);
    cli_list_clear(&request.maps);
    cli_list_clear(&request.routes);
    return status;
}

const struct cli_command cli_import = {"import", "read logs into the plan file", run};
