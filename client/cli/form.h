/* client/cli/form — which book a file is, and what its columns mean.
 *
 * A form is a table: heading -> field of the import request, by name, in any order. A
 * heading that is not in it is refused by name, one that lists people (重点人员 …) with its
 * own words: the system keeps matters, not people. How a value is read stands in the
 * field's descriptor (fill.h).
 *
 * The op_id of a row is made of what it says: bureau, book, the row's key and the SHA-256 of
 * its content. So the same row sent again, by anybody, is the same operation; a trial
 * (dry_run) has ids of its own.
 */
#ifndef XF_CLI_FORM_H
#define XF_CLI_FORM_H

#include <stdbool.h>

#include "base/arena.h"
#include "client/cli/book.h"
#include "gen/enums.h"
#include "gen/rpc.h"

typedef struct xf_form_column {
    const char *heading;
    const char *field; /* NULL: known, and not carried (序号) */
    bool needed;       /* the heading must be there; the server judges the value */
} xf_form_column;

typedef struct xf_form {
    const char *name; /* the verb: "petitions" */
    xf_rpc rpc;
    const char *key;   /* the field that names a row */
    const char *later; /* the field for whose sake a row may be asked again at the end, or NULL */
    const xf_form_column *columns; /* ends with a NULL heading */
} xf_form;

enum { XF_FORM_COLUMNS = 64, XF_OP_ID = 16, XF_SHA = 32 };

/* A book's columns in the form's terms. */
typedef struct xf_form_map {
    const xf_form *form;
    int32_t bureau; /* these two are the caller's to set, before rows are filled */
    bool dry_run;
    const xf_form_column *columns[XF_FORM_COLUMNS]; /* by place in the book */
    size_t count;
} xf_form_map;

typedef struct xf_form_row {
    ProtobufCMessage *request;
    const char *key; /* "" if the cell is empty */
    uint8_t content_sha[XF_SHA];
    uint8_t op_id[XF_OP_ID];
} xf_form_row;

const xf_form *xf_form_find(const char *name);

/* reterr->field: the heading. */
XF_NODISCARD xf_code xf_form_map_book(const xf_form *form, const xf_book *book,
                                      xf_form_map *ret_map, xf_error *reterr);
/* The request of one row, with op_id and (where it has one) row_sha; all in `arena`.
 * reterr->field: the heading of the cell that could not be read. */
XF_NODISCARD xf_code xf_form_fill(const xf_form_map *map, const xf_book *book, size_t row,
                                  xf_arena *arena, xf_form_row *ret_row, xf_error *reterr);
/* A field path of the server's back to the book's heading; the path itself if none. */
const char *xf_form_heading(const xf_form *form, const char *field);

#endif
