/* sqlgen/columns — :name and :rows where a statement runs for several commands.
 *
 * In a statement whose head says `-- rows`, :rows selects `i`, a command's place from 1, and :name is
 * the i-th of an array; of a list, whose elements of all commands lie in one array, the i-th part.
 * `i` comes from whatever stands around it. :bureau stays one value, for the commands are one
 * bureau's. What is sent for which $n says server/db/rows.h; tests/sql/statements.c holds the two together.
 */
#ifndef XF_SQLGEN_COLUMNS_H
#define XF_SQLGEN_COLUMNS_H

#include "sqlgen/scan.h"
#include "sqlgen/text.h"

enum { XF_COLUMNS_WORD = 96 };

/* What stands for params[at]: "($7::text[])[i]"; of a list "($7::int4[])[($8::int4[])[i] : ($9::int4[])[i]]",
 * for $8 and $9 say where each part begins and ends. */
void xf_columns_param(const xf_scan_statement *statement, size_t at, char out[XF_COLUMNS_WORD]);
/* What stands for :rows. False: no parameter but lists and :bureau, so that nothing says how many
 * commands there are. */
bool xf_columns_rows(const xf_scan_statement *statement, xf_text_buf *text);

#endif
