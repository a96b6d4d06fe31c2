/* check — is everything there that a start needs? `xinfangd --config FILE --check`.
 *
 * Says every fault, a line each: the file, the line of the key, the key, what is wrong and
 * what to do. Changes nothing. Run it as the user who runs the server: whether a file can be
 * read is judged as whoever asks.
 */
#ifndef XF_SERVER_CHECK_H
#define XF_SERVER_CHECK_H

#include <stdbool.h>

#include "conf.h"

/* Of a key, a literal; `hint`: it works today. */
typedef void xf_check_told(const char *key, xf_text text, bool hint, void *data);

/* The exit code: 0, 1 when there is a fault. `whole`: certificates, keys and the database
 * too, not only the file. */
int xf_check_server(const char *path, bool whole);

/* check_tls.c: certificates and their key, by the real clock. A key without a value is passed
 * over: the file's own fault. Also for a reload. */
void xf_check_tls(const xf_server_conf *conf, xf_check_told *told, void *data);

#endif
