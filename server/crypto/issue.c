/* crypto/issue — PKCS #10 in, X.509 out, by OpenSSL. */
#include "crypto/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/memory.h"

enum { DAY_S = 86400, MS_OF_S = 1000, VERSION_3 = 2, GROUP = 64 };

struct xf_issuer {
    X509 *certificate;
    EVP_PKEY *key;
    uint8_t *der;
    int der_n;
    uint8_t fingerprint[32];
};

/* ---- The authority ------------------------------------------------------------------ */

/* An empty pass phrase. Without one OpenSSL would ask for it on the terminal. */
static char no_pass_phrase[] = "";

static xf_code
load_key(const char *path, EVP_PKEY **ret_key, xf_error *reterr)
{
    struct stat about = {0};
    FILE *file = fopen(path, "re");
    xf_code code = XF_CODE_OK;

    if (file == NULL) {
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_KEY_NONE, "device.ca_key_file");
    } else if (fstat(fileno(file), &about) != 0 || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_KEY_SHARED, "device.ca_key_file");
    } else {
        *ret_key = PEM_read_PrivateKey(file, NULL, NULL, no_pass_phrase);
        if (*ret_key == NULL)
            code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_KEY_NONE, "device.ca_key_file");
    }
    if (file != NULL)
        (void)fclose(file);
    return code;
}

/* The certificate of the file to which the key belongs; NULL: none. */
static X509 *
find_certificate(const char *path, const EVP_PKEY *key)
{
    FILE *file = fopen(path, "re");
    X509 *one = NULL;

    while (file != NULL && (one = PEM_read_X509(file, NULL, NULL, no_pass_phrase)) != NULL) {
        if (X509_check_ca(one) != 0 && X509_check_private_key(one, key) == 1)
            break;
        X509_free(one);
    }
    if (file != NULL)
        (void)fclose(file);
    return one;
}

xf_code
xf_issuer_new(const char *ca_file, const char *key_file, xf_issuer **ret_issuer, xf_error *reterr)
{
    xf_issuer *issuer = xf_memory_new(sizeof *issuer);
    unsigned n = 0;
    xf_code code = XF_CODE_OK;

    XF_TRY(load_key(key_file, &issuer->key, reterr));
    issuer->certificate = find_certificate(ca_file, issuer->key);
    if (issuer->certificate == NULL) {
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CA_KEY_OTHER, "device.ca_key_file");
        goto out;
    }
    issuer->der_n = i2d_X509(issuer->certificate, &issuer->der);
    if (issuer->der_n <= 0 ||
        X509_digest(issuer->certificate, EVP_sha256(), issuer->fingerprint, &n) != 1)
        abort(); /* of a parsed certificate: for want of memory only */
    *ret_issuer = issuer;
    issuer = NULL;
out:
    ERR_clear_error();
    xf_issuer_free(&issuer);
    return code;
}

void
xf_issuer_free(xf_issuer **issuer)
{
    xf_issuer *gone = *issuer;

    if (gone == NULL)
        return;
    *issuer = NULL;
    X509_free(gone->certificate);
    EVP_PKEY_free(gone->key);
    OPENSSL_free(gone->der);
    free(gone);
}

const uint8_t *
xf_issuer_certificate(const xf_issuer *issuer, size_t *ret_n)
{
    *ret_n = (size_t)issuer->der_n;
    return issuer->der;
}

const uint8_t *
xf_issuer_fingerprint(const xf_issuer *issuer)
{
    return issuer->fingerprint;
}

/* ---- The request -------------------------------------------------------------------- */

bool
xf_issue_name_fits(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const size_t n = strlen(name);

    return n > 0 && n <= XF_ISSUE_NAME && strspn(name, letters) > 0 &&
           strspn(name + strspn(name, letters),
                  "abcdefghijklmnopqrstuvwxyz"
                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == n - strspn(name, letters);
}

/* A named curve: one that is spelled out in parameters has no name and is refused. */
static bool
key_is_ours(const EVP_PKEY *key)
{
    char group[GROUP] = "";
    size_t n = 0;

    if (EVP_PKEY_is_a(key, "ED25519"))
        return true;
    return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &n) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static xf_code
refuse(xf_text text, xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_INVALID, text, "csr");
}

static xf_code
read_request(const xf_issue_order *order, X509_REQ **ret_request, xf_error *reterr)
{
    const unsigned char *at = order->request;
    X509_REQ *request = NULL;
    EVP_PKEY *key = NULL;
    bool whole = false;
    xf_code code = XF_CODE_OK;

    if (order->request_n == 0 || order->request_n > XF_ISSUE_REQUEST)
        return refuse(XF_TEXT_CSR_BROKEN, reterr);
    request = d2i_X509_REQ(NULL, &at, (long)order->request_n);
    key = request == NULL ? NULL : X509_REQ_get0_pubkey(request);
    whole = key != NULL && at == order->request + order->request_n;
    if (whole && !key_is_ours(key)) {
        code = refuse(XF_TEXT_CSR_KEY, reterr);
    } else if (!whole || X509_REQ_verify(request, key) != 1) {
        code = refuse(XF_TEXT_CSR_BROKEN, reterr);
    }
    if (code == XF_CODE_OK) {
        *ret_request = request;
    } else {
        X509_REQ_free(request);
    }
    return code;
}

/* ---- The certificate ---------------------------------------------------------------- */

static bool
set_serial(X509 *certificate, uint8_t ret_serial[XF_ISSUE_SERIAL])
{
    BIGNUM *number = NULL;
    bool set = false;

    if (RAND_bytes(ret_serial, XF_ISSUE_SERIAL) != 1)
        return false;
    ret_serial[0] = (uint8_t)((ret_serial[0] & 0x3f) | 0x40); /* positive, and of full length */
    number = BN_bin2bn(ret_serial, XF_ISSUE_SERIAL, NULL);
    set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return set;
}

static bool
set_subject(X509 *certificate, int32_t bureau, const char *name)
{
    char digits[16];
    X509_NAME *subject = X509_get_subject_name(certificate);

    (void)snprintf(digits, sizeof digits, "%d", (int)bureau);
    return X509_NAME_add_entry_by_NID(subject, NID_organizationName, MBSTRING_ASC,
                                      (const unsigned char *)digits, -1, -1, 0) == 1 &&
           X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                                      (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool
set_extensions(X509 *certificate, X509 *authority)
{
    static const struct {
        int nid;
        const char *value;
    } rows[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, "clientAuth"},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, "keyid"}, /* last */
    };

    const size_t n = sizeof rows / sizeof rows[0];

    X509V3_CTX context;
    bool set = true;

    X509V3_set_ctx(&context, authority, certificate, NULL, NULL, 0);
    /* An authority without an identifier of its own has none to be named by. */
    for (size_t i = 0; set && i < n - (X509_get0_subject_key_id(authority) == NULL); i++) {
        X509_EXTENSION *one = X509V3_EXT_conf_nid(NULL, &context, rows[i].nid, rows[i].value);

        set = one != NULL && X509_add_ext(certificate, one, -1) == 1;
        X509_EXTENSION_free(one);
    }
    return set;
}

static bool
set_dates(X509 *certificate, xf_issued *issued)
{
    const time_t from = time(NULL) - XF_ISSUE_SKEW_S;
    const time_t until = from + XF_ISSUE_SKEW_S + (time_t)XF_ISSUE_DAYS * DAY_S;

    issued->from_ms = (int64_t)from * MS_OF_S;
    issued->until_ms = (int64_t)until * MS_OF_S;
    return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), until) != NULL;
}

/* Ed25519 brings its own digest. */
static bool
sign(const xf_issuer *issuer, X509 *certificate)
{
    const EVP_MD *digest = EVP_PKEY_is_a(issuer->key, "ED25519") ? NULL : EVP_sha256();

    return X509_sign(certificate, issuer->key, digest) > 0;
}

static bool
write_out(const X509 *certificate, xf_issued *issued)
{
    unsigned char *at = issued->der;
    int n = i2d_X509(certificate, NULL);
    unsigned sha_n = 0;

    if (n <= 0 || n > XF_ISSUE_CERTIFICATE || i2d_X509(certificate, &at) != n)
        return false;
    issued->n = (size_t)n;
    return X509_digest(certificate, EVP_sha256(), issued->fingerprint, &sha_n) == 1;
}

static bool
make(const xf_issuer *issuer, const xf_issue_order *order, X509 *certificate, EVP_PKEY *key,
     xf_issued *issued)
{
    return X509_set_version(certificate, VERSION_3) == 1 &&
           set_serial(certificate, issued->serial) && set_dates(certificate, issued) &&
           X509_set_pubkey(certificate, key) == 1 &&
           X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate)) == 1 &&
           set_subject(certificate, order->bureau, order->name) &&
           set_extensions(certificate, issuer->certificate) && sign(issuer, certificate) &&
           write_out(certificate, issued);
}

xf_code
xf_issue_device(const xf_issuer *issuer, const xf_issue_order *order, xf_issued *ret_issued,
                xf_error *reterr)
{
    X509_REQ *request = NULL;
    X509 *certificate = NULL;
    xf_code code = XF_CODE_OK;

    XF_TRY(read_request(order, &request, reterr));
    certificate = X509_new();
    if (certificate == NULL ||
        !make(issuer, order, certificate, X509_REQ_get0_pubkey(request), ret_issued))
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "csr");
out:
    ERR_clear_error();
    X509_free(certificate);
    X509_REQ_free(request);
    return code;
}
