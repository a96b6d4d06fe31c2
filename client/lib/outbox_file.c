/* The outbox's file. Opening is strict: a file that is not ours, or not whole, is refused
 * and never mended or removed, since it may hold the only copy of somebody's visit.
 */
#include "client/lib/outbox_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SCHEMA_VERSION = 1,
    BUSY_TIMEOUT_MS = 5000, /* another process of the same officer writes for milliseconds */
    WAL_RETRY_MS = 10,
};

/* state: xf_outbox_state; rpc and code: the numbers of proto/. claimed_at is steady time. */
static const char schema[] = "create table entry ("
                             " id integer primary key autoincrement,"
                             " rpc integer not null,"
                             " bureau integer not null,"
                             " officer integer not null,"
                             " made_at integer not null,"
                             " state integer not null check (state between 0 and 2),"
                             " code integer not null default 0,"
                             " words text not null default '',"
                             " claimed_by integer not null default 0,"
                             " claimed_at integer not null default 0,"
                             " op_id blob not null check (length(op_id) = 16),"
                             " body blob not null,"
                             " unique (bureau, officer, op_id)) strict;"
                             "pragma user_version = 1;";

#define ENTRY_COLUMNS "id, rpc, bureau, officer, made_at, state, code, words, op_id, body"

static const char *const sql[XF_OUTBOX_QUERIES] = {
    [XF_OUTBOX_QUERY_BEGIN] = "begin immediate",
    [XF_OUTBOX_QUERY_COMMIT] = "commit",
    [XF_OUTBOX_QUERY_COUNT] = "select count(*) from entry",
    [XF_OUTBOX_QUERY_BYTES] =
        "select (n.page_count - free.freelist_count) * one.page_size"
        " from pragma_page_count n, pragma_freelist_count free, pragma_page_size one",
    [XF_OUTBOX_QUERY_FIND] = "select id, rpc, body from entry"
                             " where bureau = ?1 and officer = ?2 and op_id = ?3",
    [XF_OUTBOX_QUERY_KEEP] = "insert into entry (rpc, bureau, officer, made_at, state,"
                             " claimed_by, claimed_at, op_id, body)"
                             " values (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8)",
    [XF_OUTBOX_QUERY_KEEP_AGAIN] = "update entry set state = 0, code = 0, words = '',"
                                   " claimed_by = ?2, claimed_at = ?3 where id = ?1",
    [XF_OUTBOX_QUERY_SENT] = "update entry set state = 1, claimed_by = ?2, claimed_at = ?3"
                             " where id = ?1",
    [XF_OUTBOX_QUERY_CLAIMER] = "select claimed_by, claimed_at from entry where id = ?1",
    [XF_OUTBOX_QUERY_CLAIM] = "update entry set claimed_by = ?2, claimed_at = ?3 where id = ?1",
    [XF_OUTBOX_QUERY_REFUSED] = "update entry set state = 2, code = ?2, claimed_by = 0,"
                                " words = ?3 where id = ?1",
    [XF_OUTBOX_QUERY_DELETE] = "delete from entry where id = ?1",
    [XF_OUTBOX_QUERY_IDS] = "select id from entry order by id",
    [XF_OUTBOX_QUERY_ENTRY] = "select " ENTRY_COLUMNS " from entry where id = ?1",
    [XF_OUTBOX_QUERY_NEXT] = "select " ENTRY_COLUMNS " from entry where id > ?1 and bureau = ?2"
                             " and officer = ?3 and state <> 2 order by id limit 1",
};

static xf_code
broken(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_OUTBOX_BROKEN, "");
}

/* Makes the file 0600 before SQLite sees it; its -wal and -shm take the mode from it. An
 * existing one is never opened here: closing our descriptor would drop SQLite's locks. */
static xf_code
make_private(const char *path, xf_error *reterr)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        int bad = fchmod(fd, S_IRUSR | S_IWUSR);
        return close(fd) == 0 && bad == 0 ? XF_CODE_OK : broken(reterr);
    }
    if (errno != EEXIST || chmod(path, S_IRUSR | S_IWUSR) != 0)
        return broken(reterr);
    return XF_CODE_OK;
}

static xf_code
execute(sqlite3 *db, const char *text, xf_error *reterr)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? XF_CODE_OK : broken(reterr);
}

/* SQLite does not wait when two processes turn a new file to WAL at once, but is BUSY. */
static xf_code
turn_to_wal(sqlite3 *db, xf_error *reterr)
{
    static const char wal[] = "pragma journal_mode = wal";
    int result = sqlite3_exec(db, wal, NULL, NULL, NULL);
    for (int waited_ms = 0; result == SQLITE_BUSY && waited_ms < BUSY_TIMEOUT_MS;) {
        waited_ms += sqlite3_sleep(WAL_RETRY_MS);
        result = sqlite3_exec(db, wal, NULL, NULL, NULL);
    }
    return result == SQLITE_OK ? XF_CODE_OK : broken(reterr);
}

/* The first column of the first row of a pragma: a number, or (quick_check) the word "ok". */
static xf_code
ask(sqlite3 *db, const char *text, int *ret_number, bool *ret_ok, xf_error *reterr)
{
    sqlite3_stmt *statement = NULL;
    xf_code code = XF_CODE_OK;

    if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        code = broken(reterr);
        goto out;
    }
    const unsigned char *word = sqlite3_column_text(statement, 0);
    *ret_ok = word != NULL && strcmp((const char *)word, "ok") == 0;
    *ret_number = sqlite3_column_int(statement, 0);
out:
    sqlite3_finalize(statement);
    return code;
}

/* Two processes may come here at once: the version is read again under the lock. */
static xf_code
make_schema(sqlite3 *db, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    int version = 0;
    bool ok = false;

    XF_TRY(execute(db, "begin immediate", reterr));
    XF_TRY(ask(db, "pragma user_version", &version, &ok, reterr));
    if (version == 0)
        XF_TRY(execute(db, schema, reterr));
    XF_TRY(execute(db, "commit", reterr));
out:
    return code;
}

static xf_code
settle_schema(sqlite3 *db, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    int version = 0;
    bool ok = false;

    XF_TRY(ask(db, "pragma user_version", &version, &ok, reterr));
    if (version == 0) {
        XF_TRY(make_schema(db, reterr));
    } else if (version != SCHEMA_VERSION) {
        return broken(reterr);
    }
    XF_TRY(ask(db, "pragma quick_check(1)", &version, &ok, reterr));
    if (!ok)
        code = broken(reterr);
out:
    return code;
}

xf_code
xf_outbox_file_open(xf_outbox_file *file, const char *path, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;

    *file = (xf_outbox_file){0};
    XF_TRY(make_private(path, reterr));
    if (sqlite3_open_v2(path, &file->db, flags, NULL) != SQLITE_OK) {
        code = broken(reterr);
        goto out;
    }
    sqlite3_busy_timeout(file->db, BUSY_TIMEOUT_MS);
    XF_TRY(turn_to_wal(file->db, reterr));
    XF_TRY(execute(file->db, "pragma synchronous = full", reterr));
    XF_TRY(settle_schema(file->db, reterr));
    for (size_t i = 0; i < XF_OUTBOX_QUERIES && code == XF_CODE_OK; i++) {
        if (sqlite3_prepare_v3(file->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &file->query[i],
                               NULL) != SQLITE_OK)
            code = broken(reterr);
    }
out:
    if (code != XF_CODE_OK)
        xf_outbox_file_close(file);
    return code;
}

void
xf_outbox_file_close(xf_outbox_file *file)
{
    for (size_t i = 0; i < XF_OUTBOX_QUERIES; i++)
        sqlite3_finalize(file->query[i]);
    sqlite3_close(file->db);
    *file = (xf_outbox_file){0};
}

sqlite3_stmt *
xf_outbox_file_query(xf_outbox_file *file, xf_outbox_query query, const int64_t *numbers, size_t n)
{
    sqlite3_stmt *statement = file->query[query];
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    /* What could not be bound is NULL, and no column takes NULL. */
    for (size_t i = 0; i < n; i++)
        sqlite3_bind_int64(statement, (int)i + 1, numbers[i]);
    return statement;
}

xf_code
xf_outbox_file_step(xf_outbox_file *file, sqlite3_stmt *statement, bool *ret_row, xf_error *reterr)
{
    bool undone = file->grouped && sqlite3_get_autocommit(file->db) != 0;
    int result = undone ? SQLITE_ABORT : sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        *ret_row = true;
        return XF_CODE_OK;
    }
    sqlite3_reset(statement);
    if (result != SQLITE_DONE)
        return broken(reterr);
    *ret_row = false;
    return XF_CODE_OK;
}

xf_code
xf_outbox_file_run(xf_outbox_file *file, sqlite3_stmt *statement, int *ret_changed,
                   xf_error *reterr)
{
    bool row = false;
    xf_code code = xf_outbox_file_step(file, statement, &row, reterr);
    if (code == XF_CODE_OK && ret_changed != NULL)
        *ret_changed = sqlite3_changes(file->db);
    return code;
}
