/* client/cli/bulletin: asks the server for all that the bulletin shows, and keeps the file. */
#include "client/cli/bulletin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bureau.pb-c.h"

#include "base/memory.h"
#include "client/cli/cli.h"
#include "client/cli/figure_text.h"
#include "client/cli/show.h"
#include "client/cli/width.h"

enum { PATH_ROOM = 4096 };

/* ---- Asking ------------------------------------------------------------------------------- */

static const Xf__FiguresShowReply *
ask_show(xf_cli *cli, const Xf__FiguresShowRequest *period, bool by_month, bool by_unit)
{
    Xf__FiguresShowRequest request = *period;
    request.has_by_month = request.has_by_unit = 1;
    request.by_month = by_month;
    request.by_unit = by_unit;
    return (const Xf__FiguresShowReply *)xf_cli_call(cli, XF_RPC_FIGURES_SHOW, &request.base);
}

/* The bureau's own unit; without one the bulletin is the police's all the same. */
static const char *
name_of_bureau(const Xf__BureauUnitsReply *reply)
{
    for (size_t i = 0; i < reply->n_units; i++) {
        if (reply->units[i]->kind == XF__UNIT_KIND__UNIT_KIND_BUREAU)
            return reply->units[i]->name;
    }
    return "公安局";
}

static bool
ask_all(xf_cli *cli, const Xf__FiguresShowRequest *period, xf_bulletin *bulletin)
{
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;
    Xf__FiguresDefinitionsRequest definitions = XF__FIGURES_DEFINITIONS_REQUEST__INIT;
    bulletin->whole = ask_show(cli, period, false, false);
    if (bulletin->whole == NULL)
        return false;
    bulletin->months = ask_show(cli, period, true, false);
    if (bulletin->months == NULL)
        return false;
    bulletin->units = ask_show(cli, period, false, true);
    if (bulletin->units == NULL)
        return false;
    bulletin->definitions = (const Xf__FiguresDefinitionsReply *)xf_cli_call(
        cli, XF_RPC_FIGURES_DEFINITIONS, &definitions.base);
    if (bulletin->definitions == NULL)
        return false;
    const ProtobufCMessage *all = xf_cli_call(cli, XF_RPC_BUREAU_UNITS, &units.base);
    if (all == NULL)
        return false;
    bulletin->bureau = name_of_bureau((const Xf__BureauUnitsReply *)all);
    const Xf__Welcome *welcome = xf_client_welcome(cli->client);
    bulletin->made_on = welcome != NULL ? xf_day_of_ms(welcome->now_at) : xf_now_day();
    return true;
}

/* ---- Keeping ------------------------------------------------------------------------------ */

/* Written beside its place and moved there whole: half a bulletin never bears the name, and
 * the old one stays until the new one is on the disk. */
static xf_code
keep(const xf_bulletin *bulletin, const char *path, int *ret_pages, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    char part[PATH_ROOM];
    bool made = false;
    int n = snprintf(part, sizeof(part), "%s.part", path);
    int fd = n > 0 && (size_t)n < sizeof(part)
                 ? open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
                 : -1;
    FILE *out = fd < 0 ? NULL : fdopen(fd, "wb");
    made = fd >= 0;
    if (out == NULL) {
        if (fd >= 0)
            (void)close(fd);
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "%.80s", path));
    }
    code = xf_bulletin_write(bulletin, out, ret_pages, reterr);
    bool bad = fflush(out) != 0 || fsync(fd) != 0;
    bad = fclose(out) != 0 || bad;
    if (code == XF_CODE_OK && (bad || rename(part, path) != 0))
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "%.80s", path);
out:
    if (code != XF_CODE_OK && made)
        (void)unlink(part);
    return code;
}

/* A clerk who forgot a book must not learn it from the leader. */
static void
say_what_is_empty(const xf_bulletin *bulletin)
{
    bool any = false;
    for (size_t i = 0; i < bulletin->definitions->n_definitions; i++) {
        const Xf__FigureDefinition *definition = bulletin->definitions->definitions[i];
        for (size_t j = 0; j < bulletin->whole->n_figures; j++) {
            const Xf__FigureValue *value = bulletin->whole->figures[j];
            if (value->figure != definition->figure || definition->rate || value->value != 0 ||
                value->previous != 0)
                continue;
            (void)fputs(any ? XF_TR("、") : XF_TR("这些指标两期都是 0，请看台账是不是都导入了："),
                        stderr);
            (void)xf_width_print(stderr, definition->chinese, 0);
            any = true;
        }
    }
    if (any)
        (void)fputs(XF_TR("。\n"), stderr);
}

static void
say_done(const xf_cli *cli, const char *path, int pages, bool frozen)
{
    if (cli->json) {
        cJSON *json = cJSON_CreateObject();
        (void)cJSON_AddStringToObject(json, "output", path);
        (void)cJSON_AddNumberToObject(json, "pages", pages);
        (void)cJSON_AddBoolToObject(json, "frozen", frozen);
        xf_show_tree(json, false);
        cJSON_Delete(json);
        return;
    }
    (void)fputs(XF_TR("月报写好了："), stdout);
    (void)xf_width_print(stdout, path, 0);
    (void)printf(XF_TR("，共 %d 页。\n"), pages);
    if (!frozen)
        (void)puts(XF_TR("有的月份还没有冻结，月报上写明了；冻结以后请重做一份。"));
}

int
xf_bulletin_run(xf_cli *cli, const xf_args *args)
{
    Xf__FiguresShowRequest period = XF__FIGURES_SHOW_REQUEST__INIT;
    const char *path = xf_args_get(args, "output");
    xf_bulletin bulletin = {0};
    xf_error error;
    int pages = 0;
    if (!xf_figures_period(cli, args, &period))
        return (int)cli->exit;
    if (!xf_args_has(args, "force") && access(path, F_OK) == 0)
        return (int)xf_tell_usage(cli, XF_TR("已经有这个文件。要换掉它请加 --force。"), path);
    period.previous_year = 1;
    bulletin.from_on = period.from_on;
    bulletin.to_on = period.to_on;
    if (!ask_all(cli, &period, &bulletin))
        return (int)cli->exit;
    if (keep(&bulletin, path, &pages, &error) != XF_CODE_OK)
        return (int)xf_tell_error(cli, &error);
    say_what_is_empty(&bulletin);
    say_done(cli, path, pages, bulletin.whole->frozen);
    return XF_EXIT_OK;
}
