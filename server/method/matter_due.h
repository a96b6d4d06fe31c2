/* method/matter_due — a matter's clocks with what their rules say, explained day by day.
 */
#ifndef XF_METHOD_MATTER_DUE_H
#define XF_METHOD_MATTER_DUE_H

#include <stdbool.h>

#include "base/error.h"
#include "call/call.h"

/* The calendar is read for an explanation only. */
bool xf_matter_due_reads(const xf_call *call);
/* Adds rules and days to the reply. */
XF_NODISCARD xf_code xf_matter_due_finish(xf_call *call, xf_error *reterr);

#endif
