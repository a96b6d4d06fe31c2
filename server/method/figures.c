/* method/figures — what the bureau counts, and the timer that freezes its months. */
#include "law/figures.h"

#include "figures.pb-c.h"

#include "call/call.h"

static xf_code
show_check(xf_call *call, xf_error *reterr)
{
    const Xf__FiguresShowRequest *request = (const Xf__FiguresShowRequest *)call->request;

    if (!request->has_from_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "from_on");
    if (!request->has_to_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "to_on");
    if (request->to_on < request->from_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_PERIOD_BACKWARDS, "to_on");
    if (request->to_on - request->from_on > 366 * 100)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "to_on");
    if (request->previous_year) {
        xf_law_put(&call->law, "previous_from", xf_figures_year_before(request->from_on));
        xf_law_put(&call->law, "previous_to", xf_figures_year_before(request->to_on));
    } else {
        xf_law_put_null(&call->law, "previous_from");
        xf_law_put_null(&call->law, "previous_to");
    }
    return XF_CODE_OK;
}

static xf_code
show_finish(xf_call *call, xf_error *reterr)
{
    Xf__FiguresShowReply *reply = (Xf__FiguresShowReply *)call->reply;

    (void)reterr;
    for (size_t i = 0; i < reply->n_figures; i++) {
        Xf__FigureValue *figure = reply->figures[i];

        figure->has_change_tenths =
            figure->has_previous &&
            xf_figures_change(figure->value, figure->previous, &figure->change_tenths);
    }
    return XF_CODE_OK;
}

const xf_method xf_figures_show = {
    .rpc = XF_RPC_FIGURES_SHOW,
    .may = XF_MAY_RECEPTION | XF_MAY_RECEPTION_HEAD | XF_MAY_UNIT_HEAD | XF_MAY_LEADER |
           XF_MAY_INSPECTOR,
    .mode = XF_READS,
    .check = show_check,
    .finish = show_finish,
};

const xf_method xf_figures_freeze = {
    .rpc = XF_RPC_FIGURES_FREEZE,
    .may = XF_MAY_TIMER,
    .mode = XF_CHANGES,
};
