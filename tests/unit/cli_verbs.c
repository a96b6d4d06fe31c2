/* client/cli/verbs, args, period, audience: what can be said, and how it is understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/audience.h"
#include "client/cli/period.h"
#include "client/cli/verbs.h"

static bool
has_verb(xf_rpc rpc)
{
    size_t i = 0;

    while (i < xf_verbs_count() && xf_verbs_at(i)->rpc != rpc)
        i++;
    return i < xf_verbs_count();
}

static void
no_method_is_without_a_verb(void **state)
{
    (void)state;
    for (size_t r = 0; r < xf_rpc_count(); r++) {
        xf_rpc rpc = xf_rpc_at(r)->rpc;

        if (has_verb(rpc) == (xf_verbs_why_none(rpc) != NULL))
            fail_msg("%s wants a row in client/cli/verbs.c, or why not", xf_rpc_name(rpc));
    }
}

static void
every_verb_belongs_to_a_noun_and_says_what_it_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);

        assert_non_null(xf_nouns_find(verb->noun));
        assert_string_not_equal(verb->says, "");
        assert_non_null(verb->examples[0]);
        assert_non_null(verb->run);
        assert_ptr_equal(xf_verbs_find(verb->noun, verb->verb), verb);
        for (size_t e = 0; verb->examples[e] != NULL; e++)
            assert_ptr_equal(strstr(verb->examples[e], "xinfang "), verb->examples[e]);
    }
}

static bool
has_field(const ProtobufCMessageDescriptor *message, const char *name, ProtobufCType type)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message, name);

    return field != NULL && field->type == type && field->label == PROTOBUF_C_LABEL_OPTIONAL;
}

/* xf_matter_act writes and reads these by name. */
static void
an_act_on_a_matter_has_the_fields_of_one(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_rpc_row *row = xf_rpc_find(xf_verbs_at(i)->rpc);

        if (xf_verbs_at(i)->run != xf_matter_act)
            continue;
        assert_true(has_field(row->request, "matter_id", PROTOBUF_C_TYPE_INT64));
        assert_true(has_field(row->request, "version", PROTOBUF_C_TYPE_INT32));
        assert_true(has_field(row->reply, "version", PROTOBUF_C_TYPE_INT32));
        assert_true(has_field(row->reply, "state", PROTOBUF_C_TYPE_ENUM));
        n++;
    }
    assert_true(n > 0);
}

static void
a_noun_has_one_main_verb_at_most(void **state)
{
    (void)state;
    for (size_t n = 0; n < xf_nouns_count(); n++) {
        size_t mains = 0;

        for (size_t i = 0; i < xf_verbs_count(); i++) {
            if (strcmp(xf_verbs_at(i)->noun, xf_nouns_at(n)->noun) == 0)
                mains += (xf_verbs_at(i)->flags & XF_VERB_MAIN) != 0 ? 1 : 0;
        }
        assert_true(mains <= 1);
    }
    assert_string_equal(xf_verbs_find("figures", NULL)->verb, "show");
    assert_null(xf_verbs_find("petition", NULL));
}

static const xf_option options[] = {{"unit", "单位", "", XF_OPTION_NEEDED},
                                    {"phone", "电话", "", XF_OPTION_MANY},
                                    {"json", NULL, "", 0},
                                    {NULL, NULL, NULL, 0}};

static xf_args_fault
parse(char *const words[], int count, xf_args *ret_args)
{
    const xf_option *const lists[2] = {options, NULL};
    const char *about = NULL;
    int used = 0;

    return xf_args_parse(count, (char **)words, lists, false, ret_args, &used, &about);
}

static void
options_keep_their_order_and_words_may_stand_anywhere(void **state)
{
    char *words[] = {"a", "--phone", "1", "--unit=温泉所", "b", "--phone", "-2", "--", "--json"};
    xf_args args;

    (void)state;
    assert_int_equal(parse(words, 9, &args), XF_ARGS_OK);
    assert_int_equal(args.given_count, 3);
    assert_string_equal(args.given[0].value, "1");
    assert_string_equal(args.given[1].value, "温泉所");
    assert_string_equal(args.given[2].value, "-2");
    assert_int_equal(args.word_count, 3);
    assert_string_equal(args.words[2], "--json");
    assert_false(xf_args_has(&args, "json"));
    xf_args_clear(&args);
}

static void
a_wrong_option_is_refused_and_none_is_guessed(void **state)
{
    char *abbreviated[] = {"--uni", "1"};
    char *missing[] = {"--unit"};
    char *extra[] = {"--json=yes"};
    char *twice[] = {"--unit", "1", "--unit", "2"};
    char *short_one[] = {"-u", "1"};
    char *none[] = {"x"};
    const char *about = NULL;
    xf_args args;

    (void)state;
    assert_int_equal(parse(abbreviated, 2, &args), XF_ARGS_UNKNOWN);
    assert_int_equal(parse(missing, 1, &args), XF_ARGS_VALUE_MISSING);
    assert_int_equal(parse(extra, 1, &args), XF_ARGS_VALUE_EXTRA);
    assert_int_equal(parse(twice, 4, &args), XF_ARGS_TWICE);
    assert_int_equal(parse(short_one, 2, &args), XF_ARGS_UNKNOWN);
    assert_int_equal(parse(none, 1, &args), XF_ARGS_OK);
    assert_int_equal(xf_args_complete(&args, options, &about), XF_ARGS_NEEDED);
    assert_string_equal(about, "unit");
    xf_args_clear(&args);
}

static void
a_period_is_whole_months_and_years_or_days(void **state)
{
    xf_day from = 0;
    xf_day to = 0;

    (void)state;
    assert_true(xf_period_parse("2020-01..2020-10", &from, &to));
    assert_int_equal(from, xf_day_from_civil(2020, 1, 1));
    assert_int_equal(to, xf_day_from_civil(2020, 10, 31));
    assert_true(xf_period_parse("2020-02", &from, &to));
    assert_int_equal(to, xf_day_from_civil(2020, 2, 29));
    assert_true(xf_period_parse("2019..2020", &from, &to));
    assert_int_equal(from, xf_day_from_civil(2019, 1, 1));
    assert_int_equal(to, xf_day_from_civil(2020, 12, 31));
    assert_true(xf_period_parse("2020-01-05..2020-12", &from, &to));
    assert_int_equal(from, xf_day_from_civil(2020, 1, 5));
    assert_int_equal(to, xf_day_from_civil(2020, 12, 31));
    assert_true(xf_period_parse("2020-10..2020-01", &from, &to));
    assert_true(from > to);
    assert_false(xf_period_parse("2020-13", &from, &to));
    assert_false(xf_period_parse("2020-1", &from, &to));
    assert_false(xf_period_parse("..", &from, &to));
    assert_false(xf_period_parse("", &from, &to));
}

static void
an_audience_is_written_as_it_is_printed(void **state)
{
    xf_audience audience;
    char name[XF_AUDIENCE_NAME];

    (void)state;
    assert_true(xf_audience_parse("unit:12=3", &audience));
    assert_int_equal(audience.kind, XF_AUDIENCE_KIND_UNIT);
    assert_int_equal(audience.id, 12);
    assert_int_equal(audience.cursor, 3);
    assert_true(xf_audience_parse("role:reception_head=9", &audience));
    assert_int_equal(audience.id, XF_ROLE_RECEPTION_HEAD);
    xf_audience_name(audience.kind, audience.id, name);
    assert_string_equal(name, "role:reception_head");
    assert_false(xf_audience_parse("unit=3", &audience));
    assert_false(xf_audience_parse("unit:=3", &audience));
    assert_false(xf_audience_parse("unit:1=-3", &audience));
    assert_false(xf_audience_parse("nobody:1=3", &audience));
}

static void
a_double_is_seen_once(void **state)
{
    xf_audiences seen = {.count = 0};

    (void)state;
    assert_true(xf_audiences_forward(&seen, (xf_audience){XF_AUDIENCE_KIND_UNIT, 12, 3}));
    assert_false(xf_audiences_forward(&seen, (xf_audience){XF_AUDIENCE_KIND_UNIT, 12, 3}));
    assert_false(xf_audiences_forward(&seen, (xf_audience){XF_AUDIENCE_KIND_UNIT, 12, 2}));
    assert_true(xf_audiences_forward(&seen, (xf_audience){XF_AUDIENCE_KIND_UNIT, 13, 1}));
    assert_true(xf_audiences_forward(&seen, (xf_audience){XF_AUDIENCE_KIND_UNIT, 12, 4}));
    assert_int_equal(seen.count, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_method_is_without_a_verb),
        cmocka_unit_test(every_verb_belongs_to_a_noun_and_says_what_it_does),
        cmocka_unit_test(an_act_on_a_matter_has_the_fields_of_one),
        cmocka_unit_test(a_noun_has_one_main_verb_at_most),
        cmocka_unit_test(options_keep_their_order_and_words_may_stand_anywhere),
        cmocka_unit_test(a_wrong_option_is_refused_and_none_is_guessed),
        cmocka_unit_test(a_period_is_whole_months_and_years_or_days),
        cmocka_unit_test(an_audience_is_written_as_it_is_printed),
        cmocka_unit_test(a_double_is_seen_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
