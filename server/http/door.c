/* http/door — addresses and sockets. */
#include "http/door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 16, MODE = 0660 };

typedef union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
} address;

static bool
is_loopback(const address *at)
{
    if (at->any.sa_family == AF_INET)
        return ntohl(at->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&at->v6.sin6_addr);
}

/* *ret_length: of what bind takes. */
static xf_code
address_of(const char *where, int port, address *ret_at, socklen_t *ret_length, xf_error *reterr)
{
    address at;

    memset(&at, 0, sizeof at); /* AF_UNSPEC */
    if (where[0] == '/' && strlen(where) < sizeof at.path.sun_path) {
        at.path.sun_family = AF_UNIX;
        memcpy(at.path.sun_path, where, strlen(where) + 1);
        *ret_length = sizeof at.path;
    } else if (inet_pton(AF_INET, where, &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        at.v4.sin_port = htons((uint16_t)port);
        *ret_length = sizeof at.v4;
    } else if (inet_pton(AF_INET6, where, &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        at.v6.sin6_port = htons((uint16_t)port);
        *ret_length = sizeof at.v6;
    }
    if (at.any.sa_family == AF_UNSPEC || (at.any.sa_family != AF_UNIX && !is_loopback(&at)))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_HTTP_NOT_HERE, "http.listen");
    *ret_at = at;
    return XF_CODE_OK;
}

static xf_code
fail_taken(const address *at, xf_error *reterr)
{
    if (at->any.sa_family == AF_UNIX)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_HTTP_NO_SOCKET, "http.listen");
    return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_HTTP_PORT_TAKEN, "http.port");
}

/* Nothing is there, or a socket; and in its directory one may write. */
static bool
path_is_free(const char *path)
{
    struct stat about = {0};
    char directory[sizeof(struct sockaddr_un)] = "";
    const size_t n = (size_t)(strrchr(path, '/') - path);

    memcpy(directory, path, n > 0 ? n : 1);
    return access(directory, W_OK | X_OK) == 0 &&
           (lstat(path, &about) != 0 || S_ISSOCK(about.st_mode));
}

static bool
bind_path(int fd, const address *at, socklen_t length)
{
    const char *path = at->path.sun_path;

    if (!path_is_free(path))
        return false;
    (void)unlink(path);
    /* Nobody is let in before it listens. */
    return bind(fd, &at->any, length) == 0 && chmod(path, MODE) == 0;
}

static bool
bind_port(int fd, const address *at, socklen_t length)
{
    int on = 1;

    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
           bind(fd, &at->any, length) == 0;
}

static int
port_of(int fd)
{
    address at = {.any = {.sa_family = AF_UNSPEC}};
    socklen_t length = sizeof at;

    if (getsockname(fd, &at.any, &length) != 0)
        return 0;
    if (at.any.sa_family == AF_INET6)
        return ntohs(at.v6.sin6_port);
    return at.any.sa_family == AF_INET ? ntohs(at.v4.sin_port) : 0;
}

xf_code
xf_http_door_judge(const char *where, xf_error *reterr)
{
    address at = {.any = {.sa_family = AF_UNSPEC}};
    socklen_t length = 0;

    return address_of(where, 0, &at, &length, reterr);
}

xf_code
xf_http_door_try(const char *where, int port, xf_error *reterr)
{
    address at = {.any = {.sa_family = AF_UNSPEC}};
    socklen_t length = 0;
    xf_code code = address_of(where, port, &at, &length, reterr);
    bool could = false;
    int fd = -1;

    if (code != XF_CODE_OK)
        return code;
    if (at.any.sa_family == AF_UNIX) {
        could = path_is_free(where);
    } else {
        fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        could = fd >= 0 && bind_port(fd, &at, length);
    }
    if (fd >= 0)
        (void)close(fd);
    return could ? XF_CODE_OK : fail_taken(&at, reterr);
}

xf_code
xf_http_door_open(const char *where, int port, int *ret_fd, int *ret_port, xf_error *reterr)
{
    address at = {.any = {.sa_family = AF_UNSPEC}};
    socklen_t length = 0;
    bool open = false;
    int fd = -1;
    xf_code code = XF_CODE_OK;

    XF_TRY(address_of(where, port, &at, &length, reterr));
    fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    open = fd >= 0 &&
           (at.any.sa_family == AF_UNIX ? bind_path(fd, &at, length) : bind_port(fd, &at, length));
    if (!open || listen(fd, BACKLOG) != 0)
        XF_TRY(fail_taken(&at, reterr));
    *ret_port = port_of(fd);
    *ret_fd = fd;
    fd = -1;
out:
    if (fd >= 0)
        (void)close(fd);
    return code;
}
