/* samples.c: looks for the sample logs from the program's own folder upwards, so that an installed
 * program (bin/headroom, share/headroom) finds them under any prefix, and one that stands where it
 * was built (build/headroom, data) as well.
 */
#include "tui/samples.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDERS_UP 3                    /* build/san-address-undefined/headroom is the deepest */
#define KNOWN      "shop-access.log.gz" /* a folder without it holds other things */

static bool find_in(const char *base, const char *folder, glob_t *ret)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s/" KNOWN, base, folder);
    if (access(path, R_OK) != 0)
        return false;
    snprintf(path, sizeof path, "%s/%s/*.gz", base, folder);
    if (glob(path, 0, NULL, ret) == 0)
        return true;
    globfree(ret);
    return false;
}

bool hr__samples_find(glob_t *ret)
{
    char base[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", base, sizeof base - 1);
    if (len <= 0)
        return false;
    base[len] = '\0';
    for (int up = 0; up <= FOLDERS_UP; up++) {
        char *slash = strrchr(base, '/');
        if (!slash)
            return false;
        *slash = '\0';
        if (up > 0 && (find_in(base, "share/headroom", ret) || find_in(base, "data", ret)))
            return true;
    }
    return false;
}

bool hr__samples_present(void)
{
    glob_t found;
    if (!hr__samples_find(&found))
        return false;
    globfree(&found);
    return true;
}
