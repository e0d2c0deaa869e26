/* decisions.c: the decision log as CSV or as JSON lines, an entry as it comes. Cells that a kind
 * does not have are empty, and left out of JSON.
 */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "report/write.h"

void hr_report_decisions_csv_head(FILE *out)
{
    fputs("time,platform,event,workload,number,duration_ms,from,to,metric\n", out);
}

void hr_report_decision_csv(FILE *out, const char *platform, const char *workload,
                            const struct hr_decision *decision)
{
    char time[HR_TIME_TEXT];
    fprintf(out, "%s,%s,%s,", hr_time_format(time, decision->time_us), platform,
            hr_decision_name(decision->kind));
    hr_report_csv_cell(out, workload);
    if (decision->kind == HR_DECISION_SCALE) {
        fprintf(out, ",,,%" PRId64 ",%" PRId64 ",", decision->from, decision->to);
        if (isfinite(decision->metric))
            fprintf(out, "%.4f", decision->metric);
    } else {
        fprintf(out, ",%" PRIu64 ",", decision->number);
        if (decision->duration_us >= 0)
            fprintf(out, "%.3f", (double)decision->duration_us / 1000);
        fputs(",,,", out);
    }
    putc('\n', out);
}

bool hr_report_decision_json(FILE *out, const char *platform, const char *workload,
                             const struct hr_decision *decision)
{
    char time[HR_TIME_TEXT];
    json_t *object = json_pack("{ssssss}", "time", hr_time_format(time, decision->time_us),
                               "platform", platform, "event", hr_decision_name(decision->kind));
    if (*workload)
        json_object_set_new(object, "workload", json_string(workload));
    if (decision->kind == HR_DECISION_SCALE) {
        json_object_set_new(object, "from", json_integer(decision->from));
        json_object_set_new(object, "to", json_integer(decision->to));
        if (isfinite(decision->metric))
            json_object_set_new(object, "metric", json_real(decision->metric));
    } else {
        json_object_set_new(object, "number", json_integer((json_int_t)decision->number));
        if (decision->duration_us >= 0)
            json_object_set_new(object, "duration_ms",
                                json_real((double)decision->duration_us / 1000));
    }
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12));
    json_decref(object);
    if (text)
        fprintf(out, "%s\n", text);
    free(text);
    return text != NULL;
}
