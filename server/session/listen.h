/* session/listen — where connections come in: one listening socket a worker.
 *
 * All workers listen at the same address and port (SO_REUSEPORT); the kernel deals the
 * connections out. Lives on its worker's loop.
 */
#ifndef XF_SESSION_LISTEN_H
#define XF_SESSION_LISTEN_H

#include <uv.h>

#include "base/error.h"

typedef struct xf_listen xf_listen;

/* `address` is numeric, IPv4 or IPv6; port 0 takes any free one. `came` is told of each
 * connection and must accept it from `listener`. */
XF_NODISCARD xf_code xf_listen_new(uv_loop_t *loop, const char *address, int port,
                                   void (*came)(uv_stream_t *listener, void *data), void *data,
                                   xf_listen **ret_listen, xf_error *reterr);
int xf_listen_port(const xf_listen *listen);
/* Memory goes with the loop's next turn. Sets NULL. */
void xf_listen_close(xf_listen **listen);

#endif
