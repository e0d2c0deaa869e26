/* bill.h: what reports that hold a bill share: its lines as JSON, its figures as text. */
#ifndef HEADROOM_REPORT_BILL_H
#define HEADROOM_REPORT_BILL_H

#include <jansson.h>

#include "headroom/price.h"

json_t *hr__json_bill(const struct hr_bill *bill);

/* A figure of 15 digits without an exponent: "0.0000166667", "1000000000000"; returns buf. */
char *hr__plain(char buf[64], double value);

#endif
