/* batch_file.h: a batch file as it was read. */
#ifndef PLAN_BATCH_FILE_H
#define PLAN_BATCH_FILE_H

#include "headroom/plan.h"

struct hr__expectation { /* COLUMN OP VALUE */
    const char *text;
    const struct hr_column *column;
    char op[3];
    const char *value;
    double number; /* NAN when the value is a word */
};
struct hr__axis { /* one key of set: and its values */
    const char *key;
    const char **values;
    size_t count;
};
struct hr__batch_file {
    const char *name, *app;
    const char **workloads, **platforms; /* none: all */
    size_t workload_count, platform_count;
    struct hr__axis *axes;
    size_t axis_count;
    struct hr__expectation *expectations;
    size_t expectation_count;
};
/* Everything lives in the arena. */
bool hr__batch_file_read(const char *path, struct hr_arena *arena, struct hr__batch_file *ret,
                         struct hr_error *err);
bool hr__expectation_holds(const struct hr__expectation *expectation, const struct hr_row *row);

#endif
