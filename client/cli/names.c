/* client/cli/names: exact words only; two officers of one name are told apart by badge. */
#include "client/cli/names.h"

#include <stdio.h>
#include <string.h>

#include "client/cli/width.h"

enum { ID_MOST = 9999999 }; /* a unit's code has 12 digits */

static bool
is_id(const char *text, int32_t *ret_id)
{
    int64_t number = 0;
    if (!xf_args_whole(text, 1, ID_MOST, &number))
        return false;
    *ret_id = (int32_t)number;
    return true;
}

static bool
same(const char *have, const char *wanted)
{
    return have != NULL && strcmp(have, wanted) == 0;
}

static bool
none(xf_cli *cli, xf_text why, const char *text)
{
    xf_error error = {0};
    (void)!XF_FAIL(&error, XF_CODE_NOT_FOUND, why, "%s", text);
    (void)xf_tell_error(cli, &error);
    return false;
}

bool
xf_names_unit(xf_cli *cli, const char *text, int32_t *ret_id)
{
    if (is_id(text, ret_id))
        return true;
    if (cli->units == NULL) {
        Xf__BureauUnitsRequest request = XF__BUREAU_UNITS_REQUEST__INIT;
        cli->units =
            (const Xf__BureauUnitsReply *)xf_cli_call(cli, XF_RPC_BUREAU_UNITS, &request.base);
    }
    if (cli->units == NULL)
        return false;
    for (size_t i = 0; i < cli->units->n_units; i++) {
        const Xf__Unit *unit = cli->units->units[i];
        if (same(unit->code, text) || same(unit->name, text) || same(unit->short_name, text)) {
            *ret_id = unit->unit_id;
            return true;
        }
    }
    return none(cli, XF_TEXT_NO_SUCH_UNIT, text);
}

static bool
read_officers(xf_cli *cli)
{
    if (cli->officers == NULL) {
        Xf__BureauOfficersRequest request = XF__BUREAU_OFFICERS_REQUEST__INIT;
        cli->officers = (const Xf__BureauOfficersReply *)xf_cli_call(cli, XF_RPC_BUREAU_OFFICERS,
                                                                     &request.base);
    }
    return cli->officers != NULL;
}

bool
xf_names_officer(xf_cli *cli, const char *text, int32_t *ret_id)
{
    if (is_id(text, ret_id))
        return true;
    if (!read_officers(cli))
        return false;
    int named = 0;
    for (size_t i = 0; i < cli->officers->n_officers; i++) {
        const Xf__Officer *officer = cli->officers->officers[i];
        if (same(officer->badge, text)) {
            *ret_id = officer->officer_id;
            return true;
        }
        if (same(officer->name, text)) {
            *ret_id = officer->officer_id;
            named++;
        }
    }
    if (named == 1)
        return true;
    if (named > 1) {
        (void)xf_tell_usage(cli, XF_TR("不止一位民警叫这个姓名。请写警号。"), text);
        return false;
    }
    return none(cli, XF_TEXT_NO_SUCH_OFFICER, text);
}
