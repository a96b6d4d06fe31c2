/* tests/unit/issue — what the authority signs, and what it does not. */
#include "crypto/issue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "client/lib/certificate.h"
#include "test_ca.h"

typedef struct stage {
    char dir[XF_TEST_PATH];
    xf_test_ca *ca;
    xf_issuer *issuer;
} stage;

typedef struct request {
    uint8_t der[8192];
    size_t n;
} request;

static xf_code
open_issuer(const stage *s, const char *ca, const char *key, xf_issuer **ret_issuer,
            xf_error *reterr)
{
    char ca_path[XF_TEST_PATH + 32];
    char key_path[XF_TEST_PATH + 32];

    (void)snprintf(ca_path, sizeof ca_path, "%s/%s.crt", s->dir, ca);
    (void)snprintf(key_path, sizeof key_path, "%s/%s.key", s->dir, key);
    return xf_issuer_new(ca_path, key_path, ret_issuer, reterr);
}

static int
up(void **state)
{
    stage *s = test_calloc(1, sizeof *s);

    xf_test_dir_new(s->dir);
    s->ca = xf_test_ca_new(s->dir, "ca");
    xf_test_ca_keep_key(s->ca, "ca");
    xf_test_ca_server(s->ca, "server", "xinfangd.test");
    assert_int_equal(open_issuer(s, "ca", "ca", &s->issuer, NULL), XF_CODE_OK);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;

    xf_issuer_free(&s->issuer);
    xf_test_ca_free(&s->ca);
    xf_test_dir_remove(s->dir);
    test_free(s);
    return 0;
}

/* A request for this key, of a subject that would like to be something else. */
static void
ask_for(EVP_PKEY *key, request *ret_request)
{
    X509_REQ *req = X509_REQ_new();
    unsigned char *at = ret_request->der;
    const EVP_MD *digest =
        EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448") ? NULL : EVP_sha256();
    int n = 0;

    assert_non_null(key);
    assert_int_equal(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "O", MBSTRING_ASC,
                                                (const unsigned char *)"110000", -1, -1, 0),
                     1);
    assert_int_equal(X509_REQ_set_pubkey(req, key), 1);
    assert_true(X509_REQ_sign(req, key, digest) > 0);
    n = i2d_X509_REQ(req, &at);
    assert_in_range(n, 1, (int)sizeof ret_request->der);
    ret_request->n = (size_t)n;
    X509_REQ_free(req);
    EVP_PKEY_free(key);
}

static xf_code
issue(const stage *s, const request *asked, xf_issued *ret_issued, xf_error *reterr)
{
    const xf_issue_order order = {
        .request = asked->der, .request_n = asked->n, .bureau = 450922, .name = "lucheng-2"};

    return xf_issue_device(s->issuer, &order, ret_issued, reterr);
}

static void
assert_refused(const stage *s, const request *asked, xf_text text)
{
    xf_issued issued;
    xf_error error = {0};

    assert_int_equal(issue(s, asked, &issued, &error), XF_CODE_INVALID);
    assert_string_equal(error.field, "csr");
    assert_int_equal(error.text, text);
}

/* ---- What is signed ----------------------------------------------------------------------- */

static X509 *
read_issued(const xf_issued *issued)
{
    const unsigned char *at = issued->der;
    X509 *certificate = d2i_X509(NULL, &at, (long)issued->n);

    assert_non_null(certificate);
    assert_ptr_equal(at, issued->der + issued->n);
    return certificate;
}

static void
assert_says(X509 *certificate, int nid, const char *value)
{
    char text[128] = "";

    assert_true(
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), nid, text, sizeof text) > 0);
    assert_string_equal(text, value);
}

static void
the_subject_is_ours_and_not_the_askers(void **state)
{
    const stage *s = *state;
    request asked;
    xf_issued issued;
    xf_issued other;
    X509 *certificate = NULL;

    ask_for(EVP_EC_gen("P-256"), &asked);
    assert_int_equal(issue(s, &asked, &issued, NULL), XF_CODE_OK);
    certificate = read_issued(&issued);
    assert_int_equal(X509_NAME_entry_count(X509_get_subject_name(certificate)), 2);
    assert_says(certificate, NID_organizationName, "450922");
    assert_says(certificate, NID_commonName, "lucheng-2");
    assert_int_equal(X509_get_extended_key_usage(certificate), XKU_SSL_CLIENT);
    assert_int_equal(X509_check_ca(certificate), 0);
    assert_int_equal(issued.until_ms - issued.from_ms,
                     ((int64_t)XF_ISSUE_DAYS * 86400 + XF_ISSUE_SKEW_S) * 1000);
    X509_free(certificate);
    /* Asked again it is another certificate. */
    assert_int_equal(issue(s, &asked, &other, NULL), XF_CODE_OK);
    assert_memory_not_equal(issued.serial, other.serial, sizeof other.serial);
    assert_memory_not_equal(issued.fingerprint, other.fingerprint, sizeof other.fingerprint);
}

static void
an_ed25519_key_is_taken_too(void **state)
{
    const stage *s = *state;
    request asked;
    xf_issued issued;

    ask_for(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), &asked);
    assert_int_equal(issue(s, &asked, &issued, NULL), XF_CODE_OK);
}

/* What the client of ours asks and what it checks fit together. */
static void
our_own_client_likes_it(void **state)
{
    const stage *s = *state;
    char key[XF_TEST_PATH + 32];
    char csr[XF_TEST_PATH + 32];
    char pem[XF_TEST_PATH + 32];
    xf_certificate_request made;
    xf_certificate_request read;
    xf_issue_order order = {.bureau = 450922, .name = "lucheng-2"};
    xf_certificate_pair pair;
    xf_issued issued;
    struct stat about = {0};
    int64_t until_ms = 0;
    uint8_t wrong[32] = {0};

    (void)snprintf(key, sizeof key, "%s/next.key", s->dir);
    (void)snprintf(csr, sizeof csr, "%s/next.csr", s->dir);
    (void)snprintf(pem, sizeof pem, "%s/next.pem", s->dir);
    assert_int_equal(xf_certificate_prepare(key, csr, &made, NULL), XF_CODE_OK);
    assert_int_equal(stat(key, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    /* Asked for a second time, it is the same request. */
    assert_int_equal(xf_certificate_prepare(key, csr, &read, NULL), XF_CODE_OK);
    assert_int_equal(made.n, read.n);
    assert_memory_equal(made.der, read.der, made.n);

    order.request = made.der;
    order.request_n = made.n;
    assert_int_equal(xf_issue_device(s->issuer, &order, &issued, NULL), XF_CODE_OK);
    pair = (xf_certificate_pair){.certificate = issued.der, .certificate_n = issued.n};
    pair.ca = xf_issuer_certificate(s->issuer, &pair.ca_n);
    assert_int_equal(xf_certificate_check(&pair, &made, xf_issuer_fingerprint(s->issuer), NULL),
                     XF_CODE_OK);
    assert_int_equal(xf_certificate_check(&pair, &made, wrong, NULL), XF_CODE_UNAUTHENTICATED);
    assert_int_equal(remove(csr), 0);
    assert_int_equal(xf_certificate_prepare(key, csr, &read, NULL), XF_CODE_OK);
    assert_int_equal(xf_certificate_check(&pair, &read, NULL, NULL), XF_CODE_UNAUTHENTICATED);
    assert_int_equal(xf_certificate_write(pem, issued.der, issued.n, NULL), XF_CODE_OK);
    assert_false(xf_certificate_due(pem, &until_ms));
    assert_int_equal(until_ms, issued.until_ms);
}

/* ---- What is not -------------------------------------------------------------------------- */

static void
other_keys_are_refused(void **state)
{
    const stage *s = *state;
    request asked;

    ask_for(EVP_RSA_gen(2048), &asked);
    assert_refused(s, &asked, XF_TEXT_CSR_KEY);
    ask_for(EVP_EC_gen("P-384"), &asked);
    assert_refused(s, &asked, XF_TEXT_CSR_KEY);
    ask_for(EVP_EC_gen("secp256k1"), &asked);
    assert_refused(s, &asked, XF_TEXT_CSR_KEY);
    ask_for(EVP_PKEY_Q_keygen(NULL, NULL, "ED448"), &asked);
    assert_refused(s, &asked, XF_TEXT_CSR_KEY);
}

static void
a_request_that_its_key_did_not_sign_is_refused(void **state)
{
    const stage *s = *state;
    request asked;

    ask_for(EVP_EC_gen("P-256"), &asked);
    asked.der[asked.n - 1] ^= 1; /* the signature's last byte */
    assert_refused(s, &asked, XF_TEXT_CSR_BROKEN);
    ask_for(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), &asked);
    asked.der[20] ^= 1; /* what was signed */
    assert_refused(s, &asked, XF_TEXT_CSR_BROKEN);
}

static void
bytes_that_are_no_request_are_refused(void **state)
{
    const stage *s = *state;
    request asked;
    size_t whole = 0;

    ask_for(EVP_EC_gen("P-256"), &asked);
    whole = asked.n;
    for (asked.n = 0; asked.n < whole; asked.n++) /* however it is cut */
        assert_refused(s, &asked, XF_TEXT_CSR_BROKEN);
    asked.n = whole + 1; /* a byte behind it */
    assert_refused(s, &asked, XF_TEXT_CSR_BROKEN);
    asked.n = XF_ISSUE_REQUEST + 1;
    assert_refused(s, &asked, XF_TEXT_CSR_BROKEN);
}

static void
names_are_as_deploy_ca_takes_them(void **state)
{
    static const char *const good[] = {"a", "9", "lucheng-2", "desk.7"};
    static const char *const bad[] = {"",    ".a",  "-a",  "a b",    "接待室",
                                      "a/b", "a\n", "a=b", "a,CN=b", "a*"};
    char longest[XF_ISSUE_NAME + 2];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(xf_issue_name_fits(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(xf_issue_name_fits(bad[i]));
    memset(longest, 'a', sizeof longest);
    longest[XF_ISSUE_NAME] = '\0';
    assert_true(xf_issue_name_fits(longest));
    longest[XF_ISSUE_NAME] = 'a';
    longest[XF_ISSUE_NAME + 1] = '\0';
    assert_false(xf_issue_name_fits(longest));
}

static void
a_key_that_is_not_the_authoritys_is_named(void **state)
{
    const stage *s = *state;
    char path[XF_TEST_PATH + 32];
    xf_issuer *issuer = NULL;
    xf_error error = {0};

    (void)snprintf(path, sizeof path, "%s/server.key", s->dir);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(open_issuer(s, "ca", "server", &issuer, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_CA_KEY_OTHER);
    assert_string_equal(error.field, "device.ca_key_file");
    /* A server's own certificate is no authority, though the key fits. */
    assert_int_equal(open_issuer(s, "server", "server", &issuer, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_CA_KEY_OTHER);
    assert_int_equal(open_issuer(s, "ca", "nobody", &issuer, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_KEY_NONE);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(open_issuer(s, "ca", "server", &issuer, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_KEY_SHARED);
    assert_null(issuer);
}

/* Nor is it asked for at the terminal, where a service has none. */
static void
a_key_behind_a_pass_phrase_is_none(void **state)
{
    const stage *s = *state;
    xf_issuer *issuer = NULL;
    xf_error error = {0};

    xf_test_key_locked(s->dir, "locked");
    assert_int_equal(open_issuer(s, "ca", "locked", &issuer, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_KEY_NONE);
    assert_null(issuer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_subject_is_ours_and_not_the_askers),
        cmocka_unit_test(an_ed25519_key_is_taken_too),
        cmocka_unit_test(our_own_client_likes_it),
        cmocka_unit_test(other_keys_are_refused),
        cmocka_unit_test(a_request_that_its_key_did_not_sign_is_refused),
        cmocka_unit_test(bytes_that_are_no_request_are_refused),
        cmocka_unit_test(names_are_as_deploy_ca_takes_them),
        cmocka_unit_test(a_key_that_is_not_the_authoritys_is_named),
        cmocka_unit_test(a_key_behind_a_pass_phrase_is_none),
    };

    return cmocka_run_group_tests(tests, up, down);
}
