/* sqlgen/scan — the text of one .sql file -> its statements and their parameters.
 *
 * Pure: knows SQL's quotes and comments, not messages. What is in '…', E'…', "…", $$…$$ or
 * a comment is no parameter, nor is a cast (x::int) or `:=`. A parameter is :name::type;
 * the same name gets one $n. Comments are dropped, white space outside quotes is folded.
 *
 * A statement whose head says `-- rows` runs for several commands of one bureau at once (db/rows).
 * `:rows` in it is a row a command, with `i` for its place, by which its parameters are found
 * (sqlgen/columns).
 */
#ifndef XF_SQLGEN_SCAN_H
#define XF_SQLGEN_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "db/query.h"

enum { XF_SCAN_NAME = 64, XF_SCAN_PARAMS = 96, XF_SCAN_LAW = 20, XF_SCAN_WHAT = 200 };

typedef struct xf_scan_param {
    char name[XF_SCAN_NAME];
    xf_sql_type type;
    bool array;
    bool used; /* of a law name: some parameter bears it */
    int line;
} xf_scan_param;

typedef struct xf_scan_statement {
    char name[XF_SCAN_NAME];
    int line;
    bool internal; /* its head says so: no rpc of this name */
    bool rows;     /* the same: it runs for several commands at once */
    xf_scan_param law[XF_SCAN_LAW];
    size_t n_law;
    xf_scan_param params[XF_SCAN_PARAMS]; /* $1 is params[0] */
    size_t n_params;
    char *sql;
} xf_scan_statement;

typedef struct xf_scan {
    xf_scan_statement *statements;
    size_t n;
} xf_scan;

typedef struct xf_scan_fault {
    int line;
    char statement[XF_SCAN_NAME]; /* empty: before the first */
    char what[XF_SCAN_WHAT];
} xf_scan_fault;

/* false: *ret_fault says where and what; then *ret_scan is untouched. */
bool xf_scan_text(const char *text, xf_scan *ret_scan, xf_scan_fault *ret_fault);
void xf_scan_clear(xf_scan *scan);

const char *xf_scan_type_name(xf_sql_type type); /* "int2" */

#endif
