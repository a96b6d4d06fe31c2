/* http/door — where an operator's questions come in: this machine's own addresses, or a Unix
 * socket, and nothing else. What is said there is for whoever operates the server; nobody is
 * asked who he is.
 *
 * A Unix socket is its owner's and group's (0660). One that is there is replaced, and stays
 * when the server has ended: a new server may have put its own in that place.
 */
#ifndef XF_HTTP_DOOR_H
#define XF_HTTP_DOOR_H

#include "base/error.h"

/* Is it a numeric loopback address, or the absolute path of a socket? INVALID otherwise. */
XF_NODISCARD xf_code xf_http_door_judge(const char *where, xf_error *reterr);
/* Could it be opened now? Changes nothing; an open server's own is no hindrance. */
XF_NODISCARD xf_code xf_http_door_try(const char *where, int port, xf_error *reterr);
/* A socket that listens. `port`: 0 takes any free one; *ret_port says which, 0 for a path.
 * Several servers may listen at one port, as they may for desks. */
XF_NODISCARD xf_code xf_http_door_open(const char *where, int port, int *ret_fd, int *ret_port,
                                       xf_error *reterr);

#endif
