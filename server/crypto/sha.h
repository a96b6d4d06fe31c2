/* crypto/sha — SHA-256 (FIPS 180-4) of bytes that are no secret: for that, xf_seal_keyed_sha.
 *
 * OpenSSL's one-line form looks the algorithm up by name each time, a fifth of the whole for a
 * request.
 */
#ifndef XF_CRYPTO_SHA_H
#define XF_CRYPTO_SHA_H

#include <stddef.h>
#include <stdint.h>

enum { XF_SHA = 32 };

void xf_sha(const void *data, size_t n, uint8_t ret_sha[XF_SHA]);

#endif
