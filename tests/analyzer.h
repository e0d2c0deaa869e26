/* analyzer.h: what the static analyzer must be told, because it reads one source at a time: a
 * failure always gives false. `make lint` includes it before every source but the definition's. */
#include "headroom/base.h"

#define hr_fail(...)        ((void)hr_fail(__VA_ARGS__), false)
#define hr_fail_memory(err) ((void)hr_fail_memory(err), false)
