/* paths.c: see paths.h. */
#include "ingest/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool add_path(struct hr__paths *paths, const char *path, bool named, struct hr_error *err)
{
    void *items = paths->path;
    if (!hr_grow(&items, &paths->capacity, paths->count + 1, sizeof *paths->path, HR__PATHS_MAX,
                 err)) {
        return false;
    }
    paths->path = items;
    const char *copy = hr_arena_copy(paths->arena, path, strlen(path));
    if (copy == NULL) {
        return hr_fail_memory(err);
    }
    paths->path[paths->count++] = (struct hr__path){.path = copy, .named = named};
    return true;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_directory(struct hr__paths *paths, const char *directory, int depth,
                          struct hr_error *err);

static bool add_entry(struct hr__paths *paths, const char *directory, const char *name, int depth,
                      struct hr_error *err)
{
    char *path = NULL;
    struct stat status;
    bool done = true;
    if (asprintf(&path, "%s/%s", directory, name) < 0) {
        return hr_fail_memory(err);
    }
    if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        done = add_directory(paths, path, depth + 1, err);
    } else if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) {
        done = add_path(paths, path, false, err); /* what cannot be read fails when opened */
    }
    free(path);
    return done;
}

static bool add_directory(struct hr__paths *paths, const char *directory, int depth,
                          struct hr_error *err)
{
    struct dirent **entries;
    if (depth > HR__PATHS_DEEP) {
        return hr_fail(err, HR_ELIMIT, "%s: more than %d directories inside one another", directory,
                       HR__PATHS_DEEP);
    }
    int count = scandir(directory, &entries, visible, by_name);
    if (count < 0) {
        return hr_fail(err, HR_EIO, "%s cannot be read: %s", directory, strerror(errno));
    }
    bool done = true;
    for (int i = 0; i < count; i++) {
        done = done && add_entry(paths, directory, entries[i]->d_name, depth, err);
        free(entries[i]);
    }
    free(entries);
    return done;
}

bool hr__paths_find(struct hr__paths *paths, const struct hr_ingest_options *options,
                    struct hr_error *err)
{
    if (options->path_count == 0) {
        return hr_fail(err, HR_EUSAGE, "no file to import; name logs, a directory, or - for stdin");
    }
    for (size_t i = 0; i < options->path_count; i++) {
        const char *path = options->paths[i];
        struct stat status;
        size_t before = paths->count;
        if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
            if (!add_path(paths, path, true, err)) {
                return false;
            }
        } else if (!add_directory(paths, path, 1, err)) {
            return false;
        } else if (paths->count == before) {
            return hr_fail(err, HR_EINPUT, "%s is an empty directory; name one that holds logs",
                           path);
        }
    }
    return true;
}

void hr__paths_clear(struct hr__paths *paths)
{
    free(paths->path);
    paths->path = NULL;
    paths->count = 0;
}
