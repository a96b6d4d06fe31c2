/* The outbox by itself: what it keeps survives, in order, and is never lost in silence. */
#include "client/lib/outbox.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limit.h"
#include "test_ca.h"

enum { BUREAU = 450922, CLERK = 7, HEAD = 8 };

typedef struct stage {
    char dir[XF_TEST_PATH];
    char path[XF_TEST_PATH + 16];
    xf_outbox *outbox;
} stage;

static void
open_outbox(stage *s)
{
    xf_error error;
    assert_int_equal(xf_outbox_open(s->path, &s->outbox, &error), XF_CODE_OK);
    xf_outbox_owner(s->outbox, BUREAU, CLERK);
}

static int
set_up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    xf_test_dir_new(s->dir);
    (void)snprintf(s->path, sizeof s->path, "%s/outbox.sqlite", s->dir);
    open_outbox(s);
    *state = s;
    return 0;
}

static int
tear_down(void **state)
{
    stage *s = *state;
    xf_outbox_close(&s->outbox);
    xf_test_dir_remove(s->dir);
    free(s);
    return 0;
}

/* Keeps a request whose op_id and only byte are `mark`. */
static int64_t
keep(xf_outbox *outbox, uint8_t mark)
{
    uint8_t op_id[16];
    int64_t id = 0;
    memset(op_id, mark, sizeof op_id);
    assert_int_equal(xf_outbox_keep(outbox, XF_RPC_MATTER_ASSIGN, op_id, &mark, 1, &id, NULL),
                     XF_CODE_OK);
    return id;
}

/* Waits in a child until the test kills it, after `act` has been done there. */
static pid_t
in_another_process(const stage *s, void (*act)(xf_outbox *outbox))
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        xf_outbox *theirs = NULL;
        if (xf_outbox_open(s->path, &theirs, NULL) != XF_CODE_OK)
            _exit(1);
        xf_outbox_owner(theirs, BUREAU, CLERK);
        act(theirs);
        if (write(ready[1], &byte, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(close(ready[1]), 0);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(close(ready[0]), 0);
    return child;
}

static void
kill_at_once(pid_t child)
{
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void
keep_three(xf_outbox *outbox)
{
    for (uint8_t mark = 1; mark <= 3; mark++)
        (void)keep(outbox, mark);
}

typedef struct seen {
    size_t n;
    uint8_t marks[16];
    xf_outbox_state states[16];
    xf_outbox *drop_from;
} seen;

static bool
note(const xf_outbox_entry *entry, void *data)
{
    seen *s = data;
    assert_int_equal(entry->body_len, 1);
    assert_int_equal(entry->op_id[0], entry->body[0]);
    s->marks[s->n] = entry->body[0];
    s->states[s->n++] = entry->state;
    if (s->drop_from != NULL)
        assert_int_equal(xf_outbox_drop(s->drop_from, entry->id, NULL), XF_CODE_OK);
    return true;
}

static void
what_a_killed_process_had_kept_is_there_in_order(void **state)
{
    stage *s = *state;
    seen saw = {0};
    kill_at_once(in_another_process(s, keep_three));
    assert_int_equal(xf_outbox_each(s->outbox, note, &saw, NULL), XF_CODE_OK);
    assert_int_equal(saw.n, 3);
    for (uint8_t i = 0; i < 3; i++)
        assert_int_equal(saw.marks[i], i + 1);
}

static void
keep_without_commit(xf_outbox *outbox)
{
    assert_int_equal(xf_outbox_begin(outbox, NULL), XF_CODE_OK);
    (void)keep(outbox, 1);
}

static void
a_group_is_on_disk_whole_or_not_at_all(void **state)
{
    stage *s = *state;
    xf_outbox_close(&s->outbox);
    pid_t child = in_another_process(s, keep_without_commit);
    kill_at_once(child);
    open_outbox(s);
    assert_int_equal(xf_outbox_count(s->outbox), 0);

    assert_int_equal(xf_outbox_begin(s->outbox, NULL), XF_CODE_OK);
    assert_int_equal(xf_outbox_begin(s->outbox, NULL), XF_CODE_OK);
    (void)keep(s->outbox, 1);
    (void)keep(s->outbox, 2);
    assert_int_equal(xf_outbox_commit(s->outbox, NULL), XF_CODE_OK);
    xf_outbox_close(&s->outbox);
    open_outbox(s);
    assert_int_equal(xf_outbox_count(s->outbox), 2);
}

static void
nobody_else_may_read_the_file(void **state)
{
    stage *s = *state;
    struct stat st;
    char wal[XF_TEST_PATH + 32];
    (void)keep(s->outbox, 1);
    (void)snprintf(wal, sizeof wal, "%s-wal", s->path);
    assert_int_equal(stat(s->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(wal, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_refused_entry_stays_with_its_reason_until_dropped(void **state)
{
    stage *s = *state;
    seen saw = {0};
    xf_outbox_entry next = {0};
    int64_t id = keep(s->outbox, 1);
    assert_int_equal(xf_outbox_refused(s->outbox, id, XF_CODE_CONFLICT, "已被更新", NULL),
                     XF_CODE_OK);
    assert_int_equal(xf_outbox_next(s->outbox, 0, &next, NULL), XF_CODE_OK);
    assert_int_equal(next.id, 0); /* it is not sent again */
    assert_int_equal(xf_outbox_each(s->outbox, note, &saw, NULL), XF_CODE_OK);
    assert_int_equal(saw.states[0], XF_OUTBOX_REFUSED);
    assert_int_equal(xf_outbox_drop(s->outbox, id, NULL), XF_CODE_OK);
    assert_int_equal(xf_outbox_drop(s->outbox, id, NULL), XF_CODE_NOT_FOUND);
    assert_int_equal(xf_outbox_count(s->outbox), 0);
}

static void
only_the_owners_entries_come_next(void **state)
{
    stage *s = *state;
    xf_outbox_entry next = {0};
    (void)keep(s->outbox, 1);
    xf_outbox_owner(s->outbox, BUREAU, HEAD);
    int64_t id = keep(s->outbox, 2);
    assert_int_equal(xf_outbox_next(s->outbox, 0, &next, NULL), XF_CODE_OK);
    assert_int_equal(next.id, id);
    assert_int_equal(next.officer, HEAD);
    assert_int_equal(xf_outbox_next(s->outbox, id, &next, NULL), XF_CODE_OK);
    assert_int_equal(next.id, 0);
    assert_int_equal(xf_outbox_count(s->outbox), 2);
}

static void
entries_may_be_dropped_while_they_are_listed(void **state)
{
    stage *s = *state;
    seen saw = {.drop_from = s->outbox};
    keep_three(s->outbox);
    assert_int_equal(xf_outbox_each(s->outbox, note, &saw, NULL), XF_CODE_OK);
    assert_int_equal(saw.n, 3);
    assert_int_equal(xf_outbox_count(s->outbox), 0);
}

static void
the_same_op_id_is_the_same_entry_or_a_mistake(void **state)
{
    stage *s = *state;
    const uint8_t op_id[16] = {1};
    int64_t first = 0;
    int64_t again = 0;
    xf_error error;
    assert_int_equal(xf_outbox_keep(s->outbox, XF_RPC_MATTER_TAKE, op_id, op_id, 1, &first, &error),
                     XF_CODE_OK);
    assert_int_equal(xf_outbox_refused(s->outbox, first, XF_CODE_DENIED, "", &error), XF_CODE_OK);
    assert_int_equal(xf_outbox_keep(s->outbox, XF_RPC_MATTER_TAKE, op_id, op_id, 1, &again, &error),
                     XF_CODE_OK);
    assert_int_equal(again, first);
    assert_int_equal(xf_outbox_keep(s->outbox, XF_RPC_MATTER_TAKE, op_id, op_id, 2, &again, &error),
                     XF_CODE_OP_MISMATCH);
    assert_int_equal(xf_outbox_count(s->outbox), 1);
    /* An empty request is one too, and another officer's op_ids are his own. */
    xf_outbox_owner(s->outbox, BUREAU, HEAD);
    assert_int_equal(xf_outbox_keep(s->outbox, XF_RPC_MATTER_TAKE, op_id, NULL, 0, &again, &error),
                     XF_CODE_OK);
    assert_int_equal(xf_outbox_count(s->outbox), 2);
}

static void
a_full_outbox_says_so(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_OUTBOX);
    stage *s = *state;
    const uint8_t op_id[16] = {9};
    int64_t id = 0;
    xf_error error;
    assert_true(xf_limit_set("limit.outbox", 3));
    keep_three(s->outbox);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX), hits);
    assert_int_equal(xf_outbox_keep(s->outbox, XF_RPC_MATTER_TAKE, op_id, op_id, 1, &id, &error),
                     XF_CODE_LIMIT);
    assert_int_equal(error.text, XF_TEXT_OUTBOX_FULL);
    assert_int_equal(error.retry_after_ms, 0); /* no waiting empties it */
    assert_true(xf_limit_set("limit.outbox", 5000));
    assert_int_equal(xf_outbox_count(s->outbox), 3);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX), hits + 1);
}

static void
overwrite(const char *path, off_t at, size_t n)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(pwrite(fd, "x", 1, at + (off_t)i), 1);
    assert_int_equal(close(fd), 0);
}

static void
a_broken_file_is_refused_and_left_as_it_is(void **state)
{
    stage *s = *state;
    struct stat before;
    struct stat after;
    xf_error error;
    keep_three(s->outbox);
    xf_outbox_close(&s->outbox);
    for (off_t at = 8192; at >= 0; at -= 8192) { /* inside a page, then the file's head */
        overwrite(s->path, at, 64);
        assert_int_equal(stat(s->path, &before), 0);
        assert_int_equal(xf_outbox_open(s->path, &s->outbox, &error), XF_CODE_INTERNAL);
        assert_int_equal(error.text, XF_TEXT_OUTBOX_BROKEN);
        assert_int_equal(stat(s->path, &after), 0);
        assert_int_equal(after.st_size, before.st_size);
        assert_int_equal(after.st_ino, before.st_ino);
    }
    assert_null(s->outbox);
}

static void
claim_first(xf_outbox *outbox)
{
    xf_outbox_entry next = {0};
    bool mine = false;
    assert_int_equal(xf_outbox_next(outbox, 0, &next, NULL), XF_CODE_OK);
    assert_int_equal(xf_outbox_claim(outbox, next.id, &mine, NULL), XF_CODE_OK);
    assert_true(mine);
}

static void
a_claim_ends_with_its_process(void **state)
{
    stage *s = *state;
    bool mine = true;
    int64_t id = keep(s->outbox, 1);
    assert_int_equal(xf_outbox_release(s->outbox, id, NULL), XF_CODE_OK);
    pid_t child = in_another_process(s, claim_first);
    assert_int_equal(xf_outbox_claim(s->outbox, id, &mine, NULL), XF_CODE_OK);
    assert_false(mine);
    kill_at_once(child);
    assert_int_equal(xf_outbox_claim(s->outbox, id, &mine, NULL), XF_CODE_OK);
    assert_true(mine);
    assert_int_equal(xf_outbox_claim(s->outbox, id + 1, &mine, NULL), XF_CODE_OK);
    assert_false(mine); /* there is no such entry */
}

static void
many_processes_open_a_new_file_at_once(void **state)
{
    stage *s = *state;

    enum { PROCESSES = 6 };

    pid_t children[PROCESSES];
    xf_outbox_close(&s->outbox);
    assert_int_equal(unlink(s->path), 0);
    for (size_t i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            const uint8_t op_id[16] = {(uint8_t)i};
            xf_outbox *theirs = NULL;
            int64_t id = 0;
            bool bad = xf_outbox_open(s->path, &theirs, NULL) != XF_CODE_OK ||
                       xf_outbox_keep(theirs, XF_RPC_MATTER_TAKE, op_id, op_id, 1, &id, NULL) !=
                           XF_CODE_OK;
            _exit(bad);
        }
    }
    for (size_t i = 0; i < PROCESSES; i++) {
        int status = 1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    open_outbox(s);
    assert_int_equal(xf_outbox_count(s->outbox), PROCESSES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_killed_process_had_kept_is_there_in_order),
        TEST(a_group_is_on_disk_whole_or_not_at_all),
        TEST(nobody_else_may_read_the_file),
        TEST(a_refused_entry_stays_with_its_reason_until_dropped),
        TEST(only_the_owners_entries_come_next),
        TEST(entries_may_be_dropped_while_they_are_listed),
        TEST(the_same_op_id_is_the_same_entry_or_a_mistake),
        TEST(a_full_outbox_says_so),
        TEST(a_broken_file_is_refused_and_left_as_it_is),
        TEST(a_claim_ends_with_its_process),
        TEST(many_processes_open_a_new_file_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
