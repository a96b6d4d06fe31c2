/* client/cli/figures: what the bureau counts, beside the same days of the year before. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.pb-c.h"

#include "base/now.h"
#include "client/cli/cli.h"
#include "client/cli/period.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

/* -489 is "−48.9 %"; nothing to compare with is "—". */
static void
change_text(const Xf__FigureValue *value, char *out, size_t room)
{
    if (!value->has_change_tenths) {
        (void)snprintf(out, room, "—");
        return;
    }
    int32_t tenths = value->change_tenths;
    int32_t size = tenths < 0 ? -tenths : tenths;
    const char *sign = tenths < 0 ? "−" : tenths > 0 ? "+" : "";
    (void)snprintf(out, room, "%s%" PRId32 ".%" PRId32 " %%", sign, size / 10, size % 10);
}

static void
print_table(const Xf__FiguresShowReply *reply, bool compared)
{
    static const xf_column alone[] = {{"指标", 0, false}, {"本期", 0, true}, {NULL, 0, false}};
    static const xf_column beside[] = {{"指标", 0, false},
                                       {"本期", 0, true},
                                       {"上年同期", 0, true},
                                       {"同比", 0, true},
                                       {NULL, 0, false}};
    xf_table *table = xf_table_new(compared ? beside : alone);
    for (size_t i = 0; i < reply->n_figures; i++) {
        const Xf__FigureValue *value = reply->figures[i];
        char change[32];
        char previous[24] = "—";
        xf_table_text(table, xf_words_of(&xf__figure__descriptor, (int32_t)value->figure));
        xf_table_number(table, value->value);
        if (!compared)
            continue;
        if (value->has_previous)
            (void)snprintf(previous, sizeof(previous), "%" PRId64, value->previous);
        change_text(value, change, sizeof(change));
        xf_table_text(table, previous);
        xf_table_text(table, change);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
}

static void
print_figures(const Xf__FiguresShowReply *reply, bool compared)
{
    print_table(reply, compared);
    char at[XF_SHOW_ROOM] = "";
    if (reply->has_frozen_at)
        xf_show_instant(reply->frozen_at, at);
    if (reply->frozen) {
        (void)printf(XF_TR("各月都已冻结，最近一次 %s。\n"), at);
    } else {
        (void)puts(XF_TR("有的月份还没有冻结：那些月按现在的数，不含检举控告。"));
    }
}

int
xf_figures_show(xf_cli *cli, const xf_args *args)
{
    Xf__FiguresShowRequest request = XF__FIGURES_SHOW_REQUEST__INIT;
    const char *with = xf_args_get(args, "compare-with");
    if (!xf_period_parse(xf_args_get(args, "period"), &request.from_on, &request.to_on)) {
        return (int)xf_tell_usage(cli, XF_TR("看不懂这段时间。请写成 2020-01..2020-10。"),
                                  xf_args_get(args, "period"));
    }
    if (request.from_on > request.to_on) {
        return (int)xf_tell_usage(cli, xf_error_words(XF_TEXT_PERIOD_BACKWARDS),
                                  xf_args_get(args, "period"));
    }
    if (with != NULL && strcmp(with, "previous-year") != 0)
        return (int)xf_tell_usage(cli, XF_TR("只能写 previous-year。"), with);
    request.has_from_on = 1;
    request.has_to_on = 1;
    request.has_previous_year = with != NULL;
    request.previous_year = with != NULL;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_FIGURES_SHOW, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_figures((const Xf__FiguresShowReply *)message, with != NULL);
    }
    return XF_EXIT_OK;
}
