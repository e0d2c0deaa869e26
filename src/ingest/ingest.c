/* ingest.c: an import from its first path to the sink's commit.
 *
 *   paths -> bytes -> lines -> reader of the format -> groups -> sink
 *
 * Hot: the loop of read_lines, once a line. Everything else happens once a file.
 */
#include "headroom/ingest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ingest/azure_known.h"
#include "ingest/bytes.h"
#include "ingest/describe.h"
#include "ingest/formats.h"
#include "ingest/paths.h"
#include "ingest/seen.h"

#define PROGRESS_NS 100000000 /* between two reports */

struct hr__import {
    const struct hr_ingest_options *options;
    const struct hr_sink *sink;
    const struct hr_progress *progress;
    struct hr_ingest_report *report;
    struct hr__paths paths;
    struct hr__groups groups;
    struct hr__rejects rejects;
    struct hr__seen seen;
    struct hr__zone zone;
    struct hr__known_functions known;
};

/* The bytes of one file on their way to the lines, with a look at the clock at each read. */
struct watched {
    struct hr__source source;
    struct hr__input *bytes; /* NULL: a test's source, nothing known of its size */
    const struct hr__import *import;
    struct hr_import_file *file;
    struct timespec last;
    char detail[80];
};

static bool report_progress(struct watched *watched, struct hr_error *err)
{
    const struct hr_import_file *file = watched->file;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t passed = (int64_t)(now.tv_sec - watched->last.tv_sec) * 1000000000 +
                     (now.tv_nsec - watched->last.tv_nsec);
    if (watched->import->progress == NULL || passed < PROGRESS_NS) {
        return true;
    }
    watched->last = now;
    struct hr_progress_state state = {
        .what = file->file,
        .done = watched->bytes == NULL ? (double)file->bytes : (double)watched->bytes->raw.read,
        .total = watched->bytes == NULL ? 0 : (double)watched->bytes->raw.size,
        .unit = "bytes",
        .lines = file->kept + file->filtered + file->malformed + file->duplicates,
        .kept = file->kept,
        .filtered = file->filtered,
        .malformed = file->malformed,
        .detail = file->input_format,
    };
    return hr_progress_report(watched->import->progress, &state) ||
           hr_fail(err, HR_ECANCELLED, "the import was cancelled; nothing has changed");
}

static bool read_watched(void *context, char *buffer, size_t room, size_t *got,
                         struct hr_error *err)
{
    struct watched *watched = context;
    if (!watched->source.read(watched->source.context, buffer, room, got, err)) {
        return false;
    }
    watched->file->bytes += *got;
    return report_progress(watched, err);
}

static bool read_bytes(void *context, char *buffer, size_t room, size_t *got, struct hr_error *err)
{
    return hr__input_read(context, buffer, room, got, err);
}

static bool read_lines(struct hr__lines *lines, struct hr__reader *reader, struct hr_error *err)
{
    struct hr__line line;
    for (;;) {
        if (!hr__lines_next(lines, &line, err)) {
            return false;
        }
        if (line.text == NULL) {
            return hr__wrapper_end(reader->wrapper, reader, err);
        }
        if (line.too_long) {
            if (!hr__reject(reader, &line, HR__TOO_LONG, err)) {
                return false;
            }
        } else if (!hr__wrapper_line(reader->wrapper, reader, &line, err)) {
            return false;
        }
    }
}

/* An empty file is an error when it was named, a remark when a directory holds it. */
static bool skip_empty(struct hr__import *import, struct hr_import_file *file, bool named,
                       struct hr_error *err)
{
    file->input_format = import->options->input_format != NULL ? import->options->input_format : "";
    if (named) {
        return hr_fail(err, HR_EINPUT, "%s is empty: there is nothing to import", file->file);
    }
    return hr__say(import->report, err, "%s is empty and was passed over", file->file);
}

static bool check_malformed(const struct hr__import *import, const struct hr_import_file *file,
                            struct hr_error *err)
{
    uint64_t tried = file->kept + file->malformed + file->duplicates;
    if (import->options->force || file->malformed * 2 <= tried) {
        return true;
    }
    const struct hr_ingest_report *report = import->report;
    const struct hr_reject *first = NULL;
    for (size_t i = 0; i < report->reject_count && first == NULL; i++) {
        first = strcmp(report->rejects[i].file, file->file) == 0 ? &report->rejects[i] : NULL;
    }
    return hr_fail(err, HR_EINPUT,
                   "%s:%llu: %s; %llu of %llu lines cannot be read as %s: nothing was imported; "
                   "--input-format names another format, --force imports the rest",
                   file->file, (unsigned long long)(first == NULL ? 1 : first->line),
                   first == NULL ? "malformed" : first->reason, (unsigned long long)file->malformed,
                   (unsigned long long)tried, file->input_format);
}

/* The format: told, or the one that the first lines look like; and what stands around them. */
static bool choose_format(struct hr__import *import, const struct hr__head *head,
                          struct hr__reader *reader, struct hr__recognised *found,
                          struct hr_error *err)
{
    const char *name = import->options->input_format;
    const struct hr__format *told = NULL;
    if (name == NULL && import->options->log_format != NULL) {
        name = hr__format_pattern.about.name;
    }
    if ((name != NULL && !hr__format_named(name, &told, err)) ||
        !hr__format_recognise(head, import->options, told, reader->file, found, err)) {
        return false;
    }
    reader->format = found->format;
    reader->wrapper = &found->wrapper;
    reader->file->input_format = reader->format->about.name;
    return found->wrapper.kind == HR__BARE ||
           hr__say(import->report, err, "%s: the lines stand inside %s", reader->file->file,
                   hr__wrapping_name(found->wrapper.kind));
}

/* From the format's choice to its last line. */
static bool read_file(struct hr__import *import, struct hr__lines *lines,
                      const struct hr__head *head, struct hr__reader *reader, struct hr_error *err)
{
    struct hr__recognised *found = calloc(1, sizeof *found);
    if (found == NULL) {
        return hr_fail_memory(err);
    }
    bool done = choose_format(import, head, reader, found, err);
    if (done) {
        done = reader->format->open(reader, &found->head, err);
        if (import->options->resolution_us > 0) {
            reader->resolution_us = import->options->resolution_us;
        }
        done = done && read_lines(lines, reader, err);
        reader->format->close(reader);
    }
    hr__wrapper_close(&found->wrapper);
    free(found);
    return done;
}

/* Everything about one file but its opening; `reader` and `file` are filled as far as it comes. */
static bool import_source(struct hr__import *import, struct watched *watched, bool named,
                          struct hr__reader *reader, struct hr_error *err)
{
    struct hr__lines lines;
    struct hr__head head;
    bool done = hr__lines_init(&lines, (struct hr__source){read_watched, watched}, err) &&
                hr__lines_head(&lines, &head, err);
    head.file = reader->file->file;
    if (done && head.byte_count == 0) {
        done = skip_empty(import, reader->file, named, err);
    } else if (done) {
        reader->content_hash = head.content_hash;
        reader->file->content_hash = head.content_hash;
        done = read_file(import, &lines, &head, reader, err);
    }
    hr__reader_count(reader);
    hr__lines_clear(&lines);
    return done && check_malformed(import, reader->file, err);
}

static bool begin_file(struct hr__import *import, const char *path, struct hr__reader *reader,
                       struct hr_error *err)
{
    struct hr_ingest_report *report = import->report;
    struct hr_import_file *file = &report->files[report->file_count++];
    *file = (struct hr_import_file){
        .file = path, .input_format = "", .variant = "", .first = HR_UNKNOWN, .last = HR_UNKNOWN};
    *reader = (struct hr__reader){
        .options = import->options,
        .report = report,
        .groups = &import->groups,
        .rejects = &import->rejects,
        .seen = &import->seen,
        .known = &import->known,
        .zone = import->options->timezone == NULL ? NULL : &import->zone,
        .file = file,
        .default_name = import->options->workload != NULL ? import->options->workload
                                                          : hr__file_stem(&report->arena, path),
    };
    return reader->default_name != NULL || hr_fail_memory(err);
}

static void add_up(struct hr_ingest_report *report, const struct hr_import_file *file)
{
    report->lines += file->lines;
    report->kept += file->kept;
    report->filtered += file->filtered;
    report->malformed += file->malformed;
    report->duplicates += file->duplicates;
}

static bool import_file(struct hr__import *import, const struct hr__path *path,
                        struct hr_error *err)
{
    struct hr__input bytes;
    struct hr__reader reader;
    if (!begin_file(import, path->path, &reader, err)) {
        return false;
    }
    bool done = hr__input_open(&bytes, path->path, err);
    if (done) {
        struct watched watched = {
            .source = {read_bytes, &bytes}, .bytes = &bytes, .import = import, .file = reader.file};
        done = import_source(import, &watched, path->named, &reader, err);
    }
    hr__input_close(&bytes);
    add_up(import->report, reader.file);
    return done;
}

/* What follows the last line of the last file. */
static bool finish(struct hr__import *import, struct hr_error *err)
{
    struct hr_ingest_report *report = import->report;
    size_t top = import->options->top == 0 ? HR_INGEST_TOP : import->options->top;
    if (report->kept == 0) {
        return hr_fail(err, HR_EINPUT, "%s%s holds no invocation: %llu lines, none of them one",
                       report->files[0].file, report->file_count > 1 ? " (and the others)" : "",
                       (unsigned long long)report->lines);
    }
    if (!hr__groups_finish(&import->groups, top, &report->workload_count, err) ||
        !hr__describe(&import->groups, import->options, import->sink, report, err)) {
        return false;
    }
    for (size_t i = 0; i < report->file_count; i++) {
        if (report->files[i].lines > 0 &&
            !import->sink->file(import->sink->context, &report->files[i], err)) {
            return false;
        }
    }
    return true;
}

static bool begin(struct hr__import *import, struct hr_error *err)
{
    struct hr_ingest_report *report = import->report;
    import->paths.arena = &report->arena;
    if (!hr__rejects_open(&import->rejects, import->options->rejects, report, err) ||
        !hr__paths_find(&import->paths, import->options, err) ||
        !hr__groups_init(&import->groups, import->sink, err) ||
        (import->options->timezone != NULL &&
         !hr__zone_open(&import->zone, import->options->timezone, err))) {
        return false;
    }
    report->files = hr_arena_alloc(&report->arena, import->paths.count * sizeof *report->files);
    return report->files != NULL || hr_fail_memory(err);
}

bool hr_ingest(const struct hr_ingest_options *options, const struct hr_sink *sink,
               const struct hr_progress *progress, struct hr_ingest_report *ret,
               struct hr_error *err)
{
    struct hr__import import = {
        .options = options, .sink = sink, .progress = progress, .report = ret};
    *ret = (struct hr_ingest_report){0};
    bool done = begin(&import, err);
    for (size_t i = 0; done && i < import.paths.count; i++) {
        done = import_file(&import, &import.paths.path[i], err);
    }
    done = done && finish(&import, err);
    /* The rejected lines are written also when they are why the import stops. */
    done = hr__rejects_commit(&import.rejects, done ? err : NULL) && done;
    if (done && !options->dry_run) {
        done = sink->commit(sink->context, err);
    } else {
        sink->abort(sink->context);
    }
    hr__rejects_close(&import.rejects);
    hr__seen_clear(&import.seen);
    hr__zone_close(&import.zone);
    hr__known_clear(&import.known);
    hr__groups_clear(&import.groups);
    hr__paths_clear(&import.paths);
    return done;
}

void hr_ingest_report_clear(struct hr_ingest_report *report)
{
    hr_arena_clear(&report->arena);
    *report = (struct hr_ingest_report){0};
}
