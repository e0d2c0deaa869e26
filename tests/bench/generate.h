/* generate.h: logs for the benches: 40 Zipf routes with identifiers, 7 days, a daily rhythm. */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include <stdbool.h>
#include <stddef.h>

enum log_kind { LOG_COMBINED, LOG_TIMED, LOG_REPORT, LOG_CSV, LOG_ALB, LOG_JSON };

/* Writes `lines` lines; the same bytes each time. False, with errno set, when it cannot. */
bool generate_log(const char *path, enum log_kind kind, size_t lines);

#endif
