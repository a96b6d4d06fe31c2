/* client/cli/bulletin_pdf: the pages as a PDF, set once to count them and once to keep them. */
#include <stdio.h>

#include <cairo-pdf.h>

#include "client/cli/bulletin_pages.h"
#include "client/cli/show.h"

#define WIDE 595.276 /* A4 */
#define HIGH 841.89

enum { RUNNING_ROOM = 512 };

static int
set_all(const xf_bulletin *bulletin, cairo_surface_t *surface, int total, bool *ret_fontless)
{
    char running[RUNNING_ROOM];
    char period[XF_BULLETIN_PERIOD];
    xf_bulletin_page page;
    (void)snprintf(running, sizeof(running), "%s　" XF_BULLETIN_TITLE "　%s", bulletin->bureau,
                   xf_bulletin_period(bulletin->from_on, bulletin->to_on, period));
    xf_bulletin_page_init(&page, surface, running, total);
    xf_bulletin_pages_set(&page, bulletin);
    xf_bulletin_page_clear(&page);
    *ret_fontless = page.fontless;
    return page.number;
}

static int
count_pages(const xf_bulletin *bulletin, bool *ret_fontless)
{
    cairo_surface_t *nowhere = cairo_pdf_surface_create_for_stream(NULL, NULL, WIDE, HIGH);
    int pages = set_all(bulletin, nowhere, 0, ret_fontless);
    cairo_surface_destroy(nowhere);
    return pages;
}

/* The file says what it is, and no time but the day of making. */
static void
name_file(cairo_surface_t *surface, const xf_bulletin *bulletin)
{
    char day[XF_SHOW_ROOM];
    char text[256];
    char period[XF_BULLETIN_PERIOD];
    (void)snprintf(text, sizeof(text), XF_BULLETIN_TITLE "（%s）",
                   xf_bulletin_period(bulletin->from_on, bulletin->to_on, period));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, text);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, bulletin->bureau);
    (void)snprintf(text, sizeof(text), "%sT00:00:00+08:00",
                   xf_show_day(true, bulletin->made_on, day));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
}

static cairo_status_t
to_file(void *out, const unsigned char *bytes, unsigned n)
{
    return fwrite(bytes, 1, n, out) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

xf_code
xf_bulletin_write(const xf_bulletin *bulletin, FILE *out, int *ret_pages, xf_error *reterr)
{
    bool fontless = false;
    int pages = count_pages(bulletin, &fontless);
    if (fontless)
        return XF_FAIL(reterr, XF_CODE_UNSUPPORTED, XF_TEXT_FONT_MISSING, "");
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(to_file, out, WIDE, HIGH);
    name_file(surface, bulletin);
    (void)set_all(bulletin, surface, pages, &fontless);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "");
    *ret_pages = pages;
    return XF_CODE_OK;
}
