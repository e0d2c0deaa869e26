/* ingest.h: from the bytes of logs to invocations in a sink.
 *
 * One reader per log format; each line is read once, in constant memory, from plain files,
 * gzip, zstd, xz, bzip2 or standard input. The format is recognised from the first lines. The room
 * knows no plan file and no prices: it hands blocks of columns to a `struct hr_sink`.
 *
 * Ownership: options and sink are borrowed for the call; the report belongs to the caller, with
 * everything that it points to, until hr_ingest_report_clear. One import runs on one thread.
 * Errors: HR_EUSAGE (a flag), HR_EMISSING (no such file), HR_EINPUT (content, damage, more than
 * half of the lines malformed), HR_EIO, HR_ENOMEM, HR_ECANCELLED (progress said stop).
 */
#ifndef HEADROOM_INGEST_H
#define HEADROOM_INGEST_H

#include "headroom/base.h"
#include "headroom/workload.h"

#define HR_INGEST_TOP         50                /* workloads kept apart, by count */
#define HR_INGEST_REJECTS     20                /* malformed lines kept in the report */
#define HR_INGEST_LINE_MAX    ((size_t)1 << 20) /* bytes of the longest line that is read */
#define HR_INGEST_REJECT_TEXT 200               /* bytes of a rejected line that are shown */
#define HR_INGEST_ASSUMED     1024              /* most assumptions listed */

/* Zero-initialise; then only paths are needed. */
struct hr_ingest_options {
    const char *const *paths; /* files, directories (all files in them, sorted), "-" for stdin */
    size_t path_count;
    const char *input_format; /* a name of hr_ingest_format_at; NULL: recognised from the content */
    const char *log_format;   /* nginx's log_format or Apache's LogFormat, as in a configuration */
    const char *timezone;    /* of times without an offset, as Europe/Berlin; NULL: UTC, and said */
    const char *const *maps; /* each FIELD=COLUMN[:UNIT], see hr_ingest_fields */
    size_t map_count;
    const char *const *routes; /* each a path template as /users/:id or /files/STAR (STAR is *):
                                  tried in order before identifiers collapse by themselves */
    size_t route_count;
    const int64_t *epoch;       /* start of relative times; NULL: 1970, and said */
    const enum hr_stamp *stamp; /* what a stamp stands for; NULL: as the format says */
    int64_t resolution_us;      /* quantum of the stamps; 0: as the reader finds; 1: exact */
    const char *workload; /* name for lines that tell none (function, file stem); NULL: found */
    const char *service;  /* distribution text of workloads without durations: origin `set` */
    const char *assumed_service[HR_TRIGGER_COUNT]; /* the same from models/, origin `assumed`; NULL:
                                                      no service attribute is written */
    const char *assumed_source[HR_TRIGGER_COUNT];  /* where each comes from; NULL: "models" */
    const char *rejects; /* file that receives every malformed line; NULL: none */
    size_t top;          /* workloads kept apart; 0: HR_INGEST_TOP */
    bool force;          /* go on when more than half of the lines are malformed */
    bool dry_run;        /* do everything, then sink->abort instead of commit */
};

struct hr_reject {
    const char *file;
    uint64_t line;      /* from 1 */
    const char *reason; /* why it cannot be read */
    const char *text;   /* the line's beginning, control characters made harmless */
};

struct hr_assumed {
    const char *workload; /* a name, or "" for the whole import (the meaning of a stamp) */
    const char *key;      /* service, stamp, epoch, trigger */
    const char *value;
    const char *source; /* where the value comes from */
    const char *remedy; /* the flag or directive that replaces it */
};

struct hr_ingest_report {
    struct hr_arena arena; /* owns all that follows */
    struct hr_import_file *files;
    size_t file_count;
    size_t workload_count;                                 /* after the tail went to (other) */
    uint64_t lines, kept, filtered, malformed, duplicates; /* over all files */
    uint64_t invocations;                                  /* kept ones; a line may count many */
    struct hr_reject rejects[HR_INGEST_REJECTS];           /* the first malformed lines */
    size_t reject_count;
    struct hr_assumed *assumed;
    size_t assumed_count;
    const char **sentences; /* for a person: what was taken for what, and what would mend it */
    size_t sentence_count;
};

/* Reads all paths into the sink. On success sink->commit (dry_run: sink->abort) was called, on any
 * failure sink->abort. The report is filled as far as the import came, also on failure (so that the
 * rejected lines can be shown with it); clear it in both cases. progress may be NULL. */
bool hr_ingest(const struct hr_ingest_options *options, const struct hr_sink *sink,
               const struct hr_progress *progress, struct hr_ingest_report *ret,
               struct hr_error *err);
void hr_ingest_report_clear(struct hr_ingest_report *report); /* accepts zeroed */

/* ---- for help texts ----------------------------------------------------------------------------
 */

struct hr_ingest_format {
    const char *name;     /* what --input-format takes */
    const char *sentence; /* what it is */
    const char *example;  /* one line of it */
};
/* The i-th format, or false past the end. */
bool hr_ingest_format_at(size_t i, struct hr_ingest_format *ret);

struct hr_ingest_field {
    const char *name;  /* what --map takes on its left */
    const char *units; /* what may stand after the colon, "" for none */
    const char *sentence;
};
bool hr_ingest_field_at(size_t i, struct hr_ingest_field *ret);

#endif
