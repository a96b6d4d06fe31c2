/* client/cli/import: a book's rows over the normal protocol, many under way at once. The
 * row is the unit: each is taken or refused for itself, and each has an op_id made of what
 * it says, so the file can be run again at any time. The rows do not go through the outbox:
 * the file is their store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "client/cli/cli.h"
#include "client/cli/form.h"
#include "client/cli/progress.h"
#include "client/cli/report.h"
#include "client/cli/show.h"

enum { WINDOW = 32 };

typedef enum row_state {
    ROW_OPEN, /* not sent, or sent and not answered */
    ROW_SENT,
    ROW_TAKEN,
    ROW_REFUSED,
    ROW_LATER, /* to be asked once more at the end, alone */
} row_state;

typedef struct importing importing;

/* What a callback needs to find its row. */
typedef struct ticket {
    importing *importing;
    row_state state;
} ticket;

struct importing {
    xf_cli *cli;
    xf_book *book;
    xf_form_map map;
    xf_report *report;
    ticket *rows;
    size_t count;
    xf_progress progress;
    bool again;  /* the second pass, over ROW_LATER, one by one */
    size_t next; /* the row to look at next */
    size_t flying;
    size_t taken, refused;
    bool moved;     /* an answer came */
    bool stopped;   /* the connection is gone, or nobody may import here */
    xf_failure why; /* of stopped */
};

static void
refuse(importing *im, size_t row, const char *field, const char *reason)
{
    im->rows[row].state = ROW_REFUSED;
    im->refused++;
    xf_report_add(im->report, xf_book_line(im->book, row), xf_form_heading(im->map.form, field),
                  reason);
}

static void
stop(importing *im, const xf_error *error, const char *words, uint64_t request_id)
{
    if (im->stopped)
        return;
    im->stopped = true;
    im->why = (xf_failure){.error = *error, .request_id = request_id};
    (void)snprintf(im->why.words, sizeof(im->why.words), "%s",
                   words != NULL && *words != '\0' ? words : xf_error_words(error->text));
}

/* The cell of `row` in the column of `field`. */
static const char *
cell_of(const importing *im, size_t row, const char *field)
{
    for (size_t c = 0; c < im->map.count; c++) {
        const xf_form_column *column = im->map.columns[c];
        if (column != NULL && column->field != NULL && strcmp(column->field, field) == 0)
            return xf_book_cell(im->book, row, c);
    }
    return "";
}

/* A trial keeps nothing, so what a row needs from an earlier row is looked up here. */
static bool
comes_with_book(const importing *im, size_t row)
{
    const char *wanted = cell_of(im, row, im->map.form->later);
    for (size_t r = 0; r < im->count; r++) {
        if (strcmp(cell_of(im, r, im->map.form->key), wanted) == 0)
            return true;
    }
    return false;
}

/* Nobody may import here, or the other side cannot now: the row stays open. */
static bool
ends_it(const importing *im, xf_code code)
{
    return code == XF_CODE_UNAUTHENTICATED || code == XF_CODE_DENIED ||
           (im->again && xf_error_retryable(code));
}

static void
judge(importing *im, size_t row, const xf_client_answer *answer)
{
    ticket *t = &im->rows[row];
    const xf_error *error = &answer->error;
    const char *later = im->map.form->later;
    bool waits =
        error->code == XF_CODE_INVALID && later != NULL && strcmp(error->field, later) == 0;
    if (error->code == XF_CODE_OK || (waits && im->map.dry_run && comes_with_book(im, row))) {
        t->state = ROW_TAKEN;
        im->taken++;
    } else if (ends_it(im, error->code)) {
        t->state = ROW_OPEN;
        stop(im, error, answer->words, answer->request_id);
    } else if (!im->again && (waits || xf_error_retryable(error->code))) {
        t->state = ROW_LATER;
    } else {
        refuse(im, row, error->field,
               answer->words != NULL && *answer->words != '\0' ? answer->words
                                                               : xf_error_words(error->text));
    }
}

static void pump(importing *im);

static void
answered(xf_client *client, const xf_client_answer *answer, void *data)
{
    (void)client;
    ticket *t = data;
    importing *im = t->importing;
    im->moved = true;
    im->flying--;
    judge(im, (size_t)(t - im->rows), answer);
    xf_progress_step(&im->progress, im->taken + im->refused);
    pump(im);
}

/* Packs and sends one row; what cannot be read is refused here. */
static void
send_row(importing *im, size_t row)
{
    xf_arena *arena = xf_arena_new();
    xf_form_row made;
    xf_error error = {0};
    ticket *t = &im->rows[row];
    xf_code code = xf_form_fill(&im->map, im->book, row, arena, &made, &error);
    if (code == XF_CODE_OK) {
        code =
            xf_client_send(im->cli->client, im->map.form->rpc, made.request, answered, t, &error);
    }
    if (code == XF_CODE_OK) {
        t->state = ROW_SENT;
        im->flying++;
    } else if (xf_error_retryable(code)) {
        t->state = ROW_OPEN;
        stop(im, &error, NULL, 0);
    } else {
        refuse(im, row, error.field, xf_error_words(error.text));
    }
    xf_arena_free(&arena);
}

/* Fills the window. On the second pass a row may need the one before it: one at a time. */
static void
pump(importing *im)
{
    const Xf__Welcome *welcome = xf_client_welcome(im->cli->client);
    row_state wanted = im->again ? ROW_LATER : ROW_OPEN;
    size_t window = welcome->has_max_in_flight && welcome->max_in_flight > 0
                        ? (size_t)welcome->max_in_flight
                        : WINDOW;
    window = im->again ? 1 : window;
    while (!im->stopped && im->flying < window && im->next < im->count) {
        size_t row = im->next++;
        if (im->rows[row].state == wanted)
            send_row(im, row);
    }
}

static void
run_pass(importing *im, bool again)
{
    im->again = again;
    im->next = 0;
    pump(im);
    while (im->flying > 0) {
        im->moved = false;
        if (!xf_cli_turn(im->cli, &im->moved)) {
            xf_error error = {0};
            (void)!XF_FAIL(&error, XF_CODE_DEADLINE, XF_TEXT_DEADLINE, "%s", "");
            stop(im, &error, NULL, 0);
            return;
        }
    }
}

static void
print_json(const importing *im)
{
    cJSON *json = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(json, "book", im->map.form->name);
    (void)cJSON_AddBoolToObject(json, "dry_run", im->map.dry_run);
    (void)cJSON_AddNumberToObject(json, "rows", (double)im->count);
    (void)cJSON_AddNumberToObject(json, "taken", (double)im->taken);
    (void)cJSON_AddNumberToObject(json, "refused", (double)im->refused);
    (void)cJSON_AddNumberToObject(json, "open", (double)(im->count - im->taken - im->refused));
    xf_report_json(im->report, cJSON_AddArrayToObject(json, "refusals"));
    xf_show_tree(json, false);
    cJSON_Delete(json);
}

static void
print_sum(const importing *im, bool with_rows)
{
    size_t open = im->count - im->taken - im->refused;
    if (with_rows)
        xf_report_print(im->report, stdout);
    (void)printf(XF_TR("%s %zu 行：成功 %zu，退回 %zu"),
                 im->map.dry_run ? XF_TR("试导") : XF_TR("导入"), im->count, im->taken,
                 im->refused);
    if (open > 0)
        (void)printf(XF_TR("，没发完 %zu"), open);
    (void)puts(im->map.dry_run ? XF_TR("。只是试一遍，没有存。") : "");
    (void)fflush(stdout);
}

static int
finish(importing *im, const char *report)
{
    xf_cli *cli = im->cli;
    xf_error error = {0};
    xf_report_sort(im->report);
    bool written = report != NULL;
    if (written && xf_report_write(im->report, report, &error) != XF_CODE_OK) {
        (void)xf_tell_error(cli, &error);
        written = false;
    }
    if (cli->json) {
        print_json(im);
    } else {
        print_sum(im, !written);
    }
    if (written && im->refused > 0)
        (void)fprintf(stderr, XF_TR("退回的行写在 %s。\n"), report);
    if (im->stopped) {
        (void)xf_tell_failure(cli, &im->why);
        if (cli->exit == XF_EXIT_UNAVAILABLE) {
            (void)fputs(XF_TR("没发完的还在您的文件里。再运行一次就接着来，存好的不会重复。\n"),
                        stderr);
        }
        return (int)cli->exit;
    }
    return im->refused > 0 ? (int)XF_EXIT_FAILED : (int)XF_EXIT_OK;
}

static const char *
file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

int
xf_import_run(xf_cli *cli, const xf_args *args)
{
    const char *path = args->words[0];
    int status = (int)XF_EXIT_FAILED;
    xf_error error = {0};
    importing im = {.cli = cli};
    if (xf_book_read(path, &im.book, &error) != XF_CODE_OK ||
        xf_form_map_book(xf_form_find(cli->verb->verb), im.book, &im.map, &error) != XF_CODE_OK) {
        status = (int)xf_tell_error(cli, &error);
        goto out;
    }
    im.map.bureau = xf_client_welcome(cli->client)->bureau_id;
    im.map.dry_run = xf_args_has(args, "dry-run");
    im.count = xf_book_rows(im.book);
    im.report = xf_report_new();
    im.rows = xf_memory_new((im.count + 1) * sizeof(ticket));
    for (size_t i = 0; i < im.count; i++)
        im.rows[i].importing = &im;
    xf_progress_start(&im.progress, file_name(path), im.count, xf_args_has(args, "progress"));
    run_pass(&im, false);
    if (!im.stopped)
        run_pass(&im, true);
    xf_progress_end(&im.progress, im.taken + im.refused);
    status = finish(&im, xf_args_get(args, "report"));
out:
    xf_client_close(&cli->client); /* no answer may come any more: its row is gone */
    xf_report_free(&im.report);
    xf_book_free(&im.book);
    free(im.rows);
    return status;
}
