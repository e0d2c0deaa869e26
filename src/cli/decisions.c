/* decisions.c: the file of `--events`: CSV, or JSON lines where its name ends in .json, .jsonl or
 * .ndjson. It appears when all is in it. */
#include "cli/decisions.h"

#include <string.h>

#include "headroom/report.h"

static bool wants_json(const char *path)
{
    static const char *const endings[] = {".json", ".jsonl", ".ndjson"};
    const size_t len = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t tail = strlen(endings[i]);
        if (len >= tail && strcmp(path + len - tail, endings[i]) == 0)
            return true;
    }
    return false;
}

static void put(void *context, const char *platform, const char *workload,
                const struct hr_decision *decision)
{
    struct cli_decisions *decisions = context;
    if (!decisions->json)
        hr_report_decision_csv(decisions->file.stream, platform, workload, decision);
    else if (!hr_report_decision_json(decisions->file.stream, platform, workload, decision))
        decisions->lost = true;
}

bool cli_decisions_open(struct cli_decisions *decisions, struct hr_compare_options *options,
                        struct hr_error *err)
{
    if (!decisions->path)
        return true;
    if (!hr_outfile_open(&decisions->file, decisions->path, err))
        return false;
    decisions->json = wants_json(decisions->path);
    decisions->log.context = decisions;
    decisions->log.put = put;
    options->decisions = &decisions->log;
    if (!decisions->json)
        hr_report_decisions_csv_head(decisions->file.stream);
    return true;
}

bool cli_decisions_end(struct cli_decisions *decisions, bool done, struct hr_error *err)
{
    if (!decisions->file.stream)
        return done;
    if (done && decisions->lost)
        done = hr_fail_memory(err);
    if (done && hr_outfile_commit(&decisions->file, err))
        return true;
    hr_outfile_abort(&decisions->file);
    return false;
}
