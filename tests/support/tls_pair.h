/* tests/support/tls_pair — two ends of TLS in one process, their bytes carried by hand.
 *
 * What is wrong fails the test that runs.
 */
#ifndef XF_TEST_TLS_PAIR_H
#define XF_TEST_TLS_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "test_ca.h"
#include "wire/tls.h"

extern const char xf_tls_cast_server[]; /* the server's name */

/* The cast: one CA and its server, client; another CA with the same names. */
typedef struct xf_tls_cast {
    char dir[XF_TEST_PATH];
    xf_test_ca *ca;
    xf_test_ca *other_ca;
} xf_tls_cast;

typedef struct xf_end {
    xf_tls *tls;
    xf_buf out;
    xf_buf plain;
    bool ready;
    xf_code code;
    xf_error error;
} xf_end;

typedef struct xf_pair {
    xf_end client;
    xf_end server;
} xf_pair;

/* A client that breaks a rule, made with OpenSSL's plain API. */
typedef struct xf_odd_rules {
    const char *name; /* certificate and key, or NULL: none */
    const char *alpn; /* with its length byte, or NULL: none */
    int highest;      /* version */
} xf_odd_rules;

int xf_tls_cast_up(void **state);
int xf_tls_cast_down(void **state);
/* The usual client's and the usual server's. */
void xf_tls_cast_contexts(const xf_tls_cast *cast, xf_tls_context **ret_client,
                          xf_tls_context **ret_server);
void xf_tls_cast_free_contexts(xf_tls_context **client, xf_tls_context **server);
/* What became of a server whom such a client met. Its tls is gone. */
xf_end xf_tls_cast_server_meets(const xf_tls_cast *cast, const xf_odd_rules *rules);

void xf_end_init(xf_end *end, xf_tls *take_tls);
void xf_end_clear(xf_end *end);
void xf_end_hear(xf_end *end, const uint8_t *bytes, size_t n);
/* Shakes hands as far as it goes. xf_pair_talk carries what stands in `out`. */
xf_pair xf_pair_meet(xf_tls_context *client, xf_tls_context *server);
xf_pair xf_pair_meet_at(xf_tls_context *client, xf_tls_context *server, const char *name);
void xf_pair_talk(xf_pair *pair);
void xf_pair_part(xf_pair *pair);

void xf_assert_ready(const xf_pair *pair);
void xf_assert_refused(const xf_end *end);
/* The client may be ready by its own light before the server has judged: what counts is
 * that the server is not, and that the client hears of it. */
void xf_assert_server_refuses(const xf_pair *pair);

#endif
