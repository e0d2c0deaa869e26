/* embedded.h: the files of models/ as they were when the library was built.
 *
 * The build writes the table (src/model/embed.sh), so that an installed program and a built one
 * know the same platforms and prices without looking for files. Rows are sorted by path in byte
 * order; everything here is constant and lives as long as the program.
 */
#ifndef HEADROOM_MODEL_EMBEDDED_H
#define HEADROOM_MODEL_EMBEDDED_H

#include <stddef.h>

struct hr_embedded {
    const char *path;          /* below models/: "platforms/aws-lambda-x86.yaml" */
    const unsigned char *data; /* the file's bytes; a NUL follows them */
    size_t size;               /* bytes, without that NUL */
};

extern const struct hr_embedded hr__embedded_models[]; /* one empty row when there are no models */
extern const size_t hr__embedded_models_count;         /* rows that hold a model */

#endif
