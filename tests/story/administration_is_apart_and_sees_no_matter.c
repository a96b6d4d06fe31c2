/* System administrator, security administrator, auditor: never in one hand, and no eye on a matter. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/memory.h"
#include "stage_inside.h"
#include "stage_wire.h"

enum { ADMINISTRATORS = 3 };

static const xf_cast administrators[ADMINISTRATORS] = {SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR};

static const Xf__Role roles_of[ADMINISTRATORS] = {
    XF__ROLE__ROLE_SYSTEM_ADMIN, XF__ROLE__ROLE_SECURITY_ADMIN, XF__ROLE__ROLE_AUDITOR};

/* ---- Never in one hand ---------------------------------------------------------------------- */

static bool
give_roles(xf_story *s, const char *badge, Xf__Role *roles, size_t n)
{
    Xf__BureauImportOfficerRequest row = XF__BUREAU_IMPORT_OFFICER_REQUEST__INIT;
    PGresult *unit = PQexec(s->pg, "select code from xf.unit where unit_id = 1");

    row.badge = (char *)(uintptr_t)badge;
    row.name = (char[]){"某人"};
    row.unit_code = PQgetvalue(unit, 0, 0);
    row.n_roles = n;
    row.roles = roles;
    row.has_kind = 1;
    row.kind = XF__OFFICER_KIND__OFFICER_KIND_SWORN;
    const bool given =
        xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_IMPORT_OFFICER, &row.base) != NULL;
    PQclear(unit);
    return given;
}

XF_STORY(two_of_them_are_never_one_officer)
{
    xf_story *s = *state;

    for (size_t a = 0; a < ADMINISTRATORS; a++) {
        Xf__Role with_work[] = {roles_of[a], XF__ROLE__ROLE_RECEPTION};

        for (size_t b = 0; b < ADMINISTRATORS; b++) {
            Xf__Role both[] = {roles_of[a], roles_of[b]};

            if (a == b)
                continue;
            /* Somebody new, and who is one of them already. */
            assert_false(give_roles(s, "T77777", both, 2));
            xf_stage_assert_refused(s, XF_CODE_INVALID, "roles");
            assert_false(give_roles(s, xf_cast_badge(administrators[a]), both, 2));
            xf_stage_assert_refused(s, XF_CODE_INVALID, "roles");
        }
        assert_false(give_roles(s, "T77777", with_work, 2));
        xf_stage_assert_refused(s, XF_CODE_INVALID, "roles");
    }
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.officer where badge = 'T77777'"),
                     0);
}

/* Whoever writes past the server, even as the owner, is stopped by the table. */
XF_STORY(the_table_itself_refuses_it)
{
    xf_story *s = *state;
    static const int masks[] = {2048 | 4096, 2048 | 8192, 4096 | 8192, 14336, 2048 | 2, 8192 | 128};

    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        char sql[128];
        PGresult *result = NULL;

        (void)snprintf(sql, sizeof sql, "update xf.officer set roles = %d where badge = 'T00011'",
                       masks[i]);
        result = PQexec(s->pg, sql);
        assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
        assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "23514");
        PQclear(result);
    }
}

/* ---- No eye on a matter ----------------------------------------------------------------------- */

/* Sets a field that is there to this number, whatever its width. */
static void
set_number(ProtobufCMessage *request, const char *name, int64_t number)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, name);
    uint8_t *base = (uint8_t *)request;

    if (field == NULL || field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return;
    *(protobuf_c_boolean *)(base + field->quantifier_offset) = 1;
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        *(int64_t *)(void *)(base + field->offset) = number;
    } else {
        *(int32_t *)(void *)(base + field->offset) = (int32_t)number;
    }
}

/* As a varint, which is how the number would stand in an answer. */
static size_t
varint(int64_t number, uint8_t ret_bytes[10])
{
    uint64_t left = (uint64_t)number;
    size_t n = 0;

    for (; left > 0x7f; left >>= 7)
        ret_bytes[n++] = (uint8_t)(left | 0x80);
    ret_bytes[n++] = (uint8_t)left;
    return n;
}

typedef struct secret {
    int64_t petition_id;
    int64_t matter_id;
    const char *number;
} secret;

static bool
tells(const ProtobufCMessage *reply, const secret *kept)
{
    static const char *const words[] = {"信访人甲", "要求复核处罚", "199****0001", "信访人乙"};
    const size_t n = protobuf_c_message_get_packed_size(reply);
    uint8_t *bytes = xf_memory_new(n + 1);
    uint8_t id[10];
    bool found = false;

    (void)protobuf_c_message_pack(reply, bytes);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        found = found || memmem(bytes, n, words[i], strlen(words[i])) != NULL;
    found = found || memmem(bytes, n, kept->number, strlen(kept->number)) != NULL;
    found = found || memmem(bytes, n, id, varint(kept->petition_id, id)) != NULL;
    found = found || memmem(bytes, n, id, varint(kept->matter_id, id)) != NULL;
    free(bytes);
    return found;
}

/* Every method there is, about this matter. */
static void
look_everywhere(xf_story *s, xf_cast who, const secret *kept)
{
    for (size_t i = 0; i < xf_rpc_count(); i++) {
        const xf_rpc_row *row = xf_rpc_at(i);
        ProtobufCMessage *request = NULL;
        const ProtobufCMessage *reply = NULL;

        if (strncmp(row->name, "login.", strlen("login.")) == 0)
            continue;
        request = xf_memory_new(row->request->sizeof_message);
        protobuf_c_message_init(row->request, request);
        set_number(request, "matter_id", kept->matter_id);
        set_number(request, "petition_id", kept->petition_id);
        set_number(request, "version", 1);
        reply = xf_stage_ask(s, who, row->rpc, request);
        if (reply != NULL && tells(reply, kept))
            fail_msg("%s tells %s of a matter", row->name, xf_cast_badge(who));
        assert_int_not_equal(xf_stage_code(s), XF_CODE_INTERNAL);
        free(request);
    }
}

XF_STORY(none_of_the_three_sees_a_matter_by_any_method)
{
    xf_story *s = *state;
    const xf_visit visits[] = {
        {.name = "信访人甲", .phone = "19900000001", .demand = "要求复核处罚"},
        {.name = "信访人乙", .phone = "19900000001", .demand = "要求复核处罚", .accused = ACCUSED},
    };

    for (size_t v = 0; v < sizeof visits / sizeof visits[0]; v++) {
        const Xf__PetitionRegisterReply *reply = xf_stage_register(s, CLERK, &visits[v]);
        const secret kept = {reply->petition_id, reply->matters[0]->matter_id, reply->number};

        /* The search would find it where it stands: the head's does. */
        assert_true(v > 0 || tells(&xf_stage_open(s, HEAD, kept.matter_id)->base, &kept));
        for (size_t i = 0; i < ADMINISTRATORS; i++)
            look_everywhere(s, administrators[i], &kept);
    }
}

XF_STORIES(XF_PLAY(two_of_them_are_never_one_officer), XF_PLAY(the_table_itself_refuses_it),
           XF_PLAY(none_of_the_three_sees_a_matter_by_any_method))
