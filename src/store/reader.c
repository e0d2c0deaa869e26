/* reader.c: one workload's invocations in order of arrival.
 *
 * Chunks are sorted inside and may overlap, because logs are written in the order of ends and
 * several files are imported in any order. The reader keeps decoded those chunks whose spans reach
 * the row it is at (cursors), takes the next chunk from SQLite as soon as its first arrival could
 * be next, and merges. Where one cursor stands alone its rows are handed out without a copy.
 */
#include <stdlib.h>
#include <string.h>

#include "store/database.h"

#define CURSORS_MAX                                                                                \
    ((size_t)100000) /* overlapping chunks at once; each has its decoded columns                   \
                      */

struct cursor {
    struct hr_columns columns;
    size_t at;
    int64_t order; /* chunk number: the last word in a tie */
};

struct hr_store_reader {
    struct hr_store *store;
    sqlite3_stmt *statement;
    bool pending;          /* statement stands on a chunk that is not decoded yet */
    int64_t pending_first; /* its first arrival */
    int64_t from, to;
    struct cursor **heap; /* by row, the earliest first */
    size_t count, capacity;
    struct cursor *spare;  /* a finished one, to be used again */
    struct cursor *lent;   /* whose columns the caller holds */
    struct hr_columns out; /* merged rows */
};

static int compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The order of hr_columns_sort, then the chunk's number. */
static int compare_rows(const struct cursor *a, const struct cursor *b)
{
    const struct hr_columns *x = &a->columns, *y = &b->columns;
    size_t i = a->at, j = b->at;
    int order = compare_i64(x->arrival_us[i], y->arrival_us[j]);
    if (!order)
        order = compare_i64(x->duration_us[i], y->duration_us[j]);
    if (!order)
        order = compare_i64(x->status[i], y->status[j]);
    if (!order)
        order = compare_i64(x->bytes[i], y->bytes[j]);
    if (!order)
        order = compare_i64(x->memory_kb[i], y->memory_kb[j]);
    if (!order)
        order = compare_i64(x->init_us[i], y->init_us[j]);
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

static void free_cursor(struct cursor *cursor)
{
    if (cursor)
        hr_columns_clear(&cursor->columns);
    free(cursor);
}

static struct cursor *take_cursor(struct hr_store_reader *reader, struct hr_error *err)
{
    struct cursor *cursor = reader->spare;
    reader->spare = NULL;
    if (cursor)
        return cursor;
    cursor = calloc(1, sizeof *cursor);
    if (!cursor || !hr_columns_init(&cursor->columns, HR_BLOCK_ROWS, err)) {
        free(cursor);
        hr_fail_memory(err);
        return NULL;
    }
    return cursor;
}

static void give_back(struct hr_store_reader *reader, struct cursor *cursor)
{
    free_cursor(reader->spare);
    reader->spare = cursor;
}

/* Moves the statement to the next chunk of the span. */
static bool look_ahead(struct hr_store_reader *reader, struct hr_error *err)
{
    int code = sqlite3_step(reader->statement);
    reader->pending = code == SQLITE_ROW;
    if (reader->pending)
        reader->pending_first = sqlite3_column_int64(reader->statement, 2);
    return reader->pending || code == SQLITE_DONE ||
           hr__store_fail(reader->store, "reading a chunk", err);
}

/* Rows outside from..to are cut off at both ends. */
static void cut(const struct hr_store_reader *reader, struct cursor *cursor)
{
    const int64_t *arrival = cursor->columns.arrival_us;
    while (cursor->columns.n > 0 && arrival[cursor->columns.n - 1] >= reader->to)
        cursor->columns.n--;
    cursor->at = 0;
    while (cursor->at < cursor->columns.n && arrival[cursor->at] < reader->from)
        cursor->at++;
}

static bool load_pending(struct hr_store_reader *reader, struct hr_error *err)
{
    sqlite3_stmt *s = reader->statement;
    int64_t id = sqlite3_column_int64(s, 0), n = sqlite3_column_int64(s, 1);
    int codec = sqlite3_column_int(s, 4);
    const unsigned char *data = sqlite3_column_blob(s, 5);
    size_t len = (size_t)sqlite3_column_bytes(s, 5);
    struct cursor *cursor = take_cursor(reader, err);
    void *items = reader->heap;
    if (!cursor || !hr_grow(&items, &reader->capacity, reader->count + 1, sizeof *reader->heap,
                            CURSORS_MAX, err)) {
        free_cursor(cursor);
        return false;
    }
    reader->heap = items;
    if (n < 1 || n > (int64_t)HR_BLOCK_ROWS || !data ||
        !hr__decode(codec, data, len, (size_t)n, (unsigned)sqlite3_column_int(s, 3),
                    &cursor->columns)) {
        free_cursor(cursor);
        return hr_fail(err, HR_EINPUT, "%s: chunk %lld is damaged; restore a copy of the plan",
                       reader->store->path, (long long)id);
    }
    cursor->order = id;
    cut(reader, cursor);
    if (cursor->at < cursor->columns.n)
        push(reader, cursor);
    else
        give_back(reader, cursor);
    return look_ahead(reader, err);
}

/* Every chunk that could hold the next row is in the heap. */
static bool fill(struct hr_store_reader *reader, struct hr_error *err)
{
    while (reader->pending &&
           (reader->count == 0 ||
            reader->pending_first <= reader->heap[0]->columns.arrival_us[reader->heap[0]->at]))
        if (!load_pending(reader, err))
            return false;
    return true;
}

bool hr_store_reader_open(struct hr_store *store, int64_t workload, int64_t from, int64_t to,
                          struct hr_store_reader **ret, struct hr_error *err)
{
    struct hr_store_reader *reader = calloc(1, sizeof *reader);
    if (!reader || !hr_columns_init(&reader->out, HR_BLOCK_ROWS, err)) {
        free(reader);
        return hr_fail_memory(err);
    }
    reader->store = store;
    reader->from = from;
    reader->to = to;
    reader->statement = hr__store_prepare(
        store,
        "SELECT id, n, first, columns, codec, data FROM chunk"
        " WHERE workload_id = ?1 AND last >= ?2 AND first < ?3 ORDER BY first, id",
        err);
    bool ready = reader->statement != NULL;
    if (ready) {
        sqlite3_bind_int64(reader->statement, 1, workload);
        sqlite3_bind_int64(reader->statement, 2, from);
        sqlite3_bind_int64(reader->statement, 3, to);
        ready = look_ahead(reader, err);
    }
    if (!ready) {
        hr_store_reader_close(reader);
        return false;
    }
    *ret = reader;
    return true;
}

/* How many rows of the first cursor come before every other one: the first, and what arrives
 * before the other cursors stand and the next chunk begins. */
static size_t run_length(const struct hr_store_reader *reader)
{
    const struct cursor *top = reader->heap[0];
    const int64_t *arrival = top->columns.arrival_us + top->at;
    size_t most = top->columns.n - top->at, room = HR_BLOCK_ROWS - reader->out.n, n = 1;
    int64_t limit = reader->pending ? reader->pending_first : INT64_MAX;
    most = most < room ? most : room;
    for (size_t i = 1; i <= 2 && i < reader->count; i++) { /* the least of the others is a child */
        const struct cursor *other = reader->heap[i];
        int64_t next = other->columns.arrival_us[other->at];
        limit = next < limit ? next : limit;
    }
    while (n < most && arrival[n] < limit)
        n++;
    return n;
}

static void copy_rows(struct hr_columns *to, const struct hr_columns *from, size_t at, size_t n)
{
    memcpy(to->arrival_us + to->n, from->arrival_us + at, n * sizeof *to->arrival_us);
    memcpy(to->duration_us + to->n, from->duration_us + at, n * sizeof *to->duration_us);
    memcpy(to->bytes + to->n, from->bytes + at, n * sizeof *to->bytes);
    memcpy(to->memory_kb + to->n, from->memory_kb + at, n * sizeof *to->memory_kb);
    memcpy(to->init_us + to->n, from->init_us + at, n * sizeof *to->init_us);
    memcpy(to->status + to->n, from->status + at, n * sizeof *to->status);
    to->n += n;
}

/* The only cursor, and no chunk begins before its last row: its rows are next as they are. */
static bool stands_alone(const struct hr_store_reader *reader)
{
    const struct cursor *top = reader->heap[0];
    return reader->count == 1 &&
           (!reader->pending ||
            reader->pending_first > top->columns.arrival_us[top->columns.n - 1]);
}

static void lend(struct hr_store_reader *reader, struct hr_columns *ret)
{
    struct cursor *top = reader->heap[0];
    size_t at = top->at;
    *ret = (struct hr_columns){.n = top->columns.n - at,
                               .arrival_us = top->columns.arrival_us + at,
                               .duration_us = top->columns.duration_us + at,
                               .bytes = top->columns.bytes + at,
                               .memory_kb = top->columns.memory_kb + at,
                               .init_us = top->columns.init_us + at,
                               .status = top->columns.status + at};
    reader->count = 0;
    reader->lent = top;
}

bool hr_store_reader_next(struct hr_store_reader *reader, struct hr_columns *ret,
                          struct hr_error *err)
{
    if (reader->lent) {
        give_back(reader, reader->lent);
        reader->lent = NULL;
    }
    reader->out.n = 0;
    if (!fill(reader, err))
        return false;
    if (reader->count && stands_alone(reader)) {
        lend(reader, ret);
        return true;
    }
    while (reader->count && reader->out.n < HR_BLOCK_ROWS) {
        struct cursor *top = reader->heap[0];
        size_t n = run_length(reader);
        copy_rows(&reader->out, &top->columns, top->at, n);
        top->at += n;
        if (top->at == top->columns.n) {
            reader->heap[0] = reader->heap[--reader->count];
            give_back(reader, top);
        }
        if (reader->count)
            sift_down(reader, 0);
        if (!fill(reader, err))
            return false;
        if (reader->count && stands_alone(reader))
            break; /* the rest needs no merging: next time without a copy */
    }
    *ret = reader->out;
    return true;
}

void hr_store_reader_close(struct hr_store_reader *reader)
{
    if (!reader)
        return;
    sqlite3_finalize(reader->statement);
    for (size_t i = 0; i < reader->count; i++)
        free_cursor(reader->heap[i]);
    free_cursor(reader->lent);
    free_cursor(reader->spare);
    free(reader->heap);
    hr_columns_clear(&reader->out);
    free(reader);
}
