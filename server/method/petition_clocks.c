/* method/petition_clocks — counted in C, handed to SQL as lists. */
#include "method/petition_clocks.h"

#include "call/room.h"
#include "law/clock.h"
#include "law/registration.h"
#include "law/reminder.h"
#include "method/calendar_days.h"
#include "method/clock_days.h"

/* Clocks on their way into call->law; as many numbers in each list as there are clocks. */
typedef struct starting {
    const xf_calendar *calendar;
    const char *rule;
    int64_t *seqs;
    int64_t *froms;
    xf_clock_days days;
} starting;

bool
xf_petition_clocks_read(const xf_call *call)
{
    return xf_calendars_wanted(call->room->calendars, call->actor.bureau, xf_now_steady_ms());
}

/* ---- The calendar ---------------------------------------------------------------------------- */

static xf_code
keep(xf_call *call, const Xf__PetitionRegisterFound *found, xf_error *reterr)
{
    xf_calendar calendar = {.years = found->years, .n_years = found->n_years};
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_calendar_days_take(call->arena, found->days, found->n_days, &calendar, reterr));
    xf_calendars_keep(call->room->calendars, call->actor.bureau, xf_now_steady_ms(), found->seat,
                      &calendar);
out:
    return code;
}

/* ---- Counting -------------------------------------------------------------------------------- */

/* [信访工作条例 23]: not where name or address is unclear. */
static bool
owed(const Xf__PetitionRegisterRequest *request)
{
    bool reachable = false;

    for (size_t i = 0; i < request->n_petitioners; i++) {
        const Xf__PetitionerDraft *who = request->petitioners[i];

        reachable = reachable || (who->phone != NULL && *who->phone != '\0') ||
                    (who->address != NULL && *who->address != '\0');
    }
    return xf_registration_notice_owed(request->n_petitioners > 0, reachable);
}

/* A receipt from before the rule was in force starts none. */
static void
start(starting *s, size_t receipt, xf_day received_on)
{
    const xf_clock_rule *rule = NULL;
    xf_clock_due due = {0};
    xf_error error = {0};

    if (xf_clock_rule_find(s->rule, received_on, &rule, &error) != XF_CODE_OK ||
        xf_law_clock_count(rule, received_on, 0, s->calendar, &due, &error) != XF_CODE_OK)
        return;
    s->seqs[s->days.n] = (int64_t)receipt + 1;
    s->froms[s->days.n] = rule->valid_from;
    xf_clock_days_add(&s->days, received_on, &due);
}

/* What the matter shows: the first day that one of them is due, counted or, while a year is missing,
 * raw. */
static void
put_due(xf_law *law, const xf_clock_days *days)
{
    int64_t first = XF_LAW_NULL;

    for (size_t i = 0; i < days->n; i++) {
        const int64_t due = days->dues[i] != XF_LAW_NULL ? days->dues[i] : days->raws[i];

        if (due != XF_LAW_NULL && (first == XF_LAW_NULL || due < first))
            first = due;
    }
    if (first == XF_LAW_NULL) {
        xf_law_put_null(law, "due_on");
    } else {
        xf_law_put(law, "due_on", first);
    }
}

static void
put(xf_law *law, const starting *s, int64_t seat)
{
    put_due(law, &s->days);
    xf_law_put_text(law, "clock_rule", s->rule);
    xf_law_put_long(law, "clock_seqs", s->seqs, s->days.n);
    xf_law_put_long(law, "clock_froms", s->froms, s->days.n);
    xf_law_put_long(law, "clock_raws", s->days.raws, s->days.n);
    xf_law_put_long(law, "clock_dues", s->days.dues, s->days.n);
    xf_law_put_long(law, "clock_missing", s->days.missing, s->days.n);
    xf_law_put_long(law, "clock_reminds", s->days.reminds, s->days.n * XF_REMINDER_STEPS);
    xf_law_put(law, "calendar_seat", seat);
}

xf_code
xf_petition_clocks_put(xf_call *call, const Xf__PetitionRegisterFound *found, xf_error *reterr)
{
    static const xf_calendar none = {0};
    const Xf__PetitionRegisterRequest *request = (const Xf__PetitionRegisterRequest *)call->request;
    const size_t n = owed(request) ? request->n_receipts : 0;
    starting s = {.rule = xf_registration_clock((xf_purpose)request->matters[0]->purpose)};
    int64_t seat = 0;
    xf_code code = XF_CODE_OK;

    if (found != NULL)
        XF_TRY(keep(call, found, reterr));
    s.calendar = xf_calendars_find(call->room->calendars, call->actor.bureau, &seat);
    s.calendar = s.calendar == NULL ? &none : s.calendar;
    s.seqs = xf_arena_take(call->arena, n * 2 * sizeof *s.seqs + 1);
    if (s.seqs == NULL)
        XF_TRY(XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, ""));
    s.froms = s.seqs + n;
    XF_TRY(xf_clock_days_make(call->arena, n, &s.days, reterr));
    for (size_t i = 0; i < n; i++)
        start(&s, i, request->receipts[i]->received_on);
    put(&call->law, &s, seat);
out:
    return code;
}
