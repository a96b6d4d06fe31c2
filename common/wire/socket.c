/* wire/socket — three options. */
#include "wire/socket.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/limit.h"

enum { KEEPALIVE_S = 60 };

void
xf_socket_tune(uv_tcp_t *tcp)
{
    const unsigned ms = (unsigned)xf_limit_get(XF_LIMIT_TCP_STALL_MS);
    uv_os_fd_t fd = -1;

    (void)uv_tcp_nodelay(tcp, 1);
    (void)uv_tcp_keepalive(tcp, 1, KEEPALIVE_S);
    if (uv_fileno((const uv_handle_t *)tcp, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
}
