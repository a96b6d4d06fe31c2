/* session/guest — the checks, one by one; the counts are of addresses and pace. */
#include "session/guest.h"

#include <string.h>

#include <uv.h>

#include "base/limit.h"
#include "base/log.h"
#include "base/now.h"

enum { SIDES = 100 };

static unsigned
roll_dice(void)
{
    uint32_t dice = 0;

    if (uv_random(NULL, NULL, &dice, sizeof dice, 0, NULL) != 0)
        dice = (uint32_t)xf_now_steady_us();
    return dice % SIDES;
}

bool
xf_guest_come(xf_guest *guest, xf_addresses *addresses, xf_link *link)
{
    xf_limit over = XF_LIMIT_COUNT;
    uint32_t wait_ms = 0;

    guest->addresses = addresses;
    xf_address_read(link, &guest->address);
    over = xf_addresses_come(addresses, &guest->address, xf_now_steady_ms(), roll_dice(), &wait_ms);
    guest->counted = over == XF_LIMIT_COUNT;
    if (guest->counted) {
        xf_link_hold(link, wait_ms);
    } else {
        xf_addresses_turned_away(addresses, over, xf_now_steady_ms());
    }
    return guest->counted;
}

void
xf_guest_leave(xf_guest *guest)
{
    if (guest->counted)
        xf_addresses_leave(guest->addresses, &guest->address, guest->known);
    guest->counted = false;
}

void
xf_guest_known(xf_guest *guest, bool known)
{
    if (guest->known != known)
        xf_addresses_known(guest->addresses, known);
    guest->known = known;
    if (known)
        guest->used_ms = xf_now_steady_ms();
}

/* ---- Asking --------------------------------------------------------------------------- */

/* With nobody at the desk: it keeps no login alive, and comes in bursts that are the server's doing. */
static bool
is_by_itself(xf_rpc rpc)
{
    return rpc == XF_RPC_FEED_ACK;
}

static bool
is_paced(xf_rpc rpc)
{
    return !is_by_itself(rpc) && strstr(xf_rpc_name(rpc), ".import") == NULL;
}

/* Whoever sends one request after another, an outbox of a week too, goes at the pace that is allowed
 * and notices only that. */
static xf_code
check_pace(xf_pace *pace, xf_link *link, xf_limit a_second, uint64_t burst, xf_error *reterr)
{
    const int64_t now_us = (int64_t)xf_now_steady_us();
    const uint32_t wait_ms = xf_pace_wait_ms(pace, xf_limit_get(a_second), burst, now_us);
    xf_code code = XF_CODE_OK;

    if (wait_ms <= xf_limit_get(XF_LIMIT_REQUEST_WAIT_MS)) {
        xf_pace_take(pace, xf_limit_get(a_second), now_us);
        xf_link_hold(link, wait_ms);
        return XF_CODE_OK;
    }
    xf_limit_hit(a_second);
    code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    reterr->retry_after_ms = wait_ms;
    return code;
}

static xf_code
check_delay(const xf_guest *guest, xf_rpc rpc, xf_error *reterr)
{
    uint32_t wait_ms = 0;
    xf_code code = XF_CODE_OK;

    if (rpc == XF_RPC_LOGIN_BEGIN)
        wait_ms = xf_addresses_login_wait_ms(guest->addresses, &guest->address, xf_now_steady_ms());
    if (wait_ms == 0)
        return XF_CODE_OK;
    xf_limit_hit(XF_LIMIT_LOGIN_DELAY_MS);
    code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LOGIN_WAIT, "");
    reterr->retry_after_ms = wait_ms;
    return code;
}

xf_code
xf_guest_ask(xf_guest *guest, xf_link *link, xf_rpc rpc, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (!is_by_itself(rpc))
        guest->used_ms = xf_now_steady_ms();
    if (is_paced(rpc)) {
        XF_TRY(check_pace(&guest->pace, link, XF_LIMIT_REQUESTS,
                          xf_limit_get(XF_LIMIT_REQUEST_BURST), reterr));
    }
    if (rpc == XF_RPC_MATTER_SEARCH) {
        XF_TRY(check_pace(&guest->searches, link, XF_LIMIT_SEARCHES,
                          xf_limit_get(XF_LIMIT_SEARCHES), reterr));
    }
    XF_TRY(check_delay(guest, rpc, reterr));
out:
    return code;
}

void
xf_guest_refused(const xf_guest *guest, xf_rpc rpc, const xf_error *error)
{
    if (rpc == XF_RPC_LOGIN_BEGIN && error->text == XF_TEXT_BAD_PASSWORD)
        xf_addresses_login_wrong(guest->addresses, &guest->address, xf_now_steady_ms());
}

bool
xf_guest_idle(const xf_guest *guest, int64_t steady_ms)
{
    return steady_ms - guest->used_ms >= (int64_t)xf_limit_get(XF_LIMIT_IDLE_MS);
}
