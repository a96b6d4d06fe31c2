/* client/cli/clock: the rules, and one clock counted and explained. Many are clock_batch.c's. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/clock_batch.h"
#include "client/cli/clock_table.h"
#include "client/cli/fill.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/weekday.h"
#include "client/cli/words.h"

enum { TEXT = 256 };

/* ---- List ------------------------------------------------------------------------------------ */

/* "60日", "60日，可延长30日（局领导）" */
static void
length_text(const Xf__ClockRule *rule, char out[TEXT])
{
    const char *unit = xf_words_of(&xf__clock_unit__descriptor, (int32_t)rule->unit);

    if (rule->has_extension_max) {
        (void)snprintf(out, TEXT, XF_TR("%" PRId32 "%s，可延长%" PRId32 "日（%s批准）"),
                       rule->length, unit, rule->extension_max,
                       xf_words_of(&xf__role__descriptor, (int32_t)rule->approver));
    } else {
        (void)snprintf(out, TEXT, "%" PRId32 "%s", rule->length, unit);
    }
}

static void
validity_text(const Xf__ClockRule *rule, char out[TEXT])
{
    char from[XF_SHOW_ROOM];
    char to[XF_SHOW_ROOM];

    if (rule->has_valid_to_on) {
        (void)snprintf(out, TEXT, XF_TR("%s 至 %s"), xf_show_day(true, rule->valid_from_on, from),
                       xf_show_day(true, rule->valid_to_on, to));
    } else {
        (void)snprintf(out, TEXT, XF_TR("%s 起"), xf_show_day(true, rule->valid_from_on, from));
    }
}

static void
print_rules(const Xf__ClockListReply *reply)
{
    static const xf_column columns[] = {
        {"规则", 0, false}, {"办什么", 0, false}, {"从哪天算", 0, false}, {"期限", 0, false},
        {"依据", 0, false}, {"施行", 0, false},   {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);

    for (size_t i = 0; i < reply->n_rules; i++) {
        const Xf__ClockRule *rule = reply->rules[i];
        char text[TEXT];

        xf_table_text(table, rule->name);
        xf_table_text(table, rule->words);
        xf_table_text(table, xf_words_of(&xf__clock_start__descriptor, (int32_t)rule->start));
        length_text(rule, text);
        xf_table_text(table, text);
        xf_table_text(table, rule->source);
        validity_text(rule, text);
        xf_table_text(table, text);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
}

int
xf_clock_list(xf_cli *cli, const xf_args *args)
{
    Xf__ClockListRequest request = XF__CLOCK_LIST_REQUEST__INIT;
    const ProtobufCMessage *message = NULL;

    (void)args;
    message = xf_cli_call(cli, XF_RPC_CLOCK_LIST, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_rules((const Xf__ClockListReply *)message);
    }
    return XF_EXIT_OK;
}

/* ---- Count: for programs --------------------------------------------------------------------- */

static void
add_day(cJSON *json, const char *name, bool has, int32_t day)
{
    char text[XF_SHOW_ROOM];

    if (has) {
        (void)cJSON_AddStringToObject(json, name, xf_show_day(true, day, text));
    } else {
        (void)cJSON_AddNullToObject(json, name);
    }
}

static void
print_json(const Xf__ClockCounted *counted)
{
    cJSON *json = cJSON_CreateObject();

    add_day(json, "raw", counted->has_raw_on, counted->raw_on);
    add_day(json, "due", counted->has_due_on, counted->due_on);
    if (counted->has_missing_year)
        (void)cJSON_AddNumberToObject(json, "missing_year", counted->missing_year);
    xf_show_tree(json, true);
    cJSON_Delete(json);
}

/* ---- Count: for people ----------------------------------------------------------------------- */

/* "2026-05-01（星期五）" */
static void
print_day(const char *label, int32_t day)
{
    char text[XF_SHOW_ROOM];

    (void)printf(XF_TR("%s%s（%s）"), label, xf_show_day(true, day, text), xf_weekday_words(day));
}

/* What keeps a day from being the last one: "劳动节放假", "周末". */
static void
print_why(const Xf__ClockDay *day)
{
    const char *name = day->name == NULL ? "" : day->name;

    (void)printf("%s%s", name, xf_words_of(&xf__day_kind__descriptor, (int32_t)day->kind));
}

static bool
alike(const Xf__ClockDay *a, const Xf__ClockDay *b)
{
    return a->kind == b->kind &&
           strcmp(a->name == NULL ? "" : a->name, b->name == NULL ? "" : b->name) == 0;
}

/* Each stretch of days off that due rolled over, from the raw day on. */
static void
print_rolled(const Xf__ClockCounted *counted)
{
    char text[XF_SHOW_ROOM];
    size_t i = 0;

    while (i < counted->n_days && counted->days[i]->day_on < counted->raw_on)
        i++;
    (void)fputs(XF_TR("为什么不同："), stdout);
    while (i < counted->n_days && counted->days[i]->day_on < counted->due_on) {
        const Xf__ClockDay *first = counted->days[i];
        const Xf__ClockDay *last = first;

        while (++i < counted->n_days && counted->days[i]->day_on < counted->due_on &&
               alike(first, counted->days[i]))
            last = counted->days[i];
        (void)fputs(xf_show_day(true, first->day_on, text), stdout);
        if (last != first)
            (void)printf(XF_TR(" 至 %s"), xf_show_day(true, last->day_on, text));
        (void)fputs(XF_TR(" 是"), stdout);
        print_why(first);
        (void)fputs(XF_TR("，"), stdout);
    }
    (void)fputs(XF_TR("顺延到下一个工作日。\n"), stdout);
}

static void
print_due(const Xf__ClockCounted *counted)
{
    if (counted->has_raw_on) {
        print_day(XF_TR("原定届满："), counted->raw_on);
        (void)puts("");
    }
    if (!counted->has_due_on) {
        (void)printf(XF_TR("到期：未定。%d 年的日历还没有导入，导入后再算。\n"),
                     counted->missing_year);
        return;
    }
    print_day(XF_TR("到期："), counted->due_on);
    (void)puts("");
    if (counted->due_on != counted->raw_on)
        print_rolled(counted);
}

static void
print_counted(const Xf__ClockCounted *counted, const Xf__ClockCountItem *item, bool with_days)
{
    const Xf__ClockRule *rule = counted->rule;
    char text[TEXT];

    (void)printf(XF_TR("规则：%s %s\n依据：%s\n"), rule->name, rule->words, rule->source);
    length_text(rule, text);
    (void)printf(XF_TR("期限：%s%s\n"), text, item->extended ? XF_TR("，按延长后算") : "");
    (void)printf(XF_TR("起算：%s，"),
                 xf_words_of(&xf__clock_start__descriptor, (int32_t)rule->start));
    print_day("", item->from_on);
    (void)puts(XF_TR("，次日为第 1 日"));
    print_due(counted);
    if (with_days)
        xf_clock_table_print(counted->days, counted->n_days);
}

/* The item was refused, in its own place. */
static int
tell_refused(xf_cli *cli, const Xf__ClockCounted *counted)
{
    xf_failure failure = {0};
    char from[XF_SHOW_ROOM];
    size_t n = 0;

    failure.error.code = XF_FAIL(&failure.error, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "%.60s",
                                 counted->field == NULL ? "" : counted->field);
    (void)snprintf(failure.words, sizeof failure.words, "%s", counted->text);
    n = strlen(failure.words);
    if (counted->has_in_force_from_on) {
        (void)snprintf(failure.words + n, sizeof failure.words - n, XF_TR("这条规则自 %s 起施行。"),
                       xf_show_day(true, counted->in_force_from_on, from));
    }
    return (int)xf_tell_failure(cli, &failure);
}

static int
count_one(xf_cli *cli, Xf__ClockCountItem *item, bool with_days)
{
    Xf__ClockCountRequest request = XF__CLOCK_COUNT_REQUEST__INIT;
    const Xf__ClockCountReply *reply = NULL;

    request.n_items = 1;
    request.items = (Xf__ClockCountItem *[]){item};
    request.has_explain = request.explain = !cli->json;
    reply = (const Xf__ClockCountReply *)xf_cli_call(cli, XF_RPC_CLOCK_COUNT, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (reply->n_items != 1 ||
        (reply->items[0]->text == NULL && !cli->json && reply->items[0]->rule == NULL)) {
        xf_error error = {0};

        (void)!XF_FAIL(&error, XF_CODE_INTERNAL, XF_TEXT_MESSAGE_BROKEN, "items");
        return (int)xf_tell_error(cli, &error);
    }
    if (reply->items[0]->text != NULL)
        return tell_refused(cli, reply->items[0]);
    if (cli->json) {
        print_json(reply->items[0]);
    } else {
        print_counted(reply->items[0], item, with_days);
    }
    return XF_EXIT_OK;
}

int
xf_clock_count(xf_cli *cli, const xf_args *args)
{
    const char *batch = xf_args_get(args, "batch");
    const char *from = xf_args_get(args, "from");
    const bool extended = xf_args_has(args, "extended");
    const bool days = xf_args_has(args, "days");
    Xf__ClockCountItem item = XF__CLOCK_COUNT_ITEM__INIT;

    if (batch != NULL) {
        if (args->word_count > 0 || from != NULL || extended || days || cli->json) {
            return (int)xf_tell_usage(
                cli, XF_TR("--batch 读一个文件、写 CSV，不能与规则、别的选项或 --json 同用。"),
                "--batch");
        }
        return xf_clock_batch(cli, batch);
    }
    if (args->word_count == 0)
        return (int)xf_tell_usage(cli, XF_TR("后面要写规则名，或用 --batch 文件。"), NULL);
    if (from == NULL)
        return (int)xf_tell_usage(cli, XF_TR("这个选项必须写。"), "--from");
    if (xf_fill_day(from, &item.from_on, NULL) != XF_CODE_OK)
        return (int)xf_tell_usage(cli, xf_error_words(XF_TEXT_DAY_MALFORMED), from);
    item.rule = (char *)(uintptr_t)args->words[0];
    item.has_from_on = 1;
    item.has_extended = item.extended = extended;
    return count_one(cli, &item, days);
}
