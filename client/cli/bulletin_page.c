/* client/cli/bulletin_page: styles as a table, one Pango layout, head and foot of a page. */
#include "client/cli/bulletin_page.h"

#include <stdio.h>

#define TEXT_FONT "FangSong_GB2312, FangSong, Noto Serif CJK SC"
#define SONG_FONT "Noto Serif CJK SC"
#define HEAD_FONT "Noto Sans CJK SC"

enum { FOOT_Y = 792, RUNNING_Y = 46 };

typedef struct style {
    const char *font; /* as Pango reads it, size in points at the end */
    xf_bulletin_ink ink;
    double lead; /* height of a line, in sizes of the font */
} style;

static const style styles[] = {
    [XF_STYLE_BUREAU] = {SONG_FONT " Bold 19", XF_INK_RED, 1.3},
    [XF_STYLE_TITLE] = {SONG_FONT " Bold 31", XF_INK_RED, 1.3},
    [XF_STYLE_PERIOD] = {TEXT_FONT " 12", XF_INK_BLACK, 1.4},
    [XF_STYLE_HEADING] = {HEAD_FONT " Bold 12.5", XF_INK_BLACK, 1.4},
    [XF_STYLE_TEXT] = {TEXT_FONT " 10.5", XF_INK_BLACK, 1.5},
    [XF_STYLE_WARNING] = {TEXT_FONT " Bold 10.5", XF_INK_RED, 1.5},
    [XF_STYLE_NOTE] = {TEXT_FONT " 9", XF_INK_GREY, 1.45},
    [XF_STYLE_CELL_HEAD] = {HEAD_FONT " Bold 10", XF_INK_BLACK, 1.35},
    [XF_STYLE_CELL] = {TEXT_FONT " 10.5", XF_INK_BLACK, 1.35},
    [XF_STYLE_FIGURE] = {HEAD_FONT " 10.5", XF_INK_BLACK, 1.35},
    [XF_STYLE_SMALL_HEAD] = {HEAD_FONT " Bold 8.5", XF_INK_BLACK, 1.35},
    [XF_STYLE_SMALL] = {TEXT_FONT " 9", XF_INK_BLACK, 1.35},
    [XF_STYLE_SMALL_FIGURE] = {HEAD_FONT " 8.5", XF_INK_BLACK, 1.35},
    [XF_STYLE_FOOT] = {TEXT_FONT " 9", XF_INK_GREY, 1.35},
};

static void
use_ink(xf_bulletin_page *page, xf_bulletin_ink ink)
{
    static const double inks[][3] = {
        [XF_INK_BLACK] = {0.08, 0.08, 0.08}, [XF_INK_GREY] = {0.36, 0.36, 0.36},
        [XF_INK_HAIR] = {0.82, 0.82, 0.82},  [XF_INK_RED] = {0.78, 0.07, 0.09},
        [XF_INK_DEEP] = {0.13, 0.31, 0.49},  [XF_INK_PALE] = {0.70, 0.77, 0.83},
    };
    cairo_set_source_rgb(page->cairo, inks[ink][0], inks[ink][1], inks[ink][2]);
}

/* The layout in this style. A width of 0 is one line, however long. */
static void
lay(xf_bulletin_page *page, xf_bulletin_style which, double width, double scale, const char *text)
{
    PangoLayout *layout = page->layout;
    PangoFontDescription *font = pango_font_description_from_string(styles[which].font);
    double size = pango_font_description_get_size(font) * scale;
    pango_font_description_set_absolute_size(font, size);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    pango_layout_set_alignment(layout, PANGO_ALIGN_LEFT);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
}

/* Lines stand a fixed distance apart, whichever of the fonts is there: CJK fonts disagree
 * about their own height by half a line. */
static double
line_height(xf_bulletin_style which, double scale)
{
    PangoFontDescription *font = pango_font_description_from_string(styles[which].font);
    double size = pango_font_description_get_size(font) / (double)PANGO_SCALE;
    pango_font_description_free(font);
    return size * scale * styles[which].lead;
}

static double
line_width(PangoLayoutLine *line)
{
    PangoRectangle logical;
    pango_layout_line_get_extents(line, NULL, &logical);
    return logical.width / (double)PANGO_SCALE;
}

/* What was laid, line by line; gives the height. */
static double
show(xf_bulletin_page *page, xf_bulletin_style which, double scale, xf_bulletin_align align,
     double x, double y, double width)
{
    int lines = pango_layout_get_line_count(page->layout);
    double height = line_height(which, scale);
    use_ink(page, styles[which].ink);
    for (int i = 0; i < lines; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(page->layout, i);
        double space = width - line_width(line);
        double shift = align == XF_ALIGN_LEFT ? 0 : align == XF_ALIGN_CENTRE ? space / 2 : space;
        double base = y + i * height + height * 0.5 + height / styles[which].lead * 0.36;
        cairo_move_to(page->cairo, x + shift, base);
        pango_cairo_show_layout_line(page->cairo, line);
    }
    return height * lines;
}

double
xf_bulletin_page_put(xf_bulletin_page *page, xf_bulletin_style style, xf_bulletin_align align,
                     double x, double y, double width, const char *text)
{
    lay(page, style, width, 1, text);
    return show(page, style, 1, align, x, y, width);
}

double
xf_bulletin_page_height(xf_bulletin_page *page, xf_bulletin_style style, double width,
                        const char *text)
{
    lay(page, style, width, 1, text);
    return line_height(style, 1) * pango_layout_get_line_count(page->layout);
}

double
xf_bulletin_page_width(xf_bulletin_page *page, xf_bulletin_style style, const char *text)
{
    lay(page, style, 0, 1, text);
    return line_width(pango_layout_get_line_readonly(page->layout, 0));
}

void
xf_bulletin_page_put_scaled(xf_bulletin_page *page, xf_bulletin_style style, double scale,
                            double middle, double y, const char *text)
{
    lay(page, style, 0, scale, text);
    (void)show(page, style, scale, XF_ALIGN_CENTRE, middle, y, 0);
}

/* ---- Pages -------------------------------------------------------------------------------- */

static void
foot(xf_bulletin_page *page)
{
    char text[64];
    (void)snprintf(text, sizeof(text), "第 %d 页 共 %d 页", page->number, page->total);
    (void)xf_bulletin_page_put(page, XF_STYLE_FOOT, XF_ALIGN_CENTRE, XF_PAGE_LEFT, FOOT_Y,
                               XF_PAGE_ACROSS, text);
}

static void
begin(xf_bulletin_page *page)
{
    page->number++;
    page->y = XF_PAGE_TOP;
    if (page->number == 1)
        return;
    double height = xf_bulletin_page_put(page, XF_STYLE_FOOT, XF_ALIGN_LEFT, XF_PAGE_LEFT,
                                         RUNNING_Y, XF_PAGE_ACROSS, page->running);
    xf_bulletin_page_rule(page, XF_PAGE_LEFT, XF_PAGE_RIGHT, RUNNING_Y + height + 3, 0.6,
                          XF_INK_RED);
}

void
xf_bulletin_page_init(xf_bulletin_page *page, cairo_surface_t *surface, const char *running,
                      int total)
{
    *page = (xf_bulletin_page){.running = running, .total = total};
    page->cairo = cairo_create(surface);
    page->layout = pango_cairo_create_layout(page->cairo);
    /* Han characters look different in Japanese; a font for several countries asks which. */
    pango_context_set_language(pango_layout_get_context(page->layout),
                               pango_language_from_string("zh-cn"));
    /* Asked of our own words: one rare character in a name is no reason to refuse. */
    lay(page, XF_STYLE_TITLE, 0, 1, "信访工作");
    page->fontless = pango_layout_get_unknown_glyphs_count(page->layout) > 0;
    begin(page);
}

void
xf_bulletin_page_clear(xf_bulletin_page *page)
{
    foot(page);
    cairo_show_page(page->cairo);
    g_object_unref(page->layout);
    cairo_destroy(page->cairo);
    page->layout = NULL;
    page->cairo = NULL;
}

bool
xf_bulletin_page_fits(const xf_bulletin_page *page, double height)
{
    return page->y + height <= XF_PAGE_BOTTOM;
}

void
xf_bulletin_page_next(xf_bulletin_page *page)
{
    foot(page);
    cairo_show_page(page->cairo);
    begin(page);
}

void
xf_bulletin_page_need(xf_bulletin_page *page, double height)
{
    if (!xf_bulletin_page_fits(page, height) && page->y > XF_PAGE_TOP)
        xf_bulletin_page_next(page);
}

void
xf_bulletin_page_text(xf_bulletin_page *page, xf_bulletin_style style, xf_bulletin_align align,
                      const char *text)
{
    xf_bulletin_page_need(page, xf_bulletin_page_height(page, style, XF_PAGE_ACROSS, text));
    page->y +=
        xf_bulletin_page_put(page, style, align, XF_PAGE_LEFT, page->y, XF_PAGE_ACROSS, text);
}

void
xf_bulletin_page_heading(xf_bulletin_page *page, const char *heading, const char *note, double keep)
{
    double height = line_height(XF_STYLE_HEADING, 1) + 16;
    if (note != NULL)
        height += xf_bulletin_page_height(page, XF_STYLE_NOTE, XF_PAGE_ACROSS, note);
    xf_bulletin_page_need(page, height + keep);
    if (page->y > XF_PAGE_TOP)
        page->y += 12;
    xf_bulletin_page_text(page, XF_STYLE_HEADING, XF_ALIGN_LEFT, heading);
    if (note != NULL)
        xf_bulletin_page_text(page, XF_STYLE_NOTE, XF_ALIGN_LEFT, note);
    page->y += 4;
}

void
xf_bulletin_page_rule(xf_bulletin_page *page, double x0, double x1, double y, double thick,
                      xf_bulletin_ink ink)
{
    xf_bulletin_page_box(page, x0, y - thick / 2, x1 - x0, thick, ink);
}

void
xf_bulletin_page_box(xf_bulletin_page *page, double x, double y, double width, double height,
                     xf_bulletin_ink ink)
{
    use_ink(page, ink);
    cairo_rectangle(page->cairo, x, y, width, height);
    cairo_fill(page->cairo);
}
