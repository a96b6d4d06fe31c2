/* call/calendars — a row of bureaus; the one read longest ago makes room. */
#include "call/calendars.h"

#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/memory.h"

typedef struct entry {
    int32_t bureau;
    int64_t read_ms;  /* steady */
    int64_t asked_ms; /* somebody is reading it since; 0: nobody */
    int64_t seat;
    xf_calendar calendar;
    xf_calendar_day *days;
    int32_t *years;
} entry;

struct xf_calendars {
    entry *entries;
    size_t n;
};

xf_calendars *
xf_calendars_new(void)
{
    xf_calendars *calendars = xf_memory_new(sizeof *calendars);

    calendars->entries =
        xf_memory_new((size_t)xf_limit_get(XF_LIMIT_CALENDARS) * sizeof *calendars->entries);
    return calendars;
}

static void
drop(entry *at)
{
    free(at->days);
    free(at->years);
    *at = (entry){0};
}

void
xf_calendars_free(xf_calendars **calendars)
{
    if (*calendars == NULL)
        return;
    for (size_t i = 0; i < (*calendars)->n; i++)
        drop(&(*calendars)->entries[i]);
    free((*calendars)->entries);
    free(*calendars);
    *calendars = NULL;
}

static entry *
find(const xf_calendars *calendars, int32_t bureau)
{
    for (size_t i = 0; i < calendars->n; i++) {
        if (calendars->entries[i].bureau == bureau)
            return &calendars->entries[i];
    }
    return NULL;
}

bool
xf_calendars_wanted(xf_calendars *calendars, int32_t bureau, int64_t now_ms)
{
    const int64_t least = now_ms - (int64_t)xf_limit_get(XF_LIMIT_CALENDAR_MS);
    entry *at = find(calendars, bureau);

    if (at == NULL)
        return true;
    if (at->read_ms > least || at->asked_ms > least)
        return false;
    at->asked_ms = now_ms;
    return true;
}

/* Its own place, a new one, or that of the one that was read longest ago. */
static entry *
place(xf_calendars *calendars, int32_t bureau)
{
    entry *at = find(calendars, bureau);

    if (at != NULL)
        return at;
    if (calendars->n < xf_limit_get(XF_LIMIT_CALENDARS))
        return &calendars->entries[calendars->n++];
    xf_limit_hit(XF_LIMIT_CALENDARS);
    at = &calendars->entries[0];
    for (size_t i = 1; i < calendars->n; i++) {
        if (calendars->entries[i].read_ms < at->read_ms)
            at = &calendars->entries[i];
    }
    return at;
}

void
xf_calendars_keep(xf_calendars *calendars, int32_t bureau, int64_t now_ms, int64_t seat,
                  const xf_calendar *read)
{
    entry *at = place(calendars, bureau);

    if (at->bureau == bureau && at->seat > seat)
        return; /* two read at a time, and the older answer came last */
    drop(at);
    at->bureau = bureau;
    at->seat = seat;
    at->read_ms = now_ms;
    at->days = xf_memory_new(read->n_days * sizeof *at->days + 1);
    at->years = xf_memory_new(read->n_years * sizeof *at->years + 1);
    for (size_t i = 0; i < read->n_days; i++)
        at->days[i] = (xf_calendar_day){.day = read->days[i].day, .kind = read->days[i].kind};
    if (read->n_years > 0)
        memcpy(at->years, read->years, read->n_years * sizeof *at->years);
    at->calendar = (xf_calendar){at->days, read->n_days, at->years, read->n_years};
}

const xf_calendar *
xf_calendars_find(const xf_calendars *calendars, int32_t bureau, int64_t *ret_seat)
{
    const entry *at = find(calendars, bureau);

    if (at == NULL)
        return NULL;
    *ret_seat = at->seat;
    return &at->calendar;
}
