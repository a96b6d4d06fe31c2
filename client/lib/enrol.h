/* client/lib/enrol — the one connection of a machine that has no certificate yet.
 *
 * Speaks xinfang-enrol/1: one request, one answer, the server's GOAWAY. The server is believed
 * when its chain ends in the authority whose SHA-256 came with the code, and it bears the name
 * that it should. A second time with the same code and request, for an answer that was lost, is
 * the same operation and brings the same certificate.
 */
#ifndef XF_CLIENT_ENROL_H
#define XF_CLIENT_ENROL_H

#include <uv.h>

#include "device.pb-c.h"

#include "base/arena.h"
#include "base/error.h"
#include "client/lib/certificate.h"
#include "client/lib/client.h"

/* What the administrator gave: "450922-CODE-FINGERPRINT", the last in 64 hexadecimal digits. */
typedef struct xf_client_code {
    int32_t bureau;
    char code[65];
    uint8_t ca_sha[32];
} xf_client_code;

/* False: it is not one. */
bool xf_client_code_parse(const char *text, xf_client_code *ret_code);

typedef struct xf_client_enrolment {
    const char *host; /* name or numeric address */
    const char *port;
    const char *server_name;
    const xf_client_code *code;
    const xf_certificate_request *request;
} xf_client_enrolment;

/* Turns the loop until the answer is there, XF_LIMIT_HANDSHAKE_MS at most each for connection and
 * answer. The reply lives in `arena`, and was not checked yet (xf_certificate_check). `words`:
 * what a person is to read when it fails. */
XF_NODISCARD xf_code xf_client_enrol(uv_loop_t *loop, const xf_client_enrolment *enrolment,
                                     xf_arena *arena, const Xf__DeviceCertificateReply **ret_reply,
                                     char words[XF_CLIENT_WORDS], xf_error *reterr);

#endif
