/* call/step — the steps of a call, in their order; each is a file of its name. */
#ifndef XF_CALL_STEP_H
#define XF_CALL_STEP_H

#include "call/call.h"

xf_step xf_admit;         /* may this role call this method? */
xf_step xf_parse;         /* bytes -> request, op_id, sha */
xf_step xf_read_row;      /* what a rule has to know of the row, by the named read */
xf_step xf_check;         /* pure law: what would be allowed */
xf_step xf_password_step; /* proves or makes a password hash, off the loop */
xf_step xf_bind;          /* request and law -> parameters */
xf_step xf_query_step;    /* one statement, committed */
xf_step xf_reply;         /* verdict and columns -> reply */

#endif
