/* session/enrol — one connection of who has no certificate yet: a request, an answer, GOAWAY.
 *
 * Only device.enrol is taken, once, for the bureau that it names, as nobody and in a role that no
 * login gives. Whose address was refused XF_LIMIT_ENROL_WRONG times is told LIMIT, unheard, until
 * XF_LIMIT_ENROL_WAIT_MS after the last of them. A worker counts for itself: a code has a hundred
 * bits and nobody guesses one, what is spared is the database.
 */
#ifndef XF_SESSION_ENROL_H
#define XF_SESSION_ENROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call/room.h"
#include "wire/link.h"

typedef struct xf_enrol xf_enrol;

enum { XF_ENROL_PLACES = 64, XF_ENROL_ADDRESS = 16 };

/* Who was refused lately; embedded, zeroed. Of more than it holds the oldest is forgotten. */
typedef struct xf_enrol_gate {
    struct {
        uint8_t address[XF_ENROL_ADDRESS]; /* of IPv6 its network, the first 64 bits */
        unsigned refused;
        int64_t until_ms; /* steady */
    } places[XF_ENROL_PLACES];
} xf_enrol_gate;

/* Both, room and gate, outlive it. */
xf_enrol *xf_enrol_new(xf_room *room, xf_enrol_gate *gate, xf_link *link);
/* What the client sent. Anything but the one request ends the connection. */
void xf_enrol_take(xf_enrol *enrol, const xf_frame *frame);
/* The link is gone; a request that is under way ends in silence. Sets NULL. */
void xf_enrol_free(xf_enrol **enrol);

/* For the test. 0: may come in. */
uint32_t xf_enrol_gate_wait_ms(const xf_enrol_gate *gate, const uint8_t address[XF_ENROL_ADDRESS],
                               int64_t now_ms);
void xf_enrol_gate_refused(xf_enrol_gate *gate, const uint8_t address[XF_ENROL_ADDRESS],
                           int64_t now_ms);

#endif
