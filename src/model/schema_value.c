/* schema_value.c: one value of a model file, by its field's type.
 *
 * A sentence says the dotted key, what was expected with an example, and what was found, so that
 * the reader mends the file without opening a manual.
 */
#include "model/read.h"

#include <string.h>

#define TEXT 160

/* What a person may write for the type, with an example. */
static const char *const expected[] = {
    [HR_FIELD_TEXT] = "a text",
    [HR_FIELD_INTEGER] = "a whole number such as `80`",
    [HR_FIELD_NUMBER] = "a number such as `1.5`",
    [HR_FIELD_DURATION] = "a duration such as `300 s`",
    [HR_FIELD_SIZE] = "a size such as `512 MB`",
    [HR_FIELD_FRACTION] = "a share such as `60 %`",
    [HR_FIELD_MONEY] = "an amount such as `5 USD`",
    [HR_FIELD_YES] = "yes or no",
    [HR_FIELD_NAME] = "one of",
    [HR_FIELD_DATE] = "a date such as `2026-11-01`",
    [HR_FIELD_DIST] = "a distribution",
    [HR_FIELD_MAP] = "keys with values",
    [HR_FIELD_READ] = "a value",
    [HR_FIELD_ANY] = "a value",
};

/* The expectation in full: example, names of an enum, or the word in place of a value. */
static void describe(char buf[TEXT], const struct hr_field *field)
{
    struct hr_text text = {.max = TEXT - 1};
    hr_text_puts(&text, expected[field->type]);
    for (size_t i = 0; field->type == HR_FIELD_NAME && field->names[i]; i++)
        hr_text_printf(&text, "%s %s", i ? "," : "", field->names[i]);
    if (field->word)
        hr_text_printf(&text, " or `%s`", field->word);
    snprintf(buf, TEXT, "%s", text.data ? text.data : expected[field->type]);
    hr_text_clear(&text);
}

static bool fail_expected(const struct hr_field *field, const struct hr_node *node,
                          const struct hr_reading *reading, struct hr_error *err)
{
    char what[TEXT];
    describe(what, field);
    if (node->type != HR_NODE_SCALAR)
        return hr_node_fail(node, err, "%s: expected %s, found a %s", reading->prefix, what,
                            node->type == HR_NODE_MAP ? "map" : "list");
    if (node->len == 0)
        return hr_node_fail(node, err, "%s: expected %s, found nothing", reading->prefix, what);
    return hr_node_fail(node, err, "%s: expected %s, found `%.120s`", reading->prefix, what,
                        node->text);
}

/* A bound in the field's own unit. */
static void bound_text(char buf[64], const struct hr_field *field, double value)
{
    switch (field->type) {
    case HR_FIELD_DURATION:
        hr_duration_format(buf, (int64_t)value);
        break;
    case HR_FIELD_SIZE:
        hr_size_format(buf, value);
        break;
    case HR_FIELD_FRACTION:
        snprintf(buf, 64, "%g %%", value * 100.0);
        break;
    default:
        snprintf(buf, 64, "%.15g", value);
        break;
    }
}

static bool in_range(const struct hr_field *field, double value, const struct hr_node *node,
                     const struct hr_reading *reading, struct hr_error *err)
{
    char low[64], high[64];
    bool bounded = field->max > 0;
    if (value >= field->min && (!bounded || value <= field->max))
        return true;
    bound_text(low, field, field->min);
    bound_text(high, field, field->max);
    return hr_node_fail(node, err, "%s: expected %s%s%s%s, found `%.120s`", reading->prefix,
                        bounded ? "" : "at least ", low, bounded ? " to " : "", bounded ? high : "",
                        node->text);
}

/* Numbers of every unit become one double; false when the text is none. */
static bool parse_number(enum hr_field_type type, const char *text, size_t len, double *ret)
{
    int64_t whole = 0;
    switch (type) {
    case HR_FIELD_INTEGER:
        /* Beyond 2^53 a double would round it. */
        if (!hr_parse_i64(text, len, &whole) || whole > ((int64_t)1 << 53))
            return false;
        *ret = (double)whole;
        return true;
    case HR_FIELD_DURATION:
        if (!hr_parse_duration(text, len, &whole))
            return false;
        *ret = (double)whole;
        return true;
    case HR_FIELD_NUMBER:
        return hr_parse_double(text, len, ret);
    case HR_FIELD_SIZE:
        return hr_parse_size(text, len, ret);
    case HR_FIELD_FRACTION:
        return hr_parse_fraction(text, len, ret);
    case HR_FIELD_MONEY:
        return hr_parse_money(text, len, ret);
    default:
        return false;
    }
}

static void store_number(const struct hr_field *field, double value, void *target)
{
    if (field->type == HR_FIELD_INTEGER || field->type == HR_FIELD_DURATION)
        *(int64_t *)target = (int64_t)value;
    else
        *(double *)target = value;
}

static bool read_number(const struct hr_field *field, const struct hr_node *node,
                        const struct hr_reading *reading, void *target, struct hr_error *err)
{
    double value;
    if (field->word && strcmp(node->text, field->word) == 0) {
        store_number(field, field->word_value, target);
        return true;
    }
    if (!parse_number(field->type, node->text, node->len, &value))
        return fail_expected(field, node, reading, err);
    if (!in_range(field, value, node, reading, err))
        return false;
    store_number(field, value, target);
    return true;
}

static bool read_text(const struct hr_field *field, const struct hr_node *node,
                      const struct hr_reading *reading, char *target, struct hr_error *err)
{
    if (node->len == 0)
        return fail_expected(field, node, reading, err);
    if (node->len >= field->size)
        return hr_node_fail(node, err, "%s: expected at most %zu bytes, found %zu", reading->prefix,
                            field->size - 1, node->len);
    memcpy(target, node->text, node->len + 1);
    return true;
}

static bool read_date(const struct hr_field *field, const struct hr_node *node,
                      const struct hr_reading *reading, char *target, struct hr_error *err)
{
    int64_t time;
    if (node->len != strlen("2026-11-01") || !hr_time_parse_iso(node->text, node->len, &time, NULL))
        return fail_expected(field, node, reading, err);
    return read_text(field, node, reading, target, err);
}

static bool read_name(const struct hr_field *field, const struct hr_node *node,
                      const struct hr_reading *reading, int *target, struct hr_error *err)
{
    for (int i = 0; field->names[i]; i++) {
        if (strcmp(node->text, field->names[i]) == 0) {
            *target = i;
            return true;
        }
    }
    return fail_expected(field, node, reading, err);
}

static bool read_dist(const struct hr_node *node, const struct hr_reading *reading,
                      struct hr_dist *target, struct hr_error *err)
{
    char label[HR__KEY_MAX + 2];
    snprintf(label, sizeof label, "%s: ", reading->prefix);
    return hr__dist_read(node, label, reading->arena, target, err);
}

bool hr__field_read(const struct hr_field *field, const struct hr_node *node,
                    const struct hr_reading *reading, void *target, struct hr_error *err)
{
    switch (field->type) {
    case HR_FIELD_DIST:
        return read_dist(node, reading, target, err);
    case HR_FIELD_READ:
        return field->read(node, reading, target, err);
    case HR_FIELD_ANY:
        return true;
    case HR_FIELD_MAP:
        if (node->type != HR_NODE_MAP)
            return fail_expected(field, node, reading, err);
        return hr_schema_read(field->map, node, reading, target, err);
    default:
        break;
    }
    if (node->type != HR_NODE_SCALAR)
        return fail_expected(field, node, reading, err);
    switch (field->type) {
    case HR_FIELD_TEXT:
        return read_text(field, node, reading, target, err);
    case HR_FIELD_DATE:
        return read_date(field, node, reading, target, err);
    case HR_FIELD_NAME:
        return read_name(field, node, reading, target, err);
    case HR_FIELD_YES:
        return hr_parse_yes(node->text, node->len, target) ||
               fail_expected(field, node, reading, err);
    default:
        return read_number(field, node, reading, target, err);
    }
}
