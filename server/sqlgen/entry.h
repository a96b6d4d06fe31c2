/* sqlgen/entry — which rpcs have their struct literal in server/method, and where a missing one
 * goes, or a missing statement.
 *
 * Pure: knows the texts, not C. Without it the linker alone would say that one is missing, by a
 * name and without a file.
 */
#ifndef XF_SQLGEN_ENTRY_H
#define XF_SQLGEN_ENTRY_H

#include <stdbool.h>

#include "sqlgen/scan.h"

/* "matter.assign": is there a line in the text that begins with `const xf_method xf_matter_assign`? */
bool xf_entry_stands(const char *text, const char *rpc);
/* The noun's file, "matter.c", and what is to be written at its foot. */
void xf_entry_missing(const char *rpc, char ret_file[XF_SCAN_NAME], char ret_what[XF_SCAN_WHAT]);
/* The same of its statement, in "matter.sql". */
void xf_entry_missing_statement(const char *rpc, char ret_file[XF_SCAN_NAME],
                                char ret_what[XF_SCAN_WHAT]);

#endif
