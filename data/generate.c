/* generate.c: writes the sample logs of this folder. `make sample-data` builds and runs it.
 *
 * One week of an invented online shop, Monday 2026-09-28 to Sunday 2026-10-04 (UTC), so that a
 * month's end falls on the Wednesday. Arrivals are inhomogeneous Poisson processes (thinning) with
 * a daily and weekly rhythm, or bursts; service times are lognormal. Same seed, same bytes.
 * README.md beside this file tells the story and names the published statistics it follows.
 *
 * Usage: generate FOLDER
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED        2026
#define WEEK_START  1790553600.0 /* 2026-09-28T00:00:00Z, a Monday */
#define WEEK_S      (7 * 86400.0)
#define MAX_RECORDS 200000

struct record {
    double init;     /* s, of a function's cold start; 0: none */
    double end;      /* seconds since WEEK_START */
    double duration; /* s */
    int route;       /* index into the table that made it */
    unsigned id;     /* identifier in the path, drawn */
    int status;
};

struct log {
    struct record *records;
    size_t count;
};

/* Share of the mean rate by hour of the day: quiet nights, a lunch and an evening peak. */
static const double hour_shape[24] = {0.35, 0.22, 0.15, 0.12, 0.12, 0.18, 0.40, 0.75,
                                      1.05, 1.20, 1.30, 1.45, 1.55, 1.40, 1.25, 1.20,
                                      1.25, 1.40, 1.60, 1.85, 1.90, 1.60, 1.10, 0.65};
/* Monday to Sunday. */
static const double day_shape[7] = {0.95, 0.95, 1.0, 1.0, 1.05, 1.1, 0.95};

static double lognormal(const gsl_rng *rng, double p50, double p99)
{
    double sigma = log(p99 / p50) / 2.3263478740408408; /* the normal's 99th percentile */
    return p50 * exp(gsl_ran_gaussian_ziggurat(rng, sigma));
}

static void add(struct log *log, double start, double duration, int route, unsigned id, int status)
{
    if (log->count >= MAX_RECORDS || start + duration >= WEEK_S)
        return;
    log->records[log->count++] = (struct record){
        .end = start + duration, .duration = duration, .route = route, .id = id, .status = status};
}

/* ---- the shop's access log --------------------------------------------------------------- */

enum { SEARCH, PRODUCT, CHECKOUT, IMAGE, HOOK, REPORT, ADMIN, STOCK, ROUTE_COUNT };

static const struct {
    const char *method, *format; /* the path; one %u takes the identifier */
    double per_s, p50, p99;      /* mean rate (0: arrivals made elsewhere); service time, s */
    unsigned ids;
    int bytes;
    double error_share;
} routes[ROUTE_COUNT] = {
    [SEARCH] = {"GET", "/search?q=%u", 0.030, 0.090, 0.420, 300, 14200, 0.001},
    [PRODUCT] = {"GET", "/products/%u", 0.022, 0.045, 0.210, 800, 22800, 0.0005},
    [CHECKOUT] = {"POST", "/checkout", 0.004, 0.140, 0.185, 0, 1900, 0.002},
    [IMAGE] = {"GET", "/img/p%u.jpg", 0.018, 0.003, 0.012, 400, 48100, 0.0},
    [HOOK] = {"POST", "/hooks/payments", 0.0, 0.060, 0.240, 0, 120, 0.0},
    [REPORT] = {"GET", "/reports/nightly", 0.0, 14.0, 22.0, 0, 912000, 0.0},
    [ADMIN] = {"GET", "/admin/users/%u", 0.0, 0.180, 0.600, 40, 6400, 0.0},
    [STOCK] = {"GET", "/internal/stock/%u", 0.0008, 0.320, 0.900, 900, 640, 0.0},
};

static void arrive(struct log *log, const gsl_rng *rng, int route, double start)
{
    unsigned id = routes[route].ids ? (unsigned)gsl_rng_uniform_int(rng, routes[route].ids) + 1 : 0;
    int status = gsl_rng_uniform(rng) < routes[route].error_share ? 502 : 200;
    add(log, start, lognormal(rng, routes[route].p50, routes[route].p99), route, id, status);
}

static void rhythm(struct log *log, const gsl_rng *rng, int route)
{
    double bound = routes[route].per_s * 1.90 * 1.1; /* the largest hour times the largest day */
    for (double t = 0; bound > 0;) {
        t += gsl_ran_exponential(rng, 1.0 / bound);
        if (t >= WEEK_S)
            break;
        double rate = routes[route].per_s * hour_shape[(int)fmod(t / 3600.0, 24.0)] *
                      day_shape[(int)(t / 86400.0)];
        if (gsl_rng_uniform(rng) * bound < rate)
            arrive(log, rng, route, t);
    }
}

static void shop_bursts(struct log *log, const gsl_rng *rng)
{
    for (int day = 0; day < 7; day++) {
        /* The payment partner settles in batches: four times a day, 80 calls in some 15 s. */
        for (int batch = 0; batch < 4; batch++) {
            double t = day * 86400.0 + (1 + 6 * batch) * 3600.0 + 120.0;
            for (int i = 0; i < 80; i++)
                arrive(log, rng, HOOK, t += gsl_ran_exponential(rng, 0.19));
        }
        arrive(log, rng, REPORT, day * 86400.0 + 2 * 3600.0 + 5.0);
    }
    for (int i = 0; i < 5; i++)
        arrive(log, rng, ADMIN, gsl_rng_uniform(rng) * WEEK_S);
    /* Month's end, Wednesday 18:00: exports read the whole stock through the internal API. */
    for (double t = 2 * 86400.0 + 18 * 3600.0, end = t + 300.0; t < end;)
        arrive(log, rng, STOCK, t += gsl_ran_exponential(rng, 1.0 / 24.0));
}

static int by_end(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->route - y->route;
}

/* Civil time of a second of the week; the week starts on 28 September. */
static void day_and_time(double t, int *month, int *day, int clock[3])
{
    long s = (long)t;
    int d = 28 + (int)(s / 86400);
    *month = d > 30 ? 10 : 9;
    *day = d > 30 ? d - 30 : d;
    clock[0] = (int)(s % 86400 / 3600);
    clock[1] = (int)(s % 3600 / 60);
    clock[2] = (int)(s % 60);
}

static void write_access(FILE *out, const struct log *log, const gsl_rng *rng)
{
    static const char *const agents[3] = {"Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0",
                                          "ShopApp/7.2", "python-requests/2.32"};
    for (size_t i = 0; i < log->count; i++) {
        const struct record *r = &log->records[i];
        int month, day, clock[3];
        char path[64];
        day_and_time(r->end, &month, &day, clock);
        snprintf(path, sizeof path, routes[r->route].format, r->id);
        fprintf(out,
                "203.0.113.%lu - - [%02d/%s/2026:%02d:%02d:%02d +0000] \"%s %s HTTP/1.1\" %d %d "
                "\"-\" \"%s\" %.3f\n",
                gsl_rng_uniform_int(rng, 8) + 1, day, month == 9 ? "Sep" : "Oct", clock[0],
                clock[1], clock[2], routes[r->route].method, path, r->status,
                r->status == 200 ? routes[r->route].bytes : 157,
                agents[r->route == HOOK || r->route == STOCK ? 2 : r->route % 2], r->duration);
    }
}

/* ---- the image pipeline: Lambda REPORT lines as `aws logs tail` prints them --------------- */

#define KEEP_ALIVE_S 360.0
#define INSTANCES    64 /* more than ever run at once */

static int by_start(const void *a, const void *b)
{
    double x = ((const struct record *)a)->end - ((const struct record *)a)->duration;
    double y = ((const struct record *)b)->end - ((const struct record *)b)->duration;
    return (x > y) - (x < y);
}

/* Each picture goes to the instance that was free last, within six minutes; else a new one starts,
 * and its first picture ends later by the initialisation. Own draws: the rest stays as it is. */
static void run_on_instances(struct log *log)
{
    double free_at[INSTANCES];
    unsigned number[INSTANCES], launched = 0;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 4711);
    for (int k = 0; k < INSTANCES; k++)
        free_at[k] = -2 * KEEP_ALIVE_S;
    qsort(log->records, log->count, sizeof *log->records, by_start);
    for (size_t i = 0; i < log->count; i++) {
        struct record *r = &log->records[i];
        double start = r->end - r->duration;
        int warm = -1, gone = -1;
        for (int k = 0; k < INSTANCES; k++) {
            if (free_at[k] <= start - KEEP_ALIVE_S)
                gone = k;
            else if (free_at[k] <= start && (warm < 0 || free_at[k] > free_at[warm]))
                warm = k;
        }
        if (warm < 0 && gone < 0)
            exit(3);
        if (warm < 0) {
            r->init = lognormal(rng, 0.26, 0.70);
            r->end += r->init;
            number[warm = gone] = launched++;
        }
        free_at[warm] = r->end;
        r->id = number[warm];
    }
    gsl_rng_free(rng);
}

static void write_pipeline(FILE *out, const gsl_rng *rng)
{
    struct log log = {calloc(MAX_RECORDS, sizeof(struct record)), 0};
    if (!log.records)
        exit(3);
    /* Merchants upload in sessions: some seven a day in working hours, 40 pictures each. */
    for (int day = 0; day < 7; day++)
        for (int session = 0; session < 7; session++) {
            double t = day * 86400.0 + (7.0 + 13.0 * gsl_rng_uniform(rng)) * 3600.0;
            for (unsigned i = 0, n = gsl_ran_poisson(rng, 40); i < n; i++)
                add(&log, t += gsl_ran_exponential(rng, 0.6), lognormal(rng, 1.7, 4.2), 0, i, 0);
        }
    run_on_instances(&log);
    qsort(log.records, log.count, sizeof *log.records, by_end);
    for (size_t i = 0; i < log.count; i++) {
        const struct record *r = &log.records[i];
        int month, day, clock[3];
        day_and_time(r->end, &month, &day, clock);
        fprintf(out,
                "2026-%02d-%02dT%02d:%02d:%02d.%03d000+00:00 2026/%02d/%02d/[$LATEST]%08lx REPORT "
                "RequestId: %08lx-0000-4000-8000-%012zx\tDuration: %.2f ms\t"
                "Billed Duration: %.0f ms\tMemory Size: 1024 MB\tMax Memory Used: %lu MB\t",
                month, day, clock[0], clock[1], clock[2], (int)(fmod(r->end, 1.0) * 1000.0), month,
                day, 0x5eedUL + r->id, gsl_rng_get(rng) & 0xffffffffUL, i, r->duration * 1000.0,
                ceil((r->duration + r->init) * 1000.0), 290 + gsl_rng_uniform_int(rng, 60));
        if (r->init > 0)
            fprintf(out, "Init Duration: %.2f ms\t", r->init * 1000.0);
        fputc('\n', out);
    }
    free(log.records);
}

/* ---- queue jobs: video transcoding all day, invoices at night ------------------------------- */

static void write_jobs(FILE *out, const gsl_rng *rng)
{
    static const char *const names[2] = {"transcode", "invoice-pdf"};
    struct log log = {calloc(MAX_RECORDS, sizeof(struct record)), 0};
    if (!log.records)
        exit(3);
    for (double t = 0; t < WEEK_S; t += gsl_ran_exponential(rng, 60.0))
        add(&log, t, lognormal(rng, 100.0, 380.0), 0, 780, 0);
    for (int day = 0; day < 7; day++)
        for (double t = day * 86400.0 + 3 * 3600.0, end = t + 1200.0; t < end;)
            add(&log, t += gsl_ran_exponential(rng, 5.0), lognormal(rng, 2.4, 6.5), 1, 210, 0);
    qsort(log.records, log.count, sizeof *log.records, by_end);
    fputs("start,workload,trigger,duration_ms,memory_mb\n", out);
    for (size_t i = 0; i < log.count; i++) {
        const struct record *r = &log.records[i];
        int month, day, clock[3];
        double start = r->end - r->duration;
        day_and_time(start, &month, &day, clock);
        fprintf(out, "2026-%02d-%02dT%02d:%02d:%02d.%03dZ,%s,queue,%.0f,%lu\n", month, day,
                clock[0], clock[1], clock[2], (int)(fmod(start, 1.0) * 1000.0), names[r->route],
                r->duration * 1000.0, r->id + gsl_rng_uniform_int(rng, 120));
    }
    free(log.records);
}

static FILE *open_in(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        exit(3);
    }
    return out;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    struct log log = {calloc(MAX_RECORDS, sizeof(struct record)), 0};
    if (!rng || !log.records)
        return 3;
    gsl_rng_set(rng, SEED);
    for (int route = 0; route < ROUTE_COUNT; route++)
        rhythm(&log, rng, route);
    shop_bursts(&log, rng);
    qsort(log.records, log.count, sizeof *log.records, by_end);
    FILE *out = open_in(argv[1], "shop-access.log");
    write_access(out, &log, rng);
    int failed = fclose(out);
    out = open_in(argv[1], "image-pipeline.log");
    write_pipeline(out, rng);
    failed |= fclose(out);
    out = open_in(argv[1], "queue-jobs.csv");
    write_jobs(out, rng);
    failed |= fclose(out);
    free(log.records);
    gsl_rng_free(rng);
    return failed ? 3 : 0;
}
