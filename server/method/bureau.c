/* method/bureau — units and officers: imported row by row, and listed. */
#include <stdbool.h>
#include <string.h>

#include "bureau.pb-c.h"

#include "call/call.h"
#include "method/field.h"

enum { UNIT_CODE = 12 };

static bool
twelve_digits(const char *text)
{
    return text != NULL && strlen(text) == UNIT_CODE && strspn(text, "0123456789") == UNIT_CODE;
}

static xf_code
import_unit_check(xf_call *call, xf_error *reterr)
{
    const Xf__BureauImportUnitRequest *row = (const Xf__BureauImportUnitRequest *)call->request;
    xf_code code = XF_CODE_OK;

    if (!twelve_digits(row->code))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "code");
    if (!row->has_kind || !xf_unit_kind_known((int)row->kind))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "kind");
    XF_TRY(xf_field_needed(row->name, XF_FIELD_NAME, "name", reterr));
    XF_TRY(xf_field_short(row->short_name, XF_FIELD_NAME, "short_name", reterr));
    XF_TRY(xf_field_short(row->phone, XF_FIELD_NAME, "phone", reterr));
out:
    return code;
}

/* System administrator, security administrator and auditor: never two in one hand, and
 * none of them sees a matter. */
static bool
roles_are_apart(const Xf__Role *roles, size_t n)
{
    size_t administering = 0;

    for (size_t i = 0; i < n; i++) {
        if ((int)roles[i] >= (int)XF_ROLE_SYSTEM_ADMIN && (int)roles[i] <= (int)XF_ROLE_AUDITOR)
            administering++;
    }
    return administering == 0 || n == 1;
}

static xf_code
import_officer_check(xf_call *call, xf_error *reterr)
{
    const Xf__BureauImportOfficerRequest *row =
        (const Xf__BureauImportOfficerRequest *)call->request;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_field_needed(row->badge, XF_FIELD_NAME, "badge", reterr));
    XF_TRY(xf_field_needed(row->name, XF_FIELD_NAME, "name", reterr));
    XF_TRY(xf_field_needed(row->unit_code, XF_FIELD_NAME, "unit_code", reterr));
    XF_TRY(xf_field_short(row->post, XF_FIELD_NAME, "post", reterr));
    XF_TRY(xf_field_short(row->phone, XF_FIELD_NAME, "phone", reterr));
    if (!row->has_kind || !xf_officer_kind_known((int)row->kind))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "kind");
    if (row->n_roles == 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "roles");
    for (size_t i = 0; i < row->n_roles; i++) {
        if (!xf_role_known((int)row->roles[i]) || (int)row->roles[i] == (int)XF_ROLE_TIMER)
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "roles[%zu]", i);
    }
    if (!roles_are_apart(row->roles, row->n_roles))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_ROLES_SEPARATE, "roles");
out:
    return code;
}

static xf_code
standing_check(const char *badge, const char *reason, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_field_needed(badge, XF_FIELD_NAME, "badge", reterr));
    XF_TRY(xf_field_needed(reason, XF_FIELD_LINE, "reason", reterr));
out:
    return code;
}

static xf_code
disable_check(xf_call *call, xf_error *reterr)
{
    const Xf__BureauDisableOfficerRequest *request =
        (const Xf__BureauDisableOfficerRequest *)call->request;

    return standing_check(request->badge, request->reason, reterr);
}

static xf_code
enable_check(xf_call *call, xf_error *reterr)
{
    const Xf__BureauEnableOfficerRequest *request =
        (const Xf__BureauEnableOfficerRequest *)call->request;

    return standing_check(request->badge, request->reason, reterr);
}

const xf_method xf_bureau_import_unit = {
    .rpc = XF_RPC_BUREAU_IMPORT_UNIT,
    .may = XF_MAY_SECURITY_ADMIN,
    .mode = XF_CHANGES,
    .check = import_unit_check,
};

const xf_method xf_bureau_import_officer = {
    .rpc = XF_RPC_BUREAU_IMPORT_OFFICER,
    .may = XF_MAY_SECURITY_ADMIN,
    .mode = XF_CHANGES,
    .check = import_officer_check,
};

const xf_method xf_bureau_units = {
    .rpc = XF_RPC_BUREAU_UNITS,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
};

const xf_method xf_bureau_officers = {
    .rpc = XF_RPC_BUREAU_OFFICERS,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
};

/* Users and rights are the security administrator's. */
const xf_method xf_bureau_disable_officer = {
    .rpc = XF_RPC_BUREAU_DISABLE_OFFICER,
    .may = XF_MAY_SECURITY_ADMIN,
    .mode = XF_CHANGES,
    .check = disable_check,
};

const xf_method xf_bureau_enable_officer = {
    .rpc = XF_RPC_BUREAU_ENABLE_OFFICER,
    .may = XF_MAY_SECURITY_ADMIN,
    .mode = XF_CHANGES,
    .check = enable_check,
};
