/* client/cli/bulletin — the bureau's monthly bulletin (信访工作月报): what the server told for
 * it, and the PDF that is made of that.
 *
 * Nothing is reckoned here that the server tells: rates, changes, names and definitions are
 * printed as they came. The same data makes the same bytes: the day of making is the
 * server's, and the file bears no other time and no id.
 *
 * bulletin.c asks and keeps the file, bulletin_pages.c says what is on the pages,
 * bulletin_page, bulletin_table and bulletin_chart set it.
 */
#ifndef XF_CLI_BULLETIN_H
#define XF_CLI_BULLETIN_H

#include <stdio.h>

#include "figures.pb-c.h"

#include "base/error.h"
#include "base/now.h"

/* All borrowed. */
typedef struct xf_bulletin {
    const char *bureau; /* its name */
    xf_day from_on, to_on, made_on;
    const Xf__FiguresShowReply *whole;  /* the period, beside the year before */
    const Xf__FiguresShowReply *months; /* by_month */
    const Xf__FiguresShowReply *units;  /* by_unit */
    const Xf__FiguresDefinitionsReply *definitions;
} xf_bulletin;

enum { XF_BULLETIN_PERIOD = 80 };

/* "2020年1月至10月", "2020年1月5日至3月4日". Returns `out`. */
const char *xf_bulletin_period(xf_day from_on, xf_day to_on, char out[XF_BULLETIN_PERIOD]);

/* Writes the PDF. Fails with UNSUPPORTED when the machine has no Chinese font (nothing of use
 * was written), with INVALID when `out` takes no more. */
XF_NODISCARD xf_code xf_bulletin_write(const xf_bulletin *bulletin, FILE *out, int *ret_pages,
                                       xf_error *reterr);

#endif
