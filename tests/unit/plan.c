/* call/plan: what a statement's columns mean is found once, and anew for another number of them. */
#include "call/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "matter.pb-c.h"

#include "test_rows.h"

typedef struct stage {
    xf_arena *arena;
    xf_plans *plans;
    xf_test_rows rows;
    xf_query query;
} stage;

static int
set_up(void **state)
{
    static stage s;
    s = (stage){.arena = xf_arena_new(),
                .plans = xf_plans_new(),
                .query = {.statement = xf_statement_find("matter.assign")}};
    *state = &s;
    return 0;
}

static int
take_down(void **state)
{
    stage *s = *state;
    xf_query_clear(&s->query);
    xf_plans_free(&s->plans);
    xf_arena_free(&s->arena);
    return 0;
}

/* A result of these two columns, and the plan of it. */
static xf_plan *
plan_of(stage *s, const char *first, const char *second)
{
    xf_query_clear(&s->query);
    xf_test_rows_start_over(&s->rows);
    xf_test_rows_text(&s->rows, first, "OK");
    xf_test_rows_number(&s->rows, second, XF_SQL_INT4, 1);
    s->query.result = xf_test_rows_result(&s->rows, 1);
    return xf_plan_find(s->plans, s->arena, &s->query);
}

static void
what_stands_beside_a_message_is_found_once(void **state)
{
    stage *s = *state;
    xf_plan *plan = plan_of(s, "verdict", "version");
    assert_int_equal(plan->beside[XF_BESIDE_VERDICT], 0);
    assert_int_equal(plan->beside[XF_BESIDE_LOGIN_SEAT], -1);
    assert_ptr_equal(plan_of(s, "text", "version"), plan);
    assert_int_equal(plan->beside[XF_BESIDE_VERDICT], 0);
    assert_int_equal(plan->beside[XF_BESIDE_TEXT], -1);
}

static void
another_number_of_columns_is_looked_at_anew(void **state)
{
    stage *s = *state;
    (void)plan_of(s, "verdict", "version");
    xf_query_clear(&s->query);
    xf_test_rows_text(&s->rows, "field", "x");
    s->query.result = xf_test_rows_result(&s->rows, 1);
    xf_plan *plan = xf_plan_find(s->plans, s->arena, &s->query);
    assert_int_equal(plan->n, 3);
    assert_int_equal(plan->beside[XF_BESIDE_FIELD], 2);
}

static void
a_query_that_is_no_statement_keeps_no_plan(void **state)
{
    stage *s = *state;
    s->query.statement = NULL;
    xf_plan *plan = plan_of(s, "verdict", "version");
    xf_plan *other = plan_of(s, "text", "version");
    assert_ptr_not_equal(plan, other);
    assert_int_equal(other->beside[XF_BESIDE_TEXT], 0);
}

static void
the_ways_lead_to_the_fields_and_not_beside(void **state)
{
    stage *s = *state;
    xf_error error = {0};
    xf_plan *plan = plan_of(s, "verdict", "version");
    const ProtobufCMessageDescriptor *type = &xf__matter_assign_reply__descriptor;
    assert_int_equal(xf_plan_lead(plan, &s->query, type, &error), XF_CODE_OK);
    assert_null(plan->ways[0].field);
    assert_string_equal(plan->ways[1].field->name, "version");
    assert_int_equal(plan->ways[1].has, offsetof(Xf__MatterAssignReply, has_version));
}

static void
a_column_without_a_field_is_our_mistake_each_time(void **state)
{
    stage *s = *state;
    const ProtobufCMessageDescriptor *type = &xf__matter_assign_reply__descriptor;
    xf_plan *plan = plan_of(s, "verdict", "nothing");
    for (int i = 0; i < 2; i++) {
        xf_error error = {0};
        assert_int_equal(xf_plan_lead(plan, &s->query, type, &error), XF_CODE_INTERNAL);
        assert_string_equal(error.field, "nothing");
    }
}

static void
a_full_arena_has_no_room_for_a_plan(void **state)
{
    stage *s = *state;
    s->query.statement = NULL;
    while (xf_arena_take(s->arena, 1024))
        continue;
    while (xf_arena_take(s->arena, 1))
        continue;
    assert_null(plan_of(s, "verdict", "version"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_stands_beside_a_message_is_found_once, set_up,
                                        take_down),
        cmocka_unit_test_setup_teardown(another_number_of_columns_is_looked_at_anew, set_up,
                                        take_down),
        cmocka_unit_test_setup_teardown(a_query_that_is_no_statement_keeps_no_plan, set_up,
                                        take_down),
        cmocka_unit_test_setup_teardown(the_ways_lead_to_the_fields_and_not_beside, set_up,
                                        take_down),
        cmocka_unit_test_setup_teardown(a_column_without_a_field_is_our_mistake_each_time, set_up,
                                        take_down),
        cmocka_unit_test_setup_teardown(a_full_arena_has_no_room_for_a_plan, set_up, take_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
