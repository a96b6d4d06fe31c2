/* tests/support/test_ca — see test_ca.h. */
#include "test_ca.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ftw.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/memory.h"

struct xf_test_ca {
    char dir[XF_TEST_PATH];
    X509 *certificate;
    EVP_PKEY *key;
};

static void
must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "test_ca: %s failed\n", what);
    abort();
}

void
xf_test_dir_new(char ret_dir[XF_TEST_PATH])
{
    (void)snprintf(ret_dir, XF_TEST_PATH, "/tmp/xf-test-XXXXXX");
    must(mkdtemp(ret_dir) != NULL, "mkdtemp");
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

void
xf_test_dir_remove(const char *dir)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test's end, one thread */
    must(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, "removing the directory");
}

/* ---- Certificates */

static void
path_of(char ret_path[XF_TEST_PATH], const char *dir, const char *name, const char *ending)
{
    int n = snprintf(ret_path, XF_TEST_PATH, "%s/%s.%s", dir, name, ending);

    must(n > 0 && n < XF_TEST_PATH, "a path");
}

static void
write_certificate(const char *dir, const char *name, X509 *certificate)
{
    char path[XF_TEST_PATH];
    FILE *file = NULL;

    path_of(path, dir, name, "crt");
    file = fopen(path, "we");
    must(file != NULL && PEM_write_X509(file, certificate) == 1 && fclose(file) == 0, path);
}

static void
write_key(const char *dir, const char *name, EVP_PKEY *key)
{
    char path[XF_TEST_PATH];
    FILE *file = NULL;

    path_of(path, dir, name, "key");
    file = fopen(path, "we");
    must(file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
             fclose(file) == 0,
         path);
}

static void
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension = NULL;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1, "an extension");
    X509_EXTENSION_free(extension);
}

static void
add_name(X509_NAME *name, const char *key, const char *value)
{
    if (value == NULL)
        return;
    must(X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8, (const unsigned char *)value, -1, -1,
                                    0) == 1,
         "a name");
}

static X509 *
blank(EVP_PKEY *key, const xf_test_subject *subject)
{
    X509 *certificate = X509_new();
    uint64_t serial = 0;

    must(certificate != NULL && RAND_bytes((unsigned char *)&serial, sizeof serial) == 1, "X509");
    must(X509_set_version(certificate, X509_VERSION_3) == 1, "X509_set_version");
    must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1, "serial");
    must(X509_gmtime_adj(X509_getm_notBefore(certificate), subject->valid_from_s) != NULL, "dates");
    must(X509_gmtime_adj(X509_getm_notAfter(certificate), subject->valid_to_s) != NULL, "dates");
    add_name(X509_get_subject_name(certificate), "O", subject->organisation);
    add_name(X509_get_subject_name(certificate), "CN", subject->common_name);
    must(X509_set_pubkey(certificate, key) == 1, "X509_set_pubkey");
    return certificate;
}

void
xf_test_key_locked(const char *dir, const char *name)
{
    static unsigned char phrase[] = "phrase";
    char path[XF_TEST_PATH];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    FILE *file = NULL;

    path_of(path, dir, name, "key");
    file = fopen(path, "we");
    must(key != NULL && file != NULL &&
             PEM_write_PrivateKey(file, key, EVP_aes_256_cbc(), phrase, sizeof phrase - 1, NULL,
                                  NULL) == 1 &&
             fclose(file) == 0 && chmod(path, 0600) == 0,
         path);
    EVP_PKEY_free(key);
}

/* ---- The authority */

xf_test_ca *
xf_test_ca_new(const char *dir, const char *name)
{
    xf_test_ca *ca = xf_memory_new(sizeof *ca);
    const xf_test_subject self = {
        .common_name = name, .valid_from_s = -XF_TEST_YEAR_S, .valid_to_s = XF_TEST_YEAR_S};

    (void)snprintf(ca->dir, sizeof ca->dir, "%s", dir);
    ca->key = EVP_EC_gen("P-256");
    must(ca->key != NULL, "EVP_EC_gen");
    ca->certificate = blank(ca->key, &self);
    X509_set_issuer_name(ca->certificate, X509_get_subject_name(ca->certificate));
    add_extension(ca->certificate, ca->certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(ca->certificate, ca->certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    must(X509_sign(ca->certificate, ca->key, EVP_sha256()) > 0, "X509_sign");
    write_certificate(dir, name, ca->certificate);
    return ca;
}

void
xf_test_ca_free(xf_test_ca **ca)
{
    if (*ca == NULL)
        return;
    X509_free((*ca)->certificate);
    EVP_PKEY_free((*ca)->key);
    free(*ca);
    *ca = NULL;
}

void
xf_test_ca_keep_key(const xf_test_ca *ca, const char *name)
{
    char path[XF_TEST_PATH];

    write_key(ca->dir, name, ca->key);
    path_of(path, ca->dir, name, "key");
    must(chmod(path, 0600) == 0, path);
}

void
xf_test_ca_issue(xf_test_ca *ca, const char *name, const xf_test_subject *subject)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = NULL;
    char alternative[XF_TEST_PATH];

    must(key != NULL, "EVP_EC_gen");
    certificate = blank(key, subject);
    X509_set_issuer_name(certificate, X509_get_subject_name(ca->certificate));
    add_extension(certificate, ca->certificate, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, ca->certificate, NID_ext_key_usage,
                  subject->dns == NULL ? "clientAuth" : "serverAuth");
    if (subject->dns != NULL && subject->dns[0] != '\0') {
        (void)snprintf(alternative, sizeof alternative, "DNS:%s", subject->dns);
        add_extension(certificate, ca->certificate, NID_subject_alt_name, alternative);
    }
    must(X509_sign(certificate, ca->key, EVP_sha256()) > 0, "X509_sign");
    write_certificate(ca->dir, name, certificate);
    write_key(ca->dir, name, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

void
xf_test_ca_server(xf_test_ca *ca, const char *name, const char *dns)
{
    const xf_test_subject subject = {
        .common_name = dns, .dns = dns, .valid_from_s = -60, .valid_to_s = XF_TEST_YEAR_S};

    xf_test_ca_issue(ca, name, &subject);
}

void
xf_test_ca_client(xf_test_ca *ca, const char *name, const char *organisation)
{
    const xf_test_subject subject = {.organisation = organisation,
                                     .common_name = name,
                                     .valid_from_s = -60,
                                     .valid_to_s = XF_TEST_YEAR_S};

    xf_test_ca_issue(ca, name, &subject);
}

/* ---- Using them */

xf_test_files
xf_test_files_of(const char *dir, const char *ca_name, const char *name)
{
    xf_test_files files;

    path_of(files.ca, dir, ca_name, "crt");
    path_of(files.certificate, dir, name, "crt");
    path_of(files.key, dir, name, "key");
    return files;
}

xf_tls_context *
xf_test_context(const char *dir, const char *ca_name, const char *name, bool server)
{
    xf_test_files files = xf_test_files_of(dir, ca_name, name);
    xf_tls_context *context = NULL;

    must(xf_tls_context_new(&(xf_tls_files){files.ca, files.certificate, files.key}, server,
                            &context, NULL) == XF_CODE_OK,
         name);
    return context;
}
