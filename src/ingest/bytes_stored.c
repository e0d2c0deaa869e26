/* bytes_stored.c: zstd, xz and bzip2 through their own libraries, member after member.
 *
 * libarchive reads all three, but it brings libxml2, ICU and six libraries more into the program:
 * loading them took two fifths of every start.
 */
#include "ingest/bytes.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <zstd.h>

#define XZ_MEMORY (UINT64_C(256) << 20) /* bytes that a file may ask for; xz -9 asks for 65 MiB */

/* What one step of a decoder took and gave. */
struct step {
    const unsigned char *in;
    size_t in_len;
    char *out;
    size_t out_len;
    size_t taken, given;
    bool last;  /* the file has no more than `in` */
    bool ended; /* a member, and all of it was given */
};

struct library {
    bool (*begin)(void **stream); /* a new member, on a new stream or on the last one */
    const char *(*step)(void *stream, struct step *step); /* NULL, or what is wrong */
    void (*end)(void *stream);
};

struct stored {
    const struct library *library;
    void *stream;
    bool inside; /* of a member: the end of the file here is a cut */
};

static bool begin_zstd(void **stream)
{
    *stream = *stream != NULL ? *stream : ZSTD_createDCtx();
    return *stream != NULL;
}

static const char *step_zstd(void *stream, struct step *step)
{
    ZSTD_inBuffer in = {step->in, step->in_len, 0};
    ZSTD_outBuffer out = {step->out, step->out_len, 0};
    size_t result = ZSTD_decompressStream(stream, &out, &in);
    step->taken = in.pos;
    step->given = out.pos;
    step->ended = result == 0;
    return ZSTD_isError(result) ? ZSTD_getErrorName(result) : NULL;
}

static void end_zstd(void *stream)
{
    ZSTD_freeDCtx(stream);
}

/* The decoder goes from one member to the next, over the padding between them, by itself. */
static bool begin_xz(void **stream)
{
    lzma_stream *xz = *stream != NULL ? *stream : calloc(1, sizeof *xz);
    *stream = xz;
    return xz != NULL && lzma_stream_decoder(xz, XZ_MEMORY, LZMA_CONCATENATED) == LZMA_OK;
}

static const char *step_xz(void *stream, struct step *step)
{
    lzma_stream *xz = stream;
    xz->next_in = step->in;
    xz->avail_in = step->in_len;
    xz->next_out = (unsigned char *)step->out;
    xz->avail_out = step->out_len;
    lzma_ret result = lzma_code(xz, step->last ? LZMA_FINISH : LZMA_RUN);
    step->taken = step->in_len - xz->avail_in;
    step->given = step->out_len - xz->avail_out;
    step->ended = result == LZMA_STREAM_END;
    return result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR ? NULL
           : result == LZMA_MEMLIMIT_ERROR ? "it asks for more than 256 MiB of memory"
           : result == LZMA_MEM_ERROR      ? "out of memory"
           : result == LZMA_FORMAT_ERROR   ? "these are no xz data"
                                           : "the compressed data are wrong";
}

static void end_xz(void *stream)
{
    if (stream != NULL) {
        lzma_end(stream);
        free(stream);
    }
}

static bool begin_bzip2(void **stream)
{
    bz_stream *bz = *stream != NULL ? *stream : calloc(1, sizeof *bz);
    if (*stream != NULL) {
        (void)BZ2_bzDecompressEnd(bz);
    }
    *stream = bz;
    return bz != NULL && BZ2_bzDecompressInit(bz, 0, 0) == BZ_OK;
}

static const char *step_bzip2(void *stream, struct step *step)
{
    bz_stream *bz = stream;
    bz->next_in = (char *)(uintptr_t)step->in; /* only read */
    bz->avail_in = (unsigned)step->in_len;     /* a chunk at most */
    bz->next_out = step->out;
    bz->avail_out = (unsigned)step->out_len;
    int result = BZ2_bzDecompress(bz);
    step->taken = step->in_len - bz->avail_in;
    step->given = step->out_len - bz->avail_out;
    step->ended = result == BZ_STREAM_END;
    return result == BZ_OK || result == BZ_STREAM_END ? NULL
           : result == BZ_MEM_ERROR                   ? "out of memory"
           : result == BZ_DATA_ERROR_MAGIC            ? "these are no bzip2 data"
                                                      : "the compressed data are wrong";
}

static void end_bzip2(void *stream)
{
    if (stream != NULL) {
        (void)BZ2_bzDecompressEnd(stream);
        free(stream);
    }
}

static bool read_stored(struct hr__raw *raw, void *state, char *buffer, size_t room, size_t *got,
                        struct hr_error *err)
{
    struct stored *stored = state;
    while (*got == 0) {
        if (!hr__raw_fill(raw, err)) {
            return false;
        }
        struct step step = {.in = raw->data + raw->start,
                            .in_len = raw->end - raw->start,
                            .out_len = room < HR__BYTES_CHUNK ? room : HR__BYTES_CHUNK,
                            .last = raw->start == raw->end};
        step.out = buffer;
        if (!stored->inside) {
            if (step.last) {
                return true; /* the sound end */
            }
            if (!stored->library->begin(&stored->stream)) {
                return hr_fail_memory(err);
            }
        }
        const char *wrong = stored->library->step(stored->stream, &step);
        raw->start += step.taken;
        *got = step.given;
        stored->inside = !step.ended;
        if (wrong == NULL && step.last && !step.ended && step.given == 0) {
            wrong = "the compressed data end too early";
        }
        if (wrong != NULL) {
            return hr_fail(err, HR_EINPUT, "%s is damaged or cut: %s", raw->name, wrong);
        }
    }
    return true;
}

static bool open_stored(const struct library *library, void **ret_state, struct hr_error *err)
{
    struct stored *stored = calloc(1, sizeof *stored);
    *ret_state = stored;
    if (stored == NULL) {
        return hr_fail_memory(err);
    }
    stored->library = library;
    return true;
}

static void close_stored(void *state)
{
    struct stored *stored = state;
    if (stored != NULL) {
        stored->library->end(stored->stream);
        free(stored);
    }
}

static bool open_zstd(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    static const struct library library = {begin_zstd, step_zstd, end_zstd};
    (void)raw;
    return open_stored(&library, ret_state, err);
}

static bool open_xz(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    static const struct library library = {begin_xz, step_xz, end_xz};
    (void)raw;
    return open_stored(&library, ret_state, err);
}

static bool open_bzip2(struct hr__raw *raw, void **ret_state, struct hr_error *err)
{
    static const struct library library = {begin_bzip2, step_bzip2, end_bzip2};
    (void)raw;
    return open_stored(&library, ret_state, err);
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
