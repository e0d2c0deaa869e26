/* bytes_gzip.c: gzip through zlib's inflate, member after member.
 *
 * libarchive's gzip filter checks no CRC, drops plain text after a member and takes a file cut to
 * a few bytes for text; inflate with 31 window bits in a loop over members catches damage, cuts and
 * trailing bytes.
 */
#include "ingest/bytes.h"

#include <stdlib.h>
#include <zlib.h>

#define WINDOW_BITS_GZIP (15 + 16) /* largest window, gzip wrapper only */

struct gzip {
    z_stream stream;
    bool inside; /* of a member: the end of the file here is a cut */
};

static bool open_gzip(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    struct gzip *gzip = calloc(1, sizeof *gzip);
    if (gzip == NULL || inflateInit2(&gzip->stream, WINDOW_BITS_GZIP) != Z_OK) {
        free(gzip);
        return hr_fail_memory(err);
    }
    (void)raw;
    gzip->inside = true;
    *ret_state = gzip;
    return true;
}

static bool fail_damaged(const struct hr__raw *raw, const struct gzip *gzip, struct hr_error *err)
{
    return hr_fail(err, HR_EINPUT,
                   "%s is damaged gzip: %s after %lu uncompressed bytes; test it with gzip -t",
                   raw->name, gzip->stream.msg != NULL ? gzip->stream.msg : "bad data",
                   gzip->stream.total_out);
}

/* Between members: another one, the end, or bytes that are no gzip. */
static bool next_member(struct hr__raw *raw, struct gzip *gzip, struct hr_error *err)
{
    if (!hr__raw_fill(raw, err)) {
        return false;
    }
    if (raw->start == raw->end) {
        return true;
    }
    if (raw->data[raw->start] != hr__decoder_gzip.magic[0]) {
        return hr_fail(err, HR_EINPUT,
                       "%s has bytes after its last gzip member, at compressed offset %llu; "
                       "cut them off or unpack the file first",
                       raw->name, (unsigned long long)(raw->read - (raw->end - raw->start)));
    }
    gzip->inside = true;
    if (inflateReset(&gzip->stream) != Z_OK) {
        return fail_damaged(raw, gzip, err);
    }
    return true;
}

static bool read_gzip(struct hr__raw *raw, void *state, char *buffer, size_t room, size_t *got,
                      struct hr_error *err)
{
    struct gzip *gzip = state;
    gzip->stream.next_out = (unsigned char *)buffer;
    gzip->stream.avail_out = (uInt)(room < HR__BYTES_CHUNK ? room : HR__BYTES_CHUNK);
    uInt room_now = gzip->stream.avail_out;
    while (gzip->stream.avail_out == room_now) {
        if (!gzip->inside && !next_member(raw, gzip, err)) {
            return false;
        }
        if (!gzip->inside) {
            return true; /* the sound end */
        }
        if (!hr__raw_fill(raw, err)) {
            return false;
        }
        if (raw->start == raw->end) {
            return hr_fail(err, HR_EINPUT,
                           "%s is cut: it ends inside a gzip member after %lu uncompressed bytes",
                           raw->name, gzip->stream.total_out);
        }
        gzip->stream.next_in = raw->data + raw->start;
        gzip->stream.avail_in = (uInt)(raw->end - raw->start);
        int result = inflate(&gzip->stream, Z_NO_FLUSH);
        raw->start = raw->end - gzip->stream.avail_in;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return fail_damaged(raw, gzip, err);
        }
        gzip->inside = result != Z_STREAM_END;
        *got = room_now - gzip->stream.avail_out;
    }
    return true;
}

static void close_gzip(void *state)
{
    struct gzip *gzip = state;
    if (gzip != NULL) {
        (void)inflateEnd(&gzip->stream);
        free(gzip);
    }
}

const struct hr__decoder hr__decoder_gzip = {
    .name = "gzip",
    .magic = {0x1f, 0x8b},
    .magic_len = 2,
    .open = open_gzip,
    .read = read_gzip,
    .close = close_gzip,
};
