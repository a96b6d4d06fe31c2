/* call/reply and call/fill: a row of a result as an answer or a refusal.
 *
 * The results are made by libpq by hand, in the binary form that PostgreSQL sends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bureau.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "call/call.h"
#include "call/fill.h"
#include "call/room.h"
#include "call/step.h"
#include "test_rows.h"
#include "test_seal.h"

typedef struct stage {
    xf_room room;
    xf_call call;
    xf_method method;
    xf_method_row entry;
    xf_test_rows rows;
    enum xf_call_way way; /* how the step ended */
} stage;

static stage *current;

/* ---- The step's endings: they note which it was ------------------------------------------------------ */

xf_ended
xf_call_next(xf_call *call)
{
    (void)call;
    current->way = XF_WAY_NEXT;
    return (xf_ended){0};
}

xf_ended
xf_call_refuse(xf_call *call, xf_code code)
{
    assert_int_equal(call->error.code, code);
    current->way = XF_WAY_REFUSE;
    return (xf_ended){0};
}

xf_ended
xf_call_reply(xf_call *call)
{
    assert_non_null(call->reply);
    current->way = XF_WAY_REPLY;
    return (xf_ended){0};
}

/* ---- The stage ------------------------------------------------------------------------------------------ */

static int
set_up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    if (!s)
        return 1;
    s->room.seal = xf_test_seal;
    s->call.room = &s->room;
    s->call.arena = xf_arena_new();
    s->method.mode = XF_READS;
    s->entry.method = &s->method;
    s->call.entry = &s->entry;
    current = s;
    *state = s;
    return 0;
}

static int
take_down(void **state)
{
    stage *s = *state;
    xf_query_clear(&s->call.query);
    xf_arena_free(&s->call.arena);
    free(s);
    return 0;
}

/* Runs the step over a result of so many equal rows. */
static enum xf_call_way
reply_rows(stage *s, xf_rpc rpc, int rows)
{
    xf_query_clear(&s->call.query);
    s->call.query.result = xf_test_rows_result(&s->rows, rows);
    s->call.error = (xf_error){0};
    s->method.rpc = rpc;
    (void)xf_reply(&s->call);
    return s->way;
}

static void
replies(stage *s, xf_rpc rpc)
{
    if (reply_rows(s, rpc, 1) != XF_WAY_REPLY)
        fail_msg("code %d at %s", s->call.error.code, s->call.error.field);
}

static void
refuses(stage *s, xf_rpc rpc, xf_code code, const char *field)
{
    assert_int_equal(reply_rows(s, rpc, 1), XF_WAY_REFUSE);
    assert_int_equal(s->call.error.code, code);
    assert_string_equal(s->call.error.field, field);
}

/* ---- Verdicts ------------------------------------------------------------------------------------------------ */

static void
ok_and_replay_fill_the_reply(void **state)
{
    stage *s = *state;
    s->method.mode = XF_CHANGES;
    static const char *const verdicts[] = {"OK", "REPLAY"};
    for (size_t i = 0; i < 2; i++) {
        xf_test_rows_start_over(&s->rows);
        xf_test_rows_text(&s->rows, "verdict", verdicts[i]);
        xf_test_rows_number(&s->rows, "version", XF_SQL_INT4, 2);
        xf_test_rows_number(&s->rows, "state", XF_SQL_INT2, XF_STATE_ASSIGNED);
        xf_test_rows_null(&s->rows, "due_on", XF_SQL_DATE, false);
        replies(s, XF_RPC_MATTER_ASSIGN);
        const Xf__MatterAssignReply *reply = (const Xf__MatterAssignReply *)s->call.reply;
        assert_int_equal(reply->version, 2);
        assert_int_equal(reply->state, XF_STATE_ASSIGNED);
        assert_true(reply->has_state);
        assert_false(reply->has_due_on);
    }
}

static void
what_a_column_means_is_found_once(void **state)
{
    stage *s = *state;
    s->room.plans = xf_plans_new();
    s->call.query.statement = xf_statement_find("matter.assign");
    for (int i = 0; i < 2; i++) {
        xf_test_rows_start_over(&s->rows);
        xf_test_rows_number(&s->rows, i == 0 ? "version" : "nothing", XF_SQL_INT4, 7 + i);
        replies(s, XF_RPC_MATTER_ASSIGN);
        assert_int_equal(((const Xf__MatterAssignReply *)s->call.reply)->version, 7 + i);
    }
    refuses(s, XF_RPC_PETITION_REGISTER, XF_CODE_INTERNAL, "nothing"); /* another message: anew */
    xf_plans_free(&s->room.plans);
}

static void
another_verdict_refuses_with_its_code_and_default_words(void **state)
{
    stage *s = *state;

    static const struct {
        const char *verdict;
        xf_code code;
        xf_text text;
    } rows[] = {
        {"CONFLICT", XF_CODE_CONFLICT, XF_TEXT_CONFLICT},
        {"NOT_FOUND", XF_CODE_NOT_FOUND, XF_TEXT_NOT_FOUND},
        {"OP_MISMATCH", XF_CODE_OP_MISMATCH, XF_TEXT_OP_MISMATCH},
        {"DENIED", XF_CODE_DENIED, XF_TEXT_DENIED},
        {"UNAUTHENTICATED", XF_CODE_UNAUTHENTICATED, XF_TEXT_NOT_LOGGED_IN},
        {"INVALID", XF_CODE_INVALID, XF_TEXT_FIELD_RANGE},
    };

    s->method.mode = XF_CHANGES;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        xf_test_rows_start_over(&s->rows);
        xf_test_rows_text(&s->rows, "verdict", rows[i].verdict);
        xf_test_rows_null(&s->rows, "version", XF_SQL_INT4, false);
        refuses(s, XF_RPC_MATTER_ASSIGN, rows[i].code, "");
        assert_int_equal(s->call.error.text, rows[i].text);
    }
}

static void
a_refusal_bears_the_field_and_the_words_of_its_row(void **state)
{
    stage *s = *state;
    xf_test_rows_text(&s->rows, "verdict", "INVALID");
    xf_test_rows_text(&s->rows, "field", "matters[1].complained_unit");
    xf_test_rows_text(&s->rows, "text", "NO_SUCH_UNIT");
    refuses(s, XF_RPC_PETITION_REGISTER, XF_CODE_INVALID, "matters[1].complained_unit");
    assert_int_equal(s->call.error.text, XF_TEXT_NO_SUCH_UNIT);
}

static void
an_unknown_verdict_or_text_is_our_mistake(void **state)
{
    stage *s = *state;
    xf_test_rows_text(&s->rows, "verdict", "INTERNAL");
    refuses(s, XF_RPC_MATTER_ASSIGN, XF_CODE_INTERNAL, "verdict");
    xf_test_rows_start_over(&s->rows);
    xf_test_rows_text(&s->rows, "verdict", "INVALID");
    xf_test_rows_text(&s->rows, "text", "NO_SUCH_THING");
    refuses(s, XF_RPC_MATTER_ASSIGN, XF_CODE_INTERNAL, "text");
    xf_test_rows_start_over(&s->rows);
    xf_test_rows_null(&s->rows, "verdict", XF_SQL_TEXT, false);
    refuses(s, XF_RPC_MATTER_ASSIGN, XF_CODE_INTERNAL, "verdict");
}

/* UNAVAILABLE: whoever asked keeps his request and asks again. */
static void
keeps(stage *s)
{
    refuses(s, XF_RPC_MATTER_ASSIGN, XF_CODE_UNAVAILABLE, "");
    assert_int_equal(s->call.error.text, XF_TEXT_ANSWER_LOST);
    assert_true(xf_error_retryable(s->call.error.code));
}

static void
a_change_whose_verdict_cannot_be_read_is_not_said_to_be_undone(void **state)
{
    stage *s = *state;
    s->method.mode = XF_CHANGES;
    xf_test_rows_number(&s->rows, "version", XF_SQL_INT4, 2);
    keeps(s);
    xf_test_rows_start_over(&s->rows);
    xf_test_rows_text(&s->rows, "verdict", "INTERNAL");
    keeps(s);
    assert_int_equal(reply_rows(s, XF_RPC_MATTER_ASSIGN, 0), XF_WAY_REFUSE);
    assert_int_equal(s->call.error.code, XF_CODE_UNAVAILABLE);
}

static xf_code
finish_in_vain(xf_call *call, xf_error *reterr)
{
    (void)call;
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

static void
a_change_that_stands_and_cannot_be_answered_is_not_said_to_be_undone(void **state)
{
    stage *s = *state;
    s->method.mode = XF_CHANGES;
    xf_test_rows_text(&s->rows, "verdict", "OK");
    xf_test_rows_number(&s->rows, "no_such_field", XF_SQL_INT4, 2);
    keeps(s);
    xf_test_rows_start_over(&s->rows);
    xf_test_rows_text(&s->rows, "verdict", "REPLAY");
    s->method.finish = finish_in_vain;
    keeps(s);
}

static void
a_change_that_was_refused_stays_refused_whatever_its_words(void **state)
{
    stage *s = *state;
    s->method.mode = XF_CHANGES;
    xf_test_rows_text(&s->rows, "verdict", "INVALID");
    xf_test_rows_text(&s->rows, "text", "NO_SUCH_THING");
    refuses(s, XF_RPC_MATTER_ASSIGN, XF_CODE_INTERNAL, "text");
}

static void
a_read_without_a_row_is_not_found_and_two_rows_are_our_mistake(void **state)
{
    stage *s = *state;
    xf_test_rows_number(&s->rows, "matter_id", XF_SQL_INT8, 2);
    assert_int_equal(reply_rows(s, XF_RPC_MATTER_OPEN, 0), XF_WAY_REFUSE);
    assert_int_equal(s->call.error.code, XF_CODE_NOT_FOUND);
    assert_int_equal(reply_rows(s, XF_RPC_MATTER_OPEN, 2), XF_WAY_REFUSE);
    assert_int_equal(s->call.error.code, XF_CODE_INTERNAL);
    xf_test_rows_text(&s->rows, "verdict", "OK");
    assert_int_equal(reply_rows(s, XF_RPC_MATTER_OPEN, 0), XF_WAY_REFUSE);
    assert_int_equal(s->call.error.code, XF_CODE_INTERNAL);
}

static xf_code
add_an_action(xf_call *call, xf_error *reterr)
{
    (void)reterr;
    Xf__MatterOpenReply *reply = (Xf__MatterOpenReply *)call->reply;
    reply->version++;
    return XF_CODE_OK;
}

static xf_code
say_no(xf_call *call, xf_error *reterr)
{
    (void)call;
    return XF_FAIL(reterr, XF_CODE_DENIED, XF_TEXT_DENIED, "");
}

static void
finish_adds_to_the_reply_or_refuses(void **state)
{
    stage *s = *state;
    xf_test_rows_number(&s->rows, "version", XF_SQL_INT4, 2);
    s->method.finish = add_an_action;
    replies(s, XF_RPC_MATTER_OPEN);
    assert_int_equal(((Xf__MatterOpenReply *)s->call.reply)->version, 3);
    s->method.finish = say_no;
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_DENIED, "");
}

/* ---- Columns -------------------------------------------------------------------------------------------------- */

static void
scalars_come_in_our_units(void **state)
{
    stage *s = *state;
    xf_test_rows_number(&s->rows, "matter_id", XF_SQL_INT8, -5);
    xf_test_rows_text(&s->rows, "demand", "O'李\"四\",{}\\𠮷");
    xf_test_rows_number(&s->rows, "due_on", XF_SQL_DATE, -18261); /* 1950-01-01 */
    xf_test_rows_number(&s->rows, "from_book", XF_SQL_BOOL, 1);
    xf_test_rows_number(&s->rows, "people", XF_SQL_INT2, -1);
    xf_test_rows_null(&s->rows, "envelope", XF_SQL_TEXT, false);
    replies(s, XF_RPC_MATTER_OPEN);
    const Xf__MatterOpenReply *reply = (const Xf__MatterOpenReply *)s->call.reply;
    assert_int_equal(reply->matter_id, -5);
    assert_string_equal(reply->demand, "O'李\"四\",{}\\𠮷");
    assert_int_equal(reply->due_on, -7304);
    assert_true(reply->from_book);
    assert_int_equal(reply->people, -1);
    assert_null(reply->envelope);
    assert_false(reply->has_version);
}

static void
a_reply_outlives_its_result(void **state)
{
    stage *s = *state;
    xf_test_rows_text(&s->rows, "demand", "要求复核");
    replies(s, XF_RPC_MATTER_OPEN);
    xf_query_clear(&s->call.query);
    assert_string_equal(((Xf__MatterOpenReply *)s->call.reply)->demand, "要求复核");
}

static void
instants_are_milliseconds_since_1970_rounded_down(void **state)
{
    stage *s = *state;
    xf_test_rows_number(&s->rows, "officer_id", XF_SQL_INT4, 7);
    xf_test_rows_number(&s->rows, "expires_at", XF_SQL_TIMESTAMPTZ, -1);
    xf_test_rows_bytes(&s->rows, "token", XF_SQL_BYTEA, "\0\1\2", 3);
    replies(s, XF_RPC_LOGIN_BEGIN);
    const Xf__LoginReply *reply = (const Xf__LoginReply *)s->call.reply;
    assert_int_equal(reply->expires_at, INT64_C(946684799999));
    assert_int_equal(reply->token.len, 3);
    assert_memory_equal(reply->token.data, "\0\1\2", 3);
}

static void
arrays_of_one_list_make_its_submessages_once(void **state)
{
    stage *s = *state;
    xf_test_rows_numbers(&s->rows, "events.version", XF_SQL_INT4, (const int64_t[]){2, 1}, 2);
    xf_test_rows_numbers(&s->rows, "events.kind", XF_SQL_INT2, (const int64_t[]){2, 1}, 2);
    xf_test_value *names = xf_test_rows_array(&s->rows, "events.officer_name", XF_SQL_TEXT, 2);
    xf_test_rows_element(names, NULL, -1);
    xf_test_rows_element(names, "阿强", 6);
    xf_test_rows_numbers(&s->rows, "events.at", XF_SQL_TIMESTAMPTZ, (const int64_t[]){0, 1000}, 2);
    xf_test_rows_null(&s->rows, "receipts.channel", XF_SQL_INT2, true);
    xf_test_rows_array(&s->rows, "petitioners.name", XF_SQL_TEXT, 0);
    replies(s, XF_RPC_MATTER_OPEN);
    const Xf__MatterOpenReply *reply = (const Xf__MatterOpenReply *)s->call.reply;
    assert_int_equal(reply->n_events, 2);
    assert_int_equal(reply->events[0]->version, 2);
    assert_int_equal(reply->events[1]->kind, XF_EVENT_KIND_REGISTERED);
    assert_null(reply->events[0]->officer_name);
    assert_string_equal(reply->events[1]->officer_name, "阿强");
    assert_int_equal(reply->events[1]->at, INT64_C(946684800001));
    assert_false(reply->events[0]->has_unit_id);
    assert_int_equal(reply->n_receipts, 0);
    assert_int_equal(reply->n_petitioners, 0);
}

static void
arrays_of_unequal_length_are_our_mistake(void **state)
{
    stage *s = *state;
    xf_test_rows_numbers(&s->rows, "events.version", XF_SQL_INT4, (const int64_t[]){2, 1}, 2);
    xf_test_rows_numbers(&s->rows, "events.kind", XF_SQL_INT2, (const int64_t[]){2}, 1);
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "events.kind");
    s->rows.n = 1;
    xf_test_rows_null(&s->rows, "events.kind", XF_SQL_INT2, true);
    s->rows.values[1].length = XF_TEST_NULL;
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "events.kind");
}

static void
a_repeated_field_takes_an_array_and_leaves_nulls_out(void **state)
{
    stage *s = *state;
    xf_test_value *hints = xf_test_rows_array(&s->rows, "hints", XF_SQL_INT2, 3);
    xf_test_rows_element(hints, NULL, -1);
    xf_test_rows_element(hints, "\0\1", 2);
    xf_test_rows_element(hints, NULL, -1);
    replies(s, XF_RPC_PETITION_REGISTER);
    const Xf__PetitionRegisterReply *reply = (const Xf__PetitionRegisterReply *)s->call.reply;
    assert_int_equal(reply->n_hints, 1);
    assert_int_equal(reply->hints[0], XF_HINT_CHOOSE_REPRESENTATIVES);
}

static void
a_mask_spreads_onto_roles_in_lists_too(void **state)
{
    stage *s = *state;
    xf_test_rows_number(&s->rows, "roles", XF_SQL_INT4,
                        1 << XF_ROLE_RECEPTION | 1 << XF_ROLE_LEADER);
    replies(s, XF_RPC_LOGIN_BEGIN);
    const Xf__LoginReply *login = (const Xf__LoginReply *)s->call.reply;
    assert_int_equal(login->n_roles, 2);
    assert_int_equal(login->roles[0], XF_ROLE_RECEPTION);
    assert_int_equal(login->roles[1], XF_ROLE_LEADER);
    xf_test_rows_start_over(&s->rows);
    xf_test_rows_numbers(&s->rows, "officers.roles", XF_SQL_INT4,
                         (const int64_t[]){0, 1 << XF_ROLE_HANDLER}, 2);
    replies(s, XF_RPC_BUREAU_OFFICERS);
    const Xf__BureauOfficersReply *reply = (const Xf__BureauOfficersReply *)s->call.reply;
    assert_int_equal(reply->officers[0]->n_roles, 0);
    assert_int_equal(reply->officers[1]->n_roles, 1);
    assert_int_equal(reply->officers[1]->roles[0], XF_ROLE_HANDLER);
}

static void
a_column_without_a_field_or_of_another_type_is_our_mistake(void **state)
{
    stage *s = *state;

    static const struct {
        const char *name;
        xf_sql_type type;
        bool array;
    } rows[] = {
        {"nothing", XF_SQL_INT4, false},         {"events.nothing", XF_SQL_INT4, true},
        {"demand.x", XF_SQL_INT4, true},         {"demand", XF_SQL_INT4, false},
        {"version", XF_SQL_INT8, false},         {"version", XF_SQL_TEXT, false},
        {"version", XF_SQL_INT4, true},          {"events.version", XF_SQL_INT4, false},
        {"events", XF_SQL_INT4, true},           {"demand_sealed", XF_SQL_TEXT, false},
        {"version_sealed", XF_SQL_BYTEA, false}, {"from_book", XF_SQL_INT2, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        xf_test_rows_start_over(&s->rows);
        xf_test_rows_null(&s->rows, rows[i].name, rows[i].type, rows[i].array);
        refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, rows[i].name);
    }
}

static void
a_broken_array_is_refused(void **state)
{
    stage *s = *state;
    xf_test_rows_numbers(&s->rows, "events.version", XF_SQL_INT4, (const int64_t[]){2, 1}, 2);
    int whole = s->rows.values[0].length;
    for (int n = 0; n < whole; n++) {
        s->rows.values[0].length = n;
        refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "events.version");
    }
    s->rows.values[0].length = whole;
    memcpy(s->rows.values[0].bytes + 12, "\177\377\377\377", 4); /* how many it says there are */
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "events.version");
    memcpy(s->rows.values[0].bytes + 12, "\377\377\377\377", 4);
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "events.version");
}

/* ---- Sealed --------------------------------------------------------------------------------------------------------- */

/* Adds "petitioners.FIELD_sealed" with one that is sealed under `as`, and one that has none. */
static void
add_sealed(stage *s, xf_seal_key *key, const char *column, const char *as, const char *plain)
{
    uint8_t sealed[100];
    size_t n = strlen(plain);
    assert_true(n + XF_SEAL_OVERHEAD <= sizeof sealed);
    assert_int_equal(xf_seal_close(key, as, plain, n, sealed, NULL), XF_CODE_OK);
    xf_test_value *all = xf_test_rows_array(&s->rows, column, XF_SQL_BYTEA, 2);
    xf_test_rows_element(all, sealed, (int32_t)(n + XF_SEAL_OVERHEAD));
    xf_test_rows_element(all, NULL, -1);
}

/* The row of a petition: a telephone sealed under `as`, an address, and the key it was made with. */
static void
sealed_row(stage *s, const char *as)
{
    xf_seal_key key;
    assert_int_equal(xf_seal_key_make(xf_test_seal, &key, NULL), XF_CODE_OK);
    add_sealed(s, &key, "petitioners.phone_sealed", as, "13900000001");
    add_sealed(s, &key, "petitioners.address_sealed", "address", "米场镇旺坡村3号");
    xf_test_rows_bytes(&s->rows, "seal_key", XF_SQL_BYTEA, key.wrapped, sizeof key.wrapped);
    xf_seal_key_clear(&key);
}

static void
what_is_sealed_comes_out_masked(void **state)
{
    stage *s = *state;
    sealed_row(s, "phone");
    replies(s, XF_RPC_MATTER_OPEN);
    const Xf__MatterOpenReply *reply = (const Xf__MatterOpenReply *)s->call.reply;
    assert_int_equal(reply->n_petitioners, 2);
    assert_string_equal(reply->petitioners[0]->phone, "139****0001");
    assert_string_equal(reply->petitioners[0]->address, "米场镇***");
    assert_null(reply->petitioners[1]->phone);
    assert_null(reply->petitioners[1]->address);
}

static void
what_was_sealed_as_another_field_is_refused(void **state)
{
    stage *s = *state;
    sealed_row(s, "address");
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "phone");
}

static void
sealed_without_a_key_is_our_mistake(void **state)
{
    stage *s = *state;
    sealed_row(s, "phone");
    s->rows.values[2].length = XF_TEST_NULL;
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "petitioners.phone_sealed");
}

static void
the_key_of_another_petition_opens_nothing_and_a_spoilt_one_is_named(void **state)
{
    stage *s = *state;
    xf_seal_key other;
    sealed_row(s, "phone");
    s->rows.values[2].bytes[30] ^= 1;
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "seal_key");
    assert_int_equal(xf_seal_key_make(xf_test_seal, &other, NULL), XF_CODE_OK);
    memcpy(s->rows.values[2].bytes, other.wrapped, sizeof other.wrapped);
    xf_seal_key_clear(&other);
    refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL, "phone");
}

static void
sealed_bytes_cut_short_are_refused(void **state)
{
    stage *s = *state;
    sealed_row(s, "phone");
    xf_test_rows whole = s->rows;
    xf_test_value *cut = NULL;
    for (int32_t n = 0; n < 11 + XF_SEAL_OVERHEAD; n++) {
        uint8_t sealed[11 + XF_SEAL_OVERHEAD];
        memcpy(sealed, whole.values[0].bytes + 24, sizeof sealed);
        xf_test_rows_start_over(&s->rows);
        cut = xf_test_rows_array(&s->rows, "petitioners.phone_sealed", XF_SQL_BYTEA, 1);
        xf_test_rows_element(cut, sealed, n);
        xf_test_rows_bytes(&s->rows, "seal_key", XF_SQL_BYTEA, whole.values[2].bytes,
                           XF_SEAL_WRAPPED);
        refuses(s, XF_RPC_MATTER_OPEN, XF_CODE_INTERNAL,
                n < XF_SEAL_OVERHEAD ? "petitioners.phone_sealed" : "phone");
    }
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, take_down)
    const struct CMUnitTest tests[] = {
        TEST(ok_and_replay_fill_the_reply),
        TEST(what_a_column_means_is_found_once),
        TEST(another_verdict_refuses_with_its_code_and_default_words),
        TEST(a_refusal_bears_the_field_and_the_words_of_its_row),
        TEST(an_unknown_verdict_or_text_is_our_mistake),
        TEST(a_change_whose_verdict_cannot_be_read_is_not_said_to_be_undone),
        TEST(a_change_that_stands_and_cannot_be_answered_is_not_said_to_be_undone),
        TEST(a_change_that_was_refused_stays_refused_whatever_its_words),
        TEST(a_read_without_a_row_is_not_found_and_two_rows_are_our_mistake),
        TEST(finish_adds_to_the_reply_or_refuses),
        TEST(scalars_come_in_our_units),
        TEST(a_reply_outlives_its_result),
        TEST(instants_are_milliseconds_since_1970_rounded_down),
        TEST(arrays_of_one_list_make_its_submessages_once),
        TEST(arrays_of_unequal_length_are_our_mistake),
        TEST(a_repeated_field_takes_an_array_and_leaves_nulls_out),
        TEST(a_mask_spreads_onto_roles_in_lists_too),
        TEST(a_column_without_a_field_or_of_another_type_is_our_mistake),
        TEST(a_broken_array_is_refused),
        TEST(what_is_sealed_comes_out_masked),
        TEST(what_was_sealed_as_another_field_is_refused),
        TEST(sealed_without_a_key_is_our_mistake),
        TEST(the_key_of_another_petition_opens_nothing_and_a_spoilt_one_is_named),
        TEST(sealed_bytes_cut_short_are_refused),
    };
    return cmocka_run_group_tests(tests, xf_test_seal_up, xf_test_seal_down);
}
