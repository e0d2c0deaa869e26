/* json_lines.c: see json_lines.h. Objects may stand in one array, `[` and `]` on lines of their own
 * and a comma behind each.
 */
#include "ingest/json_lines.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/json_scan.h"
#include "ingest/table.h"

#define NAMES_MAX      256  /* paths of the first lines that may be columns */
#define NOT_UNDERSTOOD 0.75 /* of a score: JSON it is, but nobody knows its time */

/* Columns of a file: paths, found or told, and the plan that fetches them. */
struct paths {
    struct hr__cell name[NAMES_MAX];
    size_t count;
    struct hr__json_plan plan;
    const struct hr__head *head;
};

struct json {
    struct hr__table table;
    struct paths paths;
    struct hr_arena arena; /* texts of paths */
    struct hr__json_value values[NAMES_MAX];
    struct hr__cell cells[NAMES_MAX];
    char *text; /* unescaped values of the row, HR_INGEST_LINE_MAX bytes */
};

/* The object of a line: without the comma that follows it in an array. */
static struct hr__cell object_of(const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == ',' || text[len - 1] == ' ')) {
        len--;
    }
    return (struct hr__cell){text, len};
}

/* A plan of all paths, each into the slot of its number; false when they are too many. */
static bool make_plan(struct paths *paths, bool any_case)
{
    hr__json_plan_init(&paths->plan);
    paths->plan.any_case = any_case;
    for (size_t i = 0; i < paths->count; i++) {
        if (!hr__json_plan_add(&paths->plan, paths->name[i].text, paths->name[i].len, (int)i)) {
            return false;
        }
    }
    return true;
}

static bool scan(const struct paths *paths, const char *text, size_t len,
                 struct hr__json_value *values)
{
    struct hr__cell object = object_of(text, len);
    for (size_t i = 0; i < paths->count; i++) {
        values[i] = (struct hr__json_value){.kind = HR__JSON_MISSING};
    }
    return hr__json_scan(&paths->plan, object.text, object.len, values);
}

static bool is_filled(const struct hr__json_value *value)
{
    return value->kind != HR__JSON_MISSING && value->cell.len > 0;
}

static size_t sample(const void *context, size_t place, struct hr__cell ret[HR__HEAD_LINES])
{
    const struct paths *paths = context;
    struct hr__json_value values[NAMES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < paths->head->line_count; i++) {
        if (scan(paths, paths->head->lines[i].text, paths->head->lines[i].len, values) &&
            is_filled(&values[place])) {
            ret[n++] = values[place].cell;
        }
    }
    return n;
}

static struct hr__names names_of(const struct paths *paths)
{
    return (struct hr__names){.file = paths->head->file,
                              .what = "record",
                              .cells = paths->name,
                              .count = paths->count,
                              .more = hr__known_web,
                              .form = HR__NAMES_PATHS,
                              .sample = sample,
                              .context = paths};
}

/* Gathers the paths of the first lines, each once. */
struct gathering {
    struct paths *paths;
    struct hr_arena *arena;
    bool failed; /* memory */
};

static void gather(void *context, struct hr__cell path, const struct hr__json_value *value)
{
    struct gathering *gathering = context;
    struct paths *paths = gathering->paths;
    (void)value;
    for (size_t i = 0; i < paths->count; i++) {
        if (paths->name[i].len == path.len &&
            memcmp(paths->name[i].text, path.text, path.len) == 0) {
            return;
        }
    }
    const char *copy =
        paths->count == NAMES_MAX ? NULL : hr_arena_copy(gathering->arena, path.text, path.len);
    gathering->failed |= copy == NULL && paths->count < NAMES_MAX;
    if (copy != NULL) {
        paths->name[paths->count++] = (struct hr__cell){copy, path.len};
    }
}

/* The lines that are objects; their paths, when a format does not tell them. */
static size_t gather_paths(struct gathering *gathering, const struct hr__head *head)
{
    struct hr__json_visitor visitor = {gather, gathering};
    size_t objects = 0;
    for (size_t i = 0; i < head->line_count; i++) {
        struct hr__cell object = object_of(head->lines[i].text, head->lines[i].len);
        objects += hr__json_visit(object.text, object.len, &visitor);
    }
    return objects;
}

static void tell_paths(struct paths *paths, const struct hr__known *known)
{
    for (; known->name != NULL && paths->count < NAMES_MAX; known++) {
        paths->name[paths->count++] = (struct hr__cell){known->name, strlen(known->name)};
    }
}

static void cells_of(const struct paths *paths, const struct hr__json_value *values,
                     struct hr__cell *cells)
{
    for (size_t i = 0; i < paths->count; i++) {
        cells[i] = is_filled(&values[i]) ? values[i].cell : (struct hr__cell){"", 0};
    }
}

/* Lines that have all paths of the signature, if at least one carries an invocation. */
static double score_told(const struct hr__json_format *dialect, const struct hr__head *head)
{
    struct paths marks = {.head = head}, paths = {.head = head};
    struct hr__json_value values[NAMES_MAX];
    struct hr__cell cells[NAMES_MAX];
    size_t fits = 0, kept = 0;
    for (size_t i = 0; dialect->signature[i] != NULL; i++) {
        marks.name[marks.count++] =
            (struct hr__cell){dialect->signature[i], strlen(dialect->signature[i])};
    }
    tell_paths(&paths, dialect->paths);
    if (!make_plan(&marks, dialect->any_case) || !make_plan(&paths, dialect->any_case)) {
        return 0;
    }
    for (size_t i = 0; i < head->line_count; i++) {
        bool fit = scan(&marks, head->lines[i].text, head->lines[i].len, values);
        for (size_t k = 0; fit && k < marks.count; k++) {
            fit = values[k].kind != HR__JSON_MISSING;
        }
        fits += fit;
        if (fit && scan(&paths, head->lines[i].text, head->lines[i].len, values)) {
            cells_of(&paths, values, cells);
            kept += dialect->judge == NULL || dialect->judge(cells) == HR__REASON_COUNT;
        }
    }
    return kept == 0 ? 0 : (double)fits / (double)head->line_count;
}

/* Lines of JSON whose time is understood; less where it is not, so that opening the file
 * says what is missing. */
static double score_any(const struct hr__head *head, const struct hr_ingest_options *options)
{
    struct hr_arena arena = {0};
    struct paths *paths = calloc(1, sizeof *paths);
    double share = 0;
    if (paths != NULL) {
        struct gathering gathering = {.paths = paths, .arena = &arena};
        paths->head = head;
        size_t objects = gather_paths(&gathering, head);
        share = head->line_count == 0 ? 0 : (double)objects / (double)head->line_count;
        struct hr__names names = names_of(paths);
        share *= hr__columns_understood(&names, options) ? 1 : NOT_UNDERSTOOD;
    }
    hr_arena_clear(&arena);
    free(paths);
    return share;
}

double hr__json_score(const struct hr__format *format, const struct hr__head *head,
                      const struct hr_ingest_options *options)
{
    const char *first = head->line_count == 0 ? "" : head->lines[0].text;
    if (*first != '{' && *first != '[') {
        return 0;
    }
    return format->dialect == NULL ? score_any(head, options) : score_told(format->dialect, head);
}

/* Columns by their names or --map. */
static bool open_any(struct json *json, struct hr__reader *reader, const struct hr__head *head,
                     struct hr_error *err)
{
    struct gathering gathering = {.paths = &json->paths, .arena = &json->arena};
    (void)gather_paths(&gathering, head);
    if (gathering.failed) {
        return hr_fail_memory(err);
    }
    struct hr__names names = names_of(&json->paths);
    if (!make_plan(&json->paths, false) ||
        !hr__columns_find(reader, &names, &json->table.columns, err) ||
        !hr__table_open(&json->table, reader, err)) {
        return false;
    }
    reader->file->variant = "one object a line";
    return hr__table_explain(&json->table, reader, err);
}

/* Columns as the format tells them. */
static bool open_told(struct json *json, struct hr__reader *reader,
                      const struct hr__json_format *dialect, struct hr_error *err)
{
    tell_paths(&json->paths, dialect->paths);
    struct hr__names names = names_of(&json->paths);
    if (!hr__refuse_maps(reader, err) || !make_plan(&json->paths, dialect->any_case) ||
        !hr__columns_told(reader, &names, dialect->paths, &json->table.columns, err) ||
        !hr__table_open(&json->table, reader, err)) {
        return false;
    }
    bool from_end = json->table.columns.column[HR__TIME] == HR__NO_COLUMN;
    json->table.starts_first = dialect->starts_first;
    reader->span = dialect->span;
    reader->trigger = dialect->trigger;
    reader->trigger_origin = dialect->trigger_origin;
    reader->file->variant = dialect->variant;
    if (reader->options->stamp == NULL) {
        reader->stamp = from_end ? HR_STAMP_END : dialect->stamp;
    }
    return true;
}

/* Only the columns that count are fetched from each line. */
static bool plan_for_lines(struct json *json)
{
    struct paths *paths = &json->paths;
    bool any_case = paths->plan.any_case;
    hr__json_plan_init(&paths->plan);
    paths->plan.any_case = any_case;
    for (size_t i = 0; i < paths->count; i++) {
        if (json->table.columns.field_of[i] != HR__FIELD_COUNT &&
            !hr__json_plan_add(&paths->plan, paths->name[i].text, paths->name[i].len, (int)i)) {
            return false;
        }
    }
    return true;
}

bool hr__json_open(struct hr__reader *reader, const struct hr__head *head, struct hr_error *err)
{
    const struct hr__json_format *dialect = reader->format->dialect;
    struct json *json = calloc(1, sizeof *json);
    char *text = json == NULL ? NULL : malloc(HR_INGEST_LINE_MAX);
    if (text == NULL) {
        free(json);
        return hr_fail_memory(err);
    }
    reader->state = json;
    json->text = text;
    json->paths.head = head;
    return dialect != NULL ? open_told(json, reader, dialect, err)
                           : open_any(json, reader, head, err) && plan_for_lines(json);
}

/* Texts with escapes are resolved behind one another; together they are shorter than the line. */
static void settle_cells(struct json *json)
{
    size_t used = 0;
    for (size_t i = 0; i < json->paths.count; i++) {
        const struct hr__json_value *value = &json->values[i];
        if (value->kind == HR__JSON_ESCAPED) {
            size_t len = hr__json_unescape(json->text + used, value->cell.text, value->cell.len);
            json->cells[i] = (struct hr__cell){json->text + used, len};
            used += len;
        } else {
            json->cells[i] =
                value->kind == HR__JSON_MISSING ? (struct hr__cell){"", 0} : value->cell;
        }
    }
}

bool hr__json_line(struct hr__reader *reader, const struct hr__line *line, struct hr_error *err)
{
    const struct hr__json_format *dialect = reader->format->dialect;
    struct json *json = reader->state;
    struct hr__cell object = object_of(line->text, line->len);
    if (object.len == 0) {
        hr__filter(reader, HR__BLANK);
        return true;
    }
    if (object.len == 1 && (*object.text == '[' || *object.text == ']')) {
        hr__filter(reader, HR__HEADER);
        return true;
    }
    if (!scan(&json->paths, object.text, object.len, json->values)) {
        return hr__reject(reader, line, HR__BAD_JSON, err);
    }
    settle_cells(json);
    enum hr__reason reason =
        dialect == NULL || dialect->judge == NULL ? HR__REASON_COUNT : dialect->judge(json->cells);
    if (reason != HR__REASON_COUNT) {
        hr__filter(reader, reason);
        return true;
    }
    return hr__table_row(&json->table, reader, line, json->cells, err);
}

/* What a format's paths would tell may be switched off where the log is written. */
bool hr__json_end(struct hr__reader *reader, struct hr_error *err)
{
    const struct hr__json_format *dialect = reader->format->dialect;
    const struct hr_import_file *file = reader->file;
    if (dialect == NULL || file->kept == 0 || file->with_duration > 0) {
        return true;
    }
    for (const struct hr__known *path = dialect->paths; path->name != NULL; path++) {
        if (path->field == HR__DURATION) {
            return hr__say(reader->report, err,
                           "%s has no durations: no line holds \"%s\", which the server writes "
                           "when its log format names it",
                           file->file, path->name);
        }
    }
    return true;
}

void hr__json_close(struct hr__reader *reader)
{
    struct json *json = reader->state;
    if (json != NULL) {
        hr__table_close(&json->table);
        hr_arena_clear(&json->arena);
        free(json->text);
        free(json);
    }
}
