/* model.c: any bytes as a platform file, an override and a distribution: an error or a value, never
 * a crash. Nothing outlives an input.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "headroom/model.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void as_tree(const char *text, size_t size)
{
    struct hr_tree *tree = NULL;
    struct hr_error err = {0};
    if (!hr_tree_load("fuzz", text, size, &tree, &err))
        return;
    hr_tree_set(tree, "fleet.servers.max", text, &err);
    hr_tree_close(tree);
}

static void as_dist(const char *text)
{
    struct hr_arena arena = {0};
    struct hr_dist dist;
    struct hr_error err = {0};
    char buf[64];
    if (hr_dist_parse(text, &arena, &dist, &err)) {
        hr_dist_format(buf, sizeof buf, &dist);
        if (hr_dist_draw(&dist, 1) < 0 || hr_dist_mean(&dist) < 0)
            abort();
    }
    hr_arena_clear(&arena);
}

/* As a file, because that is the door a person's platform comes through. */
static void as_platform(const char *text, size_t size)
{
    char path[] = "/tmp/headroom-fuzz-XXXXXX.yaml";
    struct hr_models *models = NULL;
    struct hr_platform platform;
    struct hr_error err = {0};
    int file = mkstemps(path, 5);
    if (file < 0)
        return;
    if (write(file, text, size) == (ssize_t)size && hr_models_open(NULL, &models, &err) &&
        hr_models_platform(models, path, NULL, 0, &platform, &err))
        hr_platform_clear(&platform);
    close(file);
    unlink(path);
    hr_models_close(models);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, bytes, size);
    text[size] = '\0';
    as_tree(text, size);
    as_dist(text);
    as_platform(text, size);
    free(text);
    return 0;
}
