/* bill.h: a bill's lines as JSON, for every report that holds a bill. */
#ifndef HEADROOM_REPORT_BILL_H
#define HEADROOM_REPORT_BILL_H

#include <jansson.h>

#include "headroom/price.h"

json_t *hr__json_bill(const struct hr_bill *bill);

#endif
