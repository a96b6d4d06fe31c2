/* law/docnumber — official numbers: 陆公信字〔2020〕1号.
 *
 * Brackets 〔〕 (U+3014, U+3015), no padding, gapless per series and year. New numbers are
 * made by SQL from the series' pattern, under the bureau's lock; this reads a book's.
 */
#ifndef XF_LAW_DOCNUMBER_H
#define XF_LAW_DOCNUMBER_H

#include <stdint.h>

#include "base/error.h"

typedef struct xf_docnumber {
    int32_t year;
    int64_t number;
} xf_docnumber;

/* INVALID at `field` for anything but words, 〔four digits〕, digits and 号. */
XF_NODISCARD xf_code xf_docnumber_parse(const char *text, const char *field,
                                        xf_docnumber *ret_number, xf_error *reterr);
/* The petition_id of a number of a series (xf_series): it is made of the three. */
int64_t xf_docnumber_petition(int series, int32_t year, int64_t number);

#endif
