/* describe.h: the attributes of the workloads that an import found, and what it assumed. */
#ifndef INGEST_DESCRIBE_H
#define INGEST_DESCRIBE_H

#include "ingest/groups.h"
#include "ingest/reader.h"

/* /logs/shop.log.gz -> shop; NULL when memory is out. */
const char *hr__file_stem(struct hr_arena *arena, const char *path);
/* Tells the sink every attribute of every workload left, and the report the assumed ones. */
bool hr__describe(const struct hr__groups *groups, const struct hr_ingest_options *options,
                  const struct hr_sink *sink, struct hr_ingest_report *report,
                  struct hr_error *err);

#endif
