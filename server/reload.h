/* reload — on SIGHUP: limits and certificates are read anew, and nobody is sent away.
 *
 * Limits hold from then on, for the connections that are there too. Certificates are for
 * those that come after. All of the file or nothing: with a fault in it, or in what it names,
 * everything stays as it was, and one line of the log says where: key and line. What only a
 * new start puts into force is left as it is, and a line names each such key that differs.
 */
#ifndef XF_SERVER_RELOAD_H
#define XF_SERVER_RELOAD_H

#include "conf.h"
#include "wire/tls.h"

/* `running` is what the server was started with. From the thread that started it. */
void xf_reload(const char *path, const xf_server_conf *running, xf_tls_context *tls);

#endif
