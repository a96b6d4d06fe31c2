/* HTTP/1.0, so that the end of the connection is the end of the answer. */
#include "http_get.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

int
xf_http_send(int port, const char *method, const char *path)
{
    const struct sockaddr_in at = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = {htonl(INADDR_LOOPBACK)}};
    char line[256];
    int n = snprintf(line, sizeof line, "%s %s HTTP/1.0\r\n\r\n", method, path);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(write(fd, line, (size_t)n), n);
    return fd;
}

void
xf_http_take(int fd, xf_http_answer *ret_answer)
{
    size_t n = 0;
    ssize_t got = 0;
    const char *end = NULL;

    while ((got = read(fd, ret_answer->text + n, XF_HTTP_TEXT - 1 - n)) > 0)
        n += (size_t)got;
    assert_int_equal(got, 0);
    (void)close(fd);
    ret_answer->text[n] = '\0';
    assert_int_equal(strncmp(ret_answer->text, "HTTP/1.", 7), 0);
    ret_answer->status = (int)strtol(ret_answer->text + 9, NULL, 10);
    end = strstr(ret_answer->text, "\r\n\r\n");
    assert_non_null(end);
    ret_answer->body = end + 4;
}

void
xf_http_get(int port, const char *path, xf_http_answer *ret_answer)
{
    xf_http_take(xf_http_send(port, "GET", path), ret_answer);
}
