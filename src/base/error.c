/* error.c: one sentence that says what is wrong, where, and what would be right. */
#include "headroom/base.h"

#include <string.h>

bool hr_fail(struct hr_error *err, enum hr_error_kind kind, const char *format, ...)
{
    if (!err)
        return false;
    char sentence[HR_ERROR_TEXT_MAX]; /* arguments may point into err->text itself */
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    /* Names and values came from files: a terminal must not obey them. */
    struct hr_text clean = {.max = sizeof err->text - 1};
    hr_text_add_clean(&clean, sentence, strlen(sentence));
    err->kind = kind;
    snprintf(err->text, sizeof err->text, "%s", clean.data ? clean.data : "out of memory");
    hr_text_clear(&clean);
    return false;
}

bool hr_fail_memory(struct hr_error *err)
{
    if (err) {
        err->kind = HR_ENOMEM;
        snprintf(err->text, sizeof err->text, "out of memory");
    }
    return false;
}

int hr_error_exit_status(const struct hr_error *err)
{
    switch (err->kind) {
#define HR_ERROR_STATUS(id, status)                                                                \
    case id:                                                                                       \
        return status;
        HR_ERROR_KINDS(HR_ERROR_STATUS)
#undef HR_ERROR_STATUS
    case HR_ENONE:
    case HR_ERROR_KIND_COUNT:
        break;
    }
    return 0;
}
