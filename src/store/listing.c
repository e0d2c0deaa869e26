/* listing.c: the rows of a query as an array. */
#include <string.h>

#include "store/database.h"

/* Rows are appended to an array that grows by doubling inside an arena; the old halves stay there
 * until the arena goes, which at most doubles a short list. */
static void *next_item(struct hr__listing *listing, size_t *capacity)
{
    if (listing->count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 16;
        void *moved = hr_arena_alloc(listing->arena, larger * listing->item_size);
        if (!moved)
            return NULL;
        if (listing->count)
            memcpy(moved, listing->items, listing->count * listing->item_size);
        listing->items = moved;
        *capacity = larger;
    }
    return (char *)listing->items + listing->count * listing->item_size;
}

bool hr__store_collect(struct hr_store *store, sqlite3_stmt *statement, struct hr__listing *listing,
                       struct hr_error *err)
{
    size_t capacity = 0;
    int code;
    if (!statement)
        return false;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        void *item = next_item(listing, &capacity);
        if (!item || !listing->read(statement, listing->arena, item)) {
            sqlite3_finalize(statement);
            return hr_fail_memory(err);
        }
        listing->count++;
    }
    bool done = code == SQLITE_DONE || hr__store_fail(store, "reading", err);
    sqlite3_finalize(statement);
    return done;
}
