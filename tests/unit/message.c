/* wire/message and wire/scan: what is refused before protobuf-c sees it, and where. */
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bureau.pb-c.h"
#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "base/limit.h"

static const ProtobufCMessageDescriptor *const register_type =
    &xf__petition_register_request__descriptor;

/* Unpacks from a copy of exactly that length, so that the sanitizer sees a step past it. */
static xf_code
judge(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t n, xf_error *ret_error)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    uint8_t *copy = n > 0 ? malloc(n) : NULL;
    xf_code code = XF_CODE_OK;

    *ret_error = (xf_error){0};
    if (n > 0)
        memcpy(copy, bytes, n);
    code = xf_message_unpack(type, copy, n, arena, &message, ret_error);
    assert_int_equal(message != NULL, code == XF_CODE_OK);
    free(copy);
    xf_arena_free(&arena);
    return code;
}

#define BYTES(...) ((const uint8_t[]){__VA_ARGS__}), sizeof((const uint8_t[]){__VA_ARGS__})

static void
refused(const ProtobufCMessageDescriptor *type, xf_text text, const char *field,
        const uint8_t *bytes, size_t n)
{
    xf_error error;

    assert_int_equal(judge(type, bytes, n, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, text);
    assert_string_equal(error.field, field);
}

/* A registration with a list in a list, as a station sends it. */
static size_t
pack_registration(uint8_t *out, size_t cap)
{
    static uint8_t op_id[16] = "0123456789abcdef";
    char *names[] = {"张三", "李四", "王五"};
    int32_t accused[] = {3, 70000, 5};
    Xf__PetitionRegisterRequest request = XF__PETITION_REGISTER_REQUEST__INIT;
    Xf__PetitionerDraft drafts[3];
    Xf__PetitionerDraft *petitioners[3];
    Xf__MatterDraft matter = XF__MATTER_DRAFT__INIT;
    Xf__MatterDraft *matters[] = {&matter};
    size_t n = 0;

    for (size_t i = 0; i < 3; i++) {
        xf__petitioner_draft__init(&drafts[i]);
        drafts[i].name = names[i];
        petitioners[i] = &drafts[i];
    }
    matter.has_purpose = 1;
    matter.purpose = XF__PURPOSE__PURPOSE_ACCUSATION;
    matter.demand = "要求查处";
    matter.accused_officers = accused;
    matter.n_accused_officers = 3;
    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    request.petitioners = petitioners;
    request.n_petitioners = 3;
    request.matters = matters;
    request.n_matters = 1;
    n = xf__petition_register_request__get_packed_size(&request);
    assert_true(n <= cap);
    return xf__petition_register_request__pack(&request, out);
}

static void
a_message_comes_back_as_it_was_packed(void **state)
{
    uint8_t bytes[512];
    size_t n = pack_registration(bytes, sizeof bytes);
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    const Xf__PetitionRegisterRequest *request = NULL;
    xf_buf out;

    (void)state;
    assert_int_equal(xf_message_unpack(register_type, bytes, n, arena, &message, NULL), XF_CODE_OK);
    request = (const Xf__PetitionRegisterRequest *)message;
    assert_int_equal(request->n_petitioners, 3);
    assert_string_equal(request->petitioners[2]->name, "王五");
    assert_int_equal(request->matters[0]->accused_officers[1], 70000);
    assert_memory_equal(xf_message_op_id(message), "0123456789abcdef", 16);
    xf_buf_init(&out, XF_LIMIT_FRAME);
    assert_int_equal(xf_message_pack(message, &out, NULL), XF_CODE_OK);
    assert_int_equal(xf_buf_readable(&out), n);
    assert_memory_equal(xf_buf_at(&out), bytes, n);
    xf_buf_clear(&out);
    xf_arena_free(&arena);
}

static void
an_empty_body_is_an_empty_message(void **state)
{
    xf_error error;

    (void)state;
    assert_int_equal(judge(register_type, NULL, 0, &error), XF_CODE_OK);
}

/* What a cut leaves is either a shorter message, where a field had just ended, or refused. */
static void
a_message_cut_at_any_byte_is_refused_or_shorter(void **state)
{
    uint8_t bytes[512];
    size_t n = pack_registration(bytes, sizeof bytes);
    size_t refusals = 0;
    xf_error error;

    (void)state;
    for (size_t cut = 0; cut < n; cut++) {
        xf_code code = judge(register_type, bytes, cut, &error);

        assert_true(code == XF_CODE_OK || code == XF_CODE_INVALID);
        refusals += code == XF_CODE_INVALID;
    }
    assert_int_equal(refusals, n - 5); /* at 0, and behind op_id and each petitioner */
}

/* Whatever a byte is changed to, nothing worse than a refusal comes of it. */
static void
a_message_with_any_byte_changed_is_judged(void **state)
{
    uint8_t bytes[512];
    size_t n = pack_registration(bytes, sizeof bytes);
    xf_error error;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        uint8_t kept = bytes[i];

        for (int byte = 0; byte < 256; byte++) {
            bytes[i] = (uint8_t)byte;
            assert_int_not_equal(judge(register_type, bytes, n, &error), XF_CODE_INTERNAL);
        }
        bytes[i] = kept;
    }
}

static void
a_nul_in_a_string_is_refused_with_its_path(void **state)
{
    (void)state;
    refused(register_type, XF_TEXT_FIELD_BYTES, "petitioners[2].name",
            BYTES(0x22, 3, 0x0a, 1, 'a', 0x22, 0, 0x22, 5, 0x0a, 3, 'a', 0, 'b'));
    refused(&xf__login_begin_request__descriptor, XF_TEXT_FIELD_BYTES, "badge",
            BYTES(0x0a, 9, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 0, 'i'));
}

static void
text_that_is_not_utf8_is_refused(void **state)
{
    static const struct {
        uint8_t bytes[6];
        uint8_t n;
    } bad[] = {
        {{0xc0, 0x80}, 2},             /* NUL, overlong */
        {{0xc1, 0xbf}, 2},             /* overlong */
        {{0xe0, 0x9f, 0xbf}, 3},       /* overlong */
        {{0xf0, 0x8f, 0xbf, 0xbf}, 4}, /* overlong */
        {{0xed, 0xa0, 0x80}, 3},       /* a surrogate */
        {{0xf4, 0x90, 0x80, 0x80}, 4}, /* above U+10FFFF */
        {{0xf5, 0x80, 0x80, 0x80}, 4},
        {{0xff}, 1},
        {{0x80}, 1},             /* a tail alone */
        {{0xe4, 0xbf}, 2},       /* cut */
        {{0xf0, 0x9f, 0x98}, 3}, /* cut */
        {{0xe4, 'a', 0x80}, 3},
        {{0xe4, 0xbf, 'a'}, 3},
        {{0xc3, 'a'}, 2},
        {{0xd5, 0xc5}, 2}, /* 张 in GB18030 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t bytes[8] = {0x0a, bad[i].n};

        memcpy(bytes + 2, bad[i].bytes, bad[i].n);
        refused(&xf__login_begin_request__descriptor, XF_TEXT_FIELD_BYTES, "badge", bytes,
                2U + bad[i].n);
    }
}

static void
text_at_the_edges_of_utf8_is_taken(void **state)
{
    static const char *const good[] = {
        "",
        "\x01",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
        "陆公信字〔2020〕1号",
        "abcdefgh12345678x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint8_t bytes[64] = {0x0a, (uint8_t)strlen(good[i])};
        xf_error error;

        memcpy(bytes + 2, good[i], strlen(good[i]));
        assert_int_equal(
            judge(&xf__login_begin_request__descriptor, bytes, 2 + strlen(good[i]), &error),
            XF_CODE_OK);
    }
}

static void
bytes_may_be_anything(void **state)
{
    xf_error error;

    (void)state;
    assert_int_equal(judge(register_type, BYTES(0x0a, 3, 0, 0xff, 0xc0), &error), XF_CODE_OK);
}

static void
a_value_that_nobody_declared_is_refused_with_its_path(void **state)
{
    xf_error error;

    (void)state;
    refused(register_type, XF_TEXT_FIELD_RANGE, "matters[1].purpose",
            BYTES(0x2a, 2, 0x08, 1, 0x2a, 2, 0x08, 99));
    /* 2^32 + 1, which protobuf-c would cut to 1 */
    refused(&xf__matter_draft__descriptor, XF_TEXT_FIELD_RANGE, "purpose",
            BYTES(0x08, 0x81, 0x80, 0x80, 0x80, 0x10));
    /* the same in a list, one by one and packed */
    refused(&xf__bureau_import_officer_request__descriptor, XF_TEXT_FIELD_RANGE, "roles[2]",
            BYTES(0x30, 1, 0x30, 2, 0x30, 77));
    refused(&xf__bureau_import_officer_request__descriptor, XF_TEXT_FIELD_RANGE, "roles[3]",
            BYTES(0x32, 2, 1, 2, 0x32, 3, 3, 77, 4));
    assert_int_equal(judge(&xf__matter_draft__descriptor, BYTES(0x08, 0), &error), XF_CODE_OK);
}

static void
a_list_may_come_packed(void **state)
{
    const uint8_t bytes[] = {0x2a, 4, 3, 0xf0, 0xa2, 0x04, 0x28, 5};
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    const Xf__MatterDraft *matter = NULL;

    (void)state;
    assert_int_equal(xf_message_unpack(&xf__matter_draft__descriptor, bytes, sizeof bytes, arena,
                                       &message, NULL),
                     XF_CODE_OK);
    matter = (const Xf__MatterDraft *)message;
    assert_int_equal(matter->n_accused_officers, 3);
    assert_int_equal(matter->accused_officers[1], 70000);
    xf_arena_free(&arena);
    refused(&xf__matter_draft__descriptor, XF_TEXT_MESSAGE_BROKEN, "accused_officers[1]",
            BYTES(0x2a, 2, 3, 0x80));
}

static void
a_field_of_the_wrong_kind_is_refused_with_its_path(void **state)
{
    (void)state;
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "petitioners[0].phone", BYTES(0x22, 2, 0x10, 1));
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "people", BYTES(0x1a, 1, 'a'));
}

static void
groups_and_wire_types_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    for (uint8_t wire = 0; wire < 8; wire++) {
        const uint8_t bytes[] = {(uint8_t)(0x70 | wire), 1, 0, 0, 0, 0, 0, 0, 0, 0};

        if (wire == 3 || wire == 4 || wire == 6 || wire == 7)
            refused(register_type, XF_TEXT_MESSAGE_BROKEN, "", bytes, sizeof bytes);
    }
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "", BYTES(0x00, 1)); /* field 0 */
}

static void
a_length_that_lies_is_refused(void **state)
{
    (void)state;
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "", BYTES(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07));
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "",
            BYTES(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "",
            BYTES(0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
    /* a petitioner whose name reaches beyond the petitioner */
    refused(register_type, XF_TEXT_MESSAGE_BROKEN, "",
            BYTES(0x22, 3, 0x0a, 5, 'a', 0x18, 1, 0x18, 1));
}

static void
fields_of_a_newer_peer_are_skipped(void **state)
{
    xf_error error;

    (void)state;
    assert_int_equal(
        judge(register_type,
              BYTES(0x78, 1, 0x7a, 2, 0, 0xff, 0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8),
              &error),
        XF_CODE_OK);
    /* Nested as deep as it likes: unknown bytes are one field and nobody goes in. */
    assert_int_equal(judge(register_type, BYTES(0x7a, 6, 0x7a, 4, 0x7a, 2, 0x7a, 0), &error),
                     XF_CODE_OK);
}

static void
a_mebibyte_of_empty_submessages_is_too_many(void **state)
{
    const uint8_t empty[] = {0x22, 0};
    size_t n = 1048576;
    uint8_t *bomb = malloc(n);
    uint64_t hits = xf_limit_hits(XF_LIMIT_MESSAGE_COUNT);
    xf_error error;

    (void)state;
    for (size_t i = 0; i < n; i += 2)
        memcpy(bomb + i, empty, sizeof empty);
    assert_int_equal(judge(register_type, bomb, n, &error), XF_CODE_LIMIT);
    assert_int_equal(error.text, XF_TEXT_LIMIT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_MESSAGE_COUNT), hits + 1);
    assert_int_equal(judge(register_type, bomb, 19998, &error), XF_CODE_OK);
    assert_int_equal(judge(register_type, bomb, 20000, &error), XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_MESSAGE_COUNT), hits + 1);
    assert_int_equal(judge(register_type, bomb, 20002, &error), XF_CODE_LIMIT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_MESSAGE_COUNT), hits + 2);
    free(bomb);
}

static void
unknown_and_packed_values_are_counted_too(void **state)
{
    const uint8_t unknown[] = {0x78, 1};
    const uint8_t too_many[] = {0x2a, 0x90, 0x4e}; /* 10,000 numbers, and their field */
    const uint8_t as_many[] = {0x2a, 0x8f, 0x4e};
    uint8_t *bomb = malloc(20004);
    xf_error error;

    (void)state;
    for (size_t i = 0; i < 20002; i += 2)
        memcpy(bomb + i, unknown, sizeof unknown);
    assert_int_equal(judge(register_type, bomb, 20002, &error), XF_CODE_LIMIT);
    memset(bomb, 1, 20004);
    memcpy(bomb, too_many, sizeof too_many);
    assert_int_equal(judge(&xf__matter_draft__descriptor, bomb, 10003, &error), XF_CODE_LIMIT);
    memcpy(bomb, as_many, sizeof as_many);
    assert_int_equal(judge(&xf__matter_draft__descriptor, bomb, 10002, &error), XF_CODE_OK);
    free(bomb);
}

static void
what_would_outgrow_the_arena_is_a_limit(void **state)
{
    const uint8_t empty[] = {0x22, 0};
    size_t n = 240000;
    uint8_t *bomb = malloc(n);
    xf_error error;

    (void)state;
    assert_true(xf_limit_set("limit.message_count", 1000000));
    for (size_t i = 0; i < n; i += 2)
        memcpy(bomb + i, empty, sizeof empty);
    assert_int_equal(judge(register_type, bomb, n, &error), XF_CODE_LIMIT);
    assert_true(xf_limit_set("limit.message_count", 10000));
    free(bomb);
}

/* No type of ours is recursive, so this one is made by hand: field 1, itself; not
 * repeated, or repeated. */
static const ProtobufCMessageDescriptor nest;
static ProtobufCFieldDescriptor nest_field = {
    .name = "in",
    .id = 1,
    .label = PROTOBUF_C_LABEL_REPEATED,
    .type = PROTOBUF_C_TYPE_MESSAGE,
    .quantifier_offset = sizeof(ProtobufCMessage),
    .offset = sizeof(ProtobufCMessage) + sizeof(size_t),
    .descriptor = &nest,
};
static const ProtobufCIntRange nest_ranges[] = {{1, 0}, {0, 1}};
static const unsigned nest_names[] = {0};
static const ProtobufCMessageDescriptor nest = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "nest",
    .sizeof_message = sizeof(ProtobufCMessage) + sizeof(size_t) + sizeof(void *),
    .n_fields = 1,
    .fields = &nest_field,
    .fields_sorted_by_name = nest_names,
    .n_field_ranges = 1,
    .field_ranges = nest_ranges,
};

/* `levels` messages, each in the one before: the outermost is the body itself. */
static size_t
pack_nest(uint8_t *out, size_t cap, size_t levels)
{
    size_t at = cap;

    for (size_t i = 1; i < levels; i++) {
        size_t n = cap - at;
        size_t digits = n < 0x80 ? 1 : n < 0x4000 ? 2 : 3;

        at -= digits;
        for (size_t d = 0; d < digits; d++)
            out[at + d] = (uint8_t)((n >> (7 * d) & 0x7f) | (d + 1 < digits ? 0x80U : 0U));
        out[--at] = 0x0a;
    }
    memmove(out, out + at, cap - at);
    return cap - at;
}

static void
a_message_may_be_as_deep_as_the_limit_and_no_deeper(void **state)
{
    uint8_t bytes[64];
    uint64_t hits = xf_limit_hits(XF_LIMIT_MESSAGE_DEPTH);
    xf_error error;

    (void)state;
    assert_int_equal(judge(&nest, bytes, pack_nest(bytes, sizeof bytes, 15), &error), XF_CODE_OK);
    assert_int_equal(judge(&nest, bytes, pack_nest(bytes, sizeof bytes, 16), &error), XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_MESSAGE_DEPTH), hits);
    assert_int_equal(judge(&nest, bytes, pack_nest(bytes, sizeof bytes, 17), &error),
                     XF_CODE_LIMIT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_MESSAGE_DEPTH), hits + 1);
}

static void
a_bomb_of_nine_thousand_levels_kills_nobody(void **state)
{
    size_t cap = 40000;
    uint8_t *bomb = malloc(cap);
    xf_error error;

    (void)state;
    assert_int_equal(judge(&nest, bomb, pack_nest(bomb, cap, 9000), &error), XF_CODE_LIMIT);
    assert_true(xf_limit_set("limit.message_depth", 64));
    assert_int_equal(judge(&nest, bomb, pack_nest(bomb, cap, 64), &error), XF_CODE_OK);
    assert_int_equal(judge(&nest, bomb, pack_nest(bomb, cap, 65), &error), XF_CODE_LIMIT);
    assert_true(xf_limit_set("limit.message_depth", 16));
    free(bomb);
}

static void
a_path_longer_than_its_room_is_cut(void **state)
{
    uint8_t bytes[200];
    size_t n = 0;
    xf_error error;

    (void)state;
    assert_true(xf_limit_set("limit.message_depth", 64));
    n = pack_nest(bytes, sizeof bytes, 40);
    bytes[n - 2] = 0x08; /* the innermost is a number */
    assert_int_equal(judge(&nest, bytes, n, &error), XF_CODE_INVALID);
    assert_int_equal(strncmp(error.field, "in[0].in[0].in[0]", 17), 0);
    assert_true(xf_limit_set("limit.message_depth", 16));
}

static void
a_submessage_that_may_stand_once_stands_once(void **state)
{
    xf_error error;

    (void)state;
    nest_field.label = PROTOBUF_C_LABEL_OPTIONAL;
    assert_int_equal(judge(&nest, BYTES(0x0a, 2, 0x0a, 0), &error), XF_CODE_OK);
    refused(&nest, XF_TEXT_MESSAGE_BROKEN, "in", BYTES(0x0a, 0, 0x0a, 0));
    refused(&nest, XF_TEXT_MESSAGE_BROKEN, "in.in", BYTES(0x0a, 4, 0x0a, 0, 0x0a, 0));
    nest_field.label = PROTOBUF_C_LABEL_REPEATED;
}

static void
an_op_id_has_sixteen_bytes_or_is_none(void **state)
{
    Xf__MatterTakeRequest request = XF__MATTER_TAKE_REQUEST__INIT;
    Xf__MatterOpenRequest without = XF__MATTER_OPEN_REQUEST__INIT;
    uint8_t id[17] = {0};

    (void)state;
    assert_null(xf_message_op_id(&request.base));
    request.has_op_id = 1;
    for (size_t n = 0; n <= 17; n++) {
        request.op_id = (ProtobufCBinaryData){n, id};
        assert_ptr_equal(xf_message_op_id(&request.base), n == 16 ? id : NULL);
    }
    assert_null(xf_message_op_id(&without.base));
}

static void
a_message_that_does_not_fit_is_not_packed(void **state)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;
    char *badge = calloc(1, 5001);
    xf_buf out;

    (void)state;
    memset(badge, 'a', 5000);
    request.badge = badge;
    xf_buf_init(&out, XF_LIMIT_FRAME_BEFORE_LOGIN);
    assert_int_equal(xf_message_pack(&request.base, &out, NULL), XF_CODE_LIMIT);
    assert_int_equal(xf_buf_readable(&out), 0);
    xf_buf_clear(&out);
    free(badge);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_as_it_was_packed),
        cmocka_unit_test(an_empty_body_is_an_empty_message),
        cmocka_unit_test(a_message_cut_at_any_byte_is_refused_or_shorter),
        cmocka_unit_test(a_message_with_any_byte_changed_is_judged),
        cmocka_unit_test(a_nul_in_a_string_is_refused_with_its_path),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(text_at_the_edges_of_utf8_is_taken),
        cmocka_unit_test(bytes_may_be_anything),
        cmocka_unit_test(a_value_that_nobody_declared_is_refused_with_its_path),
        cmocka_unit_test(a_list_may_come_packed),
        cmocka_unit_test(a_field_of_the_wrong_kind_is_refused_with_its_path),
        cmocka_unit_test(groups_and_wire_types_that_do_not_exist_are_refused),
        cmocka_unit_test(a_length_that_lies_is_refused),
        cmocka_unit_test(fields_of_a_newer_peer_are_skipped),
        cmocka_unit_test(a_mebibyte_of_empty_submessages_is_too_many),
        cmocka_unit_test(unknown_and_packed_values_are_counted_too),
        cmocka_unit_test(what_would_outgrow_the_arena_is_a_limit),
        cmocka_unit_test(a_message_may_be_as_deep_as_the_limit_and_no_deeper),
        cmocka_unit_test(a_bomb_of_nine_thousand_levels_kills_nobody),
        cmocka_unit_test(a_path_longer_than_its_room_is_cut),
        cmocka_unit_test(a_submessage_that_may_stand_once_stands_once),
        cmocka_unit_test(an_op_id_has_sixteen_bytes_or_is_none),
        cmocka_unit_test(a_message_that_does_not_fit_is_not_packed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
