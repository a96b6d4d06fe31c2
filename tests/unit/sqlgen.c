/* sqlgen: what is a parameter in a .sql text, and where it gets its value; where a method stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "sqlgen/entry.h"
#include "sqlgen/kind.h"
#include "sqlgen/pair.h"
#include "sqlgen/scan.h"
#include "sqlgen/write.h"

/* Scans the text of one statement, without its head. */
static xf_scan
scan(const char *body)
{
    char text[2000];
    xf_scan found = {0};
    xf_scan_fault fault = {0};
    (void)snprintf(text, sizeof text, "-- name: matter.assign\n%s", body);
    if (!xf_scan_text(text, &found, &fault))
        fail_msg("%d: %s", fault.line, fault.what);
    return found;
}

static void
scans_to(const char *body, const char *sql, size_t n_params)
{
    xf_scan found = scan(body);
    assert_int_equal(found.n, 1);
    assert_string_equal(found.statements[0].sql, sql);
    assert_int_equal(found.statements[0].n_params, n_params);
    xf_scan_clear(&found);
}

static void
refuses(const char *text, int line, const char *what)
{
    xf_scan found = {0};
    xf_scan_fault fault = {0};
    assert_false(xf_scan_text(text, &found, &fault));
    assert_int_equal(fault.line, line);
    if (!strstr(fault.what, what))
        fail_msg("said: %s", fault.what);
}

static void
a_parameter_becomes_its_number_and_keeps_its_cast(void **state)
{
    (void)state;
    scans_to("select :a::int, :b.c::text[]", "select $1::int4, $2::text[]", 2);
    scans_to("select (:a::timestamptz)", "select ($1::timestamptz)", 1);
}

static void
a_parameter_used_twice_gets_one_number(void **state)
{
    (void)state;
    scans_to("select :a::int, :b::date, :a::int4", "select $1::int4, $2::date, $1::int4", 2);
}

/* ---- A statement for several commands ---- */

static void
scans_rows_to(const char *body, const char *sql)
{
    char text[1000];
    xf_scan found = {0};
    xf_scan_fault fault = {0};
    (void)snprintf(text, sizeof text, "-- name: x -- rows -- law: days date[]\n%s", body);
    if (!xf_scan_text(text, &found, &fault))
        fail_msg("%d: %s", fault.line, fault.what);
    assert_true(found.statements[0].rows);
    assert_string_equal(found.statements[0].sql, sql);
    xf_scan_clear(&found);
}

static void
a_parameter_is_the_commands_own_in_an_array_but_for_the_bureau(void **state)
{
    (void)state;
    scans_rows_to("with q as (:rows) select :bureau::int, :b::text, :a::int8 from q",
                  "with q as (select i::int4 from unnest($2::text[]) with ordinality r(x, i))"
                  " select $1::int4, ($2::text[])[i], ($3::int8[])[i] from q");
}

static void
a_list_is_a_part_of_all_lists(void **state)
{
    (void)state;
    scans_rows_to(
        "with q as (:rows) select :days::date[], :a::int from q",
        "with q as (select i::int4 from unnest($4::int4[]) with ordinality r(x, i))"
        " select ($1::date[])[($2::int4[])[i] : ($3::int4[])[i]], ($4::int4[])[i] from q");
}

static void
rows_stand_once_in_a_statement_that_says_so(void **state)
{
    (void)state;
    refuses("-- name: x -- rows\nselect :a::int", 2, "-- rows wants :rows");
    refuses("-- name: x -- rows\nwith q as (:rows), r as (:rows)\nselect 1", 2,
            ":rows stands twice");
    refuses("-- name: x\nwith q as (:rows)\nselect 1", 2, ":rows has no ::type");
    refuses("-- name: x -- rows\nwith q as (:rows)\nselect :bureau::int", 3, "wants a parameter");
    refuses("-- name: x -- rows -- internal\nwith q as (:rows)\nselect 1", 1, "cannot read");
}

static void
quotes_hide_what_looks_like_a_parameter(void **state)
{
    (void)state;
    scans_to("select ':a::int', 'it''s :b::int'", "select ':a::int', 'it''s :b::int'", 0);
    scans_to("select 1 as \"events.:a::int\"", "select 1 as \"events.:a::int\"", 0);
    scans_to("select $$ :a::int  ' $$, $t$ $$ :a::int $t$",
             "select $$ :a::int  ' $$, $t$ $$ :a::int $t$", 0);
    scans_to("select E'\\' :a::int', :b::int", "select E'\\' :a::int', $1::int4", 1);
    scans_to("select 'a\\', :b::int", "select 'a\\', $1::int4", 1);
    scans_to("select E'a''\\' :b::int'", "select E'a''\\' :b::int'", 0);
}

static void
a_cast_or_an_assignment_is_no_parameter(void **state)
{
    (void)state;
    scans_to("select x::int, now()::date, '{}'::int[]", "select x::int, now()::date, '{}'::int[]",
             0);
    scans_to("select f(a := 1), x[1:2]", "select f(a := 1), x[1:2]", 0);
}

static void
comments_go_and_white_space_is_folded(void **state)
{
    (void)state;
    scans_to(
        "-- returns :a::int\n  select 1, -- :b::int 'not closed\n\t 2 /* :c /* :d */ :e */ ;\n\n-- end",
        "select 1, 2", 0);
    scans_to("select '两  个', 'a\n b'", "select '两  个', 'a\n b'", 0);
    scans_to("select a/*x*/b", "select a b", 0);
}

static void
a_head_says_law_or_internal(void **state)
{
    (void)state;
    xf_scan found = {0};
    xf_scan_fault fault = {0};
    assert_true(
        xf_scan_text("-- of a matter\n"
                     "-- name: matter.assign    -- law: from_states int2[], matters.due_on date\n"
                     "select 1\n"
                     "-- name: job.bureaus    -- internal\n"
                     "select 2\n",
                     &found, &fault));
    assert_int_equal(found.n, 2);
    const xf_scan_statement *assign = &found.statements[0];
    assert_string_equal(assign->name, "matter.assign");
    assert_int_equal(assign->line, 2);
    assert_int_equal(assign->n_law, 2);
    assert_string_equal(assign->law[1].name, "matters.due_on");
    assert_int_equal(assign->law[0].type, XF_SQL_INT2);
    assert_true(assign->law[0].array);
    assert_false(assign->law[1].array);
    assert_false(assign->internal);
    assert_true(found.statements[1].internal);
    assert_string_equal(found.statements[1].sql, "select 2");
    xf_scan_clear(&found);
}

static void
what_cannot_be_read_is_refused_with_its_line(void **state)
{
    (void)state;
    refuses("select 1", 1, "before the first");
    refuses("-- name: a\nselect\n :b", 3, "no ::type");
    refuses("-- name: a\nselect :b::varchar", 2, "no type of ours");
    refuses("-- name: a\nselect :b::int,\n:b::text", 3, "in line 2");
    refuses("-- name: a\nselect :b::int,\n:b::int[]", 3, "in line 2");
    refuses("-- name: a\nselect 'x", 2, "not closed");
    refuses("-- name: a\nselect $$x", 2, "not closed");
    refuses("-- name: a\nselect /* x", 2, "not closed");
    refuses("-- name: a\nselect $1", 2, ":name::type");
    refuses("-- name: a\nselect 1; select 2", 2, "one statement");
    refuses("-- name: a\n-- name: b\nselect 1", 2, "without a statement");
    refuses("-- name: a\nselect 1\n-- name: a\nselect 1", 3, "second statement");
    refuses("-- name: a -- law: x\nselect 1", 1, "no type of ours");
    refuses("-- name: a -- law: x int, x int\nselect 1", 1, "stands twice");
    refuses("-- name: a -- lwa: x int\nselect 1", 1, "head");
}

/* ---- Pairing -------------------------------------------------------------------------------- */

/* Pairs the one parameter of a statement of petition.register. */
static bool
pair(const char *head, const char *parameter, xf_pair *ret_pair, char ret_what[XF_SCAN_WHAT])
{
    char text[500];
    xf_scan found = {0};
    xf_scan_fault fault = {0};
    (void)snprintf(text, sizeof text, "-- name: petition.register%s\nselect %s", head, parameter);
    assert_true(xf_scan_text(text, &found, &fault));
    bool good = xf_pair_param(&xf__petition_register_request__descriptor, &found.statements[0],
                              &found.statements[0].params[0], ret_pair, ret_what);
    xf_scan_clear(&found);
    return good;
}

static void
comes_from(const char *parameter, xf_param_source source, const char *name)
{
    xf_pair found;
    char what[XF_SCAN_WHAT] = "";
    if (!pair("    -- law: year int2, rows int4[]", parameter, &found, what))
        fail_msg("%s", what);
    assert_int_equal(found.param.source, source);
    assert_string_equal(found.name, name);
}

static void
does_not_pair(const char *parameter, const char *why)
{
    xf_pair found;
    char what[XF_SCAN_WHAT] = "";
    assert_false(pair("    -- law: year int2, rows int4[]", parameter, &found, what));
    if (!strstr(what, why))
        fail_msg("said: %s", what);
}

static void
every_source_is_found_by_name(void **state)
{
    (void)state;
    comes_from(":bureau::int", XF_PARAM_OWN, "bureau");
    comes_from(":op_id::uuid", XF_PARAM_OWN, "op_id");
    comes_from(":year::int2", XF_PARAM_LAW, "year");
    comes_from(":people::int", XF_PARAM_FIELD, "people");
    comes_from(":receipts.received_on::date[]", XF_PARAM_FIELD, "receipts.received_on");
    comes_from(":matters.accused_units::int[]", XF_PARAM_FIELD, "matters.accused_units");
    comes_from(":matters.accused_units.of::int[]", XF_PARAM_PARENT, "matters.accused_units");
    comes_from(":petitioners.phone_sealed::bytea[]", XF_PARAM_SEALED, "petitioners.phone");
    comes_from(":petitioners.id_number_idx::bytea[]", XF_PARAM_INDEX, "petitioners.id_number");
}

static void
the_way_to_a_field_is_its_places(void **state)
{
    (void)state;
    xf_pair found;
    char what[XF_SCAN_WHAT];
    assert_true(pair("", ":petitioners.address::text[]", &found, what));
    const ProtobufCFieldDescriptor *list =
        &xf__petition_register_request__descriptor.fields[found.param.path[0]];
    assert_int_equal(found.param.depth, 2);
    assert_string_equal(list->name, "petitioners");
    const ProtobufCMessageDescriptor *draft = list->descriptor;
    assert_string_equal(draft->fields[found.param.path[1]].name, "address");
}

static void
a_wrong_name_or_type_is_refused(void **state)
{
    (void)state;
    does_not_pair(":nobody::int", "neither");
    does_not_pair(":next_state::int2", "behind -- law: in the statement's head");
    does_not_pair(":petitioners.nothing::text[]", "neither");
    does_not_pair(":people.x::int[]", "neither");
    does_not_pair(":people::text", "cannot become");
    does_not_pair(":receipts.received_on::timestamptz[]", "cannot become");
    does_not_pair(":people::int[]", "no list");
    does_not_pair(":petitioners.name::text", "a list");
    does_not_pair(":petitioners::int[]", "cannot become");
    does_not_pair(":bureau::int8", "another type");
    does_not_pair(":year::int4", "another type");
    does_not_pair(":people_sealed::bytea", "only a string");
    does_not_pair(":petitioners.phone_idx::text[]", "bytea");
    does_not_pair(":matters.demand.of::int[]", "list in a list");
    does_not_pair(":people_mask::int", "repeated enum");
}

/* What has no op_id is read, and never answered again. */
static void
a_statement_that_keeps_the_op_id_wants_one_in_the_request(void **state)
{
    (void)state;
    xf_scan found = scan("select :op_id::uuid");
    xf_pair one;
    char what[XF_SCAN_WHAT] = "";
    assert_true(xf_pair_param(&xf__matter_assign_request__descriptor, &found.statements[0],
                              &found.statements[0].params[0], &one, what));
    assert_false(xf_pair_param(&xf__matter_open_request__descriptor, &found.statements[0],
                               &found.statements[0].params[0], &one, what));
    assert_non_null(strstr(what, "the request has no op_id"));
    xf_scan_clear(&found);
}

static void
a_law_name_in_use_is_marked(void **state)
{
    (void)state;
    xf_scan found = {0};
    xf_scan_fault fault = {0};
    xf_pair one;
    char what[XF_SCAN_WHAT];
    assert_true(xf_scan_text("-- name: matter.assign -- law: next_state int2, due_on date\n"
                             "select :due_on::date",
                             &found, &fault));
    xf_scan_statement *assign = &found.statements[0];
    assert_true(xf_pair_param(&xf__matter_assign_request__descriptor, assign, &assign->params[0],
                              &one, what));
    assert_false(assign->law[0].used);
    assert_true(assign->law[1].used);
    xf_scan_clear(&found);
}

static void
an_internal_statement_has_the_calls_own_only(void **state)
{
    (void)state;
    xf_pair one;
    char what[XF_SCAN_WHAT];
    xf_scan found = scan("select :now::timestamptz, :people::int");
    xf_scan_statement *statement = &found.statements[0];
    assert_true(xf_pair_param(NULL, statement, &statement->params[0], &one, what));
    assert_false(xf_pair_param(NULL, statement, &statement->params[1], &one, what));
    xf_scan_clear(&found);
}

static void
what_is_written_is_c(void **state)
{
    (void)state;
    char text[8000] = "";
    xf_scan found = scan("select '\"\\?', :bureau::int");
    xf_pair one;
    char what[XF_SCAN_WHAT];
    assert_true(xf_pair_param(&xf__matter_assign_request__descriptor, found.statements,
                              found.statements[0].params, &one, what));
    xf_write_statement row = {found.statements, &one};
    char sql[] = "a\nb\n";
    xf_write_migration migration = {.name = "0001_core", .number = 1, .sql = sql};
    FILE *out = fmemopen(text, sizeof text, "w");
    xf_write_statements(out, &row, 1, &migration, 1);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "\"select '\\\"\\\\\\?', $1::int4\""));
    assert_non_null(
        strstr(text, "{\"bureau\", XF_PARAM_OWN, XF_SQL_INT4, false, XF_OWN_BUREAU, 0, {0, 0}}"));
    assert_non_null(strstr(text, "\"a\\n\"\n        \"b\\n\""));
    xf_scan_clear(&found);
}

static void
a_method_stands_where_its_line_begins(void **state)
{
    (void)state;
    static const char text[] = "/* const xf_method xf_matter_take = of old */\n"
                               "extern const xf_method xf_matter_open ;\n"
                               "const xf_method xf_matter_assign = {\n"
                               "const xf_method xf_figures_freeze_all = {\n";
    assert_true(xf_entry_stands(text, "matter.assign"));
    assert_true(xf_entry_stands("const xf_method xf_login_end = {", "login.end"));
    assert_false(xf_entry_stands(text, "matter.take"));
    assert_false(xf_entry_stands(text, "matter.open"));
    assert_false(xf_entry_stands(text, "figures.freeze"));
    assert_false(xf_entry_stands("", "matter.assign"));
}

/* ---- The kind of an act ---- */

/* Of an act that writes these two kinds. */
static bool
agrees(const char *event, const char *feed, char ret_what[XF_SCAN_WHAT])
{
    char body[1000];
    (void)snprintf(
        body, sizeof body,
        "with e as (insert into event (matter_id, version, kind, at)\n"
        "      select :matter_id::int8, coalesce(version, 7), %s, :now::timestamptz from upd),\n"
        "f as (insert into feed (kind, id, version, event, at)\n"
        "      select kind, id, version, %s, :now::timestamptz from aud) select 1",
        event, feed);
    xf_scan found = scan(body);
    bool good = xf_kind_agrees(found.statements[0].sql, ret_what);
    xf_scan_clear(&found);
    return good;
}

static void
the_history_and_the_news_say_the_same_kind(void **state)
{
    (void)state;
    char what[XF_SCAN_WHAT] = "";
    assert_true(agrees("3", "3", what));
    assert_false(agrees("99", "3", what));
    assert_non_null(strstr(what, "kind 99 goes into event and 3 into feed"));
    assert_false(agrees("3", "99", what));
    assert_false(agrees("3", "33", what));
    assert_true(agrees("case when again then 6 else 5 end", "5", what)); /* no number: not judged */
    assert_true(xf_kind_agrees("insert into event (kind) select 3 from upd", what));
    assert_true(xf_kind_agrees("insert into event select 3, 4 from upd), f as (insert into feed "
                               "(event) select 5 from aud)",
                               what));
    assert_true(xf_kind_agrees("insert into event (kind", what));
    assert_true(xf_kind_agrees("insert into event (a, kind) select 'x, 3', 4), f as (insert into "
                               "feed (event) select 4 from aud)",
                               what));
    assert_false(xf_kind_agrees("insert into event (a, kind) select array[1, 3], 4), f as (insert "
                                "into feed (event) select 3)",
                                what));
}

static void
a_missing_method_is_told_with_its_file_and_first_line(void **state)
{
    (void)state;
    char file[XF_SCAN_NAME];
    char what[XF_SCAN_WHAT];
    xf_entry_missing("petition.decide_repeat", file, what);
    assert_string_equal(file, "petition.c");
    assert_non_null(strstr(what, "const xf_method xf_petition_decide_repeat = {"));
}

static void
a_missing_statement_is_told_with_its_file_and_head(void **state)
{
    (void)state;
    char file[XF_SCAN_NAME];
    char what[XF_SCAN_WHAT];
    xf_entry_missing_statement("petition.decide_repeat", file, what);
    assert_string_equal(file, "petition.sql");
    assert_non_null(strstr(what, "-- name: petition.decide_repeat"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parameter_becomes_its_number_and_keeps_its_cast),
        cmocka_unit_test(a_parameter_used_twice_gets_one_number),
        cmocka_unit_test(a_parameter_is_the_commands_own_in_an_array_but_for_the_bureau),
        cmocka_unit_test(a_list_is_a_part_of_all_lists),
        cmocka_unit_test(rows_stand_once_in_a_statement_that_says_so),
        cmocka_unit_test(quotes_hide_what_looks_like_a_parameter),
        cmocka_unit_test(a_cast_or_an_assignment_is_no_parameter),
        cmocka_unit_test(comments_go_and_white_space_is_folded),
        cmocka_unit_test(a_head_says_law_or_internal),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_its_line),
        cmocka_unit_test(every_source_is_found_by_name),
        cmocka_unit_test(the_way_to_a_field_is_its_places),
        cmocka_unit_test(a_wrong_name_or_type_is_refused),
        cmocka_unit_test(a_statement_that_keeps_the_op_id_wants_one_in_the_request),
        cmocka_unit_test(a_law_name_in_use_is_marked),
        cmocka_unit_test(an_internal_statement_has_the_calls_own_only),
        cmocka_unit_test(what_is_written_is_c),
        cmocka_unit_test(a_method_stands_where_its_line_begins),
        cmocka_unit_test(the_history_and_the_news_say_the_same_kind),
        cmocka_unit_test(a_missing_method_is_told_with_its_file_and_first_line),
        cmocka_unit_test(a_missing_statement_is_told_with_its_file_and_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
