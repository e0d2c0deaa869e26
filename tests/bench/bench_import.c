/* bench_import.c: `headroom import`, from the bytes of a log to the committed plan file, against
 * what a person would take instead or what the hardware allows, in the same run.
 *
 * Each round runs the reference and the import one after another on the same warm file; the median
 * of the rounds' ratios stands beside its bar. Logs are made anew and removed at the end.
 */
#include <csv.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generate.h"
#include "runs.h"

#define LINES        ((size_t)2500000)
#define LINES_JSON   ((size_t)1000000)
#define LINES_MEMORY ((size_t)5000000)
#define LINES_SMALL  ((size_t)200000)

struct place {
    const char *folder, *program, *self;
    char log[4200], plan[4200];
};

static void make_log(struct place *place, enum log_kind kind, size_t lines)
{
    snprintf(place->log, sizeof place->log, "%s/bench.log", place->folder);
    snprintf(place->plan, sizeof place->plan, "%s/bench.plan", place->folder);
    if (!generate_log(place->log, kind, lines)) {
        perror(place->log);
        scratch_remove(place->folder);
        exit(3);
    }
}

static struct run import(const struct place *place)
{
    const char *const argv[] = {place->program, "import",   "--quiet", "--plan",
                                place->plan,    place->log, NULL};
    unlink(place->plan);
    return run_program(argv);
}

static double megabytes(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (double)status.st_size / 1e6 : 0;
}

struct rounds {
    double import_s[RUNS_ROUNDS], cpu_s[RUNS_ROUNDS], ratio[RUNS_ROUNDS], wall_ratio[RUNS_ROUNDS];
    double peak_mib;
};

static struct rounds take_rounds(const struct place *place, const char *const reference[])
{
    struct rounds rounds = {.peak_mib = 0};
    import(place); /* warms the file and the program */
    for (size_t r = 0; r < RUNS_ROUNDS; r++) {
        struct run unit = run_program(reference), run = import(place);
        rounds.import_s[r] = run.wall_s;
        rounds.cpu_s[r] = run.cpu_s;
        rounds.ratio[r] = run.cpu_s / unit.cpu_s;
        rounds.wall_ratio[r] = run.wall_s / unit.wall_s;
        rounds.peak_mib = run.peak_mib > rounds.peak_mib ? run.peak_mib : rounds.peak_mib;
    }
    return rounds;
}

static void say_rounds(const struct place *place, const char *name, const struct rounds *rounds,
                       size_t lines)
{
    double cpu = median(rounds->cpu_s, RUNS_ROUNDS), size = megabytes(place->log);
    printf("%s: %zu lines, %.0f MB into a plan of %.1f MB: %.2f M lines/s, %.0f MB/s of CPU time"
           " (%.2f s; %.2f s by the clock, %.1f times the reference), %.0f MiB resident\n",
           name, lines, size, megabytes(place->plan), (double)lines / cpu / 1e6, size / cpu, cpu,
           median(rounds->import_s, RUNS_ROUNDS), median(rounds->wall_ratio, RUNS_ROUNDS),
           rounds->peak_mib);
}

static void bench_wc(struct place *place, const char *name, enum log_kind kind, double bar)
{
    make_log(place, kind, LINES);
    const char *const wc[] = {"wc", "-l", place->log, NULL};
    struct rounds rounds = take_rounds(place, wc);
    say_rounds(place, name, &rounds, LINES);
    char what[80];
    snprintf(what, sizeof what, "  %s, times `wc -l`", name);
    say_bar(what, median(rounds.ratio, RUNS_ROUNDS), AT_MOST, bar, "");
}

/* Whole import of a compressed log against its decompression alone. */
static void bench_gzip(struct place *place)
{
    make_log(place, LOG_COMBINED, LINES);
    const char *const gzip[] = {"gzip", "-kf", place->log, NULL};
    run_program(gzip);
    unlink(place->log);
    snprintf(place->log, sizeof place->log, "%s/bench.log.gz", place->folder);
    const char *const inflate[] = {"gzip", "-dc", place->log, NULL};
    struct rounds rounds = take_rounds(place, inflate);
    say_rounds(place, "combined.gz", &rounds, LINES);
    say_bar("  combined.gz, times `gzip -dc`", median(rounds.ratio, RUNS_ROUNDS), AT_MOST, 0.65,
            "");
    unlink(place->log);
}

static void bench_csv(struct place *place)
{
    make_log(place, LOG_CSV, LINES);
    const char *const bare[] = {place->self, "--bare-libcsv", place->log, NULL};
    struct rounds rounds = take_rounds(place, bare);
    say_rounds(place, "CSV", &rounds, LINES);
    say_bar("  CSV, times a bare libcsv parse", median(rounds.ratio, RUNS_ROUNDS), AT_MOST, 1.8,
            "");
}

static void bench_json(struct place *place)
{
    make_log(place, LOG_JSON, LINES_JSON);
    const char *const bare[] = {place->self, "--bare-jansson", place->log, NULL};
    struct rounds rounds = take_rounds(place, bare);
    say_rounds(place, "JSON lines", &rounds, LINES_JSON);
    say_bar("  JSON lines, times a bare jansson parse", median(rounds.ratio, RUNS_ROUNDS), AT_MOST,
            2, "");
}

static void bench_goaccess(struct place *place)
{
    if (!has_program("goaccess")) {
        puts("GoAccess: skipped, it is not installed");
        return;
    }
    make_log(place, LOG_COMBINED, LINES_SMALL);
    char output[4200];
    snprintf(output, sizeof output, "%s/bench.json", place->folder);
    const char *const goaccess[] = {
        "goaccess", place->log, "--log-format=COMBINED", "--no-progress", "-o", output, NULL};
    double ratio[3], cpu[3];
    import(place);
    for (size_t r = 0; r < 3; r++) {
        struct run other = run_program(goaccess), run = import(place);
        ratio[r] = other.cpu_s / run.cpu_s;
        cpu[r] = other.cpu_s;
    }
    printf("GoAccess: %zu lines, %.3f M lines/s\n", LINES_SMALL,
           (double)LINES_SMALL / median(cpu, 3) / 1e6);
    say_bar("  lines per second, times GoAccess", median(ratio, 3), AT_LEAST, 60, "");
}

static void bench_memory(struct place *place)
{
    make_log(place, LOG_TIMED, LINES_MEMORY);
    struct run run = import(place);
    printf("memory: %zu lines, %.0f MB\n", LINES_MEMORY, megabytes(place->log));
    say_bar("  combined + request time, peak resident", run.peak_mib, AT_MOST, 128, " MiB");
    make_log(place, LOG_REPORT, LINES_MEMORY);
    run = import(place);
    say_bar("  Lambda REPORT, peak resident", run.peak_mib, AT_MOST, 128, " MiB");
}

/* ---- the reference for CSV: fields and rows counted, nothing else */

struct count {
    size_t fields, rows, bytes;
};

static void count_field(void *text, size_t len, void *context)
{
    struct count *count = context;
    (void)text;
    count->fields++;
    count->bytes += len;
}

static void count_row(int terminator, void *context)
{
    struct count *count = context;
    (void)terminator;
    count->rows++;
}

static int parse_bare(const char *path)
{
    static char buffer[1 << 18];
    struct csv_parser parser;
    struct count count = {0};
    int fd = open(path, O_RDONLY);
    if (fd < 0 || csv_init(&parser, 0) != 0)
        return 3;
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        if (csv_parse(&parser, buffer, (size_t)got, count_field, count_row, &count) != (size_t)got)
            return 3;
    csv_fini(&parser, count_field, count_row, &count);
    csv_free(&parser);
    close(fd);
    printf("%zu fields, %zu rows, %zu bytes\n", count.fields, count.rows, count.bytes);
    return got < 0 || count.fields != 3 * count.rows;
}

/* ---- the reference for JSON: every line becomes a tree, nothing else */

static int parse_jansson(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, rows = 0;
    ssize_t len;
    while (file && (len = getline(&line, &room, file)) > 0) {
        json_t *object = json_loadb(line, (size_t)len, 0, NULL);
        rows += object != NULL;
        json_decref(object);
    }
    free(line);
    printf("%zu rows\n", rows);
    return file == NULL || fclose(file) != 0 || rows == 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--bare-jansson") == 0)
        return parse_jansson(argv[2]);
    if (argc == 3 && strcmp(argv[1], "--bare-libcsv") == 0)
        return parse_bare(argv[2]);
    struct place place = {.program = getenv("HR_BIN"), .self = argv[0]};
    if (!place.program)
        place.program = "build/headroom";
    place.folder = scratch_folder();
    bench_wc(&place, "combined", LOG_COMBINED, 7);
    bench_wc(&place, "combined + request time", LOG_TIMED, 7);
    bench_wc(&place, "Lambda REPORT", LOG_REPORT, 8);
    bench_wc(&place, "ALB", LOG_ALB, 3.5);
    bench_gzip(&place);
    bench_csv(&place);
    bench_json(&place);
    bench_goaccess(&place);
    bench_memory(&place);
    scratch_remove(place.folder);
    return 0;
}
