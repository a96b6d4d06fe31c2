/* method/grams — the grams of demands, on their way into the statement that stores them. */
#ifndef XF_METHOD_GRAMS_H
#define XF_METHOD_GRAMS_H

#include <stddef.h>

#include "call/call.h"

/* Puts law `grams` int4[], one demand's after another's, and `gram_ends` int4[]: where each ends,
 * counted from 1. A NULL demand has none. LIMIT: the arena is full. */
XF_NODISCARD xf_code xf_grams_put(xf_call *call, const char *const *demands, size_t n,
                                  xf_error *reterr);

#endif
