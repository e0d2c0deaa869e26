/* bytes.h: uncompressed bytes of one input, whatever it is stored as, in constant memory.
 *
 * Life: open -> read... -> close. The decoder is chosen by the first bytes, never by the name.
 */
#ifndef INGEST_BYTES_H
#define INGEST_BYTES_H

#include "headroom/base.h"

#define HR__BYTES_CHUNK ((size_t)256 * 1024) /* bytes asked of the file at a time */
#define HR__BYTES_MAGIC 6                    /* bytes that tell a compressed file */

/* The file itself: what was read of it and not yet decoded. */
struct hr__raw {
    int fd;              /* -1: closed */
    const char *name;    /* for error sentences; borrowed */
    unsigned char *data; /* HR__BYTES_CHUNK bytes */
    size_t start, end;   /* unread part of data */
    uint64_t read;       /* bytes taken from the file so far */
    uint64_t size;       /* of a regular file, else 0 */
    bool ended;          /* the file has no more bytes than those in data */
};
/* Fetches the next chunk when nothing is left; start == end afterwards means the end. */
bool hr__raw_fill(struct hr__raw *raw, struct hr_error *err);

/* One way of storing bytes: a file with a const descriptor. */
struct hr__decoder {
    const char *name;
    unsigned char magic[HR__BYTES_MAGIC];
    size_t magic_len; /* 0: whatever no other decoder wants */
    bool (*open)(struct hr__raw *raw, void **ret_state, struct hr_error *err);
    /* Up to `room` bytes to `buffer`; *got 0 is the sound end of the input. */
    bool (*read)(struct hr__raw *raw, void *state, char *buffer, size_t room, size_t *got,
                 struct hr_error *err);
    void (*close)(void *state); /* accepts NULL */
};
extern const struct hr__decoder hr__decoder_gzip, hr__decoder_zstd, hr__decoder_xz,
    hr__decoder_bzip2;

struct hr__input {
    struct hr__raw raw;
    const struct hr__decoder *decoder;
    void *state;
};
/* path "-" is standard input. `name` is borrowed until close. */
bool hr__input_open(struct hr__input *bytes, const char *path, struct hr_error *err);
bool hr__input_read(struct hr__input *bytes, char *buffer, size_t room, size_t *got,
                    struct hr_error *err);
void hr__input_close(struct hr__input *bytes); /* accepts zeroed and half-opened */

#endif
