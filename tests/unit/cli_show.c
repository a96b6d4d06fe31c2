/* client/cli/show, words: one printer for every message, and Chinese for every value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bureau.pb-c.h"
#include "feed.pb-c.h"
#include "figures.pb-c.h"
#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "client/cli/show.h"
#include "client/cli/verbs.h"
#include "client/cli/words.h"
#include "gen/enums.h"
#include "gen/rpc.h"

static char *
json_of(const ProtobufCMessage *message)
{
    cJSON *json = xf_show_json(message);
    char *text = cJSON_PrintUnformatted(json);

    assert_non_null(text);
    cJSON_Delete(json);
    return text;
}

static bool
ends_so(const char *name, const char *end)
{
    size_t n = strlen(name);
    size_t m = strlen(end);

    return n >= m && strcmp(name + n - m, end) == 0;
}

static void /* NOLINTNEXTLINE(misc-no-recursion): as deep as our messages, three levels */
look_at_names(const ProtobufCMessageDescriptor *type, const char *const *others, size_t n_others)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        bool known = xf_show_is_instant(field);

        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            look_at_names(field->descriptor, others, n_others);
        if (field->type != PROTOBUF_C_TYPE_INT64)
            continue;
        for (size_t k = 0; k < n_others; k++)
            known = known || ends_so(field->name, others[k]);
        if (!known)
            fail_msg("%s.%s: an instant ends in _at", type->short_name, field->name);
    }
}

static void
days_instants_enums_and_ids_read_well(void **state)
{
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;
    Xf__MatterEvent event = XF__MATTER_EVENT__INIT;
    Xf__MatterEvent *events[] = {&event};
    Xf__Rpc actions[] = {XF__RPC__RPC_MATTER_ASSIGN};
    char *text = NULL;

    (void)state;
    reply.has_matter_id = 1;
    reply.matter_id = INT64_C(9007199254740993); /* one more than a double holds */
    reply.has_state = 1;
    reply.state = XF__STATE__STATE_ASSIGNED;
    reply.has_due_on = 1;
    reply.due_on = 18326;
    reply.demand = (char *)"要求\n\"更正\"";
    event.has_at = 1;
    event.at = INT64_C(1796086862123);
    event.has_kind = 1;
    event.kind = XF__EVENT_KIND__EVENT_KIND_REPEAT_DECIDED;
    reply.events = events;
    reply.n_events = 1;
    reply.actions = actions;
    reply.n_actions = 1;
    text = json_of(&reply.base);
    assert_string_equal(
        text, "{\"matter_id\":9007199254740993,\"state\":\"assigned\","
              "\"demand\":\"要求\\n\\\"更正\\\"\",\"due_on\":\"2020-03-05\",\"petitioners\":[],"
              "\"receipts\":[],\"events\":[{\"kind\":\"repeat_decided\","
              "\"at\":\"2026-12-01T09:01:02.123+08:00\"}],\"actions\":[\"matter.assign\"]}");
    free(text);
}

static void
bytes_are_hex_and_absent_fields_are_left_out(void **state)
{
    Xf__LoginReply reply = XF__LOGIN_REPLY__INIT;
    uint8_t token[] = {0x00, 0x0f, 0xff};
    Xf__Role roles[] = {XF__ROLE__ROLE_RECEPTION_HEAD, (Xf__Role)77};
    char *text = NULL;

    (void)state;
    reply.has_token = 1;
    reply.token = (ProtobufCBinaryData){sizeof(token), token};
    reply.roles = roles;
    reply.n_roles = 2;
    text = json_of(&reply.base);
    assert_string_equal(text, "{\"token\":\"000fff\",\"roles\":[\"reception_head\",\"77\"]}");
    free(text);
}

/* A script tells an instant by its name: what is none and no number of something, is misnamed. */
static void
every_whole_number_says_by_its_name_what_it_is(void **state)
{
    static const char *const others[] = {"_id",   "cursor",         "seat",     "value",
                                         "whole", "previous_whole", "previous", "after",
                                         "next",  "closed"};

    (void)state;
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_rpc_row *row = xf_rpc_find(xf_verbs_at(i)->rpc);

        if (row != NULL)
            look_at_names(row->reply, others, sizeof others / sizeof others[0]);
    }
}

static void
an_instant_before_the_epoch_is_a_day_too(void **state)
{
    char text[XF_SHOW_ROOM];

    (void)state;
    xf_show_rfc3339(-1 - 8 * 3600000, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999+08:00");
    xf_show_instant(0, text);
    assert_string_equal(text, "1970-01-01 08:00:00");
}

static void
has_its_chinese(const ProtobufCEnumDescriptor *type, const ProtobufCEnumValue *value)
{
    int32_t back = -1;
    char name[XF_WORDS_NAME];

    xf_words_name(type, value->value, name);
    if (xf_words_of(type, value->value)[0] == '\0')
        fail_msg("%s has no row in client/cli/words.def", value->name);
    assert_true(xf_words_read(type, xf_words_of(type, value->value), &back));
    assert_int_equal(back, value->value);
    assert_true(xf_words_read(type, name, &back));
    assert_int_equal(back, value->value);
}

static void
every_value_of_every_enum_has_its_chinese(void **state)
{
    static const ProtobufCEnumDescriptor *const types[] = {
        &xf__state__descriptor,         &xf__event_kind__descriptor,
        &xf__purpose__descriptor,       &xf__channel__descriptor,
        &xf__source__descriptor,        &xf__outcome__descriptor,
        &xf__feedback_way__descriptor,  &xf__follow_up_way__descriptor,
        &xf__satisfaction__descriptor,  &xf__unit_kind__descriptor,
        &xf__officer_kind__descriptor,  &xf__role__descriptor,
        &xf__audience_kind__descriptor, &xf__matched__descriptor,
        &xf__hint__descriptor,          &xf__figure__descriptor,
    };

    (void)state;
    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
        for (unsigned i = 0; i < types[t]->n_values; i++) {
            if (types[t]->values[i].value != 0)
                has_its_chinese(types[t], &types[t]->values[i]);
        }
    }
}

static void
a_name_of_several_words_loses_its_whole_prefix(void **state)
{
    char name[XF_WORDS_NAME];
    int32_t value = 0;

    (void)state;
    xf_words_name(&xf__follow_up_way__descriptor, (int32_t)XF_FOLLOW_UP_WAY_VISIT, name);
    assert_string_equal(name, "visit");
    assert_false(xf_words_read(&xf__channel__descriptor, "unspecified", &value));
    assert_false(xf_words_read(&xf__channel__descriptor, "", &value));
    assert_string_equal(xf_words_of(&xf__channel__descriptor, 99), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_instants_enums_and_ids_read_well),
        cmocka_unit_test(bytes_are_hex_and_absent_fields_are_left_out),
        cmocka_unit_test(every_whole_number_says_by_its_name_what_it_is),
        cmocka_unit_test(an_instant_before_the_epoch_is_a_day_too),
        cmocka_unit_test(every_value_of_every_enum_has_its_chinese),
        cmocka_unit_test(a_name_of_several_words_loses_its_whole_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
