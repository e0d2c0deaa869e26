/* check.h: what every cmocka test includes first: cmocka in its right order, doubles, traces.
 *
 * cmocka's own assert_float_equal casts to float and would take 0.7455405897 for 0.7455405999.
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* |actual - expected| <= tolerance, an absolute figure in the unit of both. NaN never passes. */
#define assert_close(actual, expected, tolerance)                                                  \
    check_close((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)

static inline void check_close(double actual, double expected, double tolerance, const char *what,
                               const char *file, int line)
{
    if (fabs(actual - expected) <= tolerance || (isinf(expected) && actual == expected)) {
        return;
    }
    print_error("%s is %.17g, expected %.17g +- %g (off by %g)\n", what, actual, expected,
                tolerance, actual - expected);
    _fail(file, line);
}

/* The folder with real logs, or NULL after saying so: then the test calls skip(). */
static inline const char *hr_traces_dir(void)
{
    const char *dir = getenv("HR_TRACES");
    if (dir != NULL && dir[0] != '\0' && access(dir, R_OK | X_OK) == 0) {
        return dir;
    }
    print_message("skipped: ../shared/traces is not there\n");
    return NULL;
}

#endif
