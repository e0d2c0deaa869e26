/* files.h: folders as the browser shows them, and paths completed. */
#ifndef HR_TUI_FILES_H
#define HR_TUI_FILES_H

#include "tui/app.h"

/* Reads a folder: ".." first, then folders, then files, each by name; hidden ones left out. The
 * entries (at most HR__ENTRIES_MAX) belong to the caller. */
bool hr__folder_read(const char *folder, struct hr__entry **ret, size_t *ret_count,
                     struct hr_error *err);
/* Extends the path as far as every file that begins so agrees; a folder gets its slash. */
void hr__path_complete(char *path, size_t size);

#endif
