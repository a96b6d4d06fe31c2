/* db/lead — which server runs the timed jobs: the one that holds an advisory lock.
 *
 * A connection of its own tries for the lock and keeps it as long as it lives.
 */
#ifndef XF_DB_LEAD_H
#define XF_DB_LEAD_H

#include <stdbool.h>

#include <uv.h>

#include "base/error.h"

typedef struct xf_lead xf_lead;

XF_NODISCARD xf_code xf_lead_new(uv_loop_t *loop, const char *conninfo, xf_lead **ret_lead,
                                 xf_error *reterr);
bool xf_lead_held(const xf_lead *lead);
void xf_lead_close(xf_lead **lead);

#endif
