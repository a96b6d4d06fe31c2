/* client/cli/report: a list that grows with the refused rows of one book. */
#include "client/cli/report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <csv.h>

#include "base/memory.h"
#include "client/cli/table.h"

typedef struct refused {
    size_t line;
    char *column;
    char *reason;
} refused;

struct xf_report {
    refused *rows;
    size_t count, room;
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
    for (size_t i = 0; i < (*report)->count; i++) {
        free((*report)->rows[i].column);
        free((*report)->rows[i].reason);
    }
    free((*report)->rows);
    free(*report);
    *report = NULL;
}

void
xf_report_add(xf_report *report, size_t line, const char *column, const char *reason)
{
    if (report->count == report->room) {
        report->room = report->room == 0 ? 64 : report->room * 2;
        report->rows = xf_memory_grow(report->rows, report->room * sizeof(refused));
    }
    report->rows[report->count++] = (refused){line, xf_memory_text(column, strlen(column)),
                                              xf_memory_text(reason, strlen(reason))};
}

size_t
xf_report_count(const xf_report *report)
{
    return report->count;
}

static int
by_line(const void *a, const void *b)
{
    size_t left = ((const refused *)a)->line;
    size_t right = ((const refused *)b)->line;
    return left < right ? -1 : left > right;
}

void
xf_report_sort(xf_report *report)
{
    if (report->count > 1)
        qsort(report->rows, report->count, sizeof(refused), by_line);
}

void
xf_report_print(const xf_report *report, FILE *out)
{
    static const xf_column columns[] = {
        {"行", 0, true}, {"列", 0, false}, {"为什么退回", 0, false}, {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < report->count; i++) {
        xf_table_number(table, (int64_t)report->rows[i].line);
        xf_table_text(table, report->rows[i].column);
        xf_table_text(table, report->rows[i].reason);
    }
    if (report->count > 0)
        xf_table_print(table, out);
    xf_table_free(&table);
}

void
xf_report_json(const xf_report *report, cJSON *list)
{
    for (size_t i = 0; i < report->count; i++) {
        cJSON *row = cJSON_CreateObject();
        (void)cJSON_AddItemToArray(list, row);
        (void)cJSON_AddNumberToObject(row, "line", (double)report->rows[i].line);
        (void)cJSON_AddStringToObject(row, "column", report->rows[i].column);
        (void)cJSON_AddStringToObject(row, "reason", report->rows[i].reason);
    }
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
    (void)fputs("\xef\xbb\xbf行,列,为什么退回\r\n", out);
    for (size_t i = 0; i < report->count; i++) {
        const refused *row = &report->rows[i];
        (void)fprintf(out, "%zu,", row->line);
        (void)csv_fwrite(out, row->column, strlen(row->column));
        (void)fputc(',', out);
        (void)csv_fwrite(out, row->reason, strlen(row->reason));
        (void)fputs("\r\n", out);
    }
    bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path);
    return XF_CODE_OK;
}
