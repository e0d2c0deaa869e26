/* bytes_archive.c: zstd, xz and bzip2 through libarchive, which checks their sums and cuts. */
#include "ingest/bytes.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

struct stored {
    struct archive *archive;
    struct hr__raw *raw;
    struct hr_error failure; /* of the file below, when libarchive asked for more */
};

static la_ssize_t feed(struct archive *archive, void *context, const void **ret)
{
    struct stored *stored = context;
    struct hr__raw *raw = stored->raw;
    (void)archive;
    if (!hr__raw_fill(raw, &stored->failure)) {
        return -1;
    }
    *ret = raw->data + raw->start;
    la_ssize_t len = (la_ssize_t)(raw->end - raw->start);
    raw->start = raw->end;
    return len;
}

static bool fail_stored(const struct stored *stored, struct hr_error *err)
{
    if (stored->failure.kind != HR_ENONE) {
        if (err != NULL) {
            *err = stored->failure;
        }
        return false;
    }
    const char *why = archive_error_string(stored->archive);
    return hr_fail(err, HR_EINPUT, "%s is damaged or cut: %s", stored->raw->name,
                   why != NULL && why[0] != '\0' ? why : "the compressed data end too early");
}

static void close_stored(void *state)
{
    struct stored *stored = state;
    if (stored != NULL) {
        (void)archive_read_free(stored->archive);
        free(stored);
    }
}

static bool open_stored(struct hr__raw *raw, int (*filter)(struct archive *), void **ret_state,
                        struct hr_error *err)
{
    struct stored *stored = calloc(1, sizeof *stored);
    if (stored == NULL) {
        return hr_fail_memory(err);
    }
    *ret_state = stored; /* closed by the caller, also after a failure below */
    stored->raw = raw;
    stored->archive = archive_read_new();
    struct archive_entry *entry;
    if (stored->archive == NULL) {
        return hr_fail_memory(err);
    }
    int header = ARCHIVE_FATAL;
    if (filter(stored->archive) == ARCHIVE_OK &&
        archive_read_support_format_raw(stored->archive) == ARCHIVE_OK &&
        archive_read_support_format_empty(stored->archive) == ARCHIVE_OK &&
        archive_read_open(stored->archive, stored, NULL, feed, NULL) == ARCHIVE_OK) {
        header = archive_read_next_header(stored->archive, &entry);
    }
    return header == ARCHIVE_OK || header == ARCHIVE_EOF || fail_stored(stored, err);
}

static bool read_stored(struct hr__raw *raw, void *state, char *buffer, size_t room, size_t *got,
                        struct hr_error *err)
{
    struct stored *stored = state;
    (void)raw;
    la_ssize_t n = archive_read_data(stored->archive, buffer, room);
    if (n < 0) {
        return fail_stored(stored, err);
    }
    *got = (size_t)n;
    return true;
}

static bool open_zstd(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    return open_stored(raw, archive_read_support_filter_zstd, ret_state, err);
}

static bool open_xz(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    return open_stored(raw, archive_read_support_filter_xz, ret_state, err);
}

static bool open_bzip2(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    return open_stored(raw, archive_read_support_filter_bzip2, ret_state, err);
}

const struct hr__decoder hr__decoder_zstd = {.name = "zstd",
                                             .magic = {0x28, 0xb5, 0x2f, 0xfd},
                                             .magic_len = 4,
                                             .open = open_zstd,
                                             .read = read_stored,
                                             .close = close_stored};
const struct hr__decoder hr__decoder_xz = {.name = "xz",
                                           .magic = {0xfd, '7', 'z', 'X', 'Z', 0x00},
                                           .magic_len = 6,
                                           .open = open_xz,
                                           .read = read_stored,
                                           .close = close_stored};
const struct hr__decoder hr__decoder_bzip2 = {.name = "bzip2",
                                              .magic = {'B', 'Z', 'h'},
                                              .magic_len = 3,
                                              .open = open_bzip2,
                                              .read = read_stored,
                                              .close = close_stored};
