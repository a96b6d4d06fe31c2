/* tests/support/stage_clocks — calendars come in, clocks run, the timer has been there.
 */
#ifndef XF_TEST_STAGE_CLOCKS_H
#define XF_TEST_STAGE_CLOCKS_H

#include "clock.pb-c.h"
#include "reminder.pb-c.h"

#include "stage.h"

/* The head brings in the year of this number as server/data/calendar has it. */
void xf_stage_calendar(xf_story *s, int32_t number);
/* A year of two days off, on which nobody counts: the first and the last of May. */
void xf_stage_bare_calendar(xf_story *s, int32_t number);
/* On 16 September 2026 somebody comes whose notice is due on the first of October, the National
 * Day; the station's handler has it. The stage's day is that day, the year's calendar is in. */
int64_t xf_stage_due_on_national_day(xf_story *s);
/* Waits until the timer's work makes this count another than 0. */
void xf_stage_wait_for(xf_story *s, const char *sql);

const Xf__MatterDueReply *xf_stage_due(xf_story *s, xf_cast who, int64_t matter_id, bool explain);
/* matter_id 0: his own, acknowledged ones too. */
const Xf__ReminderListReply *xf_stage_reminders(xf_story *s, xf_cast who, int64_t matter_id);
/* The instant, or 0 when it was refused. */
int64_t xf_stage_acknowledge(xf_story *s, xf_cast who, int64_t reminder_id);
void xf_stage_assert_day(bool has, int32_t day, const char *expected); /* "open": none */

#endif
