/* rejects.h: malformed lines: the first ones for the report, all of them for --rejects FILE. */
#ifndef INGEST_REJECTS_H
#define INGEST_REJECTS_H

#include "headroom/ingest.h"
#include "ingest/lines.h"

struct hr__rejects {
    struct hr_ingest_report *report; /* receives the first HR_INGEST_REJECTS */
    struct hr_outfile file;          /* stream NULL: no --rejects */
    struct hr_text clean;            /* scratch */
};

bool hr__rejects_open(struct hr__rejects *rejects, const char *path,
                      struct hr_ingest_report *report, struct hr_error *err);
bool hr__rejects_add(struct hr__rejects *rejects, const char *file, const struct hr__line *line,
                     const char *reason, struct hr_error *err);
/* The file appears, also when the import fails afterwards: it tells why. */
bool hr__rejects_commit(struct hr__rejects *rejects, struct hr_error *err);
void hr__rejects_close(struct hr__rejects *rejects); /* accepts zeroed */

#endif
