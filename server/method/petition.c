/* method/petition — registering what came in, importing a register, deciding a repeat. */
#include <stdbool.h>
#include <string.h>

#include "petition.pb-c.h"

#include "base/limit.h"
#include "call/call.h"
#include "call/fill.h"
#include "call/read_row.h"
#include "law/book.h"
#include "law/docnumber.h"
#include "law/lifecycle.h"
#include "law/registration.h"
#include "law/repeat.h"
#include "law/scope.h"
#include "method/book_row.h"
#include "method/field.h"
#include "method/grams.h"
#include "method/petition_clocks.h"

static const Xf__PetitionRegisterRequest *
registration(const xf_call *call)
{
    return (const Xf__PetitionRegisterRequest *)call->request;
}

static bool
is_accusation(const Xf__MatterDraft *matter)
{
    return matter->has_purpose && (int)matter->purpose == (int)XF_PURPOSE_ACCUSATION;
}

/* Only an accusation needs to know who the accused are; the calendar is kept for a while. */
static bool
register_reads(const xf_call *call)
{
    const Xf__PetitionRegisterRequest *request = registration(call);

    return (request->n_matters > 0 && is_accusation(request->matters[0])) ||
           xf_petition_clocks_read(call);
}

/* *ret_found: NULL when the named read did not run. */
static xf_code
read_found(xf_call *call, const Xf__PetitionRegisterFound **ret_found, xf_error *reterr)
{
    Xf__PetitionRegisterFound *found = NULL;

    *ret_found = NULL;
    if (!xf_row_found(call))
        return XF_CODE_OK;
    found = xf_arena_take(call->arena, sizeof *found);
    if (found == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    xf__petition_register_found__init(found);
    *ret_found = found;
    return xf_fill_message(call->arena, NULL, &call->row, &found->base, reterr);
}

static xf_code
check_receipt(const xf_call *call, size_t i, xf_error *reterr)
{
    const Xf__ReceiptDraft *receipt = registration(call)->receipts[i];

    if (!receipt->has_channel || !xf_channel_known((int)receipt->channel))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "channel");
    if (!receipt->has_source || !xf_source_known((int)receipt->source))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "source");
    if (!receipt->has_received_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "received_on");
    if (receipt->received_on > call->today)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_IN_FUTURE, "received_on");
    return xf_field_short(receipt->reference, XF_FIELD_LINE, "reference", reterr);
}

/* A name is all that is asked of a petitioner, and nobody has to be named. */
static xf_code
check_petitioner(const xf_call *call, size_t i, xf_error *reterr)
{
    const Xf__PetitionerDraft *who = registration(call)->petitioners[i];
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_field_needed(who->name, XF_FIELD_NAME, "name", reterr));
    XF_TRY(xf_field_short(who->phone, XF_FIELD_NAME, "phone", reterr));
    XF_TRY(xf_field_short(who->id_number, XF_FIELD_NAME, "id_number", reterr));
    XF_TRY(xf_field_short(who->address, XF_FIELD_LINE, "address", reterr));
out:
    return code;
}

/* Who is accused stands in an accusation only; of an appeal the unit complained of is asked. */
static xf_code
check_accused(const xf_call *call, size_t i, bool high_accused, xf_error *reterr)
{
    const Xf__MatterDraft *matter = registration(call)->matters[i];

    if (is_accusation(matter) != is_accusation(registration(call)->matters[0]))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MIXED_PURPOSES, "purpose");
    if (is_accusation(matter)) {
        if (matter->has_complained_unit)
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "complained_unit");
        if (high_accused && (matter->demand != NULL || matter->envelope == NULL))
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_ENVELOPE_ONLY, "demand");
        return XF_CODE_OK;
    }
    if (matter->n_accused_officers > 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_ACCUSED_IN_APPEAL, "accused_officers");
    if (matter->n_accused_units > 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_ACCUSED_IN_APPEAL, "accused_units");
    return XF_CODE_OK;
}

static xf_code
check_matter(const xf_call *call, size_t i, bool high_accused, xf_error *reterr)
{
    const Xf__MatterDraft *matter = registration(call)->matters[i];
    xf_code code = XF_CODE_OK;

    if (!matter->has_purpose || !xf_purpose_known((int)matter->purpose))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "purpose");
    XF_TRY(check_accused(call, i, high_accused, reterr));
    if (matter->envelope == NULL)
        XF_TRY(xf_field_needed(matter->demand, XF_FIELD_PAGE, "demand", reterr));
    XF_TRY(xf_field_short(matter->demand, XF_FIELD_PAGE, "demand", reterr));
    XF_TRY(xf_field_short(matter->envelope, XF_FIELD_LINE, "envelope", reterr));
out:
    return code;
}

/* By what a demand is found, and told to be a repeat. */
static xf_code
put_demands(xf_call *call, xf_error *reterr)
{
    const Xf__PetitionRegisterRequest *request = registration(call);
    const char *demands[XF_LAW_LIST];
    int64_t keys[XF_LAW_LIST];

    for (size_t i = 0; i < request->n_matters; i++) {
        demands[i] = request->matters[i]->demand;
        keys[i] = xf_repeat_key(demands[i] != NULL ? demands[i] : "");
    }
    xf_law_put_list(&call->law, "demand_keys", keys, request->n_matters);
    xf_law_put(&call->law, "alike", XF_REPEAT_ALIKE);
    xf_law_put(&call->law, "all_units", xf_scope_all_units(call->actor.roles));
    return xf_grams_put(call, demands, request->n_matters, reterr);
}

static void
put_registration(xf_call *call)
{
    const Xf__PetitionRegisterRequest *request = registration(call);
    const int32_t people = xf_registration_people(request->people, request->n_petitioners);
    const int64_t hint = (int64_t)xf_registration_hint(people);
    int year = 0;
    int month = 0;
    int dom = 0;

    xf_day_civil(call->today, &year, &month, &dom);
    xf_law_put(&call->law, "year", year);
    xf_law_put(&call->law, "series",
               (int64_t)xf_registration_series((xf_purpose)request->matters[0]->purpose));
    xf_law_put(&call->law, "people", people);
    xf_law_put(&call->law, "compartment", is_accusation(request->matters[0]));
    xf_law_put_list(&call->law, "hints", &hint, hint != (int64_t)XF_HINT_UNSPECIFIED);
}

static xf_code
check_count(size_t n, xf_limit limit, const char *field, xf_error *reterr)
{
    if (n <= xf_limit_get(limit))
        return XF_CODE_OK;
    xf_limit_hit(limit);
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", field);
}

static xf_code
check_counts(const Xf__PetitionRegisterRequest *request, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (request->n_receipts == 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "receipts");
    XF_TRY(check_count(request->n_receipts, XF_LIMIT_RECEIPTS, "receipts", reterr));
    if (request->n_matters == 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "matters");
    XF_TRY(check_count(request->n_matters, XF_LIMIT_MATTERS, "matters", reterr));
    if (request->n_matters > XF_LAW_LIST)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "matters");
    XF_TRY(check_count(request->n_petitioners, XF_LIMIT_PETITIONERS, "petitioners", reterr));
    if (request->people < 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "people");
out:
    return code;
}

static xf_code
register_check(xf_call *call, xf_error *reterr)
{
    const Xf__PetitionRegisterRequest *request = registration(call);
    const Xf__PetitionRegisterFound *found = NULL;
    xf_code code = XF_CODE_OK;

    XF_TRY(check_counts(request, reterr));
    XF_TRY(read_found(call, &found, reterr));
    for (size_t i = 0; i < request->n_receipts; i++)
        XF_TRY(xf_field_within("receipts", i, check_receipt(call, i, reterr), reterr));
    for (size_t i = 0; i < request->n_petitioners; i++)
        XF_TRY(xf_field_within("petitioners", i, check_petitioner(call, i, reterr), reterr));
    for (size_t i = 0; i < request->n_matters; i++) {
        code = check_matter(call, i, found != NULL && found->high_accused, reterr);
        XF_TRY(xf_field_within("matters", i, code, reterr));
    }
    XF_TRY(xf_petition_clocks_put(call, found, reterr));
    XF_TRY(put_demands(call, reterr));
    put_registration(call);
out:
    return code;
}

/* ---- A register's row, as its book has it ------------------------------------------- */

static xf_code
check_row(const Xf__PetitionImportRequest *row, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (!row->has_channel || !xf_channel_known((int)row->channel))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "channel");
    if (!row->has_source || !xf_source_known((int)row->source))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "source");
    if (!row->has_purpose || !xf_purpose_known((int)row->purpose))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "purpose");
    XF_TRY(xf_field_needed(row->number, XF_FIELD_NAME, "number", reterr));
    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->number, reterr));
    XF_TRY(xf_book_row_count(row->has_people, row->people, "people", reterr));
    XF_TRY(xf_field_needed(row->demand, XF_FIELD_PAGE, "demand", reterr));
    XF_TRY(xf_field_short(row->petitioner, XF_FIELD_NAME, "petitioner", reterr));
    XF_TRY(xf_field_short(row->phone, XF_FIELD_NAME, "phone", reterr));
    XF_TRY(xf_field_short(row->address, XF_FIELD_LINE, "address", reterr));
    XF_TRY(xf_field_short(row->category_name, XF_FIELD_NAME, "category_name", reterr));
out:
    return code;
}

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__PetitionImportRequest *row = (const Xf__PetitionImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_docnumber number = {0, 0};
    xf_code code = XF_CODE_OK;

    XF_TRY(check_row(row, reterr));
    XF_TRY(xf_docnumber_parse(row->number, "number", &number, reterr));
    XF_TRY(
        xf_book_row_day(call, row->has_registered_on, row->registered_on, "registered_on", reterr));
    xf_law_put_list(&call->law, "remarks", remarks, xf_book_petition(row, remarks));
    xf_law_put(&call->law, "year", number.year);
    xf_law_put(&call->law, "book_number", number.number);
    xf_law_put(&call->law, "demand_key", xf_repeat_key(row->demand));
    XF_TRY(xf_grams_put(call, (const char *const[]){row->demand}, 1, reterr));
    xf_law_put(&call->law, "state",
               (int64_t)xf_lifecycle_from_book(row->has_assigned_on, row->has_closed_on,
                                               row->has_followed_up_on));
out:
    return code;
}

static xf_code
decide_repeat_check(xf_call *call, xf_error *reterr)
{
    const Xf__PetitionDecideRepeatRequest *request =
        (const Xf__PetitionDecideRepeatRequest *)call->request;

    if (!request->has_petition_id)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "petition_id");
    if (!request->has_earlier_petition_id)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "earlier_petition_id");
    if (!request->has_same)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "same");
    return XF_CODE_OK;
}

/* Registers what came in: number, receipts, petitioners, matters; proposes repeats. */
const xf_method xf_petition_register = {
    .rpc = XF_RPC_PETITION_REGISTER,
    .may = XF_MAY_RECEPTION | XF_MAY_RECEPTION_HEAD | XF_MAY_LIAISON | XF_MAY_UNIT_HEAD,
    .mode = XF_CHANGES,
    .reads = register_reads,
    .check = register_check,
};

/* One row of a register. */
const xf_method xf_petition_import = {
    .rpc = XF_RPC_PETITION_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};

/* First or repeat: the officer's word beside the system's. */
const xf_method xf_petition_decide_repeat = {
    .rpc = XF_RPC_PETITION_DECIDE_REPEAT,
    .may = XF_MAY_RECEPTION | XF_MAY_RECEPTION_HEAD,
    .mode = XF_CHANGES,
    .check = decide_repeat_check,
};
