/* call/call and admit: a call ends once, and never inside its own start. */
#include "call/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <malloc.h>
#include <uv.h>

#include "matter.pb-c.h"

#include "base/buf.h"
#include "call/room.h"
#include "wire/message.h"

typedef struct stage {
    uv_loop_t loop;
    xf_room room;
    int told;
    xf_error error;
} stage;

static int
up(void **state)
{
    static stage s;

    memset(&s, 0, sizeof s);
    (void)uv_loop_init(&s.loop);
    s.room.loop = &s.loop;
    *state = &s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;

    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    assert_int_equal(s->room.running, 0);
    return uv_loop_close(&s->loop);
}

static void
on_done(xf_call *call, void *data)
{
    stage *s = data;

    s->told++;
    s->error = call->error;
    xf_call_free(&call);
}

/* Starts a call of `rpc` by `roles` with these bytes; what came of it is in s->error. */
static void
play(stage *s, xf_rpc rpc, uint32_t roles, const uint8_t *body, size_t n)
{
    xf_call *call = xf_call_new(&s->room, xf_method_find(rpc), body, n);

    call->actor = (xf_actor){.bureau = 1, .officer = 2, .unit = 3, .roles = roles};
    call->done = on_done;
    call->data = s;
    xf_call_start(call);
    assert_int_equal(s->told, 0); /* never inside */
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    assert_int_equal(s->told, 1);
}

static void
nobody_is_told_to_log_in(void **state)
{
    stage *s = *state;

    play(s, XF_RPC_MATTER_OPEN, 0, NULL, 0);
    assert_int_equal(s->error.code, XF_CODE_UNAUTHENTICATED);
}

static void
a_role_without_the_right_is_denied_before_its_bytes_are_read(void **state)
{
    static const uint8_t rubbish[] = {0xff, 0xff, 0xff};
    stage *s = *state;

    play(s, XF_RPC_MATTER_ASSIGN, XF_MAY_LIAISON, rubbish, sizeof rubbish);
    assert_int_equal(s->error.code, XF_CODE_DENIED);
}

static void
nobody_but_the_timer_freezes(void **state)
{
    stage *s = *state;

    play(s, XF_RPC_FIGURES_FREEZE, XF_MAY_ANY_OFFICER, NULL, 0);
    assert_int_equal(s->error.code, XF_CODE_DENIED);
}

static void
rubbish_is_invalid(void **state)
{
    static const uint8_t rubbish[] = {0xff, 0xff, 0xff};
    stage *s = *state;

    play(s, XF_RPC_MATTER_ASSIGN, XF_MAY_RECEPTION_HEAD, rubbish, sizeof rubbish);
    assert_int_equal(s->error.code, XF_CODE_INVALID);
}

static void
a_change_without_an_op_id_is_refused_there(void **state)
{
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;
    stage *s = *state;
    xf_buf body;

    request.has_matter_id = 1;
    request.matter_id = 1;
    xf_buf_init(&body, XF_LIMIT_FRAME);
    assert_int_equal(xf_message_pack(&request.base, &body, NULL), XF_CODE_OK);
    play(s, XF_RPC_MATTER_ASSIGN, XF_MAY_RECEPTION_HEAD, xf_buf_at(&body), xf_buf_readable(&body));
    xf_buf_clear(&body);
    assert_int_equal(s->error.code, XF_CODE_INVALID);
    assert_string_equal(s->error.field, "op_id");
}

static void
what_the_law_misses_is_named(void **state)
{
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;
    uint8_t op_id[16] = {1};
    stage *s = *state;
    xf_buf body;

    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    request.has_matter_id = 1;
    request.matter_id = 1;
    request.has_version = 1;
    request.version = 1;
    xf_buf_init(&body, XF_LIMIT_FRAME);
    assert_int_equal(xf_message_pack(&request.base, &body, NULL), XF_CODE_OK);
    play(s, XF_RPC_MATTER_ASSIGN, XF_MAY_RECEPTION_HEAD, xf_buf_at(&body), xf_buf_readable(&body));
    xf_buf_clear(&body);
    assert_int_equal(s->error.code, XF_CODE_INVALID);
    assert_string_equal(s->error.field, "to_unit");
}

static bool
asks_for_the_sha(const xf_statement *statement)
{
    for (size_t p = 0; p < statement->n_params; p++) {
        const xf_param *param = &statement->params[p];

        if (param->source == XF_PARAM_OWN && param->own == XF_OWN_SHA)
            return true;
    }
    return false;
}

static void
a_new_call_knows_nothing_of_the_call_before(void **state)
{
    stage *s = *state;
    xf_call *call = NULL;

    /* NOLINTBEGIN(concurrency-mt-unsafe): nobody else is here */
    (void)mallopt(M_PERTURB, 0x5a); /* new memory is never empty */
    call = xf_call_new(&s->room, xf_method_find(XF_RPC_MATTER_OPEN), NULL, 0);
    (void)mallopt(M_PERTURB, 0);
    /* NOLINTEND(concurrency-mt-unsafe) */
    assert_int_equal(call->law.n, 0);
    assert_null(call->request);
    assert_null(call->later);
    assert_int_equal(call->seat, 0);
    xf_call_free(&call);
}

/* parse makes one of these only. */
static void
only_changes_and_secrets_ask_for_the_sha(void **state)
{
    (void)state;
    for (size_t i = 0; i < xf_method_count(); i++) {
        const xf_method_row *row = xf_method_at(i);

        if (row->statement == NULL || row->method->mode == XF_CHANGES || row->method->secret)
            continue;
        if (asks_for_the_sha(row->statement))
            fail_msg("%s uses :sha: want XF_CHANGES", xf_rpc_name(row->method->rpc));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_is_told_to_log_in, up, down),
        cmocka_unit_test_setup_teardown(
            a_role_without_the_right_is_denied_before_its_bytes_are_read, up, down),
        cmocka_unit_test_setup_teardown(nobody_but_the_timer_freezes, up, down),
        cmocka_unit_test_setup_teardown(rubbish_is_invalid, up, down),
        cmocka_unit_test_setup_teardown(a_new_call_knows_nothing_of_the_call_before, up, down),
        cmocka_unit_test(only_changes_and_secrets_ask_for_the_sha),
        cmocka_unit_test_setup_teardown(a_change_without_an_op_id_is_refused_there, up, down),
        cmocka_unit_test_setup_teardown(what_the_law_misses_is_named, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
