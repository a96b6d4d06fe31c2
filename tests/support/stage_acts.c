/* What people do, in words of their own. */
#include <stdio.h>

#include "stage_inside.h"
#include "test_draft.h"

static void
fill_matter(xf_story *s, const xf_visit *visit, Xf__MatterDraft *matter, int32_t ids[2])
{
    const bool accusation = visit->accused != NOBODY || visit->accused_unit != NULL;

    if (accusation)
        matter->purpose = XF__PURPOSE__PURPOSE_ACCUSATION;
    if (visit->purpose != XF_PURPOSE_UNSPECIFIED)
        matter->purpose = (Xf__Purpose)visit->purpose;
    matter->envelope = xf_test_draft_text(visit->envelope);
    matter->category = xf_test_draft_text(visit->category);
    if (visit->accused != NOBODY) {
        ids[0] = xf_stage_officer(s, visit->accused);
        matter->n_accused_officers = 1;
        matter->accused_officers = &ids[0];
    }
    if (visit->accused_unit != NULL) {
        ids[1] = xf_stage_unit(s, visit->accused_unit);
        matter->n_accused_units = 1;
        matter->accused_units = &ids[1];
    }
    if (visit->complained_unit != NULL) {
        matter->has_complained_unit = 1;
        matter->complained_unit = xf_stage_unit(s, visit->complained_unit);
    }
}

const Xf__PetitionRegisterReply *
xf_stage_register(xf_story *s, xf_cast who, const xf_visit *visit)
{
    xf_test_draft draft;
    Xf__PetitionRegisterRequest *request = &draft.request;
    Xf__PetitionerDraft *petitioner = &draft.petitioners[0];
    xf_day received_on = xf_stage_today();
    int32_t ids[2] = {0, 0};

    if (visit->received_on != NULL)
        assert_int_equal(xf_day_parse(visit->received_on, &received_on, NULL), XF_CODE_OK);
    xf_test_draft_visit(&draft, received_on, visit->name, visit->demand);
    petitioner->phone = xf_test_draft_text(visit->phone);
    petitioner->id_number = xf_test_draft_text(visit->id_number);
    petitioner->address = xf_test_draft_text(visit->address);
    fill_matter(s, visit, &draft.matters[0], ids);
    request->has_people = visit->people != 0;
    request->people = visit->people;
    request->has_op_id = visit->op_id != NULL;
    if (visit->op_id != NULL)
        request->op_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)visit->op_id};
    return xf_stage_ask(s, who, XF_RPC_PETITION_REGISTER, &request->base);
}

const Xf__MatterOpenReply *
xf_stage_open(xf_story *s, xf_cast who, int64_t matter_id)
{
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;

    request.has_matter_id = 1;
    request.matter_id = matter_id;
    return xf_stage_ask(s, who, XF_RPC_MATTER_OPEN, &request.base);
}

const Xf__MatterListReply *
xf_stage_list(xf_story *s, xf_cast who)
{
    Xf__MatterListRequest request = XF__MATTER_LIST_REQUEST__INIT;

    request.has_limit = 1;
    request.limit = 200;
    return xf_stage_ask(s, who, XF_RPC_MATTER_LIST, &request.base);
}

const Xf__MatterHistoryReply *
xf_stage_history(xf_story *s, xf_cast who, int64_t matter_id)
{
    Xf__MatterHistoryRequest request = XF__MATTER_HISTORY_REQUEST__INIT;

    request.has_matter_id = 1;
    request.matter_id = matter_id;
    return xf_stage_ask(s, who, XF_RPC_MATTER_HISTORY, &request.base);
}

int32_t
xf_stage_assign_at(xf_story *s, xf_cast who, int64_t matter_id, int32_t version, const char *unit,
                   xf_cast handler)
{
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;
    const Xf__MatterAssignReply *reply = NULL;

    request.has_matter_id = 1;
    request.matter_id = matter_id;
    request.has_version = 1;
    request.version = version;
    request.has_to_unit = 1;
    request.to_unit = xf_stage_unit(s, unit);
    request.has_handler = handler != NOBODY;
    request.handler = xf_stage_officer(s, handler);
    reply = xf_stage_ask(s, who, XF_RPC_MATTER_ASSIGN, &request.base);
    return reply != NULL ? reply->version : 0;
}

/* Of the version that the matter has now. */
int32_t
xf_stage_assign(xf_story *s, xf_cast who, int64_t matter_id, const char *unit, xf_cast handler)
{
    char sql[96];

    (void)snprintf(sql, sizeof sql,
                   "select coalesce(max(version), 1) from xf.matter where matter_id = %lld",
                   (long long)matter_id);
    return xf_stage_assign_at(s, who, matter_id, (int32_t)xf_stage_number(s, sql), unit, handler);
}

int32_t
xf_stage_take(xf_story *s, xf_cast who, int64_t matter_id, int32_t version)
{
    Xf__MatterTakeRequest request = XF__MATTER_TAKE_REQUEST__INIT;
    const Xf__MatterTakeReply *reply = NULL;

    request.has_matter_id = 1;
    request.matter_id = matter_id;
    request.has_version = 1;
    request.version = version;
    reply = xf_stage_ask(s, who, XF_RPC_MATTER_TAKE, &request.base);
    return reply != NULL ? reply->version : 0;
}

bool
xf_stage_may(const Xf__MatterOpenReply *matter, xf_rpc act)
{
    for (size_t i = 0; i < matter->n_actions; i++) {
        if ((int)matter->actions[i] == (int)act)
            return true;
    }
    return false;
}

const Xf__FiguresShowReply *
xf_stage_figures(xf_story *s, xf_cast who, const char *from, const char *to)
{
    Xf__FiguresShowRequest request = XF__FIGURES_SHOW_REQUEST__INIT;
    xf_day day = 0;

    assert_int_equal(xf_day_parse(from, &day, NULL), XF_CODE_OK);
    request.has_from_on = 1;
    request.from_on = day;
    assert_int_equal(xf_day_parse(to, &day, NULL), XF_CODE_OK);
    request.has_to_on = 1;
    request.to_on = day;
    request.has_previous_year = 1;
    request.previous_year = 1;
    return xf_stage_ask(s, who, XF_RPC_FIGURES_SHOW, &request.base);
}
