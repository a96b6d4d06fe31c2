/* call/lost — the answer that cannot be made although COMMIT was answered.
 *
 * INTERNAL and LIMIT say that nothing was done, and a client then forgets its request. Behind
 * a COMMIT that would be a lie: the request has to stay with who asked, and be asked again.
 */
#ifndef XF_CALL_LOST_H
#define XF_CALL_LOST_H

#include "base/error.h"
#include "call/call.h"

/* `error` says what failed. Of a command it becomes UNAVAILABLE with ANSWER_LOST, logged as
 * what it was; of a read it stays. Returns its code. */
xf_code xf_call_lost(const xf_call *call, xf_error *error);

#endif
