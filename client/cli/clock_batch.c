/* client/cli/clock_batch: a file of clocks, many a request, one request after the other; what an
 * answer says is copied out of it, so that no file is too long for the run's arena. */
#include "client/cli/clock_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.pb-c.h"

#include "base/memory.h"
#include "client/cli/book.h"
#include "client/cli/fill.h"
#include "client/cli/report.h"
#include "client/cli/show.h"

enum { RULE, FROM, EXTENDED, COLUMNS, PART = 500 };

static const char *const headings[COLUMNS][2] = {
    {"rule", "规则"}, {"from", "起算"}, {"extended", "延长"}};

/* The field of the protocol that stands in a column. */
static const char *const fields[COLUMNS] = {"rule", "from_on", "extended"};

/* One row of the file. */
typedef struct counted {
    bool good; /* it could be read, and was not refused */
    bool extended;
    bool has_from;
    int32_t from_on;
    bool has_raw, has_due;
    int32_t raw_on, due_on;
} counted;

typedef struct batch {
    xf_cli *cli;
    xf_book *book;
    xf_report *report;
    size_t place[COLUMNS]; /* SIZE_MAX: the column is not there */
    counted *rows;
    size_t n;
    size_t refused; /* cells */
    /* The request under way: the rows it asks for. */
    size_t asked[PART];
    size_t n_asked;
    bool done;
    xf_failure failure;
} batch;

static const char *
cell(const batch *b, size_t row, int column)
{
    return b->place[column] == SIZE_MAX ? "" : xf_book_cell(b->book, row, b->place[column]);
}

static void
refuse(batch *b, size_t row, const char *column, const char *reason)
{
    b->rows[row].good = false;
    b->refused++;
    xf_report_add(b->report, XF_REPORT_REFUSED, xf_book_line(b->book, row), column, reason);
}

static xf_text
read_extended(const char *text, bool *ret_extended)
{
    static const char *const yes[] = {"true", "yes", "1", "是"};
    static const char *const no[] = {"false", "no", "0", "否", ""};

    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcmp(text, yes[i]) == 0) {
            *ret_extended = true;
            return XF_TEXT_NONE;
        }
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        if (strcmp(text, no[i]) == 0)
            return XF_TEXT_NONE;
    }
    return XF_TEXT_BOOK_WORD_UNKNOWN;
}

static void
read_row(batch *b, size_t row)
{
    counted *to = &b->rows[row];
    const char *from = cell(b, row, FROM);
    xf_text extended = read_extended(cell(b, row, EXTENDED), &to->extended);

    to->good = true;
    if (*cell(b, row, RULE) == '\0')
        refuse(b, row, headings[RULE][0], xf_error_words(XF_TEXT_FIELD_MISSING));
    if (*from == '\0') {
        refuse(b, row, headings[FROM][0], xf_error_words(XF_TEXT_FIELD_MISSING));
    } else {
        to->has_from = xf_fill_day(from, &to->from_on, NULL) == XF_CODE_OK;
        if (!to->has_from)
            refuse(b, row, headings[FROM][0], xf_error_words(XF_TEXT_DAY_MALFORMED));
    }
    if (extended != XF_TEXT_NONE)
        refuse(b, row, headings[EXTENDED][0], xf_error_words(extended));
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static void
refuse_item(batch *b, size_t row, const Xf__ClockCounted *item)
{
    const char *column = item->field == NULL ? "" : item->field;
    char reason[512];
    char from[XF_SHOW_ROOM];

    for (size_t i = 0; i < COLUMNS; i++) {
        if (strcmp(column, fields[i]) == 0)
            column = headings[i][0];
    }
    (void)snprintf(reason, sizeof reason, "%s", item->text);
    if (item->has_in_force_from_on) {
        (void)snprintf(reason, sizeof reason, XF_TR("%s这条规则自 %s 起施行。"), item->text,
                       xf_show_day(true, item->in_force_from_on, from));
    }
    refuse(b, row, column, reason);
}

static void
take_reply(batch *b, const Xf__ClockCountReply *reply)
{
    for (size_t i = 0; i < b->n_asked; i++) {
        const Xf__ClockCounted *item = reply->items[i];
        counted *row = &b->rows[b->asked[i]];

        row->has_raw = item->has_raw_on;
        row->raw_on = item->raw_on;
        row->has_due = item->has_due_on;
        row->due_on = item->due_on;
        if (item->text != NULL)
            refuse_item(b, b->asked[i], item);
    }
}

static void
answered(xf_client *client, const xf_client_answer *answer, void *data)
{
    batch *b = data;
    const Xf__ClockCountReply *reply = (const Xf__ClockCountReply *)answer->reply;
    const char *words = answer->words;

    (void)client;
    b->done = true;
    b->failure.error = answer->error;
    b->failure.request_id = answer->request_id;
    if (answer->error.code == XF_CODE_OK && reply->n_items != b->n_asked) {
        b->failure.error.code =
            XF_FAIL(&b->failure.error, XF_CODE_INTERNAL, XF_TEXT_MESSAGE_BROKEN, "items");
        words = NULL;
    }
    if (b->failure.error.code == XF_CODE_OK) {
        take_reply(b, reply);
        return;
    }
    (void)snprintf(b->failure.words, sizeof b->failure.words, "%s",
                   words != NULL && *words != '\0' ? words : xf_error_words(b->failure.error.text));
}

static bool
ask(batch *b)
{
    Xf__ClockCountRequest request = XF__CLOCK_COUNT_REQUEST__INIT;
    Xf__ClockCountItem items[PART];
    Xf__ClockCountItem *list[PART];
    xf_error *error = &b->failure.error;

    for (size_t i = 0; i < b->n_asked; i++) {
        const counted *row = &b->rows[b->asked[i]];

        xf__clock_count_item__init(&items[i]);
        items[i].rule = (char *)(uintptr_t)cell(b, b->asked[i], RULE);
        items[i].has_from_on = 1;
        items[i].from_on = row->from_on;
        items[i].has_extended = items[i].extended = row->extended;
        list[i] = &items[i];
    }
    request.n_items = b->n_asked;
    request.items = list;
    b->done = false;
    if (xf_client_send(b->cli->client, XF_RPC_CLOCK_COUNT, &request.base, answered, b, error) !=
        XF_CODE_OK) {
        (void)snprintf(b->failure.words, sizeof b->failure.words, "%s",
                       xf_error_words(error->text));
    } else if (!xf_cli_turn(b->cli, &b->done)) {
        error->code = XF_FAIL(error, XF_CODE_DEADLINE, XF_TEXT_DEADLINE, "%s", "");
        (void)snprintf(b->failure.words, sizeof b->failure.words, "%s",
                       xf_error_words(error->text));
    }
    return error->code == XF_CODE_OK;
}

/* False: the connection or the server gave up; the person was told. */
static bool
ask_all(batch *b)
{
    for (size_t row = 0; row < b->n;) {
        b->n_asked = 0;
        for (; row < b->n && b->n_asked < PART; row++) {
            if (b->rows[row].good)
                b->asked[b->n_asked++] = row;
        }
        if (b->n_asked > 0 && !ask(b)) {
            (void)xf_tell_failure(b->cli, &b->failure);
            return false;
        }
    }
    return true;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* In quotes only where CSV needs them: rule names and days never do. */
static void
write_cell(const char *text)
{
    if (strpbrk(text, "\",\r\n") == NULL) {
        (void)fputs(text, stdout);
        return;
    }
    (void)putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void)putchar('"');
        (void)putchar(*text);
    }
    (void)putchar('"');
}

static void
write_rows(const batch *b)
{
    (void)puts("rule,from,raw,due");
    for (size_t row = 0; row < b->n; row++) {
        const counted *at = &b->rows[row];
        char text[XF_SHOW_ROOM];

        write_cell(cell(b, row, RULE));
        (void)putchar(',');
        write_cell(at->has_from ? xf_show_day(true, at->from_on, text) : cell(b, row, FROM));
        (void)printf(",%s", xf_show_day(at->good && at->has_raw, at->raw_on, text));
        (void)printf(",%s\n", xf_show_day(at->good && at->has_due, at->due_on, text));
    }
    (void)fflush(stdout);
}

int
xf_clock_batch(xf_cli *cli, const char *path)
{
    batch *b = xf_memory_new(sizeof *b);
    xf_error error = {0};
    int status = (int)XF_EXIT_FAILED;

    b->cli = cli;
    b->report = xf_report_new();
    if (xf_book_read(path, &b->book, &error) != XF_CODE_OK ||
        xf_book_places(b->book, headings, EXTENDED, COLUMNS, b->place, &error) != XF_CODE_OK) {
        status = (int)xf_tell_error(cli, &error);
        goto out;
    }
    b->n = xf_book_rows(b->book);
    b->rows = xf_memory_new((b->n + 1) * sizeof *b->rows);
    for (size_t row = 0; row < b->n; row++)
        read_row(b, row);
    if (!ask_all(b)) {
        status = (int)cli->exit;
        goto out;
    }
    write_rows(b);
    xf_report_sort(b->report);
    xf_report_print(b->report, 0, stderr);
    status = b->refused > 0 ? (int)XF_EXIT_FAILED : (int)XF_EXIT_OK;
out:
    xf_client_close(&cli->client); /* no answer may come any more: its rows are gone */
    xf_report_free(&b->report);
    xf_book_free(&b->book);
    free(b->rows);
    free(b);
    return status;
}
