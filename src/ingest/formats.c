/* formats.c: the table of log formats, and the choice among them. */
#include "ingest/formats.h"

#include <string.h>

/* In the order in which equal scores are settled. */
static const struct hr__format *const formats[] = {
    &hr__format_pattern,    &hr__format_azure_2019,
    &hr__format_azure_2021, &hr__format_lambda,
    &hr__format_haproxy,    &hr__format_access,
    &hr__format_envoy,      &hr__format_alb,
    &hr__format_elb,        &hr__format_cloudfront,
    &hr__format_w3c,        &hr__format_caddy,
    &hr__format_traefik,    &hr__format_google,
    &hr__format_apigateway, &hr__format_lambda_json,
    &hr__format_envoy_json, &hr__format_frontdoor,
    &hr__format_json,       &hr__format_ltsv,
    &hr__format_csv,        NULL,
};

#define ENOUGH       0.5 /* share of the first lines that must fit */
#define SURE         0.8 /* the same of lines inside a wrapper */
#define BINARY_SHARE 20  /* one control byte in so many makes a file binary */
#define NAMES_MAX    400

bool hr_ingest_format_at(size_t i, struct hr_ingest_format *ret)
{
    if (i >= sizeof formats / sizeof *formats - 1) {
        return false;
    }
    *ret = formats[i]->about;
    return true;
}

/* "lambda, access, csv", cut where there is no room */
static const char *list_formats(char names[NAMES_MAX])
{
    size_t len = 0;
    for (size_t i = 0; formats[i] != NULL && len < NAMES_MAX; i++) {
        len += (size_t)snprintf(names + len, NAMES_MAX - len, "%s%s", i == 0 ? "" : ", ",
                                formats[i]->about.name);
    }
    return names;
}

static bool is_binary(const struct hr__head *head)
{
    size_t control = 0;
    for (size_t i = 0; i < head->byte_count; i++) {
        unsigned char c = (unsigned char)head->bytes[i];
        control += c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != 0x1b;
    }
    return control * BINARY_SHARE > head->byte_count;
}

static bool fail_unknown(const struct hr__head *head, const struct hr__format *best, double share,
                         struct hr_error *err)
{
    char names[NAMES_MAX];
    if (is_binary(head)) {
        return hr_fail(err, HR_EINPUT,
                       "%s:1: binary data, not a log (read are %s; plain, gzip, zstd, xz or bzip2)",
                       head->file, list_formats(names));
    }
    if (share == 0 || best == NULL) {
        return hr_fail(err, HR_EINPUT,
                       "%s:1: no format that headroom reads (%s); --input-format NAME tells it",
                       head->file, list_formats(names));
    }
    return hr_fail(err, HR_EINPUT,
                   "%s:1: only %.0f %% of the first lines look like %s and no other format (%s) "
                   "fits better; --input-format NAME tells it",
                   head->file, 100 * share, best->about.name, list_formats(names));
}

bool hr__format_named(const char *name, const struct hr__format **ret, struct hr_error *err)
{
    char names[NAMES_MAX];
    for (size_t i = 0; formats[i] != NULL; i++) {
        if (strcmp(formats[i]->about.name, name) == 0) {
            *ret = formats[i];
            return true;
        }
    }
    return hr_fail(err, HR_EUSAGE, "--input-format %s: formats are %s", name, list_formats(names));
}

/* The best two of the formats for these lines. */
struct ranking {
    const struct hr__format *best, *second;
    double score, second_score;
};

static struct ranking rank(const struct hr__head *head, const struct hr_ingest_options *options)
{
    struct ranking r = {.best = formats[0], .score = -1, .second_score = -1};
    for (size_t i = 0; formats[i] != NULL; i++) {
        double score = formats[i]->score(formats[i], head, options);
        if (score > r.score) {
            r.second = r.best;
            r.second_score = r.score;
            r.best = formats[i];
            r.score = score;
        } else if (score > r.second_score) {
            r.second = formats[i];
            r.second_score = score;
        }
    }
    return r;
}

static struct ranking rank_told(const struct hr__head *head, const struct hr__format *told,
                                const struct hr_ingest_options *options)
{
    if (told == NULL) {
        return rank(head, options);
    }
    return (struct ranking){.best = told, .score = told->score(told, head, options)};
}

/* Lines inside a wrapper must look like a log for sure: any text may hold commas or a time. The
 * time alone before each line counts only where nothing else fits. */
static bool is_better(const struct ranking *inside, enum hr__wrapping kind, double bare)
{
    if (inside->score < SURE || inside->best == &hr__format_csv ||
        inside->best == &hr__format_lambda) { /* that one knows its own exports */
        return false;
    }
    return kind == HR__STAMPED ? bare < ENOUGH : inside->score >= bare;
}

bool hr__format_recognise(const struct hr__head *head, const struct hr_ingest_options *options,
                          const struct hr__format *told, struct hr_import_file *file,
                          struct hr__recognised *ret, struct hr_error *err)
{
    struct ranking best = rank_told(head, told, options);
    double bare = best.score;
    *ret = (struct hr__recognised){.head = *head};
    for (int kind = HR__BARE + 1; kind < HR__WRAPPINGS && ret->wrapper.kind == HR__BARE; kind++) {
        struct hr__wrapper wrapper;
        struct hr__head inner;
        struct ranking inside = {.score = 0};
        if (hr__wrapper_head(&wrapper, (enum hr__wrapping)kind, head, &inner)) {
            inside = rank_told(&inner, told, options);
        }
        if (is_better(&inside, (enum hr__wrapping)kind, bare)) {
            best = inside;
            ret->head = inner;
            ret->wrapper = wrapper;
        } else {
            hr__wrapper_close(&wrapper);
        }
    }
    if (told == NULL && best.score < ENOUGH) {
        return fail_unknown(head, best.best, best.score, err);
    }
    file->confidence = told != NULL ? 1 : best.score;
    file->runner_up = best.second != NULL && best.second_score > 0 ? best.second->about.name : NULL;
    ret->format = best.best;
    return true;
}
