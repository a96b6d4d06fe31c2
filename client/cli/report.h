/* client/cli/report — what came of the rows of a book: those that were refused, and those that
 * were kept although something in them does not fit. Line, column and reason, never the value:
 * a report travels by mail and chat.
 *
 * One report serves one run; its books follow one another. Printing and JSON are of the book
 * that was begun last, the file has all.
 */
#ifndef XF_CLI_REPORT_H
#define XF_CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "base/error.h"

typedef struct xf_report xf_report;

typedef enum xf_report_fate {
    XF_REPORT_REFUSED,
    XF_REPORT_KEPT,       /* something does not fit */
    XF_REPORT_WOULD_KEEP, /* likewise, in a trial */
} xf_report_fate;

xf_report *xf_report_new(void);
void xf_report_free(xf_report **report);

void xf_report_begin(xf_report *report, const char *book); /* borrowed */
void xf_report_forget(xf_report *report); /* what this book has: it is asked anew */
void xf_report_add(xf_report *report, xf_report_fate fate, size_t line, const char *column,
                   const char *reason);
void xf_report_sort(xf_report *report); /* by line: answers come in any order */

/* Two tables, refusals first, each cut after `most` lines (0: never). */
void xf_report_print(const xf_report *report, size_t most, FILE *out);
void xf_report_json(const xf_report *report, cJSON *refusals, cJSON *remarks);
/* CSV with a byte order mark, for a spreadsheet; 0600. */
XF_NODISCARD xf_code xf_report_write(const xf_report *report, const char *path, xf_error *reterr);

#endif
