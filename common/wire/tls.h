/* wire/tls — TLS 1.3 without a socket: bytes in, bytes out.
 *
 * Both sides verify the other's certificate against one CA; ALPN is "xinfang/1", and
 * who does not offer it is refused with an alert. A client that enrols offers
 * "xinfang-enrol/1", has no certificate yet, and leaves no session behind. OpenSSL reads and
 * writes the caller's memory through a BIO of our own, so a connection at rest keeps no
 * buffers here.
 * Server: tickets off, a stateful cache shared by all workers (one SSL_CTX). Client:
 * keeps the newest session, for each serves once in TLS 1.3 (RFC 8446, appendix C.4).
 *
 * Errors: a handshake that fails is UNAUTHENTICATED with XF_TEXT_TLS_REFUSED, also when
 * the peer tells of it after ready; a server that has no room (xf_socket_turn_away) OVERLOADED with
 * XF_TEXT_TURNED_AWAY and when to come again; the peer's close_notify UNAVAILABLE with
 * XF_TEXT_CONNECTION_LOST; anything else that is no TLS INVALID. The field then is
 * "tls.verify.10" (X509_V_ERR_…) or "tls.reason.167" (SSL_R_…), for the log. After an
 * error a connection is only good for xf_tls_free; an alert may stand in `out`.
 */
#ifndef XF_WIRE_TLS_H
#define XF_WIRE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct xf_tls_context xf_tls_context; /* process: certificates, CA, session cache */
typedef struct xf_tls xf_tls;                 /* one connection */

typedef struct xf_tls_files {
    const char *ca;          /* PEM */
    const char *certificate; /* PEM, own; the chain behind it */
    const char *key;         /* PEM, own, without a pass phrase */
} xf_tls_files;

/* A file that cannot be used is INVALID, the field names it: "tls.ca". May be used by
 * several threads at once. */
XF_NODISCARD xf_code xf_tls_context_new(const xf_tls_files *files, bool server,
                                        xf_tls_context **ret_context, xf_error *reterr);
/* A client without certificate, to enrol: it trusts the one authority whose certificate has this
 * SHA-256, and the server has to send that certificate too. */
XF_NODISCARD xf_code xf_tls_context_new_stranger(const uint8_t ca_sha[32],
                                                 xf_tls_context **ret_context, xf_error *reterr);
/* Reads the files anew, for connections that come after: those that are there keep what they
 * have, sessions begin anew. From any thread. On failure all stays as it was. */
XF_NODISCARD xf_code xf_tls_context_renew(xf_tls_context *context, const xf_tls_files *files,
                                          xf_error *reterr);
/* When the own certificate that is shown now ends: seconds since the epoch, 0: it says nonsense.
 * From any thread. */
int64_t xf_tls_context_ends_s(xf_tls_context *context);
/* After the last of its connections. */
void xf_tls_context_free(xf_tls_context **context);

/* `peer_name`: for a client, the name (a DNS name among the certificate's alternative
 * names) that the server's certificate must bear; NULL for a server. Never NULL. */
xf_tls *xf_tls_new(xf_tls_context *context, const char *peer_name);
void xf_tls_free(xf_tls **tls);

/* Feeds bytes from the socket; appends what may go to the socket to `out` and what was
 * decrypted to `plain`. *ret_ready turns true once, when the handshake is done and the
 * peer's certificate stands: on a resumed session, where OpenSSL asks no more, presence,
 * dates and name are checked again. *ret_ready and what stands in `plain` count on
 * failure too, for the end may come in one packet with what was said before it. */
XF_NODISCARD xf_code xf_tls_take(xf_tls *tls, const uint8_t *bytes, size_t n, xf_buf *out,
                                 xf_buf *plain, bool *ret_ready, xf_error *reterr);
/* Begins (client) or continues the handshake with nothing received. */
XF_NODISCARD xf_code xf_tls_start(xf_tls *tls, xf_buf *out, xf_error *reterr);
/* Encrypts; appends to `out`. Only after ready. */
XF_NODISCARD xf_code xf_tls_put(xf_tls *tls, const uint8_t *plain, size_t n, xf_buf *out,
                                xf_error *reterr);
/* close_notify. */
void xf_tls_close(xf_tls *tls, xf_buf *out);

/* True: a client without a certificate, here to enrol: nothing of the peer may be asked. */
bool xf_tls_enrols(const xf_tls *tls);
/* SHA-256 of the peer's certificate (DER): what a token is bound to. After ready. */
void xf_tls_peer_fingerprint(const xf_tls *tls, uint8_t ret_sha[32]);
/* The subject's O, "450922": whose device it is. 0 when there is no O, more than one, or
 * it is not a number above 0 in digits without leading zeros. */
int32_t xf_tls_peer_bureau(const xf_tls *tls);

enum { XF_TLS_NAME = 64, XF_TLS_SERIAL = 20 };

/* What its certificate says of a device. */
typedef struct xf_tls_device {
    char name[XF_TLS_NAME + 1];    /* the subject's CN, if it is text; else empty */
    uint8_t serial[XF_TLS_SERIAL]; /* as it stands in the certificate, big-endian */
    size_t serial_n;
    int64_t from_ms; /* the days of its validity, since 1970 */
    int64_t until_ms;
} xf_tls_device;

/* After ready, of a peer that does not enrol. */
void xf_tls_peer_device(const xf_tls *tls, xf_tls_device *ret_device);
bool xf_tls_resumed(const xf_tls *tls);

#endif
