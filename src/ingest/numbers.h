/* numbers.h: decimal text to scaled integers, and the units that --map and column names know. */
#ifndef INGEST_NUMBERS_H
#define INGEST_NUMBERS_H

#include "headroom/base.h"

enum hr__unit_kind { HR__UNIT_TIME, HR__UNIT_SIZE };

/* value in the base unit (microseconds, KiB) = text * times / per */
struct hr__unit {
    const char *name;
    enum hr__unit_kind kind;
    int64_t times, per;
};
/* The unit of that name, or NULL. */
const struct hr__unit *hr__unit_find(const char *name, size_t len, enum hr__unit_kind kind);

/* round(text * unit), exact in integers up to nine fraction digits; 1.28E8 works too. False for
 * what is no number or does not fit. */
bool hr__number(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret);
/* A plain unsigned integer, as sizes and statuses are. */
bool hr__natural(const char *text, size_t len, int64_t *ret);
/* Fraction digits of a decimal number, up to 9; -1 when the text is no plain decimal number. */
int hr__fraction_digits(const char *text, size_t len);

#endif
