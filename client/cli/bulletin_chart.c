/* client/cli/bulletin_chart: the bulletin's bars, in strips of twelve months. */
#include "client/cli/bulletin_chart.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    STRIP = 12,
    BAR_ROOM = 190,  /* the longest bar */
    BAR_LOW = 124,   /* … of several strips */
    VALUE_ROOM = 15, /* above it */
    LABEL_ROOM = 28, /* below: the month, and the year where one begins */
    LEGEND_ROOM = 12,
    MONTH_MOST = 76, /* a period of one month is no wall */
};

typedef struct chart {
    xf_bulletin_page *page;
    int64_t most;
    double scale; /* of the values' text: the widest does not touch its neighbour */
    double month; /* width of a month */
    double bar;
    double high;   /* of the longest */
    double margin; /* left of the first month: strips begin under one another */
} chart;

static const xf_bulletin_ink inks[2] = {XF_INK_DEEP, XF_INK_PALE};

static void
number(int64_t value, char out[24])
{
    (void)snprintf(out, 24, "%" PRId64, value);
}

void
xf_bulletin_chart_legend(xf_bulletin_page *page, const char *const names[2], double y)
{
    double x = XF_PAGE_RIGHT;
    for (size_t i = 2; i-- > 0;) {
        double width = xf_bulletin_page_width(page, XF_STYLE_SMALL, names[i]);
        x -= width;
        (void)xf_bulletin_page_put(page, XF_STYLE_SMALL, XF_ALIGN_LEFT, x, y, 0, names[i]);
        x -= 13;
        xf_bulletin_page_box(page, x, y + 2.5, 9, 7.5, inks[i]);
        x -= 14;
    }
}

static void
set_bar(const chart *c, double middle, double floor, int64_t value, xf_bulletin_ink ink)
{
    char text[24];
    double height = c->high * (double)value / (double)c->most;
    number(value, text);
    if (value > 0)
        xf_bulletin_page_box(c->page, middle - c->bar / 2, floor - height, c->bar, height, ink);
    xf_bulletin_page_put_scaled(c->page, XF_STYLE_SMALL_FIGURE, c->scale, middle,
                                floor - height - 12.5 * c->scale, text);
}

static void
set_label(const chart *c, double middle, double y, xf_day on, bool first)
{
    int year = 0;
    int month = 0;
    int dom = 0;
    char text[24];
    xf_day_civil(on, &year, &month, &dom);
    (void)snprintf(text, sizeof(text), "%d月", month);
    xf_bulletin_page_put_scaled(c->page, XF_STYLE_SMALL, 1, middle, y + 2, text);
    if (!first && month != 1)
        return;
    (void)snprintf(text, sizeof(text), "%d年", year);
    xf_bulletin_page_put_scaled(c->page, XF_STYLE_FOOT, 1, middle, y + 14, text);
}

static void
set_strip(const chart *c, const xf_bulletin_month *months, size_t count)
{
    double floor = c->page->y + VALUE_ROOM + c->high;
    double left = XF_PAGE_LEFT + c->margin;
    for (size_t i = 0; i < count; i++) {
        double middle = left + c->month * ((double)i + 0.5);
        for (size_t b = 0; b < 2; b++) {
            double at = middle + (b == 0 ? -0.5 : 0.5) * c->bar;
            set_bar(c, at, floor, months[i].values[b], inks[b]);
        }
        set_label(c, middle, floor, months[i].on, i == 0);
    }
    xf_bulletin_page_rule(c->page, XF_PAGE_LEFT, XF_PAGE_RIGHT, floor, 0.8, XF_INK_BLACK);
    c->page->y = floor + LABEL_ROOM;
}

static void
measure(chart *c, const xf_bulletin_month *months, size_t count)
{
    double widest = 1;
    size_t across = count < STRIP ? count : STRIP;
    c->most = 1;
    c->month = (double)XF_PAGE_ACROSS / (double)across;
    if (c->month > MONTH_MOST)
        c->month = MONTH_MOST;
    c->margin = (XF_PAGE_ACROSS - c->month * (double)across) / 2;
    c->bar = c->month * 0.40;
    for (size_t i = 0; i < count; i++) {
        for (size_t b = 0; b < 2; b++) {
            char text[24];
            int64_t value = months[i].values[b];
            number(value, text);
            double width = xf_bulletin_page_width(c->page, XF_STYLE_SMALL_FIGURE, text);
            widest = width > widest ? width : widest;
            c->most = value > c->most ? value : c->most;
        }
    }
    c->scale = widest > c->bar - 2 ? (c->bar - 2) / widest : 1;
}

void
xf_bulletin_chart(xf_bulletin_page *page, const char *heading, const char *note,
                  const char *const names[2], const xf_bulletin_month *months, size_t count)
{
    chart c = {.page = page, .high = count > STRIP ? BAR_LOW : BAR_ROOM};
    const double strip = VALUE_ROOM + c.high + LABEL_ROOM;
    if (count == 0)
        return;
    measure(&c, months, count);
    xf_bulletin_page_heading(page, heading, note, strip + LEGEND_ROOM);
    xf_bulletin_chart_legend(page, names, page->y - 2);
    page->y += LEGEND_ROOM;
    for (size_t i = 0; i < count; i += STRIP) {
        xf_bulletin_page_need(page, strip);
        set_strip(&c, months + i, count - i < STRIP ? count - i : STRIP);
    }
}
