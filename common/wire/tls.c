/* wire/tls — one connection: OpenSSL between the caller's bytes and the caller's bufs.
 * Certificates, sessions and ALPN are in tls_context.c. */
#include "wire/tls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "wire/tls_context.h"

enum {
    LEAST_ROOM = 512,  /* a small frame is read in one go */
    RECORD = 16384,    /* RFC 8446, 5.1: the most plain bytes of one record */
    RECORD_COST = 22,  /* header, content type, tag */
    BUREAU_DIGITS = 9, /* more than any division code, and it fits an int32_t */
    MS_OF_S = 1000,
};

struct xf_tls {
    SSL *ssl;
    bool ready;
    bool failed;
    /* The BIO's two ends, borrowed for the length of one call. */
    const uint8_t *bytes;
    size_t n;
    xf_buf *out;
    xf_code out_code; /* why `out` took no more */
};

/* ---- The BIO: OpenSSL reads the socket's bytes where they lie and writes into `out`. */

static int
port_read(BIO *bio, char *data, size_t n, size_t *ret_n)
{
    xf_tls *tls = BIO_get_data(bio);
    size_t take = n < tls->n ? n : tls->n;

    BIO_clear_retry_flags(bio);
    *ret_n = take;
    if (take == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(data, tls->bytes, take);
    tls->bytes += take;
    tls->n -= take;
    return 1;
}

static int
port_write(BIO *bio, const char *data, size_t n, size_t *ret_n)
{
    xf_tls *tls = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    *ret_n = 0;
    tls->out_code = tls->out == NULL ? XF_CODE_INTERNAL : xf_buf_append(tls->out, data, n, NULL);
    if (tls->out_code != XF_CODE_OK)
        return 0;
    *ret_n = n;
    return 1;
}

static long
port_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *
xf_tls_port_new(void)
{
    BIO_METHOD *port = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "xf_tls");

    if (port == NULL || BIO_meth_set_read_ex(port, port_read) != 1 ||
        BIO_meth_set_write_ex(port, port_write) != 1 || BIO_meth_set_ctrl(port, port_ctrl) != 1)
        abort(); /* out of memory */
    return port;
}

static void
lend(xf_tls *tls, const uint8_t *bytes, size_t n, xf_buf *out)
{
    tls->bytes = bytes;
    tls->n = n;
    tls->out = out;
    tls->out_code = XF_CODE_OK;
    /* SSL_get_error looks at the thread's queue: what another connection left misleads. To look is
     * cheap, to clear costs a tenth of sealing a small record, even where there is nothing. */
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

static void
take_back(xf_tls *tls)
{
    tls->bytes = NULL;
    tls->n = 0;
    tls->out = NULL;
}

/* ---- Errors */

/* The peer's alerts arrive as 1000 + their number (RFC 8446, 6.2). */
static bool
is_refusal(int reason)
{
    int alert = reason - SSL_AD_REASON_OFFSET;

    return (alert >= SSL_AD_HANDSHAKE_FAILURE && alert <= SSL_AD_ACCESS_DENIED) ||
           alert == SSL_AD_PROTOCOL_VERSION || alert == SSL_AD_UNRECOGNIZED_NAME ||
           alert == SSL_AD_CERTIFICATE_REQUIRED || alert == SSL_AD_NO_APPLICATION_PROTOCOL;
}

/* The server has no room for another connection: it said so before its side of the handshake began. */
static xf_code
turned_away(xf_error *reterr)
{
    xf_code code = XF_FAIL(reterr, XF_CODE_OVERLOADED, XF_TEXT_TURNED_AWAY, "");

    if (reterr != NULL)
        reterr->retry_after_ms = (uint32_t)xf_limit_get(XF_LIMIT_HANDSHAKE_WAIT_MS);
    return code;
}

static xf_code
refuse(const xf_tls *tls, int reason, xf_error *reterr)
{
    long verify = SSL_get_verify_result(tls->ssl);

    if (verify != X509_V_OK) {
        return XF_FAIL(reterr, XF_CODE_UNAUTHENTICATED, XF_TEXT_TLS_REFUSED, "tls.verify.%ld",
                       verify);
    }
    return XF_FAIL(reterr, XF_CODE_UNAUTHENTICATED, XF_TEXT_TLS_REFUSED, "tls.reason.%d", reason);
}

/* What `rv` of an SSL_ function means; OK when it only wants more bytes. */
static xf_code
explain(xf_tls *tls, int rv, xf_error *reterr)
{
    int error = SSL_get_error(tls->ssl, rv);
    int reason = ERR_GET_REASON(ERR_peek_error());

    if (error == SSL_ERROR_WANT_READ)
        return XF_CODE_OK;
    tls->failed = true;
    ERR_clear_error();
    if (tls->out_code != XF_CODE_OK)
        return XF_FAIL(reterr, tls->out_code, XF_TEXT_LIMIT, "tls.out");
    if (error == SSL_ERROR_ZERO_RETURN) {
        /* The peer ended it as one should: without this OpenSSL would forget its session. */
        SSL_set_shutdown(tls->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECTION_LOST, "");
    }
    if (!tls->ready && SSL_is_server(tls->ssl) == 0 && reason == SSL_R_TLSV1_ALERT_INTERNAL_ERROR)
        return turned_away(reterr);
    /* In TLS 1.3 a client is ready before the server has judged its certificate. */
    if (!tls->ready || is_refusal(reason))
        return refuse(tls, reason, reterr);
    if (reason >= SSL_AD_REASON_OFFSET) {
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECTION_LOST, "tls.reason.%d",
                       reason);
    }
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "tls.reason.%d", reason);
}

/* ---- Handshake */

static bool
dates_hold(const X509 *certificate)
{
    return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
           X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

static bool
name_holds(SSL *ssl, X509 *certificate)
{
    const char *name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);

    return name == NULL || X509_check_host(certificate, name, 0, XF_TLS_HOST_FLAGS, NULL) == 1;
}

/* A resumed session was verified when it began, hours ago perhaps; the certificate may
 * have run out since, and the name asked for may be another. Only who enrols may come without
 * one: a session that has none is never xinfang/1, whatever it was before. */
static xf_code
check_peer(xf_tls *tls, xf_error *reterr)
{
    X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    const unsigned char *chosen = NULL;
    unsigned chosen_len = 0;
    bool stands = false;

    SSL_get0_alpn_selected(tls->ssl, &chosen, &chosen_len);
    if (peer == NULL) {
        stands = SSL_is_server(tls->ssl) == 1 && xf_tls_enrols(tls);
    } else {
        stands = chosen_len > 0 && SSL_get_verify_result(tls->ssl) == X509_V_OK &&
                 dates_hold(peer) && name_holds(tls->ssl, peer);
    }
    ERR_clear_error();
    if (stands)
        return XF_CODE_OK;
    tls->failed = true;
    return refuse(tls, 0, reterr);
}

static xf_code
shake_hands(xf_tls *tls, xf_error *reterr)
{
    int rv = SSL_do_handshake(tls->ssl);
    xf_code code = XF_CODE_OK;

    if (rv != 1)
        return explain(tls, rv, reterr);
    code = check_peer(tls, reterr);
    tls->ready = code == XF_CODE_OK;
    return code;
}

/* ---- The connection */

xf_tls *
xf_tls_new(xf_tls_context *context, const char *peer_name)
{
    xf_tls *tls = xf_memory_new(sizeof *tls);
    BIO *bio = NULL;

    tls->ssl = xf_tls_context_begin(context, peer_name);
    bio = BIO_new(xf_tls_context_port(context));
    if (bio == NULL)
        abort(); /* out of memory */
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio); /* takes it */
    return tls;
}

void
xf_tls_free(xf_tls **tls)
{
    xf_tls *gone = *tls;

    if (gone == NULL)
        return;
    *tls = NULL;
    /* OpenSSL forgets the session of a connection that ended without close_notify, which
     * is how a poor link ends. TLS 1.3 does not ask for that; only an error does. */
    if (gone->ready && !gone->failed)
        SSL_set_shutdown(gone->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(gone->ssl);
    free(gone);
}

/* One run over what came: OpenSSL takes all of the bytes, an unfinished record it keeps. */
static xf_code
decrypt(xf_tls *tls, xf_buf *plain, xf_error *reterr)
{
    for (;;) {
        size_t room_n = (size_t)SSL_pending(tls->ssl);
        size_t got = 0;
        uint8_t *room = NULL;
        int rv = 0;
        xf_code code = XF_CODE_OK;

        if (room_n < tls->n)
            room_n = tls->n;
        if (room_n < LEAST_ROOM)
            room_n = LEAST_ROOM;
        code = xf_buf_room(plain, room_n, &room, reterr);
        if (code != XF_CODE_OK) {
            tls->failed = true;
            return code;
        }
        rv = SSL_read_ex(tls->ssl, room, room_n, &got);
        if (rv != 1)
            return explain(tls, rv, reterr);
        xf_buf_wrote(plain, got);
    }
}

xf_code
xf_tls_take(xf_tls *tls, const uint8_t *bytes, size_t n, xf_buf *out, xf_buf *plain,
            bool *ret_ready, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    assert(!tls->failed);
    *ret_ready = false;
    lend(tls, bytes, n, out);
    if (!tls->ready) {
        XF_TRY(shake_hands(tls, reterr));
        *ret_ready = tls->ready;
    }
    if (tls->ready)
        code = decrypt(tls, plain, reterr);
out:
    take_back(tls);
    return code;
}

xf_code
xf_tls_start(xf_tls *tls, xf_buf *out, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    lend(tls, NULL, 0, out);
    code = shake_hands(tls, reterr);
    take_back(tls);
    return code;
}

xf_code
xf_tls_put(xf_tls *tls, const uint8_t *plain, size_t n, xf_buf *out, xf_error *reterr)
{
    size_t written = 0;
    uint8_t *room = NULL;
    xf_code code = XF_CODE_OK;
    int rv = 0;

    assert(tls->ready);
    if (n == 0)
        return XF_CODE_OK;
    lend(tls, NULL, 0, out);
    /* All at once, or `out` would be moved a few times on the way. */
    XF_TRY(xf_buf_room(out, n + (n / RECORD + 1) * RECORD_COST, &room, reterr));
    rv = SSL_write_ex(tls->ssl, plain, n, &written);
    if (rv != 1)
        XF_TRY(explain(tls, rv, reterr));
    assert(rv != 1 || written == n);
    if (rv != 1) /* the BIO never asks to wait */
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "tls.put");
out:
    take_back(tls);
    return code;
}

void
xf_tls_close(xf_tls *tls, xf_buf *out)
{
    if (!tls->ready || tls->failed)
        return;
    lend(tls, NULL, 0, out);
    /* 0: sent, the peer's has not come. Below 0 nothing can be done: the socket closes. */
    (void)SSL_shutdown(tls->ssl);
    ERR_clear_error();
    take_back(tls);
}

/* ---- The peer */

bool
xf_tls_enrols(const xf_tls *tls)
{
    const unsigned char *chosen = NULL;
    unsigned chosen_len = 0;

    SSL_get0_alpn_selected(tls->ssl, &chosen, &chosen_len);
    return xf_tls_context_is_enrolment(chosen, chosen_len);
}

void
xf_tls_peer_fingerprint(const xf_tls *tls, uint8_t ret_sha[32])
{
    const X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    unsigned n = 0;

    assert(tls->ready && peer != NULL);
    if (X509_digest(peer, EVP_sha256(), ret_sha, &n) != 1 || n != 32)
        abort(); /* a digest of a parsed certificate fails for want of memory only */
}

int32_t
xf_tls_peer_bureau(const xf_tls *tls)
{
    const X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    const X509_NAME *subject = peer == NULL ? NULL : X509_get_subject_name(peer);
    int at = X509_NAME_get_index_by_NID(subject, NID_organizationName, -1);
    const ASN1_STRING *text = NULL;
    const unsigned char *digits = NULL;
    int32_t bureau = 0;

    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_organizationName, at) >= 0)
        return 0;
    text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    digits = ASN1_STRING_get0_data(text);
    if (ASN1_STRING_length(text) < 1 || ASN1_STRING_length(text) > BUREAU_DIGITS ||
        digits[0] == '0')
        return 0;
    for (int i = 0; i < ASN1_STRING_length(text); i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return 0;
        bureau = bureau * 10 + (digits[i] - '0');
    }
    return bureau;
}

/* The certificate was verified, so its dates can be read. */
static int64_t
ms_of(const ASN1_TIME *at)
{
    struct tm parts = {0};

    return ASN1_TIME_to_tm(at, &parts) == 1 ? (int64_t)timegm(&parts) * MS_OF_S : 0;
}

static void
copy_name(const X509 *peer, char ret_name[XF_TLS_NAME + 1])
{
    const X509_NAME *subject = X509_get_subject_name(peer);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *text = NULL;
    int n = 0;

    ret_name[0] = '\0';
    if (at < 0)
        return;
    n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (n > 0 && n <= XF_TLS_NAME && xf_utf8_valid(text, (size_t)n)) {
        memcpy(ret_name, text, (size_t)n);
        ret_name[n] = '\0';
    }
    OPENSSL_free(text);
}

void
xf_tls_peer_device(const xf_tls *tls, xf_tls_device *ret_device)
{
    const X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    const ASN1_INTEGER *serial = NULL;
    int n = 0;

    assert(tls->ready && peer != NULL);
    *ret_device = (xf_tls_device){
        .from_ms = ms_of(X509_get0_notBefore(peer)),
        .until_ms = ms_of(X509_get0_notAfter(peer)),
    };
    serial = X509_get0_serialNumber(peer);
    n = ASN1_STRING_length(serial);
    ret_device->serial_n = n > XF_TLS_SERIAL ? XF_TLS_SERIAL : (size_t)n;
    memcpy(ret_device->serial, ASN1_STRING_get0_data(serial), ret_device->serial_n);
    copy_name(peer, ret_device->name);
    ERR_clear_error();
}

bool
xf_tls_resumed(const xf_tls *tls)
{
    return SSL_session_reused(tls->ssl) == 1;
}
