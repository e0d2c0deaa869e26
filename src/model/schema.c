/* schema.c: maps of model files against tables of fields. */
#include "model/read.h"

#include <string.h>

static bool exists_for(const struct hr_field *field, int kind)
{
    return field->kinds == 0 || (field->kinds & (1u << kind)) != 0;
}

static const struct hr_field *find_field(const struct hr_schema *schema, const char *key,
                                         size_t len)
{
    for (size_t i = 0; i < schema->count; i++) {
        const char *name = schema->fields[i].key;
        if (strlen(name) == len && memcmp(name, key, len) == 0)
            return &schema->fields[i];
    }
    return NULL;
}

static bool fail_at_key(const struct hr_node *node, struct hr_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fail_at_key(const struct hr_node *node, struct hr_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    hr__fail_at(node->file, node->key_line, node->key_column, err, format, args);
    va_end(args);
    return false;
}

static bool fail_unknown(const struct hr_schema *schema, const struct hr_node *node,
                         const char *dotted, int kind, struct hr_error *err)
{
    struct hr_text known = {.max = HR_ERROR_TEXT_MAX};
    for (size_t i = 0; i < schema->count; i++)
        if (exists_for(&schema->fields[i], kind))
            hr_text_printf(&known, "%s%s", known.len ? ", " : "", schema->fields[i].key);
    fail_at_key(node, err, "%s: unknown key; known here: %s", dotted,
                known.data ? known.data : "none");
    hr_text_clear(&known);
    return false;
}

static bool join(char buf[HR__KEY_MAX], const char *prefix, const char *key)
{
    int len = snprintf(buf, HR__KEY_MAX, "%s%s%s", prefix, *prefix ? "." : "", key);
    return len >= 0 && len < HR__KEY_MAX;
}

static bool read_child(const struct hr_schema *schema, const struct hr_node *child,
                       const struct hr_reading *reading, char *target, struct hr_error *err)
{
    char dotted[HR__KEY_MAX];
    if (!join(dotted, reading->prefix, child->key))
        return fail_at_key(child, err, "%.60s...: unknown key", child->key);
    const struct hr_field *field = find_field(schema, child->key, strlen(child->key));
    if (!field || !exists_for(field, reading->kind))
        return fail_unknown(schema, child, dotted, reading->kind, err);
    struct hr_reading below = *reading;
    below.prefix = dotted;
    return hr__field_read(field, child, &below, target + field->offset, err);
}

bool hr_schema_read(const struct hr_schema *schema, const struct hr_node *map,
                    const struct hr_reading *reading, void *target, struct hr_error *err)
{
    for (const struct hr_node *child = map->first; child; child = child->next)
        if (!read_child(schema, child, reading, target, err))
            return false;
    for (size_t i = 0; i < schema->count; i++) {
        const struct hr_field *field = &schema->fields[i];
        if (!field->required || !exists_for(field, reading->kind) || hr_node_get(map, field->key))
            continue;
        return hr_node_fail(map, err, "%s%s%s: is missing%s%s", reading->prefix,
                            *reading->prefix ? "." : "", field->key, field->about ? "; " : "",
                            field->about ? field->about : "");
    }
    return true;
}

const struct hr_field *hr_schema_find(const struct hr_schema *schema, int kind, const char *dotted)
{
    for (;;) {
        size_t len = strcspn(dotted, ".");
        const struct hr_field *field = find_field(schema, dotted, len);
        if (!field || !exists_for(field, kind) || dotted[len] == '\0')
            return field && exists_for(field, kind) ? field : NULL;
        if (field->type != HR_FIELD_MAP) {
            bool open = field->type == HR_FIELD_DIST || field->type == HR_FIELD_READ ||
                        field->type == HR_FIELD_ANY;
            return open ? field : NULL;
        }
        schema = field->map;
        dotted += len + 1;
    }
}
