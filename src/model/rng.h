/* rng.h: the counter-based generator that GSL's distributions draw from. */
#ifndef HEADROOM_MODEL_RNG_H
#define HEADROOM_MODEL_RNG_H

#include <stdint.h>
#include <gsl/gsl_rng.h>

struct hr__rng_state {
    uint64_t counter;
};

extern const gsl_rng_type hr__rng_type;

#endif
