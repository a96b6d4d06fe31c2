/* health — how the server stands, told to those who look after it: the pages of server/http,
 * where http.listen says so, and WATCHDOG=1 to the service manager as long as all loops turn.
 */
#ifndef XF_SERVER_HEALTH_H
#define XF_SERVER_HEALTH_H

#include <uv.h>

#include "base/error.h"
#include "worker.h"

typedef struct xf_health xf_health;

/* When the workers run. `loop` is the main thread's: while it turns, the watchdog is fed. */
XF_NODISCARD xf_code xf_health_start(uv_loop_t *loop, xf_shared *shared, xf_health **ret_health,
                                     xf_error *reterr);
/* When they have ended: until then the pages say how it goes. The loop has to turn once more.
 * Sets NULL. */
void xf_health_stop(xf_health **health);

#endif
