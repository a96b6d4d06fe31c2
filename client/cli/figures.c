/* client/cli/figures: what the bureau counts, beside the same days of the year before; by unit
 * and by month; the rows behind a number; and what each figure means. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/figure_text.h"
#include "client/cli/names.h"
#include "client/cli/period.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

enum { PAGE = 500 };

/* ---- Numbers and rates ------------------------------------------------------------------ */

bool
xf_figures_period(xf_cli *cli, const xf_args *args, Xf__FiguresShowRequest *request)
{
    const char *period = xf_args_get(args, "period");
    const char *with = xf_args_get(args, "compare-with");
    if (!xf_period_parse(period, &request->from_on, &request->to_on)) {
        (void)xf_tell_usage(cli, XF_TR("看不懂这段时间。请写成 2020-01..2020-10。"), period);
        return false;
    }
    if (request->from_on > request->to_on) {
        (void)xf_tell_usage(cli, xf_error_words(XF_TEXT_PERIOD_BACKWARDS), period);
        return false;
    }
    if (with != NULL && strcmp(with, "previous-year") != 0) {
        (void)xf_tell_usage(cli, XF_TR("只能写 previous-year。"), with);
        return false;
    }
    request->has_from_on = request->has_to_on = request->has_previous_year = 1;
    request->previous_year = with != NULL;
    return true;
}

/* --by unit, month, or both. */
static bool
read_by(xf_cli *cli, const xf_args *args, Xf__FiguresShowRequest *request)
{
    const char *by = xf_args_get(args, "by");
    if (by == NULL)
        return true;
    request->has_by_unit = request->has_by_month = 1;
    request->by_unit = strstr(by, "unit") != NULL;
    request->by_month = strstr(by, "month") != NULL;
    if (strcmp(by, "unit") == 0 || strcmp(by, "month") == 0 || strcmp(by, "unit,month") == 0 ||
        strcmp(by, "month,unit") == 0)
        return true;
    (void)xf_tell_usage(cli, XF_TR("只能写 unit、month 或 unit,month。"), by);
    return false;
}

/* Of a unit and a month nobody wants to read noughts. */
static bool
worth_a_line(const Xf__FiguresShowRequest *request, const Xf__FigureValue *value)
{
    return (!request->by_unit && !request->by_month) || value->value != 0 || value->previous != 0 ||
           value->whole != 0 || value->previous_whole != 0;
}

static void
table_line(xf_table *table, const Xf__FiguresShowRequest *request, const Xf__FigureValue *value)
{
    char text[XF_FIGURE_TEXT];
    if (request->by_month) {
        (void)xf_show_day(value->has_month_on, value->month_on, text);
        text[7] = '\0'; /* 2020-03 */
        xf_table_text(table, text);
    }
    if (request->by_unit)
        xf_table_text(table, value->unit_name == NULL ? XF_TR("（未注明单位）") : value->unit_name);
    xf_table_text(table, xf_words_of(&xf__figure__descriptor, (int32_t)value->figure));
    xf_table_text(table, xf_figure_text(value, XF_FIGURE_NOW, text));
    if (!request->previous_year)
        return;
    xf_table_text(table, xf_figure_text(value, XF_FIGURE_BEFORE, text));
    xf_table_text(table, xf_figure_text(value, XF_FIGURE_CHANGE, text));
}

static void
print_table(const Xf__FiguresShowRequest *request, const Xf__FiguresShowReply *reply)
{
    xf_column columns[8];
    size_t n = 0;
    if (request->by_month)
        columns[n++] = (xf_column){"月份", 0, false};
    if (request->by_unit)
        columns[n++] = (xf_column){"单位", 0, false};
    columns[n++] = (xf_column){"指标", 0, false};
    columns[n++] = (xf_column){"本期", 0, true};
    if (request->previous_year) {
        columns[n++] = (xf_column){"上年同期", 0, true};
        columns[n++] = (xf_column){"同比", 0, true};
    }
    columns[n] = (xf_column){NULL, 0, false};
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < reply->n_figures; i++) {
        if (worth_a_line(request, reply->figures[i]))
            table_line(table, request, reply->figures[i]);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
}

void
xf_figures_say_frozen(const Xf__FiguresShowReply *reply)
{
    char at[XF_SHOW_ROOM] = "";
    if (reply->has_frozen_at)
        xf_show_instant(reply->frozen_at, at);
    if (reply->frozen) {
        (void)printf(XF_TR("各月都已冻结，最近一次 %s。\n"), at);
    } else {
        (void)puts(XF_TR(
            "有的月份还没有冻结，或冻结以后又有台账进来：没有冻结的月按现在的数，不含检举控告。"));
    }
}

/* Units times months times figures is more than a message holds: then figure by figure. */
static const Xf__FiguresShowReply *
ask_each(xf_cli *cli, Xf__FiguresShowRequest *request)
{
    Xf__FiguresShowReply *all = xf_cli_take(cli, sizeof(*all));
    const unsigned n = xf__figure__descriptor.n_values;
    Xf__Figure figure = XF__FIGURE__FIGURE_UNSPECIFIED;
    *all = (Xf__FiguresShowReply)XF__FIGURES_SHOW_REPLY__INIT;
    all->has_frozen = all->frozen = 1;
    request->figures = &figure;
    request->n_figures = 1;
    for (unsigned i = 1; i < n; i++) { /* 0 is UNSPECIFIED */
        figure = (Xf__Figure)xf__figure__descriptor.values[i].value;
        const Xf__FiguresShowReply *one = (const Xf__FiguresShowReply *)(const void *)xf_cli_call(
            cli, XF_RPC_FIGURES_SHOW, &request->base);
        if (one == NULL)
            break;
        Xf__FigureValue **values =
            xf_cli_take(cli, (all->n_figures + one->n_figures + 1) * sizeof(Xf__FigureValue *));
        for (size_t k = 0; k < all->n_figures; k++)
            values[k] = all->figures[k];
        for (size_t k = 0; k < one->n_figures; k++)
            values[all->n_figures + k] = one->figures[k];
        all->figures = values;
        all->n_figures += one->n_figures;
        all->frozen = all->frozen && one->frozen;
        all->has_frozen_at = one->has_frozen_at;
        all->frozen_at = one->frozen_at;
    }
    request->figures = NULL;
    request->n_figures = 0;
    return cli->exit == XF_EXIT_OK ? all : NULL;
}

static xf_exit
tell_no_figure(xf_cli *cli, const char *name)
{
    return xf_tell_usage(cli, XF_TR("没有这个指标。运行 xinfang figures definitions 看有哪些。"),
                         name);
}

/* --figure NAME: one only. */
static bool
read_figure(xf_cli *cli, const xf_args *args, Xf__Figure *figure, Xf__FiguresShowRequest *request)
{
    const char *name = xf_args_get(args, "figure");
    int32_t value = 0;
    if (name == NULL)
        return true;
    if (!xf_words_read(&xf__figure__descriptor, name, &value)) {
        (void)tell_no_figure(cli, name);
        return false;
    }
    *figure = (Xf__Figure)value;
    request->figures = figure;
    request->n_figures = 1;
    return true;
}

int
xf_figures_show(xf_cli *cli, const xf_args *args)
{
    Xf__FiguresShowRequest request = XF__FIGURES_SHOW_REQUEST__INIT;
    Xf__Figure figure = XF__FIGURE__FIGURE_UNSPECIFIED;
    if (!xf_figures_period(cli, args, &request) || !read_by(cli, args, &request) ||
        !read_figure(cli, args, &figure, &request))
        return (int)cli->exit;
    const Xf__FiguresShowReply *reply =
        request.by_unit && request.by_month && request.n_figures == 0
            ? ask_each(cli, &request)
            : (const Xf__FiguresShowReply *)(const void *)xf_cli_call(cli, XF_RPC_FIGURES_SHOW,
                                                                      &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(&reply->base, false);
        return XF_EXIT_OK;
    }
    print_table(&request, reply);
    xf_figures_say_frozen(reply);
    if (request.by_unit)
        (void)puts(XF_TR("分单位的数不含检举控告，所以加起来不一定等于全局的数。"));
    return XF_EXIT_OK;
}

/* ---- The rows behind a number ------------------------------------------------------------ */

typedef struct listing {
    xf_table *table; /* one of the two */
    cJSON *rows;
    int64_t count, sum, counted, closed;
    bool has_closed;
} listing;

static void
take_row(listing *l, const Xf__FigureRow *row)
{
    char day[XF_SHOW_ROOM];
    l->count++;
    l->sum += row->value;
    l->counted += row->counted ? row->value : 0;
    if (l->rows != NULL) {
        cJSON_AddItemToArray(l->rows, xf_show_json(&row->base));
        return;
    }
    xf_table_text(l->table, xf_show_day(row->has_book_on, row->book_on, day));
    xf_table_text(l->table, row->label);
    xf_table_text(l->table, row->unit_name);
    xf_table_number(l->table, row->value);
    xf_table_text(l->table, row->counted ? XF_TR("是") : XF_TR("否"));
}

/* All pages: whoever asks what is behind a number wants all of it. */
static bool
read_rows(xf_cli *cli, Xf__FiguresListRequest *request, listing *l)
{
    request->has_limit = 1;
    request->limit = PAGE;
    do {
        const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_FIGURES_LIST, &request->base);
        if (message == NULL)
            return false;
        const Xf__FiguresListReply *reply = (const Xf__FiguresListReply *)message;
        for (size_t i = 0; i < reply->n_rows; i++)
            take_row(l, reply->rows[i]);
        l->has_closed = reply->has_closed;
        l->closed = reply->closed;
        request->after = reply->next;
    } while (request->after != NULL);
    return true;
}

static void
print_rows(const listing *l, const Xf__FiguresListRequest *request)
{
    xf_table_print(l->table, stdout);
    (void)printf(XF_TR("%s：%" PRId64 " 行，合计 %" PRId64),
                 xf_words_of(&xf__figure__descriptor, (int32_t)request->figure), l->count, l->sum);
    if (l->counted != l->sum)
        (void)printf(XF_TR("，其中计入 %" PRId64), l->counted);
    (void)puts("。");
    if (l->has_closed && l->closed > 0) {
        (void)printf(XF_TR("另有 %" PRId64 " 在您不能看的密件里（只说已冻结的月份）。\n"),
                     l->closed);
    }
}

int
xf_figures_list(xf_cli *cli, const xf_args *args)
{
    static const xf_column columns[] = {{"日期", 0, false}, {"编号", 0, false}, {"单位", 0, false},
                                        {"数", 0, true},    {"计入", 0, false}, {NULL, 0, false}};
    Xf__FiguresShowRequest period = XF__FIGURES_SHOW_REQUEST__INIT;
    Xf__FiguresListRequest request = XF__FIGURES_LIST_REQUEST__INIT;
    listing l = {0};
    int32_t figure = 0;
    if (!xf_words_read(&xf__figure__descriptor, args->words[0], &figure)) {
        return (int)xf_tell_usage(
            cli, XF_TR("没有这个指标。运行 xinfang figures definitions 看有哪些。"),
            args->words[0]);
    }
    if (!xf_figures_period(cli, args, &period))
        return (int)cli->exit;
    if (xf_args_has(args, "unit")) {
        if (!xf_names_unit(cli, xf_args_get(args, "unit"), &request.unit_id))
            return (int)cli->exit;
        request.has_unit_id = 1;
    }
    request.has_figure = request.has_from_on = request.has_to_on = 1;
    request.figure = (Xf__Figure)figure;
    request.from_on = period.from_on;
    request.to_on = period.to_on;
    cJSON *json = cli->json ? cJSON_CreateObject() : NULL;
    if (json != NULL) {
        l.rows = cJSON_AddArrayToObject(json, "rows");
    } else {
        l.table = xf_table_new(columns);
    }
    if (read_rows(cli, &request, &l) && json == NULL)
        print_rows(&l, &request);
    if (cli->exit == XF_EXIT_OK && json != NULL) {
        (void)cJSON_AddNumberToObject(json, "closed", (double)l.closed);
        xf_show_tree(json, false);
    }
    cJSON_Delete(json);
    if (l.table != NULL)
        xf_table_free(&l.table);
    return (int)cli->exit;
}

/* ---- What each figure means --------------------------------------------------------------- */

int
xf_figures_definitions(xf_cli *cli, const xf_args *args)
{
    static const xf_column columns[] = {{"指标", 0, false},   {"名称", 0, false},
                                        {"怎么算", 0, false}, {"按哪一天", 0, false},
                                        {"数哪些", 0, false}, {NULL, 0, false}};
    Xf__FiguresDefinitionsRequest request = XF__FIGURES_DEFINITIONS_REQUEST__INIT;
    (void)args;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_FIGURES_DEFINITIONS, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
        return XF_EXIT_OK;
    }
    const Xf__FiguresDefinitionsReply *reply = (const Xf__FiguresDefinitionsReply *)message;
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < reply->n_definitions; i++) {
        const Xf__FigureDefinition *one = reply->definitions[i];
        xf_table_text(table, one->chinese);
        xf_table_text(table, one->name);
        xf_table_text(table, one->formula);
        xf_table_text(table, one->period);
        xf_table_text(table, one->rows);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    return XF_EXIT_OK;
}
