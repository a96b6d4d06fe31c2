/* crypto/seal — identity numbers, telephones and addresses, unreadable without the server's key.
 *
 * AES-256-GCM. Each petition has a key of its own, wrapped by the server's key, which is
 * in a file outside the database. Found again by a keyed blind index (HMAC-SHA-256, 16 bytes).
 * Layouts: wrapped key = 12 nonce + 32 + 16 tag = 60 bytes; sealed = 12 nonce + n + 16 tag.
 */
#ifndef XF_CRYPTO_SEAL_H
#define XF_CRYPTO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    XF_SEAL_KEY = 32,
    XF_SEAL_NONCE = 12,
    XF_SEAL_WRAPPED = 60,
    XF_SEAL_OVERHEAD = 28,
    XF_SEAL_INDEX = 16
};

/* The server's keys, and what OpenSSL works on with them: a worker's, and used on its thread only. */
typedef struct xf_seal xf_seal;

/* The file holds 64 random bytes: 32 to wrap, 32 to index. Refused unless only its owner may read it. */
XF_NODISCARD xf_code xf_seal_new(const char *key_file, xf_seal **ret_seal, xf_error *reterr);
/* For another worker, with the same keys. */
xf_seal *xf_seal_copy(const xf_seal *seal);
void xf_seal_free(xf_seal **seal);

/* One petition's key, open: for the length of one call and on its thread. It is made or unwrapped
 * once, serves all the petition's fields, and is wiped and freed by xf_seal_key_clear. Zeroed: no key. Never
 * copied: the copy would use its nonces again. */
typedef struct xf_seal_key {
    const xf_seal *seal;              /* NULL: no key */
    uint8_t wrapped[XF_SEAL_WRAPPED]; /* what the petition's row keeps; no secret */
    uint8_t plain[XF_SEAL_KEY];
    uint8_t nonce[XF_SEAL_NONCE]; /* of the next field, if has_nonce */
    bool has_nonce;
    /* OpenSSL's, with the key in it; NULL until a field is closed, or opened. */
    struct evp_cipher_ctx_st *closing;
    struct evp_cipher_ctx_st *opening;
} xf_seal_key;

/* A fresh key for one petition. */
XF_NODISCARD xf_code xf_seal_key_make(const xf_seal *seal, xf_seal_key *ret_key, xf_error *reterr);
/* INTERNAL, and no key, when another server's key wrapped it or a byte was changed. */
XF_NODISCARD xf_code xf_seal_key_unwrap(const xf_seal *seal, const uint8_t wrapped[XF_SEAL_WRAPPED],
                                        xf_seal_key *ret_key, xf_error *reterr);
void xf_seal_key_clear(xf_seal_key *key); /* twice is harmless */

/* `field` (e.g. "phone") is authenticated too: a sealed telephone is no address.
 * ret_sealed has room for n + XF_SEAL_OVERHEAD. INTERNAL without a key, for both. */
XF_NODISCARD xf_code xf_seal_close(xf_seal_key *key, const char *field, const char *plain, size_t n,
                                   uint8_t *ret_sealed, xf_error *reterr);
/* ret_plain has room for n - XF_SEAL_OVERHEAD; nothing of it is left when this fails. */
XF_NODISCARD xf_code xf_seal_open(xf_seal_key *key, const char *field, const uint8_t *sealed,
                                  size_t n, char *ret_plain, xf_error *reterr);
/* Equal plain text of equal field gives equal index. Spaces and hyphens in a number do not count. */
void xf_seal_index(const xf_seal *seal, const char *field, const char *plain, size_t n,
                   uint8_t ret_index[XF_SEAL_INDEX]);
/* HMAC-SHA-256 under the index key, of a request that carries a password. */
void xf_seal_keyed_sha(const xf_seal *seal, const uint8_t *bytes, size_t n, uint8_t ret_sha[32]);
/* "199****0001", "45****18", "米场镇***": what a list and an opened matter show. ret_len <= n + 8. */
void xf_seal_mask(const char *field, const char *plain, size_t n, char *ret_masked, size_t room);

#endif
