/* harness.c: a pseudo terminal on one side, libvterm's screen on the other. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

struct terminal {
    int master;
    int slave; /* kept open, so that its modes can be read after the program's end */
    pid_t pid; /* 0 once it has been waited for */
    int status;
    int columns, lines;
    bool alternate, cursor;
    VTerm *vterm;
    VTermScreen *screen;
    char *bytes; /* everything received */
    size_t len, capacity;
    char row[8192];
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool terminal_can_run(void)
{
    const char *program = getenv("HR_BIN");
    if (access("/dev/ptmx", R_OK | W_OK) != 0) {
        print_message("skipped: /dev/ptmx is not there\n");
        return false;
    }
    if (!program || access(program, X_OK) != 0) {
        print_message("skipped: HR_BIN names no program\n");
        return false;
    }
    return true;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct terminal *t = user;
    if (property == VTERM_PROP_ALTSCREEN)
        t->alternate = value->boolean;
    else if (property == VTERM_PROP_CURSORVISIBLE)
        t->cursor = value->boolean;
    return 1;
}

static void set_environment(const struct terminal_options *options)
{
    setenv("TERM", options->term ? options->term : "xterm-256color", 1);
    setenv("LC_ALL", options->locale ? options->locale : "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    for (const char *const *s = options->settings; s && *s; s++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*s, "="), *s);
        setenv(name, strchr(*s, '=') + 1, 1);
    }
}

static void run_program(const char *const *arguments)
{
    const char *argv[32] = {getenv("HR_BIN")};
    for (size_t n = 1; arguments && arguments[n - 1] && n < 31; n++)
        argv[n] = arguments[n - 1];
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Gives the terminal to a process group; the shell itself may be in the background then. */
static void hand_terminal_to(pid_t group)
{
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, group);
}

/* What a shell does for one job: without one, the kernel would not stop the program at all. */
static void run_in_shell(const char *const *arguments)
{
    char line[64];
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        hand_terminal_to(getpid());
        signal(SIGTTOU, SIG_DFL);
        run_program(arguments);
    }
    setpgid(pid, pid);
    hand_terminal_to(pid);
    while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
        hand_terminal_to(getpid());
        dprintf(STDOUT_FILENO, "[stopped]\r\n");
        if (read(STDIN_FILENO, line, sizeof line) <= 0)
            break;
        hand_terminal_to(pid);
        kill(pid, SIGCONT);
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

struct terminal *terminal_open(const struct terminal_options *options)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    struct terminal *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->columns = options->columns ? options->columns : 120;
    t->lines = options->lines ? options->lines : 40;
    t->cursor = true;
    struct winsize size = {.ws_row = (unsigned short)t->lines,
                           .ws_col = (unsigned short)t->columns};
    assert_int_equal(openpty(&t->master, &t->slave, NULL, NULL, &size), 0);
    fcntl(t->master, F_SETFD, FD_CLOEXEC);
    t->vterm = vterm_new(t->lines, t->columns);
    vterm_set_utf8(t->vterm, 1);
    t->screen = vterm_obtain_screen(t->vterm);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_reset(t->screen, 1);
    t->pid = fork();
    assert_true(t->pid >= 0);
    if (t->pid == 0) {
        set_environment(options);
        int slave = t->slave;
        if (login_tty(slave) != 0)
            _exit(126);
        if (options->in_shell)
            run_in_shell(options->arguments);
        run_program(options->arguments);
    }
    return t;
}

void terminal_close(struct terminal *t)
{
    if (!t)
        return;
    if (t->pid > 0) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, NULL, 0);
    }
    close(t->master);
    close(t->slave);
    vterm_free(t->vterm);
    free(t->bytes);
    free(t);
}

/* ---- what comes and goes --------------------------------------------------------------------- */

static void keep(struct terminal *t, const char *bytes, size_t n)
{
    if (t->len + n + 1 > t->capacity) {
        t->capacity = (t->len + n + 1) * 2;
        t->bytes = realloc(t->bytes, t->capacity);
        assert_non_null(t->bytes);
    }
    memcpy(t->bytes + t->len, bytes, n);
    t->len += n;
    t->bytes[t->len] = '\0';
}

/* Takes in what the program wrote within `ms`; false when nothing came. */
static bool receive(struct terminal *t, int ms)
{
    struct pollfd fd = {.fd = t->master, .events = POLLIN};
    char bytes[16384];
    if (poll(&fd, 1, ms) <= 0 || !(fd.revents & POLLIN))
        return false;
    ssize_t n = read(t->master, bytes, sizeof bytes);
    if (n <= 0)
        return false;
    keep(t, bytes, (size_t)n);
    vterm_input_write(t->vterm, bytes, (size_t)n);
    n = (ssize_t)vterm_output_read(t->vterm, bytes, sizeof bytes); /* answers to queries */
    return n <= 0 || write(t->master, bytes, (size_t)n) == n;
}

void terminal_pause(struct terminal *t, int ms)
{
    for (int64_t until = now_ms() + ms; now_ms() < until;)
        receive(t, 10);
}

void terminal_send(struct terminal *t, const char *bytes)
{
    size_t n = strlen(bytes);
    assert_int_equal(write(t->master, bytes, n), n);
}

void terminal_resize(struct terminal *t, int columns, int lines)
{
    struct winsize size = {.ws_row = (unsigned short)lines, .ws_col = (unsigned short)columns};
    while (receive(t, 20))
        continue;
    t->columns = columns;
    t->lines = lines;
    vterm_set_size(t->vterm, lines, columns);
    assert_int_equal(ioctl(t->master, TIOCSWINSZ, &size), 0);
}

pid_t terminal_pid(const struct terminal *t)
{
    return t->pid;
}

/* ---- what is on the screen
 * ----------------------------------------------------------------------- */

static size_t put_utf8(char *to, uint32_t cp)
{
    if (cp < 0x80) {
        to[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; cp >>= 6)
        to[i] = (char)(0x80 | (cp & 0x3f));
    to[0] = (char)(lead[n] | cp);
    return n;
}

static bool cell_at(struct terminal *t, int x, int y, VTermScreenCell *ret)
{
    VTermPos pos = {.row = y, .col = x};
    return vterm_screen_get_cell(t->screen, pos, ret) != 0;
}

const char *terminal_row(struct terminal *t, int y)
{
    size_t len = 0;
    VTermScreenCell cell;
    for (int x = 0; x < t->columns && len + 40 < sizeof t->row; x++) {
        if (!cell_at(t, x, y, &cell) || cell.chars[0] == (uint32_t)-1)
            continue;
        if (cell.chars[0] == 0)
            t->row[len++] = ' ';
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            len += put_utf8(t->row + len, cell.chars[i]);
    }
    while (len > 0 && t->row[len - 1] == ' ')
        len--;
    t->row[len] = '\0';
    return t->row;
}

int terminal_find(struct terminal *t, const char *text)
{
    for (int y = 0; y < t->lines; y++)
        if (strstr(terminal_row(t, y), text))
            return y;
    return -1;
}

static void wait_until(struct terminal *t, const char *text, bool there)
{
    int64_t until = now_ms() + TERMINAL_WAIT_MS;
    while ((terminal_find(t, text) >= 0) != there) {
        if (now_ms() > until) {
            print_error("`%s` did not %s; the screen is\n", text, there ? "appear" : "go");
            for (int y = 0; y < t->lines; y++)
                print_error("|%s\n", terminal_row(t, y));
            fail();
        }
        receive(t, 50);
    }
}

void terminal_wait_for(struct terminal *t, const char *text)
{
    wait_until(t, text, true);
}

void terminal_wait_gone(struct terminal *t, const char *text)
{
    wait_until(t, text, false);
}

bool terminal_is_colored(struct terminal *t)
{
    VTermScreenCell cell;
    for (int y = 0; y < t->lines; y++)
        for (int x = 0; x < t->columns; x++)
            if (cell_at(t, x, y, &cell) &&
                (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)))
                return true;
    return false;
}

bool terminal_is_bold(struct terminal *t, int x, int y)
{
    VTermScreenCell cell;
    return cell_at(t, x, y, &cell) && cell.attrs.bold;
}

/* ---- the end
 * --------------------------------------------------------------------------------------- */

int terminal_end(struct terminal *t)
{
    int64_t until = now_ms() + TERMINAL_WAIT_MS;
    while (t->pid > 0) {
        receive(t, 20);
        if (waitpid(t->pid, &t->status, WNOHANG) == t->pid)
            t->pid = 0;
        else if (now_ms() > until)
            fail_msg("the program does not end");
    }
    while (receive(t, 50))
        continue;
    return WIFEXITED(t->status) ? WEXITSTATUS(t->status) : -WTERMSIG(t->status);
}

bool terminal_in_alternate_screen(const struct terminal *t)
{
    return t->alternate;
}

int terminal_cursor_line(const struct terminal *t)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(t->vterm), &at);
    return at.row;
}

bool terminal_shows_cursor(const struct terminal *t)
{
    return t->cursor;
}

bool terminal_has_line_mode(const struct terminal *t)
{
    struct termios mode;
    return tcgetattr(t->slave, &mode) == 0 && (mode.c_lflag & ICANON) && (mode.c_lflag & ECHO);
}

const char *terminal_bytes(const struct terminal *t, size_t *ret_len)
{
    *ret_len = t->len;
    return t->bytes ? t->bytes : "";
}

int terminal_command(const char *const *arguments)
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        run_program(arguments);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
