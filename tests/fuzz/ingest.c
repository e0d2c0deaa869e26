/* ingest.c: any bytes as a log, in each format: an error in words or rows that hold what the
 * headers promise, never a crash. The first byte chooses the format and the flags.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "headroom/ingest.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void hold(bool holds)
{
    if (!holds)
        abort();
}

static void hold_clean(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        hold(*c >= 0x20 && *c != 0x7f);
}

static bool take_workload(void *context, const char *name, uint32_t *ret, struct hr_error *err)
{
    (void)err;
    hold(strlen(name) <= HR_WORKLOAD_NAME_MAX);
    hold_clean(name);
    *ret = (*(uint32_t *)context)++;
    return true;
}

static void hold_known(const int64_t *column, size_t i)
{
    hold(!column || column[i] >= 0 || column[i] == HR_UNKNOWN);
}

static bool take_block(void *context, uint32_t id, const struct hr_columns *block,
                       struct hr_error *err)
{
    (void)err;
    hold(id < *(uint32_t *)context && block->n >= 1 && block->n <= HR_BLOCK_ROWS);
    for (size_t i = 0; i < block->n; i++) {
        hold(block->arrival_us[i] >= HR_TIME_MIN && block->arrival_us[i] <= HR_TIME_MAX);
        hold(i == 0 || block->arrival_us[i] >= block->arrival_us[i - 1]);
        hold_known(block->duration_us, i);
        hold_known(block->bytes, i);
        hold_known(block->memory_kb, i);
        hold_known(block->init_us, i);
    }
    return true;
}

static bool take_merge(void *context, uint32_t from, uint32_t into, struct hr_error *err)
{
    (void)err;
    hold(from < *(uint32_t *)context && into < *(uint32_t *)context && from != into);
    return true;
}

static bool take_attribute(void *context, uint32_t id, const struct hr_attribute *attribute,
                           struct hr_error *err)
{
    (void)err;
    hold(id < *(uint32_t *)context && attribute->key[0] != '\0');
    hold_clean(attribute->value);
    return true;
}

static bool take_file(void *context, const struct hr_import_file *file, struct hr_error *err)
{
    (void)context, (void)err;
    hold(file->lines == file->kept + file->filtered + file->malformed + file->duplicates);
    hold(file->with_duration <= file->kept);
    return true;
}

static bool take_commit(void *context, struct hr_error *err)
{
    (void)context, (void)err;
    return true;
}

static void take_abort(void *context)
{
    (void)context;
}

static void import_file(const char *path, unsigned choice)
{
    uint32_t workloads = 0;
    struct hr_ingest_format format = {0};
    struct hr_ingest_report report = {0};
    struct hr_error err = {0};
    const bool told = hr_ingest_format_at(choice & 0x0f, &format);
    const struct hr_ingest_options options = {.paths = &path,
                                              .path_count = 1,
                                              .input_format = told ? format.name : NULL,
                                              .top = choice & 0x10 ? 2 : 0,
                                              .force = choice & 0x20};
    const struct hr_sink sink = {&workloads,     take_workload, take_block,  take_merge,
                                 take_attribute, take_file,     take_commit, take_abort};
    if (!hr_ingest(&options, &sink, NULL, &report, &err)) {
        hold(err.kind != HR_ENONE && err.text[0] != '\0');
        hold_clean(err.text);
    }
    for (size_t i = 0; i < report.sentence_count; i++)
        hold_clean(report.sentences[i]);
    for (size_t i = 0; i < report.reject_count; i++)
        hold_clean(report.rejects[i].text);
    hr_ingest_report_clear(&report);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    char path[] = "/tmp/headroom-fuzz-XXXXXX";
    int file = size ? mkstemp(path) : -1;
    if (file < 0)
        return 0;
    if (write(file, bytes + 1, size - 1) == (ssize_t)(size - 1))
        import_file(path, bytes[0]);
    close(file);
    unlink(path);
    return 0;
}
