/* attribute.c: filling an attribute, and the stable key of a workload. */
#include "headroom/workload.h"

#include <string.h>

static bool copy_text(char *to, size_t size, const char *from, struct hr_error *err,
                      const char *what)
{
    size_t len = strlen(from);
    if (len >= size) {
        return hr_fail(err, HR_ELIMIT, "the %s of a workload's attribute is longer than %zu bytes",
                       what, size - 1);
    }
    memcpy(to, from, len + 1);
    return true;
}

bool hr_attribute_set(struct hr_attribute *attribute, const char *key, const char *value,
                      enum hr_origin origin, const char *source, struct hr_error *err)
{
    struct hr_attribute a = {.origin = origin};
    if (!copy_text(a.key, sizeof a.key, key, err, "key") ||
        !copy_text(a.value, sizeof a.value, value, err, "value") ||
        !copy_text(a.source, sizeof a.source, source, err, "source")) {
        return false;
    }
    *attribute = a;
    return true;
}

uint64_t hr_workload_key(const char *name)
{
    return hr_hash_bytes(name, strlen(name), UINT64_C(0x776f726b6c6f6164)); /* "workload" */
}
