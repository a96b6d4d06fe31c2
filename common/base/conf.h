/* base/conf — one file of `key = value` lines, # comments, read once at start.
 *
 * UTF-8; a byte order mark at the beginning, as Notepad writes one, is passed over.
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
    const char *known; /* the same as a literal of ours, fit for a log; NULL: no key of ours */
} xf_conf_fault;

/* Told of a fault, with its words. */
typedef void xf_conf_told(const xf_conf_fault *fault, xf_text text, void *data);

/* `keys` ends with a row whose key is NULL and has 64 rows at most. On failure
 * *ret_fault says where: line 0 is the file itself, or a needed key that is not there. */
XF_NODISCARD xf_code xf_conf_read(const char *path, const xf_conf_key *keys,
                                  xf_conf_fault *ret_fault, xf_error *reterr);

/* The same for who does not want the limits set yet: those that the file names are put into
 * `limits`, which has XF_LIMIT_COUNT values of its own to begin with. With `told` no fault ends
 * the reading: each is told, and the first is what is returned; `told` may be NULL. */
XF_NODISCARD xf_code xf_conf_read_apart(const char *path, const xf_conf_key *keys, uint64_t *limits,
                                        xf_conf_told *told, void *data, xf_conf_fault *ret_fault,
                                        xf_error *reterr);
/* The line on which the file has `key`; 0: it has it not, or cannot be read. */
int xf_conf_line(const char *path, const char *key);

#endif
