/* law/lifecycle, scope, registration: what would be allowed. */
#include "law/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "law/registration.h"
#include "law/scope.h"

static void
a_matter_is_assigned_from_registered_and_from_nowhere_else(void **state)
{
    int64_t from[XF_LIFECYCLE_STATES];

    (void)state;
    assert_int_equal(xf_lifecycle_from(XF_RPC_MATTER_ASSIGN, from), 1);
    assert_int_equal(from[0], XF_STATE_REGISTERED);
    assert_int_equal(xf_lifecycle_next(XF_RPC_MATTER_ASSIGN), XF_STATE_ASSIGNED);
    assert_false(xf_lifecycle_allows(XF_RPC_MATTER_ASSIGN, XF_STATE_TAKEN));
    assert_false(xf_lifecycle_allows(XF_RPC_MATTER_TAKE, XF_STATE_REGISTERED));
    assert_true(xf_lifecycle_allows(XF_RPC_MATTER_TAKE, XF_STATE_ASSIGNED));
}

static void
reading_moves_nothing(void **state)
{
    int64_t from[XF_LIFECYCLE_STATES];

    (void)state;
    assert_int_equal(xf_lifecycle_from(XF_RPC_MATTER_OPEN, from), 0);
    assert_int_equal(xf_lifecycle_next(XF_RPC_MATTER_OPEN), XF_STATE_UNSPECIFIED);
}

static void
a_book_says_how_far_a_matter_came(void **state)
{
    (void)state;
    assert_int_equal(xf_lifecycle_from_book(false, false, false), XF_STATE_REGISTERED);
    assert_int_equal(xf_lifecycle_from_book(true, false, false), XF_STATE_ASSIGNED);
    assert_int_equal(xf_lifecycle_from_book(true, true, false), XF_STATE_CLOSED);
    assert_int_equal(xf_lifecycle_from_book(true, true, true), XF_STATE_FOLLOWED_UP);
}

static void
reception_leader_and_inspector_see_every_unit_and_nobody_else(void **state)
{
    (void)state;
    for (int role = XF_ROLE_RECEPTION; role <= XF_ROLE_TIMER; role++) {
        const int sees = role == XF_ROLE_RECEPTION || role == XF_ROLE_RECEPTION_HEAD ||
                         role == XF_ROLE_LEADER || role == XF_ROLE_INSPECTOR;

        assert_int_equal(xf_scope_all_units(UINT32_C(1) << role), sees);
    }
    assert_false(xf_scope_all_units(0));
}

static void
more_than_five_are_told_to_choose_and_registered_all_the_same(void **state)
{
    (void)state;
    assert_int_equal(xf_registration_people(0, 3), 3);
    assert_int_equal(xf_registration_people(11, 3), 11);
    assert_int_equal(xf_registration_hint(5), XF_HINT_UNSPECIFIED);
    assert_int_equal(xf_registration_hint(6), XF_HINT_CHOOSE_REPRESENTATIVES);
}

static void
accusations_have_a_series_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(xf_registration_series(XF_PURPOSE_APPEAL), XF_SERIES_ORDINARY);
    assert_int_equal(xf_registration_series(XF_PURPOSE_SUGGESTION), XF_SERIES_ORDINARY);
    assert_int_equal(xf_registration_series(XF_PURPOSE_ACCUSATION), XF_SERIES_ACCUSATION);
}

static void
a_receipt_starts_the_clock_of_its_purpose_if_anybody_is_owed_an_answer(void **state)
{
    (void)state;
    assert_string_equal(xf_registration_clock(XF_PURPOSE_APPEAL), "notice");
    assert_string_equal(xf_registration_clock(XF_PURPOSE_SUGGESTION), "notice");
    assert_string_equal(xf_registration_clock(XF_PURPOSE_ACCUSATION), "accusation_receipt");
    assert_true(xf_registration_notice_owed(true, true));
    assert_false(xf_registration_notice_owed(true, false));
    assert_false(xf_registration_notice_owed(false, false));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matter_is_assigned_from_registered_and_from_nowhere_else),
        cmocka_unit_test(reading_moves_nothing),
        cmocka_unit_test(a_book_says_how_far_a_matter_came),
        cmocka_unit_test(reception_leader_and_inspector_see_every_unit_and_nobody_else),
        cmocka_unit_test(more_than_five_are_told_to_choose_and_registered_all_the_same),
        cmocka_unit_test(accusations_have_a_series_of_their_own),
        cmocka_unit_test(a_receipt_starts_the_clock_of_its_purpose_if_anybody_is_owed_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
