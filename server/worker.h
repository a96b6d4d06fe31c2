/* worker — one loop on one thread, with everything that it needs of its own.
 *
 * Workers share nothing that changes but the counts of connections and addresses and each one's pulse: the TLS context, the
 * issuer and the password pool are the process's, and locked or read only; of the seal each has a copy. They
 * meet in PostgreSQL.
 */
#ifndef XF_SERVER_WORKER_H
#define XF_SERVER_WORKER_H

#include <stdatomic.h>

#include "base/error.h"
#include "conf.h"
#include "crypto/issue.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "pulse.h"
#include "session/addresses.h"
#include "wire/tls.h"

typedef struct xf_worker xf_worker;

/* The process's own; outlives its workers. */
typedef struct xf_shared {
    const xf_server_conf *conf;
    xf_tls_context *tls;
    xf_seal *seal;     /* that the workers copy */
    xf_issuer *issuer; /* NULL: device.ca_key_file is not set */
    xf_password_pool *passwords;
    atomic_size_t connections;
    xf_addresses *addresses;
    xf_pulse pulse;
    atomic_bool stopping; /* told to, and not ended yet */
} xf_shared;

enum { XF_WORKER_STOP_MS = 20000 };

/* Binds, then runs on a thread of its own. `number` 0 also runs the timed jobs. `port`: 0
 * takes any free one; xf_worker_port says which. */
XF_NODISCARD xf_code xf_worker_start(xf_shared *shared, unsigned number, int port,
                                     xf_worker **ret_worker, xf_error *reterr);
int xf_worker_port(const xf_worker *worker);
/* From any thread: takes nothing new in, says GOAWAY, answers what runs, ends. What is not
 * done after XF_WORKER_STOP_MS ends the process with exit code 1: op_ids make that safe. */
void xf_worker_stop(xf_worker *worker);
/* Waits for the end and frees. Sets NULL. */
void xf_worker_join(xf_worker **worker);

#endif
