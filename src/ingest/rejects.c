/* rejects.c: see rejects.h. A line of the file is FILE:LINE, reason and text, TAB between. */
#include "ingest/rejects.h"

#include <errno.h>
#include <string.h>

bool hr__rejects_open(struct hr__rejects *rejects, const char *path,
                      struct hr_ingest_report *report, struct hr_error *err)
{
    *rejects = (struct hr__rejects){.report = report};
    rejects->clean.max = (size_t)8 * HR_INGEST_REJECT_TEXT; /* a foreign byte becomes four */
    return path == NULL || hr_outfile_open(&rejects->file, path, err);
}

static bool add_to_report(struct hr_ingest_report *report, const char *file, uint64_t number,
                          const char *reason, const struct hr_text *text, struct hr_error *err)
{
    const char *copy = hr_arena_copy(&report->arena, text->len == 0 ? "" : text->data, text->len);
    if (copy == NULL) {
        return hr_fail_memory(err);
    }
    report->rejects[report->reject_count++] =
        (struct hr_reject){.file = file, .line = number, .reason = reason, .text = copy};
    return true;
}

bool hr__rejects_add(struct hr__rejects *rejects, const char *file, const struct hr__line *line,
                     const char *reason, struct hr_error *err)
{
    struct hr_ingest_report *report = rejects->report;
    if (report->reject_count == HR_INGEST_REJECTS && rejects->file.stream == NULL) {
        return true;
    }
    hr_text_clear(&rejects->clean);
    rejects->clean.max = (size_t)8 * HR_INGEST_REJECT_TEXT;
    hr_text_add_clean(&rejects->clean, line->text,
                      line->len < HR_INGEST_REJECT_TEXT ? line->len : HR_INGEST_REJECT_TEXT);
    if (rejects->clean.failed) {
        return hr_fail_memory(err);
    }
    if (report->reject_count < HR_INGEST_REJECTS &&
        !add_to_report(report, file, line->number, reason, &rejects->clean, err)) {
        return false;
    }
    if (rejects->file.stream != NULL &&
        fprintf(rejects->file.stream, "%s:%llu\t%s\t%s\n", file, (unsigned long long)line->number,
                reason, rejects->clean.len == 0 ? "" : rejects->clean.data) < 0) {
        return hr_fail(err, HR_EIO, "%s cannot be written: %s", rejects->file.path,
                       strerror(errno));
    }
    return true;
}

bool hr__rejects_commit(struct hr__rejects *rejects, struct hr_error *err)
{
    return rejects->file.stream == NULL || hr_outfile_commit(&rejects->file, err);
}

void hr__rejects_close(struct hr__rejects *rejects)
{
    hr_outfile_abort(&rejects->file);
    hr_text_clear(&rejects->clean);
}
