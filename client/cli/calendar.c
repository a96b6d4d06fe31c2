/* client/cli/calendar: a year's days off and make-up workdays, from the notice's table and back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.pb-c.h"

#include "base/memory.h"
#include "base/now.h"
#include "client/cli/book.h"
#include "client/cli/cli.h"
#include "client/cli/fill.h"
#include "client/cli/report.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/weekday.h"
#include "client/cli/words.h"

enum { DATE, KIND, NAME, COLUMNS, NAME_MOST = 120, TEXT = 512 };

static const char *const headings[COLUMNS][2] = {
    {"date", "日期"}, {"kind", "类型"}, {"name", "节日"}};

/* ---- Import ---------------------------------------------------------------------------------- */

/* A file on its way. */
typedef struct sheet {
    xf_book *book;
    xf_report *report;
    size_t place[COLUMNS];
    Xf__CalendarDay *days; /* by day, when all were read */
    Xf__CalendarDay **list;
    size_t *line; /* of each, as the spreadsheet counts */
    size_t n;
    int32_t year;
    size_t refused; /* cells */
} sheet;

static void
refuse(sheet *s, size_t line, int column, xf_text text)
{
    s->refused++;
    xf_report_add(s->report, XF_REPORT_REFUSED, line, headings[column][0], xf_error_words(text));
}

static xf_text
read_cell(sheet *s, size_t row, int column, Xf__CalendarDay *to)
{
    const char *text = xf_book_cell(s->book, row, s->place[column]);
    int32_t kind = 0;

    if (*text == '\0')
        return XF_TEXT_FIELD_MISSING;
    switch (column) {
    case DATE:
        return xf_fill_day(text, &to->day_on, NULL) == XF_CODE_OK ? XF_TEXT_NONE
                                                                  : XF_TEXT_DAY_MALFORMED;
    case KIND:
        if (!xf_words_read(&xf__day_kind__descriptor, text, &kind) ||
            (kind != (int32_t)XF_DAY_KIND_OFF && kind != (int32_t)XF_DAY_KIND_WORK))
            return XF_TEXT_BOOK_WORD_UNKNOWN;
        to->kind = (Xf__DayKind)kind;
        return XF_TEXT_NONE;
    default:
        to->name = (char *)(uintptr_t)text; /* the book's, which outlives the request */
        return strlen(text) > NAME_MOST ? XF_TEXT_FIELD_TOO_LONG : XF_TEXT_NONE;
    }
}

static void
read_row(sheet *s, size_t row)
{
    Xf__CalendarDay *day = &s->days[s->n];
    bool good = true;

    xf__calendar_day__init(day);
    day->has_day_on = day->has_kind = 1;
    for (int column = 0; column < COLUMNS; column++) {
        xf_text text = read_cell(s, row, column, day);

        if (text == XF_TEXT_NONE)
            continue;
        good = false;
        refuse(s, xf_book_line(s->book, row), column, text);
    }
    if (good) {
        s->line[s->n] = xf_book_line(s->book, row);
        s->list[s->n] = day;
        s->n++;
    }
}

static int
by_day(const void *a, const void *b)
{
    const Xf__CalendarDay *left = *(Xf__CalendarDay *const *)a;
    const Xf__CalendarDay *right = *(Xf__CalendarDay *const *)b;

    return left->day_on < right->day_on ? -1 : left->day_on > right->day_on;
}

static int32_t
year_of(int32_t day)
{
    int year = 0;
    int month = 0;
    int dom = 0;

    xf_day_civil(day, &year, &month, &dom);
    return year;
}

/* The year of the most days: a notice names some of the December before. */
static int32_t
most_years(const sheet *s)
{
    int32_t best = 0;
    size_t best_count = 0;

    for (size_t i = 0; i < s->n; i++) {
        size_t count = 0;

        for (size_t k = 0; k < s->n; k++)
            count += year_of(s->list[k]->day_on) == year_of(s->list[i]->day_on) ? 1 : 0;
        if (count > best_count) {
            best_count = count;
            best = year_of(s->list[i]->day_on);
        }
    }
    return best;
}

/* Each day in its place and once. In order, so that a sorted file and a mixed one are one year. */
static void
put_in_order(sheet *s)
{
    s->year = most_years(s);
    qsort(s->list, s->n, sizeof(void *), by_day);
    for (size_t i = 0; i < s->n; i++) {
        const int32_t day = s->list[i]->day_on;
        const bool twice = i > 0 && s->list[i - 1]->day_on == day;

        if (twice || day < xf_day_from_civil(s->year - 1, 12, 1) ||
            day >= xf_day_from_civil(s->year + 1, 2, 1))
            refuse(s, s->line[s->list[i] - s->days], DATE, XF_TEXT_CALENDAR_DAY);
    }
}

static void
clear(sheet *s)
{
    xf_book_free(&s->book);
    xf_report_free(&s->report);
    free(s->days);
    free(s->list);
    free(s->line);
}

static xf_code
read_sheet(sheet *s, const char *path, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    size_t rows = 0;

    s->report = xf_report_new();
    XF_TRY(xf_book_read(path, &s->book, reterr));
    XF_TRY(xf_book_places(s->book, headings, COLUMNS, COLUMNS, s->place, reterr));
    rows = xf_book_rows(s->book);
    if (rows == 0)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "%s", headings[DATE][0]));
    s->days = xf_memory_new(rows * sizeof *s->days);
    s->list = xf_memory_new(rows * sizeof(void *));
    s->line = xf_memory_new(rows * sizeof *s->line);
    for (size_t row = 0; row < rows; row++)
        read_row(s, row);
    if (s->n > 0)
        put_in_order(s);
out:
    return code;
}

static const Xf__CalendarImportReply *
send_sheet(xf_cli *cli, const sheet *s)
{
    Xf__CalendarImportRequest request = XF__CALENDAR_IMPORT_REQUEST__INIT;

    request.has_year = 1;
    request.year = s->year;
    request.n_days = s->n;
    request.days = s->list;
    return (const Xf__CalendarImportReply *)xf_cli_call(cli, XF_RPC_CALENDAR_IMPORT, &request.base);
}

static size_t
count_kind(const sheet *s, xf_day_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        n += (int)s->list[i]->kind == (int)kind ? 1 : 0;
    return n;
}

static void
tell_sheet(const sheet *s, const Xf__CalendarImportReply *reply)
{
    if (reply->changed) {
        (void)printf(XF_TR("%d 年的日历存好了：放假 %zu 天，调休上班 %zu 天。\n"), s->year,
                     count_kind(s, XF_DAY_KIND_OFF), count_kind(s, XF_DAY_KIND_WORK));
    } else {
        (void)printf(XF_TR("%d 年的日历本来就是这样，没有改动。\n"), s->year);
    }
}

static void
sheet_json(const sheet *s, const char *path, const Xf__CalendarImportReply *reply, cJSON *files)
{
    cJSON *json = cJSON_CreateObject();

    (void)cJSON_AddItemToArray(files, json);
    (void)cJSON_AddStringToObject(json, "file", path);
    if (reply != NULL) {
        (void)cJSON_AddNumberToObject(json, "year", s->year);
        (void)cJSON_AddNumberToObject(json, "version", reply->version);
        (void)cJSON_AddBoolToObject(json, "changed", reply->changed);
    }
    xf_report_json(s->report, cJSON_AddArrayToObject(json, "refusals"), NULL);
}

static void
refuse_sheet(sheet *s, const char *path)
{
    xf_report_sort(s->report);
    (void)fprintf(stderr, XF_TR("%s 有 %zu 处不对，整个文件没有导入：\n"), path, s->refused);
    xf_report_print(s->report, 0, stderr);
}

/* One file; files is NULL for people. False: it was not taken, and the person was told why. */
static bool
import_file(xf_cli *cli, const char *path, cJSON *files)
{
    const Xf__CalendarImportReply *reply = NULL;
    xf_error error = {0};
    sheet s = {0};

    if (read_sheet(&s, path, &error) != XF_CODE_OK) {
        (void)xf_tell_error(cli, &error);
    } else if (s.refused > 0) {
        refuse_sheet(&s, path);
        cli->exit = XF_EXIT_FAILED;
    } else {
        reply = send_sheet(cli, &s);
    }
    if (files != NULL) {
        sheet_json(&s, path, reply, files);
    } else if (reply != NULL) {
        tell_sheet(&s, reply);
    }
    clear(&s);
    return reply != NULL;
}

int
xf_calendar_import(xf_cli *cli, const xf_args *args)
{
    cJSON *json = cli->json ? cJSON_CreateObject() : NULL;
    cJSON *files = json == NULL ? NULL : cJSON_AddArrayToObject(json, "files");
    xf_exit worst = XF_EXIT_OK;

    for (int i = 0; i < args->word_count; i++) {
        if (!import_file(cli, args->words[i], files))
            worst = cli->exit;
        if (worst == XF_EXIT_UNAVAILABLE || worst == XF_EXIT_LOGIN || worst == XF_EXIT_DENIED ||
            worst == XF_EXIT_INTERRUPTED)
            break; /* the next file would fare the same */
    }
    if (json != NULL) {
        xf_show_tree(json, false);
        cJSON_Delete(json);
    }
    return (int)worst;
}

/* ---- Show ------------------------------------------------------------------------------------ */

typedef struct line {
    const char *name;
    char off[TEXT];
    char work[TEXT];
    size_t days;
} line;

static void
append(char text[TEXT], const char *more)
{
    size_t n = strlen(text);

    (void)snprintf(text + n, TEXT - n, "%s%s", n == 0 ? "" : XF_TR("、"), more);
}

/* "10-01 至 10-07"; days of another year with it. */
static void
stretch(char text[TEXT], int32_t year, int32_t from, int32_t to)
{
    char ends[2][11];
    char both[48];
    const char *at[2];

    xf_day_print(from, ends[0]);
    xf_day_print(to, ends[1]);
    at[0] = year_of(from) == year ? ends[0] + strlen("2026-") : ends[0];
    at[1] = year_of(to) == year ? ends[1] + strlen("2026-") : ends[1];
    (void)snprintf(both, sizeof both, "%s", at[0]);
    if (from != to)
        (void)snprintf(both, sizeof both, XF_TR("%s 至 %s"), at[0], at[1]);
    append(text, both);
}

static void
work_day(char text[TEXT], int32_t year, int32_t day)
{
    char one[TEXT] = "";
    size_t n = 0;

    stretch(one, year, day, day);
    n = strlen(one);
    (void)snprintf(one + n, sizeof one - n, XF_TR("（%s）"), xf_weekday_words(day));
    append(text, one);
}

/* The days of one holiday, from its first on. */
static void
gather(const Xf__CalendarShowReply *reply, size_t first, line *to)
{
    const char *name = reply->days[first]->name;

    *to = (line){.name = name};
    for (size_t i = first; i < reply->n_days; i++) {
        const Xf__CalendarDay *day = reply->days[i];
        size_t last = i;

        if (strcmp(day->name, name) != 0)
            continue;
        if ((int)day->kind == (int)XF_DAY_KIND_WORK) {
            work_day(to->work, reply->year, day->day_on);
            continue;
        }
        while (last + 1 < reply->n_days && reply->days[last + 1]->kind == day->kind &&
               strcmp(reply->days[last + 1]->name, name) == 0 &&
               reply->days[last + 1]->day_on == reply->days[last]->day_on + 1)
            last++;
        to->days += last - i + 1;
        stretch(to->off, reply->year, day->day_on, reply->days[last]->day_on);
        i = last;
    }
}

static bool
is_first(const Xf__CalendarShowReply *reply, size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (strcmp(reply->days[before]->name, reply->days[i]->name) == 0)
            return false;
    }
    return true;
}

static void
print_year(const Xf__CalendarShowReply *reply)
{
    static const xf_column columns[] = {{"节日", 0, false},
                                        {"放假", 0, false},
                                        {"天数", 0, true},
                                        {"调休上班", 0, false},
                                        {NULL, 0, false}};
    char at[XF_SHOW_ROOM] = "";
    xf_table *table = xf_table_new(columns);

    for (size_t i = 0; i < reply->n_days; i++) {
        line holiday;

        if (!is_first(reply, i))
            continue;
        gather(reply, i, &holiday);
        xf_table_text(table, holiday.name);
        xf_table_text(table, holiday.off);
        xf_table_number(table, (int64_t)holiday.days);
        xf_table_text(table, holiday.work);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    xf_show_instant(reply->imported_at, at);
    (void)printf(XF_TR("%d 年，第 %d 版，%s 导入。其余周一至周五上班，周六周日休息。\n"),
                 reply->year, reply->version, at);
}

int
xf_calendar_show(xf_cli *cli, const xf_args *args)
{
    Xf__CalendarShowRequest request = XF__CALENDAR_SHOW_REQUEST__INIT;
    const ProtobufCMessage *message = NULL;
    int64_t year = 0;

    if (!xf_args_whole(args->words[0], 1900, 9000, &year))
        return (int)xf_tell_usage(cli, XF_TR("要写四位数的年份。"), args->words[0]);
    request.has_year = 1;
    request.year = (int32_t)year;
    message = xf_cli_call(cli, XF_RPC_CALENDAR_SHOW, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_year((const Xf__CalendarShowReply *)message);
    }
    return XF_EXIT_OK;
}
