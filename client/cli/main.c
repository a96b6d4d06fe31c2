/* xinfang — the command line. Everything it can do stands in client/cli/verbs.c; what
 * happens with one command, from argv to the exit code, in client/cli/run.c.
 */
#include <signal.h>
#include <stdio.h>

#include "client/cli/run.h"

int
main(int argc, char **argv)
{
    /* A server or a reader of our output that goes away is an error of that write, and is told. */
    (void)signal(SIGPIPE, SIG_IGN);
    int status = xf_run(argc, argv);
    if (fflush(stdout) != 0 && status == 0)
        return 1;
    return status;
}
