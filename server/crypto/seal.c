/* crypto/seal — AES-256-GCM and HMAC-SHA-256 over OpenSSL 3; header has the manual. */
#include "crypto/seal.h"

#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/memory.h"

enum { KEY = XF_SEAL_KEY, NONCE = XF_SEAL_NONCE, TAG = 16, KEY_FILE = 64 };

/* What the wrapping of a key authenticates; no field is named so. */
static const char wrap_field[] = "\001key";
/* Goes before a request under the index key, so that no request's sum is an index. */
static const uint8_t request_mark[] = {1};

struct xf_seal {
    uint8_t keys[KEY_FILE]; /* to wrap, then to index */
    EVP_CIPHER *gcm;        /* fetched once: a fetch costs more than the encryption */
    EVP_MAC *hmac;
    /* Keyed once, for one use after the other: to make one costs as much as to use it. */
    EVP_CIPHER_CTX *wrapping;
    EVP_CIPHER_CTX *unwrapping;
    EVP_MAC_CTX *index;
};

/* ---- The key file ----------------------------------------------------------------------- */

static bool
read_whole(int fd, uint8_t *bytes, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t part = read(fd, bytes + got, n - got);
        if (part <= 0)
            return false;
        got += (size_t)part;
    }
    return true;
}

static xf_code
read_key_file(const char *path, uint8_t ret_bytes[KEY_FILE], xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
                (about.st_mode & 077) == 0 && about.st_size == KEY_FILE &&
                read_whole(fd, ret_bytes, KEY_FILE);
    if (!good)
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "seal.key_file");
    if (fd >= 0)
        (void)close(fd);
    return code;
}

/* A context with the key in it, for one nonce after the other: to make it is two fifths of opening a
 * telephone. */
static EVP_CIPHER_CTX *
keyed(const xf_seal *seal, const uint8_t key[KEY], bool closing)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (!context || EVP_CipherInit_ex2(context, seal->gcm, key, NULL, closing, NULL) != 1)
        abort(); /* for want of memory only */
    return context;
}

static xf_seal *
make(const uint8_t keys[KEY_FILE])
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};
    xf_seal *seal = xf_memory_new(sizeof *seal);
    memcpy(seal->keys, keys, KEY_FILE);
    seal->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    seal->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    seal->index = seal->hmac ? EVP_MAC_CTX_new(seal->hmac) : NULL;
    if (!seal->gcm || !seal->index || EVP_MAC_init(seal->index, keys + KEY, KEY, params) != 1) {
        xf_seal_free(&seal);
        return NULL;
    }
    seal->wrapping = keyed(seal, keys, true);
    seal->unwrapping = keyed(seal, keys, false);
    return seal;
}

xf_code
xf_seal_new(const char *key_file, xf_seal **ret_seal, xf_error *reterr)
{
    uint8_t bytes[KEY_FILE] = {0};
    xf_seal *seal = NULL;
    xf_code code = XF_CODE_OK;
    XF_TRY(read_key_file(key_file, bytes, reterr));
    seal = make(bytes);
    if (!seal) {
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
        goto out;
    }
    *ret_seal = seal;
out:
    OPENSSL_cleanse(bytes, sizeof bytes);
    return code;
}

xf_seal *
xf_seal_copy(const xf_seal *seal)
{
    xf_seal *copy = make(seal->keys);
    if (!copy)
        abort(); /* OpenSSL had all of it when the first was made */
    return copy;
}

void
xf_seal_free(xf_seal **seal)
{
    if (!*seal)
        return;
    EVP_CIPHER_CTX_free((*seal)->wrapping);
    EVP_CIPHER_CTX_free((*seal)->unwrapping);
    EVP_MAC_CTX_free((*seal)->index);
    EVP_MAC_free((*seal)->hmac);
    EVP_CIPHER_free((*seal)->gcm);
    OPENSSL_cleanse((*seal)->keys, sizeof(*seal)->keys);
    free(*seal);
    *seal = NULL;
}

/* ---- Sealing ------------------------------------------------------------------------------ */

/* nonce | n bytes | tag. */
static bool
shut(EVP_CIPHER_CTX *context, const uint8_t nonce[NONCE], const char *field, const uint8_t *plain,
     size_t n, uint8_t *ret_sealed)
{
    int done = 0;
    if (n > INT32_MAX)
        return false;
    memcpy(ret_sealed, nonce, NONCE);
    return EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) == 1 &&
           EVP_EncryptUpdate(context, NULL, &done, (const uint8_t *)field, (int)strlen(field)) ==
               1 &&
           EVP_EncryptUpdate(context, ret_sealed + NONCE, &done, plain, (int)n) == 1 &&
           EVP_EncryptFinal_ex(context, ret_sealed + NONCE + n, &done) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG, ret_sealed + NONCE + n) == 1;
}

/* ret_plain has room for n - XF_SEAL_OVERHEAD; nothing of it is good when this is false. */
static bool
unshut(EVP_CIPHER_CTX *context, const char *field, const uint8_t *sealed, size_t n,
       uint8_t *ret_plain)
{
    if (n < XF_SEAL_OVERHEAD || n > INT32_MAX)
        return false;
    int done = 0;
    size_t length = n - XF_SEAL_OVERHEAD;
    uint8_t tag[TAG];
    memcpy(tag, sealed + NONCE + length, TAG);
    bool good =
        EVP_DecryptInit_ex2(context, NULL, NULL, sealed, NULL) == 1 &&
        EVP_DecryptUpdate(context, NULL, &done, (const uint8_t *)field, (int)strlen(field)) == 1 &&
        EVP_DecryptUpdate(context, ret_plain, &done, sealed + NONCE, (int)length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
        EVP_DecryptFinal_ex(context, tag, &done) == 1;
    if (!good)
        OPENSSL_cleanse(ret_plain, length);
    return good;
}

/* ---- A petition's key ----------------------------------------------------------------------- */

xf_code
xf_seal_key_make(const xf_seal *seal, xf_seal_key *ret_key, xf_error *reterr)
{
    /* Of the wrapping and of the first field, at once: a draw costs four encryptions. */
    uint8_t nonces[2 * NONCE];
    *ret_key = (xf_seal_key){.seal = seal, .has_nonce = true};
    bool good = RAND_priv_bytes(ret_key->plain, KEY) == 1 &&
                RAND_bytes(nonces, sizeof nonces) == 1 &&
                shut(seal->wrapping, nonces, wrap_field, ret_key->plain, KEY, ret_key->wrapped);
    if (!good) {
        xf_seal_key_clear(ret_key);
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "seal_key");
    }
    memcpy(ret_key->nonce, nonces + NONCE, NONCE);
    return XF_CODE_OK;
}

xf_code
xf_seal_key_unwrap(const xf_seal *seal, const uint8_t wrapped[XF_SEAL_WRAPPED],
                   xf_seal_key *ret_key, xf_error *reterr)
{
    *ret_key = (xf_seal_key){.seal = seal};
    memcpy(ret_key->wrapped, wrapped, XF_SEAL_WRAPPED);
    bool good = unshut(seal->unwrapping, wrap_field, wrapped, XF_SEAL_WRAPPED, ret_key->plain);
    if (!good) {
        xf_seal_key_clear(ret_key);
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "seal_key");
    }
    return XF_CODE_OK;
}

void
xf_seal_key_clear(xf_seal_key *key)
{
    EVP_CIPHER_CTX_free(key->closing);
    EVP_CIPHER_CTX_free(key->opening);
    OPENSSL_cleanse(key, sizeof *key);
}

/* GCM breaks if one key meets one nonce twice. A key draws a random one once a call and counts
 * on from there for its further fields, as NIST SP 800-38D 8.2.2 allows; another call that
 * unwraps the same key draws its own. */
static bool
take_nonce(xf_seal_key *key, uint8_t ret_nonce[NONCE])
{
    if (!key->has_nonce && RAND_bytes(key->nonce, NONCE) != 1)
        return false;
    key->has_nonce = true;
    memcpy(ret_nonce, key->nonce, NONCE);
    for (size_t i = NONCE; i > 0 && ++key->nonce[i - 1] == 0; i--)
        continue;
    return true;
}

xf_code
xf_seal_close(xf_seal_key *key, const char *field, const char *plain, size_t n, uint8_t *ret_sealed,
              xf_error *reterr)
{
    uint8_t nonce[NONCE];
    if (key->seal && !key->closing)
        key->closing = keyed(key->seal, key->plain, true);
    if (!key->seal || !take_nonce(key, nonce) ||
        !shut(key->closing, nonce, field, (const uint8_t *)plain, n, ret_sealed))
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", field);
    return XF_CODE_OK;
}

xf_code
xf_seal_open(xf_seal_key *key, const char *field, const uint8_t *sealed, size_t n, char *ret_plain,
             xf_error *reterr)
{
    if (key->seal && !key->opening)
        key->opening = keyed(key->seal, key->plain, false);
    if (!key->seal || !unshut(key->opening, field, sealed, n, (uint8_t *)ret_plain))
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", field);
    return XF_CODE_OK;
}

/* ---- Index ------------------------------------------------------------------------------- */

/* From the beginning, under the same key (OpenSSL 3.0.3 or newer). */
static EVP_MAC_CTX *
begin_mac(const xf_seal *seal)
{
    if (EVP_MAC_init(seal->index, NULL, 0, NULL) != 1)
        abort();
    return seal->index;
}

/* A sum of bytes in memory fails for want of memory only. */
static void
add_mac(EVP_MAC_CTX *context, const void *bytes, size_t n)
{
    if (n && EVP_MAC_update(context, bytes, n) != 1)
        abort();
}

static void
end_mac(EVP_MAC_CTX *context, uint8_t ret_sum[32])
{
    size_t n = 0;
    if (EVP_MAC_final(context, ret_sum, &n, 32) != 1 || n != 32)
        abort();
}

void
xf_seal_index(const xf_seal *seal, const char *field, const char *plain, size_t n,
              uint8_t ret_index[XF_SEAL_INDEX])
{
    uint8_t sum[32];
    EVP_MAC_CTX *context = begin_mac(seal);
    add_mac(context, field, strlen(field) + 1);
    size_t begin = 0;
    for (size_t i = 0; i < n; i++) {
        if (plain[i] != ' ' && plain[i] != '-')
            continue;
        add_mac(context, plain + begin, i - begin);
        begin = i + 1;
    }
    add_mac(context, plain + begin, n - begin);
    end_mac(context, sum);
    memcpy(ret_index, sum, XF_SEAL_INDEX);
}

void
xf_seal_keyed_sha(const xf_seal *seal, const uint8_t *bytes, size_t n, uint8_t ret_sha[32])
{
    EVP_MAC_CTX *context = begin_mac(seal);
    add_mac(context, request_mark, sizeof request_mark);
    add_mac(context, bytes, n);
    end_mac(context, ret_sha);
}

/* ---- Masks ------------------------------------------------------------------------------- */

/* Bytes of the character that begins at `text`. */
static size_t
character(const char *text, size_t n)
{
    size_t length = 1;
    while (length < n && ((unsigned char)text[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* Bytes up to and with the township; without one, three characters of more than three. A
 * house number comes behind the township, so the search ends at a digit. */
static size_t
township(const char *plain, size_t n)
{
    static const char *const endings[] = {"镇", "乡", "街道"};
    size_t three = 0;
    size_t count = 0;
    bool digit = false;
    for (size_t at = 0; at < n; at += character(plain + at, n - at), count++) {
        if (count == 3)
            three = at;
        digit = digit || isdigit((unsigned char)plain[at]);
        for (size_t i = 0; !digit && i < sizeof endings / sizeof *endings; i++) {
            size_t m = strlen(endings[i]);
            if (at > 0 && n - at >= m && memcmp(plain + at, endings[i], m) == 0)
                return at + m;
        }
    }
    return three;
}

void
xf_seal_mask(const char *field, const char *plain, size_t n, char *ret_masked, size_t room)
{
    size_t head = 0;
    size_t tail = 0;
    const char *stars = "****";
    if (strcmp(field, "phone") == 0 && n >= 11) {
        head = 3;
        tail = 4;
    } else if (strcmp(field, "id_number") == 0 && n >= 15) {
        head = 2;
        tail = 2;
    } else if (strcmp(field, "address") == 0) {
        head = township(plain, n);
        stars = "***";
    }
    assert(room > n + 8);
    (void)snprintf(ret_masked, room, "%.*s%s%.*s", (int)head, plain, stars, (int)tail,
                   plain + n - tail);
}
