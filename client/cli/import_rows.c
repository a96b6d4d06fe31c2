/* client/cli/import_rows: a window of rows under way; those that need an earlier one, and those
 * that may be tried again, come once more at the end, one by one. */
#include "client/cli/import_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.pb-c.h"

#include "base/memory.h"
#include "client/cli/interrupt.h"
#include "client/cli/words.h"

enum {
    WINDOW = 32,
    PATIENCE = 30, /* passes over what the server could not take just now, a second apart */
    REST_MS = 1000,
};

typedef enum row_state {
    ROW_OPEN, /* not sent, or sent and not answered */
    ROW_SENT,
    ROW_TAKEN,
    ROW_REFUSED,
    ROW_LATER, /* to be asked once more at the end, alone */
} row_state;

/* What a callback needs to find its row. */
typedef struct ticket {
    xf_import_rows *rows;
    row_state state;
} ticket;

struct xf_import_rows {
    xf_cli *cli;
    const xf_book *book;
    xf_form_map map;
    xf_report *report;
    ticket *rows;
    xf_progress *progress;
    bool again;     /* a later pass, over ROW_LATER, one by one */
    bool last;      /* and the last one: who cannot take a row now has had his time */
    size_t put_off; /* rows that the server could not take just now, in this pass */
    size_t next;    /* the row to look at next */
    size_t flying;
    bool moved; /* an answer came */
    xf_import_sum sum;
};

static void
refuse(xf_import_rows *im, size_t row, const char *field, const char *reason)
{
    im->rows[row].state = ROW_REFUSED;
    im->sum.refused++;
    xf_report_add(im->report, XF_REPORT_REFUSED, xf_book_line(im->book, row),
                  xf_form_heading(im->map.form, field), reason);
}

/* The column in which to look for what does not fit. */
static const char *
field_of(xf_remark remark)
{
    switch (remark) {
    case XF_REMARK_PETITION_NOT_HELD:
    case XF_REMARK_CASES_WITHOUT_PETITION: return "petition_number";
    case XF_REMARK_CLOSED_PAST_LIMIT:
    case XF_REMARK_CLOSED_BEFORE_REGISTERED: return "closed_on";
    case XF_REMARK_FED_BACK_BEFORE_CLOSED: return "fed_back_on";
    case XF_REMARK_ACCUSED_NOT_STATED: return "complained_unit_name";
    case XF_REMARK_SIGNED_BEFORE_SENT: return "signed_on";
    case XF_REMARK_SIGNED_STATE_DIFFERS: return "delivery";
    case XF_REMARK_SETTLED_DAY_DIFFERS:
    case XF_REMARK_SETTLED_BEFORE_SCREENED: return "settled_on";
    case XF_REMARK_MORE_SOLVED_THAN_FILED: return "solved";
    case XF_REMARK_FEW_OFFICERS: return "officers";
    case XF_REMARK_UNSPECIFIED: break;
    }
    return "";
}

/* The row was taken; its remarks are no refusals. */
static void
take(xf_import_rows *im, size_t row, const ProtobufCMessage *reply)
{
    const ProtobufCFieldDescriptor *field =
        reply == NULL
            ? NULL
            : protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, "remarks");
    im->rows[row].state = ROW_TAKEN;
    im->sum.taken++;
    if (field == NULL)
        return;
    const int32_t *list = *(int32_t *const *)(const void *)((const char *)reply + field->offset);
    size_t n = *(const size_t *)(const void *)((const char *)reply + field->quantifier_offset);
    for (size_t i = 0; i < n; i++) {
        xf_report_add(im->report, im->map.dry_run ? XF_REPORT_WOULD_KEEP : XF_REPORT_KEPT,
                      xf_book_line(im->book, row),
                      xf_form_heading(im->map.form, field_of((xf_remark)list[i])),
                      xf_words_of(&xf__remark__descriptor, list[i]));
    }
    im->sum.remarked += n > 0 ? 1 : 0;
}

static void
stop(xf_import_rows *im, const xf_error *error, const char *words, uint64_t request_id)
{
    if (im->sum.stopped)
        return;
    im->sum.stopped = true;
    im->sum.why = (xf_failure){.error = *error, .request_id = request_id};
    (void)snprintf(im->sum.why.words, sizeof(im->sum.why.words), "%s",
                   words != NULL && *words != '\0' ? words : xf_error_words(error->text));
}

/* The cell of `row` in the column of `field`. */
static const char *
cell_of(const xf_import_rows *im, size_t row, const char *field)
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
comes_with_book(const xf_import_rows *im, size_t row)
{
    const char *wanted = cell_of(im, row, im->map.form->later);
    for (size_t r = 0; r < im->sum.rows; r++) {
        if (strcmp(cell_of(im, r, im->map.form->key), wanted) == 0)
            return true;
    }
    return false;
}

/* Nobody may import here, or the other side cannot now: the row stays open. */
static bool
ends_it(const xf_import_rows *im, xf_code code)
{
    return code == XF_CODE_UNAUTHENTICATED || code == XF_CODE_DENIED ||
           (im->last && xf_error_retryable(code));
}

static void
judge(xf_import_rows *im, size_t row, const xf_client_answer *answer)
{
    ticket *t = &im->rows[row];
    const xf_error *error = &answer->error;
    const char *later = im->map.form->later;
    bool waits =
        error->code == XF_CODE_INVALID && later != NULL && strcmp(error->field, later) == 0;
    if (error->code == XF_CODE_OK || (waits && im->map.dry_run && comes_with_book(im, row))) {
        take(im, row, error->code == XF_CODE_OK ? answer->reply : NULL);
    } else if (ends_it(im, error->code)) {
        t->state = ROW_OPEN;
        stop(im, error, answer->words, answer->request_id);
    } else if (xf_error_retryable(error->code)) {
        t->state = ROW_LATER;
        im->put_off++;
    } else if (!im->again && waits) {
        t->state = ROW_LATER;
    } else {
        refuse(im, row, error->field,
               answer->words != NULL && *answer->words != '\0' ? answer->words
                                                               : xf_error_words(error->text));
    }
}

static void pump(xf_import_rows *im);

static void
answered(xf_client *client, const xf_client_answer *answer, void *data)
{
    (void)client;
    ticket *t = data;
    xf_import_rows *im = t->rows;
    im->moved = true;
    im->flying--;
    judge(im, (size_t)(t - im->rows), answer);
    xf_progress_step(im->progress, im->sum.taken + im->sum.refused);
    pump(im);
}

/* Packs and sends one row; what cannot be read is refused here. */
static void
send_row(xf_import_rows *im, size_t row)
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
pump(xf_import_rows *im)
{
    const Xf__Welcome *welcome = xf_client_welcome(im->cli->client);
    row_state wanted = im->again ? ROW_LATER : ROW_OPEN;
    size_t window = welcome->has_max_in_flight && welcome->max_in_flight > 0
                        ? (size_t)welcome->max_in_flight
                        : WINDOW;
    window = im->again ? 1 : window;
    while (!im->sum.stopped && im->flying < window && im->next < im->sum.rows) {
        size_t row = im->next++;
        if (im->rows[row].state == wanted)
            send_row(im, row);
    }
}

/* Nobody answers in time, or Ctrl-C came. */
static void
stop_waiting(xf_import_rows *im)
{
    xf_error error = {0};
    (void)!XF_FAIL(&error, XF_CODE_DEADLINE, XF_TEXT_DEADLINE, "%s", "");
    stop(im, &error, NULL, 0);
    if (xf_interrupt_came())
        xf_tell_stopped(&im->sum.why);
}

static void
run_pass(xf_import_rows *im, bool again)
{
    im->again = again;
    im->next = 0;
    im->put_off = 0;
    if (xf_interrupt_came()) {
        stop_waiting(im);
        return;
    }
    pump(im);
    while (im->flying > 0) {
        im->moved = false;
        if (!xf_cli_turn(im->cli, &im->moved)) {
            stop_waiting(im);
            return;
        }
    }
}

/* A database that comes back, a row that somebody holds: a moment later it may do. */
static void
rest(xf_import_rows *im)
{
    const bool never = false;
    int64_t timeout_ms = im->cli->timeout_ms;
    im->cli->timeout_ms = REST_MS;
    (void)xf_cli_turn(im->cli, &never);
    im->cli->timeout_ms = timeout_ms;
}

xf_import_rows *
xf_import_rows_new(xf_cli *cli, const xf_book *book, const xf_form_map *map, xf_report *report)
{
    xf_import_rows *im = xf_memory_new(sizeof(*im));
    im->cli = cli;
    im->book = book;
    im->map = *map;
    im->report = report;
    im->sum.rows = xf_book_rows(book);
    im->rows = xf_memory_new((im->sum.rows + 1) * sizeof(ticket));
    return im;
}

void
xf_import_rows_free(xf_import_rows **rows)
{
    if (*rows == NULL)
        return;
    free((*rows)->rows);
    free(*rows);
    *rows = NULL;
}

void
xf_import_rows_run(xf_import_rows *im, bool trial, xf_progress *progress)
{
    im->map.dry_run = trial;
    im->progress = progress;
    im->sum = (xf_import_sum){.rows = im->sum.rows};
    for (size_t i = 0; i < im->sum.rows; i++)
        im->rows[i] = (ticket){im, ROW_OPEN};
    xf_report_forget(im->report);
    im->last = false;
    run_pass(im, false);
    for (int i = 0; i < PATIENCE && !im->sum.stopped; i++) {
        if (i > 0 && im->put_off == 0)
            break;
        if (i > 0)
            rest(im);
        im->last = i == PATIENCE - 1;
        run_pass(im, true);
    }
    xf_progress_end(progress, im->sum.taken + im->sum.refused);
    xf_report_sort(im->report);
}

const xf_import_sum *
xf_import_rows_sum(const xf_import_rows *im)
{
    return &im->sum;
}
