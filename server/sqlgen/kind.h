/* sqlgen/kind — does the history say what the news says?
 *
 * An act's kind (EventKind) stands twice in its statement: in the row of event, which is the
 * history, and in those of feed, which are pushed. Whoever copies a statement and changes one only
 * tells two stories. Judged where both name their columns and both say the kind as a number, which
 * is the shape of every command of one matter (the legend of server/sql/matter.sql).
 */
#ifndef XF_SQLGEN_KIND_H
#define XF_SQLGEN_KIND_H

#include <stdbool.h>

#include "sqlgen/scan.h"

/* `sql` as scan leaves it: no comments, white space folded. false: ret_what says what differs. */
bool xf_kind_agrees(const char *sql, char ret_what[XF_SCAN_WHAT]);

#endif
