/* call/bind: request fields, law and the call's own as binary parameters. */
#include "call/bind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <endian.h>

#include "bureau.pb-c.h"
#include "matter.pb-c.h"

#include "call/room.h"
#include "sqlgen/pair.h"
#include "test_draft.h"
#include "test_seal.h"

enum { PARAMS = 8 };

/* The step's endings: bind's file names them, this test does not come to them. */
xf_ended
xf_call_next(xf_call *call)
{
    (void)call;
    return (xf_ended){0};
}

xf_ended
xf_call_refuse(xf_call *call, xf_code code)
{
    (void)call;
    (void)code;
    return (xf_ended){0};
}

/* A call at the door of bind, and a statement whose parameters sqlgen has paired. */
typedef struct stage {
    xf_room room;
    xf_call call;
    xf_query query;
    xf_error error;
    xf_scan scan;
    xf_pair pairs[PARAMS];
    xf_param params[PARAMS];
    xf_statement statement;
} stage;

static int
set_up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    if (!s)
        return 1;
    s->room.seal = xf_test_seal;
    s->call.room = &s->room;
    s->call.arena = xf_arena_new();
    s->call.actor = (xf_actor){450922, 7, 3, 1U << XF_ROLE_RECEPTION};
    *state = s;
    return 0;
}

static int
take_down(void **state)
{
    stage *s = *state;
    xf_seal_key_clear(&s->call.seal_key);
    xf_arena_free(&s->call.arena);
    xf_scan_clear(&s->scan);
    free(s);
    return 0;
}

/* Binds "select PARAMETERS" for a request; the law line may be "". */
static xf_code
run(stage *s, ProtobufCMessage *request, const char *law, const char *parameters)
{
    char text[1000];
    char what[XF_SCAN_WHAT];
    xf_scan_fault fault = {0};
    (void)snprintf(text, sizeof text, "-- name: x%s\nselect %s", law, parameters);
    xf_scan_clear(&s->scan);
    if (!xf_scan_text(text, &s->scan, &fault))
        fail_msg("%s", fault.what);
    xf_scan_statement *scanned = s->scan.statements;
    assert_true(scanned->n_params <= PARAMS);
    for (size_t i = 0; i < scanned->n_params; i++) {
        if (!xf_pair_param(request ? request->descriptor : NULL, scanned, &scanned->params[i],
                           &s->pairs[i], what))
            fail_msg("%s", what);
        s->params[i] = s->pairs[i].param;
        s->params[i].name = s->pairs[i].name;
    }
    s->statement = (xf_statement){"x", scanned->sql, s->params, scanned->n_params, 0, false};
    s->call.request = request;
    return xf_bind_statement(&s->call, &s->statement, &s->query, &s->error);
}

static void
binds(stage *s, ProtobufCMessage *request, const char *parameters)
{
    if (run(s, request, "", parameters) != XF_CODE_OK)
        fail_msg("code %d at %s", s->error.code, s->error.field);
}

/* Is the parameter these bytes? */
static void
is_bytes(const stage *s, size_t i, const void *bytes, size_t n)
{
    assert_non_null(s->query.values[i]);
    assert_int_equal(s->query.lengths[i], n);
    assert_memory_equal(s->query.values[i], bytes, n);
}

#define IS_BYTES(s, i, literal) is_bytes((s), (i), (literal), sizeof(literal) - 1)

static int32_t
word(const stage *s, size_t i, size_t at)
{
    uint32_t big;
    assert_true(at + 4 <= (size_t)s->query.lengths[i]);
    memcpy(&big, s->query.values[i] + at, 4);
    return (int32_t)be32toh(big);
}

/* The header of an array of n elements of a type. */
static void
is_array(const stage *s, size_t i, int32_t oid, int32_t n, int32_t nulls)
{
    assert_non_null(s->query.values[i]);
    assert_int_equal(word(s, i, 0), n ? 1 : 0);
    assert_int_equal(word(s, i, 4), nulls);
    assert_int_equal(word(s, i, 8), oid);
    if (n == 0) {
        assert_int_equal(s->query.lengths[i], 12);
        return;
    }
    assert_int_equal(word(s, i, 12), n);
    assert_int_equal(word(s, i, 16), 1);
}

static void
is_int4_array(const stage *s, size_t i, const int32_t *values, int32_t n)
{
    is_array(s, i, 23, n, 0);
    assert_int_equal(s->query.lengths[i], n ? 20 + 8 * n : 12);
    for (int32_t k = 0; k < n; k++) {
        assert_int_equal(word(s, i, 20 + 8 * (size_t)k), 4);
        assert_int_equal(word(s, i, 24 + 8 * (size_t)k), values[k]);
    }
}

/* ---- Scalars ----------------------------------------------------------------------------------- */

static void
numbers_go_in_network_order_negative_ones_too(void **state)
{
    stage *s = *state;
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;
    request.has_matter_id = 1;
    request.matter_id = -2;
    request.has_version = 1;
    request.version = 258;
    request.has_to_unit = 1;
    request.to_unit = -3;
    binds(s, &request.base, ":matter_id::int8, :version::int2, :to_unit::int");
    IS_BYTES(s, 0, "\377\377\377\377\377\377\377\376");
    IS_BYTES(s, 1, "\1\2");
    IS_BYTES(s, 2, "\377\377\377\375");
}

static void
an_absent_field_is_null(void **state)
{
    stage *s = *state;
    Xf__PetitionImportRequest request = XF__PETITION_IMPORT_REQUEST__INIT;
    binds(s, &request.base,
          ":number::text, :people::int, :row_sha::bytea, :repeat::bool, :closed_on::date, "
          ":phone_sealed::bytea, :phone_idx::bytea");
    for (size_t i = 0; i < 7; i++)
        assert_null(s->query.values[i]);
    assert_null(s->call.seal_key.seal);
}

static void
a_field_that_is_there_is_not_null_even_if_empty_or_zero(void **state)
{
    stage *s = *state;
    char empty[] = "";
    Xf__PetitionImportRequest request = XF__PETITION_IMPORT_REQUEST__INIT;
    request.number = empty;
    request.has_people = 1;
    request.has_row_sha = 1;
    request.has_repeat = 1;
    binds(s, &request.base, ":number::text, :people::int, :row_sha::bytea, :repeat::bool");
    is_bytes(s, 0, "", 0);
    IS_BYTES(s, 1, "\0\0\0\0");
    is_bytes(s, 2, "", 0);
    IS_BYTES(s, 3, "\0");
    request.repeat = 1;
    binds(s, &request.base, ":repeat::bool");
    IS_BYTES(s, 0, "\1");
}

static void
text_goes_as_it_is_quotes_and_four_bytes_too(void **state)
{
    stage *s = *state;
    char name[] = "O'李\"四\",{}\\𠮷";
    Xf__PetitionImportRequest request = XF__PETITION_IMPORT_REQUEST__INIT;
    request.petitioner = name;
    binds(s, &request.base, ":petitioner::text");
    is_bytes(s, 0, name, sizeof name - 1);
}

static void
days_count_from_2000_and_before(void **state)
{
    stage *s = *state;
    Xf__PetitionImportRequest request = XF__PETITION_IMPORT_REQUEST__INIT;
    request.has_registered_on = 1;
    request.has_closed_on = 1;
    request.has_due_on = 1;
    request.registered_on = 10957; /* 2000-01-01 */
    request.closed_on = 0;         /* 1970-01-01 */
    request.due_on = -7304;        /* 1950-01-01 */
    binds(s, &request.base, ":registered_on::date, :closed_on::date, :due_on::date");
    assert_int_equal(word(s, 0, 0), 0);
    assert_int_equal(word(s, 1, 0), -10957);
    assert_int_equal(word(s, 2, 0), -18261);
}

static void
what_a_type_cannot_hold_is_refused_with_its_field(void **state)
{
    stage *s = *state;
    Xf__PetitionImportRequest request = XF__PETITION_IMPORT_REQUEST__INIT;
    request.has_people = 1;
    request.people = 32768;
    assert_int_equal(run(s, &request.base, "", ":people::int2"), XF_CODE_INVALID);
    assert_string_equal(s->error.field, "people");
    assert_int_equal(s->error.text, XF_TEXT_FIELD_RANGE);
    request.people = -32768;
    binds(s, &request.base, ":people::int2");
    request.has_closed_on = 1;
    request.closed_on = INT32_MIN;
    assert_int_equal(run(s, &request.base, "", ":closed_on::date"), XF_CODE_INVALID);
    assert_string_equal(s->error.field, "closed_on");
    request.closed_on = INT32_MAX;
    assert_int_equal(run(s, &request.base, "", ":closed_on::date"), XF_CODE_INVALID);
    request.has_row_sha = 1;
    request.row_sha = (ProtobufCBinaryData){15, (uint8_t *)"0123456789abcde"};
    assert_int_equal(run(s, &request.base, "", ":row_sha::uuid"), XF_CODE_INVALID);
}

static void
the_calls_own_are_bound(void **state)
{
    stage *s = *state;
    uint8_t op_id[16] = "0123456789abcdef";
    s->call.op_id = op_id;
    s->call.today = 10958;
    s->call.now_ms = 946684800001; /* a millisecond into 2000 */
    s->call.sha[31] = 9;
    s->call.device[0] = 8;
    s->call.password_hash = "$argon2id$";
    binds(s, NULL,
          ":bureau::int, :roles::int, :op_id::uuid, :today::date, :now::timestamptz, "
          ":sha::bytea, :device::bytea, :password_hash::text");
    assert_int_equal(word(s, 0, 0), 450922);
    assert_int_equal(word(s, 1, 0), 1 << XF_ROLE_RECEPTION);
    is_bytes(s, 2, op_id, 16);
    assert_int_equal(word(s, 3, 0), 1);
    IS_BYTES(s, 4, "\0\0\0\0\0\0\3\350");
    is_bytes(s, 5, s->call.sha, 32);
    is_bytes(s, 6, s->call.device, 32);
    IS_BYTES(s, 7, "$argon2id$");
    assert_ptr_equal(s->query.statement, &s->statement);
    assert_int_equal(s->query.actor.officer, 7);
}

static void
what_the_call_has_not_is_null(void **state)
{
    stage *s = *state;
    binds(s, NULL, ":op_id::uuid, :password_hash::text");
    assert_null(s->query.values[0]);
    assert_null(s->query.values[1]);
}

/* ---- Lists --------------------------------------------------------------------------------------- */

static void
an_empty_list_is_an_empty_array(void **state)
{
    stage *s = *state;
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 0, 0);
    binds(s, &draft.request.base,
          ":petitioners.name::text[], :matters.accused_units::int[], "
          ":matters.accused_units.of::int[], :petitioners.phone_sealed::bytea[]");
    is_array(s, 0, 25, 0, 0);
    is_array(s, 1, 23, 0, 0);
    is_array(s, 2, 23, 0, 0);
    is_array(s, 3, 17, 0, 0);
}

static void
a_list_gives_one_element_a_submessage_absent_ones_null(void **state)
{
    stage *s = *state;
    char name[] = "张\"三";
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 2, 0);
    draft.petitioners[1].name = name;
    binds(s, &draft.request.base, ":petitioners.name::text[]");
    is_array(s, 0, 25, 2, 1);
    assert_int_equal(word(s, 0, 20), -1);
    assert_int_equal(word(s, 0, 24), 7);
    assert_int_equal(s->query.lengths[0], 28 + 7);
    assert_memory_equal(s->query.values[0] + 28, name, 7);
}

static void
a_list_in_a_list_is_flat_with_its_parents_from_1(void **state)
{
    stage *s = *state;
    int32_t first[] = {101, -102};
    int32_t third[] = {103};
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 0, 3);
    draft.matters[0].n_accused_officers = 2;
    draft.matters[0].accused_officers = first;
    draft.matters[2].n_accused_officers = 1;
    draft.matters[2].accused_officers = third;
    binds(s, &draft.request.base,
          ":matters.accused_officers::int[], :matters.accused_officers.of::int[]");
    is_int4_array(s, 0, (int32_t[]){101, -102, 103}, 3);
    is_int4_array(s, 1, (int32_t[]){1, 1, 3}, 3);
}

static void
an_element_that_does_not_fit_is_named_with_its_place(void **state)
{
    stage *s = *state;
    int32_t accused[] = {1, 40000};
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 0, 2);
    draft.matters[1].has_complained_unit = 1;
    draft.matters[1].complained_unit = 40000;
    draft.matters[1].n_accused_units = 2;
    draft.matters[1].accused_units = accused;
    assert_int_equal(run(s, &draft.request.base, "", ":matters.complained_unit::int2[]"),
                     XF_CODE_INVALID);
    assert_string_equal(s->error.field, "matters[1].complained_unit");
    assert_int_equal(run(s, &draft.request.base, "", ":matters.accused_units::int2[]"),
                     XF_CODE_INVALID);
    assert_string_equal(s->error.field, "matters[1].accused_units[1]");
}

static void
many_values_outgrow_the_first_area_and_stay_whole(void **state)
{
    enum { N = 3000 };

    stage *s = *state;
    int32_t units[N];
    for (int32_t i = 0; i < N; i++)
        units[i] = i;
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 0, 1);
    draft.matters[0].n_accused_units = N;
    draft.matters[0].accused_units = units;
    binds(s, &draft.request.base,
          ":bureau::int, :matters.accused_units::int[], :officer::int, "
          ":matters.purpose::int2[]");
    assert_int_equal(word(s, 0, 0), 450922);
    is_int4_array(s, 1, units, N);
    assert_int_equal(word(s, 2, 0), 7);
    is_array(s, 3, 21, 1, 1);
}

static void
roles_become_a_mask(void **state)
{
    stage *s = *state;
    Xf__Role roles[] = {XF__ROLE__ROLE_RECEPTION, XF__ROLE__ROLE_LEADER};
    Xf__BureauImportOfficerRequest request = XF__BUREAU_IMPORT_OFFICER_REQUEST__INIT;
    request.n_roles = 2;
    request.roles = roles;
    binds(s, &request.base, ":roles_mask::int, :roles::int");
    assert_int_equal(word(s, 0, 0), 1 << 1 | 1 << 7);
    assert_int_equal(word(s, 1, 0), 1 << XF_ROLE_RECEPTION); /* the caller's own */
    roles[1] = (Xf__Role)31;
    assert_int_equal(run(s, &request.base, "", ":roles_mask::int"), XF_CODE_INVALID);
    assert_string_equal(s->error.field, "roles[1]");
}

/* ---- Law ------------------------------------------------------------------------------------------- */

static const char law_line[] = " -- law: next_state int2, due_on date, from_states int2[], words "
                               "text, gone date, sum bytea";

static void
law_values_are_bound_by_name(void **state)
{
    stage *s = *state;
    const int64_t from[] = {1, 2};
    xf_law_put(&s->call.law, "next_state", 3);
    xf_law_put(&s->call.law, "due_on", 10959);
    xf_law_put_list(&s->call.law, "from_states", from, 2);
    xf_law_put_text(&s->call.law, "words", "申诉");
    xf_law_put_null(&s->call.law, "gone");
    xf_law_put_bytes(&s->call.law, "sum", (const uint8_t *)"\0\1", 2);
    assert_int_equal(run(s, NULL, law_line,
                         ":next_state::int2, :due_on::date, :from_states::int2[], :words::text, "
                         ":gone::date, :sum::bytea"),
                     XF_CODE_OK);
    IS_BYTES(s, 0, "\0\3");
    assert_int_equal(word(s, 1, 0), 2);
    is_array(s, 2, 21, 2, 0);
    IS_BYTES(s, 3, "申诉");
    assert_null(s->query.values[4]);
    IS_BYTES(s, 5, "\0\1");
}

static void
a_long_law_list_is_whole_and_knows_null(void **state)
{
    stage *s = *state;
    int64_t many[XF_LAW_LIST + 8];
    const size_t n = sizeof many / sizeof many[0];
    for (size_t i = 0; i < n; i++)
        many[i] = (int64_t)i + 1;
    many[1] = XF_LAW_NULL;
    xf_law_put_long(&s->call.law, "from_states", many, n);
    assert_int_equal(run(s, NULL, " -- law: from_states int2[]", ":from_states::int2[]"),
                     XF_CODE_OK);
    is_array(s, 0, 21, (int32_t)n, 1);
    assert_int_equal(word(s, 0, 26), -1); /* behind the first's four bytes of length and two */
    assert_int_equal(s->query.lengths[0], (int)(20 + (n - 1) * 6 + 4));
}

static void
a_law_name_left_out_or_of_another_kind_is_our_mistake(void **state)
{
    stage *s = *state;
    assert_int_equal(run(s, NULL, law_line, ":due_on::date"), XF_CODE_INTERNAL);
    assert_string_equal(s->error.field, "due_on");
    xf_law_put_text(&s->call.law, "due_on", "2020-03-05");
    assert_int_equal(run(s, NULL, law_line, ":due_on::date"), XF_CODE_INTERNAL);
    xf_law_put(&s->call.law, "words", 1);
    assert_int_equal(run(s, NULL, law_line, ":words::text"), XF_CODE_INTERNAL);
    xf_law_put(&s->call.law, "from_states", 1);
    assert_int_equal(run(s, NULL, law_line, ":from_states::int2[]"), XF_CODE_INTERNAL);
    xf_law_put(&s->call.law, "next_state", 70000);
    assert_int_equal(run(s, NULL, law_line, ":next_state::int2"), XF_CODE_INTERNAL);
}

/* ---- Sealed -------------------------------------------------------------------------------------------- */

/* The key as a later call has it: from the row. */
static void
open_key(const stage *s, size_t i, xf_seal_key *ret_key)
{
    assert_int_equal(s->query.lengths[i], XF_SEAL_WRAPPED);
    assert_int_equal(
        xf_seal_key_unwrap(xf_test_seal, (const uint8_t *)s->query.values[i], ret_key, NULL),
        XF_CODE_OK);
}

static void
a_sealed_list_opens_with_the_new_petitions_key(void **state)
{
    stage *s = *state;
    char phone[] = "13900000001";
    char empty[] = "";
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 3, 0);
    draft.petitioners[0].phone = phone;
    draft.petitioners[1].phone = empty;
    binds(s, &draft.request.base,
          ":petitioners.phone_sealed::bytea[], :petitioners.phone_idx::bytea[], "
          ":seal_key::bytea");
    is_array(s, 0, 17, 3, 1);
    assert_int_equal(word(s, 0, 20), 11 + XF_SEAL_OVERHEAD);
    xf_seal_key key;
    open_key(s, 2, &key);
    char plain[12] = "";
    assert_int_equal(xf_seal_open(&key, "phone", (const uint8_t *)s->query.values[0] + 24,
                                  11 + XF_SEAL_OVERHEAD, plain, &s->error),
                     XF_CODE_OK);
    assert_string_equal(plain, phone);
    xf_seal_key_clear(&key);
    assert_int_equal(word(s, 0, 24 + 11 + XF_SEAL_OVERHEAD), -1);
    assert_int_equal(word(s, 0, 28 + 11 + XF_SEAL_OVERHEAD), -1);
    uint8_t index[XF_SEAL_INDEX];
    xf_seal_index(xf_test_seal, "phone", phone, 11, index);
    is_array(s, 1, 17, 3, 1);
    assert_memory_equal(s->query.values[1] + 24, index, XF_SEAL_INDEX);
}

/* Once it is made the wrapped form is for the row only: spoilt, it does not matter any more. */
static void
one_key_is_made_for_the_whole_call_and_not_unwrapped_again(void **state)
{
    stage *s = *state;
    char phone[] = "13900000001";
    char address[] = "米场镇";
    xf_seal_key key;
    xf_test_draft draft;
    xf_test_draft_empty(&draft, 1, 0);
    draft.petitioners[0].phone = phone;
    draft.petitioners[0].address = address;
    binds(s, &draft.request.base, ":seal_key::bytea, :petitioners.phone_sealed::bytea[]");
    is_bytes(s, 0, s->call.seal_key.wrapped, XF_SEAL_WRAPPED);
    open_key(s, 0, &key);
    s->call.seal_key.wrapped[30] ^= 1;
    binds(s, &draft.request.base, ":seal_key::bytea, :petitioners.address_sealed::bytea[]");
    assert_memory_not_equal(s->query.values[0], key.wrapped, XF_SEAL_WRAPPED);
    char plain[sizeof address] = "";
    assert_int_equal(xf_seal_open(&key, "address", (const uint8_t *)s->query.values[1] + 24,
                                  sizeof address - 1 + XF_SEAL_OVERHEAD, plain, &s->error),
                     XF_CODE_OK);
    assert_string_equal(plain, address);
    xf_seal_key_clear(&key);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, take_down)
    const struct CMUnitTest tests[] = {
        TEST(numbers_go_in_network_order_negative_ones_too),
        TEST(an_absent_field_is_null),
        TEST(a_field_that_is_there_is_not_null_even_if_empty_or_zero),
        TEST(text_goes_as_it_is_quotes_and_four_bytes_too),
        TEST(days_count_from_2000_and_before),
        TEST(what_a_type_cannot_hold_is_refused_with_its_field),
        TEST(the_calls_own_are_bound),
        TEST(what_the_call_has_not_is_null),
        TEST(an_empty_list_is_an_empty_array),
        TEST(a_list_gives_one_element_a_submessage_absent_ones_null),
        TEST(a_list_in_a_list_is_flat_with_its_parents_from_1),
        TEST(an_element_that_does_not_fit_is_named_with_its_place),
        TEST(many_values_outgrow_the_first_area_and_stay_whole),
        TEST(roles_become_a_mask),
        TEST(law_values_are_bound_by_name),
        TEST(a_long_law_list_is_whole_and_knows_null),
        TEST(a_law_name_left_out_or_of_another_kind_is_our_mistake),
        TEST(a_sealed_list_opens_with_the_new_petitions_key),
        TEST(one_key_is_made_for_the_whole_call_and_not_unwrapped_again),
    };
    return cmocka_run_group_tests(tests, xf_test_seal_up, xf_test_seal_down);
}
