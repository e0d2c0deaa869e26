/* words.c: the words for origins, triggers, spans and stamps, from the tables of workload.h. */
#include "headroom/workload.h"

#include <string.h>

#define HR_WORD_TEXT(id, word) word,
static const char *const origin_words[] = {HR_ORIGINS(HR_WORD_TEXT)};
static const char *const trigger_words[] = {HR_TRIGGERS(HR_WORD_TEXT)};
static const char *const span_words[] = {HR_SPANS(HR_WORD_TEXT)};
static const char *const stamp_words[] = {HR_STAMPS(HR_WORD_TEXT)};
#undef HR_WORD_TEXT

static const char *word_at(const char *const *words, size_t count, size_t i)
{
    return i < count ? words[i] : "?";
}

/* The index of the word, or -1. */
static int word_index(const char *const *words, size_t count, const char *text, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const char *hr_origin_name(enum hr_origin origin)
{
    return word_at(origin_words, HR_ORIGIN_COUNT, (size_t)origin);
}

const char *hr_trigger_name(enum hr_trigger trigger)
{
    return word_at(trigger_words, HR_TRIGGER_COUNT, (size_t)trigger);
}

const char *hr_span_name(enum hr_span span)
{
    return word_at(span_words, HR_SPAN_COUNT, (size_t)span);
}

const char *hr_stamp_name(enum hr_stamp stamp)
{
    return word_at(stamp_words, HR_STAMP_COUNT, (size_t)stamp);
}

bool hr_origin_parse(const char *text, size_t len, enum hr_origin *ret)
{
    int i = word_index(origin_words, HR_ORIGIN_COUNT, text, len);
    if (i >= 0) {
        *ret = (enum hr_origin)i;
    }
    return i >= 0;
}

bool hr_trigger_parse(const char *text, size_t len, enum hr_trigger *ret)
{
    int i = word_index(trigger_words, HR_TRIGGER_COUNT, text, len);
    if (i >= 0) {
        *ret = (enum hr_trigger)i;
    }
    return i >= 0;
}

bool hr_span_parse(const char *text, size_t len, enum hr_span *ret)
{
    int i = word_index(span_words, HR_SPAN_COUNT, text, len);
    if (i >= 0) {
        *ret = (enum hr_span)i;
    }
    return i >= 0;
}

bool hr_stamp_parse(const char *text, size_t len, enum hr_stamp *ret)
{
    int i = word_index(stamp_words, HR_STAMP_COUNT, text, len);
    if (i >= 0) {
        *ret = (enum hr_stamp)i;
    }
    return i >= 0;
}
