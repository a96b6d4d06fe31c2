/* law/clock — the only counter. */
#include "law/clock.h"

#include <string.h>

/* A count under way. */
typedef struct counting {
    const xf_calendar *calendar;
    const xf_clock_watcher *watcher; /* NULL: nobody looks */
    xf_clock_due due;
} counting;

static void
tell(const counting *c, xf_day day, xf_clock_step step, int32_t number)
{
    xf_clock_seen seen = {.day = day, .step = step, .number = number};

    if (c->watcher == NULL)
        return;
    seen.kind = xf_calendar_look(c->calendar, day, &seen.name);
    c->watcher->look(&seen, c->watcher->data);
}

/* ---- Which rule ------------------------------------------------------------------------------ */

xf_code
xf_clock_rule_find(const char *name, xf_day day, const xf_clock_rule **ret_rule, xf_error *reterr)
{
    const xf_clock_rule *later = NULL;
    bool known = false;
    char from[11] = "";

    for (size_t i = 0; i < xf_clock_rule_count(); i++) {
        const xf_clock_rule *rule = xf_clock_rule_at(i);

        if (strcmp(rule->name, name) != 0)
            continue;
        known = true;
        if (rule->valid_from <= day && day <= rule->valid_to) {
            *ret_rule = rule;
            return XF_CODE_OK;
        }
        if (later == NULL && rule->valid_from > day)
            later = rule;
    }
    if (!known)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CLOCK_UNKNOWN, "");
    if (later != NULL)
        xf_day_print(later->valid_from, from);
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CLOCK_NOT_IN_FORCE, "%s", from);
}

/* ---- Counting -------------------------------------------------------------------------------- */

/* The same day of the month, or its last. */
static xf_day
months_later(xf_day day, int32_t months)
{
    int year = 0;
    int month = 0;
    int dom = 0;
    xf_day next_first = 0;
    xf_day first = 0;

    xf_day_civil(day, &year, &month, &dom);
    month += months;
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    first = xf_day_from_civil(year, month, 1);
    next_first = xf_day_from_civil(year + month / 12, month % 12 + 1, 1);
    return first + dom <= next_first ? first + dom - 1 : next_first - 1;
}

/* From the raw day to the due day: 期间届满日是休息日的顺延, by analogy. */
static void
roll(counting *c, xf_clock_roll how)
{
    xf_day day = c->due.raw;
    xf_day_kind kind = XF_DAY_KIND_UNSPECIFIED;

    if (how == XF_CLOCK_ROLL_NONE) {
        c->due.has_due = true;
        c->due.due = day;
        return;
    }
    while (!xf_calendar_worked(kind = xf_calendar_look(c->calendar, day, NULL))) {
        if (kind == XF_DAY_KIND_UNSPECIFIED) {
            c->due.missing_year = xf_calendar_year(day);
            return;
        }
        if (day > c->due.raw)
            tell(c, day, XF_CLOCK_STEP_ROLLED, 0);
        day++;
    }
    if (day > c->due.raw)
        tell(c, day, XF_CLOCK_STEP_DUE, 0);
    c->due.has_due = true;
    c->due.due = day;
}

/* Every day counts, so the calendar is not asked before the last one. */
static void
count_days(counting *c, xf_day start, xf_day last, xf_clock_roll how)
{
    for (xf_day day = start + 1; c->watcher != NULL && day <= last; day++)
        tell(c, day, XF_CLOCK_STEP_COUNTED, day - start);
    c->due.has_raw = true;
    c->due.raw = last;
    roll(c, how);
}

/* Ends on the working day that fills the limit. */
static void
count_working_days(counting *c, xf_day start, int32_t length)
{
    xf_day day = start;

    for (int32_t counted = 0; counted < length;) {
        xf_day_kind kind = xf_calendar_look(c->calendar, ++day, NULL);

        if (kind == XF_DAY_KIND_UNSPECIFIED) {
            c->due.missing_year = xf_calendar_year(day);
            return;
        }
        if (xf_calendar_worked(kind)) {
            counted++;
            tell(c, day, XF_CLOCK_STEP_COUNTED, counted);
        } else {
            tell(c, day, XF_CLOCK_STEP_SKIPPED, 0);
        }
    }
    c->due.has_raw = c->due.has_due = true;
    c->due.raw = c->due.due = day;
}

static xf_code
judge(const xf_clock_rule *rule, xf_day start, int32_t extension, xf_error *reterr)
{
    const xf_day least = xf_day_from_civil(XF_CLOCK_YEAR_LEAST, 1, 1);
    const xf_day most = xf_day_from_civil(XF_CLOCK_YEAR_MOST, 12, 31);

    if (start < least || start > most)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "from_on");
    if (extension != 0 && rule->extension_max == 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CLOCK_NO_EXTENSION, "extended");
    if (extension < XF_CLOCK_EXTENDED || extension > rule->extension_max)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "extended");
    return XF_CODE_OK;
}

xf_code
xf_law_clock_explain(const xf_clock_rule *rule, xf_day start, int32_t extension,
                     const xf_calendar *calendar, const xf_clock_watcher *watcher,
                     xf_clock_due *ret_due, xf_error *reterr)
{
    counting c = {.calendar = calendar, .watcher = watcher};
    xf_code code = judge(rule, start, extension, reterr);

    if (code != XF_CODE_OK)
        return code;
    if (extension == XF_CLOCK_EXTENDED)
        extension = rule->extension_max;
    switch (rule->unit) {
    case XF_CLOCK_UNIT_DAY:
        count_days(&c, start, start + rule->length + extension, rule->roll);
        break;
    case XF_CLOCK_UNIT_MONTH:
        count_days(&c, start, months_later(start, rule->length) + extension, rule->roll);
        break;
    case XF_CLOCK_UNIT_WORKING_DAY: count_working_days(&c, start, rule->length); break;
    case XF_CLOCK_UNIT_UNSPECIFIED: return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    }
    *ret_due = c.due;
    return XF_CODE_OK;
}

xf_code
xf_law_clock_count(const xf_clock_rule *rule, xf_day start, int32_t extension,
                   const xf_calendar *calendar, xf_clock_due *ret_due, xf_error *reterr)
{
    return xf_law_clock_explain(rule, start, extension, calendar, NULL, ret_due, reterr);
}
