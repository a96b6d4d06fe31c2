/* The server is told to stop while people work: it says so, and finishes what it has begun. */
#include "stage_wire.h"

enum { UNDER_WAY = 8 };

/* Somebody holds the bureau's head row, so that registrations have to wait for it. */
static void
wait_until_one_waits(xf_story *s)
{
    do {
        xf_stage_sql(s, "select pg_stat_clear_snapshot()");
        xf_stage_sql(s, "select pg_sleep(0.005)"); /* between two looks: nobody tells us */
    } while (xf_stage_number(s, "select count(*) from pg_stat_activity where datname ="
                                " current_database() and wait_event_type = 'Lock'") == 0);
}

XF_STORY(what_is_under_way_is_answered_and_then_the_line_ends)
{
    xf_story *s = *state;
    size_t answered = 0;
    xf_wire_desk *idle = xf_wire_desk_new(s, LEADER);
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;

    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "select from xf.bureau for update");
    for (size_t i = 0; i < UNDER_WAY; i++)
        xf_wire_desk_send_registration(desk);
    (void)xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base); /* the server has them all */
    wait_until_one_waits(s);

    xf_stage_end_server(s);
    assert_int_equal(xf_wire_desk_frame(desk, 1)->type, XF_FRAME_TYPE_GOAWAY);
    assert_int_equal(xf_wire_desk_frame(idle, 0)->type, XF_FRAME_TYPE_GOAWAY);
    xf_stage_sql(s, "rollback");

    xf_wire_desk_wait_closed(idle);
    xf_wire_desk_wait_closed(desk);
    for (size_t i = 0; i < xf_wire_desk_frames(desk); i++) {
        const xf_wire_frame *frame = xf_wire_desk_frame(desk, i);
        if (frame->rpc == XF_RPC_PETITION_REGISTER && frame->type == XF_FRAME_TYPE_RESPONSE)
            answered++;
    }
    assert_int_equal(answered, UNDER_WAY);
    xf_stage_end_wait(s);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), UNDER_WAY);
    xf_wire_desk_free(&desk);
    xf_wire_desk_free(&idle);
}

XF_STORY(what_is_asked_after_goaway_is_refused_and_may_be_asked_again)
{
    xf_story *s = *state;
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);

    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "select from xf.bureau for update");
    xf_wire_desk_send_registration(desk);
    (void)xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base);
    wait_until_one_waits(s);
    xf_stage_end_server(s);
    assert_int_equal(xf_wire_desk_frame(desk, 1)->type, XF_FRAME_TYPE_GOAWAY);
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base)->type,
                     XF_FRAME_TYPE_ERROR);
    xf_stage_sql(s, "rollback");
    xf_wire_desk_wait_closed(desk);
    xf_stage_end_wait(s);
    xf_stage_start_server(s);
    assert_non_null(xf_stage_ask(s, CLERK, XF_RPC_BUREAU_UNITS, &units.base));
    xf_wire_desk_free(&desk);
}

XF_STORIES(XF_PLAY_HOLDING(what_is_asked_after_goaway_is_refused_and_may_be_asked_again),
           XF_PLAY_HOLDING(what_is_under_way_is_answered_and_then_the_line_ends))
