/* wrapper.h: what collectors of logs put around the lines of others: syslog headers, CRI, Docker's
 * JSON, docker compose, Filebeat, CloudWatch exports. The reader of the line inside sees that
 * alone; numbers and offsets stay those of the file, and each physical line is counted once.
 */
#ifndef INGEST_WRAPPER_H
#define INGEST_WRAPPER_H

#include "ingest/json_scan.h"
#include "ingest/reader.h"
#include "ingest/rows.h"

enum hr__wrapping {
    HR__BARE,
    HR__CRI,        /* 2025-03-01T10:00:00.1+01:00 stdout F line */
    HR__DOCKER,     /* {"log":"line\n","stream":"stdout","time":"..."} */
    HR__BEATS,      /* {"@timestamp":"...","message":"line"} */
    HR__COMPOSE,    /* service  | line */
    HR__SYSLOG,     /* Feb  6 12:14:14 host prog[pid]: line */
    HR__SYSLOG_NEW, /* <134>1 2025-03-01T10:00:00Z host app pid msgid - line */
    HR__RECORDS,    /* CSV of events: timestamp,message, or @timestamp,@message */
    HR__STAMPED,    /* 2025-03-01T10:00:00Z line, as CloudWatch exports to S3 */
    HR__WRAPPINGS
};

/* How the lines of one file are taken out; the first lines for the choice of a reader. */
struct hr__wrapper {
    enum hr__wrapping kind;
    struct hr__json_plan plan;
    struct hr__rows rows;
    size_t message, columns; /* of records */
    bool header_seen;
    struct hr_text part;   /* of a line that CRI cut */
    char *text;            /* a line resolved, HR_INGEST_LINE_MAX + 1 bytes */
    struct hr_arena arena; /* the lines of a head */
};
/* For a person: "CRI", "syslog". */
const char *hr__wrapping_name(enum hr__wrapping kind);
/* The lines inside a head's lines. False when fewer than four in five are wrapped so; then, or when
 * memory is short, *ret is not to be used. Its lines live until close. */
bool hr__wrapper_head(struct hr__wrapper *wrapper, enum hr__wrapping kind,
                      const struct hr__head *head, struct hr__head *ret);
/* Hands the lines inside to the format. */
bool hr__wrapper_line(struct hr__wrapper *wrapper, struct hr__reader *reader, struct hr__line *line,
                      struct hr_error *err);
bool hr__wrapper_end(struct hr__wrapper *wrapper, struct hr__reader *reader, struct hr_error *err);
void hr__wrapper_close(struct hr__wrapper *wrapper); /* accepts zeroed */

#endif
