/* meter.c: the words, units and bases of the metered quantities. */
#include "headroom/model.h"

#include <string.h>

struct meter {
    const char *name, *unit;
    enum hr_basis basis;
    bool instance_time;
};

#define METER_ROW(id, word, unit, basis, instance) [id] = {word, unit, basis, instance},
static const struct meter meters[HR_METER_COUNT] = {HR_METERS(METER_ROW)};
#undef METER_ROW

const char *const hr_metered_span_names[] = {"invocation", "active", "life", NULL};

const char *hr_meter_name(enum hr_meter meter)
{
    return (unsigned)meter < HR_METER_COUNT ? meters[meter].name : "?";
}

const char *hr_meter_unit(enum hr_meter meter)
{
    return (unsigned)meter < HR_METER_COUNT ? meters[meter].unit : "?";
}

enum hr_basis hr_meter_basis(enum hr_meter meter)
{
    return (unsigned)meter < HR_METER_COUNT ? meters[meter].basis : HR_BASIS_USE;
}

bool hr_meter_is_instance_time(enum hr_meter meter)
{
    return (unsigned)meter < HR_METER_COUNT && meters[meter].instance_time;
}

bool hr_meter_parse(const char *text, size_t len, enum hr_meter *ret)
{
    for (unsigned i = 0; i < HR_METER_COUNT; i++) {
        if (strlen(meters[i].name) == len && memcmp(meters[i].name, text, len) == 0) {
            *ret = (enum hr_meter)i;
            return true;
        }
    }
    return false;
}

void hr_usage_add(struct hr_usage *into, const struct hr_usage *from, double factor)
{
    for (size_t i = 0; i < HR_METER_COUNT; i++)
        into->quantity[i] += factor * from->quantity[i];
}
