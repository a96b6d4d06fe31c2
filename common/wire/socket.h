/* wire/socket — what is asked of the kernel for each connection: small frames go at once, and a peer
 * that is gone is noticed: by keepalive where nothing is said, by TCP_USER_TIMEOUT (RFC 5482,
 * XF_LIMIT_TCP_STALL_MS) where what was sent is not acknowledged. And what is said without a connection.
 */
#ifndef XF_WIRE_SOCKET_H
#define XF_WIRE_SOCKET_H

#include <uv.h>

/* Of a connected one. What the kernel refuses is left: without it all works, slower, or with a longer
 * wait for a dead peer. */
void xf_socket_tune(uv_tcp_t *tcp);

/* Of one that was just taken in and for which there is no room: says so where a handshake would begin, as
 * a TLS alert in the clear (internal_error, RFC 8446, 6.2), which costs nothing. wire/tls at the other
 * end reads it as OVERLOADED. The caller closes it then. */
void xf_socket_turn_away(uv_tcp_t *tcp);

#endif
