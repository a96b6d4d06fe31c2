/* client/cli/bulletin_table: measures a column once, then sets row by row. */
#include "client/cli/bulletin_table.h"

#include <stdio.h>
#include <string.h>

enum {
    GAP = 5, /* from a column's edge to its text */
    BELOW = 6,
    BAR_MOST = 6, /* thick, beside a name of several lines too */
};

typedef struct table {
    xf_bulletin_page *page;
    const xf_bulletin_column *columns;
    const xf_bulletin_table *of;
    xf_bulletin_style head, text, figure;
    double point[XF_BULLETIN_COLUMNS]; /* of a column of figures: where its points stand */
    int64_t most;                      /* the longest bar */
} table;

static const char *
cell(const xf_bulletin_row *row, size_t c)
{
    return row->cells[c] != NULL ? row->cells[c] : row->room[c];
}

/* "−48" and ".9 %". */
static const char *
split(const char *text, char whole[XF_BULLETIN_CELL])
{
    const char *point = strchr(text, '.');
    size_t n = point == NULL ? strlen(text) : (size_t)(point - text);
    (void)snprintf(whole, XF_BULLETIN_CELL, "%.*s", (int)n, text);
    return text + n;
}

/* Whole and rest of the widest figures, as one block in the middle of the column. */
static double
find_point(const table *t, size_t c, double x)
{
    double before = 0;
    double behind = 0;
    for (size_t i = 0; i < t->of->count; i++) {
        char whole[XF_BULLETIN_CELL];
        const char *rest = split(cell(&t->of->rows[i], c), whole);
        double w = xf_bulletin_page_width(t->page, t->figure, whole);
        double r = xf_bulletin_page_width(t->page, t->figure, rest);
        before = w > before ? w : before;
        behind = r > behind ? r : behind;
    }
    return x + (t->columns[c].width + before - behind) / 2;
}

static void
measure(table *t)
{
    double x = XF_PAGE_LEFT;
    for (size_t c = 0; t->columns[c].heading != NULL; c++) {
        if (t->columns[c].kind == XF_COLUMN_FIGURE)
            t->point[c] = find_point(t, c, x);
        x += t->columns[c].width;
    }
    t->most = 1;
    for (size_t i = 0; i < t->of->count; i++) {
        for (size_t b = 0; b < 2; b++)
            t->most = t->of->rows[i].bars[b] > t->most ? t->of->rows[i].bars[b] : t->most;
    }
}

static double
row_height(const table *t, const xf_bulletin_row *row)
{
    double most = 0;
    for (size_t c = 0; t->columns[c].heading != NULL; c++) {
        if (t->columns[c].kind != XF_COLUMN_TEXT)
            continue;
        double height =
            xf_bulletin_page_height(t->page, t->text, t->columns[c].width - 2 * GAP, cell(row, c));
        most = height > most ? height : most;
    }
    return most + t->of->loose;
}

static void
rule(table *t, double thick, xf_bulletin_ink ink)
{
    xf_bulletin_page_rule(t->page, XF_PAGE_LEFT, XF_PAGE_RIGHT, t->page->y, thick, ink);
}

static double
head_height(const table *t)
{
    return xf_bulletin_page_height(t->page, t->head, 0, "指标") + 7;
}

static void
set_head(table *t)
{
    double x = XF_PAGE_LEFT;
    double height = head_height(t);
    rule(t, 1.1, XF_INK_BLACK);
    for (size_t c = 0; t->columns[c].heading != NULL; c++) {
        xf_bulletin_align align =
            t->columns[c].kind == XF_COLUMN_FIGURE ? XF_ALIGN_CENTRE : XF_ALIGN_LEFT;
        (void)xf_bulletin_page_put(t->page, t->head, align, x + GAP, t->page->y + 3.5,
                                   t->columns[c].width - 2 * GAP, t->columns[c].heading);
        x += t->columns[c].width;
    }
    t->page->y += height;
    rule(t, 0.6, XF_INK_BLACK);
}

static void
set_bars(table *t, const xf_bulletin_row *row, double x, double width, double height)
{
    double thick = height * 0.34 < BAR_MOST ? height * 0.34 : BAR_MOST;
    for (size_t b = 0; b < 2; b++) {
        double length = (width - 2 * GAP) * (double)row->bars[b] / (double)t->most;
        double y = t->page->y + height / 2 + (b == 0 ? -thick : 0);
        if (row->bars[b] > 0) {
            xf_bulletin_page_box(t->page, x + GAP, y, length, thick,
                                 b == 0 ? XF_INK_DEEP : XF_INK_PALE);
        }
    }
}

static void
set_figure(table *t, size_t c, const char *text, double height)
{
    char whole[XF_BULLETIN_CELL];
    const char *rest = split(text, whole);
    double y = t->page->y + (height - xf_bulletin_page_height(t->page, t->figure, 0, whole)) / 2;
    (void)xf_bulletin_page_put(t->page, t->figure, XF_ALIGN_RIGHT, t->point[c], y, 0, whole);
    (void)xf_bulletin_page_put(t->page, t->figure, XF_ALIGN_LEFT, t->point[c], y, 0, rest);
}

static void
set_text(table *t, const char *text, double x, double width, double height)
{
    double inner = width - 2 * GAP;
    double own = xf_bulletin_page_height(t->page, t->text, inner, text);
    (void)xf_bulletin_page_put(t->page, t->text, XF_ALIGN_LEFT, x + GAP,
                               t->page->y + (height - own) / 2, inner, text);
}

static void
set_row(table *t, const xf_bulletin_row *row, double height)
{
    double x = XF_PAGE_LEFT;
    for (size_t c = 0; t->columns[c].heading != NULL; c++) {
        double width = t->columns[c].width;
        switch (t->columns[c].kind) {
        case XF_COLUMN_TEXT: set_text(t, cell(row, c), x, width, height); break;
        case XF_COLUMN_FIGURE: set_figure(t, c, cell(row, c), height); break;
        case XF_COLUMN_BARS: set_bars(t, row, x, width, height); break;
        }
        x += width;
    }
    t->page->y += height;
}

static table
table_of(xf_bulletin_page *page, const xf_bulletin_table *of)
{
    return (table){.page = page,
                   .columns = of->columns,
                   .of = of,
                   .head = of->small ? XF_STYLE_SMALL_HEAD : XF_STYLE_CELL_HEAD,
                   .text = of->small ? XF_STYLE_SMALL : XF_STYLE_CELL,
                   .figure = of->small ? XF_STYLE_SMALL_FIGURE : XF_STYLE_FIGURE};
}

double
xf_bulletin_table_height(xf_bulletin_page *page, const xf_bulletin_table *of)
{
    table t = table_of(page, of);
    double height = head_height(&t);
    for (size_t i = 0; i < of->count; i++)
        height += row_height(&t, &of->rows[i]);
    return height + BELOW;
}

void
xf_bulletin_table_set(xf_bulletin_page *page, const xf_bulletin_table *of)
{
    table t = table_of(page, of);
    measure(&t);
    set_head(&t);
    for (size_t i = 0; i < of->count; i++) {
        double height = row_height(&t, &of->rows[i]);
        double keep = i + 2 == of->count ? height + row_height(&t, &of->rows[i + 1]) : height;
        if (!xf_bulletin_page_fits(page, keep)) {
            rule(&t, 1.1, XF_INK_BLACK);
            xf_bulletin_page_next(page);
            set_head(&t);
        } else if (i > 0) {
            rule(&t, 0.4, XF_INK_HAIR);
        }
        set_row(&t, &of->rows[i], height);
    }
    rule(&t, 1.1, XF_INK_BLACK);
    page->y += BELOW;
}
