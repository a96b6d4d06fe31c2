/* session/addresses: what one address may use, with the time and the dice given. */
#include "session/addresses.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limit.h"

enum { NOW = 1000000, NEVER = 99, ALWAYS = 0 };

/* An address out of the documentation's block. */
static xf_address
home(uint8_t last)
{
    return (xf_address){.bytes = {[12] = 203, [13] = 0, [14] = 113, [15] = last}};
}

static xf_limit
come_with(xf_addresses *all, uint8_t last, int64_t now_ms, unsigned dice)
{
    const xf_address address = home(last);
    uint32_t wait_ms = 0;

    return xf_addresses_come(all, &address, now_ms, dice, &wait_ms);
}

static xf_limit
come(xf_addresses *all, uint8_t last, int64_t now_ms)
{
    return come_with(all, last, now_ms, NEVER);
}

static uint32_t
wait_of(xf_addresses *all, uint8_t last, int64_t now_ms)
{
    const xf_address address = home(last);
    uint32_t wait_ms = 0;

    assert_int_equal(xf_addresses_come(all, &address, now_ms, NEVER, &wait_ms), XF_LIMIT_COUNT);
    return wait_ms;
}

static void
leave(xf_addresses *all, uint8_t last, bool known)
{
    const xf_address address = home(last);

    xf_addresses_leave(all, &address, known);
}

static int
set_up(void **state)
{
    *state = xf_addresses_new();
    return 0;
}

static int
tear_down(void **state)
{
    xf_addresses *all = *state;

    xf_addresses_free(&all);
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return 0;
}

static void
an_address_has_so_many_connections_and_another_has_its_own(void **state)
{
    xf_addresses *all = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_ADDRESS_CONNECTIONS);

    assert_true(xf_limit_set("limit.address_connections", 3));
    for (int i = 0; i < 3; i++)
        assert_int_equal(come(all, 1, NOW), XF_LIMIT_COUNT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_ADDRESS_CONNECTIONS), hits);
    assert_int_equal(come(all, 1, NOW), XF_LIMIT_ADDRESS_CONNECTIONS);
    assert_int_equal(xf_limit_hits(XF_LIMIT_ADDRESS_CONNECTIONS), hits + 1);
    assert_int_equal(come(all, 2, NOW), XF_LIMIT_COUNT);
    leave(all, 1, false);
    assert_int_equal(come(all, 1, NOW), XF_LIMIT_COUNT);
    assert_int_equal(come(all, 1, NOW), XF_LIMIT_ADDRESS_CONNECTIONS);
}

static void
so_many_may_be_there_before_they_have_logged_in(void **state)
{
    xf_addresses *all = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_UNAUTHENTICATED);

    assert_true(xf_limit_set("limit.unauthenticated", 4));
    for (int i = 0; i < 4; i++)
        assert_int_equal(come(all, (uint8_t)i, NOW), XF_LIMIT_COUNT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_UNAUTHENTICATED), hits);
    assert_int_equal(come(all, 9, NOW), XF_LIMIT_UNAUTHENTICATED);
    assert_int_equal(xf_limit_hits(XF_LIMIT_UNAUTHENTICATED), hits + 1);
    xf_addresses_known(all, true);
    assert_int_equal(come(all, 9, NOW), XF_LIMIT_COUNT);
    xf_addresses_known(all, false); /* logged out again */
    leave(all, 0, false);
    assert_int_equal(come(all, 10, NOW), XF_LIMIT_UNAUTHENTICATED);
    leave(all, 1, false);
    assert_int_equal(come(all, 10, NOW), XF_LIMIT_COUNT);
}

/* Thirty of a hundred at the lower limit, all at the upper one. */
static void
between_two_limits_chance_turns_away_more_and_more(void **state)
{
    xf_addresses *all = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_UNAUTHENTICATED_EARLY);

    assert_true(xf_limit_set("limit.unauthenticated", 12));
    assert_true(xf_limit_set("limit.unauthenticated_early", 2));
    assert_int_equal(come_with(all, 1, NOW, ALWAYS), XF_LIMIT_COUNT);
    assert_int_equal(come_with(all, 1, NOW, ALWAYS), XF_LIMIT_COUNT);
    assert_int_equal(come_with(all, 1, NOW, 29), XF_LIMIT_UNAUTHENTICATED_EARLY);
    assert_int_equal(xf_limit_hits(XF_LIMIT_UNAUTHENTICATED_EARLY), hits + 1);
    for (int n = 2; n < 12; n++) {
        const unsigned chance = 30 + 7 * (unsigned)(n - 2);

        assert_int_equal(come_with(all, 1, NOW, chance - 1), XF_LIMIT_UNAUTHENTICATED_EARLY);
        assert_int_equal(come_with(all, 1, NOW, chance), XF_LIMIT_COUNT);
    }
    assert_int_equal(come_with(all, 1, NOW, NEVER), XF_LIMIT_UNAUTHENTICATED);
}

/* Twenty at once, then one each fifth of a second, and only so many may stand in line. */
static void
handshakes_of_an_address_wait_for_their_turn_and_then_are_turned_away(void **state)
{
    xf_addresses *all = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_ADDRESS_HANDSHAKES);

    assert_true(xf_limit_set("limit.address_connections", 1000));
    assert_true(xf_limit_set("limit.handshake_wait_ms", 1000));
    for (int i = 0; i < 20; i++)
        assert_int_equal(wait_of(all, 1, NOW), 0);
    for (uint32_t i = 1; i <= 5; i++)
        assert_int_equal(wait_of(all, 1, NOW), i * 200);
    assert_int_equal(come(all, 1, NOW), XF_LIMIT_ADDRESS_HANDSHAKES);
    assert_int_equal(xf_limit_hits(XF_LIMIT_ADDRESS_HANDSHAKES), hits + 1);
    assert_int_equal(wait_of(all, 2, NOW), 0);
    assert_int_equal(wait_of(all, 1, NOW + 200), 1000);
    assert_int_equal(wait_of(all, 1, NOW + 20000), 0); /* and twenty again */
}

static void
handshakes_of_all_wait_likewise(void **state)
{
    xf_addresses *all = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_HANDSHAKES);

    assert_true(xf_limit_set("limit.unauthenticated", 1000));
    assert_true(xf_limit_set("limit.handshake_wait_ms", 100));
    for (int i = 0; i < 50; i++)
        assert_int_equal(wait_of(all, (uint8_t)i, NOW), 0);
    for (uint32_t i = 1; i <= 5; i++)
        assert_int_equal(wait_of(all, (uint8_t)(50 + i), NOW), i * 20);
    assert_int_equal(come(all, 100, NOW), XF_LIMIT_HANDSHAKES);
    assert_int_equal(xf_limit_hits(XF_LIMIT_HANDSHAKES), hits + 1);
    assert_int_equal(wait_of(all, 100, NOW + 1100), 0);
}

static void
assert_delay(xf_addresses *all, int64_t *now_ms, uint32_t delay_ms)
{
    const xf_address address = home(1);

    xf_addresses_login_wrong(all, &address, *now_ms);
    assert_int_equal(xf_addresses_login_wait_ms(all, &address, *now_ms), delay_ms);
    assert_int_equal(xf_addresses_login_wait_ms(all, &address, *now_ms + delay_ms - 1), 1);
    *now_ms += delay_ms;
    assert_int_equal(xf_addresses_login_wait_ms(all, &address, *now_ms), 0);
}

static void
each_wrong_password_makes_the_next_wait_longer_up_to_a_limit(void **state)
{
    xf_addresses *all = *state;
    const xf_address other = home(2);
    int64_t now_ms = NOW;

    assert_delay(all, &now_ms, 2000);
    assert_delay(all, &now_ms, 4000);
    assert_delay(all, &now_ms, 8000);
    assert_delay(all, &now_ms, 15000);
    assert_delay(all, &now_ms, 15000);
    assert_int_equal(xf_addresses_login_wait_ms(all, &other, NOW), 0);
    now_ms += (int64_t)xf_limit_get(XF_LIMIT_LOGIN_LOCK_MS);
    assert_delay(all, &now_ms, 2000);
}

static void
who_has_nothing_to_wait_for_is_forgotten(void **state)
{
    xf_addresses *all = *state;
    int64_t now_ms = NOW;

    assert_true(xf_limit_set("limit.unauthenticated", 100000));
    assert_true(xf_limit_set("limit.handshakes", 100000));
    for (int i = 0; i < 100000; i++, now_ms += 1000) {
        const uint32_t number = htonl((uint32_t)i);
        xf_address address = {0};
        uint32_t wait_ms = 0;

        memcpy(address.bytes, &number, sizeof number);
        assert_int_equal(xf_addresses_come(all, &address, now_ms, NEVER, &wait_ms), XF_LIMIT_COUNT);
        xf_addresses_leave(all, &address, false);
    }
    assert_true(xf_addresses_count(all) <= 1024); /* one a bucket */
}

static void
an_address_of_ipv6_is_its_network(void **state)
{
    struct sockaddr_storage a = {.ss_family = AF_INET6};
    struct sockaddr_storage b = a;
    xf_address first;
    xf_address second;

    (void)state;
    assert_int_equal(inet_pton(AF_INET6, "2001:db8::1", &((struct sockaddr_in6 *)&a)->sin6_addr),
                     1);
    assert_int_equal(inet_pton(AF_INET6, "2001:db8::2:3", &((struct sockaddr_in6 *)&b)->sin6_addr),
                     1);
    assert_true(xf_address_of(&a, &first) && xf_address_of(&b, &second));
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(
        inet_pton(AF_INET6, "2001:db8:0:1::1", &((struct sockaddr_in6 *)&b)->sin6_addr), 1);
    assert_true(xf_address_of(&b, &second));
    assert_memory_not_equal(&first, &second, sizeof first);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY(an_address_has_so_many_connections_and_another_has_its_own),
        PLAY(so_many_may_be_there_before_they_have_logged_in),
        PLAY(between_two_limits_chance_turns_away_more_and_more),
        PLAY(handshakes_of_an_address_wait_for_their_turn_and_then_are_turned_away),
        PLAY(handshakes_of_all_wait_likewise),
        PLAY(each_wrong_password_makes_the_next_wait_longer_up_to_a_limit),
        PLAY(who_has_nothing_to_wait_for_is_forgotten),
        PLAY(an_address_of_ipv6_is_its_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
