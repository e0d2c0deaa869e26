/* formats.h: the choice of a reader for a file. */
#ifndef INGEST_FORMATS_H
#define INGEST_FORMATS_H

#include "ingest/reader.h"
#include "ingest/wrapper.h"

bool hr__format_named(const char *name, const struct hr__format **ret, struct hr_error *err);
/* What a file was found to be. */
struct hr__recognised {
    const struct hr__format *format;
    struct hr__head head;       /* the lines that the format sees */
    struct hr__wrapper wrapper; /* what stands around them; closed by the caller */
};
/* The format that fits the first lines best, bare or inside a wrapper, noted in `file` with its
 * runner-up. `told` restricts the choice to one format, or is NULL. */
bool hr__format_recognise(const struct hr__head *head, const struct hr_ingest_options *options,
                          const struct hr__format *told, struct hr_import_file *file,
                          struct hr__recognised *ret, struct hr_error *err);

#endif
