/* client/cli/table — rows and columns that line up with Chinese text.
 *
 * Cells are given row by row, left to right; the last column is not padded.
 */
#ifndef XF_CLI_TABLE_H
#define XF_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct xf_column {
    const char *heading;
    size_t most; /* columns of the screen; longer text is cut with …; 0: never */
    bool right;  /* numbers */
} xf_column;

typedef struct xf_table xf_table;

/* `columns` ends with a NULL heading; borrowed as long as the table lives. */
xf_table *xf_table_new(const xf_column *columns);
void xf_table_free(xf_table **table);
void xf_table_text(xf_table *table, const char *text); /* copied; NULL is an empty cell */
void xf_table_number(xf_table *table, int64_t number);
void xf_table_instant(xf_table *table, bool has, int64_t at_ms); /* empty without one */
size_t xf_table_rows(const xf_table *table);
void xf_table_print(const xf_table *table, FILE *out);

#endif
