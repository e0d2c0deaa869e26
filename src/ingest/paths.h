/* paths.h: the files that the arguments of an import name. */
#ifndef INGEST_PATHS_H
#define INGEST_PATHS_H

#include "headroom/ingest.h"

#define HR__PATHS_MAX  100000 /* files of one import */
#define HR__PATHS_DEEP 16     /* directories inside one another */

struct hr__path {
    const char *path; /* in the arena */
    bool named;       /* by the user, not found in a directory */
};
struct hr__paths {
    struct hr_arena *arena; /* of the report, set by the caller */
    struct hr__path *path;
    size_t count, capacity;
};
/* Files as named; of a directory all files below it, sorted by name, hidden ones left out. */
bool hr__paths_find(struct hr__paths *paths, const struct hr_ingest_options *options,
                    struct hr_error *err);
void hr__paths_clear(struct hr__paths *paths); /* accepts zeroed */

#endif
