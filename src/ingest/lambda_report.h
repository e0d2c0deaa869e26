/* lambda_report.h: the text of one Lambda event: REPORT, START, END, INIT or output. */
#ifndef INGEST_LAMBDA_REPORT_H
#define INGEST_LAMBDA_REPORT_H

#include "headroom/base.h"

enum hr__lambda_kind {
    HR__LAMBDA_REPORT,
    HR__LAMBDA_START,
    HR__LAMBDA_END,
    HR__LAMBDA_INIT, /* INIT_START, INIT_REPORT, RESTORE_... */
    HR__LAMBDA_OTHER,
};
/* Figures of a REPORT; HR_UNKNOWN where it has none. */
struct hr__lambda_report {
    uint64_t request;    /* hash of the request id */
    int64_t duration_us; /* handler */
    int64_t billed_us;
    int64_t init_us;     /* Init or Restore Duration, before the handler */
    int64_t memory_kb;   /* Max Memory Used */
    int64_t size_kb;     /* Memory Size */
    bool timeout, error; /* Status */
};
enum hr__lambda_kind hr__lambda_kind(const char *text, size_t len);
/* False when the REPORT has no duration that can be read. */
bool hr__lambda_report(const char *text, size_t len, struct hr__lambda_report *ret);

#endif
