/* progress.c: a bar on stderr while long work runs, and Ctrl-C as a polite cancel.
 *
 * The first SIGINT makes the callback answer "stop"; the work then ends with nothing changed. A
 * second one kills, in case the work does not come round to asking.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_CELLS 30

struct cli_progress {
    struct hr_progress callback;
    struct sigaction before;
    bool visible, drawn;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    interrupted = 1;
    signal(signal_number, SIG_DFL);
}

static void draw(const struct hr_progress_state *state)
{
    double share = state->total > 0 ? state->done / state->total : 0;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    struct hr_text line = {.max = 4096};
    hr_text_puts(&line, "\r\033[K");
    hr_text_add_clean(&line, state->what ? state->what : "",
                      state->what ? strnlen(state->what, 60) : 0);
    if (state->total > 0) {
        int full = (int)(share * BAR_CELLS + 0.5);
        hr_text_puts(&line, " [");
        for (int i = 0; i < BAR_CELLS; i++)
            hr_text_puts(&line, i < full ? "#" : ".");
        hr_text_printf(&line, "] %3.0f %%", share * 100);
    }
    if (state->lines)
        hr_text_printf(&line, "  %llu lines", (unsigned long long)state->lines);
    if (line.data)
        fputs(line.data, stderr);
    hr_text_clear(&line);
}

static bool report(void *context, const struct hr_progress_state *state)
{
    struct cli_progress *progress = context;
    if (progress->visible) {
        draw(state);
        progress->drawn = true;
    }
    return !interrupted;
}

struct cli_progress *cli_progress_begin(const struct cli_common *common)
{
    struct cli_progress *progress = calloc(1, sizeof *progress);
    if (!progress)
        return NULL;
    progress->callback = (struct hr_progress){.report = report, .context = progress};
    progress->visible = !common->quiet && isatty(STDERR_FILENO);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &progress->before);
    return progress;
}

const struct hr_progress *cli_progress_callback(const struct cli_progress *progress)
{
    return progress ? &progress->callback : NULL;
}

void cli_progress_end(struct cli_progress *progress)
{
    if (!progress)
        return;
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    sigaction(SIGINT, &progress->before, NULL);
    free(progress);
}
