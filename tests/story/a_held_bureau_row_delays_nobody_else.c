/* Somebody sits on the bureau's head row, say a colleague at a database prompt who went to
 * lunch: who wants to write is told to come back, who reads sees nothing of it, and the
 * server can be stopped. */
#include "stage_wire.h"

enum { UNDER_WAY = 30, MOST_TIMES = 20 };

static const xf_visit visit = {
    .name = "信访人乙",
    .demand = "请求处理门前占道经营",
    .op_id = (const uint8_t[16]){"held head row"},
};

static void
hold(xf_story *s)
{
    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "select from xf.bureau for update");
}

static void
let_go(xf_story *s)
{
    xf_stage_sql(s, "rollback");
}

/* The timed job wants the row too: it may be its turn. */
static void
come_back(xf_story *s)
{
    unsigned times = 0;

    while (xf_stage_register(s, CLERK, &visit) == NULL) {
        xf_stage_assert_refused(s, XF_CODE_UNAVAILABLE, "");
        assert_true(++times < MOST_TIMES);
    }
}

XF_STORY(a_clerk_is_told_to_come_back_and_everybody_may_read)
{
    xf_story *s = *state;
    const Xf__PetitionRegisterReply *before =
        xf_stage_register(s, CLERK, &(xf_visit){.name = "信访人甲", .demand = "请求答复上次来访"});

    assert_non_null(before);
    assert_non_null(xf_stage_list(s, LEADER));
    hold(s);
    assert_null(xf_stage_register(s, CLERK, &visit));
    xf_stage_assert_refused(s, XF_CODE_UNAVAILABLE, "");
    assert_non_null(xf_stage_list(s, LEADER));
    assert_non_null(xf_stage_open(s, CLERK, before->matters[0]->matter_id));
    let_go(s);

    come_back(s);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 2);
}

static bool
says_come_back(const xf_wire_frame *frame)
{
    Xf__Error *error = NULL;
    bool said = false;

    if (frame->rpc != XF_RPC_PETITION_REGISTER || frame->type != XF_FRAME_TYPE_ERROR)
        return false;
    error = xf__error__unpack(NULL, frame->n, frame->body);
    assert_non_null(error);
    said =
        error->code == XF__CODE__CODE_UNAVAILABLE && error->retryable && error->retry_after_ms > 0;
    xf__error__free_unpacked(error, NULL);
    return said;
}

XF_STORY(the_server_stops_although_the_row_is_held)
{
    xf_story *s = *state;
    size_t told = 0;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;

    hold(s);
    for (int i = 0; i < UNDER_WAY; i++)
        xf_wire_desk_send_registration(desk);
    (void)xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base); /* the server has them all */
    xf_stage_end_server(s);
    xf_wire_desk_wait_closed(desk);
    xf_stage_end_wait(s);
    let_go(s);

    for (size_t i = 0; i < xf_wire_desk_frames(desk); i++)
        told += says_come_back(xf_wire_desk_frame(desk, i));
    assert_int_equal(told, UNDER_WAY);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 0);
    xf_wire_desk_free(&desk);
}

XF_STORIES(XF_PLAY(a_clerk_is_told_to_come_back_and_everybody_may_read),
           XF_PLAY(the_server_stops_although_the_row_is_held))
