/* method/figures — what the bureau counts, the rows behind a number, and the timer that freezes. */
#include <stdio.h>
#include <string.h>

#include "figures.pb-c.h"

#include "call/call.h"
#include "law/indicator.h"
#include "method/field.h"

enum { PAGE = 200, PAGE_MOST = 500, YEARS_MOST = 100 };

static xf_code
check_period(bool has_from, xf_day from_on, bool has_to, xf_day to_on, xf_error *reterr)
{
    if (!has_from)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "from_on");
    if (!has_to)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "to_on");
    if (to_on < from_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_PERIOD_BACKWARDS, "to_on");
    if (to_on - from_on > 366 * YEARS_MOST)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "to_on");
    return XF_CODE_OK;
}

/* Each figure with its own days: most count the period, some since the year before. Month by
 * month there is no "since". */
static void
put_figures(xf_call *call, const Xf__FiguresShowRequest *request)
{
    int64_t figures[XF_LAW_LIST];
    int64_t parts[XF_LAW_LIST];
    int64_t wholes[XF_LAW_LIST];
    int64_t books[XF_LAW_LIST];
    int64_t from[XF_LAW_LIST];
    int64_t to[XF_LAW_LIST];
    int64_t previous_from[XF_LAW_LIST];
    int64_t previous_to[XF_LAW_LIST];
    const size_t n = request->n_figures > 0 ? request->n_figures : xf_indicator_count();
    const size_t n_previous = request->previous_year ? n : 0;

    for (size_t i = 0; i < n; i++) {
        const xf_indicator *indicator = request->n_figures > 0
                                            ? xf_indicator_find((xf_figure)request->figures[i])
                                            : xf_indicator_at(i);

        figures[i] = (int64_t)indicator->figure;
        parts[i] = (int64_t)indicator->part;
        wholes[i] = (int64_t)indicator->whole;
        books[i] = (int64_t)indicator->book;
        from[i] =
            request->by_month ? request->from_on : xf_indicator_from(indicator, request->from_on);
        to[i] = request->to_on;
        previous_from[i] = xf_indicator_year_before((xf_day)from[i]);
        previous_to[i] = xf_indicator_year_before(request->to_on);
    }
    xf_law_put_list(&call->law, "figures", figures, n);
    xf_law_put_list(&call->law, "parts", parts, n);
    xf_law_put_list(&call->law, "wholes", wholes, n);
    xf_law_put_list(&call->law, "books", books, n);
    xf_law_put_list(&call->law, "from_ons", from, n);
    xf_law_put_list(&call->law, "to_ons", to, n);
    xf_law_put_list(&call->law, "previous_from_ons", previous_from, n_previous);
    xf_law_put_list(&call->law, "previous_to_ons", previous_to, n_previous);
}

static xf_code
show_check(xf_call *call, xf_error *reterr)
{
    const Xf__FiguresShowRequest *request = (const Xf__FiguresShowRequest *)call->request;
    xf_code code = check_period(request->has_from_on, request->from_on, request->has_to_on,
                                request->to_on, reterr);

    _Static_assert((int)XF_FIGURE_REPEAT_RATE <= (int)XF_LAW_LIST, "figures fit a law list");
    if (code == XF_CODE_OK && request->n_figures > XF_LAW_LIST)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "figures");
    for (size_t i = 0; i < request->n_figures && code == XF_CODE_OK; i++) {
        if (xf_indicator_find((xf_figure)request->figures[i]) == NULL)
            code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "figures[%zu]", i);
    }
    if (code == XF_CODE_OK)
        put_figures(call, request);
    return code;
}

/* A number changes in per cent of what it was, a rate in points. */
static void
reckon(Xf__FigureValue *figure)
{
    if (!figure->has_whole) {
        figure->has_change_tenths =
            figure->has_previous &&
            xf_indicator_change(figure->value, figure->previous, &figure->change_tenths);
        return;
    }
    figure->has_rate_tenths = xf_indicator_rate(figure->value, figure->whole, &figure->rate_tenths);
    figure->has_previous_rate_tenths =
        figure->has_previous &&
        xf_indicator_rate(figure->previous, figure->previous_whole, &figure->previous_rate_tenths);
    figure->has_change_tenths = figure->has_rate_tenths && figure->has_previous_rate_tenths;
    if (figure->has_change_tenths)
        figure->change_tenths = figure->rate_tenths - figure->previous_rate_tenths;
}

static xf_code
show_finish(xf_call *call, xf_error *reterr)
{
    const Xf__FiguresShowRequest *request = (const Xf__FiguresShowRequest *)call->request;
    Xf__FiguresShowReply *reply = (Xf__FiguresShowReply *)call->reply;

    (void)reterr;
    reply->has_previous_from_on = reply->has_previous_to_on = request->previous_year;
    reply->previous_from_on = xf_indicator_year_before(request->from_on);
    reply->previous_to_on = xf_indicator_year_before(request->to_on);
    for (size_t i = 0; i < reply->n_figures; i++)
        reckon(reply->figures[i]);
    return XF_CODE_OK;
}

/* `next` of a page is its last row's day and label: "2020-03-17 2020/2". */
static xf_code
put_after(xf_call *call, const char *after, xf_error *reterr)
{
    xf_day on = 0;
    char day[11] = "";

    if (after == NULL) {
        xf_law_put_null(&call->law, "after_on");
        xf_law_put_null(&call->law, "after_label");
        return XF_CODE_OK;
    }
    (void)snprintf(day, sizeof day, "%s", after);
    if (strlen(after) < sizeof day || after[10] != ' ' ||
        xf_day_parse(day, &on, reterr) != XF_CODE_OK)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "after");
    xf_law_put(&call->law, "after_on", on);
    xf_law_put_text(&call->law, "after_label", after + sizeof day);
    return XF_CODE_OK;
}

static xf_code
list_check(xf_call *call, xf_error *reterr)
{
    const Xf__FiguresListRequest *request = (const Xf__FiguresListRequest *)call->request;
    const xf_indicator *indicator = NULL;
    xf_code code = XF_CODE_OK;

    XF_TRY(check_period(request->has_from_on, request->from_on, request->has_to_on, request->to_on,
                        reterr));
    if (request->has_figure)
        indicator = xf_indicator_find((xf_figure)request->figure);
    if (indicator == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "figure");
    if (request->has_limit && (request->limit < 1 || request->limit > PAGE_MOST))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "limit");
    XF_TRY(put_after(call, request->after, reterr));
    xf_law_put(&call->law, "part", (int64_t)indicator->part);
    xf_law_put(&call->law, "whole", (int64_t)indicator->whole);
    xf_law_put(&call->law, "from_on", xf_indicator_from(indicator, request->from_on));
    xf_law_put(&call->law, "to_on", request->to_on);
    xf_law_put(&call->law, "page", request->has_limit ? request->limit : PAGE);
out:
    return code;
}

static xf_code
definitions_check(xf_call *call, xf_error *reterr)
{
    int64_t figures[XF_LAW_LIST];

    (void)reterr;
    for (size_t i = 0; i < xf_indicator_count(); i++)
        figures[i] = (int64_t)xf_indicator_at(i)->figure;
    xf_law_put_list(&call->law, "figures", figures, xf_indicator_count());
    return XF_CODE_OK;
}

/* The branch of `fact` bears the figure's number. */
static char *
source_of(xf_call *call, const xf_indicator *indicator)
{
    char source[48];
    int n = indicator->whole == XF_FIGURE_UNSPECIFIED
                ? snprintf(source, sizeof source, "fact.figure = %d", (int)indicator->part)
                : snprintf(source, sizeof source, "fact.figure = %d, %d", (int)indicator->part,
                           (int)indicator->whole);

    return xf_arena_text(call->arena, source, (size_t)n);
}

static xf_code
definitions_finish(xf_call *call, xf_error *reterr)
{
    Xf__FiguresDefinitionsReply *reply = (Xf__FiguresDefinitionsReply *)call->reply;

    for (size_t i = 0; i < reply->n_definitions; i++) {
        Xf__FigureDefinition *told = reply->definitions[i];
        const xf_indicator *indicator = xf_indicator_find((xf_figure)told->figure);

        told->name = (char *)indicator->name; /* packed, never written to */
        told->chinese = (char *)indicator->chinese;
        told->formula = (char *)indicator->formula;
        told->period = (char *)indicator->day;
        told->rows = (char *)indicator->rows;
        told->source = source_of(call, indicator);
        if (told->source == NULL)
            return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
        told->has_rate = told->has_published = 1;
        told->rate = indicator->whole != XF_FIGURE_UNSPECIFIED;
        told->published = indicator->published;
    }
    return XF_CODE_OK;
}

enum {
    READERS = XF_MAY_RECEPTION | XF_MAY_RECEPTION_HEAD | XF_MAY_UNIT_HEAD | XF_MAY_LEADER |
              XF_MAY_INSPECTOR,
};

/* Numbers and rates of a period, beside the year before; by unit and by month. */
const xf_method xf_figures_show = {
    .rpc = XF_RPC_FIGURES_SHOW,
    .may = READERS,
    .mode = XF_READS,
    .check = show_check,
    .finish = show_finish,
};

/* The rows behind a number. */
const xf_method xf_figures_list = {
    .rpc = XF_RPC_FIGURES_LIST,
    .may = READERS,
    .mode = XF_READS,
    .check = list_check,
};

/* What each figure means. */
const xf_method xf_figures_definitions = {
    .rpc = XF_RPC_FIGURES_DEFINITIONS,
    .may = READERS,
    .mode = XF_READS,
    .check = definitions_check,
    .finish = definitions_finish,
};

/* The timer freezes the months that ended, and those that a book touched. */
const xf_method xf_figures_freeze = {
    .rpc = XF_RPC_FIGURES_FREEZE,
    .may = XF_MAY_TIMER,
    .mode = XF_CHANGES,
};
