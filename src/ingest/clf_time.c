/* clf_time.c: see clf_time.h. Month names are English whatever the server's language. */
#include "ingest/clf_time.h"

#include <string.h>

#define MINUTE_LEN sizeof(((struct hr__clf_clock *)0)->minute)
#define ZONE_LEN   sizeof(((struct hr__clf_clock *)0)->zone)
#define ZONE_AT    20 /* of " +0100" in the text */

static bool two_digits(const char *text, int *ret)
{
    unsigned tens = (unsigned)(text[0] - '0'), ones = (unsigned)(text[1] - '0');
    *ret = (int)(tens * 10 + ones);
    return tens < 10 && ones < 10;
}

static int month_of(const char *text)
{
    static const char names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int i = 0; i < 12; i++) {
        if (memcmp(names[i], text, 3) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static bool zone_offset(const char *text, int64_t *ret)
{
    int hours, minutes;
    if (text[0] != ' ' || (text[1] != '+' && text[1] != '-') || !two_digits(text + 2, &hours) ||
        !two_digits(text + 4, &minutes) || hours > 24 || minutes > 59) {
        return false;
    }
    *ret = (text[1] == '-' ? -1 : 1) * (hours * HR_HOUR + minutes * HR_MINUTE);
    return true;
}

static bool set_minute(struct hr__clf_clock *clock, const char *text)
{
    struct hr_civil civil = {.month = month_of(text + 3)};
    int century, year;
    int64_t offset, base;
    if (!two_digits(text, &civil.day) || text[2] != '/' || text[6] != '/' ||
        !two_digits(text + 7, &century) || !two_digits(text + 9, &year) || text[11] != ':' ||
        !two_digits(text + 12, &civil.hour) || text[14] != ':' ||
        !two_digits(text + 15, &civil.minute) || civil.month == 0 ||
        !zone_offset(text + ZONE_AT, &offset)) {
        return false;
    }
    civil.year = century * 100 + year;
    if (!hr_time_from_civil(&civil, &base)) {
        return false;
    }
    memcpy(clock->minute, text, MINUTE_LEN);
    memcpy(clock->zone, text + ZONE_AT, ZONE_LEN);
    clock->base_us = base - offset;
    return true;
}

bool hr__clf_time(struct hr__clf_clock *clock, const char *text, int64_t *ret)
{
    int second;
    if ((memcmp(clock->minute, text, MINUTE_LEN) != 0 ||
         memcmp(clock->zone, text + ZONE_AT, ZONE_LEN) != 0) &&
        !set_minute(clock, text)) {
        return false;
    }
    if (text[17] != ':' || !two_digits(text + 18, &second) || second > 60) {
        return false; /* 60 is a leap second */
    }
    *ret = clock->base_us + second * HR_SECOND;
    return true;
}
