/* client/cli/option_file — a verb's options from a file, so that names and telephones stand in
 * no list of processes and no history of a shell.
 *
 *     # a line an option, in the order of the command line
 *     channel = visit
 *     petitioner = 某某
 *     phone = 19900010001
 *
 * Blank lines and lines that begin with # say nothing; a switch stands without "=". "-" is
 * standard input.
 */
#ifndef XF_CLI_OPTION_FILE_H
#define XF_CLI_OPTION_FILE_H

#include "client/cli/args.h"

typedef struct xf_option_file {
    char *text; /* the words lie in it */
    char **argv;
    int argc;
} xf_option_file;

/* The lines as words for xf_args_parse. INVALID for a file that cannot be read, is too long or is
 * not UTF-8; reterr->field is the path. */
XF_NODISCARD xf_code xf_option_file_read(const char *path, xf_option_file *ret_file,
                                         xf_error *reterr);
/* Wipes it: people's names were in it. */
void xf_option_file_clear(xf_option_file *file);

#endif
