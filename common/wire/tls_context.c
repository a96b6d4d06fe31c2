/* wire/tls_context — one SSL_CTX for all threads: files, ALPN, verification, sessions.
 *
 * Enrolment is another protocol on the same port. A session that it left behind could be
 * resumed as xinfang/1, by whom nobody has asked for a certificate: so it leaves none, and
 * tls.c looks for the certificate after every handshake.
 */
#include "wire/tls_context.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>

#include "base/memory.h"

enum {
    SESSION_S = 3600,      /* how long a session may be resumed */
    SESSIONS_PER_LINK = 4, /* a command line leaves one behind at each run */
};

/* Length and name, as they stand in the extension (RFC 7301, 3.1). */
static const unsigned char alpn[] = "\x09xinfang/1";
static const unsigned char alpn_enrol[] = "\x0fxinfang-enrol/1";
static const unsigned char session_id_context[] = "xinfang/1";

enum { ALPN_LEN = sizeof alpn - 1, ALPN_ENROL_LEN = sizeof alpn_enrol - 1, SHA = 32 };

struct xf_tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *port;
    bool server;
    bool enrols;          /* a client without a certificate */
    uint8_t ca_sha[SHA];  /* of the one authority that it trusts */
    pthread_mutex_t lock; /* guards newest and ssl */
    SSL_SESSION *newest;  /* client: not offered yet */
};

/* ---- ALPN, on the server */

/* Without the extension OpenSSL does not ask alpn_chosen: so its presence is checked here,
 * before anything costs time. */
static int
hello_came(SSL *ssl, int *ret_alert, void *data)
{
    const unsigned char *extension = NULL;
    size_t n = 0;

    (void)data;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation,
                                  &extension, &n) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    *ret_alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

static int
alpn_chosen(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_len,
            const unsigned char *offered, unsigned offered_len, void *data)
{
    unsigned char *name = NULL;

    (void)data;
    if (SSL_select_next_proto(&name, ret_len, alpn, ALPN_LEN, offered, offered_len) !=
        OPENSSL_NPN_NEGOTIATED) {
        if (SSL_select_next_proto(&name, ret_len, alpn_enrol, ALPN_ENROL_LEN, offered,
                                  offered_len) != OPENSSL_NPN_NEGOTIATED)
            return SSL_TLSEXT_ERR_ALERT_FATAL;
        /* For this connection only: no certificate is asked for, no session is left. */
        SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
        if (SSL_set_num_tickets(ssl, 0) != 1)
            return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *ret_name = name;
    return SSL_TLSEXT_ERR_OK;
}

bool
xf_tls_context_is_enrolment(const unsigned char *name, size_t n)
{
    return n == ALPN_ENROL_LEN - 1 && memcmp(name, alpn_enrol + 1, n) == 0;
}

/* ---- Who enrols knows one certificate by its hash, and trusts nothing else */

/* The one of the chain that the server sent; NULL: it did not send it. */
static X509 *
find_pinned(const xf_tls_context *context, STACK_OF(X509) * chain)
{
    for (int i = 0; i < sk_X509_num(chain); i++) {
        uint8_t sha[EVP_MAX_MD_SIZE];
        unsigned n = 0;

        if (X509_digest(sk_X509_value(chain, i), EVP_sha256(), sha, &n) == 1 && n == SHA &&
            memcmp(sha, context->ca_sha, SHA) == 0)
            return sk_X509_value(chain, i);
    }
    return NULL;
}

/* In place of a store: OpenSSL's own verification, purpose, dates and name included, with the
 * pinned certificate as the only authority. */
static int
verify_pinned(X509_STORE_CTX *store, void *data)
{
    X509 *pinned = find_pinned(data, X509_STORE_CTX_get0_untrusted(store));
    STACK_OF(X509) *trusted = sk_X509_new_null();
    int verified = 0;

    if (trusted == NULL || (pinned != NULL && sk_X509_push(trusted, pinned) == 0))
        abort(); /* out of memory */
    X509_STORE_CTX_set0_trusted_stack(store, trusted);
    verified = X509_verify_cert(store);
    X509_STORE_CTX_set0_trusted_stack(store, NULL);
    sk_X509_free(trusted);
    return verified;
}

/* ---- Sessions, on the client */

static int
session_came(SSL *ssl, SSL_SESSION *session)
{
    xf_tls_context *context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    SSL_SESSION *old = NULL;

    pthread_mutex_lock(&context->lock);
    old = context->newest;
    context->newest = session;
    pthread_mutex_unlock(&context->lock);
    SSL_SESSION_free(old);
    return 1; /* the reference is ours now */
}

static void
offer_newest(xf_tls_context *context, SSL *ssl)
{
    SSL_SESSION *session = NULL;

    pthread_mutex_lock(&context->lock);
    session = context->newest;
    context->newest = NULL;
    pthread_mutex_unlock(&context->lock);
    /* One that does not fit any more costs a full handshake, nothing else. */
    if (session != NULL && SSL_SESSION_is_resumable(session) == 1)
        (void)SSL_set_session(ssl, session);
    SSL_SESSION_free(session);
}

/* ---- Making a context */

static xf_code
load_files(SSL_CTX *ssl, const xf_tls_files *files, xf_error *reterr)
{
    static char no_pass_phrase[] = ""; /* without one OpenSSL would ask for it on the terminal */

    SSL_CTX_set_default_passwd_cb_userdata(ssl, no_pass_phrase);
    if (SSL_CTX_load_verify_file(ssl, files->ca) != 1)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "tls.ca");
    if (SSL_CTX_use_certificate_chain_file(ssl, files->certificate) != 1)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "tls.certificate");
    if (SSL_CTX_use_PrivateKey_file(ssl, files->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ssl) != 1)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "tls.key");
    return XF_CODE_OK;
}

static bool
set_up_server(SSL_CTX *ssl)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(ssl, (long)xf_limit_get(XF_LIMIT_CONNECTIONS) * SESSIONS_PER_LINK);
    SSL_CTX_set_timeout(ssl, SESSION_S);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_client_hello_cb(ssl, hello_came, NULL);
    SSL_CTX_set_alpn_select_cb(ssl, alpn_chosen, NULL);
    /* The client keeps one session, so more than one is thrown away. */
    return SSL_CTX_set_num_tickets(ssl, 1) == 1 &&
           SSL_CTX_set_session_id_context(ssl, session_id_context, sizeof session_id_context - 1) ==
               1;
}

static bool
set_up_client(SSL_CTX *ssl)
{
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ssl, session_came);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    return SSL_CTX_set_alpn_protos(ssl, alpn, ALPN_LEN) == 0; /* 0 is success here */
}

static bool
set_up_stranger(SSL_CTX *ssl, xf_tls_context *context)
{
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ssl, verify_pinned, context);
    return SSL_CTX_set_alpn_protos(ssl, alpn_enrol, ALPN_ENROL_LEN) == 0; /* likewise */
}

static bool
set_up(SSL_CTX *ssl, xf_tls_context *context)
{
    if (context->server)
        return set_up_server(ssl);
    return context->enrols ? set_up_stranger(ssl, context) : set_up_client(ssl);
}

/* OpenSSL's own context, filled; a connection holds it as long as it lives. Who enrols has no
 * files. */
static xf_code
make(xf_tls_context *context, const xf_tls_files *files, SSL_CTX **ret_ssl, xf_error *reterr)
{
    SSL_CTX *ssl = SSL_CTX_new(context->server ? TLS_server_method() : TLS_client_method());
    xf_code code = XF_CODE_OK;

    if (ssl == NULL || SSL_CTX_set_app_data(ssl, context) != 1 ||
        SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) != 1 || !set_up(ssl, context)) {
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "tls");
        goto out;
    }
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    if (files != NULL)
        XF_TRY(load_files(ssl, files, reterr));
    *ret_ssl = ssl;
    ssl = NULL;
out:
    ERR_clear_error();
    SSL_CTX_free(ssl);
    return code;
}

static xf_tls_context *
context_new(void)
{
    xf_tls_context *context = xf_memory_new(sizeof *context);

    pthread_mutex_init(&context->lock, NULL);
    context->port = xf_tls_port_new();
    return context;
}

xf_code
xf_tls_context_new(const xf_tls_files *files, bool server, xf_tls_context **ret_context,
                   xf_error *reterr)
{
    xf_tls_context *context = context_new();
    xf_code code = XF_CODE_OK;

    context->server = server;
    XF_TRY(make(context, files, &context->ssl, reterr));
    *ret_context = context;
    context = NULL;
out:
    xf_tls_context_free(&context);
    return code;
}

xf_code
xf_tls_context_new_stranger(const uint8_t ca_sha[32], xf_tls_context **ret_context,
                            xf_error *reterr)
{
    xf_tls_context *context = context_new();
    xf_code code = XF_CODE_OK;

    context->enrols = true;
    memcpy(context->ca_sha, ca_sha, SHA);
    XF_TRY(make(context, NULL, &context->ssl, reterr));
    *ret_context = context;
    context = NULL;
out:
    xf_tls_context_free(&context);
    return code;
}

xf_code
xf_tls_context_renew(xf_tls_context *context, const xf_tls_files *files, xf_error *reterr)
{
    SSL_CTX *fresh = NULL;
    SSL_CTX *old = NULL;
    xf_code code = XF_CODE_OK;

    XF_TRY(make(context, files, &fresh, reterr));
    pthread_mutex_lock(&context->lock);
    old = context->ssl;
    context->ssl = fresh;
    pthread_mutex_unlock(&context->lock);
    SSL_CTX_free(old); /* goes with the last of its connections */
out:
    return code;
}

int64_t
xf_tls_context_ends_s(xf_tls_context *context)
{
    const X509 *own = NULL;
    struct tm end = {0};
    int64_t ends_s = 0;

    pthread_mutex_lock(&context->lock);
    own = SSL_CTX_get0_certificate(context->ssl);
    if (own != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(own), &end) == 1)
        ends_s = (int64_t)timegm(&end);
    pthread_mutex_unlock(&context->lock);
    return ends_s;
}

void
xf_tls_context_free(xf_tls_context **context)
{
    xf_tls_context *gone = *context;

    if (gone == NULL)
        return;
    *context = NULL;
    SSL_SESSION_free(gone->newest);
    SSL_CTX_free(gone->ssl);
    BIO_meth_free(gone->port);
    pthread_mutex_destroy(&gone->lock);
    free(gone);
}

/* ---- For tls.c */

SSL *
xf_tls_context_begin(xf_tls_context *context, const char *peer_name)
{
    SSL *ssl = NULL;

    assert(context->server == (peer_name == NULL));
    pthread_mutex_lock(&context->lock);
    ssl = SSL_new(context->ssl);
    pthread_mutex_unlock(&context->lock);
    if (ssl == NULL)
        abort(); /* out of memory */
    if (context->server) {
        SSL_set_accept_state(ssl);
        return ssl;
    }
    SSL_set_connect_state(ssl);
    SSL_set_hostflags(ssl, XF_TLS_HOST_FLAGS);
    /* To OpenSSL an empty name means that any will do; here none does. */
    if (SSL_set1_host(ssl, peer_name[0] == '\0' ? "empty.invalid" : peer_name) != 1)
        abort(); /* out of memory */
    offer_newest(context, ssl);
    return ssl;
}

BIO_METHOD *
xf_tls_context_port(const xf_tls_context *context)
{
    return context->port;
}
