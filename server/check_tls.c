/* check_tls — what OpenSSL would say at the first handshake, said before. */
#include <stdio.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "check.h"

enum { SOON_S = 14 * 86400 };

typedef struct looking {
    xf_check_told *told;
    void *data;
} looking;

static void
tell(const looking *l, const char *key, xf_text text)
{
    l->told(key, text, text == XF_TEXT_CERTIFICATE_SOON, l->data);
}

/* An empty pass phrase. Without one OpenSSL would ask for it on the terminal. */
static char no_pass_phrase[] = "";

/* Every certificate of a file, in its order; never NULL, freed by free_all. */
static STACK_OF(X509) * read_all(const char *path)
{
    STACK_OF(X509) *all = sk_X509_new_null();
    FILE *file = fopen(path, "re");
    X509 *one = NULL;

    if (all == NULL)
        abort(); /* out of memory */
    while (file != NULL && (one = PEM_read_X509(file, NULL, NULL, no_pass_phrase)) != NULL) {
        if (sk_X509_push(all, one) == 0)
            abort(); /* likewise */
    }
    if (file != NULL)
        (void)fclose(file);
    ERR_clear_error();
    return all;
}

static void
free_all(STACK_OF(X509) * all)
{
    sk_X509_pop_free(all, X509_free);
}

static void
check_dates(const looking *l, const char *key, const X509 *certificate)
{
    time_t soon = time(NULL) + SOON_S;

    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
        tell(l, key, XF_TEXT_CERTIFICATE_EARLY);
    } else if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
        tell(l, key, XF_TEXT_CERTIFICATE_EXPIRED);
    } else if (X509_cmp_time(X509_get0_notAfter(certificate), &soon) < 0) {
        tell(l, key, XF_TEXT_CERTIFICATE_SOON);
    }
}

static void
check_authorities(const looking *l, STACK_OF(X509) * authorities)
{
    if (sk_X509_num(authorities) == 0)
        tell(l, "tls.ca", XF_TEXT_CERTIFICATE_NONE);
    for (int i = 0; i < sk_X509_num(authorities); i++) {
        X509 *one = sk_X509_value(authorities, i);

        if (X509_check_ca(one) == 0) {
            tell(l, "tls.ca", XF_TEXT_CERTIFICATE_NO_CA);
        } else {
            check_dates(l, "tls.ca", one);
        }
    }
}

/* Signed by one of them, for a server; dates are told on their own. */
static bool
is_trusted(STACK_OF(X509) * authorities, STACK_OF(X509) * chain)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool good = store != NULL && context != NULL;

    for (int i = 0; good && i < sk_X509_num(authorities); i++)
        good = X509_STORE_add_cert(store, sk_X509_value(authorities, i)) == 1;
    good = good && X509_STORE_set_flags(store, X509_V_FLAG_NO_CHECK_TIME) == 1 &&
           X509_STORE_CTX_init(context, store, sk_X509_value(chain, 0), chain) == 1 &&
           X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1 &&
           X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return good;
}

static void
check_key(const looking *l, const char *path, STACK_OF(X509) * chain)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, NULL, no_pass_phrase);

    if (key == NULL) {
        tell(l, "tls.key", XF_TEXT_KEY_NONE);
    } else if (sk_X509_num(chain) > 0 &&
               X509_check_private_key(sk_X509_value(chain, 0), key) != 1) {
        tell(l, "tls.key", XF_TEXT_KEY_OTHER);
    }
    EVP_PKEY_free(key);
    if (file != NULL)
        (void)fclose(file);
    ERR_clear_error();
}

void
xf_check_tls(const xf_server_conf *conf, xf_check_told *told, void *data)
{
    const looking l = {told, data};
    STACK_OF(X509) *authorities = read_all(conf->tls_ca != NULL ? conf->tls_ca : "");
    STACK_OF(X509) *chain = read_all(conf->tls_certificate != NULL ? conf->tls_certificate : "");

    if (conf->tls_ca != NULL)
        check_authorities(&l, authorities);
    if (conf->tls_certificate != NULL && sk_X509_num(chain) == 0)
        tell(&l, "tls.certificate", XF_TEXT_CERTIFICATE_NONE);
    if (sk_X509_num(chain) > 0)
        check_dates(&l, "tls.certificate", sk_X509_value(chain, 0));
    if (sk_X509_num(chain) > 0 && sk_X509_num(authorities) > 0 && !is_trusted(authorities, chain))
        tell(&l, "tls.certificate", XF_TEXT_CERTIFICATE_STRANGE);
    if (conf->tls_key != NULL)
        check_key(&l, conf->tls_key, chain);
    free_all(authorities);
    free_all(chain);
}
