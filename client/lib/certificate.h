/* client/lib/certificate — a device's key pair, the request for its certificate, and its files.
 *
 * The key never leaves the machine: what is sent is a PKCS #10 request, which only proves that
 * its other half is here. Keys are P-256, in PEM files that their owner alone reads (0600); the
 * request lies beside its key until its certificate has come, so that what was asked can be
 * asked again with the same bytes.
 */
#ifndef XF_CLIENT_CERTIFICATE_H
#define XF_CLIENT_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { XF_CERTIFICATE_REQUEST = 1024 };

typedef struct xf_certificate_request {
    uint8_t der[XF_CERTIFICATE_REQUEST];
    size_t n;
} xf_certificate_request;

/* Makes the two files, the key first, or reads the request of an attempt that was cut short.
 * INVALID names the file. */
XF_NODISCARD xf_code xf_certificate_prepare(const char *key_path, const char *request_path,
                                            xf_certificate_request *ret_request, xf_error *reterr);

/* What the server sent, DER. */
typedef struct xf_certificate_pair {
    const uint8_t *certificate;
    size_t certificate_n;
    const uint8_t *ca;
    size_t ca_n;
} xf_certificate_pair;

/* UNAUTHENTICATED unless the CA is the one of that SHA-256 (NULL: whichever it is), the
 * certificate is signed by it, and is for the key of the request. */
XF_NODISCARD xf_code xf_certificate_check(const xf_certificate_pair *pair,
                                          const xf_certificate_request *request,
                                          const uint8_t *ca_sha, xf_error *reterr);
/* One of them as PEM, whole or not at all. */
XF_NODISCARD xf_code xf_certificate_write(const char *path, const uint8_t *der, size_t n,
                                          xf_error *reterr);

/* Has a certificate file's certificate lived two thirds of its time? By the real clock. False too
 * when the file cannot be read: who uses it says so. */
bool xf_certificate_due(const char *path, int64_t *ret_until_ms);

#endif
