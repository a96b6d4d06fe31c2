/* tests/support/http_get — asks an HTTP server as an operator's program does: one request a
 * connection. Whatever fails ends the test.
 */
#ifndef XF_TEST_HTTP_GET_H
#define XF_TEST_HTTP_GET_H

enum { XF_HTTP_TEXT = 262144 };

typedef struct xf_http_answer {
    int status;              /* 200 */
    char text[XF_HTTP_TEXT]; /* what came, headers too */
    const char *body;        /* in it */
} xf_http_answer;

/* Sends "METHOD PATH" to 127.0.0.1:PORT and gives the socket, on which the answer comes. */
int xf_http_send(int port, const char *method, const char *path);
/* Takes the answer and closes the socket. */
void xf_http_take(int fd, xf_http_answer *ret_answer);
void xf_http_get(int port, const char *path, xf_http_answer *ret_answer);

#endif
