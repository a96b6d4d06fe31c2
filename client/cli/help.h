/* client/cli/help — what `--help` prints, at each level, examples first.
 */
#ifndef XF_CLI_HELP_H
#define XF_CLI_HELP_H

#include <stdio.h>

#include "client/cli/verbs.h"

extern const xf_option xf_help_globals[]; /* options of every command; ends with NULL */

typedef struct xf_help_exit {
    int status; /* xf_exit */
    const char *says;
} xf_help_exit;

extern const xf_help_exit xf_help_exits[]; /* ends with NULL */

void xf_help_program(FILE *out);
void xf_help_noun(FILE *out, const xf_noun *noun);
void xf_help_verb(FILE *out, const xf_verb *verb);

#endif
