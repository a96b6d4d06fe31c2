/* Books are written as text and read as xinfang import reads them. */
#include "stage_book.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/cli/form.h"
#include "stage_inside.h"

char *
xf_stage_book(xf_story *s, const char *name, const char *const *lines)
{
    char text[8192] = "";
    size_t n = 0;
    char *path = xf_stage_file(s, name);

    for (size_t i = 0; lines[i] != NULL; i++) {
        const int more = snprintf(text + n, sizeof text - n, "%s\r\n", lines[i]);

        n += (size_t)more;
        assert_true(n < sizeof text);
    }
    xf_stage_write(path, text, n);
    return path;
}

void
xf_stage_assert_row(xf_story *s, const char *line, const char *column)
{
    const char *at = xf_stage_said(s);
    const size_t n = strlen(line);

    while (at != NULL) {
        const char *begin = at + strspn(at, "\n ");
        const size_t length = strcspn(begin, "\n");
        const char *found = strstr(begin, column);

        if (strncmp(begin, line, n) == 0 && !isdigit((unsigned char)begin[n]) && found != NULL &&
            found < begin + length)
            return;
        at = strchr(begin, '\n');
    }
    fail_msg("no row %s with %s in: %s", line, column, xf_stage_said(s));
}

void
xf_stage_each_row(xf_story *s, const char *book,
                  void (*each)(xf_story *s, const Xf__PetitionImportRequest *row, void *data),
                  void *data)
{
    char *path = xf_stage_source(book);
    xf_book *rows = NULL;
    xf_form_map map;

    assert_int_equal(xf_book_read(path, &rows, NULL), XF_CODE_OK);
    assert_int_equal(xf_form_map_book(xf_form_find("petitions"), rows, &map, NULL), XF_CODE_OK);
    map.bureau = XF_CAST_BUREAU;
    for (size_t i = 0; i < xf_book_rows(rows); i++) {
        xf_form_row row;

        assert_int_equal(xf_form_fill(&map, rows, i, xf_stage_arena(s), &row, NULL), XF_CODE_OK);
        each(s, (const Xf__PetitionImportRequest *)(const void *)row.request, data);
    }
    xf_book_free(&rows);
    free(path);
}

void
xf_stage_wait_frozen(xf_story *s)
{
    static const char not_frozen[] =
        "select count(*) from xf.bureau b, lateral (select least((select min(registered_on) from"
        " xf.petition), (select min(month_on) from xf.figure_touched)) as first) begun, lateral"
        " generate_series(date_trunc('month', begun.first), date '2026-10-01', interval '1 month') d"
        " where coalesce((select seat from xf.figure_freeze f where f.month_on = d::date"
        " order by version desc limit 1), -1) < coalesce((select max(seat) from xf.figure_touched t"
        " where t.month_on = d::date), 0)";

    for (int i = 0; i < 3000; i++) {
        if (xf_stage_number(s, not_frozen) == 0)
            return;
        xf_stage_sql(s, "select pg_sleep(0.02)");
    }
    fail_msg("months that nobody freezes");
}
