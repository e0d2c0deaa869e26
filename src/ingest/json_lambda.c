/* json_lambda.c: AWS Lambda's log format JSON: the platform's report of each invocation.
 *
 *   {"time":"2025-03-03T10:11:12.500Z","type":"platform.report","record":{"requestId":"1-2",
 *    "metrics":{"durationMs":102.253,"memorySizeMB":128,"maxMemoryUsedMB":69,"initDurationMs":311.9},
 *    "status":"success"}}
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html. The time is the
 * END; an initialisation came before the duration. The same request at the same time is one
 * invocation, an asynchronous retry has the same id at another.
 */
#include "ingest/json_lines.h"
#include "ingest/requests.h"

enum { TYPE };
static const struct hr__known paths[] = {
    {"type", HR__FIELD_COUNT, NULL},
    {"time", HR__END, NULL},
    {"record.metrics.durationMs", HR__DURATION, "ms"},
    {"record.metrics.initDurationMs", HR__INIT, "ms"},
    {"record.metrics.restoreDurationMs", HR__INIT, "ms"},
    {"record.metrics.maxMemoryUsedMB", HR__MEMORY, "MB"},
    {"record.metrics.memorySizeMB", HR__MEMORY_SIZE, "MB"},
    {"record.status", HR__STATUS, NULL},
    {"record.requestId", HR__ID, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};
static const char *const signature[] = {"time", "type", "record", NULL};

static enum hr__reason judge(const struct hr__cell *cells)
{
    return hr__cell_is(cells[TYPE], "platform.report")        ? HR__REASON_COUNT
           : hr__cell_is(cells[TYPE], "platform.start")       ? HR__START_LINE
           : hr__cell_is(cells[TYPE], "platform.runtimeDone") ? HR__END_LINE
           : cells[TYPE].len > 13 && memcmp(cells[TYPE].text, "platform.init", 13) == 0
               ? HR__INIT_LINE
               : HR__OUTPUT_LINE;
}

static const struct hr__json_format dialect = {
    .paths = paths,
    .signature = signature,
    .stamp = HR_STAMP_END,
    .span = HR_SPAN_HANDLER,
    .trigger = HR_ASYNC,
    .trigger_origin = HR_ASSUMED,
    .variant = "platform.report",
    .starts_first = true,
    .judge = judge,
};

const struct hr__format hr__format_lambda_json = {
    .about = {.name = "lambda-json",
              .sentence = "AWS Lambda's JSON log format (platform.report)",
              .example = "{\"time\":\"2025-03-03T10:11:12.500Z\",\"type\":\"platform.report\","
                         "\"record\":{\"requestId\":\"1-2\",\"metrics\":{\"durationMs\":102.253,"
                         "\"memorySizeMB\":128,\"maxMemoryUsedMB\":69},\"status\":\"success\"}}"},
    HR__JSON_FORMAT(&dialect),
};
