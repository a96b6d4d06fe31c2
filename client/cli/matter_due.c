/* client/cli/matter_due: until when, and each day that was counted or not and why. The last line
 * is the due date, for scripts and for those who read only that. */
#include <inttypes.h>
#include <stdio.h>

#include "matter.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/clock_table.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/weekday.h"
#include "client/cli/words.h"

enum { TEXT = 256 };

static void
print_day(const char *label, int32_t day)
{
    char text[XF_SHOW_ROOM];

    (void)printf(XF_TR("%s%s（%s）\n"), label, xf_show_day(true, day, text), xf_weekday_words(day));
}

static void
print_rule(const Xf__MatterClock *clock)
{
    char from[XF_SHOW_ROOM];
    char to[XF_SHOW_ROOM];

    (void)printf(XF_TR("期限 %" PRId32 "：%s %s\n依据：%s，%s "), clock->seq, clock->rule,
                 clock->words == NULL ? "" : clock->words,
                 clock->source == NULL ? "" : clock->source,
                 xf_show_day(true, clock->valid_from_on, from));
    if (clock->has_valid_to_on) {
        (void)printf(XF_TR("至 %s 施行\n"), xf_show_day(true, clock->valid_to_on, to));
    } else {
        (void)puts(XF_TR("起施行"));
    }
}

static void
print_clock(const Xf__MatterClock *clock)
{
    print_rule(clock);
    (void)printf(XF_TR("起算：%s，次日为第 1 日，"),
                 xf_words_of(&xf__clock_start__descriptor, (int32_t)clock->start));
    print_day("", clock->started_on);
    if (clock->n_days > 0)
        xf_clock_table_print(clock->days, clock->n_days);
    if (clock->has_raw_on)
        print_day(XF_TR("原定届满："), clock->raw_on);
    if (clock->has_due_on) {
        print_day(XF_TR("到期："), clock->due_on);
    } else {
        (void)printf(XF_TR("到期：未定。%" PRId32 " 年的日历还没有导入，导入后再算。\n"),
                     clock->missing_year);
    }
    if (clock->has_ended_on)
        print_day(XF_TR("已了结："), clock->ended_on);
    if (clock->outdated)
        (void)puts(XF_TR("放假安排刚有变动，很快会自动重算。"));
    if (clock->has_step) {
        (void)printf(XF_TR("已提醒到：%s\n"),
                     xf_words_of(&xf__reminder_step__descriptor, (int32_t)clock->step));
    }
    (void)puts("");
}

/* The running clock that the matter's day comes from. */
static const Xf__MatterClock *
earliest(const Xf__MatterDueReply *reply)
{
    const Xf__MatterClock *found = NULL;

    for (size_t i = 0; i < reply->n_clocks; i++) {
        const Xf__MatterClock *clock = reply->clocks[i];
        const int32_t day = clock->has_due_on ? clock->due_on : clock->raw_on;

        if (!clock->has_ended_on && reply->has_due_on && day == reply->due_on &&
            (found == NULL || clock->has_due_on))
            found = clock;
    }
    return found;
}

static void
print_due(const Xf__MatterDueReply *reply)
{
    const Xf__MatterClock *clock = earliest(reply);
    char day[XF_SHOW_ROOM];

    for (size_t i = 0; i < reply->n_clocks; i++)
        print_clock(reply->clocks[i]);
    if (reply->n_clocks == 0) {
        (void)puts(
            XF_TR("没有起算：没有留下可以答复的姓名和联系方式，或是按台账补录的、规定施行以前"
                  "收到的。"));
    }
    if (!reply->has_due_on) {
        (void)puts(reply->n_clocks == 0 ? XF_TR("没有期限。") : XF_TR("未定。"));
    } else if (clock != NULL && !clock->has_due_on) {
        (void)printf(XF_TR("%s（原定；%" PRId32 " 年的日历导入后再算）\n"),
                     xf_show_day(true, reply->due_on, day), clock->missing_year);
    } else {
        (void)puts(xf_show_day(true, reply->due_on, day));
    }
}

int
xf_matter_due(xf_cli *cli, const xf_args *args)
{
    Xf__MatterDueRequest request = XF__MATTER_DUE_REQUEST__INIT;
    const ProtobufCMessage *message = NULL;

    if (!xf_args_whole(args->words[0], 1, INT64_MAX, &request.matter_id)) {
        return (int)xf_tell_usage(cli, XF_TR("要写事项号，就是列表里第一列的数。"), args->words[0]);
    }
    request.has_matter_id = 1;
    request.has_explain = request.explain = xf_args_has(args, "explain");
    message = xf_cli_call(cli, XF_RPC_MATTER_DUE, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_due((const Xf__MatterDueReply *)message);
    }
    return XF_EXIT_OK;
}
