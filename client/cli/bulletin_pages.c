/* client/cli/bulletin_pages: what is on the pages, in their order. */
#include "client/cli/bulletin_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "client/cli/bulletin_chart.h"
#include "client/cli/bulletin_table.h"
#include "client/cli/figure_text.h"
#include "client/cli/show.h"

#define SMALL_LOOSE 3.5
#define LOOSE       7.2

enum {
    TABLE_MOST = 620,
    TABLE_LEAST = 90,
    LEGEND_ROOM = 12,
};

static const char *const years[2] = {"本期", "上年同期"};

/* ---- The period in words ------------------------------------------------------------------ */

static bool
begins_month(xf_day day)
{
    int year = 0;
    int month = 0;
    int dom = 0;
    xf_day_civil(day, &year, &month, &dom);
    return dom == 1;
}

static bool
of_whole_months(xf_day from_on, xf_day to_on)
{
    return begins_month(from_on) && begins_month(to_on + 1);
}

const char *
xf_bulletin_period(xf_day from_on, xf_day to_on, char out[XF_BULLETIN_PERIOD])
{
    int year[2];
    int month[2];
    int dom[2];
    char from[32];
    char to[32];
    xf_day_civil(from_on, &year[0], &month[0], &dom[0]);
    xf_day_civil(to_on, &year[1], &month[1], &dom[1]);
    bool whole = of_whole_months(from_on, to_on);
    if (whole) {
        (void)snprintf(from, sizeof(from), "%d年%d月", year[0], month[0]);
        (void)snprintf(to, sizeof(to), "%d年%d月", year[1], month[1]);
    } else {
        (void)snprintf(from, sizeof(from), "%d年%d月%d日", year[0], month[0], dom[0]);
        (void)snprintf(to, sizeof(to), "%d年%d月%d日", year[1], month[1], dom[1]);
    }
    /* The year is not said twice. */
    const char *end = year[0] == year[1] ? strstr(to, "年") + strlen("年") : to;
    if (strcmp(from, to) == 0) {
        (void)snprintf(out, XF_BULLETIN_PERIOD, "%s", from);
    } else {
        (void)snprintf(out, XF_BULLETIN_PERIOD, "%s至%s", from, end);
    }
    return out;
}

/* "2026年11月24日" */
static void
put_day(xf_day day, char out[XF_BULLETIN_PERIOD])
{
    int year = 0;
    int month = 0;
    int dom = 0;
    xf_day_civil(day, &year, &month, &dom);
    (void)snprintf(out, XF_BULLETIN_PERIOD, "%d年%d月%d日", year, month, dom);
}

/* ---- Page 1: the head and the table ------------------------------------------------------- */

static void
head(xf_bulletin_page *page, const xf_bulletin *b)
{
    char text[XF_BULLETIN_PERIOD + 16];
    char made[XF_BULLETIN_PERIOD];
    page->y = 50;
    xf_bulletin_page_text(page, XF_STYLE_BUREAU, XF_ALIGN_CENTRE, b->bureau);
    page->y += 2;
    xf_bulletin_page_text(page, XF_STYLE_TITLE, XF_ALIGN_CENTRE, XF_BULLETIN_TITLE);
    page->y += 6;
    (void)xf_bulletin_page_put(page, XF_STYLE_PERIOD, XF_ALIGN_LEFT, XF_PAGE_LEFT, page->y,
                               XF_PAGE_ACROSS, xf_bulletin_period(b->from_on, b->to_on, made));
    put_day(b->made_on, made);
    (void)snprintf(text, sizeof(text), "%s制", made);
    xf_bulletin_page_text(page, XF_STYLE_PERIOD, XF_ALIGN_RIGHT, text);
    page->y += 4;
    xf_bulletin_page_rule(page, XF_PAGE_LEFT, XF_PAGE_RIGHT, page->y, 2.2, XF_INK_RED);
    page->y += 10;
}

/* What can be told of its months. Who reads a number that may still move must see it. */
static void
say_frozen(xf_bulletin_page *page, const Xf__FiguresShowReply *reply)
{
    char at[XF_SHOW_ROOM];
    char text[256];
    if (!reply->frozen || !reply->has_frozen_at) {
        xf_bulletin_page_text(page, XF_STYLE_WARNING, XF_ALIGN_LEFT,
                              "有的月份还没有冻结：那些月按制表时的数，不含检举控告，以后还会变。");
    } else {
        xf_show_instant(reply->frozen_at, at);
        at[strlen("2020-10-31 09:00")] = '\0';
        (void)snprintf(text, sizeof(text), "各月的数都已冻结，最近一次在 %s，含检举控告。", at);
        xf_bulletin_page_text(page, XF_STYLE_TEXT, XF_ALIGN_LEFT, text);
    }
    page->y += 6;
}

/* NULL: the server told none. */
static const Xf__FigureValue *
find(const Xf__FiguresShowReply *reply, Xf__Figure figure)
{
    for (size_t i = 0; i < reply->n_figures; i++) {
        if (reply->figures[i]->figure == figure)
            return reply->figures[i];
    }
    return NULL;
}

/* "98.3 %" in the row's own room (rows are sorted, so nothing points into it), set without the blank, as in print; "—" for no figure. */
static void
put_part(xf_bulletin_row *row, size_t column, const Xf__FigureValue *value, xf_figure_part part)
{
    char text[XF_FIGURE_TEXT] = "—";
    char *room = row->room[column];
    if (value != NULL)
        (void)xf_figure_text(value, part, text);
    const char *blank = strstr(text, " %");
    if (blank != NULL) {
        (void)snprintf(room, XF_BULLETIN_CELL, "%.*s%%", (int)(blank - text), text);
    } else {
        (void)snprintf(room, XF_BULLETIN_CELL, "%s", text);
    }
}

static void
all_figures(xf_bulletin_page *page, const xf_bulletin *b)
{
    static const xf_bulletin_column columns[] = {{"指标", 171, XF_COLUMN_TEXT},
                                                 {"本期", 84, XF_COLUMN_FIGURE},
                                                 {"上年同期", 84, XF_COLUMN_FIGURE},
                                                 {"同比", 120, XF_COLUMN_FIGURE},
                                                 {NULL, 0, XF_COLUMN_TEXT}};
    size_t count = b->definitions->n_definitions;
    xf_bulletin_row *rows = xf_memory_new((count + 1) * sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        const Xf__FigureDefinition *definition = b->definitions->definitions[i];
        const Xf__FigureValue *value = find(b->whole, definition->figure);
        rows[i].cells[0] = definition->chinese;
        put_part(&rows[i], 1, value, XF_FIGURE_NOW);
        put_part(&rows[i], 2, value, XF_FIGURE_BEFORE);
        put_part(&rows[i], 3, value, XF_FIGURE_CHANGE);
    }
    xf_bulletin_table_set(
        page,
        &(xf_bulletin_table){.columns = columns, .rows = rows, .count = count, .loose = LOOSE});
    free(rows);
    xf_bulletin_page_text(page, XF_STYLE_NOTE, XF_ALIGN_LEFT,
                          "“—”：当时还没有台账，或分母为 0；上年同期为 0 的不作同比。");
    xf_bulletin_page_text(page, XF_STYLE_NOTE, XF_ALIGN_LEFT,
                          "同比：数是增减百分之几，率是增减几个百分点。");
}

/* ---- By month ----------------------------------------------------------------------------- */

/* The month's two numbers: of one figure now and before, or of two figures. */
static void
add_month(xf_bulletin_month *months, size_t *count, const Xf__FigureValue *value, size_t which,
          int64_t number)
{
    size_t at = 0;
    while (at < *count && months[at].on != value->month_on)
        at++;
    if (at == *count)
        months[(*count)++] = (xf_bulletin_month){.on = value->month_on};
    months[at].values[which] = number;
}

static size_t
months_of(const xf_bulletin *b, Xf__Figure now, Xf__Figure beside, xf_bulletin_month *months)
{
    size_t count = 0;
    for (size_t i = 0; i < b->months->n_figures; i++) {
        const Xf__FigureValue *value = b->months->figures[i];
        if (value->figure == now)
            add_month(months, &count, value, 0, value->value);
        if (value->figure == now && beside == now)
            add_month(months, &count, value, 1, value->previous);
        if (value->figure == beside && beside != now)
            add_month(months, &count, value, 1, value->value);
    }
    return count;
}

static void
by_month(xf_bulletin_page *page, const xf_bulletin *b)
{
    static const char *const disputes[2] = {"调处", "化解"};
    const char *note =
        of_whole_months(b->from_on, b->to_on) ? NULL : "不满整月的，只有本期以内的日子。";
    xf_bulletin_month *months = xf_memory_new((b->months->n_figures + 1) * sizeof(*months));
    size_t count = months_of(b, XF__FIGURE__FIGURE_PETITIONS, XF__FIGURE__FIGURE_PETITIONS, months);
    xf_bulletin_chart(page, "各月信访总量（件）", note, years, months, count);
    count = months_of(b, XF__FIGURE__FIGURE_DISPUTES_MEDIATED, XF__FIGURE__FIGURE_DISPUTES_RESOLVED,
                      months);
    xf_bulletin_chart(page, "各月调处、化解矛盾纠纷（件）", note, disputes, months, count);
    free(months);
}

/* What a heading keeps with it: the whole table, or the beginning of one that no page holds. */
static double
room_for(xf_bulletin_page *page, const xf_bulletin_table *table)
{
    double height = xf_bulletin_table_height(page, table);
    return height < TABLE_MOST ? height : TABLE_LEAST;
}

/* ---- By unit ------------------------------------------------------------------------------ */

/* Most first; then by the second bar, then as the server numbers units. */
static int
by_bars(const void *a, const void *b)
{
    const xf_bulletin_row *left = a;
    const xf_bulletin_row *right = b;
    for (size_t i = 0; i < 2; i++) {
        if (left->bars[i] != right->bars[i])
            return left->bars[i] > right->bars[i] ? -1 : 1;
    }
    return left->order < right->order ? -1 : left->order > right->order;
}

static const Xf__FigureValue *
find_unit(const Xf__FiguresShowReply *reply, Xf__Figure figure, const Xf__FigureValue *unit)
{
    for (size_t i = 0; i < reply->n_figures; i++) {
        if (reply->figures[i]->figure == figure && reply->figures[i]->unit_id == unit->unit_id)
            return reply->figures[i];
    }
    return NULL;
}

static void
begin_unit(xf_bulletin_row *row, const Xf__FigureValue *value)
{
    bool named = value->unit_name != NULL && *value->unit_name != '\0';
    row->cells[0] = named ? value->unit_name : "未注明单位";
    row->cells[1] = "";
    row->order = value->unit_id;
}

static void
unit_table(xf_bulletin_page *page, const char *heading, const char *note,
           const char *const names[2], const xf_bulletin_column *columns, xf_bulletin_row *rows,
           size_t count)
{
    qsort(rows, count, sizeof(*rows), by_bars);
    xf_bulletin_table table = {columns, rows, count, true, SMALL_LOOSE};
    xf_bulletin_page_heading(page, heading, note, room_for(page, &table) + LEGEND_ROOM);
    if (count == 0) {
        xf_bulletin_page_text(page, XF_STYLE_TEXT, XF_ALIGN_LEFT, "没有数。");
        return;
    }
    xf_bulletin_chart_legend(page, names, page->y - 2);
    page->y += LEGEND_ROOM;
    xf_bulletin_table_set(page, &table);
}

static void
petitions_by_unit(xf_bulletin_page *page, const xf_bulletin *b)
{
    static const xf_bulletin_column columns[] = {
        {"单位", 112, XF_COLUMN_TEXT},  {"", 187, XF_COLUMN_BARS},
        {"本期", 48, XF_COLUMN_FIGURE}, {"上年同期", 52, XF_COLUMN_FIGURE},
        {"同比", 60, XF_COLUMN_FIGURE}, {NULL, 0, XF_COLUMN_TEXT}};
    xf_bulletin_row *rows = xf_memory_new((b->units->n_figures + 1) * sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < b->units->n_figures; i++) {
        const Xf__FigureValue *value = b->units->figures[i];
        if (value->figure != XF__FIGURE__FIGURE_PETITIONS ||
            (value->value == 0 && value->previous == 0))
            continue;
        xf_bulletin_row *row = &rows[count++];
        begin_unit(row, value);
        row->bars[0] = value->value;
        row->bars[1] = value->previous;
        put_part(row, 2, value, XF_FIGURE_NOW);
        put_part(row, 3, value, XF_FIGURE_BEFORE);
        put_part(row, 4, value, XF_FIGURE_CHANGE);
    }
    unit_table(page, "各单位信访总量（件）",
               "各单位数不含检举控告，故不必等于全局数。两期都为 0 的单位不列。", years, columns,
               rows, count);
    free(rows);
}

static void
disputes_by_unit(xf_bulletin_page *page, const xf_bulletin *b)
{
    static const char *const names[2] = {"调处", "化解"};
    static const xf_bulletin_column columns[] = {
        {"单位", 112, XF_COLUMN_TEXT},    {"", 187, XF_COLUMN_BARS},
        {"调处", 48, XF_COLUMN_FIGURE},   {"化解", 52, XF_COLUMN_FIGURE},
        {"化解率", 60, XF_COLUMN_FIGURE}, {NULL, 0, XF_COLUMN_TEXT}};
    const Xf__FiguresShowReply *units = b->units;
    xf_bulletin_row *rows = xf_memory_new((units->n_figures + 1) * sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < units->n_figures; i++) {
        const Xf__FigureValue *mediated = units->figures[i];
        if (mediated->figure != XF__FIGURE__FIGURE_DISPUTES_MEDIATED || mediated->value == 0)
            continue;
        const Xf__FigureValue *resolved =
            find_unit(units, XF__FIGURE__FIGURE_DISPUTES_RESOLVED, mediated);
        xf_bulletin_row *row = &rows[count++];
        begin_unit(row, mediated);
        row->bars[0] = mediated->value;
        row->bars[1] = resolved == NULL ? 0 : resolved->value;
        put_part(row, 2, mediated, XF_FIGURE_NOW);
        put_part(row, 3, resolved, XF_FIGURE_NOW);
        put_part(row, 4, find_unit(units, XF__FIGURE__FIGURE_DISPUTES_RESOLVED_RATE, mediated),
                 XF_FIGURE_NOW);
    }
    unit_table(page, "各单位调处、化解矛盾纠纷（件）", "本期没有调处的单位不列。", names, columns,
               rows, count);
    free(rows);
}

/* ---- The end ------------------------------------------------------------------------------ */

static void
definitions(xf_bulletin_page *page, const Xf__FiguresDefinitionsReply *reply)
{
    static const xf_bulletin_column columns[] = {{"指标", 92, XF_COLUMN_TEXT},
                                                 {"怎么算", 136, XF_COLUMN_TEXT},
                                                 {"按哪天归期", 76, XF_COLUMN_TEXT},
                                                 {"数哪些", 155, XF_COLUMN_TEXT},
                                                 {NULL, 0, XF_COLUMN_TEXT}};
    size_t count = reply->n_definitions;
    xf_bulletin_row *rows = xf_memory_new((count + 1) * sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        const Xf__FigureDefinition *definition = reply->definitions[i];
        rows[i].cells[0] = definition->chinese;
        rows[i].cells[1] = definition->formula;
        rows[i].cells[2] = definition->period;
        rows[i].cells[3] = definition->rows;
    }
    xf_bulletin_table table = {columns, rows, count, true, SMALL_LOOSE};
    xf_bulletin_page_heading(page, "指标的定义", NULL, room_for(page, &table));
    xf_bulletin_table_set(page, &table);
    free(rows);
}

void
xf_bulletin_pages_set(xf_bulletin_page *page, const xf_bulletin *bulletin)
{
    head(page, bulletin);
    say_frozen(page, bulletin->whole);
    all_figures(page, bulletin);
    by_month(page, bulletin);
    petitions_by_unit(page, bulletin);
    disputes_by_unit(page, bulletin);
    definitions(page, bulletin->definitions);
}
