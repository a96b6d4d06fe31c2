/* bootstrap — `xinfangd --config FILE bootstrap …`: a new bureau and the first to log in.
 *
 *     --bureau 450922 --name 陆川县公安局 --short 陆公
 *     --badge A00001 --officer-name 初始安全管理员 --password-file F
 *
 * The password stands in a file that only its owner may read (mode 0600), never in argv.
 */
#ifndef XF_SERVER_BOOTSTRAP_H
#define XF_SERVER_BOOTSTRAP_H

#include "conf.h"

/* argv[0] is "bootstrap". Gives the exit code: 0, 1 failure, 2 usage. */
int xf_bootstrap(const xf_server_conf *conf, int argc, char **argv);

#endif
