/* base/now — the clock, and civil dates without libc.
 *
 * libc's calendar asks for time zones and keeps state; ours is the proleptic Gregorian
 * calendar in whole days, which is all that a statutory date is.
 */
#include "base/now.h"

#include <assert.h>
#include <string.h>
#include <time.h>

enum {
    MS_OF_DAY = 86400000,
    SHANGHAI_MS = 8 * 3600 * 1000,
    FIRST_DAY = -719162, /* 0001-01-01 */
    LAST_DAY = 2932896,  /* 9999-12-31 */
    /* Years are counted from a 1 March, so that the leap day comes last; an era is
     * 400 years, after which the calendar repeats itself. */
    DAYS_TO_EPOCH = 719468, /* from 0000-03-01 to 1970-01-01 */
    DAYS_OF_ERA = 146097,
};

/* Written at process start only, before there are threads. */
static int64_t fixed_ms;

void
xf_now_fix(int64_t at_ms)
{
    fixed_ms = at_ms;
}

int64_t
xf_now_ms(void)
{
    struct timespec now;

    if (fixed_ms != 0)
        return fixed_ms;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t
xf_now_steady_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int64_t
xf_now_steady_ms(void)
{
    return (int64_t)(xf_now_steady_us() / 1000);
}

/* Division that rounds down, also below zero. */
static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

xf_day
xf_day_of_ms(int64_t at_ms)
{
    return (xf_day)floor_div(at_ms + SHANGHAI_MS, MS_OF_DAY);
}

xf_day
xf_now_day(void)
{
    return xf_day_of_ms(xf_now_ms());
}

void
xf_day_civil(xf_day day, int *ret_year, int *ret_month, int *ret_dom)
{
    int64_t days = (int64_t)day + DAYS_TO_EPOCH;
    int64_t era = floor_div(days, DAYS_OF_ERA);
    int64_t doe = days - era * DAYS_OF_ERA; /* day of era */
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100); /* day of year, from 1 March */
    int64_t mp = (5 * doy + 2) / 153;                      /* month, March is 0 */
    int64_t month = mp < 10 ? mp + 3 : mp - 9;

    *ret_year = (int)(yoe + era * 400 + (month <= 2));
    *ret_month = (int)month;
    *ret_dom = (int)(doy - (153 * mp + 2) / 5 + 1);
}

xf_day
xf_day_from_civil(int year, int month, int dom)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dom - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    assert(month >= 1 && month <= 12 && dom >= 1 && dom <= 31);
    return (xf_day)(era * DAYS_OF_ERA + doe - DAYS_TO_EPOCH);
}

/* n digits, or -1. */
static int
digits(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

xf_code
xf_day_parse(const char *text, xf_day *ret_day, xf_error *reterr)
{
    int year = -1;
    int month = -1;
    int dom = -1;
    int again[3] = {0, 0, 0};
    xf_day day = 0;

    if (strnlen(text, 11) == 10 && text[4] == '-' && text[7] == '-') {
        year = digits(text, 4);
        month = digits(text + 5, 2);
        dom = digits(text + 8, 2);
    }
    if (year < 1 || month < 1 || month > 12 || dom < 1 || dom > 31)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_MALFORMED, "");
    /* A day that does not exist comes back as another one. */
    day = xf_day_from_civil(year, month, dom);
    xf_day_civil(day, &again[0], &again[1], &again[2]);
    if (again[2] != dom)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_MALFORMED, "");
    *ret_day = day;
    return XF_CODE_OK;
}

static void
put_digits(char *out, int n, int value)
{
    for (int i = n - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

void
xf_day_print(xf_day day, char out[11])
{
    int year = 0;
    int month = 0;
    int dom = 0;

    if (day < FIRST_DAY || day > LAST_DAY) {
        memcpy(out, "?", 2);
        return;
    }
    xf_day_civil(day, &year, &month, &dom);
    memcpy(out, "0000-00-00", 11);
    put_digits(out, 4, year);
    put_digits(out + 5, 2, month);
    put_digits(out + 8, 2, dom);
}
