/* proto/gen: our enums and rpc rows say the same as the descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "method.pb-c.h"

#include "gen/code.h"
#include "gen/enums.h"
#include "gen/rpc.h"
#include "test_ca.h"

static void
a_value_has_its_name_without_the_prefix(void **state)
{
    (void)state;
    assert_string_equal(xf_code_name(XF_CODE_OK), "OK");
    assert_string_equal(xf_code_name(XF_CODE_OP_MISMATCH), "OP_MISMATCH");
    assert_string_equal(xf_state_name(XF_STATE_FOLLOWED_UP), "FOLLOWED_UP");
    assert_string_equal(xf_event_kind_name(XF_EVENT_KIND_FROM_BOOK), "FROM_BOOK");
    assert_string_equal(xf_state_name((xf_state)99), "UNKNOWN");
}

static void
unspecified_is_not_known_but_code_ok_is(void **state)
{
    (void)state;
    assert_true(xf_code_known(XF_CODE_OK));
    assert_true(xf_code_known(XF_CODE_INTERNAL));
    assert_false(xf_code_known(14));
    assert_false(xf_state_known(XF_STATE_UNSPECIFIED));
    assert_true(xf_state_known(XF_STATE_REGISTERED));
    assert_false(xf_state_known(-1));
    assert_false(xf_rpc_known(0));
    assert_false(xf_rpc_known(203000));
}

static void
our_roles_have_the_numbers_of_the_descriptor(void **state)
{
    const ProtobufCEnumDescriptor *roles = &xf__role__descriptor;

    (void)state;
    for (unsigned i = 0; i < roles->n_values; i++) {
        int value = roles->values[i].value;

        assert_int_equal(xf_role_known(value), value != 0);
        assert_string_equal(xf_role_name((xf_role)value), roles->values[i].name + strlen("ROLE_"));
    }
}

static void
every_method_number_has_one_row(void **state)
{
    const ProtobufCEnumDescriptor *rpcs = &xf__rpc__descriptor;

    (void)state;
    assert_int_equal(xf_rpc_count(), rpcs->n_values - 1);
    for (size_t i = 0; i < xf_rpc_count(); i++) {
        const xf_rpc_row *row = xf_rpc_at(i);

        assert_ptr_equal(xf_rpc_find(row->rpc), row);
        assert_string_equal(xf_rpc_name(row->rpc), row->name);
        assert_non_null(protobuf_c_enum_descriptor_get_value(rpcs, (int)row->rpc));
        assert_int_equal(row->changes, protobuf_c_message_descriptor_get_field_by_name(
                                           row->request, "op_id") != NULL);
    }
}

static void
a_row_has_its_dotted_name_and_messages(void **state)
{
    const xf_rpc_row *row = xf_rpc_find(XF_RPC_MATTER_ASSIGN);

    (void)state;
    assert_string_equal(row->name, "matter.assign");
    assert_ptr_equal(row->request, &xf__matter_assign_request__descriptor);
    assert_ptr_equal(row->reply, &xf__matter_assign_reply__descriptor);
    assert_true(row->changes);
    row = xf_rpc_find(XF_RPC_LOGIN_BEGIN);
    assert_ptr_equal(row->reply, &xf__login_reply__descriptor);
    assert_false(row->changes);
    assert_string_equal(xf_rpc_name(XF_RPC_LOGIN_SET_PASSWORD), "login.set_password");
}

static void
a_number_that_is_no_method_has_no_row(void **state)
{
    (void)state;
    assert_null(xf_rpc_find(XF_RPC_UNSPECIFIED));
    assert_null(xf_rpc_find((xf_rpc)65535));
}

/* Such a .proto behind what each needs, an enum Code, is refused in these words. */
static void
refuses(const char *proto, const char *words)
{
    char dir[XF_TEST_PATH];
    char path[XF_TEST_PATH + 16];
    char line[4 * XF_TEST_PATH];
    char said[1000] = "";
    FILE *file = NULL;

    xf_test_dir_new(dir);
    (void)snprintf(path, sizeof path, "%s/a.proto", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file, "enum Code {\n  CODE_OK = 0;\n}\n%s", proto);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(line, sizeof line, "awk -v out=%s -f %s/proto/gen/enums.awk %s 2>&1", dir,
                   secure_getenv("XF_SOURCE_DIR"), path);
    /* NOLINTNEXTLINE(cert-env33-c): the tool is a program */
    file = popen(line, "r");
    assert_non_null(file);
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    assert_int_not_equal(pclose(file), 0);
    if (strstr(said, words) == NULL)
        fail_msg("said: %s", said);
    xf_test_dir_remove(dir);
}

static void
half_a_method_is_told_with_the_other_half(void **state)
{
    (void)state;
    refuses("enum Rpc {\n  RPC_UNSPECIFIED = 0;\n  RPC_CALL_OFF_DAY = 7;\n}\n",
            "write `rpc CallOffDay(CallOffDayRequest) returns (CallOffDayReply);`");
    refuses("enum Rpc {\n  RPC_UNSPECIFIED = 0;\n}\n"
            "service CallMethods {\n  rpc CallOffDay(A) returns (B);\n}\n",
            "write `RPC_CALL_OFF_DAY = N;` into method.proto");
    refuses("message A { optional bytes op_id = 1; }\n", "a declaration a line");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_has_its_name_without_the_prefix),
        cmocka_unit_test(unspecified_is_not_known_but_code_ok_is),
        cmocka_unit_test(our_roles_have_the_numbers_of_the_descriptor),
        cmocka_unit_test(every_method_number_has_one_row),
        cmocka_unit_test(a_row_has_its_dotted_name_and_messages),
        cmocka_unit_test(a_number_that_is_no_method_has_no_row),
        cmocka_unit_test(half_a_method_is_told_with_the_other_half),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
