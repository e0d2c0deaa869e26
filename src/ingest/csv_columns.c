/* csv_columns.c: which column is what. A name that tells no unit is asked for, never guessed. */
#include "ingest/csv_columns.h"

#include <string.h>

#define LIST_MAX     300 /* bytes of a list of column names in a sentence */
#define NAME_MAX_LEN 64  /* bytes of a column's name that nobody mapped */

/* Names that are understood without --map; a suffix _ns _us _ms _s tells the unit of a time. */
static const struct {
    const char *name;
    enum hr__field field;
    const char *unit; /* NULL: none in the name */
} known[] = {
    {"time", HR__TIME, NULL},
    {"timestamp", HR__TIME, NULL},
    {"ts", HR__TIME, NULL},
    {"start", HR__TIME, NULL},
    {"start_time", HR__TIME, NULL},
    {"arrival", HR__TIME, NULL},
    {"time_ms", HR__TIME, "ms"},
    {"time_us", HR__TIME, "us"},
    {"time_s", HR__TIME, "s"},
    {"timestamp_ms", HR__TIME, "ms"},
    {"start_ms", HR__TIME, "ms"},
    {"start_us", HR__TIME, "us"},
    {"arrival_ms", HR__TIME, "ms"},
    {"arrival_us", HR__TIME, "us"},
    {"arrival_s", HR__TIME, "s"},
    {"end", HR__END, NULL},
    {"end_time", HR__END, NULL},
    {"end_timestamp", HR__END, NULL},
    {"end_ms", HR__END, "ms"},
    {"end_us", HR__END, "us"},
    {"duration_ns", HR__DURATION, "ns"},
    {"duration_us", HR__DURATION, "us"},
    {"duration_ms", HR__DURATION, "ms"},
    {"duration_s", HR__DURATION, "s"},
    {"workload", HR__WORKLOAD, NULL},
    {"status", HR__STATUS, NULL},
    {"trigger", HR__TRIGGER, NULL},
    {"memory_kb", HR__MEMORY, "KB"},
    {"memory_mb", HR__MEMORY, "MB"},
    {"memory_size_mb", HR__MEMORY_SIZE, "MB"},
    {"bytes", HR__BYTES, "B"},
    {"init_ms", HR__INIT, "ms"},
    {"init_us", HR__INIT, "us"},
};

struct header {
    const char *file; /* for sentences */
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t count;
    char delimiter;
};

static bool split_header(const struct hr__head *head, struct header *ret)
{
    if (head->line_count == 0) {
        return false;
    }
    const char *text = head->lines[0].text;
    size_t len = head->lines[0].len;
    ret->file = head->file;
    ret->delimiter = hr__cells_delimiter(text, len);
    return hr__cells_split(text, len, ret->delimiter, ret->cells, HR__ROW_FIELDS, &ret->count) &&
           ret->count <= HR__ROW_FIELDS;
}

static bool is_named(struct hr__cell cell, const char *name, size_t len)
{
    return cell.len == len && strncasecmp(cell.text, name, len) == 0;
}

/* The column's place; `#3` is the third. Exact case first, so that Time and time can differ. */
static size_t find_column(const struct header *header, const char *name, size_t len, size_t *times)
{
    size_t found = HR__NO_COLUMN;
    *times = 0;
    for (int any_case = 0; any_case < 2 && found == HR__NO_COLUMN; any_case++) {
        for (size_t i = 0; i < header->count; i++) {
            struct hr__cell cell = header->cells[i];
            if (any_case ? is_named(cell, name, len)
                         : cell.len == len && memcmp(cell.text, name, len) == 0) {
                found = found == HR__NO_COLUMN ? i : found;
                (*times)++;
            }
        }
    }
    int64_t place;
    if (found == HR__NO_COLUMN && len > 1 && name[0] == '#' &&
        hr__natural(name + 1, len - 1, &place) && place >= 1 && place <= (int64_t)header->count) {
        *times = 1;
        found = (size_t)place - 1;
    }
    return found;
}

/* `"app", "func"`, for a sentence. */
static const char *list_columns(const struct header *header, char list[LIST_MAX])
{
    struct hr_text text = {.max = LIST_MAX / 5};
    for (size_t i = 0; i < header->count && !text.failed; i++) {
        hr_text_puts(&text, i == 0 ? "" : ", ");
        hr_text_add_clean(&text, header->cells[i].text, header->cells[i].len);
    }
    (void)snprintf(list, LIST_MAX, "%s%s", text.data == NULL ? "" : text.data,
                   text.failed ? "..." : "");
    hr_text_clear(&text);
    return list;
}

static bool set_column(struct hr__csv_columns *columns, enum hr__field field, size_t place,
                       const struct hr__unit *unit)
{
    columns->column[field] = place;
    columns->unit[field] = unit;
    columns->field_of[place] = (uint8_t)field;
    return true;
}

static bool map_one(const struct header *header, const struct hr__map *map, struct hr__cell name,
                    size_t *place, struct hr_error *err)
{
    char list[LIST_MAX];
    size_t times;
    *place = find_column(header, name.text, name.len, &times);
    if (*place == HR__NO_COLUMN) {
        return hr_fail(err, HR_EUSAGE,
                       "--map %s: the header of %s has no column \"%.*s\"; it has %s", map->option,
                       header->file, (int)name.len, name.text, list_columns(header, list));
    }
    return times == 1 ||
           hr_fail(err, HR_EINPUT,
                   "%s:1: the column \"%.*s\" stands in the header %zu times; name one by its "
                   "place, as in --map %s=#%zu",
                   header->file, (int)name.len, name.text, times, hr__field_name(map->field),
                   *place + 1);
}

static bool apply_maps(const struct header *header, const struct hr__maps *maps,
                       struct hr__csv_columns *ret, struct hr_error *err)
{
    for (size_t i = 0; i < maps->count; i++) {
        const struct hr__map *map = &maps->map[i];
        size_t place, times;
        const char *plus =
            map->field == HR__WORKLOAD ? memchr(map->column, '+', map->column_len) : NULL;
        if (plus != NULL &&
            find_column(header, map->column, map->column_len, &times) == HR__NO_COLUMN) {
            size_t first = (size_t)(plus - map->column);
            struct hr__cell left = {map->column, first};
            struct hr__cell right = {plus + 1, map->column_len - first - 1};
            if (!map_one(header, map, right, &ret->workload_second, err) ||
                !map_one(header, map, left, &place, err)) {
                return false;
            }
            ret->field_of[ret->workload_second] = HR__WORKLOAD;
        } else if (!map_one(header, map, (struct hr__cell){map->column, map->column_len}, &place,
                            err)) {
            return false;
        }
        (void)set_column(ret, map->field, place, map->unit);
    }
    return true;
}

static bool guess_columns(const struct header *header, struct hr__csv_columns *ret,
                          struct hr_error *err)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t times, len = strlen(known[k].name);
        enum hr__field field = known[k].field;
        if (ret->column[field] != HR__NO_COLUMN) {
            continue; /* mapped, or found under an earlier name */
        }
        size_t place = find_column(header, known[k].name, len, &times);
        if (place == HR__NO_COLUMN || ret->field_of[place] != HR__FIELD_COUNT) {
            continue;
        }
        if (times > 1) {
            return hr_fail(
                err, HR_EINPUT,
                "%s:1: the column \"%s\" stands in the header %zu times; name one by its "
                "place, as in --map %s=#%zu",
                header->file, known[k].name, times, hr__field_name(field), place + 1);
        }
        const char *unit = known[k].unit;
        (void)set_column(
            ret, field, place,
            unit == NULL ? NULL
                         : hr__unit_find(unit, strlen(unit),
                                         hr__field_is_size(field) ? HR__UNIT_SIZE : HR__UNIT_TIME));
    }
    return true;
}

/* Sizes have usual units; a duration's must be told. */
static bool settle_units(const struct header *header, struct hr__csv_columns *ret,
                         struct hr_error *err)
{
    size_t times, bare = find_column(header, "duration", 8, &times);
    bool needs = ret->column[HR__DURATION] != HR__NO_COLUMN && ret->unit[HR__DURATION] == NULL;
    if (needs || (ret->column[HR__DURATION] == HR__NO_COLUMN && bare != HR__NO_COLUMN &&
                  ret->field_of[bare] == HR__FIELD_COUNT)) {
        struct hr__cell cell = header->cells[needs ? ret->column[HR__DURATION] : bare];
        return hr_fail(err, HR_EUSAGE,
                       "%s:1: nobody knows the unit of the column \"%.*s\"; tell it with --map "
                       "duration=%.*s:ms (or ns, us, s, min)",
                       header->file, (int)cell.len, cell.text, (int)cell.len, cell.text);
    }
    if (ret->column[HR__INIT] != HR__NO_COLUMN && ret->unit[HR__INIT] == NULL) {
        return hr_fail(err, HR_EUSAGE, "--map init=...: tell its unit, as in init=COLUMN:ms");
    }
    static const struct {
        enum hr__field field;
        const char *unit;
    } usual[] = {{HR__MEMORY, "MB"}, {HR__MEMORY_SIZE, "MB"}, {HR__BYTES, "B"}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (ret->unit[usual[i].field] == NULL) {
            ret->unit[usual[i].field] =
                hr__unit_find(usual[i].unit, strlen(usual[i].unit), HR__UNIT_SIZE);
        }
    }
    return true;
}

static bool find_all(const struct header *header, const struct hr__maps *maps,
                     struct hr__csv_columns *ret, struct hr_error *err)
{
    *ret = (struct hr__csv_columns){
        .delimiter = header->delimiter, .count = header->count, .workload_second = HR__NO_COLUMN};
    for (size_t i = 0; i < HR__FIELD_COUNT; i++) {
        ret->column[i] = HR__NO_COLUMN;
    }
    memset(ret->field_of, HR__FIELD_COUNT, sizeof ret->field_of);
    return apply_maps(header, maps, ret, err) && guess_columns(header, ret, err);
}

/* Names, not values: a JSON line or a row of numbers has commas too. */
static bool looks_like_names(const struct header *header)
{
    for (size_t i = 0; i < header->count; i++) {
        struct hr__cell cell = header->cells[i];
        if (cell.len == 0 || cell.len > NAME_MAX_LEN ||
            (cell.text[0] >= '0' && cell.text[0] <= '9') ||
            memchr(cell.text, '{', cell.len) != NULL || memchr(cell.text, '=', cell.len) != NULL) {
            return false;
        }
    }
    return header->count > 1;
}

double hr__csv_score(const struct hr__format *format, const struct hr__head *head,
                     const struct hr_ingest_options *options)
{
    (void)format;
    struct header header;
    struct hr__maps maps;
    struct hr__csv_columns columns;
    size_t fits = 0, cells;
    if (!split_header(head, &header) || head->lines[0].text[0] == '{' ||
        head->lines[0].text[0] == '[') { /* JSON has commas and quoted names too */
        return 0;
    }
    for (size_t i = 1; i < head->line_count; i++) {
        fits += !hr__cells_split(head->lines[i].text, head->lines[i].len, header.delimiter, NULL, 0,
                                 &cells) ||
                cells == header.count; /* an open quote may go on in the next line */
    }
    double share = head->line_count == 1 ? 1 : (double)fits / (double)(head->line_count - 1);
    bool understood =
        hr__maps_parse(options, &maps, NULL) && find_all(&header, &maps, &columns, NULL) &&
        (columns.column[HR__TIME] != HR__NO_COLUMN || columns.column[HR__END] != HR__NO_COLUMN);
    return understood ? share : looks_like_names(&header) ? share / 2 : 0;
}

/* The cells of one column over the head's rows. */
static size_t sample(const struct hr__head *head, const struct hr__csv_columns *columns,
                     size_t place, struct hr__cell ret[HR__HEAD_LINES])
{
    struct hr__cell cells[HR__ROW_FIELDS];
    size_t n = 0, count;
    for (size_t i = 1; i < head->line_count; i++) {
        bool whole = hr__cells_split(head->lines[i].text, head->lines[i].len, columns->delimiter,
                                     cells, HR__ROW_FIELDS, &count);
        /* of a row that goes on in the next line, the cells before the open quote */
        if ((whole ? count == columns->count : place < count) && cells[place].len > 0) {
            ret[n++] = cells[place];
        }
    }
    return n;
}

static int64_t quantum_of_digits(int digits)
{
    int64_t quantum = HR_SECOND;
    for (int i = 0; i < digits && quantum > 1; i++) {
        quantum /= 10;
    }
    return quantum;
}

/* Fraction digits of an ISO time's seconds. */
static int iso_digits(struct hr__cell cell)
{
    const char *point = memchr(cell.text, '.', cell.len);
    int digits = 0;
    for (; point != NULL && ++point < cell.text + cell.len && *point >= '0' && *point <= '9';) {
        digits++;
    }
    return digits;
}

/* s, ms, us or ns by magnitude: the ranges of the years 1973 to 2200 do not overlap. */
static const struct hr__unit *epoch_unit(double largest)
{
    const char *name = largest < 1e11 ? "s" : largest < 1e14 ? "ms" : largest < 1e17 ? "us" : "ns";
    return hr__unit_find(name, strlen(name), HR__UNIT_TIME);
}

#define EPOCH_FROM_US 1e14 /* March 1973: numbers below are relative to a start */

static void settle_number(struct hr__time_column *column, const struct hr__unit *unit,
                          double largest, int digits, const struct hr_ingest_options *options)
{
    const struct hr__unit *guess = unit != NULL ? unit : epoch_unit(largest);
    double us = largest * (double)guess->times / (double)guess->per;
    column->unit = guess;
    column->form =
        us >= EPOCH_FROM_US && options->epoch == NULL ? HR__FORM_EPOCH : HR__FORM_RELATIVE;
    column->start_us = options->epoch == NULL ? 0 : *options->epoch;
    int64_t quantum = guess->per > 1 ? 1 : guess->times;
    for (int i = 0; i < digits && quantum > 1; i++) {
        quantum /= 10;
    }
    column->resolution_us = column->form == HR__FORM_RELATIVE && quantum >= HR__PLACE_FROM_US
                                ? 1 /* of a generator or a trace: meant as they stand */
                                : quantum;
}

/* Decides how a time column is read, from its first cells. */
static void settle_time(struct hr__time_column *column, const struct hr__cell *cells, size_t n,
                        const struct hr__unit *unit, const struct hr_ingest_options *options)
{
    size_t numbers = 0;
    double largest = 0;
    int digits = 0, iso = 0;
    for (size_t i = 0; i < n; i++) {
        double value;
        int fraction = hr__fraction_digits(cells[i].text, cells[i].len);
        bool has_offset;
        int64_t time;
        if (hr_parse_double(cells[i].text, cells[i].len, &value)) {
            numbers++;
            largest = value > largest ? value : largest;
            digits = fraction > digits ? fraction : digits;
        } else if (hr_time_parse_iso(cells[i].text, cells[i].len, &time, &has_offset)) {
            column->zoneless |= !has_offset;
            iso = iso_digits(cells[i]) > iso ? iso_digits(cells[i]) : iso;
        }
    }
    if (numbers > 0 && 2 * numbers >= n) {
        settle_number(column, unit, largest, digits, options);
        return;
    }
    column->form = HR__FORM_ISO;
    column->resolution_us = quantum_of_digits(iso);
}

bool hr__time_read(struct hr__time_column *column, const char *text, size_t len, int64_t *ret,
                   int64_t *resolution)
{
    if (column->form == HR__FORM_ISO) {
        if (*resolution >= HR__PLACE_FROM_US) { /* a finer stamp than the first ones */
            int64_t quantum = quantum_of_digits(iso_digits((struct hr__cell){text, len}));
            *resolution = quantum < *resolution ? quantum : *resolution;
        }
        return hr__iso_time(&column->clock, text, len, ret);
    }
    int64_t value;
    if (!hr__number(text, len, column->unit, &value)) {
        return false;
    }
    return !__builtin_add_overflow(value, column->form == HR__FORM_RELATIVE ? column->start_us : 0,
                                   ret);
}

bool hr__csv_columns_find(struct hr__reader *reader, const struct hr__head *head,
                          struct hr__csv_columns *ret, struct hr_error *err)
{
    struct header header;
    struct hr__maps maps;
    struct hr__cell cells[HR__HEAD_LINES];
    char list[LIST_MAX];
    const char *file = reader->file->file;
    if (!split_header(head, &header)) {
        return hr_fail(err, HR_EINPUT,
                       "%s:1: the header of a CSV is not to be read: a quote is open, or there are "
                       "more than %d columns",
                       file, HR__ROW_FIELDS);
    }
    if (!hr__maps_parse(reader->options, &maps, err) || !find_all(&header, &maps, ret, err)) {
        return false;
    }
    if (ret->column[HR__TIME] == HR__NO_COLUMN && ret->column[HR__END] == HR__NO_COLUMN) {
        return hr_fail(
            err, HR_EINPUT,
            "%s:1: no column tells a time (time, timestamp, ts, start, arrival, end); the "
            "header has %s; name one with --map time=COLUMN or --map end=COLUMN",
            file, list_columns(&header, list));
    }
    if (!settle_units(&header, ret, err)) {
        return false;
    }
    if (ret->column[HR__TIME] != HR__NO_COLUMN) {
        struct hr__cell name = header.cells[ret->column[HR__TIME]];
        ret->time_is_end = ret->column[HR__END] == HR__NO_COLUMN && name.len >= 3 &&
                           strncasecmp(name.text, "end", 3) == 0;
        settle_time(&ret->time, cells, sample(head, ret, ret->column[HR__TIME], cells),
                    ret->unit[HR__TIME], reader->options);
    }
    if (ret->column[HR__END] != HR__NO_COLUMN) {
        settle_time(&ret->end, cells, sample(head, ret, ret->column[HR__END], cells),
                    ret->unit[HR__END], reader->options);
    }
    return true;
}
