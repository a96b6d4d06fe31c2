/* client/cli/man — the manual page xinfang(1), written from the verb table.
 *
 * man(7) macros that groff and mandoc both know. Chinese has no blanks, so every place where
 * a line may be broken is said: neither needs to know the language.
 */
#ifndef XF_CLI_MAN_H
#define XF_CLI_MAN_H

#include <stdio.h>

#include "client/cli/verbs.h"

void xf_man_print(FILE *out);

/* man_text.c: text of the table as roff; a line may be broken between its characters. */
void xf_man_text(FILE *out, const char *text);
void xf_man_verbatim(FILE *out, const char *text); /* nothing is broken */

/* man_json.c: what --json prints, in names of messages and fields; "" when that is nothing. */
const char *xf_man_json(const xf_verb *verb);
void xf_man_json_print(FILE *out);

#endif
