/* file.c: files that appear whole or not at all, and small files read at once. */
#include "headroom/base.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* errno may be of a later call than the write that failed: the pipe itself is asked. */
bool hr_stream_written(FILE *stream, int *ret_why)
{
    errno = 0;
    if (fflush(stream) == 0 && !ferror(stream))
        return true;
    *ret_why = errno ? errno : EIO;
    struct pollfd pipe = {.fd = fileno(stream), .events = POLLOUT};
    return *ret_why == EPIPE || (poll(&pipe, 1, 0) > 0 && (pipe.revents & POLLERR));
}

static bool is_stdout(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

bool hr_outfile_open(struct hr_outfile *file, const char *path, struct hr_error *err)
{
    *file = (struct hr_outfile){0};
    if (is_stdout(path)) {
        file->stream = stdout;
        return true;
    }
    if (asprintf(&file->temporary, "%s.XXXXXX", path) < 0) {
        file->temporary = NULL;
        return hr_fail_memory(err);
    }
    file->path = strdup(path);
    int fd = file->path ? mkstemp(file->temporary) : -1;
    if (fd < 0) {
        hr_fail(err, HR_EIO, "%s: cannot be written: %s", path, strerror(errno));
        free(file->temporary); /* nothing was made under that name */
        file->temporary = NULL;
        hr_outfile_abort(file);
        return false;
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask); /* mkstemp's 0600 is for secrets */
    file->stream = fdopen(fd, "w");
    if (file->stream)
        return true;
    close(fd);
    hr_outfile_abort(file);
    return hr_fail_memory(err);
}

/* A rename is only safe from a power cut once the folder itself is on disk. */
static void sync_folder(const char *path)
{
    char *copy = strdup(path);
    int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY) : -1;
    free(copy);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

bool hr_outfile_commit(struct hr_outfile *file, struct hr_error *err)
{
    if (!file->temporary) {
        int why = 0;
        const bool written = hr_stream_written(file->stream, &why);
        *file = (struct hr_outfile){0};
        return written ||
               hr_fail(err, HR_EIO, "writing to standard output failed: %s", strerror(why));
    }
    bool failed =
        ferror(file->stream) || fflush(file->stream) != 0 || fsync(fileno(file->stream)) != 0;
    int why = errno;
    failed |= fclose(file->stream) != 0;
    file->stream = NULL;
    if (!failed && rename(file->temporary, file->path) == 0) {
        sync_folder(file->path);
        free(file->temporary);
        free(file->path);
        *file = (struct hr_outfile){0};
        return true;
    }
    if (!failed)
        why = errno;
    hr_fail(err, HR_EIO, "%s: writing failed: %s", file->path, strerror(why));
    hr_outfile_abort(file);
    return false;
}

void hr_outfile_abort(struct hr_outfile *file)
{
    if (file->stream && file->stream != stdout)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    *file = (struct hr_outfile){0};
}

char *hr_file_read(const char *path, size_t max, size_t *ret_len, struct hr_error *err)
{
    FILE *in = is_stdout(path) ? stdin : fopen(path, "rb");
    if (!in) {
        hr_fail(err, errno == ENOENT ? HR_EMISSING : HR_EIO, "%s: cannot be read: %s", path,
                strerror(errno));
        return NULL;
    }
    struct hr_text text = {.max = max};
    char buffer[16384];
    size_t n;
    errno = 0;
    while (!text.failed && (n = fread(buffer, 1, sizeof buffer, in)) > 0)
        hr_text_add(&text, buffer, n);
    bool broken = ferror(in);
    int why = errno;
    if (in != stdin)
        fclose(in);
    if (!broken && !text.failed)
        hr_text_add(&text, "", 0); /* an empty file is an empty string */
    if (broken || text.failed) {
        if (broken)
            hr_fail(err, HR_EIO, "%s: cannot be read: %s", path, strerror(why));
        else
            hr_fail(err, HR_ELIMIT, "%s: larger than %zu bytes", path, max);
        hr_text_clear(&text);
        return NULL;
    }
    if (ret_len)
        *ret_len = text.len;
    return text.data;
}
