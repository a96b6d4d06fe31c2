/* db/bootstrap — a bureau's first rows, without which nobody could log in and make others.
 *
 * Synchronous, as the migrate role, in one transaction. Done twice it changes nothing: what
 * is there stays as it is, passwords too.
 */
#ifndef XF_DB_BOOTSTRAP_H
#define XF_DB_BOOTSTRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

typedef struct xf_db_first {
    int32_t bureau;         /* 450922 */
    const char *name;       /* of the bureau */
    const char *short_name; /* "陆公": stands in every official number */
    const char *badge;      /* of the first security administrator */
    const char *officer_name;
    const char *password_hash; /* argon2id, PHC string */
} xf_db_first;

typedef struct xf_db_first_made {
    bool bureau;  /* false: it was there */
    bool officer; /* false: it was there, and keeps its password */
} xf_db_first_made;

/* CONFLICT: an officer with this badge is there and is no security administrator. */
XF_NODISCARD xf_code xf_db_bootstrap(const char *conninfo, const xf_db_first *first,
                                     xf_db_first_made *ret_made, xf_error *reterr);

#endif
