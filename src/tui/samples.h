/* samples.h: the sample logs that come with headroom, wherever the program runs from. */
#ifndef HR_TUI_SAMPLES_H
#define HR_TUI_SAMPLES_H

#include <glob.h>
#include <stdbool.h>

/* What `make run` calls the application of the samples, too. */
#define HR__SAMPLES_APPLICATION "shop"

/* The paths of the sample logs; false where there are none. globfree() frees ret after true. */
bool hr__samples_find(glob_t *ret);
bool hr__samples_present(void);

#endif
