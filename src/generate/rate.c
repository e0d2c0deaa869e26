/* rate.c: the mean rate of a workload over time: week, flash crowds, growth. */
#include <math.h>

#include "generate/made.h"

/* Day 0 of the epoch was a Thursday; weeks begin on Monday. */
static int64_t time_of_week(int64_t time)
{
    return (time + 3 * HR_DAY) % HR_WEEK;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* Linear between the middles of the hours, round and round; the mean is that of the values. */
static double hour_value(const struct hr_profile *profile, int64_t week)
{
    const size_t count = profile->hour_count;
    const double at = (double)(week % ((int64_t)count * HR_HOUR)) / (double)HR_HOUR - 0.5;
    const size_t left = at < 0 ? count - 1 : (size_t)at;
    const double part = at - floor(at);
    return profile->hours[left] * (1 - part) + profile->hours[(left + 1) % count] * part;
}

static double profile_value(const struct hr_profile *profile, int64_t time)
{
    const int64_t week = time_of_week(time);
    double value = 1;
    if (profile->hour_count)
        value = hour_value(profile, week) / mean_of(profile->hours, profile->hour_count);
    if (profile->ratio > 0) { /* (1 + swing) / (1 - swing) */
        double swing = (profile->ratio - 1) / (profile->ratio + 1);
        double turns = (double)(week % HR_DAY - profile->peak_us) / (double)HR_DAY;
        value = 1 + swing * cos(turns * 2 * acos(-1.0));
    }
    if (profile->has_days)
        value *= profile->days[week / HR_DAY] / mean_of(profile->days, 7);
    return value;
}

/* 1 before and after, `factor` while it holds, linear on the way. */
static double flash_value(const struct hr_flash *flash, int64_t since)
{
    const int64_t up = flash->at_us + flash->ramp_us, down = up + flash->hold_us;
    double height = 0;
    if (since >= flash->at_us && since < up)
        height = (double)(since - flash->at_us) / (double)flash->ramp_us;
    else if (since >= up && since < down)
        height = 1;
    else if (since >= down && since < down + flash->decay_us)
        height = 1 - (double)(since - down) / (double)flash->decay_us;
    return 1 + (flash->factor - 1) * height;
}

double hr_traffic_rate(const struct hr_made_workload *workload, int64_t start, int64_t time)
{
    double rate = workload->rate * profile_value(&workload->profile, time);
    for (size_t i = 0; i < workload->flash_count; i++)
        rate *= flash_value(&workload->flashes[i], time - start);
    if (workload->growth > 0)
        rate *=
            pow(1 + workload->growth, (double)(time - start) / (double)HR_HOUR / HR_MONTH_HOURS);
    return rate;
}

static void sooner(int64_t *bend, int64_t time, int64_t candidate)
{
    if (candidate > time && candidate < *bend)
        *bend = candidate;
}

int64_t hr__rate_bend(const struct hr_made_workload *workload, int64_t start, int64_t time)
{
    int64_t bend = time - time % HR_MINUTE + HR_MINUTE; /* hours and midnight among them */
    for (size_t i = 0; i < workload->flash_count; i++) {
        const struct hr_flash *flash = &workload->flashes[i];
        int64_t at = start + flash->at_us;
        sooner(&bend, time, at);
        sooner(&bend, time, at += flash->ramp_us);
        sooner(&bend, time, at += flash->hold_us);
        sooner(&bend, time, at + flash->decay_us);
    }
    return bend;
}
