/* client/cli/table: cells are kept as text, widths are measured when it is printed. */
#include "client/cli/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "client/cli/show.h"
#include "client/cli/width.h"

enum { GAP = 2 };

struct xf_table {
    const xf_column *columns;
    size_t column_count;
    char **cells; /* bounded by one reply, which is bounded by a frame */
    size_t count;
    size_t room;
};

xf_table *
xf_table_new(const xf_column *columns)
{
    xf_table *table = xf_memory_new(sizeof(*table));
    table->columns = columns;
    while (columns[table->column_count].heading != NULL)
        table->column_count++;
    return table;
}

void
xf_table_free(xf_table **table)
{
    if (*table == NULL)
        return;
    for (size_t i = 0; i < (*table)->count; i++)
        free((*table)->cells[i]);
    free((void *)(*table)->cells);
    free(*table);
    *table = NULL;
}

void
xf_table_text(xf_table *table, const char *text)
{
    if (table->count == table->room) {
        table->room = table->room == 0 ? 64 : table->room * 2;
        table->cells = xf_memory_grow((void *)table->cells, table->room * sizeof(char *));
    }
    text = text == NULL ? "" : text;
    table->cells[table->count++] = xf_memory_text(text, strlen(text));
}

void
xf_table_number(xf_table *table, int64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    xf_table_text(table, text);
}

void
xf_table_instant(xf_table *table, bool has, int64_t at_ms)
{
    char text[XF_SHOW_ROOM] = "";
    if (has)
        xf_show_instant(at_ms, text);
    xf_table_text(table, text);
}

size_t
xf_table_rows(const xf_table *table)
{
    return table->count / table->column_count;
}

static size_t
cell_width(const xf_column *column, const char *text)
{
    size_t width = xf_width_text(text);
    return column->most != 0 && width > column->most ? column->most : width;
}

static size_t
column_width(const xf_table *table, size_t c)
{
    size_t width = xf_width_text(table->columns[c].heading);
    for (size_t i = c; i < table->count; i += table->column_count) {
        size_t w = cell_width(&table->columns[c], table->cells[i]);
        width = w > width ? w : width;
    }
    return width;
}

static void
pad(FILE *out, size_t n)
{
    while (n-- > 0)
        (void)fputc(' ', out);
}

static void
print_cell(const xf_table *table, size_t c, size_t width, const char *text, FILE *out)
{
    const xf_column *column = &table->columns[c];
    size_t own = cell_width(column, text);
    bool last = c + 1 == table->column_count;
    if (column->right)
        pad(out, width > own ? width - own : 0);
    size_t printed = xf_width_print(out, text, column->most);
    if (!last)
        pad(out, GAP + (column->right || width < printed ? 0 : width - printed));
}

void
xf_table_print(const xf_table *table, FILE *out)
{
    size_t n = table->column_count;
    size_t *widths = xf_memory_new(n * sizeof(*widths));
    for (size_t c = 0; c < n; c++) {
        widths[c] = column_width(table, c);
        print_cell(table, c, widths[c], table->columns[c].heading, out);
    }
    (void)fputc('\n', out);
    for (size_t i = 0; i + n <= table->count; i += n) {
        for (size_t c = 0; c < n; c++)
            print_cell(table, c, widths[c], table->cells[i + c], out);
        (void)fputc('\n', out);
    }
    free(widths);
}
