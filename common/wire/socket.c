/* wire/socket — three options, and seven bytes. */
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

void
xf_socket_turn_away(uv_tcp_t *tcp)
{
    /* alert, version as in every record, two bytes long: fatal, internal_error */
    static char alert[] = {21, 3, 3, 0, 2, 2, 80};
    const uv_buf_t bytes = uv_buf_init(alert, sizeof alert);

    (void)uv_try_write((uv_stream_t *)tcp, &bytes,
                       1); /* there is room for it, or nobody is there */
}
