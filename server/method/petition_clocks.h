/* method/petition_clocks — the clocks that a registration starts: one for each receipt.
 *
 * Each receipt of each matter starts its own, by the rule in force on the receipt's day. All
 * matters of a petition are of one kind, so a receipt's days are the same for each of them.
 */
#ifndef XF_METHOD_PETITION_CLOCKS_H
#define XF_METHOD_PETITION_CLOCKS_H

#include <stdbool.h>

#include "petition.pb-c.h"

#include "base/error.h"
#include "call/call.h"

/* Does petition.register have to read the calendar? */
bool xf_petition_clocks_read(const xf_call *call);
/* From what the named read found, or from what was kept of an earlier one. `found` NULL: it did
 * not run. Puts clock_rule, clock_seqs, clock_froms, clock_raws, clock_dues, clock_missing,
 * clock_reminds, due_on and calendar_seat; nothing is refused for a clock that cannot be counted. */
XF_NODISCARD xf_code xf_petition_clocks_put(xf_call *call, const Xf__PetitionRegisterFound *found,
                                            xf_error *reterr);

#endif
