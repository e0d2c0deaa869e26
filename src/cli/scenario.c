/* scenario.c: saving, applying and listing scenarios. */
#include "cli/scenario.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "headroom/report.h"

/* ---- saving -------------------------------------------------------------------------------- */

/* The books that the rows were priced with, each once: "aws-us-east-1 2026-11-01, ...". */
static char *name_prices(const struct hr_comparison *comparison)
{
    struct hr_text text = {.max = 1024};
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct hr_row *row = &comparison->rows[i];
        bool told = !row->book[0];
        for (size_t k = 0; k < i && !told; k++)
            told = strcmp(comparison->rows[k].book, row->book) == 0;
        if (!told)
            hr_text_printf(&text, "%s%s %s", text.len ? ", " : "", row->book, row->book_as_of);
    }
    char *copy = strdup(text.data ? text.data : "");
    hr_text_clear(&text);
    return copy;
}

/* Cuts the report at its line ends, in place; the lines point into it. */
static const char **cut_lines(char *report, size_t *ret_count)
{
    size_t most = 1, count = 0;
    for (const char *c = report; *c; c++)
        most += *c == '\n';
    const char **lines = calloc(most, sizeof *lines);
    for (char *line = report; lines && *line;) {
        char *end = strchr(line, '\n');
        lines[count++] = line;
        if (!end)
            break;
        *end = '\0';
        line = end + 1;
    }
    *ret_count = count;
    return lines;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * HR_SECOND + now.tv_nsec / 1000;
}

static bool save(const struct cli_common *common, const struct hr_scenario *scenario,
                 const char *app, char *report, struct hr_error *err)
{
    size_t count = 0;
    const char **lines = cut_lines(report, &count);
    struct hr_store *store = lines ? cli_open_store(common, HR_STORE_WRITE, err) : NULL;
    bool done = lines ? store && hr_store_scenario_save(store, app, scenario, lines, count, err)
                      : hr_fail_memory(err);
    hr_store_close(store);
    free(lines);
    return done;
}

bool cli_scenario_save(const struct cli_common *common, const struct cli_replay *replay,
                       const struct hr_comparison *comparison, const char *name,
                       struct hr_error *err)
{
    char seed[32], *report = NULL, *prices = name_prices(comparison);
    size_t size = 0, count = replay->told.count / 2;
    struct hr_setting *settings = calloc(count + 1, sizeof *settings);
    FILE *out = open_memstream(&report, &size);
    bool done = out && prices && settings && hr_report_compare_csv(out, comparison, err);
    if (out && fclose(out) != 0)
        done = false;
    for (size_t i = 0; done && i < count; i++)
        settings[i] = (struct hr_setting){replay->told.items[2 * i], replay->told.items[2 * i + 1]};
    snprintf(seed, sizeof seed, "%" PRIu64, common->seed);
    if (done && common->seed != CLI_SEED)
        settings[count++] = (struct hr_setting){"seed", seed};
    const struct hr_scenario scenario = {.name = name,
                                         .settings = settings,
                                         .setting_count = count,
                                         .made_at = now_us(),
                                         .program = HR_VERSION,
                                         .prices = prices};
    done =
        done ? save(common, &scenario, comparison->application, report, err) : hr_fail_memory(err);
    free(settings);
    free(prices);
    free(report);
    return done;
}

/* ---- applying ------------------------------------------------------------------------------- */

bool cli_scenario_apply(struct hr_store *store, struct cli_common *common,
                        struct cli_replay *replay, const char *name, struct hr_error *err)
{
    struct hr_scenario scenario;
    struct cli_replay whole = {0};
    if (!hr_store_scenario(store, replay->options.app, name, &replay->arena, &scenario, err))
        return false;
    for (size_t i = 0; i < scenario.setting_count; i++) {
        const struct hr_setting *setting = &scenario.settings[i];
        int64_t seed = 0;
        if (strcmp(setting->option, "seed") == 0 &&
            hr_parse_i64(setting->value, strlen(setting->value), &seed)) {
            common->seed = common->seed == CLI_SEED ? (uint64_t)seed : common->seed;
        } else if (!cli_replay_tell(&whole, setting->option, setting->value)) {
            cli_replay_clear(&whole);
            return hr_fail(err, HR_EVERSION,
                           "scenario %s: unknown option --%s; a newer headroom "
                           "has saved it",
                           name, setting->option);
        }
    }
    for (size_t i = 0; i + 1 < replay->told.count; i += 2)
        cli_replay_tell(&whole, replay->told.items[i], replay->told.items[i + 1]);
    cli_replay_clear(replay);
    *replay = whole;
    return true;
}

/* ---- listing ------------------------------------------------------------------------------- */

/* "--set fleet.servers.max=4; --alone" */
static void put_settings(struct hr_text *out, const struct hr_scenario *scenario)
{
    for (size_t i = 0; i < scenario->setting_count; i++) {
        const struct hr_setting *setting = &scenario->settings[i];
        hr_text_printf(out, "%s--%s%s", i ? "; " : "", setting->option,
                       setting->value[0] ? " " : "");
        hr_text_add_clean(out, setting->value, strlen(setting->value));
    }
}

static json_t *scenario_json(const struct hr_scenario *scenario, const char *made,
                             const char *settings)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:I, s:s}", "name", scenario->name, "made_at", made,
                     "program", scenario->program, "prices", scenario->prices, "stale",
                     scenario->stale, "rows", (json_int_t)scenario->line_count - 1, "settings",
                     settings);
}

static void put_csv(FILE *out, const struct hr_scenario *scenario, const char *made,
                    const char *settings)
{
    hr_report_csv_cell(out, scenario->name);
    fprintf(out, ",%s,%s,", made, scenario->program);
    hr_report_csv_cell(out, scenario->prices);
    fprintf(out, ",%s,%zu,", scenario->stale ? "yes" : "no", scenario->line_count - 1);
    hr_report_csv_cell(out, settings);
    putc('\n', out);
}

static void put_table(FILE *out, const struct hr_scenario *scenario, const char *made,
                      const char *settings)
{
    int pad = 20 - hr_text_width(scenario->name, strlen(scenario->name));
    fprintf(out, "%s%*s %.16s  %5zu  %-6s %s\n", scenario->name, pad > 0 ? pad : 0, "", made,
            scenario->line_count - 1, scenario->stale ? "stale" : "", settings);
}

static bool put_all(FILE *out, enum cli_format format, const struct hr_scenario *all, size_t count)
{
    json_t *array = json_array();
    if (format == CLI_CSV)
        fputs("name,made_at,program,prices,stale,rows,settings\n", out);
    else if (format == CLI_TABLE)
        fprintf(out, "%-20s %-16s  %5s  %-6s %s\n", "scenario", "made", "rows", "", "settings");
    for (size_t i = 0; i < count; i++) {
        char made[HR_TIME_TEXT];
        struct hr_text settings = {.max = 65536};
        hr_time_format(made, all[i].made_at);
        put_settings(&settings, &all[i]);
        const char *text = settings.data ? settings.data : "";
        if (format == CLI_JSON)
            json_array_append_new(array, scenario_json(&all[i], made, text));
        else
            (format == CLI_CSV ? put_csv : put_table)(out, &all[i], made, text);
        hr_text_clear(&settings);
    }
    bool written =
        format != CLI_JSON || (json_dumpf(array, out, JSON_INDENT(2)) == 0 && fputc('\n', out) > 0);
    json_decref(array);
    return written;
}

bool cli_scenario_list(struct hr_store *store, const struct cli_common *common, const char *app,
                       struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_scenario *all = NULL;
    struct hr_outfile file;
    size_t count = 0;
    bool done = hr_store_scenarios(store, app, &arena, &all, &count, err) &&
                hr_outfile_open(&file, common->output, err);
    if (done) {
        put_all(file.stream, common->format, all, count);
        done = hr_outfile_commit(&file, err);
    }
    hr_arena_clear(&arena);
    return done;
}

bool cli_scenario_print(struct hr_store *store, const struct cli_common *common, const char *app,
                        const char *name, struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_scenario scenario;
    struct hr_outfile file;
    const char **lines = NULL;
    size_t count = 0;
    bool done = hr_store_scenario(store, app, name, &arena, &scenario, err) &&
                hr_store_scenario_lines(store, &scenario, &arena, &lines, &count, err) &&
                hr_outfile_open(&file, common->output, err);
    if (done) {
        char made[HR_TIME_TEXT];
        for (size_t i = 0; i < count; i++)
            fprintf(file.stream, "%s\n", lines[i]);
        done = hr_outfile_commit(&file, err);
        if (!common->quiet)
            fprintf(stderr, "headroom: %s: made %.16s with headroom %s, prices %s%s\n", name,
                    hr_time_format(made, scenario.made_at), scenario.program, scenario.prices,
                    scenario.stale ? "; stale: traffic was imported since" : "");
    }
    hr_arena_clear(&arena);
    return done;
}
