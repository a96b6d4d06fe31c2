/* client/cli/sheet — an open matter as a person reads it: like the file on the desk.
 */
#ifndef XF_CLI_SHEET_H
#define XF_CLI_SHEET_H

#include <stdio.h>

#include "matter.pb-c.h"

void xf_sheet_print(const Xf__MatterOpenReply *matter, FILE *out);
/* In the order given. */
void xf_sheet_events(const Xf__MatterEvent *const *events, size_t count, FILE *out);

#endif
