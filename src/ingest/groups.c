/* groups.c: see groups.h. */
#include "ingest/groups.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS ((size_t)16384) /* a power of two, four times the groups */

static bool add_group(struct hr__groups *g, const char *name, size_t len, uint32_t *ret,
                      struct hr_error *err)
{
    char *copy = hr_arena_copy(&g->arena, name, len);
    if (copy == NULL) {
        return hr_fail_memory(err);
    }
    *ret = (uint32_t)g->count;
    g->group[g->count++] = (struct hr__group){.name = copy,
                                              .name_len = len,
                                              .first_page = HR__NO_PAGE,
                                              .last_page = HR__NO_PAGE,
                                              .memory_size_kb = HR_UNKNOWN};
    return true;
}

bool hr__groups_init(struct hr__groups *g, const struct hr_sink *sink, struct hr_error *err)
{
    static const char *const names[] = {[HR__GROUP_OTHER] = HR_WORKLOAD_OTHER,
                                        [HR__GROUP_NOT_FOUND] = HR_WORKLOAD_NOT_FOUND,
                                        [HR__GROUP_STATIC] = HR_WORKLOAD_STATIC};
    *g = (struct hr__groups){.sink = sink};
    g->group = calloc(HR__GROUPS_MAX, sizeof *g->group);
    g->slots = calloc(SLOTS, sizeof *g->slots);
    g->pool = hr_large_alloc(sizeof *g->pool);
    if (g->group == NULL || g->slots == NULL || g->pool == NULL) {
        return hr_fail_memory(err);
    }
    g->free_page = HR__NO_PAGE;
    for (size_t i = 0; i < HR__GROUP_FIRST; i++) {
        uint32_t group;
        if (!hr__groups_find(g, names[i], strlen(names[i]), &group, err)) {
            return false;
        }
    }
    return hr_columns_init(&g->block, HR_BLOCK_ROWS, err);
}

void hr__groups_clear(struct hr__groups *g)
{
    hr_arena_clear(&g->arena);
    hr_columns_clear(&g->block);
    free(g->group);
    free(g->slots);
    free(g->pool);
    *g = (struct hr__groups){0};
}

/* The slot of the name, or the empty one where it would go. */
static size_t slot_of(const struct hr__groups *g, const char *name, size_t len)
{
    size_t slot = hr_hash_bytes(name, len, 0) & (SLOTS - 1);
    while (g->slots[slot] != 0) {
        const struct hr__group *other = &g->group[g->slots[slot] - 1];
        if (other->name_len == len && memcmp(other->name, name, len) == 0) {
            break;
        }
        slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
}

/* A name as it is stored: clean, and cut to its limit between characters. */
static bool clean_name(struct hr_text *clean, const char *name, size_t len, struct hr_error *err)
{
    clean->max = (size_t)8 * HR_WORKLOAD_NAME_MAX; /* a foreign byte becomes four */
    hr_text_add_clean(clean, name, len < HR_WORKLOAD_NAME_MAX ? len : HR_WORKLOAD_NAME_MAX);
    if (clean->data == NULL) {
        hr_text_puts(clean, "");
    }
    if (clean->data != NULL && strcmp(clean->data, HR_WORKLOAD_ALL) == 0) {
        hr_text_puts(clean, " of the log"); /* the bare word is the total of every result */
    }
    if (clean->failed || clean->data == NULL) {
        return hr_fail_memory(err);
    }
    if (clean->len > HR_WORKLOAD_NAME_MAX) {
        clean->len = HR_WORKLOAD_NAME_MAX;
        while (clean->len > 0 && ((unsigned char)clean->data[clean->len] & 0xc0) == 0x80) {
            clean->len--; /* not inside a character */
        }
        clean->data[clean->len] = '\0';
    }
    return true;
}

bool hr__groups_known(const struct hr__groups *g, const char *name, size_t len, uint32_t *ret)
{
    uint32_t at = g->slots[slot_of(g, name, len)];
    *ret = at == 0 ? HR__GROUP_OTHER : at - 1;
    return at != 0;
}

bool hr__groups_find(struct hr__groups *g, const char *name, size_t len, uint32_t *ret,
                     struct hr_error *err)
{
    if (hr__groups_known(g, name, len, ret) || g->count == HR__GROUPS_MAX) {
        return true;
    }
    struct hr_text clean = {0};
    bool done = clean_name(&clean, name, len, err);
    if (done && !hr__groups_known(g, clean.data, clean.len, ret)) {
        size_t slot = slot_of(g, clean.data, clean.len);
        done = add_group(g, clean.data, clean.len, ret, err);
        g->slots[slot] = done ? *ret + 1 : 0;
    }
    hr_text_clear(&clean);
    return done;
}

static bool open_group(struct hr__groups *g, struct hr__group *group, struct hr_error *err)
{
    if (!group->opened) {
        if (!g->sink->workload(g->sink->context, group->name, &group->sink_id, err)) {
            return false;
        }
        group->opened = true;
    }
    return true;
}

/* Moves up to a block of waiting rows into g->block and frees their pages. */
static void gather(struct hr__groups *g, struct hr__group *group)
{
    struct hr_columns *to = &g->block;
    while (group->first_page != HR__NO_PAGE && to->n + HR__PAGE_ROWS <= HR_BLOCK_ROWS) {
        struct hr__page *page = &g->pool->pages[group->first_page];
        size_t rows = group->waiting < HR__PAGE_ROWS ? group->waiting : HR__PAGE_ROWS;
        for (size_t i = 0; i < rows; i++) {
            const struct hr__row *row = &page->row[i];
            to->arrival_us[to->n + i] = row->arrival_us;
            to->duration_us[to->n + i] = row->duration_us;
            to->bytes[to->n + i] = row->bytes;
            to->memory_kb[to->n + i] = row->memory_kb;
            to->init_us[to->n + i] = row->init_us;
            to->status[to->n + i] = row->status;
        }
        to->n += rows;
        group->waiting -= rows;
        uint32_t done = group->first_page;
        group->first_page = page->next;
        page->next = g->free_page;
        g->free_page = done;
    }
    if (group->first_page == HR__NO_PAGE) {
        group->last_page = HR__NO_PAGE;
    }
}

static int64_t *known_or_null(int64_t *column, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (column[i] != HR_UNKNOWN) {
            return column;
        }
    }
    return NULL;
}

/* Sorts what was gathered and hands it over; a column that tells nothing is left out. */
static bool put_block(struct hr__groups *g, struct hr__group *group, struct hr_error *err)
{
    struct hr_columns view = g->block;
    g->block.n = 0;
    if (view.n == 0) {
        return true;
    }
    view.duration_us = known_or_null(view.duration_us, view.n);
    view.bytes = known_or_null(view.bytes, view.n);
    view.memory_kb = known_or_null(view.memory_kb, view.n);
    view.init_us = known_or_null(view.init_us, view.n);
    bool status = false;
    for (size_t i = 0; i < view.n && !status; i++) {
        status = view.status[i] != 0;
    }
    view.status = status ? view.status : NULL;
    hr_columns_sort(&view, g->pool->order, g->pool->spare);
    return open_group(g, group, err) && g->sink->put(g->sink->context, group->sink_id, &view, err);
}

static bool flush_group(struct hr__groups *g, struct hr__group *group, struct hr_error *err)
{
    while (group->waiting > 0) {
        gather(g, group);
        if (!put_block(g, group, err)) {
            return false;
        }
    }
    return true;
}

static struct hr__group *largest_waiting(struct hr__groups *g)
{
    struct hr__group *largest = &g->group[0];
    for (size_t i = 1; i < g->count; i++) {
        if (g->group[i].waiting > largest->waiting) {
            largest = &g->group[i];
        }
    }
    return largest;
}

/* A fresh page at the end of the group, from the free list, else from another group's rows. */
static bool add_page(struct hr__groups *g, struct hr__group *group, struct hr_error *err)
{
    if (group->waiting >= HR_BLOCK_ROWS && !flush_group(g, group, err)) {
        return false;
    }
    if (g->free_page == HR__NO_PAGE && g->used_pages == HR__PAGES &&
        !flush_group(g, largest_waiting(g), err)) {
        return false;
    }
    uint32_t page = g->free_page;
    if (page != HR__NO_PAGE) {
        g->free_page = g->pool->pages[page].next;
    } else {
        page = (uint32_t)g->used_pages++;
    }
    g->pool->pages[page].next = HR__NO_PAGE;
    if (group->last_page == HR__NO_PAGE) {
        group->first_page = page;
    } else {
        g->pool->pages[group->last_page].next = page;
    }
    group->last_page = page;
    return true;
}

bool hr__groups_add(struct hr__groups *g, uint32_t index, const struct hr__row *row,
                    struct hr_error *err)
{
    struct hr__group *group = &g->group[index];
    size_t at = group->waiting % HR__PAGE_ROWS;
    if (at == 0 && !add_page(g, group, err)) {
        return false;
    }
    g->pool->pages[group->last_page].row[at] = *row;
    group->waiting++;
    group->count++;
    group->with_duration += row->duration_us != HR_UNKNOWN;
    return true;
}

static int by_count(const void *a, const void *b)
{
    const struct hr__group *x = *(struct hr__group *const *)a, *y = *(struct hr__group *const *)b;
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return strcmp(x->name, y->name);
}

/* Makes (other) of a group: what the sink has of it is relabelled, what waits goes there. */
static bool move_to_other(struct hr__groups *g, struct hr__group *group, struct hr_error *err)
{
    struct hr__group *other = &g->group[HR__GROUP_OTHER];
    if (group->count == 0) {
        return true;
    }
    if (other->count == 0 || (group->memory_size_kb > other->memory_size_kb)) {
        other->memory_size_kb = group->memory_size_kb;
    }
    if (other->count == 0) {
        other->trigger = group->trigger;
        other->trigger_origin = group->trigger_origin;
        other->span = group->span;
    }
    other->count += group->count;
    other->with_duration += group->with_duration;
    while (group->waiting > 0) {
        gather(g, group);
        if (g->block.n + HR__PAGE_ROWS > HR_BLOCK_ROWS && !put_block(g, other, err)) {
            return false;
        }
    }
    group->count = 0;
    if (!group->opened) {
        return true;
    }
    group->opened = false;
    return open_group(g, other, err) &&
           g->sink->merge(g->sink->context, group->sink_id, other->sink_id, err);
}

bool hr__groups_finish(struct hr__groups *g, size_t top, size_t *ret_workloads,
                       struct hr_error *err)
{
    struct hr__group **ranked = calloc(HR__GROUPS_MAX, sizeof *ranked);
    if (ranked == NULL) {
        return hr_fail_memory(err);
    }
    size_t n = 0;
    for (size_t i = HR__GROUP_FIRST; i < g->count; i++) {
        ranked[n++] = &g->group[i];
    }
    qsort(ranked, n, sizeof *ranked, by_count);
    bool done = flush_group(g, &g->group[HR__GROUP_OTHER], err);
    for (size_t i = top; done && i < n; i++) {
        done = move_to_other(g, ranked[i], err);
    }
    done = done && put_block(g, &g->group[HR__GROUP_OTHER], err);
    *ret_workloads = 0;
    for (size_t i = 0; done && i < g->count; i++) {
        done = flush_group(g, &g->group[i], err);
        *ret_workloads += g->group[i].opened;
    }
    free(ranked);
    return done;
}
