/* client/cli/run — from argv to an exit code.
 */
#ifndef XF_CLI_RUN_H
#define XF_CLI_RUN_H

#define XF_VERSION "0.1.0"

int xf_run(int argc, char **argv);

#endif
