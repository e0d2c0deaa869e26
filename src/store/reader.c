/* reader.c: one workload's invocations in order of arrival.
 *
 * Chunks are sorted inside and may overlap, because logs are written in the order of ends and
 * several files are imported in any order. The reader keeps those chunks open whose spans reach the
 * row it is at (cursors), each with a slice of its rows, takes the next chunk from SQLite as soon
 * as its first arrival could be next, and merges. Where one cursor stands alone its slice is handed
 * out without a copy.
 */
#include <stdlib.h>
#include <string.h>

#include "store/chunk.h"
#include "store/database.h"

#define CURSORS_MAX ((size_t)100000) /* overlapping chunks at once; each has its planes */
#define LONG_BYTES  ((size_t)16384)  /* of a chunk */

struct cursor {
    struct hr__chunk chunk;
    struct hr_columns rows; /* a slice of it */
    size_t at, capacity;    /* in the slice */
    int64_t order;          /* chunk number: the last word in a tie */
};
struct listed {
    int64_t id, first; /* of a chunk that is not open yet */
};

struct hr_store_reader {
    struct hr_store *store;
    struct hr_store_span span;
    struct listed *listed; /* by (first, id) */
    size_t listed_at, listed_count, listed_capacity;
    struct cursor **heap; /* by row, the earliest first */
    size_t count, capacity;
    struct cursor *spare;  /* a finished one, to be used again */
    bool lent;             /* the caller holds the slice of the first cursor */
    struct hr_columns out; /* merged rows */
};

static int compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* One column of two rows; what is not wanted is not there. */
static int compare_at(const int64_t *x, size_t i, const int64_t *y, size_t j)
{
    return x ? compare_i64(x[i], y[j]) : 0;
}

/* The order of hr_columns_sort, then the chunk's number. */
static int compare_rows(const struct cursor *a, const struct cursor *b)
{
    const struct hr_columns *x = &a->rows, *y = &b->rows;
    size_t i = a->at, j = b->at;
    int order = compare_i64(x->arrival_us[i], y->arrival_us[j]);
    if (!order)
        order = compare_at(x->duration_us, i, y->duration_us, j);
    if (!order && x->status)
        order = compare_i64(x->status[i], y->status[j]);
    if (!order)
        order = compare_at(x->bytes, i, y->bytes, j);
    if (!order)
        order = compare_at(x->memory_kb, i, y->memory_kb, j);
    if (!order)
        order = compare_at(x->init_us, i, y->init_us, j);
    return order ? order : compare_i64(a->order, b->order);
}

static void sift_down(struct hr_store_reader *reader, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < reader->count; child++)
            if (compare_rows(reader->heap[child], reader->heap[least]) < 0)
                least = child;
        if (least == i)
            return;
        struct cursor *swap = reader->heap[i];
        reader->heap[i] = reader->heap[least];
        reader->heap[least] = swap;
        i = least;
    }
}

static void push(struct hr_store_reader *reader, struct cursor *cursor)
{
    size_t i = reader->count++;
    for (; i > 0 && compare_rows(cursor, reader->heap[(i - 1) / 2]) < 0; i = (i - 1) / 2)
        reader->heap[i] = reader->heap[(i - 1) / 2];
    reader->heap[i] = cursor;
}

/* ---- cursors ------------------------------------------------------------------------------- */

static void free_cursor(struct cursor *cursor)
{
    if (cursor) {
        hr__chunk_clear(&cursor->chunk);
        hr_columns_clear(&cursor->rows);
    }
    free(cursor);
}

static void keep_wanted(struct hr_columns *columns, unsigned wanted)
{
    columns->duration_us = wanted & HR_COLUMN_DURATION ? columns->duration_us : NULL;
    columns->bytes = wanted & HR_COLUMN_BYTES ? columns->bytes : NULL;
    columns->memory_kb = wanted & HR_COLUMN_MEMORY ? columns->memory_kb : NULL;
    columns->init_us = wanted & HR_COLUMN_INIT ? columns->init_us : NULL;
    columns->status = wanted & HR_COLUMN_STATUS ? columns->status : NULL;
}

/* Room for the slices of a chunk of n rows. */
static bool slice_room(const struct hr_store_reader *reader, struct cursor *cursor, size_t n,
                       struct hr_error *err)
{
    const size_t want = n < HR__SLICE_ROWS ? n : HR__SLICE_ROWS;
    if (want <= cursor->capacity)
        return true;
    hr_columns_clear(&cursor->rows);
    cursor->capacity = 0;
    if (!hr_columns_init(&cursor->rows, want, err))
        return false;
    keep_wanted(&cursor->rows, reader->span.columns);
    cursor->capacity = want;
    return true;
}

static void fill_unknown(const struct hr__chunk *chunk, enum hr__chunk_at which, int64_t *column,
                         size_t n)
{
    if (column && !chunk->column[which].there)
        for (size_t i = 0; i < n; i++)
            column[i] = HR_UNKNOWN;
}

/* What the chunk does not tell, once for all of its slices. */
static void fill_absent(struct cursor *cursor)
{
    const struct hr__chunk *chunk = &cursor->chunk;
    struct hr_columns *rows = &cursor->rows;
    fill_unknown(chunk, HR__CHUNK_DURATION, rows->duration_us, cursor->capacity);
    fill_unknown(chunk, HR__CHUNK_BYTES, rows->bytes, cursor->capacity);
    fill_unknown(chunk, HR__CHUNK_MEMORY, rows->memory_kb, cursor->capacity);
    fill_unknown(chunk, HR__CHUNK_INIT, rows->init_us, cursor->capacity);
    if (rows->status && !chunk->column[HR__CHUNK_STATUS].there)
        memset(rows->status, 0, cursor->capacity * sizeof *rows->status);
}

static bool fail_damaged(const struct hr_store_reader *reader, int64_t id, struct hr_error *err)
{
    return hr_fail(err, HR_EINPUT, "%s: chunk %lld is damaged; restore a copy of the plan",
                   reader->store->path, (long long)id);
}

/* The next slice with a row of the span; rows.n is 0 when there is none. */
static bool next_slice(const struct hr_store_reader *reader, struct cursor *cursor,
                       struct hr_error *err)
{
    struct hr_columns *rows = &cursor->rows;
    struct hr__chunk *chunk = &cursor->chunk;
    do {
        if (!hr__chunk_next(chunk, cursor->capacity, rows))
            return fail_damaged(reader, cursor->order, err);
        while (rows->n > 0 && rows->arrival_us[rows->n - 1] >= reader->span.to) {
            rows->n--;
            chunk->at = chunk->n; /* nothing of the span comes after */
        }
        cursor->at = 0;
        while (cursor->at < rows->n && rows->arrival_us[cursor->at] < reader->span.from)
            cursor->at++;
    } while (cursor->at == rows->n && chunk->at < chunk->n);
    return true;
}

/* A cursor without a chunk, and a place for it. */
static struct cursor *take_cursor(struct hr_store_reader *reader, struct hr_error *err)
{
    void *items = reader->heap;
    if (!hr_grow(&items, &reader->capacity, reader->count + 1, sizeof *reader->heap, CURSORS_MAX,
                 err))
        return NULL;
    reader->heap = items;
    struct cursor *cursor = reader->spare;
    reader->spare = NULL;
    if (!cursor && !(cursor = calloc(1, sizeof *cursor)))
        hr_fail_memory(err);
    return cursor;
}

static void give_back(struct hr_store_reader *reader, struct cursor *cursor)
{
    free_cursor(reader->spare);
    reader->spare = cursor;
}

/* ---- chunks -------------------------------------------------------------------------------- */

/* Prepared once for all readers of a store: there may be one for each of thousands of workloads. */
static bool prepare(struct hr_store *store, struct hr_error *err)
{
    if (!store->list_chunks)
        store->list_chunks = hr__store_prepare(
            store,
            "SELECT id, first FROM chunk WHERE workload_id = ?1 AND last >= ?2 AND first < ?3"
            " AND (?4 = 0 OR id <= ?4) ORDER BY first, id",
            err);
    if (store->list_chunks && !store->fetch_chunk)
        store->fetch_chunk =
            hr__store_prepare(store,
                              "SELECT n, columns, codec, length(data),"
                              " CASE WHEN length(data) < ?2 THEN data END FROM chunk WHERE id = ?1",
                              err);
    return store->list_chunks && store->fetch_chunk;
}

static bool list_chunks(struct hr_store_reader *reader, struct hr_error *err)
{
    sqlite3_stmt *s = reader->store->list_chunks;
    int code;
    bool done = true;
    sqlite3_bind_int64(s, 1, reader->span.workload);
    sqlite3_bind_int64(s, 2, reader->span.from);
    sqlite3_bind_int64(s, 3, reader->span.to);
    sqlite3_bind_int64(s, 4, reader->span.mark);
    while (done && (code = sqlite3_step(s)) == SQLITE_ROW) {
        done = hr_grow((void **)&reader->listed, &reader->listed_capacity, reader->listed_count + 1,
                       sizeof *reader->listed, SIZE_MAX / sizeof *reader->listed, err);
        if (done)
            reader->listed[reader->listed_count++] =
                (struct listed){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
    }
    if (done && code != SQLITE_DONE)
        done = hr__store_fail(reader->store, "listing chunks", err);
    sqlite3_reset(s);
    return done;
}

/* Its bytes into room that is used again: as a column of a row SQLite would lay a long one out in
 * memory of its own each time, which costs more than to unpack it. */
static const unsigned char *read_long(struct hr_store *store, int64_t id, size_t len,
                                      struct hr_error *err)
{
    sqlite3_blob *blob = NULL;
    if (!hr_grow((void **)&store->packed, &store->packed_capacity, len, 1, SIZE_MAX, err))
        return NULL;
    bool done = sqlite3_blob_open(store->db, "main", "chunk", "data", id, 0, &blob) == SQLITE_OK &&
                sqlite3_blob_read(blob, store->packed, (int)len, 0) == SQLITE_OK;
    if (!done)
        hr__store_fail(store, "reading a chunk", err);
    sqlite3_blob_close(blob);
    return done ? store->packed : NULL;
}

/* The statement stands on the chunk. */
static bool unpack_row(struct hr_store_reader *reader, int64_t id, struct cursor *cursor,
                       struct hr_error *err)
{
    struct hr_store *store = reader->store;
    sqlite3_stmt *s = store->fetch_chunk;
    const int64_t n = sqlite3_column_int64(s, 0), len = sqlite3_column_int64(s, 3);
    struct hr__packed packed = {.codec = sqlite3_column_int(s, 2),
                                .len = len < 0 ? 0 : (size_t)len,
                                .n = n < 0 ? 0 : (size_t)n,
                                .columns = (unsigned)sqlite3_column_int(s, 1)};
    packed.data =
        packed.len < LONG_BYTES ? sqlite3_column_blob(s, 4) : read_long(store, id, packed.len, err);
    if (!packed.data && packed.len >= LONG_BYTES)
        return false;
    return hr__chunk_unpack(&cursor->chunk, &packed, reader->span.columns, &store->zstd) ||
           fail_damaged(reader, id, err);
}

static bool unpack(struct hr_store_reader *reader, int64_t id, struct cursor *cursor,
                   struct hr_error *err)
{
    sqlite3_stmt *s = reader->store->fetch_chunk;
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, (int64_t)LONG_BYTES);
    int code = sqlite3_step(s);
    bool done = code == SQLITE_ROW    ? unpack_row(reader, id, cursor, err)
                : code == SQLITE_DONE ? fail_damaged(reader, id, err)
                                      : hr__store_fail(reader->store, "reading a chunk", err);
    sqlite3_reset(s);
    return done;
}

static bool open_next(struct hr_store_reader *reader, struct hr_error *err)
{
    const struct listed *next = &reader->listed[reader->listed_at++];
    struct cursor *cursor = take_cursor(reader, err);
    if (!cursor)
        return false;
    cursor->order = next->id;
    if (!unpack(reader, next->id, cursor, err) ||
        !slice_room(reader, cursor, cursor->chunk.n, err)) {
        free_cursor(cursor);
        return false;
    }
    fill_absent(cursor);
    if (!next_slice(reader, cursor, err)) {
        free_cursor(cursor);
        return false;
    }
    if (cursor->at < cursor->rows.n)
        push(reader, cursor);
    else
        give_back(reader, cursor);
    return true;
}

/* When the next chunk begins that is not open. */
static int64_t next_first(const struct hr_store_reader *reader)
{
    return reader->listed_at < reader->listed_count ? reader->listed[reader->listed_at].first
                                                    : INT64_MAX;
}

/* Every chunk that could hold the next row is in the heap. */
static bool fill(struct hr_store_reader *reader, struct hr_error *err)
{
    while (reader->listed_at < reader->listed_count &&
           (reader->count == 0 ||
            next_first(reader) <= reader->heap[0]->rows.arrival_us[reader->heap[0]->at]))
        if (!open_next(reader, err))
            return false;
    return true;
}

/* ---- rows ---------------------------------------------------------------------------------- */

bool hr_store_mark(struct hr_store *store, int64_t *ret, struct hr_error *err)
{
    sqlite3_stmt *s = hr__store_prepare(store, "SELECT coalesce(max(id), 0) FROM chunk", err);
    if (!s)
        return false;
    bool there = sqlite3_step(s) == SQLITE_ROW;
    if (there)
        *ret = sqlite3_column_int64(s, 0);
    else
        hr__store_fail(store, "reading the last chunk", err);
    sqlite3_finalize(s);
    return there;
}

bool hr_store_reader_open_span(struct hr_store *store, const struct hr_store_span *span,
                               struct hr_store_reader **ret, struct hr_error *err)
{
    struct hr_store_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return hr_fail_memory(err);
    reader->store = store;
    reader->span = *span;
    if (!prepare(store, err) || !list_chunks(reader, err)) {
        hr_store_reader_close(reader);
        return false;
    }
    *ret = reader;
    return true;
}

bool hr_store_reader_open(struct hr_store *store, int64_t workload, int64_t from, int64_t to,
                          struct hr_store_reader **ret, struct hr_error *err)
{
    const struct hr_store_span span = {
        .workload = workload, .from = from, .to = to, .columns = HR_COLUMN_EVERY};
    return hr_store_reader_open_span(store, &span, ret, err);
}

/* How many rows of the first cursor come before every other one: the first, and what arrives
 * before the other cursors stand and the next chunk begins. */
static size_t run_length(const struct hr_store_reader *reader)
{
    const struct cursor *top = reader->heap[0];
    const int64_t *arrival = top->rows.arrival_us + top->at;
    size_t most = top->rows.n - top->at, room = HR__SLICE_ROWS - reader->out.n, n = 1;
    int64_t limit = next_first(reader);
    most = most < room ? most : room;
    for (size_t i = 1; i <= 2 && i < reader->count; i++) { /* the least of the others is a child */
        const struct cursor *other = reader->heap[i];
        int64_t next = other->rows.arrival_us[other->at];
        limit = next < limit ? next : limit;
    }
    while (n < most && arrival[n] < limit)
        n++;
    return n;
}

static void copy_column(int64_t *to, size_t to_at, const int64_t *from, size_t at, size_t n)
{
    if (to)
        memcpy(to + to_at, from + at, n * sizeof *to);
}

static void copy_rows(struct hr_columns *to, const struct hr_columns *from, size_t at, size_t n)
{
    copy_column(to->arrival_us, to->n, from->arrival_us, at, n);
    copy_column(to->duration_us, to->n, from->duration_us, at, n);
    copy_column(to->bytes, to->n, from->bytes, at, n);
    copy_column(to->memory_kb, to->n, from->memory_kb, at, n);
    copy_column(to->init_us, to->n, from->init_us, at, n);
    if (to->status)
        memcpy(to->status + to->n, from->status + at, n * sizeof *to->status);
    to->n += n;
}

/* The only cursor, and no chunk begins before the last row of its slice. */
static bool stands_alone(const struct hr_store_reader *reader)
{
    const struct cursor *top = reader->heap[0];
    return reader->count == 1 && next_first(reader) > top->rows.arrival_us[top->rows.n - 1];
}

static int64_t *lent_column(const struct cursor *cursor, enum hr__chunk_at which, int64_t *column)
{
    return cursor->chunk.column[which].there ? column + cursor->at : NULL;
}

static void lend(struct hr_store_reader *reader, struct hr_columns *ret)
{
    struct cursor *top = reader->heap[0];
    const struct hr_columns *rows = &top->rows;
    *ret = (struct hr_columns){
        .n = rows->n - top->at,
        .arrival_us = rows->arrival_us + top->at,
        .duration_us = lent_column(top, HR__CHUNK_DURATION, rows->duration_us),
        .bytes = lent_column(top, HR__CHUNK_BYTES, rows->bytes),
        .memory_kb = lent_column(top, HR__CHUNK_MEMORY, rows->memory_kb),
        .init_us = lent_column(top, HR__CHUNK_INIT, rows->init_us),
        .status = top->chunk.column[HR__CHUNK_STATUS].there ? rows->status + top->at : NULL};
    top->at = rows->n;
    reader->lent = true;
}

/* The first cursor has moved on: its next slice, its place in the heap, chunks that begin. */
static bool settle(struct hr_store_reader *reader, struct hr_error *err)
{
    struct cursor *top = reader->heap[0];
    if (top->at == top->rows.n && !next_slice(reader, top, err))
        return false;
    if (top->at == top->rows.n) {
        reader->heap[0] = reader->heap[--reader->count];
        give_back(reader, top);
    }
    if (reader->count)
        sift_down(reader, 0);
    return fill(reader, err);
}

static bool merge(struct hr_store_reader *reader, struct hr_error *err)
{
    if (!reader->out.arrival_us) {
        if (!hr_columns_init(&reader->out, HR__SLICE_ROWS, err))
            return false;
        keep_wanted(&reader->out, reader->span.columns);
    }
    while (reader->count && reader->out.n < HR__SLICE_ROWS) {
        if (reader->out.n && stands_alone(reader))
            break; /* the rest needs no merging: next time without a copy */
        struct cursor *top = reader->heap[0];
        size_t n = run_length(reader);
        copy_rows(&reader->out, &top->rows, top->at, n);
        top->at += n;
        if (!settle(reader, err))
            return false;
    }
    return true;
}

bool hr_store_reader_next(struct hr_store_reader *reader, struct hr_columns *ret,
                          struct hr_error *err)
{
    bool done = reader->lent ? settle(reader, err) : fill(reader, err);
    reader->lent = false;
    reader->out.n = 0;
    if (!done)
        return false;
    if (reader->count && stands_alone(reader)) {
        lend(reader, ret);
        return true;
    }
    if (!merge(reader, err))
        return false;
    *ret = reader->out;
    return true;
}

void hr_store_reader_close(struct hr_store_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->count; i++)
        free_cursor(reader->heap[i]);
    free_cursor(reader->spare);
    free(reader->heap);
    free(reader->listed);
    hr_columns_clear(&reader->out);
    free(reader);
}
