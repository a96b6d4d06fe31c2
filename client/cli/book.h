/* client/cli/book — a book of the bureau (CSV) as rows of text.
 *
 * UTF-8 with or without a byte order mark, else GB18030, else refused: what cannot be read
 * for certain is not read. Cells are tidied (white space, full-width digits). Lines are
 * counted as the spreadsheet counts them: a quoted line break does not begin a new one.
 * Blank lines and lines of sums (合计, 小计 …) are left out.
 *
 * Which line is the heading is for whoever knows the form to say (form.h); until then it is
 * the first. What stands above it is a title, and no row.
 */
#ifndef XF_CLI_BOOK_H
#define XF_CLI_BOOK_H

#include <stddef.h>

#include "base/error.h"

typedef struct xf_book xf_book;

XF_NODISCARD xf_code xf_book_read(const char *path, xf_book **ret_book, xf_error *reterr);
void xf_book_free(xf_book **book);

size_t xf_book_lines(const xf_book *book); /* that are not left out, titles and heading too */
/* "" for an empty cell and beyond the line's end. */
const char *xf_book_text(const xf_book *book, size_t line, size_t column);
/* From here on this line (of xf_book_lines) is the heading: its cells lose the white space
 * within, and empty columns at its end are none. */
void xf_book_set_heading(xf_book *book, size_t line);

size_t xf_book_columns(const xf_book *book);
const char *xf_book_heading(const xf_book *book, size_t column);
/* Where each of a small sheet's n columns stands that have two names, in either language. The first
 * `needed` must be there; another may be missing: SIZE_MAX. INVALID: one is missing, a heading is no
 * column's, or a column stands twice. */
XF_NODISCARD xf_code xf_book_places(const xf_book *book, const char *const (*names)[2],
                                    size_t needed, size_t n, size_t *ret_places, xf_error *reterr);
size_t xf_book_rows(const xf_book *book);             /* without the heading */
size_t xf_book_line(const xf_book *book, size_t row); /* as the spreadsheet counts */
/* "" for an empty cell and beyond the row's end. */
const char *xf_book_cell(const xf_book *book, size_t row, size_t column);

#endif
