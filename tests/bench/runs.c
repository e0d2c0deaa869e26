/* runs.c: see runs.h. Bars are judged by CPU time: on a machine with other work the wall clock
 * measures that work; in a quiet run both agree for a program of one thread. */
#include "runs.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct run run_of(const struct rusage *usage, double wall_s)
{
    return (struct run){.wall_s = wall_s,
                        .cpu_s = seconds_of(usage->ru_utime) + seconds_of(usage->ru_stime),
                        .peak_mib = (double)usage->ru_maxrss / 1024};
}

struct run run_program(const char *const argv[])
{
    int status = 0;
    struct rusage usage;
    double begin = now_s();
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        char **arguments = (char **)(void *)argv; /* execvp takes them without const */
        if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
            _exit(127);
        execvp(argv[0], arguments);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
        fprintf(stderr, "%s %s: cannot be measured, status %d\n", argv[0], argv[1] ? argv[1] : "",
                WIFEXITED(status) ? WEXITSTATUS(status) : status);
        exit(3);
    }
    return run_of(&usage, now_s() - begin);
}

bool has_program(const char *name)
{
    const char *path = getenv("PATH");
    char file[4096];
    while (path && *path) {
        size_t len = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)len, path, name);
        if (access(file, X_OK) == 0)
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(const double *values, size_t count)
{
    double sorted[RUNS_ROUNDS];
    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, ascending);
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

void say_bar(const char *what, double value, enum bar kind, double bar, const char *unit)
{
    bool met = kind == AT_MOST ? value <= bar : value >= bar;
    printf("%-52s %8.2f%s  bar: at %s %.4g%s  %s\n", what, value, unit,
           kind == AT_MOST ? "most" : "least", bar, unit, met ? "met" : "MISSED");
    fflush(stdout);
}

const char *scratch_folder(void)
{
    static char folder[4096];
    const char *base = getenv("HR_SCRATCH");
    if (!base)
        base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/headroom-bench.XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(3);
    }
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void scratch_remove(const char *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
