/* client/cli/bulletin_table — rows and columns on paper, with bars in them if wanted.
 *
 * A figure is split at its decimal point (121 at its end), so that the points of a column
 * stand under one another whatever stands behind them. Text wraps within its column and makes
 * its row higher. A table that goes on to the next page begins there with its headings, and
 * never leaves one row alone.
 */
#ifndef XF_CLI_BULLETIN_TABLE_H
#define XF_CLI_BULLETIN_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "client/cli/bulletin_page.h"

enum { XF_BULLETIN_COLUMNS = 6, XF_BULLETIN_CELL = 48 };

typedef enum xf_bulletin_kind {
    XF_COLUMN_TEXT,
    XF_COLUMN_FIGURE,
    XF_COLUMN_BARS, /* its cell is not read: the row's bars, the first dark, the second pale */
} xf_bulletin_kind;

typedef struct xf_bulletin_column {
    const char *heading; /* NULL behind the last */
    double width;
    xf_bulletin_kind kind;
} xf_bulletin_column;

typedef struct xf_bulletin_row {
    const char *cells[XF_BULLETIN_COLUMNS]; /* borrowed; NULL: what stands in `room` */
    char room[XF_BULLETIN_COLUMNS][XF_BULLETIN_CELL];
    int64_t bars[2];
    int64_t order; /* for who sorts */
} xf_bulletin_row;

typedef struct xf_bulletin_table {
    const xf_bulletin_column *columns;
    const xf_bulletin_row *rows;
    size_t count;
    bool small;   /* long tables */
    double loose; /* the air of a row, in points */
} xf_bulletin_table;

double xf_bulletin_table_height(xf_bulletin_page *page, const xf_bulletin_table *of);
void xf_bulletin_table_set(xf_bulletin_page *page, const xf_bulletin_table *of);

#endif
