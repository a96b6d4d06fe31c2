/* client/cli/form — which book a file is, and what its columns mean.
 *
 * A form is a table in its noun's file: heading -> field of the import request, by name, in
 * any order. A heading that is not in it is refused by name, one that lists people (重点人员 …)
 * with its own words: the system keeps matters, not people. How a value is read stands in the
 * field's descriptor (fill.h).
 *
 * The heading line is the first that holds most of the headings that the form needs; what
 * stands above it is a title.
 *
 * A row is named (book_keys.h), so that one that changed in the book is known again. Its op_id
 * is made of what it says: bureau, book, key and the SHA-256 of its content. So the same row
 * sent again, by anybody, is the same operation; a trial (dry_run) has ids of its own, and so
 * has each run that takes changed rows (update), for what a row said once it may say again.
 */
#ifndef XF_CLI_FORM_H
#define XF_CLI_FORM_H

#include <stdbool.h>

#include "base/arena.h"
#include "client/cli/book.h"
#include "gen/enums.h"
#include "gen/rpc.h"

enum {
    XF_FORM_NEEDED = 1 << 0,  /* the heading must be there; the server judges the value */
    XF_FORM_COMPACT = 1 << 1, /* a name or a code: white space within is none of it */
    XF_FORM_NUMBER = 1 << 2,  /* a document's number */
};

typedef struct xf_form_column {
    const char *heading;
    const char *field; /* NULL: known, and not carried (序号) */
    unsigned flags;
} xf_form_column;

typedef struct xf_form xf_form;

struct xf_form {
    const char *name;  /* the verb: "petitions" */
    const char *title; /* how people call the book */
    xf_rpc rpc;
    const char *key;         /* the field that names a row */
    const char *key_heading; /* where the book shows it */
    const char *later; /* the field for whose sake a row may be asked again at the end, or NULL */
    const char *day;   /* the field of the row's own day, where 序号 begins anew each year */
    /* What book_key is made of, "" if the row's content has to do; NULL: `key` has a column of its
     * own. */
    const char *(*name_row)(const xf_form *form, const ProtobufCMessage *row, const char *serial,
                            xf_arena *arena);
    bool again; /* the same name once more in one file is another row ("#2"), not a mistake */
    /* Reads a cell that is not one field; false: its word is unknown. NULL: there is none. */
    bool (*read_mixed)(ProtobufCMessage *row, const char *text);
    const char *mixed;             /* the field of that column */
    const xf_form_column *columns; /* ends with a NULL heading */
};

/* In the order in which one needs the other. */
extern const xf_form xf_bureau_unit_form;
extern const xf_form xf_bureau_officer_form;
extern const xf_form xf_petition_form;
extern const xf_form xf_reception_form;
extern const xf_form xf_visit_form;
extern const xf_form xf_notice_form;
extern const xf_form xf_dispute_form;
extern const xf_form xf_theft_form;
extern const xf_form xf_panel_form;

#define XF_FORM_SERIAL "序号"

enum { XF_FORM_COLUMNS = 64, XF_OP_ID = 16, XF_SHA = 32 };

struct xf_book_keys;

/* A book's columns in the form's terms. From `bureau` on it is the caller's to set, before rows
 * are filled. */
typedef struct xf_form_map {
    const xf_form *form;
    const xf_form_column *columns[XF_FORM_COLUMNS]; /* by place in the book */
    size_t count;
    int32_t bureau;
    bool dry_run;
    bool update;
    uint8_t run[XF_OP_ID]; /* random, with `update` */
    const char *book; /* told apart by this name: a second book whose 序号 begins at 1; NULL */
    const struct xf_book_keys *keys; /* borrowed; NULL: every row is the first of its name */
} xf_form_map;

typedef struct xf_form_row {
    ProtobufCMessage *request;
    const char *key; /* "" if it has none */
    uint8_t content_sha[XF_SHA];
    uint8_t op_id[XF_OP_ID];
} xf_form_row;

size_t xf_form_count(void);
const xf_form *xf_form_at(size_t i);
const xf_form *xf_form_find(const char *name);
/* The form of which a line of the book holds most headings; NULL: none. */
const xf_form *xf_form_guess(const xf_book *book);

/* Finds the heading line. reterr->field: the heading. */
XF_NODISCARD xf_code xf_form_map_book(const xf_form *form, xf_book *book, xf_form_map *ret_map,
                                      xf_error *reterr);
/* The request of one row, with op_id and (where it has them) row_sha and book_key; all in
 * `arena`. reterr->field: the heading of the cell that could not be read. */
XF_NODISCARD xf_code xf_form_fill(const xf_form_map *map, const xf_book *book, size_t row,
                                  xf_arena *arena, xf_form_row *ret_row, xf_error *reterr);
/* A field path of the server's back to the book's heading; the path itself if none. */
const char *xf_form_heading(const xf_form *form, const char *field);

#endif
