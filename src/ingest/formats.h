/* formats.h: the choice of a reader for a file. */
#ifndef INGEST_FORMATS_H
#define INGEST_FORMATS_H

#include "ingest/reader.h"

bool hr__format_named(const char *name, const struct hr__format **ret, struct hr_error *err);
/* The format that fits the first lines best, noted in `file` with its runner-up. */
bool hr__format_recognise(const struct hr__head *head, const struct hr_ingest_options *options,
                          struct hr_import_file *file, const struct hr__format **ret,
                          struct hr_error *err);

#endif
