/* bytes.c: opening an input and choosing its decoder; plain bytes need none. */
#include "ingest/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* read(2) until something came; 0 at the end, -1 on an error that errno names. */
static ssize_t read_some(int fd, void *buffer, size_t room)
{
    ssize_t got;
    do {
        got = read(fd, buffer, room);
    } while (got < 0 && errno == EINTR);
    return got;
}

static bool take(struct hr__raw *raw, void *buffer, size_t room, size_t *got, struct hr_error *err)
{
    ssize_t n = read_some(raw->fd, buffer, room);
    if (n < 0) {
        return hr_fail(err, HR_EIO, "%s cannot be read: %s", raw->name, strerror(errno));
    }
    raw->ended = n == 0;
    raw->read += (uint64_t)n;
    *got = (size_t)n;
    return true;
}

bool hr__raw_fill(struct hr__raw *raw, struct hr_error *err)
{
    if (raw->start < raw->end || raw->ended) {
        return true;
    }
    raw->start = 0;
    raw->end = 0;
    return take(raw, raw->data, HR__BYTES_CHUNK, &raw->end, err);
}

static bool open_plain(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    (void)raw;
    (void)err;
    *ret_state = NULL;
    return true;
}

/* What was read to sniff the magic comes first, then the file goes straight to the caller. */
static bool read_plain(struct hr__raw *raw, void *state, char *buffer, size_t room, size_t *got,
                       struct hr_error *err)
{
    (void)state;
    size_t ready = raw->end - raw->start;
    if (ready == 0) {
        *got = 0;
        return raw->ended || take(raw, buffer, room, got, err);
    }
    *got = ready < room ? ready : room;
    memcpy(buffer, raw->data + raw->start, *got);
    raw->start += *got;
    return true;
}

static void close_plain(void *state)
{
    (void)state;
}

static const struct hr__decoder decoder_plain = {
    .name = "plain", .open = open_plain, .read = read_plain, .close = close_plain};

static const struct hr__decoder *const decoders[] = {
    &hr__decoder_gzip, &hr__decoder_zstd, &hr__decoder_xz, &hr__decoder_bzip2, &decoder_plain,
};

static bool open_file(struct hr__raw *raw, const char *path, struct hr_error *err)
{
    struct stat status;
    bool is_stdin = strcmp(path, "-") == 0;
    raw->name = is_stdin ? "standard input" : path;
    raw->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (raw->fd < 0) {
        enum hr_error_kind kind = errno == ENOENT || errno == ENOTDIR ? HR_EMISSING : HR_EIO;
        return hr_fail(err, kind, "%s cannot be opened: %s", path, strerror(errno));
    }
    if (fstat(raw->fd, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            return hr_fail(err, HR_EINPUT, "%s is a directory, not a log", raw->name);
        }
        raw->size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    }
#ifdef POSIX_FADV_SEQUENTIAL
    (void)posix_fadvise(raw->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
    return true;
}

#define SNIFF                                                                                      \
    ((size_t)4096) /* bytes of the first read: those of a plain file are copied once more */

/* Reads until the magic can be told, however small the pieces that a pipe gives. */
static bool sniff(struct hr__raw *raw, struct hr_error *err)
{
    while (raw->end < HR__BYTES_MAGIC && !raw->ended) {
        size_t got = 0;
        if (!take(raw, raw->data + raw->end, SNIFF - raw->end, &got, err)) {
            return false;
        }
        raw->end += got;
    }
    return true;
}

bool hr__input_open(struct hr__input *bytes, const char *path, struct hr_error *err)
{
    *bytes = (struct hr__input){.raw = {.fd = -1}};
    struct hr__raw *raw = &bytes->raw;
    raw->data = malloc(HR__BYTES_CHUNK);
    if (raw->data == NULL) {
        return hr_fail_memory(err);
    }
    if (!open_file(raw, path, err) || !sniff(raw, err)) {
        return false;
    }
    size_t i = 0;
    while (decoders[i]->magic_len > raw->end ||
           memcmp(decoders[i]->magic, raw->data, decoders[i]->magic_len) != 0) {
        i++; /* the last one, plain, has no magic and takes everything */
    }
    bytes->decoder = decoders[i];
    return bytes->decoder->open(raw, &bytes->state, err);
}

bool hr__input_read(struct hr__input *bytes, char *buffer, size_t room, size_t *got,
                    struct hr_error *err)
{
    *got = 0;
    return bytes->decoder->read(&bytes->raw, bytes->state, buffer, room, got, err);
}

void hr__input_close(struct hr__input *bytes)
{
    if (bytes->decoder != NULL) {
        bytes->decoder->close(bytes->state);
    }
    if (bytes->raw.fd > STDIN_FILENO) {
        (void)close(bytes->raw.fd);
    }
    free(bytes->raw.data);
    *bytes = (struct hr__input){.raw = {.fd = -1}};
}
