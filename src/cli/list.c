/* list.c: `headroom list`: the applications of the plan, or one application's workloads. */
#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/scenario.h"
#include "headroom/report.h"

struct request {
    struct cli_common common;
    const char *app;
    bool scenarios;
    const char *saved, *forget; /* a scenario */
};

enum { KEY_SCENARIOS = 0x300, KEY_SAVED, KEY_FORGET };
static const struct argp_option option_table[] = {
    {"scenarios", KEY_SCENARIOS, NULL, 0, "The scenarios that `compare --save` has kept", 1},
    {"saved", KEY_SAVED, "NAME", 0, "The rows of a scenario as they were, in CSV", 1},
    {"forget", KEY_FORGET, "NAME", 0, "Take a scenario out of the plan", 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        cli_children_init(state, &request->common);
        return 0;
    case KEY_SCENARIOS:
        request->scenarios = true;
        return 0;
    case KEY_SAVED:
        request->saved = arg;
        return 0;
    case KEY_FORGET:
        request->forget = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (request->app)
            argp_error(state, "one application at a time; `%s` is one too many", arg);
        request->app = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* One line of either list: what has a name, a count and a span. */
struct entry {
    const char *name;
    uint64_t invocations;
    int64_t first, last;
};

static void print_entry(FILE *out, const struct entry *entry, enum cli_format format)
{
    char first[HR_TIME_TEXT], last[HR_TIME_TEXT];
    hr_time_format(first, entry->first);
    hr_time_format(last, entry->last);
    if (format == CLI_CSV) {
        hr_report_csv_cell(out, entry->name);
        fprintf(out, ",%llu,%s,%s\n", (unsigned long long)entry->invocations, first, last);
        return;
    }
    struct hr_text name = {.max = 4096};
    hr_text_add_clean(&name, entry->name, strlen(entry->name));
    int pad = 40 - (name.data ? hr_text_width(name.data, name.len) : 0);
    fprintf(out, "%s%*s %12llu  %.16s  %.16s\n", name.data ? name.data : "", pad > 0 ? pad : 0, "",
            (unsigned long long)entry->invocations, first, last);
    hr_text_clear(&name);
}

static bool print_entries(FILE *out, const struct entry *entries, size_t count,
                          const struct request *request)
{
    if (request->common.format == CLI_JSON) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            char first[HR_TIME_TEXT], last[HR_TIME_TEXT];
            json_array_append_new(array,
                                  json_pack("{s:s, s:I, s:s, s:s}", "name", entries[i].name,
                                            "invocations", (json_int_t)entries[i].invocations,
                                            "first", hr_time_format(first, entries[i].first),
                                            "last", hr_time_format(last, entries[i].last)));
        }
        bool written = json_dumpf(array, out, JSON_INDENT(2)) == 0 && fputc('\n', out) > 0;
        json_decref(array);
        return written;
    }
    if (request->common.format == CLI_CSV)
        fputs("name,invocations,first,last\n", out);
    else
        fprintf(out, "%-40s %12s  %-16s  %-16s\n", request->app ? "workload" : "application",
                "invocations", "first", "last");
    for (size_t i = 0; i < count; i++)
        print_entry(out, &entries[i], request->common.format);
    return true;
}

static bool collect(struct hr_store *store, const char *app, struct hr_arena *arena,
                    struct entry **ret, size_t *ret_count, struct hr_error *err)
{
    struct hr_store_application *applications = NULL;
    struct hr_store_workload *workloads = NULL;
    if (!(app ? hr_store_workloads(store, app, arena, &workloads, ret_count, err)
              : hr_store_applications(store, arena, &applications, ret_count, err)))
        return false;
    struct entry *entries = hr_arena_alloc(arena, (*ret_count + 1) * sizeof *entries);
    if (!entries)
        return hr_fail_memory(err);
    for (size_t i = 0; i < *ret_count; i++)
        entries[i] = app ? (struct entry){workloads[i].name, workloads[i].invocations,
                                          workloads[i].first, workloads[i].last}
                         : (struct entry){applications[i].name, applications[i].invocations,
                                          applications[i].first, applications[i].last};
    *ret = entries;
    return true;
}

static bool list_entries(struct hr_store *store, const struct request *request,
                         struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct entry *entries = NULL;
    size_t count = 0;
    struct hr_outfile file;
    bool done = collect(store, request->app, &arena, &entries, &count, err) &&
                hr_outfile_open(&file, request->common.output, err);
    if (done) {
        print_entries(file.stream, entries, count, request);
        done = hr_outfile_commit(&file, err);
    }
    hr_arena_clear(&arena);
    return done;
}

static bool list(struct hr_store *store, const struct request *request, struct hr_error *err)
{
    if (request->forget)
        return hr_store_scenario_forget(store, request->app, request->forget, err);
    if (request->saved)
        return cli_scenario_print(store, &request->common, request->app, request->saved, err);
    if (request->scenarios)
        return cli_scenario_list(store, &request->common, request->app, err);
    return list_entries(store, request, err);
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "[APPLICATION]",
        .doc = "Lists the applications of the plan, the workloads of one, or its scenarios.",
        .children = cli_children,
    };
    struct request request = {0};
    struct hr_error err = {0};
    cli_common_init(&request.common);
    if (!cli_parse(&argp, argc, argv, &request))
        return 2;
    enum hr_store_mode mode = request.forget ? HR_STORE_WRITE : HR_STORE_READ;
    struct hr_store *store = cli_open_store(&request.common, mode, &err);
    int status = store && list(store, &request, &err) ? 0 : cli_complain(&err);
    hr_store_close(store);
    return status;
}

const struct cli_command cli_list = {"list", "what the plan holds", run};
