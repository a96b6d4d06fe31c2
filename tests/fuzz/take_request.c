/* Certificate requests: one as it comes, and one whose info is signed as it has to be. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "client/lib/certificate.h"
#include "crypto/issue.h"
#include "fuzz/take.h"
#include "test_ca.h"

enum { BUREAU = 450922, HALF = 32, SIGNATURE = 64, MOST_INFO = 2 * XF_ISSUE_REQUEST, HEAD = 4 };

/* O and CN, and five extensions, one of which names an authority that has a name of its own. */
enum { NAMES = 2, EXTENSIONS = 5 };

/* Made once, of files that are gone when it is there. */
static const xf_issuer *
issuer(void)
{
    static xf_issuer *made = NULL;
    char dir[XF_TEST_PATH];
    char ca_path[XF_TEST_PATH + HALF];
    char key_path[XF_TEST_PATH + HALF];
    xf_test_ca *ca = NULL;

    if (made != NULL)
        return made;
    xf_test_dir_new(dir);
    ca = xf_test_ca_new(dir, "ca");
    xf_test_ca_keep_key(ca, "ca");
    (void)snprintf(ca_path, sizeof ca_path, "%s/ca.crt", dir);
    (void)snprintf(key_path, sizeof key_path, "%s/ca.key", dir);
    assert(xf_issuer_new(ca_path, key_path, &made, NULL) == XF_CODE_OK);
    xf_test_ca_free(&ca);
    xf_test_dir_remove(dir);
    return made;
}

static void
assert_named(const X509_NAME *subject, int at, int nid, const char *value)
{
    const X509_NAME_ENTRY *entry = X509_NAME_get_entry(subject, at);
    const ASN1_STRING *text = X509_NAME_ENTRY_get_data(entry);
    const int n = (int)strlen(value);

    assert(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == nid);
    assert(ASN1_STRING_length(text) == n);
    assert(memcmp(ASN1_STRING_get0_data(text), value, (size_t)n) == 0);
}

/* Whatever was asked for: the subject and the uses are ours. */
static void
look_at(const xf_issued *issued, const char *name)
{
    const unsigned char *at = issued->der;
    X509 *certificate = d2i_X509(NULL, &at, (long)issued->n);
    const X509_NAME *subject = X509_get_subject_name(certificate);

    assert(certificate != NULL && at == issued->der + issued->n);
    assert(X509_NAME_entry_count(subject) == NAMES);
    assert_named(subject, 0, NID_organizationName, "450922");
    assert_named(subject, 1, NID_commonName, name);
    assert(X509_get_ext_count(certificate) <= EXTENSIONS);
    assert(X509_check_ca(certificate) == 0);
    assert(X509_get_key_usage(certificate) == KU_DIGITAL_SIGNATURE);
    assert(X509_get_extended_key_usage(certificate) == XKU_SSL_CLIENT);
    X509_free(certificate);
}

/* The key is the request's, which ends where its bytes end; signed by the authority. */
static void
fits(const xf_issued *issued, const uint8_t *request, size_t n)
{
    xf_certificate_request asked = {.n = n};
    xf_certificate_pair pair = {.certificate = issued->der, .certificate_n = issued->n};
    const unsigned char *at = request;
    X509_REQ *whole = d2i_X509_REQ(NULL, &at, (long)n);

    assert(whole != NULL && at == request + n);
    X509_REQ_free(whole);
    if (n > sizeof asked.der)
        return;
    memcpy(asked.der, request, n);
    pair.ca = xf_issuer_certificate(issuer(), &pair.ca_n);
    assert(xf_certificate_check(&pair, &asked, xf_issuer_fingerprint(issuer()), NULL) ==
           XF_CODE_OK);
}

void
xf_fuzz_request(const uint8_t *bytes, size_t n)
{
    static const char name[] = "lucheng-2";
    const xf_issue_order order = {.request = bytes, .request_n = n, .bureau = BUREAU, .name = name};
    xf_issued issued;
    xf_error error = {0};

    xf_fuzz_judged(xf_issue_device(issuer(), &order, &issued, &error), &error);
    /* What OpenSSL complained of would be taken for the next connection's. */
    assert(ERR_peek_error() == 0);
    if (error.code == XF_CODE_OK) {
        assert(n <= XF_ISSUE_REQUEST);
        look_at(&issued, name);
        fits(&issued, bytes, n);
    } else {
        assert(error.code == XF_CODE_INVALID && strcmp(error.field, "csr") == 0);
    }
}

/* The other half of the key that the seeds ask for: 32 times 7. */
static void
sign(const uint8_t *info, size_t n, uint8_t ret_signature[SIGNATURE])
{
    static EVP_PKEY *key = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t got = SIGNATURE;

    if (key == NULL) {
        uint8_t half[HALF];

        memset(half, 7, sizeof half);
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, half, sizeof half);
    }
    assert(context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1);
    assert(EVP_DigestSign(context, ret_signature, &got, info, n) == 1 && got == SIGNATURE);
    EVP_MD_CTX_free(context);
}

void
xf_fuzz_request_info(const uint8_t *info, size_t n)
{
    static const uint8_t ed25519[] = {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65,
                                      0x70, 0x03, 0x41, 0x00}; /* and the head of the signature */
    uint8_t request[HEAD + MOST_INFO + sizeof ed25519 + SIGNATURE];
    const size_t body = n + sizeof ed25519 + SIGNATURE;

    if (n > MOST_INFO)
        return;
    request[0] = 0x30;
    request[1] = 0x82;
    request[2] = (uint8_t)(body >> 8);
    request[3] = (uint8_t)body;
    memcpy(request + HEAD, info, n);
    memcpy(request + HEAD + n, ed25519, sizeof ed25519);
    sign(info, n, request + HEAD + n + sizeof ed25519);
    xf_fuzz_request(request, HEAD + body);
}
