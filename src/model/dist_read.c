/* dist_read.c: distributions from YAML and from one line of text, and back to text.
 *
 * Both forms fill one set of named parameters; what makes a distribution of them is one place.
 * A lognormal is mostly known by two of its percentiles: with z the normal quantile,
 *   sigma = ln(x2 / x1) / (z2 - z1), mu = ln x1 - sigma z1.
 */
#include "headroom/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "model/read.h"

#define TEXT_MAX 256 /* longest one-line text, empirical values included */
#define WHY_MAX  224

enum { VALUE, MEAN, SD, P50, P90, P95, P99, SIGMA, SHAPE, SCALE, MIN, MAX, PARAMETER_COUNT };
static const struct {
    const char *name;
    bool duration; /* else a plain number */
} parameters[PARAMETER_COUNT] = {
    [VALUE] = {"value", true}, [MEAN] = {"mean", true},    [SD] = {"sd", true},
    [P50] = {"p50", true},     [P90] = {"p90", true},      [P95] = {"p95", true},
    [P99] = {"p99", true},     [SIGMA] = {"sigma", false}, [SHAPE] = {"shape", false},
    [SCALE] = {"scale", true}, [MIN] = {"min", true},      [MAX] = {"max", true},
};

#define DIST_NAME(id, word) [id] = (word),
static const char *const dist_names[HR_DIST_COUNT] = {HR_DISTS(DIST_NAME)};
#undef DIST_NAME

static const char *const dist_needs[HR_DIST_COUNT] = {
    [HR_CONSTANT] = "value",
    [HR_EXPONENTIAL] = "mean",
    [HR_LOGNORMAL] = "two of p50 p90 p95 p99, or p50 and sigma, or mean and sd",
    [HR_GAMMA] = "shape and scale, or shape and mean, or mean and sd",
    [HR_WEIBULL] = "shape and scale, or shape and mean",
    [HR_UNIFORM] = "min and max",
    [HR_EMPIRICAL] = "values",
    [HR_PARETO] = "shape and min, or shape and mean",
};

struct given {
    enum hr_dist_kind kind;
    unsigned set; /* bits of the parameters that were given */
    double value[PARAMETER_COUNT];
    double *values; /* in the arena */
    size_t count;
};

#define BIT(parameter) (1u << (parameter))

static bool quit(char why[WHY_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool quit(char why[WHY_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, WHY_MAX, format, args);
    va_end(args);
    return false;
}

static bool kind_from_word(const char *text, size_t len, enum hr_dist_kind *ret)
{
    for (unsigned i = 0; i < HR_DIST_COUNT; i++) {
        if (strlen(dist_names[i]) == len && memcmp(dist_names[i], text, len) == 0) {
            *ret = (enum hr_dist_kind)i;
            return true;
        }
    }
    return false;
}

static bool unknown_kind(char why[WHY_MAX], const char *text, size_t len)
{
    return quit(why,
                "expected constant, exponential, lognormal, gamma, weibull, uniform, empirical "
                "or pareto, found `%.*s`",
                (int)(len < 60 ? len : 60), text);
}

static bool take_parameter(struct given *given, const char *name, size_t name_len, const char *text,
                           size_t len, char why[WHY_MAX])
{
    int shown = (int)(len < 60 ? len : 60);
    for (unsigned i = 0; i < PARAMETER_COUNT; i++) {
        if (strlen(parameters[i].name) != name_len ||
            memcmp(parameters[i].name, name, name_len) != 0)
            continue;
        int64_t us = 0;
        bool read = parameters[i].duration ? hr_parse_duration(text, len, &us)
                                           : hr_parse_double(text, len, &given->value[i]);
        if (!read || (!parameters[i].duration && !(given->value[i] > 0)))
            return quit(why, "%s: expected %s, found `%.*s`", parameters[i].name,
                        parameters[i].duration ? "a duration such as `80 ms`"
                                               : "a number above 0 such as `0.5`",
                        shown, text);
        if (given->set & BIT(i))
            return quit(why, "%s stands there twice", parameters[i].name);
        if (parameters[i].duration)
            given->value[i] = (double)us;
        given->set |= BIT(i);
        return true;
    }
    return quit(why, "%s needs %s; it knows no `%.*s`", dist_names[given->kind],
                dist_needs[given->kind], (int)(name_len < 60 ? name_len : 60), name);
}

static double percentile_of(unsigned parameter)
{
    static const double p[PARAMETER_COUNT] = {
        [P50] = 0.50, [P90] = 0.90, [P95] = 0.95, [P99] = 0.99};
    return p[parameter];
}

static bool lognormal(const struct given *given, struct hr_dist *dist, char why[WHY_MAX])
{
    const double *v = given->value;
    unsigned low = PARAMETER_COUNT, high = PARAMETER_COUNT, quantiles = 0;
    for (unsigned i = P50; i <= P99; i++) {
        if (!(given->set & BIT(i)))
            continue;
        low = low == PARAMETER_COUNT ? i : low;
        high = i;
        quantiles++;
    }
    if (given->set == (BIT(MEAN) | BIT(SD)) && v[MEAN] > 0) {
        double spread = v[SD] / v[MEAN];
        dist->b = sqrt(log1p(spread * spread));
        dist->a = log(v[MEAN]) - 0.5 * dist->b * dist->b;
    } else if (given->set == (BIT(P50) | BIT(SIGMA)) && v[P50] > 0) {
        dist->a = log(v[P50]);
        dist->b = v[SIGMA];
    } else if (quantiles == 2 && given->set == (BIT(low) | BIT(high))) {
        if (!(v[low] > 0) || v[high] < v[low])
            return quit(why, "%s must be above 0 and at most %s", parameters[low].name,
                        parameters[high].name);
        double z_low = gsl_cdf_ugaussian_Pinv(percentile_of(low));
        double z_high = gsl_cdf_ugaussian_Pinv(percentile_of(high));
        dist->b = log(v[high] / v[low]) / (z_high - z_low);
        dist->a = log(v[low]) - dist->b * z_low;
    } else {
        return quit(why, "lognormal needs %s, above 0", dist_needs[HR_LOGNORMAL]);
    }
    return true;
}

/* Gamma and Weibull: shape in a, scale in b. */
static bool shaped(const struct given *given, struct hr_dist *dist, char why[WHY_MAX])
{
    const double *v = given->value;
    if (given->set == (BIT(SHAPE) | BIT(SCALE)) && v[SCALE] > 0) {
        dist->a = v[SHAPE];
        dist->b = v[SCALE];
    } else if (given->set == (BIT(SHAPE) | BIT(MEAN)) && v[MEAN] > 0) {
        dist->a = v[SHAPE];
        dist->b =
            v[MEAN] / (given->kind == HR_GAMMA ? v[SHAPE] : gsl_sf_gamma(1.0 + 1.0 / v[SHAPE]));
    } else if (given->kind == HR_GAMMA && given->set == (BIT(MEAN) | BIT(SD)) && v[MEAN] > 0 &&
               v[SD] > 0) {
        dist->b = v[SD] * v[SD] / v[MEAN];
        dist->a = v[MEAN] / dist->b;
    } else {
        return quit(why, "%s needs %s, above 0", dist_names[given->kind], dist_needs[given->kind]);
    }
    /* Below 0.01 gamma's tails leave what a double holds. */
    return dist->a >= 0.01 || quit(why, "shape must be at least 0.01");
}

/* Shape in a, least in b. At a shape of 1 and below it has no mean, and no capacity would do. */
static bool pareto(const struct given *given, struct hr_dist *dist, char why[WHY_MAX])
{
    const double *v = given->value;
    bool least = given->set == (BIT(SHAPE) | BIT(MIN)) && v[MIN] > 0;
    if (!least && !(given->set == (BIT(SHAPE) | BIT(MEAN)) && v[MEAN] > 0))
        return quit(why, "pareto needs %s, above 0", dist_needs[HR_PARETO]);
    dist->a = v[SHAPE];
    dist->b = least ? v[MIN] : v[MEAN] * (v[SHAPE] - 1) / v[SHAPE];
    return dist->a > 1 || quit(why, "shape of a pareto must be above 1: below it has no mean");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool build(struct given *given, struct hr_dist *ret, char why[WHY_MAX])
{
    struct hr_dist dist = {.kind = given->kind};
    unsigned one = given->kind == HR_CONSTANT ? VALUE : MEAN;
    switch (given->kind) {
    case HR_CONSTANT:
    case HR_EXPONENTIAL:
        if (given->set != BIT(one) || given->count)
            return quit(why, "%s needs %s and nothing else", dist_names[given->kind],
                        dist_needs[given->kind]);
        dist.a = given->value[one];
        if (given->kind == HR_EXPONENTIAL && !(dist.a > 0))
            dist.kind = HR_CONSTANT; /* a mean of 0 is always 0 */
        break;
    case HR_LOGNORMAL:
        if (given->count || !lognormal(given, &dist, why))
            return given->count ? quit(why, "lognormal knows no `values`") : false;
        break;
    case HR_GAMMA:
    case HR_WEIBULL:
        if (given->count || !shaped(given, &dist, why))
            return given->count ? quit(why, "%s knows no `values`", dist_names[given->kind])
                                : false;
        break;
    case HR_UNIFORM:
        if (given->count || given->set != (BIT(MIN) | BIT(MAX)) ||
            given->value[MIN] > given->value[MAX])
            return quit(why, "uniform needs %s, the smaller first", dist_needs[HR_UNIFORM]);
        dist.a = given->value[MIN];
        dist.b = given->value[MAX];
        break;
    case HR_EMPIRICAL:
        if (given->set || given->count == 0)
            return quit(why, "empirical needs `values`, a list of durations, and nothing else");
        qsort(given->values, given->count, sizeof *given->values, by_value);
        dist.values = given->values;
        dist.count = given->count;
        break;
    case HR_PARETO:
        if (given->count || !pareto(given, &dist, why))
            return given->count ? quit(why, "pareto knows no `values`") : false;
        break;
    case HR_DIST_COUNT:
        return false;
    }
    *ret = dist;
    return true;
}

static bool read_values(const struct hr_node *node, const char *label, struct hr_arena *arena,
                        struct given *given, struct hr_error *err)
{
    if (node->type != HR_NODE_LIST || node->count == 0 || node->count > HR_DIST_VALUES_MAX)
        return hr_node_fail(node, err, "%svalues: expected a list of 1 to %zu durations", label,
                            HR_DIST_VALUES_MAX);
    given->values = hr_arena_alloc(arena, node->count * sizeof *given->values);
    if (!given->values)
        return hr_fail_memory(err);
    for (const struct hr_node *item = node->first; item; item = item->next) {
        int64_t us;
        if (item->type != HR_NODE_SCALAR || !hr_parse_duration(item->text, item->len, &us))
            return hr_node_fail(item, err, "%svalues: expected a duration such as `80 ms`%s%s%s",
                                label, item->type == HR_NODE_SCALAR ? ", found `" : "",
                                item->type == HR_NODE_SCALAR ? item->text : "",
                                item->type == HR_NODE_SCALAR ? "`" : "");
        given->values[given->count++] = (double)us;
    }
    return true;
}

static bool read_map(const struct hr_node *map, const char *label, struct hr_arena *arena,
                     struct hr_dist *ret, struct hr_error *err)
{
    char why[WHY_MAX];
    struct given given = {0};
    const struct hr_node *kind = hr_node_get(map, "dist");
    if (!kind || kind->type != HR_NODE_SCALAR)
        return hr_node_fail(kind ? kind : map, err,
                            "%sexpected a distribution such as `{dist: lognormal, p50: 80 ms, "
                            "p99: 900 ms}`: `dist` is missing",
                            label);
    if (!kind_from_word(kind->text, kind->len, &given.kind)) {
        unknown_kind(why, kind->text, kind->len);
        return hr_node_fail(kind, err, "%sdist: %s", label, why);
    }
    for (const struct hr_node *item = map->first; item; item = item->next) {
        if (item == kind)
            continue;
        if (given.kind == HR_EMPIRICAL && strcmp(item->key, "values") == 0) {
            if (!read_values(item, label, arena, &given, err))
                return false;
        } else if (item->type != HR_NODE_SCALAR) {
            return hr_node_fail(item, err, "%s%s: expected one value", label, item->key);
        } else if (!take_parameter(&given, item->key, strlen(item->key), item->text, item->len,
                                   why)) {
            return hr_node_fail(item, err, "%s%s", label, why);
        }
    }
    return build(&given, ret, why) || hr_node_fail(map, err, "%s%s", label, why);
}

/* `values=10ms,20ms` of the one-line form. */
static bool take_values(struct given *given, struct hr_arena *arena, const char *text, size_t len,
                        char why[WHY_MAX])
{
    if (given->count)
        return quit(why, "values stands there twice");
    size_t most = 1;
    for (size_t i = 0; i < len; i++)
        most += text[i] == ',';
    given->values = hr_arena_alloc(arena, most * sizeof *given->values);
    if (!given->values)
        return quit(why, "out of memory");
    for (size_t start = 0; start <= len;) {
        size_t end = start;
        while (end < len && text[end] != ',')
            end++;
        int64_t us;
        if (!hr_parse_duration(text + start, end - start, &us))
            return quit(why, "values: expected durations such as `10ms,20ms`, found `%.*s`",
                        (int)(end - start < 60 ? end - start : 60), text + start);
        given->values[given->count++] = (double)us;
        start = end + 1;
    }
    return true;
}

/* The end of a parameter's value: where the next `name=` begins. So "p50=80 ms" may hold blanks. */
static size_t value_end(const char *text, size_t from)
{
    size_t word = from; /* start of the word under way */
    for (size_t i = from; text[i]; i++) {
        if (text[i] == ' ' || text[i] == '\t')
            word = i + 1;
        else if (text[i] == '=')
            return word;
    }
    return strlen(text);
}

static bool parse_line(const char *text, struct hr_arena *arena, struct hr_dist *ret,
                       char why[WHY_MAX])
{
    struct given given = {0};
    size_t len = strlen(text);
    if (len > TEXT_MAX)
        return quit(why, "longer than %d characters", TEXT_MAX);
    int64_t us;
    if (hr_parse_duration(text, len, &us)) {
        *ret = (struct hr_dist){.kind = HR_CONSTANT, .a = (double)us};
        return true;
    }
    size_t at = strspn(text, " \t");
    size_t word = strcspn(text + at, " \t");
    if (!kind_from_word(text + at, word, &given.kind))
        return unknown_kind(why, text + at, word);
    at += word;
    at += strspn(text + at, " \t");
    while (text[at]) {
        size_t name = strcspn(text + at, "= \t");
        if (text[at + name] != '=') { /* "constant 80ms": the one parameter needs no name */
            const char *only = given.kind == HR_EXPONENTIAL ? "mean" : "value";
            return take_parameter(&given, only, strlen(only), text + at, len - at, why) &&
                   build(&given, ret, why);
        }
        size_t from = at + name + 1, end = value_end(text, from), stop = end;
        while (stop > from && (text[stop - 1] == ' ' || text[stop - 1] == '\t'))
            stop--;
        bool list = given.kind == HR_EMPIRICAL && name == 6 && memcmp(text + at, "values", 6) == 0;
        if (list ? !take_values(&given, arena, text + from, stop - from, why)
                 : !take_parameter(&given, text + at, name, text + from, stop - from, why))
            return false;
        at = end;
    }
    return build(&given, ret, why);
}

bool hr__dist_read(const struct hr_node *node, const char *label, struct hr_arena *arena,
                   struct hr_dist *ret, struct hr_error *err)
{
    char why[WHY_MAX];
    if (node->type == HR_NODE_MAP)
        return read_map(node, label, arena, ret, err);
    if (node->type != HR_NODE_SCALAR)
        return hr_node_fail(node, err,
                            "%sexpected a distribution such as `{dist: exponential, mean: 80 "
                            "ms}`, found a list",
                            label);
    return parse_line(node->text, arena, ret, why) || hr_node_fail(node, err, "%s%s", label, why);
}

bool hr_dist_read(const struct hr_node *node, struct hr_arena *arena, struct hr_dist *ret,
                  struct hr_error *err)
{
    return hr__dist_read(node, "", arena, ret, err);
}

bool hr_dist_parse(const char *text, struct hr_arena *arena, struct hr_dist *ret,
                   struct hr_error *err)
{
    char why[WHY_MAX];
    return parse_line(text, arena, ret, why) ||
           hr_fail(err, HR_EMODEL, "distribution `%.80s`: %s", text, why);
}

/* Nine digits, in a unit that keeps the number short: "80ms", "1.25s". */
static void add_us(struct hr_text *out, double us)
{
    if (us < 1e3)
        hr_text_printf(out, "%.9gus", us);
    else if (us < 1e6)
        hr_text_printf(out, "%.9gms", us / 1e3);
    else
        hr_text_printf(out, "%.9gs", us / 1e6);
}

static void add_parameters(struct hr_text *out, const struct hr_dist *dist)
{
    switch (dist->kind) {
    case HR_LOGNORMAL:
        hr_text_puts(out, " p50=");
        add_us(out, exp(dist->a));
        hr_text_puts(out, " p99=");
        add_us(out, hr_dist_quantile(dist, 0.99));
        break;
    case HR_GAMMA:
    case HR_WEIBULL:
        hr_text_printf(out, " shape=%.9g scale=", dist->a);
        add_us(out, dist->b);
        break;
    case HR_PARETO:
        hr_text_printf(out, " shape=%.9g min=", dist->a);
        add_us(out, dist->b);
        break;
    case HR_UNIFORM:
        hr_text_puts(out, " min=");
        add_us(out, dist->a);
        hr_text_puts(out, " max=");
        add_us(out, dist->b);
        break;
    case HR_EMPIRICAL:
        for (size_t i = 0; i < dist->count && !out->failed; i++) {
            hr_text_puts(out, i ? "," : " values=");
            add_us(out, dist->values[i]);
        }
        break;
    case HR_CONSTANT:
    case HR_EXPONENTIAL:
    case HR_DIST_COUNT:
        hr_text_puts(out, dist->kind == HR_EXPONENTIAL ? " mean=" : " ");
        add_us(out, dist->a);
        break;
    }
}

char *hr_dist_format(char *buf, size_t size, const struct hr_dist *dist)
{
    struct hr_text out = {.max = size ? size - 1 : 0};
    bool known = (unsigned)dist->kind < HR_DIST_COUNT;
    if (known && size > 1) {
        hr_text_puts(&out, dist_names[dist->kind]);
        add_parameters(&out, dist);
    }
    bool whole = known && size > 1 && !out.failed;
    if (whole)
        snprintf(buf, size, "%s", out.data);
    hr_text_clear(&out);
    return whole ? buf : NULL;
}
