/* items.c: a month's usage as a table of items, and its bill.
 *
 *   service,item,quantity
 *   AWS Lambda,requests,3000000
 *   AWS Lambda,duration-x86,540000
 *
 * Lines are given to libcsv one by one, so that an error can name its line.
 */
#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "price/lines.h"

#define LINE_MAX_BYTES 4096
#define CELL_MAX       127
#define COLUMNS        3
static const char *const column_names[COLUMNS] = {"service", "item", "quantity"};
enum column { SERVICE, ITEM, QUANTITY };

struct cell {
    char text[CELL_MAX + 1];
    size_t len; /* as it was, also where the text is cut */
};

struct table {
    const struct hr_book *book;
    const char *name;
    struct hr_error *err;
    size_t line; /* from 1 */
    bool header_seen, failed;
    int place[COLUMNS]; /* of each column in a row */
    struct cell cells[COLUMNS];
    size_t cell_count; /* of the row being read, also those beyond the last column */
    struct hr__exact *sums;
};

static bool wrong(struct table *table, enum column column, const char *what, const char *found)
{
    table->failed = true;
    return hr_fail(table->err, HR_EINPUT, "%s:%zu: %s: %s, found `%.60s`", table->name, table->line,
                   column_names[column], what, found);
}

static void on_cell(void *bytes, size_t len, void *context)
{
    struct table *table = context;
    if (table->cell_count < COLUMNS) {
        struct cell *cell = &table->cells[table->cell_count];
        size_t kept = len < CELL_MAX ? len : CELL_MAX;
        if (kept > 0)
            memcpy(cell->text, bytes, kept);
        cell->text[kept] = '\0';
        cell->len = len;
    }
    table->cell_count++;
}

static bool read_header(struct table *table)
{
    for (int i = 0; i < COLUMNS; i++)
        table->place[i] = -1;
    for (int at = 0; at < COLUMNS && (size_t)at < table->cell_count; at++)
        for (int i = 0; i < COLUMNS; i++)
            if (strcasecmp(table->cells[at].text, column_names[i]) == 0)
                table->place[i] = at;
    bool all = table->cell_count == COLUMNS;
    for (int i = 0; i < COLUMNS; i++)
        all = all && table->place[i] >= 0;
    table->header_seen = true;
    table->failed = !all;
    return all || hr_fail(table->err, HR_EINPUT,
                          "%s:%zu: expected a header with the columns service, item and quantity",
                          table->name, table->line);
}

static bool find_item(struct table *table, const char *service, const char *id, size_t *ret)
{
    const struct hr_book *book = table->book;
    for (size_t i = 0; i < book->item_count; i++) {
        if (strcmp(book->items[i].id, id) != 0)
            continue;
        *ret = i;
        if (*service == '\0' || strcasecmp(service, book->items[i].service) == 0)
            return true;
        char what[160];
        snprintf(what, sizeof what, "item `%.60s` is of `%.60s`", id, book->items[i].service);
        return wrong(table, SERVICE, what, service);
    }
    char what[200];
    snprintf(what, sizeof what,
             "expected an item of book %.60s (`headroom models items %.60s` lists them)", book->id,
             book->id);
    return wrong(table, ITEM, what, id);
}

static bool read_row(struct table *table)
{
    if (table->cell_count != COLUMNS) {
        table->failed = true;
        return hr_fail(table->err, HR_EINPUT, "%s:%zu: expected %d cells, found %zu", table->name,
                       table->line, COLUMNS, table->cell_count);
    }
    const struct cell *quantity_cell = &table->cells[table->place[QUANTITY]];
    size_t item = 0;
    double quantity = 0;
    if (!find_item(table, table->cells[table->place[SERVICE]].text,
                   table->cells[table->place[ITEM]].text, &item))
        return false;
    if (quantity_cell->len > CELL_MAX ||
        !hr_parse_double(quantity_cell->text, quantity_cell->len, &quantity) || quantity < 0)
        return wrong(table, QUANTITY, "expected a number of 0 or more, such as 3000000 or 0.5",
                     quantity_cell->text);
    table->sums[item] = hr__exact_add(table->sums[item], hr__exact_decimal(quantity));
    return true;
}

static void on_row(int terminator, void *context)
{
    struct table *table = context;
    (void)terminator;
    if (!table->failed)
        (void)(table->header_seen ? read_row(table) : read_header(table));
    table->cell_count = 0;
}

static bool not_csv(struct table *table, struct csv_parser *parser)
{
    return hr_fail(table->err, HR_EINPUT,
                   "%s:%zu: is no CSV: a quote is not closed, or not doubled "
                   "(%s)",
                   table->name, table->line, csv_strerror(csv_error(parser)));
}

static bool read_lines(struct table *table, struct csv_parser *parser, FILE *in)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* of UTF-8, as spreadsheets write it */
    char line[LINE_MAX_BYTES];
    while (!table->failed && fgets(line, sizeof line, in)) {
        size_t len = strlen(line), skip = 0;
        table->line++;
        if (len == 0 || (line[len - 1] != '\n' && !feof(in)))
            return hr_fail(table->err, HR_ELIMIT,
                           "%s:%zu: a line has at most %d bytes, none of them NUL", table->name,
                           table->line, LINE_MAX_BYTES - 2);
        if (table->line == 1 && strncmp(line, mark, sizeof mark - 1) == 0)
            skip = sizeof mark - 1;
        if (csv_parse(parser, line + skip, len - skip, on_cell, on_row, table) != len - skip)
            return table->failed ? false : not_csv(table, parser);
    }
    if (table->failed)
        return false;
    if (ferror(in))
        return hr_fail(table->err, HR_EIO, "%s: cannot be read", table->name);
    if (csv_fini(parser, on_cell, on_row, table) != 0)
        return not_csv(table, parser);
    if (!table->failed && !table->header_seen)
        return hr_fail(table->err, HR_EINPUT,
                       "%s: is empty; expected a header with service, item and quantity",
                       table->name);
    return !table->failed;
}

bool hr_item_usage_read(const struct hr_book *book, const char *name, FILE *in,
                        struct hr_item_usage *ret, struct hr_error *err)
{
    struct table table = {.book = book, .name = name, .err = err};
    struct csv_parser parser;
    struct hr_item_usage usage = {.count = book->item_count};
    usage.quantity = calloc(book->item_count + 1, sizeof *usage.quantity);
    table.sums = calloc(book->item_count + 1, sizeof *table.sums);
    bool started = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
    bool read = usage.quantity && table.sums && started ? read_lines(&table, &parser, in)
                                                        : hr_fail_memory(err);
    for (size_t i = 0; read && i < usage.count; i++)
        usage.quantity[i] = table.sums[i].high;
    if (started)
        csv_free(&parser);
    free(table.sums);
    if (!read) {
        hr_item_usage_clear(&usage);
        return false;
    }
    *ret = usage;
    return true;
}

void hr_item_usage_clear(struct hr_item_usage *usage)
{
    if (!usage)
        return;
    free(usage->quantity);
    *usage = (struct hr_item_usage){0};
}

bool hr_bill_items(const struct hr_book *book, const struct hr_item_usage *usage,
                   const struct hr_bill_options *options, struct hr_bill *ret, struct hr_error *err)
{
    struct hr__writer writer;
    if (usage->count != book->item_count)
        return hr_fail(err, HR_EINPUT, "this usage was read for another price book than %s",
                       book->id);
    if (!hr__lines_begin(&writer, book, options, err))
        return false;
    for (size_t i = 0; i < usage->count; i++) {
        if (!hr__lines_add(&writer, &book->items[i], HR_METER_COUNT, usage->quantity[i], 0, err)) {
            hr_bill_clear(&writer.bill);
            return false;
        }
    }
    hr__lines_end(&writer, ret);
    return true;
}
