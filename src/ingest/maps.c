/* maps.c: see maps.h. */
#include "ingest/maps.h"

#include <string.h>

#define NAMES_MAX 300 /* bytes of the list of fields */

static const struct hr_ingest_field fields[HR__FIELD_COUNT] = {
#define HR__FIELD_ROW(id, name, units, sentence) [id] = {name, units, sentence},
    HR__FIELDS_LIST(HR__FIELD_ROW)
#undef HR__FIELD_ROW
};

bool hr_ingest_field_at(size_t i, struct hr_ingest_field *ret)
{
    if (i >= HR__FIELD_COUNT) {
        return false;
    }
    *ret = fields[i];
    return true;
}

const char *hr__field_name(enum hr__field field)
{
    return fields[field].name;
}

bool hr__field_is_size(enum hr__field field)
{
    return field == HR__MEMORY || field == HR__MEMORY_SIZE || field == HR__BYTES;
}

static bool find_field(const char *name, size_t len, enum hr__field *ret)
{
    for (size_t i = 0; i < HR__FIELD_COUNT; i++) {
        if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0) {
            *ret = (enum hr__field)i;
            return true;
        }
    }
    return false;
}

/* "time, end, duration" */
static const char *list_fields(char names[NAMES_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < HR__FIELD_COUNT && len < NAMES_MAX; i++) {
        len += (size_t)snprintf(names + len, NAMES_MAX - len, "%s%s", i == 0 ? "" : ", ",
                                fields[i].name);
    }
    return names;
}

/* `ts:ms` -> ts and ms; a colon that no unit follows belongs to the column's name. */
static void split_unit(struct hr__map *map)
{
    const char *colon = memrchr(map->column, ':', map->column_len);
    if (colon == NULL || fields[map->field].units[0] == '\0') {
        return;
    }
    size_t unit_len = map->column_len - (size_t)(colon - map->column) - 1;
    map->unit = hr__unit_find(colon + 1, unit_len,
                              hr__field_is_size(map->field) ? HR__UNIT_SIZE : HR__UNIT_TIME);
    if (map->unit != NULL) {
        map->column_len = (size_t)(colon - map->column);
    }
}

static bool add_map(struct hr__maps *maps, const char *text, size_t len, struct hr_error *err)
{
    struct hr__map map = {.option = text};
    const char *equals = memchr(text, '=', len);
    if (equals == NULL || equals + 1 == text + len) {
        return hr_fail(err, HR_EUSAGE, "--map %.*s: write FIELD=COLUMN or FIELD=COLUMN:UNIT",
                       (int)len, text);
    }
    if (!find_field(text, (size_t)(equals - text), &map.field)) {
        char names[NAMES_MAX];
        return hr_fail(err, HR_EUSAGE, "--map %.*s: there is no field \"%.*s\"; fields are %s",
                       (int)len, text, (int)(equals - text), text, list_fields(names));
    }
    if (maps->count == HR__MAPS_MAX) {
        return hr_fail(err, HR_ELIMIT, "more than %d columns are mapped", HR__MAPS_MAX);
    }
    map.column = equals + 1;
    map.column_len = len - (size_t)(map.column - text);
    split_unit(&map);
    maps->map[maps->count++] = map;
    return true;
}

/* The next comma that a FIELD= follows: a column's name may hold commas of its own. */
static const char *next_assignment(const char *text)
{
    for (const char *comma = strchr(text, ','); comma != NULL; comma = strchr(comma + 1, ',')) {
        enum hr__field field;
        if (find_field(comma + 1, strcspn(comma + 1, "=,"), &field)) {
            return comma;
        }
    }
    return text + strlen(text);
}

bool hr__maps_parse(const struct hr_ingest_options *options, struct hr__maps *ret,
                    struct hr_error *err)
{
    ret->count = 0;
    for (size_t i = 0; i < options->map_count; i++) {
        const char *text = options->maps[i];
        do {
            const char *stop = next_assignment(text);
            if (!add_map(ret, text, (size_t)(stop - text), err)) {
                return false;
            }
            text = *stop == ',' ? stop + 1 : stop;
        } while (*text != '\0');
    }
    for (size_t i = 0; i < ret->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (ret->map[i].field == ret->map[j].field) {
                return hr_fail(err, HR_EUSAGE, "--map names a column for %s twice",
                               hr__field_name(ret->map[i].field));
            }
        }
    }
    return true;
}
