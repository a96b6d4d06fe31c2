/* client/cli/book — a book of the bureau (CSV) as rows of text.
 *
 * UTF-8 with or without a byte order mark, else GB18030, else refused: what cannot be read
 * for certain is not read. Cells are tidied (white space, full-width digits). Lines are
 * counted as the spreadsheet counts them: a quoted line break does not begin a new one.
 * Blank lines and a line that begins with 合计 are left out.
 */
#ifndef XF_CLI_BOOK_H
#define XF_CLI_BOOK_H

#include <stddef.h>

#include "base/error.h"

typedef struct xf_book xf_book;

XF_NODISCARD xf_code xf_book_read(const char *path, xf_book **ret_book, xf_error *reterr);
void xf_book_free(xf_book **book);

size_t xf_book_columns(const xf_book *book);
const char *xf_book_heading(const xf_book *book, size_t column);
size_t xf_book_rows(const xf_book *book);             /* without the heading */
size_t xf_book_line(const xf_book *book, size_t row); /* as the spreadsheet counts */
/* "" for an empty cell and beyond the row's end. */
const char *xf_book_cell(const xf_book *book, size_t row, size_t column);

#endif
