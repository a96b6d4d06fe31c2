/* The outbox's entries: kept, claimed, sent, refused, gone. */
#include "client/lib/outbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/now.h"
#include "client/lib/outbox_file.h"

/* An entry with its own copies of what it points at. */
typedef struct held {
    xf_outbox_entry entry;
    char *words;
    uint8_t *body;
} held;

struct xf_outbox {
    xf_outbox_file file;
    int32_t bureau;
    int32_t officer;
    held next; /* what xf_outbox_next gave last */
};

xf_code
xf_outbox_open(const char *path, xf_outbox **ret_outbox, xf_error *reterr)
{
    xf_outbox *outbox = xf_memory_new(sizeof *outbox);
    xf_code code = xf_outbox_file_open(&outbox->file, path, reterr);
    if (code != XF_CODE_OK) {
        free(outbox);
        return code;
    }
    *ret_outbox = outbox;
    return XF_CODE_OK;
}

static void
let_go(held *row)
{
    free(row->words);
    free(row->body);
    *row = (held){0};
}

void
xf_outbox_close(xf_outbox **outbox)
{
    if (*outbox == NULL)
        return;
    let_go(&(*outbox)->next);
    xf_outbox_file_close(&(*outbox)->file);
    free(*outbox);
    *outbox = NULL;
}

void
xf_outbox_owner(xf_outbox *outbox, int32_t bureau, int32_t officer)
{
    outbox->bureau = bureau;
    outbox->officer = officer;
}

xf_code
xf_outbox_begin(xf_outbox *outbox, xf_error *reterr)
{
    xf_outbox_file *file = &outbox->file;
    if (file->grouped)
        return XF_CODE_OK;
    sqlite3_stmt *begin = xf_outbox_file_query(file, XF_OUTBOX_QUERY_BEGIN, NULL, 0);
    xf_code code = xf_outbox_file_run(file, begin, NULL, reterr);
    file->grouped = code == XF_CODE_OK;
    return code;
}

static void
undo(xf_outbox *outbox)
{
    /* It may be undone already, and then there is nothing to be told. */
    sqlite3_exec(outbox->file.db, "rollback", NULL, NULL, NULL);
    outbox->file.grouped = false;
}

xf_code
xf_outbox_commit(xf_outbox *outbox, xf_error *reterr)
{
    xf_outbox_file *file = &outbox->file;
    if (!file->grouped)
        return XF_CODE_OK;
    sqlite3_stmt *commit = xf_outbox_file_query(file, XF_OUTBOX_QUERY_COMMIT, NULL, 0);
    xf_code code = xf_outbox_file_run(file, commit, NULL, reterr);
    if (code != XF_CODE_OK)
        undo(outbox);
    file->grouped = false;
    return code;
}

/* For what takes several statements: a group of its own, unless one is open. */
static xf_code
enter(xf_outbox *outbox, bool *ret_own, xf_error *reterr)
{
    *ret_own = !outbox->file.grouped;
    return xf_outbox_begin(outbox, reterr);
}

static xf_code
leave(xf_outbox *outbox, bool own, xf_code so_far, xf_error *reterr)
{
    if (own && so_far == XF_CODE_OK)
        return xf_outbox_commit(outbox, reterr);
    if (own)
        undo(outbox);
    return so_far;
}

static xf_code
number(xf_outbox *outbox, xf_outbox_query what, size_t *ret_count, xf_error *reterr)
{
    bool row = false;
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, what, NULL, 0);
    xf_code code = xf_outbox_file_step(&outbox->file, query, &row, reterr);
    if (code == XF_CODE_OK)
        *ret_count = row ? (size_t)sqlite3_column_int64(query, 0) : 0;
    sqlite3_reset(query);
    return code;
}

size_t
xf_outbox_count(xf_outbox *outbox)
{
    size_t n = 0;
    return number(outbox, XF_OUTBOX_QUERY_COUNT, &n, NULL) == XF_CODE_OK ? n : 0;
}

static bool
same(sqlite3_stmt *query, int column, const uint8_t *bytes, size_t n)
{
    const void *stored = sqlite3_column_blob(query, column);
    return (size_t)sqlite3_column_bytes(query, column) == n &&
           (n == 0 || memcmp(stored, bytes, n) == 0);
}

/* An importer that was cut off makes the same op_id from the same row again. *ret_id 0: the
 * owner has no entry of that op_id. */
static xf_code
find(xf_outbox *outbox, const xf_outbox_entry *wanted, int64_t *ret_id, xf_error *reterr)
{
    xf_outbox_file *file = &outbox->file;
    const int64_t owner[] = {outbox->bureau, outbox->officer};
    sqlite3_stmt *query = xf_outbox_file_query(file, XF_OUTBOX_QUERY_FIND, owner, 2);
    bool row = false;

    sqlite3_bind_blob(query, 3, wanted->op_id, sizeof wanted->op_id, SQLITE_STATIC);
    xf_code code = xf_outbox_file_step(file, query, &row, reterr);
    if (code != XF_CODE_OK)
        return code;
    *ret_id = row ? sqlite3_column_int64(query, 0) : 0;
    if (row && (sqlite3_column_int(query, 1) != (int)wanted->rpc ||
                !same(query, 2, wanted->body, wanted->body_len)))
        code = XF_FAIL(reterr, XF_CODE_OP_MISMATCH, XF_TEXT_OP_MISMATCH, "op_id");
    sqlite3_reset(query);
    return code;
}

/* Bytes are those of the file, what was freed in it not counted: that is told without reading it. */
static xf_code
check_room(xf_outbox *outbox, size_t n, xf_error *reterr)
{
    size_t kept = 0;
    size_t bytes = 0;
    xf_code code = XF_CODE_OK;

    XF_TRY(number(outbox, XF_OUTBOX_QUERY_COUNT, &kept, reterr));
    XF_TRY(number(outbox, XF_OUTBOX_QUERY_BYTES, &bytes, reterr));
    if (kept >= xf_limit_get(XF_LIMIT_OUTBOX)) {
        xf_limit_hit(XF_LIMIT_OUTBOX);
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_OUTBOX_FULL, "");
    } else if (bytes + n > xf_limit_get(XF_LIMIT_OUTBOX_BYTES)) {
        xf_limit_hit(XF_LIMIT_OUTBOX_BYTES);
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_OUTBOX_FULL, "");
    }
out:
    return code;
}

static xf_code
insert(xf_outbox *outbox, const xf_outbox_entry *new, int64_t *ret_id, xf_error *reterr)
{
    xf_outbox_file *file = &outbox->file;
    const int64_t numbers[] = {(int64_t) new->rpc, outbox->bureau, outbox->officer,
                               xf_now_ms(),        getpid(),       xf_now_steady_ms()};
    xf_code code = check_room(outbox, new->body_len, reterr);

    if (code != XF_CODE_OK)
        return code;
    sqlite3_stmt *query = xf_outbox_file_query(file, XF_OUTBOX_QUERY_KEEP, numbers, 6);
    sqlite3_bind_blob(query, 7, new->op_id, sizeof new->op_id, SQLITE_STATIC);
    /* A request without fields has no bytes: an empty blob, for NULL is refused. */
    sqlite3_bind_blob64(query, 8, new->body_len > 0 ? new->body : (const void *)"", new->body_len,
                        SQLITE_STATIC);
    code = xf_outbox_file_run(file, query, NULL, reterr);
    sqlite3_clear_bindings(query); /* they pointed at the caller's bytes */
    if (code == XF_CODE_OK)
        *ret_id = sqlite3_last_insert_rowid(file->db);
    return code;
}

xf_code
xf_outbox_keep(xf_outbox *outbox, xf_rpc rpc, const uint8_t op_id[16], const uint8_t *body,
               size_t n, int64_t *ret_id, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_outbox_entry new = {.rpc = rpc, .body = body, .body_len = n};
    int64_t id = 0;
    bool own = false;

    memcpy(new.op_id, op_id, sizeof new.op_id);
    code = enter(outbox, &own, reterr);
    if (code != XF_CODE_OK)
        return code;
    XF_TRY(find(outbox, &new, &id, reterr));
    if (id == 0) {
        XF_TRY(insert(outbox, &new, &id, reterr));
    } else {
        const int64_t numbers[] = {id, getpid(), xf_now_steady_ms()};
        sqlite3_stmt *again =
            xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_KEEP_AGAIN, numbers, 3);
        XF_TRY(xf_outbox_file_run(&outbox->file, again, NULL, reterr));
    }
out:
    code = leave(outbox, own, code, reterr);
    if (code == XF_CODE_OK)
        *ret_id = id;
    return code;
}

xf_code
xf_outbox_sent(xf_outbox *outbox, int64_t id, xf_error *reterr)
{
    const int64_t numbers[] = {id, getpid(), xf_now_steady_ms()};
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_SENT, numbers, 3);
    int changed = 0;
    xf_code code = xf_outbox_file_run(&outbox->file, query, &changed, reterr);
    if (code == XF_CODE_OK && changed == 0)
        return XF_FAIL(reterr, XF_CODE_NOT_FOUND, XF_TEXT_NOT_FOUND, "");
    return code;
}

xf_code
xf_outbox_done(xf_outbox *outbox, int64_t id, xf_error *reterr)
{
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_DELETE, &id, 1);
    return xf_outbox_file_run(&outbox->file, query, NULL, reterr);
}

xf_code
xf_outbox_refused(xf_outbox *outbox, int64_t id, xf_code why, const char *words, xf_error *reterr)
{
    const int64_t numbers[] = {id, (int64_t)why};
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_REFUSED, numbers, 2);
    sqlite3_bind_text(query, 3, words != NULL ? words : "", -1, SQLITE_STATIC);
    xf_code code = xf_outbox_file_run(&outbox->file, query, NULL, reterr);
    sqlite3_clear_bindings(query);
    return code;
}

xf_code
xf_outbox_drop(xf_outbox *outbox, int64_t id, xf_error *reterr)
{
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_DELETE, &id, 1);
    int changed = 0;
    xf_code code = xf_outbox_file_run(&outbox->file, query, &changed, reterr);
    if (code == XF_CODE_OK && changed == 0)
        return XF_FAIL(reterr, XF_CODE_NOT_FOUND, XF_TEXT_NOT_FOUND, "");
    return code;
}

/* A killed process leaves claims behind: they end with it. Should another have got its
 * number, or the machine have been started anew, the time ends them. */
static bool
claim_holds(int64_t claimed_by, int64_t claimed_at)
{
    int64_t age_ms = xf_now_steady_ms() - claimed_at;
    if (claimed_by <= 0 || claimed_by == getpid())
        return false;
    if (age_ms < 0 || age_ms > (int64_t)xf_limit_get(XF_LIMIT_CALL_MS))
        return false;
    return kill((pid_t)claimed_by, 0) == 0 || errno != ESRCH;
}

static xf_code
set_claim(xf_outbox *outbox, int64_t id, int64_t claimed_by, xf_error *reterr)
{
    const int64_t numbers[] = {id, claimed_by, xf_now_steady_ms()};
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_CLAIM, numbers, 3);
    return xf_outbox_file_run(&outbox->file, query, NULL, reterr);
}

xf_code
xf_outbox_claim(xf_outbox *outbox, int64_t id, bool *ret_mine, xf_error *reterr)
{
    bool own = false;
    bool row = false;
    bool mine = false;
    xf_code code = enter(outbox, &own, reterr);

    if (code != XF_CODE_OK)
        return code;
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_CLAIMER, &id, 1);
    XF_TRY(xf_outbox_file_step(&outbox->file, query, &row, reterr));
    mine = row && !claim_holds(sqlite3_column_int64(query, 0), sqlite3_column_int64(query, 1));
    sqlite3_reset(query);
    if (mine)
        XF_TRY(set_claim(outbox, id, getpid(), reterr));
out:
    code = leave(outbox, own, code, reterr);
    if (code == XF_CODE_OK)
        *ret_mine = mine;
    return code;
}

xf_code
xf_outbox_release(xf_outbox *outbox, int64_t id, xf_error *reterr)
{
    return set_claim(outbox, id, 0, reterr);
}

/* Copies the row that `query` stands on: SQLite's own bytes end with the next step. */
static void
hold(sqlite3_stmt *query, held *ret_row)
{
    const unsigned char *words = sqlite3_column_text(query, 7);
    size_t op_len = (size_t)sqlite3_column_bytes(query, 8);
    size_t n = (size_t)sqlite3_column_bytes(query, 9);
    size_t words_len = (size_t)sqlite3_column_bytes(query, 7);
    held row = {.words = xf_memory_text(words != NULL ? (const char *)words : "", words_len),
                .body = xf_memory_new(n)};

    row.entry = (xf_outbox_entry){
        .id = sqlite3_column_int64(query, 0),
        .rpc = (xf_rpc)sqlite3_column_int(query, 1),
        .bureau = sqlite3_column_int(query, 2),
        .officer = sqlite3_column_int(query, 3),
        .made_at = sqlite3_column_int64(query, 4),
        .state = (xf_outbox_state)sqlite3_column_int(query, 5),
        .code = (xf_code)sqlite3_column_int(query, 6),
        .words = row.words,
        .body = row.body,
        .body_len = n,
    };
    if (op_len == sizeof row.entry.op_id)
        memcpy(row.entry.op_id, sqlite3_column_blob(query, 8), op_len);
    if (n > 0)
        memcpy(row.body, sqlite3_column_blob(query, 9), n);
    *ret_row = row;
}

/* ret_row->entry.id 0: no row. */
static xf_code
fetch(xf_outbox *outbox, sqlite3_stmt *query, held *ret_row, xf_error *reterr)
{
    bool row = false;
    xf_code code = xf_outbox_file_step(&outbox->file, query, &row, reterr);
    if (code != XF_CODE_OK)
        return code;
    *ret_row = (held){0};
    if (row)
        hold(query, ret_row);
    sqlite3_reset(query);
    return XF_CODE_OK;
}

static xf_code
collect_ids(xf_outbox *outbox, int64_t **ret_ids, size_t *ret_n, xf_error *reterr)
{
    size_t room = 0;
    size_t n = 0;
    bool row = true;
    xf_code code = number(outbox, XF_OUTBOX_QUERY_COUNT, &room, reterr);

    if (code != XF_CODE_OK)
        return code;
    int64_t *ids = xf_memory_new(room * sizeof *ids);
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_IDS, NULL, 0);
    while (code == XF_CODE_OK && row && n < room) {
        code = xf_outbox_file_step(&outbox->file, query, &row, reterr);
        if (code == XF_CODE_OK && row)
            ids[n++] = sqlite3_column_int64(query, 0);
    }
    sqlite3_reset(query);
    if (code != XF_CODE_OK) {
        free(ids);
        return code;
    }
    *ret_ids = ids;
    *ret_n = n;
    return XF_CODE_OK;
}

xf_code
xf_outbox_each(xf_outbox *outbox, bool (*each)(const xf_outbox_entry *entry, void *data),
               void *data, xf_error *reterr)
{
    int64_t *ids = NULL;
    size_t n = 0;
    bool more = true;
    xf_code code = collect_ids(outbox, &ids, &n, reterr);

    for (size_t i = 0; code == XF_CODE_OK && more && i < n; i++) {
        held row = {0};
        sqlite3_stmt *query =
            xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_ENTRY, &ids[i], 1);
        code = fetch(outbox, query, &row, reterr);
        if (code == XF_CODE_OK && row.entry.id != 0)
            more = each(&row.entry, data);
        let_go(&row);
    }
    free(ids);
    return code;
}

xf_code
xf_outbox_next(xf_outbox *outbox, int64_t after, xf_outbox_entry *ret_entry, xf_error *reterr)
{
    const int64_t numbers[] = {after, outbox->bureau, outbox->officer};
    sqlite3_stmt *query = xf_outbox_file_query(&outbox->file, XF_OUTBOX_QUERY_NEXT, numbers, 3);

    let_go(&outbox->next);
    xf_code code = fetch(outbox, query, &outbox->next, reterr);
    if (code == XF_CODE_OK)
        *ret_entry = outbox->next.entry;
    return code;
}
