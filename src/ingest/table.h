/* table.h: rows of named cells as invocations: what CSV, JSON lines, LTSV and pasted log formats
 * share. A reader finds the columns, opens the table and hands it one row after another.
 */
#ifndef INGEST_TABLE_H
#define INGEST_TABLE_H

#include "ingest/columns.h"
#include "ingest/requests.h"

#define HR__NAME_PART                                                                              \
    ((size_t)HR_WORKLOAD_NAME_MAX + 1) /* one more, so that a cut name is seen                     \
                                        */
#define HR__NAME_BUFFER (2 * HR__NAME_PART + 1)

struct hr__table {
    struct hr__columns columns; /* set before hr__table_open */
    bool starts_first;          /* `init` came before the duration, not inside it */
    struct hr__requests requests;
    uint32_t default_group;
    bool has_default;
    int64_t resolution_us; /* the finest stamp seen */
    const struct hr__reader *reader;
    int64_t after_us; /* time of the row before, where the zone is --timezone's */
    /* the row being read */
    enum hr__reason reason;         /* first fault, or HR__REASON_COUNT */
    int64_t value[HR__FIELD_COUNT]; /* HR_UNKNOWN: not there */
    bool timed, ended;              /* time, end hold one */
    enum hr_trigger trigger;
    bool triggered;
    struct hr__cell name[2], id;
    struct hr__target target;
    /* the group of the last name */
    char last[HR__NAME_BUFFER];
    size_t last_len;
    uint32_t last_group;
};
/* Declares what the file's stamps stand for by its columns; a format may say otherwise after. */
bool hr__table_open(struct hr__table *table, struct hr__reader *reader, struct hr_error *err);
void hr__table_close(struct hr__table *table); /* accepts zeroed */
/* Keeps, filters or rejects one row; there are as many cells as columns. */
bool hr__table_row(struct hr__table *table, struct hr__reader *reader, const struct hr__line *line,
                   const struct hr__cell *cells, struct hr_error *err);
/* What was guessed about the times, and whether durations are missing. */
bool hr__table_explain(const struct hr__table *table, struct hr__reader *reader,
                       struct hr_error *err);

#endif
