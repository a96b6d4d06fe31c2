/* client/cli/report — the rows of a book that were not taken: line, column and reason.
 * Never the value: a report travels by mail and chat.
 */
#ifndef XF_CLI_REPORT_H
#define XF_CLI_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "base/error.h"

typedef struct xf_report xf_report;

xf_report *xf_report_new(void);
void xf_report_free(xf_report **report);
void xf_report_add(xf_report *report, size_t line, const char *column, const char *reason);
size_t xf_report_count(const xf_report *report);
void xf_report_sort(xf_report *report); /* by line: answers come in any order */

void xf_report_print(const xf_report *report, FILE *out);
void xf_report_json(const xf_report *report, cJSON *list);
/* CSV with a byte order mark, for a spreadsheet; 0600. */
XF_NODISCARD xf_code xf_report_write(const xf_report *report, const char *path, xf_error *reterr);

#endif
