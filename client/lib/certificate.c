/* client/lib/certificate — OpenSSL's part of being a device. */
#include "client/lib/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

enum { SHA = 32, PATH_MOST = 4096, MS_OF_S = 1000, LIFE_PARTS = 3 };

/* ---- Files: written beside their place, for their owner only, and put there whole ---------------- */

static FILE *
begin_file(const char *path, char ret_fresh[PATH_MOST])
{
    const int n = snprintf(ret_fresh, PATH_MOST, "%s.new", path);
    int fd = -1;
    FILE *file = NULL;

    if (n <= 0 || n >= PATH_MOST)
        return NULL;
    (void)unlink(ret_fresh); /* left by a run that was cut: its mode may not be ours */
    fd = open(ret_fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL && fd >= 0)
        (void)close(fd);
    return file;
}

static xf_code
end_file(FILE *file, bool written, const char *fresh, const char *path, xf_error *reterr)
{
    if (file != NULL) {
        written = written && fflush(file) == 0 && fsync(fileno(file)) == 0;
        written = fclose(file) == 0 && written;
    }
    if (file != NULL && written && rename(fresh, path) == 0)
        return XF_CODE_OK;
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "%.90s", path);
}

xf_code
xf_certificate_write(const char *path, const uint8_t *der, size_t n, xf_error *reterr)
{
    char fresh[PATH_MOST];
    const unsigned char *at = der;
    X509 *certificate = d2i_X509(NULL, &at, (long)n);
    FILE *file = begin_file(path, fresh);
    const bool written =
        certificate != NULL && file != NULL && PEM_write_X509(file, certificate) == 1;
    xf_code code = end_file(file, written, fresh, path, reterr);

    X509_free(certificate);
    ERR_clear_error();
    return code;
}

/* ---- The key and the request ---------------------------------------------------------------------- */

static xf_code
write_key(const char *path, EVP_PKEY *key, xf_error *reterr)
{
    char fresh[PATH_MOST];
    FILE *file = begin_file(path, fresh);
    const bool written =
        file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;

    return end_file(file, written, fresh, path, reterr);
}

static xf_code
write_request(const char *path, const xf_certificate_request *request, xf_error *reterr)
{
    char fresh[PATH_MOST];
    FILE *file = begin_file(path, fresh);
    const bool written = file != NULL && fwrite(request->der, 1, request->n, file) == request->n;

    return end_file(file, written, fresh, path, reterr);
}

/* Its subject is empty: who this is the server knows from the code. */
static bool
make_request(EVP_PKEY *key, xf_certificate_request *ret_request)
{
    X509_REQ *request = X509_REQ_new();
    unsigned char *at = ret_request->der;
    int n = 0;
    bool made = request != NULL && X509_REQ_set_version(request, 0) == 1 &&
                X509_REQ_set_pubkey(request, key) == 1 &&
                X509_REQ_sign(request, key, EVP_sha256()) > 0;

    n = made ? i2d_X509_REQ(request, NULL) : 0;
    made = n > 0 && n <= XF_CERTIFICATE_REQUEST && i2d_X509_REQ(request, &at) == n;
    ret_request->n = made ? (size_t)n : 0;
    X509_REQ_free(request);
    return made;
}

static bool
read_request(const char *path, xf_certificate_request *ret_request)
{
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return false;
    ret_request->n = fread(ret_request->der, 1, sizeof ret_request->der, file);
    (void)fclose(file);
    return ret_request->n > 0;
}

xf_code
xf_certificate_prepare(const char *key_path, const char *request_path,
                       xf_certificate_request *ret_request, xf_error *reterr)
{
    EVP_PKEY *key = NULL;
    xf_code code = XF_CODE_OK;

    if (access(key_path, R_OK) == 0 && read_request(request_path, ret_request))
        return XF_CODE_OK;
    key = EVP_EC_gen("P-256");
    if (key == NULL || !make_request(key, ret_request)) {
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
        goto out;
    }
    XF_TRY(write_key(key_path, key, reterr));
    XF_TRY(write_request(request_path, ret_request, reterr));
out:
    EVP_PKEY_free(key);
    ERR_clear_error();
    return code;
}

/* ---- What came ------------------------------------------------------------------------------------ */

static bool
is_pinned(const X509 *ca, const uint8_t *ca_sha)
{
    uint8_t sha[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    return ca_sha == NULL || (X509_digest(ca, EVP_sha256(), sha, &n) == 1 && n == SHA &&
                              memcmp(sha, ca_sha, SHA) == 0);
}

static bool
same_key(X509 *certificate, const xf_certificate_request *request)
{
    const unsigned char *at = request->der;
    X509_REQ *asked = d2i_X509_REQ(NULL, &at, (long)request->n);
    EVP_PKEY *wanted = asked == NULL ? NULL : X509_REQ_get0_pubkey(asked);
    EVP_PKEY *given = X509_get0_pubkey(certificate);
    const bool same = wanted != NULL && given != NULL && EVP_PKEY_eq(wanted, given) == 1;

    X509_REQ_free(asked);
    return same;
}

xf_code
xf_certificate_check(const xf_certificate_pair *pair, const xf_certificate_request *request,
                     const uint8_t *ca_sha, xf_error *reterr)
{
    const unsigned char *at = pair->certificate;
    const unsigned char *ca_at = pair->ca;
    X509 *certificate = d2i_X509(NULL, &at, (long)pair->certificate_n);
    X509 *ca = d2i_X509(NULL, &ca_at, (long)pair->ca_n);
    const bool good = certificate != NULL && ca != NULL && is_pinned(ca, ca_sha) &&
                      X509_verify(certificate, X509_get0_pubkey(ca)) == 1 &&
                      same_key(certificate, request);

    X509_free(certificate);
    X509_free(ca);
    ERR_clear_error();
    if (!good)
        return XF_FAIL(reterr, XF_CODE_UNAUTHENTICATED, XF_TEXT_TLS_REFUSED, "certificate");
    return XF_CODE_OK;
}

static int64_t
ms_of(const ASN1_TIME *at)
{
    struct tm parts = {0};

    return ASN1_TIME_to_tm(at, &parts) == 1 ? (int64_t)timegm(&parts) * MS_OF_S : 0;
}

bool
xf_certificate_due(const char *path, int64_t *ret_until_ms)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
    const int64_t now_ms = (int64_t)time(NULL) * MS_OF_S;
    int64_t from_ms = 0;
    bool due = false;

    if (certificate != NULL) {
        from_ms = ms_of(X509_get0_notBefore(certificate));
        *ret_until_ms = ms_of(X509_get0_notAfter(certificate));
        due = now_ms >= *ret_until_ms - (*ret_until_ms - from_ms) / LIFE_PARTS;
    }
    X509_free(certificate);
    if (file != NULL)
        (void)fclose(file);
    ERR_clear_error();
    return due;
}
