/* client/cli/bulletin_page — sheets of A4 and the text that is set on them.
 *
 * Points, from the upper left corner. What is set at `y` moves it down; who needs room that
 * must not be torn asks for it first, and a new page begins when there is too little. The
 * bulletin is set twice: the first time only to learn how many pages there are, which stands
 * at the foot of each.
 */
#ifndef XF_CLI_BULLETIN_PAGE_H
#define XF_CLI_BULLETIN_PAGE_H

#include <stdbool.h>

#include <pango/pangocairo.h>

enum {
    XF_PAGE_LEFT = 68, /* 24 mm; the margins of a printed notice would waste the table */
    XF_PAGE_RIGHT = 527,
    XF_PAGE_TOP = 74,
    XF_PAGE_BOTTOM = 778,
    XF_PAGE_ACROSS = XF_PAGE_RIGHT - XF_PAGE_LEFT,
};

typedef enum xf_bulletin_style {
    XF_STYLE_BUREAU,
    XF_STYLE_TITLE,
    XF_STYLE_PERIOD,
    XF_STYLE_HEADING,
    XF_STYLE_TEXT,
    XF_STYLE_WARNING,
    XF_STYLE_NOTE,
    XF_STYLE_CELL_HEAD,
    XF_STYLE_CELL,
    XF_STYLE_FIGURE,
    XF_STYLE_SMALL_HEAD,
    XF_STYLE_SMALL,
    XF_STYLE_SMALL_FIGURE,
    XF_STYLE_FOOT,
} xf_bulletin_style;

typedef enum xf_bulletin_ink {
    XF_INK_BLACK,
    XF_INK_GREY, /* small print */
    XF_INK_HAIR, /* lines between rows */
    XF_INK_RED,  /* the head */
    XF_INK_DEEP, /* bars: dark and pale stay apart on a black and white printer */
    XF_INK_PALE,
} xf_bulletin_ink;

typedef enum xf_bulletin_align {
    XF_ALIGN_LEFT,
    XF_ALIGN_CENTRE,
    XF_ALIGN_RIGHT,
} xf_bulletin_align;

typedef struct xf_bulletin_page {
    cairo_t *cairo;
    PangoLayout *layout; /* one for every text */
    const char *running; /* at the head from the second page on; borrowed */
    double y;
    int number;
    int total;     /* 0: not known yet */
    bool fontless; /* no font of this machine has Chinese */
} xf_bulletin_page;

/* `surface` is borrowed; it must be A4. */
void xf_bulletin_page_init(xf_bulletin_page *page, cairo_surface_t *surface, const char *running,
                           int total);
/* Ends the last page; page->number is how many there are. */
void xf_bulletin_page_clear(xf_bulletin_page *page);

bool xf_bulletin_page_fits(const xf_bulletin_page *page, double height);
void xf_bulletin_page_next(xf_bulletin_page *page);
/* The next page when there is too little room, unless this one is still empty. */
void xf_bulletin_page_need(xf_bulletin_page *page, double height);

/* At a place of one's own, wrapped to `width`; gives the height. `y` is left alone. */
double xf_bulletin_page_put(xf_bulletin_page *page, xf_bulletin_style style,
                            xf_bulletin_align align, double x, double y, double width,
                            const char *text);
double xf_bulletin_page_height(xf_bulletin_page *page, xf_bulletin_style style, double width,
                               const char *text);
double xf_bulletin_page_width(xf_bulletin_page *page, xf_bulletin_style style, const char *text);
/* The same, smaller: what stands above a narrow bar. 1 is the style's own size. */
void xf_bulletin_page_put_scaled(xf_bulletin_page *page, xf_bulletin_style style, double scale,
                                 double middle, double y, const char *text);

/* A paragraph at `y`, which must fit a page. */
void xf_bulletin_page_text(xf_bulletin_page *page, xf_bulletin_style style, xf_bulletin_align align,
                           const char *text);
/* A heading with its note (or NULL); `keep` is the height of what may not be parted from it. */
void xf_bulletin_page_heading(xf_bulletin_page *page, const char *heading, const char *note,
                              double keep);

void xf_bulletin_page_rule(xf_bulletin_page *page, double x0, double x1, double y, double thick,
                           xf_bulletin_ink ink);
void xf_bulletin_page_box(xf_bulletin_page *page, double x, double y, double width, double height,
                          xf_bulletin_ink ink);

#endif
