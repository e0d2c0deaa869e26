/* sink.h: a sink in memory, and imports of a text that a test holds. */
#ifndef TESTS_UNIT_SINK_H
#define TESTS_UNIT_SINK_H

#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "headroom/ingest.h"

#define SINK_WORKLOADS  8192
#define SINK_ATTRIBUTES 16384

struct sink_row {
    int64_t arrival, duration, bytes, memory, init;
    uint16_t status;
};
struct memory_sink {
    struct sink_workload {
        char name[HR_WORKLOAD_NAME_MAX + 1];
        struct sink_row *rows;
        size_t count, capacity;
        bool merged;
    } * workloads;
    size_t count; /* ever told, merged ones included */
    struct {
        uint32_t id;
        struct hr_attribute attribute;
    } * attributes;
    size_t attribute_count;
    size_t files, commits, aborts;
    bool fail_put; /* a sink that cannot store */
};

static bool sink_workload(void *context, const char *name, uint32_t *ret, struct hr_error *err)
{
    struct memory_sink *sink = context;
    (void)err;
    assert_true(strlen(name) <= HR_WORKLOAD_NAME_MAX);
    assert_true(sink->count < SINK_WORKLOADS);
    *ret = (uint32_t)sink->count;
    strcpy(sink->workloads[sink->count++].name, name);
    return true;
}

static void sink_append(struct sink_workload *w, struct sink_row row)
{
    if (w->count == w->capacity) {
        w->capacity = w->capacity == 0 ? 256 : 2 * w->capacity;
        w->rows = realloc(w->rows, w->capacity * sizeof *w->rows);
        assert_non_null(w->rows);
    }
    w->rows[w->count++] = row;
}

static bool sink_put(void *context, uint32_t id, const struct hr_columns *block,
                     struct hr_error *err)
{
    struct memory_sink *sink = context;
    if (sink->fail_put) {
        return hr_fail(err, HR_EIO, "disk full");
    }
    assert_true(block->n >= 1 && block->n <= HR_BLOCK_ROWS);
    for (size_t i = 0; i < block->n; i++) {
        assert_true(i == 0 || block->arrival_us[i] >= block->arrival_us[i - 1]);
        sink_append(&sink->workloads[id],
                    (struct sink_row){
                        .arrival = block->arrival_us[i],
                        .duration = block->duration_us == NULL ? HR_UNKNOWN : block->duration_us[i],
                        .bytes = block->bytes == NULL ? HR_UNKNOWN : block->bytes[i],
                        .memory = block->memory_kb == NULL ? HR_UNKNOWN : block->memory_kb[i],
                        .init = block->init_us == NULL ? HR_UNKNOWN : block->init_us[i],
                        .status = block->status == NULL ? 0 : block->status[i],
                    });
    }
    return true;
}

static bool sink_merge(void *context, uint32_t from, uint32_t into, struct hr_error *err)
{
    struct memory_sink *sink = context;
    struct sink_workload *w = &sink->workloads[from];
    (void)err;
    assert_false(w->merged);
    for (size_t i = 0; i < w->count; i++) {
        sink_append(&sink->workloads[into], w->rows[i]);
    }
    w->count = 0;
    w->merged = true;
    return true;
}

static bool sink_attribute(void *context, uint32_t id, const struct hr_attribute *attribute,
                           struct hr_error *err)
{
    struct memory_sink *sink = context;
    (void)err;
    assert_true(sink->attribute_count < SINK_ATTRIBUTES);
    sink->attributes[sink->attribute_count].id = id;
    sink->attributes[sink->attribute_count++].attribute = *attribute;
    return true;
}

static bool sink_file(void *context, const struct hr_import_file *file, struct hr_error *err)
{
    struct memory_sink *sink = context;
    (void)err;
    assert_true(file->lines == file->kept + file->filtered + file->malformed + file->duplicates);
    sink->files++;
    return true;
}

static bool sink_commit(void *context, struct hr_error *err)
{
    (void)err;
    ((struct memory_sink *)context)->commits++;
    return true;
}

static void sink_abort(void *context)
{
    ((struct memory_sink *)context)->aborts++;
}

static inline struct hr_sink sink_open(struct memory_sink *sink)
{
    *sink = (struct memory_sink){0};
    sink->workloads = calloc(SINK_WORKLOADS, sizeof *sink->workloads);
    sink->attributes = calloc(SINK_ATTRIBUTES, sizeof *sink->attributes);
    assert_non_null(sink->workloads);
    assert_non_null(sink->attributes);
    return (struct hr_sink){.context = sink,
                            .workload = sink_workload,
                            .put = sink_put,
                            .merge = sink_merge,
                            .attribute = sink_attribute,
                            .file = sink_file,
                            .commit = sink_commit,
                            .abort = sink_abort};
}

static inline void sink_clear(struct memory_sink *sink)
{
    for (size_t i = 0; i < sink->count; i++) {
        free(sink->workloads[i].rows);
    }
    free(sink->workloads);
    free(sink->attributes);
}

/* The workload of that name, or NULL. */
static inline struct sink_workload *sink_find(const struct memory_sink *sink, const char *name)
{
    for (size_t i = 0; i < sink->count; i++) {
        if (strcmp(sink->workloads[i].name, name) == 0 && !sink->workloads[i].merged) {
            return &sink->workloads[i];
        }
    }
    return NULL;
}

/* The value of a workload's attribute, or NULL; with its origin. */
static inline const struct hr_attribute *sink_attribute_of(const struct memory_sink *sink,
                                                           const char *name, const char *key)
{
    for (size_t i = 0; i < sink->attribute_count; i++) {
        if (strcmp(sink->workloads[sink->attributes[i].id].name, name) == 0 &&
            strcmp(sink->attributes[i].attribute.key, key) == 0) {
            return &sink->attributes[i].attribute;
        }
    }
    return NULL;
}

/* One import: what went in, what came out. */
struct import {
    struct memory_sink sink;
    struct hr_ingest_report report;
    struct hr_error err;
    bool done;
};

static inline void import_path(struct import *import, const char *path,
                               struct hr_ingest_options options)
{
    struct hr_sink sink = sink_open(&import->sink);
    const char *paths[] = {path};
    options.paths = paths;
    options.path_count = 1;
    import->err = (struct hr_error){0};
    import->done = hr_ingest(&options, &sink, NULL, &import->report, &import->err);
    if (import->done) {
        assert_int_equal(import->sink.commits, options.dry_run ? 0 : 1);
    } else {
        assert_int_equal(import->sink.commits, 0);
        assert_int_equal(import->sink.aborts, 1);
        assert_true(import->err.kind != HR_ENONE && import->err.text[0] != '\0');
        for (const char *c = import->err.text; *c != '\0'; c++) {
            assert_true((unsigned char)*c >= 0x20); /* nothing raw reaches a terminal */
        }
    }
}

/* Imports bytes through a temporary file called log.txt. */
static inline void import_bytes(struct import *import, const char *bytes, size_t len,
                                struct hr_ingest_options options)
{
    char directory[] = "/tmp/hr-ingest-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/log.txt", directory);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    for (size_t at = 0; at < len;) {
        ssize_t n = write(fd, bytes + at, len - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    close(fd);
    import_path(import, path, options);
    unlink(path);
    rmdir(directory);
}

static inline void import_text(struct import *import, const char *text,
                               struct hr_ingest_options options)
{
    import_bytes(import, text, strlen(text), options);
}

static inline void import_clear(struct import *import)
{
    sink_clear(&import->sink);
    hr_ingest_report_clear(&import->report);
}

static inline bool report_says(const struct hr_ingest_report *report, const char *part)
{
    for (size_t i = 0; i < report->sentence_count; i++) {
        if (strstr(report->sentences[i], part) != NULL) {
            return true;
        }
    }
    return false;
}

/* Lines of one reason, by a part of its text. */
static inline uint64_t report_reason(const struct hr_ingest_report *report, const char *part)
{
    uint64_t count = 0;
    for (size_t f = 0; f < report->file_count; f++) {
        for (size_t i = 0; i < report->files[f].reason_count; i++) {
            if (strstr(report->files[f].reasons[i].text, part) != NULL) {
                count += report->files[f].reasons[i].count;
            }
        }
    }
    return count;
}

#endif
