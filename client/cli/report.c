/* client/cli/report: a list that grows with the rows of which something is to be told. */
#include "client/cli/report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <csv.h>

#include "base/memory.h"
#include "client/cli/cli.h"
#include "client/cli/table.h"

typedef struct told {
    const char *book;
    xf_report_fate fate;
    size_t line;
    char *column;
    char *reason;
} told;

struct xf_report {
    told *rows;
    size_t count, room;
    const char *book;
    size_t begin; /* of this book's rows */
};

xf_report *
xf_report_new(void)
{
    return xf_memory_new(sizeof(xf_report));
}

void
xf_report_free(xf_report **report)
{
    if (*report == NULL)
        return;
    (*report)->begin = 0;
    xf_report_forget(*report);
    free((*report)->rows);
    free(*report);
    *report = NULL;
}

void
xf_report_begin(xf_report *report, const char *book)
{
    report->book = book;
    report->begin = report->count;
}

void
xf_report_forget(xf_report *report)
{
    for (size_t i = report->begin; i < report->count; i++) {
        free(report->rows[i].column);
        free(report->rows[i].reason);
    }
    report->count = report->begin;
}

void
xf_report_add(xf_report *report, xf_report_fate fate, size_t line, const char *column,
              const char *reason)
{
    if (report->count == report->room) {
        report->room = report->room == 0 ? 64 : report->room * 2;
        report->rows = xf_memory_grow(report->rows, report->room * sizeof(told));
    }
    report->rows[report->count++] =
        (told){report->book, fate, line, xf_memory_text(column, strlen(column)),
               xf_memory_text(reason, strlen(reason))};
}

static int
by_line(const void *a, const void *b)
{
    size_t left = ((const told *)a)->line;
    size_t right = ((const told *)b)->line;
    return left < right ? -1 : left > right;
}

void
xf_report_sort(xf_report *report)
{
    if (report->count > report->begin + 1)
        qsort(report->rows + report->begin, report->count - report->begin, sizeof(told), by_line);
}

static const char *
word_of(xf_report_fate fate)
{
    switch (fate) {
    case XF_REPORT_REFUSED: return "退回";
    case XF_REPORT_KEPT: return "已存";
    case XF_REPORT_WOULD_KEEP: return "可存";
    }
    return "";
}

static void
print_some(const xf_report *report, bool refused, const xf_column *columns, size_t most, FILE *out)
{
    size_t found = 0;
    xf_table *table = xf_table_new(columns);
    for (size_t i = report->begin; i < report->count; i++) {
        const told *row = &report->rows[i];
        if ((row->fate == XF_REPORT_REFUSED) != refused || (++found > most && most > 0))
            continue;
        xf_table_number(table, (int64_t)row->line);
        xf_table_text(table, row->column);
        xf_table_text(table, row->reason);
    }
    if (found > 0)
        xf_table_print(table, out);
    if (most > 0 && found > most)
        (void)fprintf(out, XF_TR("……还有 %zu 行，见 --report\n"), found - most);
    xf_table_free(&table);
}

void
xf_report_print(const xf_report *report, size_t most, FILE *out)
{
    static const xf_column refused[] = {
        {"行", 0, true}, {"列", 0, false}, {"为什么退回", 0, false}, {NULL, 0, false}};
    static const xf_column kept[] = {
        {"行", 0, true}, {"列", 0, false}, {"哪里不相符（没有退回）", 0, false}, {NULL, 0, false}};
    print_some(report, true, refused, most, out);
    print_some(report, false, kept, most, out);
}

void
xf_report_json(const xf_report *report, cJSON *refusals, cJSON *remarks)
{
    for (size_t i = report->begin; i < report->count; i++) {
        cJSON *row = cJSON_CreateObject();
        (void)cJSON_AddItemToArray(report->rows[i].fate == XF_REPORT_REFUSED ? refusals : remarks,
                                   row);
        (void)cJSON_AddNumberToObject(row, "line", (double)report->rows[i].line);
        (void)cJSON_AddStringToObject(row, "column", report->rows[i].column);
        (void)cJSON_AddStringToObject(row, "reason", report->rows[i].reason);
    }
}

static void
write_cell(FILE *out, const char *text)
{
    (void)fputc(',', out);
    (void)csv_fwrite(out, text, strlen(text));
}

xf_code
xf_report_write(const xf_report *report, const char *path, xf_error *reterr)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path);
    }
    (void)fputs("\xef\xbb\xbf行,列,处理,说明,文件\r\n", out);
    for (size_t i = 0; i < report->count; i++) {
        const told *row = &report->rows[i];
        (void)fprintf(out, "%zu", row->line);
        write_cell(out, row->column);
        write_cell(out, word_of(row->fate));
        write_cell(out, row->reason);
        write_cell(out, row->book);
        (void)fputs("\r\n", out);
    }
    bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path);
    return XF_CODE_OK;
}
