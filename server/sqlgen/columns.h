/* sqlgen/columns — parameters as columns of a row a command.
 *
 * In a statement whose head says `-- rows`, :name is not one value but a column of what :rows
 * selects; bureau, officer, unit and roles stay one value, for the commands are one actor's. What
 * is sent for which $n says server/db/rows.h; tests/sql/statements.c holds the two together.
 */
#ifndef XF_SQLGEN_COLUMNS_H
#define XF_SQLGEN_COLUMNS_H

#include "sqlgen/scan.h"
#include "sqlgen/text.h"

enum { XF_COLUMNS_WORD = 64 };

/* What stands in the statement for the parameter in this place, from 1: "p7"; of a list, whose
 * elements of all commands lie in one array, "($7::int4[])[p7_from:p7_to]". */
void xf_columns_param(const xf_scan_param *param, size_t place, char out[XF_COLUMNS_WORD]);
/* What stands for :rows: a select from unnest, with `i` for the command's place, from 1. */
void xf_columns_rows(const xf_scan_statement *statement, xf_text_buf *text);

#endif
