/* db/listen — NOTIFY from PostgreSQL: a bureau's feed has something new.
 *
 * It only wakes; the feed table is the truth. Who is woken is xf_sessions_news of
 * session/sessions.c, given by open_database of worker.c. After a lost connection the callback
 * comes for bureau 0: everything may have changed.
 */
#ifndef XF_DB_LISTEN_H
#define XF_DB_LISTEN_H

#include <uv.h>

#include "base/error.h"

typedef struct xf_db_listen xf_db_listen;

XF_NODISCARD xf_code xf_db_listen_new(uv_loop_t *loop, const char *conninfo,
                                      void (*woke)(int32_t bureau, void *data), void *data,
                                      xf_db_listen **ret_listen, xf_error *reterr);
void xf_db_listen_close(xf_db_listen **listen);

#endif
