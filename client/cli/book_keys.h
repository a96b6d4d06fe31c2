/* client/cli/book_keys — names the rows of a book.
 *
 * A counter in a spreadsheet is not unique, and two like visits on one day are two visits. So the
 * second row of a file that bears the same name gets "#2", the third "#3", in the file's order:
 *
 *     2020/12     the year of the row's own day and its 序号
 *     2020/12#2   another row with that 序号 in that year
 *     ~1f…        16 hex digits of its content, where there is no 序号
 *
 * Where one name is one thing (a number of the register, a unit's code, a month's cases), a
 * second row that says the same is the first once more, and one that says something else is
 * refused.
 */
#ifndef XF_CLI_BOOK_KEYS_H
#define XF_CLI_BOOK_KEYS_H

#include "client/cli/form.h"

typedef struct xf_book_keys xf_book_keys;

/* Reads the whole book once. The map is borrowed until it returns. */
xf_book_keys *xf_book_keys_new(const xf_form_map *map, const xf_book *book);
void xf_book_keys_free(xf_book_keys **keys);
/* This row is the n-th of its name in the file, from 1. */
uint32_t xf_book_keys_nth(const xf_book_keys *keys, size_t row);
/* An earlier row of its name says something else. */
bool xf_book_keys_differs(const xf_book_keys *keys, size_t row);

/* The hash of what this row says (XF_SHA bytes), or NULL: it could not be read. */
const uint8_t *xf_book_keys_content(const xf_book_keys *keys, size_t row);

/* name_row of the books with a 序号; "" without one. */
const char *xf_book_keys_serial(const xf_form *form, const ProtobufCMessage *row,
                                const char *serial, xf_arena *arena);
/* Whether this can stand in a key: not empty, short, and without the mark of a second row. */
bool xf_book_keys_fits(const char *name);

#endif
