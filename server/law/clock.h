/* law/clock — how long a clock runs, counted as the regulation counts.
 *
 * The rules are dated rows (server/data/clock.csv, compiled in); a matter keeps those of the
 * day of its receipt. Pure: reads no time and no row of a database. The caller passes the rule
 * in force on the day and the calendar.
 *
 * Day 1 is the day after the start. A limit in days or months that ends on a day off rolls to
 * the next working day; `raw` is where it ended, `due` where it rolled to. A month ends on the
 * same day of the month, or on its last. Working days know holidays and make-up workdays. An
 * extension is counted on the raw day: start + 60 + 30. Where a year that is needed has no
 * calendar, counting still succeeds: missing_year says which, and due is open. Raw stands, but
 * of a limit in working days it is open too.
 *
 * The counting functions bear the folder's name, for xf_clock_count is the method.
 */
#ifndef XF_LAW_CLOCK_H
#define XF_LAW_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/now.h"
#include "gen/enums.h"
#include "law/calendar.h"

enum {
    XF_CLOCK_STILL = INT32_MAX, /* valid_to of a rule that has no end yet */
    XF_CLOCK_YEAR_LEAST = 1900, /* of a start: what lies outside is a slip of the pen */
    XF_CLOCK_YEAR_MOST = 9000,
    XF_CLOCK_EXTENDED = -1, /* an extension: as long as the rule allows */
};

typedef struct xf_clock_rule {
    const char *name;  /* "opinion": what code and people call it by */
    const char *words; /* what has to be done */
    xf_clock_start start;
    int32_t length;
    xf_clock_unit unit;
    xf_clock_roll roll;
    int32_t extension_max; /* days; 0: cannot be extended */
    xf_role approver;      /* of an extension; UNSPECIFIED: there is none */
    const char *source;    /* "信访工作条例 34", or 局内规定 */
    xf_day valid_from;
    xf_day valid_to; /* the last day, or XF_CLOCK_STILL */
} xf_clock_rule;

/* Every row, rows of one name together and the oldest first. */
size_t xf_clock_rule_count(void);
const xf_clock_rule *xf_clock_rule_at(size_t i);

/* The rule of this name in force on `day`. INVALID with CLOCK_UNKNOWN: no rule bears the name;
 * with CLOCK_NOT_IN_FORCE: none on that day, and reterr->field is the day ("2022-05-01") from
 * which it is, or empty when it has ended for good. */
XF_NODISCARD xf_code xf_clock_rule_find(const char *name, xf_day day,
                                        const xf_clock_rule **ret_rule, xf_error *reterr);

typedef struct xf_clock_due {
    bool has_raw;
    xf_day raw;
    bool has_due;
    xf_day due;
    int32_t missing_year; /* 0: nothing was missing */
} xf_clock_due;

/* Counts `rule` from `start`, `extension` days longer (or XF_CLOCK_EXTENDED). INVALID with
 * FIELD_RANGE for a start outside the years above or more extension than there can be, with
 * CLOCK_NO_EXTENSION for a rule that has none; reterr->field is then "from_on" or "extended". */
XF_NODISCARD xf_code xf_law_clock_count(const xf_clock_rule *rule, xf_day start, int32_t extension,
                                        const xf_calendar *calendar, xf_clock_due *ret_due,
                                        xf_error *reterr);

/* A day that was looked at, and what it did. */
typedef struct xf_clock_seen {
    xf_day day;
    xf_clock_step step;
    int32_t number;   /* the how-manieth of the limit; 0: it was not counted */
    xf_day_kind kind; /* UNSPECIFIED: its year has no calendar */
    const char *name; /* the holiday, or NULL; the calendar's */
} xf_clock_seen;

typedef struct xf_clock_watcher {
    void (*look)(const xf_clock_seen *seen, void *data);
    void *data;
} xf_clock_watcher;

/* The same, and lets the watcher look at each day in order, up to the due day or to the day
 * before the one that the missing year is needed for. */
XF_NODISCARD xf_code xf_law_clock_explain(const xf_clock_rule *rule, xf_day start,
                                          int32_t extension, const xf_calendar *calendar,
                                          const xf_clock_watcher *watcher, xf_clock_due *ret_due,
                                          xf_error *reterr);

#endif
