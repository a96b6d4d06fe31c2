/* wire/tls_context — one SSL_CTX for all threads: files, ALPN, verification, sessions. */
#include "wire/tls_context.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "base/memory.h"

enum {
    SESSION_S = 3600,      /* how long a session may be resumed */
    SESSIONS_PER_LINK = 4, /* a command line leaves one behind at each run */
};

/* Length and name, as they stand in the extension (RFC 7301, 3.1). */
static const unsigned char alpn[] = "\x09xinfang/1";
static const unsigned char session_id_context[] = "xinfang/1";

enum { ALPN_LEN = sizeof alpn - 1 };

struct xf_tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *port;
    bool server;
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

    (void)ssl;
    (void)data;
    if (SSL_select_next_proto(&name, ret_len, alpn, ALPN_LEN, offered, offered_len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *ret_name = name;
    return SSL_TLSEXT_ERR_OK;
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

/* OpenSSL would ask for a pass phrase on the terminal. */
static int /* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's signature */
no_pass_phrase(char *phrase, int size, int writing, void *data)
{
    (void)phrase;
    (void)size;
    (void)writing;
    (void)data;
    return -1;
}

static xf_code
load_files(SSL_CTX *ssl, const xf_tls_files *files, xf_error *reterr)
{
    SSL_CTX_set_default_passwd_cb(ssl, no_pass_phrase);
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

/* OpenSSL's own context, filled; a connection holds it as long as it lives. */
static xf_code
make(xf_tls_context *context, const xf_tls_files *files, SSL_CTX **ret_ssl, xf_error *reterr)
{
    SSL_CTX *ssl = SSL_CTX_new(context->server ? TLS_server_method() : TLS_client_method());
    xf_code code = XF_CODE_OK;

    if (ssl == NULL || SSL_CTX_set_app_data(ssl, context) != 1 ||
        SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) != 1 ||
        !(context->server ? set_up_server(ssl) : set_up_client(ssl))) {
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "tls");
        goto out;
    }
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    XF_TRY(load_files(ssl, files, reterr));
    *ret_ssl = ssl;
    ssl = NULL;
out:
    ERR_clear_error();
    SSL_CTX_free(ssl);
    return code;
}

xf_code
xf_tls_context_new(const xf_tls_files *files, bool server, xf_tls_context **ret_context,
                   xf_error *reterr)
{
    xf_tls_context *context = xf_memory_new(sizeof *context);
    xf_code code = XF_CODE_OK;

    pthread_mutex_init(&context->lock, NULL);
    context->server = server;
    context->port = xf_tls_port_new();
    XF_TRY(make(context, files, &context->ssl, reterr));
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
