/* write.h: what the report's formats share. */
#ifndef HEADROOM_REPORT_WRITE_H
#define HEADROOM_REPORT_WRITE_H

#include "headroom/report.h"

/* Flushes; HR_EIO when anything written to the stream was lost. */
bool hr__report_end(FILE *out, struct hr_error *err);

/* Foreign text in words, wrapped to the width: the first line after `first`, the others indented by
 * as many blanks as it is wide. */
void hr__wrap(FILE *out, int width, const char *first, const char *text);

/* Foreign text made harmless and cut to `columns` on a terminal, padded to them on the right. */
void hr__cell_left(FILE *out, const char *text, int columns);

#endif
