/* compare.c: the library from outside: opens a plan file, replays its application on every
 * platform and prints the verdicts. It includes public headers only.
 *
 *   compare PLAN [APPLICATION]     for example: build/tests/example/compare build/demo.plan
 *
 * Exit status: 0 done, 2 wrong usage or bad input, 3 a fault of the machine.
 */
#include <stdio.h>
#include <string.h>

#include "headroom/model.h"
#include "headroom/plan.h"
#include "headroom/price.h"
#include "headroom/store.h"

/* A name that came out of a log may hold anything: control characters are made harmless. */
static void print_clean(const char *before, const char *text, const char *after)
{
    struct hr_text clean = {0};
    hr_text_add_clean(&clean, text, strlen(text));
    printf("%s%s%s", before, clean.data ? clean.data : "", after);
    hr_text_clear(&clean);
}

/* The best platform of one kind; row -1: none of that kind meets the target. */
static void print_best(const struct hr_comparison *comparison, const char *kind, int row)
{
    if (row < 0) {
        printf("    %-9s none meets the target\n", kind);
        return;
    }
    const struct hr_row *best = &comparison->rows[row];
    printf("    %-9s %s", kind, best->title);
    if (best->bill.count) /* none without prices; the total is that of the lines as shown */
        printf(", USD %.2f a month", hr_bill_shown_total(&best->bill));
    printf(", p99 %.0f ms, %.2f %% within the target\n", best->response_p99_ms,
           best->target_met_pct);
}

static void print_verdict(const struct hr_comparison *comparison, const struct hr_verdict *verdict)
{
    print_clean("", verdict->workload, ": ");
    printf("%s\n", hr_answer_name(verdict->answer));
    print_clean("    ", verdict->sentence, "\n");
    print_best(comparison, "function", verdict->best_function);
    print_best(comparison, "fleet", verdict->best_fleet);
}

/* One verdict for each workload, then one for "(all)". */
static bool compare(const char *plan, const char *app, struct hr_error *err)
{
    struct hr_store *store = NULL;
    struct hr_models *models = NULL;
    struct hr_comparison comparison = {0};
    const struct hr_compare_options options = {.app = app};
    bool done = hr_store_open(plan, HR_STORE_READ, &store, err) &&
                hr_models_open(NULL, &models, err) &&
                hr_compare(store, models, &options, &comparison, err);
    for (size_t i = 0; done && i <= comparison.workload_count; i++)
        print_verdict(&comparison, &comparison.verdicts[i]);
    hr_comparison_clear(&comparison);
    hr_models_close(models);
    hr_store_close(store);
    return done;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: compare PLAN [APPLICATION]\n");
        return 2;
    }
    struct hr_error err = {0};
    if (!compare(argv[1], argc > 2 ? argv[2] : NULL, &err)) {
        fprintf(stderr, "compare: %s\n", err.text);
        return hr_error_exit_status(&err);
    }
    return 0;
}
