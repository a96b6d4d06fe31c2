/* base/conf — one file of `key = value` lines, # comments, read once at start.
 *
 * An unknown key, a bad value or a duplicate is refused with file, line and key:
 * nothing starts on a half-understood configuration. Keys that begin with "limit."
 * go to base/limit by themselves; the rest is the caller's table.
 */
#ifndef XF_BASE_CONF_H
#define XF_BASE_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct xf_conf_key {
    const char *key;     /* "listen.port" */
    char **text;         /* where a text value goes, or NULL: points at NULL or a malloced
                            * default, which is replaced; the owner frees, on failure too */
    int64_t *number;     /* where a number goes, or NULL */
    int64_t least, most; /* of the number, both included */
    int needed;          /* must be there, and not empty */
} xf_conf_key;

typedef struct xf_conf_fault {
    int line;
    char key[64];
} xf_conf_fault;

/* `keys` ends with a row whose key is NULL and has 64 rows at most. On failure
 * *ret_fault says where: line 0 is the file itself, or a needed key that is not there. */
XF_NODISCARD xf_code xf_conf_read(const char *path, const xf_conf_key *keys,
                                  xf_conf_fault *ret_fault, xf_error *reterr);

#endif
