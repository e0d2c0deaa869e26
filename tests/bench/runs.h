/* runs.h: programs run and measured, rounds in turn, medians, bars. */
#ifndef BENCH_RUNS_H
#define BENCH_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

#define RUNS_ROUNDS 5

struct run {
    double wall_s, cpu_s; /* cpu: user and system, of the program and its children */
    double peak_mib;      /* resident */
};

/* Runs argv[0] (searched in PATH) with its output thrown away. Ends the bench with status 3 and a
 * word when the program cannot be run or does not end with 0. */
struct run run_program(const char *const argv[]);
struct run run_of(const struct rusage *usage, double wall_s);
bool has_program(const char *name);

double median(const double *values, size_t count); /* at most RUNS_ROUNDS values */

enum bar { AT_MOST, AT_LEAST };
/* Prints `what: VALUE (bar: at most BAR) met|MISSED`. */
void say_bar(const char *what, double value, enum bar kind, double bar, const char *unit);

/* A folder of this run; everything in it is removed by scratch_remove. */
const char *scratch_folder(void);
void scratch_remove(const char *folder);

#endif
