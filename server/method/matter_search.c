/* method/matter_search — the law reads the words, the statement finds. */
#include "method/matter_search.h"

#include "matter.pb-c.h"

#include "call/fill.h"
#include "law/docnumber.h"
#include "law/registration.h"
#include "law/scope.h"
#include "law/search.h"
#include "method/field.h"
#include "method/grams.h"

enum { PAGE_MOST = 50 };

static xf_code
full(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* An ordinary number and an accusation's look alike but for their words: both are tried, and row
 * security keeps what is not the reader's. */
static void
put(xf_call *call, const xf_search *search)
{
    static const xf_series series[] = {XF_SERIES_ORDINARY, XF_SERIES_ACCUSATION};
    int64_t petitions[sizeof series / sizeof series[0]];
    size_t n = 0;

    for (; search->by_number && n < sizeof series / sizeof series[0]; n++)
        petitions[n] = xf_docnumber_petition((int)series[n], search->year, search->number);
    xf_law_put_list(&call->law, "petitions", petitions, n);
    xf_law_put_text(&call->law, "tail", search->tail);
    xf_law_put_text(&call->law, "words", search->words);
    xf_law_put_long(&call->law, "grams", search->grams, search->n_grams);
}

xf_code
xf_matter_search_check(xf_call *call, xf_error *reterr)
{
    const Xf__MatterSearchRequest *request = (const Xf__MatterSearchRequest *)call->request;
    xf_search *search = xf_arena_take(call->arena, sizeof *search);
    int year = 0;
    int month = 0;
    int dom = 0;
    xf_code code = XF_CODE_OK;

    if (search == NULL)
        return full(reterr);
    XF_TRY(xf_field_needed(request->text, XF_SEARCH_MOST, "text", reterr));
    if (request->has_limit && (request->limit < 1 || request->limit > PAGE_MOST))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "limit");
    xf_day_civil(call->today, &year, &month, &dom);
    XF_TRY(xf_search_read(request->text, year, search, reterr));
    put(call, search);
    xf_law_put(&call->law, "page", request->has_limit ? request->limit : PAGE_MOST);
    if (xf_scope_all_units(call->actor.roles)) {
        xf_law_put_null(&call->law, "only_unit");
    } else {
        xf_law_put(&call->law, "only_unit", call->actor.unit);
    }
out:
    return code;
}

/* ---- The timer's ----------------------------------------------------------------------------- */

xf_code
xf_matter_index_check(xf_call *call, xf_error *reterr)
{
    Xf__MatterIndexFound *found = xf_arena_take(call->arena, sizeof *found);
    const char **demands = NULL;
    int64_t *ids = NULL;
    xf_code code = XF_CODE_OK;

    if (found == NULL)
        return full(reterr);
    xf__matter_index_found__init(found);
    XF_TRY(xf_fill_message(call->arena, NULL, &call->row, &found->base, reterr));
    demands = xf_arena_take(call->arena, (found->n_matters + 1) * sizeof *demands);
    ids = xf_arena_take(call->arena, (found->n_matters + 1) * sizeof *ids);
    if (demands == NULL || ids == NULL)
        return full(reterr);
    for (size_t i = 0; i < found->n_matters; i++) {
        demands[i] = found->matters[i]->demand;
        ids[i] = found->matters[i]->matter_id;
    }
    xf_law_put_long(&call->law, "matter_ids", ids, found->n_matters);
    XF_TRY(xf_grams_put(call, demands, found->n_matters, reterr));
out:
    return code;
}
