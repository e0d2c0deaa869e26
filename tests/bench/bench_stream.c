/* bench_stream.c: a large trace against a small one: cost of an invocation, and the memory that it
 * takes. HR_BENCH_ROWS=N makes the large one smaller than 200 million, whose plan takes 1.2 GB of
 * disk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "plans.h"

#define SMALL UINT64_C(2000000)
#define LARGE UINT64_C(200000000)

static void measure(const char *folder, size_t workloads, uint64_t rows)
{
    char plan[4200], platform[4200], what[96];
    double small[RUNS_ROUNDS], peak = 0;
    snprintf(plan, sizeof plan, "%s/stream.plan", folder);
    snprintf(platform, sizeof platform, "%s/stream.yaml", folder);
    const char *id = platform_write(platform, HR_FUNCTION);
    const struct compared compared = {.plan = plan, .platform = platform, .id = id, .threads = 1};
    plan_write(plan, workloads, SMALL);
    for (size_t r = 0; r < RUNS_ROUNDS; r++)
        small[r] = 1e9 * compare_apart(&compared).cpu_s / (double)SMALL;
    unlink(plan);
    plan_write(plan, workloads, rows);
    const struct run large = compare_apart(&compared);
    unlink(plan);
    peak = large.peak_mib;
    const double each = 1e9 * large.cpu_s / (double)rows, before = median(small, RUNS_ROUNDS);
    printf("%zu workloads: %.1f ns an invocation of %g million, %.1f ns of %g million\n", workloads,
           before, (double)SMALL / 1e6, each, (double)rows / 1e6);
    snprintf(what, sizeof what, "%zu workloads, %g million against %g million", workloads,
             (double)rows / 1e6, (double)SMALL / 1e6);
    say_bar(what, each / before, AT_MOST, 1.3, "");
    snprintf(what, sizeof what, "%zu workloads, memory at %g million", workloads,
             (double)rows / 1e6);
    say_bar(what, peak, AT_MOST, 256, " MiB");
}

int main(void)
{
    const char *folder = scratch_folder(), *asked = getenv("HR_BENCH_ROWS");
    const uint64_t rows = asked ? strtoull(asked, NULL, 10) : LARGE;
    measure(folder, 1, rows);
    measure(folder, 40, rows);
    scratch_remove(folder);
    return 0;
}
