/* session/listen — a uv_tcp, bound by hand for SO_REUSEPORT. */
#include "session/listen.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"

struct xf_listen {
    uv_tcp_t tcp;
    void (*came)(uv_stream_t *listener, void *data);
    void *data;
    int port;
};

static void
on_connection(uv_stream_t *stream, int status)
{
    xf_listen *listen = stream->data;

    if (status != 0) { /* no descriptor left, say; the next one is told again */
        XF_WARN("listen.accept_failed", XF_COUNT(status, status));
    } else {
        listen->came(stream, listen->data);
    }
}

static void
on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static bool
address_of(const char *text, int port, struct sockaddr_storage *ret_address)
{
    return uv_ip4_addr(text, port, (struct sockaddr_in *)ret_address) == 0 ||
           uv_ip6_addr(text, port, (struct sockaddr_in6 *)ret_address) == 0;
}

/* libuv 1.44 has no flag for SO_REUSEPORT, and the option must stand before bind. */
static bool
bind_shared(uv_tcp_t *tcp, const struct sockaddr *address)
{
    uv_os_fd_t fd = -1;
    int on = 1;

    return uv_fileno((const uv_handle_t *)tcp, &fd) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
           uv_tcp_bind(tcp, address, 0) == 0 &&
           uv_listen((uv_stream_t *)tcp, (int)xf_limit_get(XF_LIMIT_BACKLOG), on_connection) == 0;
}

static int
port_of(const uv_tcp_t *tcp)
{
    struct sockaddr_storage address = {0};
    int len = sizeof address;

    if (uv_tcp_getsockname(tcp, (struct sockaddr *)&address, &len) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

xf_code
xf_listen_new(uv_loop_t *loop, const char *address, int port,
              void (*came)(uv_stream_t *listener, void *data), void *data, xf_listen **ret_listen,
              xf_error *reterr)
{
    struct sockaddr_storage where = {0};
    xf_listen *listen = NULL;

    if (!address_of(address, port, &where))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CONF_BAD_VALUE, "listen.address");
    listen = xf_memory_new(sizeof *listen);
    listen->came = came;
    listen->data = data;
    if (uv_tcp_init_ex(loop, &listen->tcp, where.ss_family) != 0) {
        free(listen);
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    }
    listen->tcp.data = listen;
    if (!bind_shared(&listen->tcp, (const struct sockaddr *)&where)) {
        uv_close((uv_handle_t *)&listen->tcp, on_closed);
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONF_BAD_VALUE, "listen.port");
    }
    listen->port = port_of(&listen->tcp);
    *ret_listen = listen;
    return XF_CODE_OK;
}

int
xf_listen_port(const xf_listen *listen)
{
    return listen->port;
}

void
xf_listen_close(xf_listen **listen)
{
    if (*listen == NULL)
        return;
    uv_close((uv_handle_t *)&(*listen)->tcp, on_closed);
    *listen = NULL;
}
