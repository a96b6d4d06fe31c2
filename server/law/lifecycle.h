/* law/lifecycle — the life of a matter: which act leads from which state to which.
 *
 * Stands once, here. A method's check asks what would be allowed and hands it to SQL; an
 * opened matter asks what may be done next. Overdue, key, supervised and the like are
 * facts beside the state and never states: each may hold in any of them, and none says what
 * comes next.
 */
#ifndef XF_LAW_LIFECYCLE_H
#define XF_LAW_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gen/enums.h"
#include "gen/rpc.h"

enum { XF_LIFECYCLE_STATES = 8 };

/* The states that `act` may start from; returns how many. */
size_t xf_lifecycle_from(xf_rpc act, int64_t ret_states[XF_LIFECYCLE_STATES]);
/* Where `act` leads: to one state, from whichever it starts. XF_STATE_UNSPECIFIED for an act that moves nothing. */
xf_state xf_lifecycle_next(xf_rpc act);
bool xf_lifecycle_allows(xf_rpc act, xf_state from);

/* Where an imported matter stands, by what its book says was done. */
xf_state xf_lifecycle_from_book(bool assigned, bool closed, bool followed_up);

#endif
