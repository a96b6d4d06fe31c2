/* port_file — where a port that nobody chose can be read: one line, the number.
 *
 * Whoever waits for the file reads it whole.
 */
#ifndef XF_SERVER_PORT_FILE_H
#define XF_SERVER_PORT_FILE_H

#include "base/error.h"

/* No path, or an empty one: nothing is written. `key` is the configuration's, for the error. */
XF_NODISCARD xf_code xf_port_file_write(const char *path, int port, const char *key,
                                        xf_error *reterr);

#endif
