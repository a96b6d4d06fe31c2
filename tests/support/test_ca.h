/* tests/support/test_ca — a certificate authority to throw away, made with OpenSSL's API.
 *
 * P-256 everywhere. Files are PEM: DIR/NAME.crt and DIR/NAME.key. Whatever fails here
 * ends the test program. Certificates are valid by the real clock.
 */
#ifndef XF_TEST_CA_H
#define XF_TEST_CA_H

#include <stdbool.h>

#include "wire/tls.h"

enum { XF_TEST_PATH = 256, XF_TEST_YEAR_S = 31536000 };

typedef struct xf_test_ca xf_test_ca;

typedef struct xf_test_subject {
    const char *organisation; /* O, the bureau's number; NULL: none */
    const char *common_name;
    const char *dns;   /* a server's name, "" for a server without; NULL: a client's certificate */
    long valid_from_s; /* from now on; before now is negative */
    long valid_to_s;   /* from now on */
} xf_test_subject;

/* What fills an xf_tls_files, and holds its texts. */
typedef struct xf_test_files {
    char ca[XF_TEST_PATH];
    char certificate[XF_TEST_PATH];
    char key[XF_TEST_PATH];
} xf_test_files;

/* A new directory under /tmp, for this user only; and away with it and its files. */
void xf_test_dir_new(char ret_dir[XF_TEST_PATH]);
void xf_test_dir_remove(const char *dir);

/* Writes DIR/NAME.crt. */
xf_test_ca *xf_test_ca_new(const char *dir, const char *name);
void xf_test_ca_free(xf_test_ca **ca);
/* Writes DIR/NAME.key of the authority itself, for its owner only: for a server that issues. */
void xf_test_ca_keep_key(const xf_test_ca *ca, const char *name);
/* Writes DIR/NAME.key, a key behind a pass phrase, for its owner only. */
void xf_test_key_locked(const char *dir, const char *name);
/* Writes DIR/NAME.crt and DIR/NAME.key. */
void xf_test_ca_issue(xf_test_ca *ca, const char *name, const xf_test_subject *subject);
/* The two usual ones, valid for a year. */
void xf_test_ca_server(xf_test_ca *ca, const char *name, const char *dns);
void xf_test_ca_client(xf_test_ca *ca, const char *name, const char *organisation);

/* The files of `name`, who trusts the authority `ca_name`. */
xf_test_files xf_test_files_of(const char *dir, const char *ca_name, const char *name);
/* A context from them. */
xf_tls_context *xf_test_context(const char *dir, const char *ca_name, const char *name,
                                bool server);

#endif
