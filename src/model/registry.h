/* registry.h: the list of known models, between the files that fill and read it. */
#ifndef HEADROOM_MODEL_REGISTRY_H
#define HEADROOM_MODEL_REGISTRY_H

#include "model/read.h"

struct hr__entry {
    struct hr_model_info info;
    const char *bytes; /* the file's text, a NUL follows */
    size_t len;
    bool embedded;
};

struct hr_models {
    struct hr_arena arena; /* ids, paths and the texts of files that are not embedded */
    struct hr__entry *entries;
    size_t count, capacity;
};

/* Adds a model, or replaces the one of the same kind and id (assumptions are kept side by side,
 * because a later set changes single figures). Texts must live in the arena or for ever. */
bool hr__models_add(struct hr_models *models, const struct hr__entry *entry, struct hr_error *err);
/* Adds every *.yaml and *.yml of dir and of its platforms/, prices/ and patterns/. A dir that is
 * not there is HR_EMISSING when `required`. */
bool hr__models_scan(struct hr_models *models, const char *dir, bool required,
                     struct hr_error *err);
const struct hr__entry *hr__models_find(const struct hr_models *models, enum hr_model_kind kind,
                                        const char *id);

#endif
