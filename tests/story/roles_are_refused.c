/* Everybody tries everything: who may, gets an answer about the matter; who may not, is told so. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stage.h"

enum { PLAYERS = 13 };

/* The columns of the table. */
static const xf_cast players[PLAYERS] = {
    CLERK,    HEAD,          LIAISON,  HANDLER,      UNIT_HEAD, LEADER,        INSPECTOR,
    MEDIATOR, LEGAL_CHECKER, PANELIST, SYSTEM_ADMIN, AUDITOR,   SECURITY_ADMIN};

typedef struct row {
    xf_rpc rpc;
    const char *may; /* a letter a player: x may, . may not */
} row;

/* clang-format off */
static const row rows[] = {
    /*                            clerk head liaison handler unit_head leader inspector
                                  mediator legal panel system auditor security */
    {XF_RPC_LOGIN_BEGIN,           "xxxxxxx" "xxxxxx"},
    {XF_RPC_LOGIN_RESUME,          "xxxxxxx" "xxxxxx"},
    {XF_RPC_LOGIN_SET_PASSWORD,    "......." ".....x"},
    {XF_RPC_LOGIN_UNLOCK,          "......." ".....x"},
    {XF_RPC_LOGIN_FAILURES,        "......." "....xx"},
    {XF_RPC_BUREAU_IMPORT_UNIT,    "......." ".....x"},
    {XF_RPC_BUREAU_IMPORT_OFFICER, "......." ".....x"},
    {XF_RPC_BUREAU_UNITS,          "xxxxxxx" "xxxxxx"},
    {XF_RPC_BUREAU_OFFICERS,       "xxxxxxx" "xxxxxx"},
    {XF_RPC_BUREAU_DISABLE_OFFICER,"......." ".....x"},
    {XF_RPC_BUREAU_ENABLE_OFFICER, "......." ".....x"},
    {XF_RPC_DEVICE_INVITE,         "......." "...x.."},
    {XF_RPC_DEVICE_ENROL,          "......." "......"},
    {XF_RPC_DEVICE_RENEW,          "xxxxxxx" "xxxxxx"},
    {XF_RPC_DEVICE_LIST,           "......." "...xx."},
    {XF_RPC_DEVICE_REVOKE,         "......." "...x.."},
    {XF_RPC_DEVICE_RETIRE,         "......." "......"},
    {XF_RPC_PETITION_REGISTER,     "xxx.x.." "......"},
    {XF_RPC_PETITION_IMPORT,       ".x....." "......"},
    {XF_RPC_RECEPTION_IMPORT,      ".x....." "......"},
    {XF_RPC_VISIT_IMPORT,          ".x....." "......"},
    {XF_RPC_NOTICE_IMPORT,         ".x....." "......"},
    {XF_RPC_DISPUTE_IMPORT,        ".x....." "......"},
    {XF_RPC_THEFT_IMPORT,          ".x....." "......"},
    {XF_RPC_PANEL_IMPORT,          ".x....." "......"},
    {XF_RPC_PETITION_DECIDE_REPEAT,"xx....." "......"},
    {XF_RPC_MATTER_ASSIGN,         ".x...x." "......"},
    {XF_RPC_MATTER_TAKE,           "..xxx.." "......"},
    {XF_RPC_MATTER_OPEN,           "xxxxxxx" "......"},
    {XF_RPC_MATTER_LIST,           "xxxxxxx" "......"},
    {XF_RPC_MATTER_HISTORY,        "xxxxxxx" "......"},
    {XF_RPC_MATTER_DUE,            "xxxxxxx" "......"},
    {XF_RPC_MATTER_SEARCH,         "xxxxxxx" "......"},
    {XF_RPC_MATTER_INDEX,          "......." "......"},
    {XF_RPC_CLOCK_REDATE,          "......." "......"},
    {XF_RPC_REMINDER_SEND,         "......." "......"},
    {XF_RPC_REMINDER_LIST,         "xxxxxxx" "......"},
    {XF_RPC_REMINDER_ACKNOWLEDGE,  "xxxxxxx" "......"},
    {XF_RPC_FEED_FOLLOW,           "xxxxxxx" "xxxxxx"},
    {XF_RPC_FEED_ACK,              "xxxxxxx" "xxxxxx"},
    {XF_RPC_FEED_SINCE,            "xxxxxxx" "xxxxxx"},
    {XF_RPC_FEED_MOVED,            "......." "......"},
    {XF_RPC_FIGURES_SHOW,          "xx..xxx" "......"},
    {XF_RPC_FIGURES_FREEZE,        "......." "......"},
    {XF_RPC_FIGURES_LIST,          "xx..xxx" "......"},
    {XF_RPC_FIGURES_DEFINITIONS,   "xx..xxx" "......"},
    {XF_RPC_CALENDAR_IMPORT,       ".x....." "...x.."},
    {XF_RPC_CALENDAR_SHOW,         "xxxxxxx" "xxxxxx"},
    {XF_RPC_CLOCK_LIST,            "xxxxxxx" "xxxxxx"},
    {XF_RPC_CLOCK_COUNT,           "xxxxxxx" "xxxxxx"},
    {XF_RPC_LOGIN_END,             "xxxxxxx" "xxxxxx"}, /* last: then he is gone */
};

/* clang-format on */

enum { ROWS = sizeof rows / sizeof rows[0] };

/* An empty request: who may call is told what is missing, or gets an empty page. */
static xf_code
try(xf_story *s, xf_cast who, xf_rpc rpc)
{
    const ProtobufCMessageDescriptor *type = xf_rpc_find(rpc)->request;
    ProtobufCMessage *request = xf_memory_new(type->sizeof_message);

    protobuf_c_message_init(type, request);
    if (who == NOBODY) {
        (void)xf_stage_ask_unknown(s, rpc, request);
    } else {
        (void)xf_stage_ask(s, who, rpc, request);
    }
    free(request);
    return xf_stage_code(s);
}

static void
judge(const row *asked, size_t player, xf_code code)
{
    const bool refused = code == XF_CODE_DENIED || code == XF_CODE_UNAUTHENTICATED;

    if (refused == (asked->may[player] == '.') && code != XF_CODE_INTERNAL)
        return;
    fail_msg("%s by %s: %s", xf_rpc_name(asked->rpc), xf_cast_badge(players[player]),
             xf_code_name(code));
}

static bool
has_row(xf_rpc rpc)
{
    size_t r = 0;

    while (r < ROWS && rows[r].rpc != rpc)
        r++;
    return r < ROWS;
}

XF_STORY(each_role_may_what_the_table_says_and_nothing_else)
{
    xf_story *s = *state;

    for (size_t i = 0; i < xf_rpc_count(); i++) {
        if (!has_row(xf_rpc_at(i)->rpc))
            fail_msg("%s has no row in the table of this file", xf_rpc_at(i)->name);
    }
    assert_int_equal(ROWS, xf_rpc_count());
    for (size_t r = 0; r < ROWS; r++) {
        assert_int_equal(strlen(rows[r].may), PLAYERS);
        for (size_t p = 0; p < PLAYERS; p++)
            judge(&rows[r], p, try(s, players[p], rows[r].rpc));
    }
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 0);
}

XF_STORY(before_login_there_is_only_what_a_device_may)
{
    xf_story *s = *state;

    for (size_t r = 0; r < ROWS; r++) {
        const xf_code code = try(s, NOBODY, rows[r].rpc);
        const bool device = rows[r].rpc == XF_RPC_LOGIN_BEGIN ||
                            rows[r].rpc == XF_RPC_LOGIN_RESUME ||
                            rows[r].rpc == XF_RPC_DEVICE_RENEW;

        assert_string_equal(xf_code_name(code),
                            xf_code_name(device ? XF_CODE_INVALID : XF_CODE_UNAUTHENTICATED));
    }
}

XF_STORIES(XF_PLAY(each_role_may_what_the_table_says_and_nothing_else),
           XF_PLAY(before_login_there_is_only_what_a_device_may))
