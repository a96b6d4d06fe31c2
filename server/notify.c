/* notify — one datagram a message; nobody answers. */
#include "notify.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

/* A path, or behind an @ a name that is in no file system. */
static void
send_to(const char *where, const char *text)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t n = strlen(where);
    const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    int fd = -1;

    if ((where[0] != '/' && where[0] != '@') || n >= sizeof address.sun_path) {
        XF_WARN("notify.bad_socket", XF_COUNT(bytes, n));
        return;
    }
    memcpy(address.sun_path, where, n);
    if (where[0] == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address, length) < 0)
        XF_WARN("notify.failed");
    if (fd >= 0)
        (void)close(fd);
}

static void
say(const char *text)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment */
    const char *where = getenv("NOTIFY_SOCKET");

    if (where != NULL && where[0] != '\0')
        send_to(where, text);
}

void
xf_notify_ready(void)
{
    say("READY=1");
}

void
xf_notify_reloading(void)
{
    char text[64];
    struct timespec now = {0};

    /* The manager's own clock, which it compares with that of its order. */
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
                   (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    say(text);
}

void
xf_notify_stopping(void)
{
    say("STOPPING=1");
}

void
xf_notify_alive(void)
{
    say("WATCHDOG=1");
}

/* A number of the manager's; 0: none. */
static uint64_t
number_of(const char *name)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment */
    const char *value = getenv(name);

    return value != NULL ? strtoull(value, NULL, 10) : 0;
}

uint64_t
xf_notify_watchdog_ms(void)
{
    const uint64_t pid = number_of("WATCHDOG_PID");
    const uint64_t within_us = number_of("WATCHDOG_USEC");

    if (within_us == 0 || (pid != 0 && pid != (uint64_t)getpid()))
        return 0;
    return within_us / 2000 > 0 ? within_us / 2000 : 1;
}
