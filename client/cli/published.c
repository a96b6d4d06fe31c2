/* client/cli/published: the 22 figures that the bureau publishes for a period, under the names
 * that its reports use, each taken from what the server counts. */
#include <stdio.h>

#include "figures.pb-c.h"

#include "base/now.h"
#include "client/cli/cli.h"
#include "client/cli/figure_text.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/words.h"
#include "gen/enums.h"

typedef enum which { VALUE, PREVIOUS, CHANGE, RATE } which;

typedef struct published {
    const char *key; /* "{year}" stands for the year before the period */
    xf_figure figure;
    which which;
} published;

/* clang-format off */
static const published rows[] = {
    {"petitions",                     XF_FIGURE_PETITIONS,                     VALUE},
    {"petitions_previous",            XF_FIGURE_PETITIONS,                     PREVIOUS},
    {"petitions_change_percent",      XF_FIGURE_PETITIONS,                     CHANGE},
    {"leader_receptions",             XF_FIGURE_LEADER_RECEPTIONS,             VALUE},
    {"leader_reception_cases",        XF_FIGURE_LEADER_RECEPTION_CASES,        VALUE},
    {"leader_reception_people",       XF_FIGURE_LEADER_RECEPTION_PEOPLE,       VALUE},
    {"home_visit_officers",           XF_FIGURE_HOME_VISIT_OFFICERS,           VALUE},
    {"home_visit_disputes_resolved",  XF_FIGURE_HOME_VISIT_DISPUTES_RESOLVED,  VALUE},
    {"feedback_rate_percent",         XF_FIGURE_FEEDBACK_RATE,                 RATE},
    {"notices_sent",                  XF_FIGURE_NOTICES_SENT,                  VALUE},
    {"notices_delivered_percent",     XF_FIGURE_NOTICES_DELIVERED,             RATE},
    {"disputes_mediated",             XF_FIGURE_DISPUTES_MEDIATED,             VALUE},
    {"disputes_resolved",             XF_FIGURE_DISPUTES_RESOLVED,             VALUE},
    {"disputes_resolved_percent",     XF_FIGURE_DISPUTES_RESOLVED_RATE,        RATE},
    {"thefts_solved",                 XF_FIGURE_THEFTS_SOLVED,                 VALUE},
    {"thefts_solved_previous",        XF_FIGURE_THEFTS_SOLVED,                 PREVIOUS},
    {"thefts_solved_change_percent",  XF_FIGURE_THEFTS_SOLVED,                 CHANGE},
    {"committee_meetings",            XF_FIGURE_COMMITTEE_MEETINGS,            VALUE},
    {"key_matters_since_",            XF_FIGURE_KEY_MATTERS,                   VALUE}, /* and a year */
    {"key_matters_resolved",          XF_FIGURE_KEY_MATTERS_RESOLVED,          VALUE},
    {"key_matters_plan_adopted",      XF_FIGURE_KEY_MATTERS_PLAN_ADOPTED,      VALUE},
    {"key_matters_guided_to_law",     XF_FIGURE_KEY_MATTERS_GUIDED_TO_LAW,     VALUE},
};

/* clang-format on */

enum { ROWS = sizeof(rows) / sizeof(rows[0]), KEY_ROOM = 48, BESIDE_MOST = 65536 };

static const Xf__FigureValue *
value_of(const Xf__FiguresShowReply *reply, xf_figure figure)
{
    for (size_t i = 0; i < reply->n_figures; i++) {
        if ((int)reply->figures[i]->figure == (int)figure)
            return reply->figures[i];
    }
    return NULL;
}

static const char *
key_of(const published *row, const Xf__FiguresShowRequest *request, char out[KEY_ROOM])
{
    int year = 0;
    int month = 0;
    int dom = 0;
    xf_day_civil(request->from_on, &year, &month, &dom);
    if (row->figure == XF_FIGURE_KEY_MATTERS) {
        (void)snprintf(out, KEY_ROOM, "%s%04d", row->key, year - 1);
    } else {
        (void)snprintf(out, KEY_ROOM, "%s", row->key);
    }
    return out;
}

/* JSON's null is what print calls "—". */
static cJSON *
number_of(const Xf__FigureValue *value, which w)
{
    if (value == NULL)
        return cJSON_CreateNull();
    switch (w) {
    case VALUE: return cJSON_CreateNumber((double)value->value);
    case PREVIOUS: /* how many rows there are: none, too, where there is no book */
        return cJSON_CreateNumber((double)value->previous);
    case CHANGE:
        return value->has_change_tenths ? cJSON_CreateNumber(value->change_tenths / 10.0)
                                        : cJSON_CreateNull();
    case RATE:
        return value->has_rate_tenths ? cJSON_CreateNumber(value->rate_tenths / 10.0)
                                      : cJSON_CreateNull();
    }
    return cJSON_CreateNull();
}

static cJSON *
days_of(xf_day from_on, xf_day to_on)
{
    char from[XF_SHOW_ROOM];
    char to[XF_SHOW_ROOM];
    const char *days[] = {xf_show_day(true, from_on, from), xf_show_day(true, to_on, to)};
    return cJSON_CreateStringArray(days, 2);
}

static void
print_json(const Xf__FiguresShowRequest *request, const Xf__FiguresShowReply *reply)
{
    cJSON *json = cJSON_CreateObject();
    char key[KEY_ROOM];
    (void)cJSON_AddItemToObject(json, "period", days_of(request->from_on, request->to_on));
    (void)cJSON_AddItemToObject(json, "compared_with",
                                days_of(reply->previous_from_on, reply->previous_to_on));
    cJSON *figures = cJSON_AddObjectToObject(json, "figures");
    for (size_t i = 0; i < ROWS; i++) {
        (void)cJSON_AddItemToObject(figures, key_of(&rows[i], request, key),
                                    number_of(value_of(reply, rows[i].figure), rows[i].which));
    }
    (void)cJSON_AddBoolToObject(json, "frozen", reply->frozen);
    xf_show_tree(json, false);
    cJSON_Delete(json);
}

/* ---- Beside another reckoning of the same figures ------------------------------------------- */

/* A JSON file with "figures": {name: number}, as print_json writes it; NULL: it cannot be read. */
static cJSON *
read_beside(const char *path)
{
    char text[BESIDE_MOST] = "";
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    text[n] = '\0';
    cJSON *json = cJSON_Parse(text);
    if (json != NULL && !cJSON_IsObject(cJSON_GetObjectItem(json, "figures"))) {
        cJSON_Delete(json);
        json = NULL;
    }
    return json;
}

/* To the decimal that is printed. */
static bool
same_number(const cJSON *ours, const cJSON *theirs)
{
    if (!cJSON_IsNumber(ours) || !cJSON_IsNumber(theirs))
        return cJSON_IsNull(ours) && cJSON_IsNull(theirs);
    double apart = ours->valuedouble - theirs->valuedouble;
    return apart < 0.05 && apart > -0.05;
}

/* The two cells of a line; whether they agree. */
static bool
put_beside(xf_table *table, const cJSON *beside, const char *key, const Xf__FigureValue *value,
           which w)
{
    const cJSON *theirs = cJSON_GetObjectItem(cJSON_GetObjectItem(beside, "figures"), key);
    char *printed = theirs == NULL ? NULL : cJSON_PrintUnformatted(theirs);
    cJSON *ours = number_of(value, w);
    bool same = theirs != NULL && same_number(ours, theirs);
    xf_table_text(table, printed == NULL ? "—" : printed);
    xf_table_text(table, same ? XF_TR("一致") : XF_TR("不一致"));
    cJSON_free(printed);
    cJSON_Delete(ours);
    return same;
}

static bool
print_table(const Xf__FiguresShowRequest *request, const Xf__FiguresShowReply *reply,
            const cJSON *beside)
{
    static const xf_column alone[] = {
        {"指标", 0, false}, {"数", 0, true}, {"名称", 0, false}, {NULL, 0, false}};
    static const xf_column two[] = {{"指标", 0, false}, {"数", 0, true},    {"对照", 0, true},
                                    {"", 0, false},     {"名称", 0, false}, {NULL, 0, false}};
    static const char *const aside[] = {
        [VALUE] = "", [PREVIOUS] = "，上年同期", [CHANGE] = "，同比", [RATE] = ""};
    static const xf_figure_part parts[] = {[VALUE] = XF_FIGURE_NOW,
                                           [PREVIOUS] = XF_FIGURE_BEFORE,
                                           [CHANGE] = XF_FIGURE_CHANGE,
                                           [RATE] = XF_FIGURE_NOW};
    xf_table *table = xf_table_new(beside == NULL ? alone : two);
    bool same = true;
    for (size_t i = 0; i < ROWS; i++) {
        const Xf__FigureValue *value = value_of(reply, rows[i].figure);
        char name[128];
        char text[XF_FIGURE_TEXT];
        char key[KEY_ROOM];
        (void)key_of(&rows[i], request, key);
        (void)snprintf(name, sizeof(name), "%s%s",
                       xf_words_of(&xf__figure__descriptor, (int32_t)rows[i].figure),
                       aside[rows[i].which]);
        xf_table_text(table, name);
        xf_table_text(table,
                      value == NULL ? "—" : xf_figure_text(value, parts[rows[i].which], text));
        if (beside != NULL)
            same = put_beside(table, beside, key, value, rows[i].which) && same;
        xf_table_text(table, key);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    return same;
}

int
xf_figures_published(xf_cli *cli, const xf_args *args)
{
    Xf__FiguresShowRequest request = XF__FIGURES_SHOW_REQUEST__INIT;
    const char *path = xf_args_get(args, "beside");
    if (!xf_figures_period(cli, args, &request))
        return (int)cli->exit;
    cJSON *beside = path == NULL ? NULL : read_beside(path);
    if (path != NULL && beside == NULL) {
        return (int)xf_tell_usage(cli, XF_TR("读不出对照的数。文件应是 JSON，里面有 \"figures\"。"),
                                  path);
    }
    request.previous_year = 1;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_FIGURES_SHOW, &request.base);
    const Xf__FiguresShowReply *reply = (const Xf__FiguresShowReply *)message;
    if (reply != NULL && cli->json) {
        print_json(&request, reply);
    } else if (reply != NULL) {
        if (!print_table(&request, reply, beside))
            cli->exit = XF_EXIT_FAILED;
        xf_figures_say_frozen(reply);
    }
    cJSON_Delete(beside);
    return (int)cli->exit;
}
