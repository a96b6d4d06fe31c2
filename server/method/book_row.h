/* method/book_row — what every row of every book is asked. */
#ifndef XF_METHOD_BOOK_ROW_H
#define XF_METHOD_BOOK_ROW_H

#include <stdbool.h>

#include "call/call.h"

/* Who imports: the head of reception, for accusations stand in the books. */
enum { XF_BOOK_IMPORTERS = XF_MAY_RECEPTION_HEAD };

/* row_sha is there and 32 bytes long; book_key (NULL where the row has a number of its own) is
 * there and short. */
XF_NODISCARD xf_code xf_book_row_check(bool has_row_sha, size_t row_sha_len, const char *book_key,
                                       xf_error *reterr);
/* The day of the row in its own book: there, and not after today. */
XF_NODISCARD xf_code xf_book_row_day(const xf_call *call, bool has_day, xf_day day,
                                     const char *field, xf_error *reterr);
/* A count: absent, or 0 or more. */
XF_NODISCARD xf_code xf_book_row_count(bool has_count, int32_t count, const char *field,
                                       xf_error *reterr);

#endif
