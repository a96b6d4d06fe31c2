/* client/cli/sheet: number and state on top, then demand, people, receipts, course, and
 * what this officer may do now, as commands. */
#include "client/cli/sheet.h"

#include <inttypes.h>

#include <libintl.h>

#include "client/cli/cli.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/verbs.h"
#include "client/cli/width.h"
#include "client/cli/words.h"

enum { LABEL_WIDTH = 12, NOTE = 96 };

/* An absent value has no line. */
static void
row(FILE *out, const char *label, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    size_t width = xf_width_print(out, label, 0);
    (void)fprintf(out, "%*s", (int)(width < LABEL_WIDTH ? LABEL_WIDTH - width : 1), "");
    (void)xf_width_print(out, value, 0);
    (void)fputc('\n', out);
}

static void
print_head(const Xf__MatterOpenReply *m, FILE *out)
{
    char text[64];
    char day[XF_SHOW_ROOM];
    (void)xf_width_print(out, m->number == NULL ? "" : m->number, 0);
    (void)fprintf(out, "   %s%s\n\n", xf_words_of(&xf__state__descriptor, (int32_t)m->state),
                  m->from_book ? XF_TR("（台账导入）") : "");
    (void)snprintf(text, sizeof(text), XF_TR("%" PRId64 "（信访件 %" PRId64 "）"), m->matter_id,
                   m->petition_id);
    row(out, XF_TR("事项号"), text);
    (void)snprintf(text, sizeof(text), "%" PRId32, m->version);
    row(out, XF_TR("版本"), text);
    row(out, XF_TR("信访目的"), xf_words_of(&xf__purpose__descriptor, (int32_t)m->purpose));
    row(out, XF_TR("内容分类"), m->category_name != NULL ? m->category_name : m->category);
    row(out, XF_TR("主要诉求"), m->demand);
    row(out, XF_TR("封套编号"), m->envelope);
    row(out, XF_TR("被反映单位"), m->complained_unit_name);
    row(out, XF_TR("承办单位"), m->unit_name);
    row(out, XF_TR("承办人"), m->handler_name);
    row(out, XF_TR("办理期限"), m->has_due_on ? xf_show_day(true, m->due_on, day) : XF_TR("未定"));
}

static void
print_petitioners(const Xf__MatterOpenReply *m, FILE *out)
{
    static const xf_column columns[] = {{"信访人", 0, false},   {"电话", 0, false},
                                        {"身份证号", 0, false}, {"住址", 0, false},
                                        {"代表", 0, false},     {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < m->n_petitioners; i++) {
        const Xf__Petitioner *p = m->petitioners[i];
        xf_table_text(table, p->name);
        xf_table_text(table, p->phone);
        xf_table_text(table, p->id_number);
        xf_table_text(table, p->address);
        xf_table_text(table, p->representative ? XF_TR("是") : "");
    }
    (void)fputc('\n', out);
    if (m->n_petitioners > 0)
        xf_table_print(table, out);
    if (m->has_people)
        (void)fprintf(out, XF_TR("来了 %" PRId32 " 人\n"), m->people);
    xf_table_free(&table);
}

static void
print_receipts(const Xf__MatterOpenReply *m, FILE *out)
{
    static const xf_column columns[] = {{"收到", 0, false},
                                        {"信访形式", 0, false},
                                        {"来源", 0, false},
                                        {"来文号", 0, false},
                                        {NULL, 0, false}};
    if (m->n_receipts == 0)
        return;
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < m->n_receipts; i++) {
        const Xf__Receipt *r = m->receipts[i];
        char day[XF_SHOW_ROOM];
        xf_table_text(table, xf_show_day(r->has_received_on, r->received_on, day));
        xf_table_text(table, xf_words_of(&xf__channel__descriptor, (int32_t)r->channel));
        xf_table_text(table, xf_words_of(&xf__source__descriptor, (int32_t)r->source));
        xf_table_text(table, r->reference);
    }
    (void)fputc('\n', out);
    xf_table_print(table, out);
    xf_table_free(&table);
}

/* What a clock's event says besides: "2026-10-01 → 2026-10-08", "最后三天". */
static const char *
note(const Xf__MatterEvent *event, char out[NOTE])
{
    char was[XF_SHOW_ROOM];
    char now[XF_SHOW_ROOM];

    out[0] = '\0';
    if (event->has_step)
        return xf_words_of(&xf__reminder_step__descriptor, (int32_t)event->step);
    if (event->has_clock) {
        (void)snprintf(out, NOTE, XF_TR("%s → %s"),
                       event->has_was_on ? xf_show_day(true, event->was_on, was) : XF_TR("未定"),
                       event->has_due_on ? xf_show_day(true, event->due_on, now) : XF_TR("未定"));
    }
    return out;
}

void
xf_sheet_events(const Xf__MatterEvent *const *events, size_t count, FILE *out)
{
    static const xf_column columns[] = {
        {"版本", 0, true},    {"什么时候", 0, false}, {"做了什么", 0, false}, {"谁", 0, false},
        {"到哪里", 0, false}, {"说明", 0, false},     {NULL, 0, false}};
    if (count == 0) {
        (void)fputs(XF_TR("没有更新的经过。\n"), out);
        return;
    }
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < count; i++) {
        char at[XF_SHOW_ROOM] = "";
        char said[NOTE];
        if (events[i]->has_at)
            xf_show_instant(events[i]->at, at);
        xf_table_number(table, events[i]->version);
        xf_table_text(table, at);
        xf_table_text(table, xf_words_of(&xf__event_kind__descriptor, (int32_t)events[i]->kind));
        xf_table_text(table, events[i]->has_officer_id && events[i]->officer_id == 0
                                 ? XF_TR("系统")
                                 : events[i]->officer_name);
        xf_table_text(table, events[i]->unit_name);
        xf_table_text(table, note(events[i], said));
    }
    xf_table_print(table, out);
    xf_table_free(&table);
}

/* "matter.assign" as the command that does it. */
static void
print_action(const Xf__MatterOpenReply *m, xf_rpc rpc, FILE *out)
{
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);
        if (verb->rpc != rpc)
            continue;
        int64_t id = rpc == XF_RPC_PETITION_DECIDE_REPEAT ? m->petition_id : m->matter_id;
        (void)fprintf(out, "  xinfang %s %s %" PRId64, verb->noun, verb->verb, id);
        for (const xf_option *o = verb->options; o->name != NULL; o++) {
            if ((o->flags & XF_OPTION_NEEDED) != 0)
                (void)fprintf(out, " --%s %s", o->name, o->value);
        }
        (void)fprintf(out, "   %s\n", verb->says);
        return;
    }
}

void
xf_sheet_print(const Xf__MatterOpenReply *matter, FILE *out)
{
    print_head(matter, out);
    print_petitioners(matter, out);
    print_receipts(matter, out);
    (void)fputc('\n', out);
    xf_sheet_events((const Xf__MatterEvent *const *)matter->events, matter->n_events, out);
    (void)fputs(matter->n_actions > 0 ? XF_TR("\n您现在可以\n") : XF_TR("\n您现在没有要办的。\n"),
                out);
    for (size_t i = 0; i < matter->n_actions; i++)
        print_action(matter, (xf_rpc)matter->actions[i], out);
}
