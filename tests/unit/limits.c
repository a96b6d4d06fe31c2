/* Every row of limit.def is driven: up to it all is well, past it there is a named error and a count.
 * Here stands where; and here are those that have no better home. What memory they hold is resident.c's.
 */
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <uv.h>

#include "clock.pb-c.h"
#include "petition.pb-c.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/memory.h"
#include "call/call.h"
#include "client/cli/book.h"
#include "client/lib/outbox.h"
#include "session/listen.h"
#include "test_ca.h"

/* ---- Which test drives which ---------------------------------------------------------- */

typedef struct drive {
    xf_limit limit;
    const char *file; /* of tests */
    const char *test;
} drive;

/* clang-format off */
static const drive drives[] = {
    {XF_LIMIT_FRAME_BEFORE_LOGIN,    "unit/link_slow.c",      "before_login_a_frame_is_no_larger_than_the_limit"},
    {XF_LIMIT_FRAME,                 "unit/link_slow.c",      "nor_is_one_after_login"},
    {XF_LIMIT_CHUNK,                 "unit/requests.c",       "a_reply_as_long_as_a_piece_is_one_frame_and_a_longer_one_two"},
    {XF_LIMIT_REPLY,                 "unit/requests.c",       "replies_that_wait_are_together_no_longer_than_one_may_be"},
    {XF_LIMIT_INPUT,                 "unit/limits.c",         "what_was_read_is_kept_up_to_a_limit"},
    {XF_LIMIT_ARENA,                 "unit/arena.c",          "past_the_ceiling_there_is_nothing"},
    {XF_LIMIT_MESSAGE_DEPTH,         "unit/message.c",        "a_message_may_be_as_deep_as_the_limit_and_no_deeper"},
    {XF_LIMIT_MESSAGE_COUNT,         "unit/message.c",        "a_mebibyte_of_empty_submessages_is_too_many"},
    {XF_LIMIT_OUTPUT_SOFT,           "unit/link.c",           "a_peer_is_heard_while_no_more_waits_than_the_soft_limit_says"},
    {XF_LIMIT_OUTPUT_HARD,           "unit/link.c",           "as_much_may_wait_as_the_hard_limit_says_and_not_a_byte_more"},
    {XF_LIMIT_IN_FLIGHT,             "unit/session.c",        "one_request_too_many_is_told_when_to_come_again"},
    {XF_LIMIT_CONNECTIONS,           "unit/session_door.c",   "as_many_are_taken_in_as_the_server_may_have_and_the_next_is_shown_the_end"},
    {XF_LIMIT_HANDSHAKE_MS,          "unit/link_slow.c",      "silence_instead_of_a_greeting_is_cut"},
    {XF_LIMIT_LOGIN_MS,              "unit/session.c",        "who_does_not_log_in_is_sent_away"},
    {XF_LIMIT_CALL_MS,               "sql/limits.c",          "a_call_that_waits_too_long_is_told_so_and_counted"},
    {XF_LIMIT_SESSION_MS,            "unit/session_limits.c", "a_working_day_is_counted_too"},
    {XF_LIMIT_STANDING_MS,           "story/an_officer_is_disabled_while_connected.c", "a_notify_that_is_lost_costs_seconds"},
    {XF_LIMIT_ENROL_WRONG,           "unit/enrol.c",          "the_fifth_refusal_closes_and_time_opens"},
    {XF_LIMIT_ENROL_WAIT_MS,         "unit/enrol.c",          "the_fifth_refusal_closes_and_time_opens"},
    {XF_LIMIT_PING_MS,               "unit/session.c",        "a_silent_peer_is_asked_and_then_cut"},
    {XF_LIMIT_DB_QUEUE,              "sql/limits.c",          "one_more_than_the_queue_holds_is_overloaded"},
    {XF_LIMIT_DB_BATCH,              "sql/limits.c",          "so_many_commands_share_a_transaction_and_no_more"},
    {XF_LIMIT_DB_READ_BATCH,         "sql/limits.c",          "so_many_reads_share_a_transaction_and_no_more"},
    {XF_LIMIT_HASH_THREADS,          "unit/password_queue.c", "as_many_are_hashed_at_once_as_there_are_threads"},
    {XF_LIMIT_HASH_QUEUE,            "unit/password_queue.c", "as_many_wait_as_the_queue_holds_and_the_newest_is_told_when_to_come_again"},
    {XF_LIMIT_HASH_WAIT_MS,          "unit/password_queue.c", "who_waits_longer_than_the_limit_is_overloaded_and_not_hashed"},
    {XF_LIMIT_PETITIONERS,           "unit/limits.c",         "a_petition_has_so_many_names_matters_and_receipts"},
    {XF_LIMIT_MATTERS,               "unit/limits.c",         "a_petition_has_so_many_names_matters_and_receipts"},
    {XF_LIMIT_RECEIPTS,              "unit/limits.c",         "a_petition_has_so_many_names_matters_and_receipts"},
    {XF_LIMIT_CALENDARS,             "unit/calendars.c",      "the_one_read_longest_ago_makes_room"},
    {XF_LIMIT_CALENDAR_MS,           "unit/calendars.c",      "when_it_is_old_one_reads_and_the_others_go_on"},
    {XF_LIMIT_ROUND,                 "story/a_holiday_is_announced_later.c", "many_clocks_are_dated_anew_a_few_at_a_time"},
    {XF_LIMIT_OUTBOX,                "unit/outbox.c",         "a_full_outbox_says_so"},
    {XF_LIMIT_CLIENT_QUEUE,          "unit/client.c",         "a_full_queue_says_so"},
    {XF_LIMIT_BOOK,                  "unit/limits.c",         "a_book_is_no_larger_than_its_limit"},
    {XF_LIMIT_CLOCKS,                "unit/limits.c",         "so_many_clocks_are_counted_and_fewer_explained"},
    {XF_LIMIT_CLOCKS_EXPLAINED,      "unit/limits.c",         "so_many_clocks_are_counted_and_fewer_explained"},
    {XF_LIMIT_LOGIN_FAILURES,        "story/wrong_passwords_lock_a_desk.c", "four_wrong_passwords_are_forgiven_and_five_lock_the_badge_there"},
    {XF_LIMIT_LOGIN_LOCK_MS,         "story/wrong_passwords_lock_a_desk.c", "a_lock_lasts_to_the_millisecond_and_is_counted"},
    {XF_LIMIT_LOGIN_DELAY_MS,        "unit/session_limits.c", "the_next_password_waits_and_is_not_looked_at"},
    {XF_LIMIT_LOGIN_DELAY_MOST_MS,   "unit/addresses.c",      "each_wrong_password_makes_the_next_wait_longer_up_to_a_limit"},
    {XF_LIMIT_OFFICER_SESSIONS,      "story/wrong_passwords_lock_a_desk.c", "a_fourth_login_ends_the_oldest"},
    {XF_LIMIT_IDLE_MS,               "unit/session_limits.c", "a_login_that_nobody_uses_ends"},
    {XF_LIMIT_BACKLOG,               "unit/limits.c",         "the_kernel_holds_as_many_as_it_was_told"},
    {XF_LIMIT_UNAUTHENTICATED,       "unit/addresses.c",      "so_many_may_be_there_before_they_have_logged_in"},
    {XF_LIMIT_UNAUTHENTICATED_EARLY, "unit/addresses.c",      "between_two_limits_chance_turns_away_more_and_more"},
    {XF_LIMIT_ADDRESS_CONNECTIONS,   "unit/addresses.c",      "an_address_has_so_many_connections_and_another_has_its_own"},
    {XF_LIMIT_HANDSHAKES,            "unit/addresses.c",      "handshakes_of_all_wait_likewise"},
    {XF_LIMIT_ADDRESS_HANDSHAKES,    "unit/addresses.c",      "handshakes_of_an_address_wait_for_their_turn_and_then_are_turned_away"},
    {XF_LIMIT_ADDRESS_BURST,         "unit/addresses.c",      "handshakes_of_an_address_wait_for_their_turn_and_then_are_turned_away"},
    {XF_LIMIT_HANDSHAKE_WAIT_MS,     "unit/addresses.c",      "handshakes_of_an_address_wait_for_their_turn_and_then_are_turned_away"},
    {XF_LIMIT_REQUESTS,              "unit/session_limits.c", "who_asks_too_fast_is_read_from_later_and_then_refused"},
    {XF_LIMIT_REQUEST_BURST,         "unit/session_limits.c", "who_asks_too_fast_is_read_from_later_and_then_refused"},
    {XF_LIMIT_REQUEST_WAIT_MS,       "unit/session_limits.c", "who_asks_too_fast_is_read_from_later_and_then_refused"},
    {XF_LIMIT_SEARCHES,              "unit/session_limits.c", "searches_have_a_pace_of_their_own"},
    {XF_LIMIT_PUSH_BACKLOG,          "story/a_desk_was_away_for_long.c", "the_newest_are_told_and_the_rest_is_said_to_be_left_out"},
    {XF_LIMIT_PUSH_BACKLOG_MS,       "story/a_desk_was_away_for_long.c", "what_is_older_than_a_month_is_left_out_and_said"},
    {XF_LIMIT_FRAME_MS,              "unit/link_slow.c",      "a_frame_that_is_not_whole_in_time_is_overdue"},
    {XF_LIMIT_FRAME_PACE,            "unit/link_slow.c",      "a_frame_that_comes_at_a_good_pace_may_take_longer"},
    {XF_LIMIT_WRITE_STALL_MS,        "unit/link_slow.c",      "a_peer_that_takes_nothing_is_overdue_and_one_that_takes_little_is_not"},
    {XF_LIMIT_TCP_STALL_MS,          "unit/link_slow.c",      "what_nobody_acknowledges_is_given_up_by_the_kernel"},
    {XF_LIMIT_DB_STATEMENT_MS,       "sql/limits.c",          "a_statement_that_runs_too_long_is_told_so_and_counted"},
    {XF_LIMIT_DB_LOCK_MS,            "sql/limits.c",          "a_row_that_another_holds_is_waited_for_so_long"},
    {XF_LIMIT_DB_IDLE_MS,            "sql/limits.c",          "postgresql_is_told_each_limit_of_time"},
    {XF_LIMIT_OUTBOX_BYTES,          "unit/limits.c",         "an_outbox_has_so_many_bytes"},
    {XF_LIMIT_OUTBOX_AGE_MS,         "unit/client_lost.c",    "what_was_kept_too_long_is_not_sent_and_stays"},
};

/* clang-format on */

static char *
read_test(const char *file)
{
    const char *root = getenv("XF_SOURCE_DIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    char path[512];
    char *text = NULL;
    size_t room = 0;
    FILE *in = NULL;

    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/tests/%s", root, file);
    in = fopen(path, "re");
    if (in != NULL && getdelim(&text, &room, '\0', in) < 0) {
        free(text);
        text = NULL;
    }
    if (in != NULL)
        (void)fclose(in);
    return text;
}

/* It is made there, and named once more: where it is played. */
static bool
plays(const char *text, const char *test)
{
    char made[160];
    char story[160];
    const char *at = NULL;

    (void)snprintf(made, sizeof made, "\n%s(void **state)", test);
    (void)snprintf(story, sizeof story, "\nXF_STORY(%s)", test);
    at = strstr(text, made) != NULL ? strstr(text, made) : strstr(text, story);
    return at != NULL && strstr(at + sizeof "\nXF_STORY(" + strlen(test), test) != NULL;
}

static bool
stands(const drive *at)
{
    char *text = read_test(at->file);
    const bool played = text != NULL && plays(text, at->test);

    free(text);
    return played;
}

static void
every_limit_is_driven_by_a_test_that_is_there(void **state)
{
    size_t missing = 0;

    (void)state;
    for (int i = 0; i < XF_LIMIT_COUNT; i++) {
        const drive *found = NULL;

        for (size_t k = 0; k < sizeof drives / sizeof drives[0]; k++) {
            if (drives[k].limit == (xf_limit)i)
                found = &drives[k];
        }
        if (found == NULL || !stands(found)) {
            print_error("no test drives %s: write one and name it in tests/unit/limits.c\n",
                        xf_limit_key((xf_limit)i));
            missing++;
        }
    }
    assert_int_equal(missing, 0);
    assert_int_equal(sizeof drives / sizeof drives[0], XF_LIMIT_COUNT);
}

static int
tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return 0;
}

/* ---- Requests ------------------------------------------------------------------------- */

/* What the method's check says of it, and how often the limit was hit meanwhile. */
static xf_code
check(const xf_method *method, ProtobufCMessage *request, xf_limit limit, uint64_t *ret_hits)
{
    const uint64_t before = xf_limit_hits(limit);
    xf_call *call = xf_memory_new(sizeof *call);
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    call->arena = xf_arena_new();
    call->request = request;
    call->today = xf_day_of_ms(xf_now_ms());
    code = method->check(call, &error);
    xf_arena_free(&call->arena);
    free(call);
    *ret_hits = xf_limit_hits(limit) - before;
    return code;
}

enum { ROOM = 1001 };

typedef struct draft {
    Xf__PetitionRegisterRequest request;
    Xf__PetitionerDraft petitioner;
    Xf__ReceiptDraft receipt;
    Xf__MatterDraft matter;
    Xf__PetitionerDraft *petitioners[ROOM];
    Xf__ReceiptDraft *receipts[ROOM];
    Xf__MatterDraft *matters[ROOM];
} draft;

extern const xf_method xf_petition_register;
extern const xf_method xf_clock_count;

/* So many of each, all alike. */
static void
assert_registration(draft *d, size_t petitioners, size_t matters, size_t receipts, xf_limit limit,
                    bool past)
{
    uint64_t hits = 0;
    xf_code code = XF_CODE_OK;

    d->request.n_petitioners = petitioners;
    d->request.n_matters = matters;
    d->request.n_receipts = receipts;
    code = check(&xf_petition_register, &d->request.base, limit, &hits);
    assert_int_equal(code == XF_CODE_LIMIT, past);
    assert_int_equal(hits, past);
}

static void
a_petition_has_so_many_names_matters_and_receipts(void **state)
{
    draft *d = xf_memory_new(sizeof *d);

    (void)state;
    xf__petition_register_request__init(&d->request);
    xf__petitioner_draft__init(&d->petitioner);
    xf__receipt_draft__init(&d->receipt);
    xf__matter_draft__init(&d->matter);
    d->request.petitioners = d->petitioners;
    d->request.receipts = d->receipts;
    d->request.matters = d->matters;
    for (size_t i = 0; i < ROOM; i++) {
        d->petitioners[i] = &d->petitioner;
        d->receipts[i] = &d->receipt;
        d->matters[i] = &d->matter;
    }
    assert_registration(d, 199, 1, 1, XF_LIMIT_PETITIONERS, false);
    assert_registration(d, 200, 1, 1, XF_LIMIT_PETITIONERS, false);
    assert_registration(d, 201, 1, 1, XF_LIMIT_PETITIONERS, true);
    assert_registration(d, 1, 19, 1, XF_LIMIT_MATTERS, false);
    assert_registration(d, 1, 20, 1, XF_LIMIT_MATTERS, false);
    assert_registration(d, 1, 21, 1, XF_LIMIT_MATTERS, true);
    assert_registration(d, 1, 1, 19, XF_LIMIT_RECEIPTS, false);
    assert_registration(d, 1, 1, 20, XF_LIMIT_RECEIPTS, false);
    assert_registration(d, 1, 1, 21, XF_LIMIT_RECEIPTS, true);
    free(d);
}

static void
assert_clocks(size_t n, bool explain, bool past)
{
    const xf_limit limit = explain ? XF_LIMIT_CLOCKS_EXPLAINED : XF_LIMIT_CLOCKS;
    Xf__ClockCountRequest request = XF__CLOCK_COUNT_REQUEST__INIT;
    uint64_t hits = 0;
    xf_code code = XF_CODE_OK;

    request.n_items = n;
    request.has_explain = 1;
    request.explain = explain;
    code = check(&xf_clock_count, &request.base, limit, &hits);
    assert_int_equal(code, past ? XF_CODE_LIMIT : XF_CODE_OK);
    assert_int_equal(hits, past);
}

static void
so_many_clocks_are_counted_and_fewer_explained(void **state)
{
    (void)state;
    assert_clocks(999, false, false);
    assert_clocks(1000, false, false);
    assert_clocks(1001, false, true);
    assert_clocks(9, true, false);
    assert_clocks(10, true, false);
    assert_clocks(11, true, true);
}

/* ---- Bytes ---------------------------------------------------------------------------- */

static void
what_was_read_is_kept_up_to_a_limit(void **state)
{
    const size_t most = (size_t)xf_limit_get(XF_LIMIT_INPUT);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_INPUT);
    uint8_t *bytes = xf_memory_new(most);
    xf_buf buf;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_INPUT);
    assert_int_equal(xf_buf_append(&buf, bytes, most - 1, NULL), XF_CODE_OK);
    assert_int_equal(xf_buf_append(&buf, bytes, 1, NULL), XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_INPUT), hits);
    assert_int_equal(xf_buf_append(&buf, bytes, 1, NULL), XF_CODE_LIMIT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_INPUT), hits + 1);
    xf_buf_clear(&buf);
    free(bytes);
}

/* A book of units whose one row is padded to the length. */
static xf_code
read_book(const char *path, size_t n)
{
    static const char heading[] = "单位编码,单位名称,类型\n";
    FILE *file = fopen(path, "we");
    xf_book *book = NULL;
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    assert_non_null(file);
    assert_true(fputs(heading, file) >= 0);
    for (size_t i = sizeof heading - 1; i < n; i++)
        assert_true(fputc(i + 1 < n ? '1' : '\n', file) != EOF);
    assert_int_equal(fclose(file), 0);
    code = xf_book_read(path, &book, &error);
    if (book != NULL)
        xf_book_free(&book);
    return code;
}

static void
a_book_is_no_larger_than_its_limit(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_BOOK);
    char dir[XF_TEST_PATH];
    char path[XF_TEST_PATH + 16];

    (void)state;
    assert_true(xf_limit_set("limit.book", 65536));
    xf_test_dir_new(dir);
    (void)snprintf(path, sizeof path, "%s/book.csv", dir);
    assert_int_equal(read_book(path, 65535), XF_CODE_OK);
    assert_int_equal(read_book(path, 65536), XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_BOOK), hits);
    assert_int_equal(read_book(path, 65537), XF_CODE_LIMIT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_BOOK), hits + 1);
    xf_test_dir_remove(dir);
}

static xf_code
keep(xf_outbox *outbox, uint8_t number, size_t n)
{
    const uint8_t op_id[16] = {number};
    uint8_t *body = xf_memory_new(n);
    int64_t id = 0;
    xf_error error = {0};
    xf_code code = xf_outbox_keep(outbox, XF_RPC_MATTER_TAKE, op_id, body, n, &id, &error);

    if (code != XF_CODE_OK)
        assert_int_equal(error.text, XF_TEXT_OUTBOX_FULL);
    free(body);
    return code;
}

/* As the outbox reckons: of the file, what was freed in it not counted. */
static uint64_t
bytes_in(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    uint64_t bytes = 0;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "select (n.page_count - free.freelist_count) * one.page_size"
                           " from pragma_page_count n, pragma_freelist_count free,"
                           " pragma_page_size one",
                           -1, &query, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    bytes = (uint64_t)sqlite3_column_int64(query, 0);
    (void)sqlite3_finalize(query);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return bytes;
}

/* Keeps an operation where so many bytes are allowed beside what is there. */
static xf_code
keep_beside(xf_outbox *outbox, const char *path, uint8_t number, uint64_t bytes)
{
    assert_true(xf_limit_set("limit.outbox_bytes", bytes_in(path) + bytes));
    return keep(outbox, number, 1000);
}

static void
an_outbox_has_so_many_bytes(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_OUTBOX_BYTES);
    char dir[XF_TEST_PATH];
    char path[XF_TEST_PATH + 16];
    xf_outbox *outbox = NULL;

    (void)state;
    xf_test_dir_new(dir);
    (void)snprintf(path, sizeof path, "%s/outbox", dir);
    assert_int_equal(xf_outbox_open(path, &outbox, NULL), XF_CODE_OK);
    xf_outbox_owner(outbox, 1, 1);
    assert_int_equal(keep(outbox, 1, 500000), XF_CODE_OK);
    assert_int_equal(keep_beside(outbox, path, 2, 1001), XF_CODE_OK);
    assert_int_equal(keep_beside(outbox, path, 3, 1000), XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX_BYTES), hits);
    assert_int_equal(keep_beside(outbox, path, 4, 999), XF_CODE_LIMIT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX_BYTES), hits + 1);
    assert_int_equal(xf_outbox_count(outbox), 3);
    assert_int_equal(xf_outbox_done(outbox, 1, NULL), XF_CODE_OK); /* there is room again */
    assert_int_equal(keep(outbox, 4, 1000), XF_CODE_OK);
    xf_outbox_close(&outbox);
    xf_test_dir_remove(dir);
}

/* ---- The door ------------------------------------------------------------------------- */

static void
find_tcp(uv_handle_t *handle, void *data)
{
    if (handle->type == UV_TCP)
        *(uv_handle_t **)data = handle;
}

static void
nobody_comes(uv_stream_t *listener, void *data)
{
    (void)listener;
    (void)data;
}

/* Past it the kernel drops who knocks, and knows no error: he knocks again by himself. */
static void
the_kernel_holds_as_many_as_it_was_told(void **state)
{
    uv_loop_t loop;
    xf_listen *listen = NULL;
    uv_handle_t *tcp = NULL;
    uv_os_fd_t fd = -1;
    struct tcp_info info = {0};
    socklen_t n = sizeof info;

    (void)state;
    assert_true(xf_limit_set("limit.backlog", 7));
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(xf_listen_new(&loop, "127.0.0.1", 0, nobody_comes, NULL, &listen, NULL),
                     XF_CODE_OK);
    uv_walk(&loop, find_tcp, &tcp);
    assert_int_equal(uv_fileno(tcp, &fd), 0);
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n), 0);
    assert_int_equal(info.tcpi_sacked, 7); /* of a listening socket: its backlog */
    xf_listen_close(&listen);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

#define PLAY(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_limit_is_driven_by_a_test_that_is_there),
        PLAY(what_was_read_is_kept_up_to_a_limit),
        PLAY(a_petition_has_so_many_names_matters_and_receipts),
        PLAY(so_many_clocks_are_counted_and_fewer_explained),
        PLAY(a_book_is_no_larger_than_its_limit),
        PLAY(an_outbox_has_so_many_bytes),
        PLAY(the_kernel_holds_as_many_as_it_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
