/* What the calendar and the clocks do, in words of their own. */
#include "stage_clocks.h"

#include <stdio.h>
#include <stdlib.h>

#include "calendar.pb-c.h"

enum { DAYS = 64, LINE = 128 };

typedef struct year {
    Xf__CalendarImportRequest request;
    Xf__CalendarDay days[DAYS];
    Xf__CalendarDay *list[DAYS];
    char names[DAYS][64];
} year;

static void
year_begin(year *y, int32_t number)
{
    *y = (year){.request = XF__CALENDAR_IMPORT_REQUEST__INIT};
    y->request.has_year = 1;
    y->request.year = number;
    y->request.days = y->list;
}

static void
year_add(year *y, xf_day day, bool off, const char *name)
{
    const size_t i = y->request.n_days++;

    assert_true(i < DAYS);
    (void)snprintf(y->names[i], sizeof y->names[i], "%s", name);
    y->days[i] = (Xf__CalendarDay)XF__CALENDAR_DAY__INIT;
    y->days[i].has_day_on = y->days[i].has_kind = 1;
    y->days[i].day_on = day;
    y->days[i].kind = off ? XF__DAY_KIND__DAY_KIND_OFF : XF__DAY_KIND__DAY_KIND_WORK;
    y->days[i].name = y->names[i];
    y->list[i] = &y->days[i];
}

static void
year_send(xf_story *s, year *y)
{
    assert_non_null(xf_stage_ask(s, HEAD, XF_RPC_CALENDAR_IMPORT, &y->request.base));
}

/* "2026-02-14,work,春节" */
static void
add_line(year *y, char *line)
{
    char *kind = strchr(line, ',');
    char *name = strrchr(line, ',');
    xf_day day = 0;

    line[strcspn(line, "\r\n")] = '\0';
    *kind = '\0';
    assert_int_equal(xf_day_parse(line, &day, NULL), XF_CODE_OK);
    year_add(y, day, kind[1] == 'o', name + 1);
}

void
xf_stage_calendar(xf_story *s, int32_t number)
{
    char name[64];
    char line[LINE];
    char *path = NULL;
    FILE *file = NULL;
    year y;

    (void)snprintf(name, sizeof name, "server/data/calendar/%d.csv", number);
    path = xf_stage_source(name);
    file = fopen(path, "re");
    assert_non_null(file);
    year_begin(&y, number);
    assert_non_null(fgets(line, sizeof line, file)); /* the heading */
    while (fgets(line, sizeof line, file) != NULL)
        add_line(&y, line);
    (void)fclose(file);
    free(path);
    year_send(s, &y);
}

void
xf_stage_bare_calendar(xf_story *s, int32_t number)
{
    year y;

    year_begin(&y, number);
    year_add(&y, xf_day_from_civil(number, 5, 1), true, "劳动节");
    year_add(&y, xf_day_from_civil(number, 5, 31), true, "劳动节");
    year_send(s, &y);
}

void
xf_stage_wait_for(xf_story *s, const char *sql)
{
    while (xf_stage_number(s, sql) == 0)
        xf_stage_sql(s, "select pg_sleep(0.01)"); /* the timer tells nobody */
}

const Xf__MatterDueReply *
xf_stage_due(xf_story *s, xf_cast who, int64_t matter_id, bool explain)
{
    Xf__MatterDueRequest request = XF__MATTER_DUE_REQUEST__INIT;

    request.has_matter_id = 1;
    request.matter_id = matter_id;
    request.has_explain = request.explain = explain;
    return xf_stage_ask(s, who, XF_RPC_MATTER_DUE, &request.base);
}

const Xf__ReminderListReply *
xf_stage_reminders(xf_story *s, xf_cast who, int64_t matter_id)
{
    Xf__ReminderListRequest request = XF__REMINDER_LIST_REQUEST__INIT;

    request.has_matter_id = matter_id != 0;
    request.matter_id = matter_id;
    request.has_acknowledged = request.acknowledged = 1;
    return xf_stage_ask(s, who, XF_RPC_REMINDER_LIST, &request.base);
}

int64_t
xf_stage_acknowledge(xf_story *s, xf_cast who, int64_t reminder_id)
{
    Xf__ReminderAcknowledgeRequest request = XF__REMINDER_ACKNOWLEDGE_REQUEST__INIT;
    const Xf__ReminderAcknowledgeReply *reply = NULL;

    request.has_reminder_id = 1;
    request.reminder_id = reminder_id;
    reply = xf_stage_ask(s, who, XF_RPC_REMINDER_ACKNOWLEDGE, &request.base);
    return reply != NULL ? reply->acknowledged_at : 0;
}

void
xf_stage_assert_day(bool has, int32_t day, const char *expected)
{
    char text[11] = "open";

    if (has)
        xf_day_print(day, text);
    assert_string_equal(text, expected);
}

int64_t
xf_stage_due_on_national_day(xf_story *s)
{
    static const xf_visit visit = {
        .name = "信访人甲",
        .phone = "19911110001",
        .demand = "反映店铺被盗后一直没有消息",
        .received_on = "2026-09-16",
    };
    int64_t matter = 0;

    xf_stage_on_day(s, "2026-09-16");
    xf_stage_calendar(s, 2026);
    matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, HANDLER), 2);
    return matter;
}
