/* method/clock_redate — running clocks that an older calendar dated, counted again.
 */
#ifndef XF_METHOD_CLOCK_REDATE_H
#define XF_METHOD_CLOCK_REDATE_H

#include "base/error.h"
#include "call/call.h"

/* The check of clock.redate: from what the named read found to lists for SQL. */
XF_NODISCARD xf_code xf_clock_redate_check(xf_call *call, xf_error *reterr);

#endif
