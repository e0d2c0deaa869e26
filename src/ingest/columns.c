/* columns.c: which column is what. A name that tells no unit is asked for, never guessed. */
#include "ingest/columns.h"

#include <string.h>

#define LIST_MAX 300 /* bytes of a list of column names in a sentence */

/* Names that are understood without --map; a suffix _ns _us _ms _s tells the unit of a time. */
static const struct hr__known known_plain[] = {
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
    {NULL, HR__FIELD_COUNT, NULL},
};

/* nginx's variables, whose times are the END, and labels that are usual in LTSV; of durations the
 * innermost first. */
const struct hr__known hr__known_web[] = {
    {"time_iso8601", HR__END, NULL},
    {"time_local", HR__END, NULL},
    {"msec", HR__END, "s"},
    {"upstream_response_time", HR__DURATION, "s"},
    {"request_time", HR__DURATION, "s"},
    {"apptime", HR__DURATION, "s"},
    {"reqtime", HR__DURATION, "s"},
    {"body_bytes_sent", HR__BYTES, "B"},
    {"bytes_sent", HR__BYTES, "B"},
    {"size", HR__BYTES, "B"},
    {"request", HR__REQUEST, NULL},
    {"req", HR__REQUEST, NULL},
    {"request_method", HR__METHOD, NULL},
    {"method", HR__METHOD, NULL},
    {"request_uri", HR__PATH, NULL},
    {"uri", HR__PATH, NULL},
    {"url", HR__PATH, NULL},
    {"path", HR__PATH, NULL},
    {NULL, HR__FIELD_COUNT, NULL},
};

static bool is_named(struct hr__cell cell, const char *name, size_t len)
{
    return cell.len == len && strncasecmp(cell.text, name, len) == 0;
}

/* The column's place; `#3` is the third. Exact case first, so that Time and time can differ. */
static size_t find_column(const struct hr__names *names, const char *name, size_t len,
                          size_t *times)
{
    size_t found = HR__NO_COLUMN;
    *times = 0;
    if (names->form == HR__NAMES_PATHS && len > 1 && name[0] == '.') {
        name++;
        len--;
    }
    int cases = names->form == HR__NAMES_EXACT ? 1 : 2;
    for (int any_case = 0; any_case < cases && found == HR__NO_COLUMN; any_case++) {
        for (size_t i = 0; i < names->count; i++) {
            struct hr__cell cell = names->cells[i];
            if (any_case ? is_named(cell, name, len)
                         : cell.len == len && memcmp(cell.text, name, len) == 0) {
                found = found == HR__NO_COLUMN ? i : found;
                (*times)++;
            }
        }
    }
    int64_t place;
    if (found == HR__NO_COLUMN && len > 1 && name[0] == '#' &&
        hr__natural(name + 1, len - 1, &place) && place >= 1 && place <= (int64_t)names->count) {
        *times = 1;
        found = (size_t)place - 1;
    }
    return found;
}

/* `"app", "func"`, for a sentence. */
static const char *list_columns(const struct hr__names *names, char list[LIST_MAX])
{
    struct hr_text text = {.max = LIST_MAX / 5};
    for (size_t i = 0; i < names->count && !text.failed; i++) {
        hr_text_puts(&text, i == 0 ? "" : ", ");
        hr_text_add_clean(&text, names->cells[i].text, names->cells[i].len);
    }
    (void)snprintf(list, LIST_MAX, "%s%s", text.data == NULL ? "" : text.data,
                   text.failed ? "..." : "");
    hr_text_clear(&text);
    return list;
}

static bool set_column(struct hr__columns *columns, enum hr__field field, size_t place,
                       const struct hr__unit *unit)
{
    columns->column[field] = place;
    columns->unit[field] = unit;
    columns->field_of[place] = (uint8_t)field;
    return true;
}

static bool map_one(const struct hr__names *names, const struct hr__map *map, struct hr__cell name,
                    size_t *place, struct hr_error *err)
{
    char list[LIST_MAX];
    size_t times;
    *place = find_column(names, name.text, name.len, &times);
    if (*place == HR__NO_COLUMN) {
        return hr_fail(err, HR_EUSAGE, "--map %s: the %s of %s has no column \"%.*s\"; it has %s",
                       map->option, names->what, names->file, (int)name.len, name.text,
                       list_columns(names, list));
    }
    return times == 1 ||
           hr_fail(err, HR_EINPUT,
                   "%s:1: the column \"%.*s\" stands in the %s %zu times; name one by its "
                   "place, as in --map %s=#%zu",
                   names->file, (int)name.len, name.text, names->what, times,
                   hr__field_name(map->field), *place + 1);
}

static bool apply_maps(const struct hr__names *names, const struct hr__maps *maps,
                       struct hr__columns *ret, struct hr_error *err)
{
    for (size_t i = 0; i < maps->count; i++) {
        const struct hr__map *map = &maps->map[i];
        size_t place, times;
        const char *plus =
            map->field == HR__WORKLOAD ? memchr(map->column, '+', map->column_len) : NULL;
        if (plus != NULL &&
            find_column(names, map->column, map->column_len, &times) == HR__NO_COLUMN) {
            size_t first = (size_t)(plus - map->column);
            struct hr__cell left = {map->column, first};
            struct hr__cell right = {plus + 1, map->column_len - first - 1};
            if (!map_one(names, map, right, &ret->workload_second, err) ||
                !map_one(names, map, left, &place, err)) {
                return false;
            }
            ret->field_of[ret->workload_second] = HR__WORKLOAD;
        } else if (!map_one(names, map, (struct hr__cell){map->column, map->column_len}, &place,
                            err)) {
            return false;
        }
        (void)set_column(ret, map->field, place, map->unit);
    }
    return true;
}

static const struct hr__unit *unit_of(const struct hr__known *known)
{
    enum hr__unit_kind kind = hr__field_is_size(known->field) ? HR__UNIT_SIZE : HR__UNIT_TIME;
    return known->unit == NULL ? NULL : hr__unit_find(known->unit, strlen(known->unit), kind);
}

static bool guess_columns(const struct hr__names *names, const struct hr__known *known,
                          struct hr__columns *ret, struct hr_error *err)
{
    for (; known->name != NULL; known++) {
        size_t times, len = strlen(known->name);
        enum hr__field field = known->field;
        if (ret->column[field] != HR__NO_COLUMN) {
            continue; /* mapped, or found under an earlier name */
        }
        size_t place = find_column(names, known->name, len, &times);
        if (place == HR__NO_COLUMN || ret->field_of[place] != HR__FIELD_COUNT) {
            continue;
        }
        if (times > 1) {
            return hr_fail(err, HR_EINPUT,
                           "%s:1: the column \"%s\" stands in the %s %zu times; name one by its "
                           "place, as in --map %s=#%zu",
                           names->file, known->name, names->what, times, hr__field_name(field),
                           place + 1);
        }
        (void)set_column(ret, field, place, unit_of(known));
    }
    return true;
}

/* Sizes have usual units; a duration's must be told. */
static bool settle_units(const struct hr__names *names, struct hr__columns *ret,
                         struct hr_error *err)
{
    size_t times, bare = find_column(names, "duration", 8, &times);
    bool needs = ret->column[HR__DURATION] != HR__NO_COLUMN && ret->unit[HR__DURATION] == NULL;
    if (needs || (ret->column[HR__DURATION] == HR__NO_COLUMN && bare != HR__NO_COLUMN &&
                  ret->field_of[bare] == HR__FIELD_COUNT)) {
        struct hr__cell cell = names->cells[needs ? ret->column[HR__DURATION] : bare];
        return hr_fail(err, HR_EUSAGE,
                       "%s:1: nobody knows the unit of the column \"%.*s\"; tell it with --map "
                       "duration=%.*s:ms (or ns, us, s, min)",
                       names->file, (int)cell.len, cell.text, (int)cell.len, cell.text);
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

static void clear_columns(const struct hr__names *names, struct hr__columns *ret)
{
    *ret = (struct hr__columns){.count = names->count, .workload_second = HR__NO_COLUMN};
    for (size_t i = 0; i < HR__FIELD_COUNT; i++) {
        ret->column[i] = HR__NO_COLUMN;
    }
    memset(ret->field_of, HR__FIELD_COUNT, sizeof ret->field_of);
}

static bool find_all(const struct hr__names *names, const struct hr__maps *maps,
                     struct hr__columns *ret, struct hr_error *err)
{
    clear_columns(names, ret);
    return apply_maps(names, maps, ret, err) &&
           (names->more == NULL || guess_columns(names, names->more, ret, err)) &&
           guess_columns(names, known_plain, ret, err);
}

static bool has_time(const struct hr__columns *columns)
{
    return columns->column[HR__TIME] != HR__NO_COLUMN || columns->column[HR__END] != HR__NO_COLUMN;
}

bool hr__columns_understood(const struct hr__names *names, const struct hr_ingest_options *options)
{
    struct hr__maps maps;
    struct hr__columns columns;
    return hr__maps_parse(options, &maps, NULL) && find_all(names, &maps, &columns, NULL) &&
           has_time(&columns);
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

/* `03/Mar/2025:10:11:12 +0100`, perhaps in brackets. */
static bool read_clf(struct hr__time_column *column, const char *text, size_t len, int64_t *ret)
{
    if (len == HR__CLF_LEN + 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    return len == HR__CLF_LEN && hr__clf_time(&column->clf, text, ret);
}

/* Decides how a time column is read, from its first cells. */
static void settle_time(struct hr__time_column *column, const struct hr__cell *cells, size_t n,
                        const struct hr__unit *unit, const struct hr_ingest_options *options)
{
    size_t numbers = 0, clf = 0;
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
        } else {
            clf += read_clf(column, cells[i].text, cells[i].len, &time);
        }
    }
    if (numbers > 0 && 2 * numbers >= n) {
        settle_number(column, unit, largest, digits, options);
        return;
    }
    column->form = clf > 0 && 2 * clf >= n ? HR__FORM_CLF : HR__FORM_ISO;
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
    if (column->form == HR__FORM_CLF) {
        return read_clf(column, text, len, ret);
    }
    int64_t value;
    if (!hr__number(text, len, column->unit, &value)) {
        return false;
    }
    return !__builtin_add_overflow(value, column->form == HR__FORM_RELATIVE ? column->start_us : 0,
                                   ret);
}

static void settle_times(const struct hr__names *names, struct hr__columns *ret,
                         const struct hr_ingest_options *options)
{
    static const enum hr__field fields[] = {HR__TIME, HR__END};
    struct hr__cell cells[HR__HEAD_LINES];
    for (size_t i = 0; i < 2; i++) {
        size_t place = ret->column[fields[i]];
        if (place != HR__NO_COLUMN) {
            size_t n = names->sample(names->context, place, cells);
            settle_time(i == 0 ? &ret->time : &ret->end, cells, n, ret->unit[fields[i]], options);
        }
    }
}

bool hr__columns_find(struct hr__reader *reader, const struct hr__names *names,
                      struct hr__columns *ret, struct hr_error *err)
{
    struct hr__maps maps;
    char list[LIST_MAX];
    if (!hr__maps_parse(reader->options, &maps, err) || !find_all(names, &maps, ret, err)) {
        return false;
    }
    if (!has_time(ret)) {
        return hr_fail(
            err, HR_EINPUT,
            "%s:1: no column tells a time (time, timestamp, ts, start, arrival, end); the "
            "%s has %s; name one with --map time=COLUMN or --map end=COLUMN",
            names->file, names->what, list_columns(names, list));
    }
    if (!settle_units(names, ret, err)) {
        return false;
    }
    if (ret->column[HR__TIME] != HR__NO_COLUMN) {
        struct hr__cell name = names->cells[ret->column[HR__TIME]];
        ret->time_is_end = ret->column[HR__END] == HR__NO_COLUMN && name.len >= 3 &&
                           strncasecmp(name.text, "end", 3) == 0;
    }
    settle_times(names, ret, reader->options);
    return true;
}

bool hr__columns_told(struct hr__reader *reader, const struct hr__names *names,
                      const struct hr__known *known, struct hr__columns *ret, struct hr_error *err)
{
    struct hr__cell cells[HR__HEAD_LINES];
    clear_columns(names, ret);
    for (size_t i = 0; i < names->count; i++) {
        enum hr__field field = known[i].field;
        bool is_time = field == HR__TIME || field == HR__END;
        if (field == HR__FIELD_COUNT ||
            (is_time && (has_time(ret) || names->sample(names->context, i, cells) == 0))) {
            continue; /* looked at by the format itself, or not the time that counts */
        }
        ret->field_of[i] = (uint8_t)field;
        if (ret->column[field] == HR__NO_COLUMN) {
            ret->column[field] = i;
            ret->unit[field] = unit_of(&known[i]);
        }
    }
    if (!has_time(ret)) {
        return hr_fail(err, HR_EINPUT, "%s:1: none of the first lines tells a time",
                       reader->file->file);
    }
    settle_times(names, ret, reader->options);
    return true;
}
