/* call/read_row — what the named read found, for a method's check. */
#ifndef XF_CALL_READ_ROW_H
#define XF_CALL_READ_ROW_H

#include <stdbool.h>

#include "call/call.h"

/* Did the named read run and find a row? */
bool xf_row_found(const xf_call *call);
/* false for NULL, no row, or no such column. */
bool xf_row_true(const xf_call *call, const char *column);
/* An int8 column; false, and nothing is set, for NULL, no row, or no such column. */
bool xf_row_number(const xf_call *call, const char *column, int64_t *ret_number);
/* A copy in the call's arena; NULL for NULL, no row, or no such column. */
const char *xf_row_text(xf_call *call, const char *column);

#endif
