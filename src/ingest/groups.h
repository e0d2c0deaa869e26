/* groups.h: the workloads of an import and the invocations that wait for their sink.
 *
 * Up to HR__GROUPS_MAX names get a group; later ones fall into (other). Rows wait in small pages
 * of one pool, so that memory is bounded whatever the number of groups; a group that fills a block,
 * or the largest one when the pool is empty, goes to the sink. When all files are read, the groups
 * beyond the top are merged into (other). Hot: hr__groups_add, once an invocation.
 */
#ifndef INGEST_GROUPS_H
#define INGEST_GROUPS_H

#include "headroom/workload.h"

#define HR__GROUPS_MAX ((size_t)4096)
#define HR__PAGE_ROWS  ((size_t)128)
#define HR__PAGES      ((size_t)4608) /* 589,824 rows of 48 bytes: 27 MiB */

/* The groups that every import has room for; they get no workload while nothing is in them. */
enum { HR__GROUP_OTHER, HR__GROUP_NOT_FOUND, HR__GROUP_STATIC, HR__GROUP_FIRST };

/* One invocation as it waits: row by row, so that an invocation touches one cache line of its
 * group; fields as in struct hr_columns. */
struct hr__row {
    int64_t arrival_us, duration_us, bytes, memory_kb, init_us;
    uint16_t status;
};
struct hr__page {
    struct hr__row row[HR__PAGE_ROWS];
    uint32_t next; /* page number, or HR__NO_PAGE */
};
#define HR__NO_PAGE UINT32_MAX
/* One allocation in huge pages, its busiest parts first. */
struct hr__pool {
    int64_t spare[HR_BLOCK_ROWS]; /* for sorting the block */
    uint32_t order[HR_BLOCK_ROWS];
    struct hr__page pages[HR__PAGES];
};

struct hr__group {
    const char *name;
    size_t name_len;
    uint32_t sink_id; /* valid when opened */
    bool opened;      /* the sink knows it */
    uint32_t first_page, last_page;
    size_t waiting;         /* rows in pages */
    uint64_t count;         /* invocations ever */
    uint64_t with_duration; /* of them */
    enum hr_trigger trigger;
    enum hr_origin trigger_origin;
    enum hr_span span;
    const char *service;    /* distribution that the log tells of all of them, or NULL */
    int64_t memory_size_kb; /* configured, the largest seen; HR_UNKNOWN */
};

struct hr__groups {
    struct hr_arena arena; /* names */
    struct hr__group *group;
    size_t count;
    uint32_t *slots; /* open addressing over names: group + 1, 0 empty */
    struct hr__pool *pool;
    uint32_t free_page; /* list of pages given back */
    size_t used_pages;  /* pages ever touched: a small import leaves most of the pool untouched */
    struct hr_columns block; /* one block being gathered */
    const struct hr_sink *sink;
};

bool hr__groups_init(struct hr__groups *groups, const struct hr_sink *sink, struct hr_error *err);
void hr__groups_clear(struct hr__groups *groups); /* accepts zeroed */
/* The group of a name (foreign bytes are made clean); a new one beyond the limit is (other). */
bool hr__groups_find(struct hr__groups *groups, const char *name, size_t len, uint32_t *ret,
                     struct hr_error *err);
/* Whether the name has a group already. */
bool hr__groups_known(const struct hr__groups *groups, const char *name, size_t len, uint32_t *ret);
bool hr__groups_add(struct hr__groups *groups, uint32_t group, const struct hr__row *row,
                    struct hr_error *err);
/* Sends all that waits, after moving the tail beyond `top` into (other). The groups that are left
 * are those with `opened`; *ret_workloads is their number. */
bool hr__groups_finish(struct hr__groups *groups, size_t top, size_t *ret_workloads,
                       struct hr_error *err);

#endif
