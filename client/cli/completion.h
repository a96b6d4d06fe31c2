/* client/cli/completion — what Tab offers in bash and zsh, written from the verb table.
 *
 * A script has two parts: functions with what there is (nouns, verbs, options, values), in
 * words that both shells understand, and the walk over the line, of which only the last step
 * is the shell's own. zsh is told what each word means, too.
 */
#ifndef XF_CLI_COMPLETION_H
#define XF_CLI_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

void xf_completion_print(FILE *out, bool zsh);

#endif
