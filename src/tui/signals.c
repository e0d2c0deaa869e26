/* signals.c: handlers, the pipe that wakes the loop, and the way out of a crash. */
#include "tui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
#define ENDING_COUNT (sizeof ending / sizeof ending[0])
#define FATAL_COUNT  (sizeof fatal / sizeof fatal[0])

/* Reached from handlers: nothing else can carry it there. */
static volatile sig_atomic_t ending_signal, stop_asked;
static int wake_pipe[2] = {-1, -1};
static struct termios saved_mode;
static bool have_mode;
static char restore[HR__RESTORE_MAX];
static size_t restore_len;
static struct sigaction before_size, before_stop;
static struct sigaction before_ending[ENDING_COUNT], before_fatal[FATAL_COUNT];

void hr__signals_wake(void)
{
    int saved = errno;
    if (wake_pipe[1] >= 0) {
        ssize_t written = write(wake_pipe[1], "!", 1); /* full: the loop is awake anyway */
        (void)written;
    }
    errno = saved;
}

static void on_ending(int signal_number)
{
    ending_signal = signal_number;
    hr__signals_wake();
}

static void on_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
    hr__signals_wake();
}

static void on_fatal(int signal_number)
{
    if (restore_len) {
        ssize_t written = write(STDOUT_FILENO, restore, restore_len);
        (void)written;
    }
    if (have_mode)
        tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
    signal(signal_number, SIG_DFL);
    raise(signal_number); /* taken as soon as the handler returns */
}

static void on_size(int signal_number)
{
    if (before_size.sa_handler != SIG_DFL && before_size.sa_handler != SIG_IGN)
        before_size.sa_handler(signal_number);
    hr__signals_wake();
}

void hr__signals_watch_size(void)
{
    struct sigaction action = {.sa_handler = on_size};
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, NULL, &before_size);
    sigaction(SIGWINCH, &action, NULL);
}

bool hr__signals_open(struct hr_error *err)
{
    if (pipe2(wake_pipe, O_NONBLOCK | O_CLOEXEC) != 0)
        return hr_fail(err, HR_EIO, "cannot make a pipe: %s", strerror(errno));
    ending_signal = 0;
    have_mode = tcgetattr(STDIN_FILENO, &saved_mode) == 0;
    struct sigaction action = {.sa_handler = on_ending};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ENDING_COUNT; i++)
        sigaction(ending[i], &action, &before_ending[i]);
    action.sa_handler = on_stop;
    sigaction(SIGTSTP, &action, &before_stop); /* before ncurses, which then leaves it alone */
    action.sa_handler = on_fatal;
    for (size_t i = 0; i < FATAL_COUNT; i++)
        sigaction(fatal[i], &action, &before_fatal[i]);
    return true;
}

void hr__signals_restore_with(const char *bytes)
{
    size_t len = strlen(bytes);
    restore_len = 0; /* a crash from here on sends nothing, not half of it */
    if (len >= sizeof restore)
        return;
    memcpy(restore, bytes, len + 1);
    restore_len = len;
}

void hr__signals_close(void)
{
    restore_len = 0;
    signal(SIGWINCH, SIG_DFL);
    sigaction(SIGTSTP, &before_stop, NULL);
    for (size_t i = 0; i < ENDING_COUNT; i++)
        sigaction(ending[i], &before_ending[i], NULL);
    for (size_t i = 0; i < FATAL_COUNT; i++)
        sigaction(fatal[i], &before_fatal[i], NULL);
    for (int i = 0; i < 2; i++) {
        if (wake_pipe[i] >= 0)
            close(wake_pipe[i]);
        wake_pipe[i] = -1;
    }
}

bool hr__signals_wait(void)
{
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = wake_pipe[0], .events = POLLIN}};
    if (poll(fds, 2, -1) < 0)
        return errno == EINTR;
    char bytes[64];
    if (fds[1].revents)
        while (read(wake_pipe[0], bytes, sizeof bytes) > 0)
            continue;
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) && !(fds[0].revents & POLLIN))
        ending_signal = SIGHUP; /* the terminal is gone */
    return fds[0].revents & POLLIN;
}

int hr__signals_ending(void)
{
    return ending_signal;
}

bool hr__signals_stopping(void)
{
    bool asked = stop_asked;
    stop_asked = 0;
    return asked;
}

void hr__signals_stop(void)
{
    struct sigaction ours;
    sigaction(SIGTSTP, &before_stop, &ours);
    kill(getpid(), SIGTSTP); /* returns when the process is continued */
    sigaction(SIGTSTP, &ours, NULL);
    hr__signals_wake(); /* the window may have another size */
}

void hr__signals_die(int signal_number)
{
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}
