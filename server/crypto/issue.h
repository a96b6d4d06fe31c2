/* crypto/issue — the bureau's authority at work: a request for a certificate in, one out.
 *
 * What is signed is decided here and never by the asker: of the request (PKCS #10, DER) only
 * the key is taken, after the request has proved that the asker has its other half. Subject
 * and extensions are ours: O the bureau, CN the device, for client authentication only. Keys
 * are P-256 or Ed25519; anything else is refused before any arithmetic is done with it.
 *
 * Whoever reads the authority's key can make himself any device of the bureau. It is therefore
 * optional: without it, devices are made by deploy/ca on another machine (SECURITY.md).
 */
#ifndef XF_CRYPTO_ISSUE_H
#define XF_CRYPTO_ISSUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    XF_ISSUE_REQUEST = 2048, /* bytes of a request; one of ours has 300 */
    XF_ISSUE_CERTIFICATE = 2048,
    XF_ISSUE_SERIAL = 16,
    XF_ISSUE_NAME = 64,   /* bytes of a device's name */
    XF_ISSUE_DAYS = 90,   /* how long a device's certificate is good */
    XF_ISSUE_SKEW_S = 300 /* it begins that much earlier, for a desk whose clock is late */
};

typedef struct xf_issuer xf_issuer; /* process: read only after start, any thread */

/* The authority is that certificate of `ca_file` to which the key belongs. INVALID with the key's
 * text: the file is no private key in PEM without a pass phrase, others may read it, or it belongs
 * to none of them. */
XF_NODISCARD xf_code xf_issuer_new(const char *ca_file, const char *key_file,
                                   xf_issuer **ret_issuer, xf_error *reterr);
void xf_issuer_free(xf_issuer **issuer);

/* The authority's certificate, DER, borrowed; and its SHA-256. */
const uint8_t *xf_issuer_certificate(const xf_issuer *issuer, size_t *ret_n);
const uint8_t *xf_issuer_fingerprint(const xf_issuer *issuer);

typedef struct xf_issue_order {
    const uint8_t *request; /* PKCS #10, DER */
    size_t request_n;
    int32_t bureau;
    const char *name; /* at most XF_ISSUE_NAME bytes */
} xf_issue_order;

typedef struct xf_issued {
    uint8_t der[XF_ISSUE_CERTIFICATE];
    size_t n;
    uint8_t fingerprint[32]; /* SHA-256 of der */
    uint8_t serial[XF_ISSUE_SERIAL];
    int64_t from_ms; /* by the real clock, as all certificates go */
    int64_t until_ms;
} xf_issued;

/* INVALID with field "csr": no such request, bytes behind it, another kind of key, or not signed
 * by its own key. */
XF_NODISCARD xf_code xf_issue_device(const xf_issuer *issuer, const xf_issue_order *order,
                                     xf_issued *ret_issued, xf_error *reterr);

/* Letters, digits, dots and hyphens, beginning with a letter or digit. */
bool xf_issue_name_fits(const char *name);

#endif
