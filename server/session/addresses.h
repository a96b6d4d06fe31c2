/* session/addresses — what each address uses of the server, before anybody is known there.
 *
 * Counts connections, handshakes a second and wrong passwords of an address, and how many
 * connections have no officer yet; for all workers, so it is locked, for the length of a look. An
 * address is remembered while it is connected, or has something to wait for.
 *
 * A handshake that comes too fast waits for its turn rather than being refused: a script that runs
 * the command line in a loop goes at the pace of XF_LIMIT_ADDRESS_HANDSHAKES. Only who would wait
 * longer than XF_LIMIT_HANDSHAKE_WAIT_MS is turned away, before anything costly: there is no frame
 * yet in which to say why, only an alert (wire/socket).
 *
 * After a wrong password the next one of the address is refused, unhashed, until
 * XF_LIMIT_LOGIN_DELAY_MS have passed, then twice that each time, at most
 * XF_LIMIT_LOGIN_DELAY_MOST_MS. It is the next one that is refused and not this one that is answered
 * late, for what waits for its answer costs a place, and a connection more would go round it. A
 * right password takes nothing back: else one known account would make room for guesses. Each server
 * counts its own; that a badge is locked stands in PostgreSQL (server/sql/login.sql).
 */
#ifndef XF_SESSION_ADDRESSES_H
#define XF_SESSION_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limit.h"
#include "wire/link.h"

typedef struct xf_addresses xf_addresses;

typedef struct xf_address {
    uint8_t bytes[16]; /* of IPv6 its network, the first 64 bits; zeros: gone already */
} xf_address;

xf_addresses *xf_addresses_new(void);
void xf_addresses_free(xf_addresses **addresses); /* sets NULL */

void xf_address_read(const xf_link *link, xf_address *ret_address);
bool xf_address_of(const struct sockaddr_storage *peer, xf_address *ret_address);

/* Counts it in and gives XF_LIMIT_COUNT, with how long its handshake has to wait; or the limit that
 * turns it away, and counts the hit. `dice` is from 0 to 99. */
xf_limit xf_addresses_come(xf_addresses *addresses, const xf_address *address, int64_t now_ms,
                           unsigned dice, uint32_t *ret_wait_ms);
/* Tells the log that somebody was, and of how many that limit has turned away: a line a second at most,
 * for a flood of connections must not become one of lines. */
void xf_addresses_turned_away(xf_addresses *addresses, xf_limit over, int64_t now_ms);
/* An officer has logged in there, or is no more. */
void xf_addresses_known(xf_addresses *addresses, bool known);
void xf_addresses_leave(xf_addresses *addresses, const xf_address *address, bool known);

/* How long until the next password may be tried; 0: now. */
uint32_t xf_addresses_login_wait_ms(xf_addresses *addresses, const xf_address *address,
                                    int64_t now_ms);
void xf_addresses_login_wrong(xf_addresses *addresses, const xf_address *address, int64_t now_ms);

/* For the test: how many are remembered. */
size_t xf_addresses_count(const xf_addresses *addresses);

#endif
