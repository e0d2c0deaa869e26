/* clf_time.h: the time of an access log, `03/Mar/2025:10:11:12 +0100`, by its last minute. */
#ifndef INGEST_CLF_TIME_H
#define INGEST_CLF_TIME_H

#include "headroom/base.h"

#define HR__CLF_LEN 26 /* bytes of a time, without brackets */

/* Neighbouring lines share all but their seconds, so the rest is computed once a minute. */
struct hr__clf_clock {
    char minute[17]; /* "03/Mar/2025:10:11" */
    char zone[6];    /* " +0100" */
    int64_t base_us; /* of that minute, UTC */
};
/* text holds at least HR__CLF_LEN bytes. False for what is no date that exists. */
bool hr__clf_time(struct hr__clf_clock *clock, const char *text, int64_t *ret);

#endif
