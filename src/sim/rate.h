/* rate.h: a token bucket: so many at once, and so many more with time. */
#ifndef HEADROOM_SIM_RATE_H
#define HEADROOM_SIM_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct hr__rate {
    double per_us, capacity; /* tokens; capacity 0: no limit */
    double tokens;           /* at `at` */
    int64_t at;
};

/* Full at first. */
static inline struct hr__rate hr__rate_make(double per_second, double capacity)
{
    return (struct hr__rate){.per_us = per_second / 1e6, .capacity = capacity, .tokens = capacity};
}

/* Takes a token at `now`, which never falls. False: there is none. */
static inline bool hr__rate_take(struct hr__rate *rate, int64_t now)
{
    if (rate->capacity == 0)
        return true;
    double tokens = rate->tokens + (double)(now - rate->at) * rate->per_us;
    rate->tokens = tokens < rate->capacity ? tokens : rate->capacity;
    rate->at = now;
    if (rate->tokens < 1)
        return false;
    rate->tokens -= 1;
    return true;
}

#endif
