/* ltsv.c: labelled values with TABs between, as web servers in Japan like to write them.
 *
 *   time:2025-03-03T10:11:12+09:00<TAB>method:GET<TAB>uri:/a<TAB>status:200<TAB>apptime:0.057
 *
 * http://ltsv.org/. Usual labels are known; others are told by --map duration=LABEL:UNIT. The
 * labels of a line may stand in any order, and some may be missing. A server's line is written at
 * its END.
 */
#include <stdlib.h>
#include <string.h>

#include "ingest/table.h"

#define LABELS_MAX 64
#define LABEL_MAX  40 /* bytes of a label */

struct labels {
    struct hr__cell name[LABELS_MAX];
    size_t count;
    const struct hr__head *head;
};

struct ltsv {
    struct hr__table table;
    struct labels labels;
    struct hr_arena arena; /* texts of labels */
    struct hr__cell cells[LABELS_MAX];
};

/* The pair at *at, behind which *at moves; false for a field that is none. */
static bool next_pair(const char **at, const char *end, struct hr__cell *label,
                      struct hr__cell *value)
{
    const char *tab = memchr(*at, '\t', (size_t)(end - *at));
    const char *stop = tab == NULL ? end : tab;
    const char *colon = memchr(*at, ':', (size_t)(stop - *at));
    if (colon == NULL || colon == *at || colon - *at > LABEL_MAX) {
        return false;
    }
    *label = (struct hr__cell){*at, (size_t)(colon - *at)};
    *value = (struct hr__cell){colon + 1, (size_t)(stop - colon) - 1};
    *at = stop < end ? stop + 1 : end;
    return memchr(label->text, ' ', label->len) == NULL;
}

/* The label's number, looked for from the one that is due; LABELS_MAX when it is none of them. */
static size_t find_label(const struct labels *labels, struct hr__cell label, size_t due)
{
    for (size_t i = 0; i < labels->count; i++) {
        size_t k = (due + i) % labels->count;
        if (labels->name[k].len == label.len &&
            memcmp(labels->name[k].text, label.text, label.len) == 0) {
            return k;
        }
    }
    return LABELS_MAX;
}

/* The values of a line in the order of the labels; false for a line that is none. */
static bool cut_line(const struct labels *labels, const char *text, size_t len,
                     struct hr__cell *cells)
{
    const char *at = text, *end = text + len;
    size_t pairs = 0;
    for (size_t i = 0; i < labels->count; i++) {
        cells[i] = (struct hr__cell){"", 0};
    }
    while (at < end) {
        struct hr__cell label, value;
        if (!next_pair(&at, end, &label, &value)) {
            return false;
        }
        size_t k = find_label(labels, label, pairs++);
        if (k != LABELS_MAX && !hr__cell_missing(value)) {
            cells[k] = value;
        }
    }
    return pairs > 1;
}

static size_t sample(const void *context, size_t place, struct hr__cell ret[HR__HEAD_LINES])
{
    const struct labels *labels = context;
    struct hr__cell cells[LABELS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < labels->head->line_count; i++) {
        if (cut_line(labels, labels->head->lines[i].text, labels->head->lines[i].len, cells) &&
            cells[place].len > 0) {
            ret[n++] = cells[place];
        }
    }
    return n;
}

static struct hr__names names_of(const struct labels *labels)
{
    return (struct hr__names){.file = labels->head->file,
                              .what = "record",
                              .cells = labels->name,
                              .count = labels->count,
                              .more = hr__known_web,
                              .sample = sample,
                              .context = labels};
}

/* The labels of the first lines, as they stand there. */
static void gather_labels(struct labels *labels, const struct hr__head *head)
{
    labels->head = head;
    for (size_t i = 0; i < head->line_count; i++) {
        const char *at = head->lines[i].text, *end = at + head->lines[i].len;
        struct hr__cell label, value;
        while (at < end && next_pair(&at, end, &label, &value)) {
            if (labels->count < LABELS_MAX &&
                find_label(labels, label, labels->count) == LABELS_MAX) {
                labels->name[labels->count++] = label;
            }
        }
    }
}

static double score_ltsv(const struct hr__format *format, const struct hr__head *head,
                         const struct hr_ingest_options *options)
{
    struct labels labels = {.count = 0};
    struct hr__cell cells[LABELS_MAX];
    size_t fits = 0;
    (void)format;
    if (head->line_count == 0 || memchr(head->lines[0].text, '\t', head->lines[0].len) == NULL) {
        return 0;
    }
    gather_labels(&labels, head);
    for (size_t i = 0; i < head->line_count; i++) {
        fits += cut_line(&labels, head->lines[i].text, head->lines[i].len, cells);
    }
    struct hr__names names = names_of(&labels);
    double share = (double)fits / (double)head->line_count;
    return hr__columns_understood(&names, options) ? share : share / 2;
}

/* The labels outlive the first lines. */
static bool own_labels(struct ltsv *ltsv, struct hr_error *err)
{
    for (size_t i = 0; i < ltsv->labels.count; i++) {
        struct hr__cell *name = &ltsv->labels.name[i];
        name->text = hr_arena_copy(&ltsv->arena, name->text, name->len);
        if (name->text == NULL) {
            return hr_fail_memory(err);
        }
    }
    return true;
}

static bool open_ltsv(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    struct ltsv *ltsv = calloc(1, sizeof *ltsv);
    if (ltsv == NULL) {
        return hr_fail_memory(err);
    }
    reader->state = ltsv;
    gather_labels(&ltsv->labels, head);
    struct hr__names names = names_of(&ltsv->labels);
    reader->file->variant = "labelled values";
    if (!own_labels(ltsv, err) || !hr__columns_find(reader, &names, &ltsv->table.columns, err) ||
        !hr__table_open(&ltsv->table, reader, err)) {
        return false;
    }
    if (reader->stamp_origin != HR_SET && reader->stamp == HR_STAMP_START) {
        reader->stamp = HR_STAMP_END;
        reader->stamp_origin = HR_ASSUMED;
    }
    return hr__table_explain(&ltsv->table, reader, err);
}

static bool line_ltsv(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    struct ltsv *ltsv = reader->state;
    if (line->len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    return cut_line(&ltsv->labels, line->text, line->len, ltsv->cells)
               ? hr__table_row(&ltsv->table, reader, line, ltsv->cells, err)
               : hr__reject(reader, line, HR__NO_LINE, err);
}

static void close_ltsv(struct hr__reader *reader)
{
    struct ltsv *ltsv = reader->state;
    if (ltsv != NULL) {
        hr__table_close(&ltsv->table);
        hr_arena_clear(&ltsv->arena);
        free(ltsv);
    }
}

const struct hr__format hr__format_ltsv = {
    .about = {.name = "ltsv",
              .sentence = "labelled values with TABs between (time:... method:... uri:... "
                          "apptime:...); --map duration=LABEL:UNIT names others",
              .example = "time:2025-03-03T10:11:12+09:00\tmethod:GET\turi:/a\tstatus:200\t"
                         "apptime:0.057"},
    .score = score_ltsv,
    .open = open_ltsv,
    .line = line_ltsv,
    .end = hr__end_nothing,
    .close = close_ltsv,
};
