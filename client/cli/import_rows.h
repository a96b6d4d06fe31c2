/* client/cli/import_rows — the rows of one book on their way to the server, many at once.
 *
 * The row is the unit: each is taken or refused for itself. What comes of them goes into the
 * report. The rows do not go through the outbox: the file is their store.
 */
#ifndef XF_CLI_IMPORT_ROWS_H
#define XF_CLI_IMPORT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/cli/cli.h"
#include "client/cli/form.h"
#include "client/cli/progress.h"
#include "client/cli/report.h"

typedef struct xf_import_rows xf_import_rows;

/* What came of the rows of the last run. */
typedef struct xf_import_sum {
    size_t rows, taken, refused;
    size_t remarked; /* of those taken: something in them does not fit */
    bool stopped;    /* the connection is gone, or nobody may import here: the rest is open */
    xf_failure why;  /* of stopped */
} xf_import_sum;

/* All borrowed; `map` is ready but for dry_run. */
xf_import_rows *xf_import_rows_new(xf_cli *cli, const xf_book *book, const xf_form_map *map,
                                   xf_report *report);
/* Answers may still come while the client is open: close it first when the last run stopped. */
void xf_import_rows_free(xf_import_rows **rows);

/* Asks for every row, from the beginning; with `trial` nothing is kept. */
void xf_import_rows_run(xf_import_rows *im, bool trial, xf_progress *progress);
const xf_import_sum *xf_import_rows_sum(const xf_import_rows *im);

#endif
