/* notes.c: what a comparison has to say beside its figures: assumptions and remarks. */
#include <stdlib.h>
#include <string.h>

#include "plan/traffic.h"

#define SENTENCE_MAX 1024

/* Appends to an array in an arena, doubling it when its count is a power of two. */
static void *append(struct hr_arena *arena, void *items, size_t count, size_t item_size)
{
    if (count && (count & (count - 1)))
        return items;
    void *larger = hr_arena_alloc(arena, (count ? count * 2 : 1) * item_size);
    if (larger && count)
        memcpy(larger, items, count * item_size);
    return larger;
}

bool hr__assumption_add(struct hr_comparison *comparison,
                        const struct hr_comparison_assumption *assumption, struct hr_error *err)
{
    struct hr_arena *arena = &comparison->arena;
    void *items = append(arena, comparison->assumptions, comparison->assumption_count,
                         sizeof *comparison->assumptions);
    if (!items)
        return hr_fail_memory(err);
    comparison->assumptions = items;
    struct hr_comparison_assumption *added =
        &comparison->assumptions[comparison->assumption_count++];
    *added = *assumption;
    const char **const texts[] = {&added->workload, &added->key, &added->value, &added->source,
                                  &added->remedy};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = *texts[i] ? *texts[i] : "";
        *texts[i] = hr_arena_copy(arena, text, strlen(text));
        if (!*texts[i]) {
            comparison->assumption_count--;
            return hr_fail_memory(err);
        }
    }
    return true;
}

/* Puts a sentence before the note `at`. */
static bool insert(struct hr_comparison *comparison, size_t at, const char *sentence,
                   struct hr_error *err)
{
    void *items = append(&comparison->arena, comparison->notes, comparison->note_count,
                         sizeof *comparison->notes);
    char *copy = hr_arena_copy(&comparison->arena, sentence, strlen(sentence));
    if (!items || !copy)
        return hr_fail_memory(err);
    comparison->notes = items;
    memmove(comparison->notes + at + 1, comparison->notes + at,
            (comparison->note_count - at) * sizeof *comparison->notes);
    comparison->notes[at] = copy;
    comparison->note_count++;
    return true;
}

bool hr__note_add(struct hr_comparison *comparison, struct hr_error *err, const char *format, ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return insert(comparison, comparison->note_count, sentence, err);
}

bool hr__warning_add(struct hr_comparison *comparison, struct hr_error *err, const char *format,
                     ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    bool added = insert(comparison, comparison->warning_count, sentence, err);
    comparison->warning_count += added;
    return added;
}
