/* client/cli/profile — one seat's folder: where the server is, and who is logged in.
 *
 *      DIR/conf            server.host … (base/conf)
 *      DIR/token           who is logged in, 0600; good with this device's certificate only
 *      DIR/outbox.sqlite   what was asked and not yet answered, 0600
 *
 * DIR is --profile, else $XINFANG_HOME, else ~/.config/xinfang. File names in conf that
 * are not absolute are taken from DIR.
 */
#ifndef XF_CLI_PROFILE_H
#define XF_CLI_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/error.h"

enum { XF_TOKEN_BYTES = 32 };

typedef struct xf_profile {
    char *dir;
    char *host, *port, *server_name;
    char *ca, *certificate, *key; /* absolute, or from the working directory */
    int64_t trace;
    bool has_token;
    uint8_t token[XF_TOKEN_BYTES];
    int64_t bureau, officer; /* of the token */
} xf_profile;

/* Reads conf, and the token if there is one. On failure *ret_fault says where in conf, and
 * reterr->field which file. `home`: --profile, or NULL. */
XF_NODISCARD xf_code xf_profile_read(const char *home, xf_profile *ret_profile,
                                     xf_conf_fault *ret_fault, xf_error *reterr);
void xf_profile_clear(xf_profile *profile); /* wipes the token */

/* Of a seat that is set up only now: finds DIR and makes it, 0700; nothing else is filled in.
 * CONFLICT: there is a conf already. */
XF_NODISCARD xf_code xf_profile_begin(const char *home, xf_profile *ret_profile, xf_error *reterr);
/* Writes conf, whole or not at all. File names that lie in DIR are written without it. */
XF_NODISCARD xf_code xf_profile_write(const xf_profile *profile, xf_error *reterr);

/* DIR/name, malloced. */
char *xf_profile_path(const xf_profile *profile, const char *name);

/* Writes the token file at once and whole, or not at all. */
XF_NODISCARD xf_code xf_profile_keep_token(xf_profile *profile, const uint8_t token[XF_TOKEN_BYTES],
                                           int32_t bureau, int32_t officer, xf_error *reterr);
void xf_profile_drop_token(xf_profile *profile);

#endif
