/* wire/tls_context — tls.c's other half: what all connections of a process share.
 *
 * Only wire/tls.c includes this. The context itself is made and freed through tls.h.
 */
#ifndef XF_WIRE_TLS_CONTEXT_H
#define XF_WIRE_TLS_CONTEXT_H

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "wire/tls.h"

/* Names stand among the alternative names, whole or as *.domain. */
#define XF_TLS_HOST_FLAGS \
    (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

/* A new SSL in accept or connect state, without a BIO; a client's offers the newest
 * session. Never NULL. */
SSL *xf_tls_context_begin(xf_tls_context *context, const char *peer_name);
BIO_METHOD *xf_tls_context_port(const xf_tls_context *context);
/* Is the protocol that ALPN chose the one of who has no certificate yet? */
bool xf_tls_context_is_enrolment(const unsigned char *name, size_t n);

/* tls.c: how OpenSSL reaches the caller's bytes. */
BIO_METHOD *xf_tls_port_new(void);

#endif
