/* files.c: reading folders for the browser. */
#include "tui/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int compare_entries(const void *a, const void *b)
{
    const struct hr__entry *x = a, *y = b;
    if (x->folder != y->folder)
        return x->folder ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void fill(struct hr__entry *entry, int folder, const char *name)
{
    struct stat st;
    snprintf(entry->name, sizeof entry->name, "%s", name);
    if (fstatat(folder, name, &st, 0) != 0)
        return;
    entry->folder = S_ISDIR(st.st_mode);
    entry->size = st.st_size;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool hr__folder_read(const char *folder, struct hr__entry **ret, size_t *ret_count,
                     struct hr_error *err)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_shown, alphasort);
    if (count < 0)
        return hr_fail(err, HR_EIO, "cannot read the folder %s: %s", folder, strerror(errno));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct hr__entry *entries = calloc(HR__ENTRIES_MAX, sizeof *entries);
    size_t n = 0;
    if (entries) {
        snprintf(entries[n].name, sizeof entries[n].name, "..");
        entries[n++].folder = true;
    }
    for (int i = 0; i < count; i++) {
        if (entries && n < HR__ENTRIES_MAX)
            fill(&entries[n++], fd, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    if (fd >= 0)
        close(fd);
    if (!entries)
        return hr_fail_memory(err);
    qsort(entries + 1, n - 1, sizeof *entries, compare_entries);
    *ret = entries;
    *ret_count = n;
    return true;
}

static size_t common_length(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

void hr__path_complete(char *path, size_t size)
{
    char folder[HR__PATH_MAX], best[256] = "";
    char *slash = strrchr(path, '/');
    size_t head = slash ? (size_t)(slash - path) + 1 : 0;
    snprintf(folder, sizeof folder, "%.*s", head ? (int)head : 1, head ? path : ".");
    struct hr__entry *entries = NULL;
    size_t count = 0, matches = 0, typed = strlen(path + head);
    bool is_folder = false;
    if (!hr__folder_read(folder, &entries, &count, NULL))
        return;
    for (size_t i = 1; i < count; i++) {
        if (strncmp(entries[i].name, path + head, typed) != 0)
            continue;
        if (matches++ == 0)
            snprintf(best, sizeof best, "%s", entries[i].name);
        else
            best[common_length(best, entries[i].name)] = '\0';
        is_folder = entries[i].folder;
    }
    free(entries);
    if (matches)
        snprintf(path + head, size - head, "%s%s", best, matches == 1 && is_folder ? "/" : "");
}
