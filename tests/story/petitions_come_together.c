/* Many desks register in one moment: they share a statement, and each gets what it would alone. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "stage_clocks.h"
#include "stage_pages.h"
#include "stage_wire.h"
#include "test_draft.h"

enum { LOOK_MS = 20, LOOKS = 3000 };

static const xf_visit came_before = {
    .name = "信访人甲", .phone = "19911110001", .demand = "反映报警后未收到进展告知"};
static const xf_visit accuses = {
    .name = "信访人乙", .phone = "19911110002", .demand = "反映民警执法时推搡", .accused = ACCUSED};

/* Somebody has the bureau's head row: whatever is registered meanwhile waits, and goes together. */
static PGconn *
hold(xf_story *s)
{
    char *conninfo = xf_stage_conninfo(s, "postgres");
    PGconn *holder = PQconnectdb(conninfo);

    PQclear(PQexec(holder, "begin"));
    PQclear(PQexec(holder, "select from xf.bureau for update"));
    assert_int_equal(PQtransactionStatus(holder), PQTRANS_INTRANS);
    free(conninfo);
    return holder;
}

static uint64_t
send_visit(xf_wire_desk *desk, const char *name, const char *phone, const char *demand)
{
    static uint8_t n = 0;
    uint8_t op_id[16] = "came together ";
    xf_test_draft draft;

    op_id[15] = ++n;
    xf_test_draft_visit(&draft, xf_stage_today(), name, demand);
    draft.petitioners[0].phone = xf_test_draft_text(phone);
    if (strcmp(demand, "分类不对") == 0)
        draft.matters[0].category = xf_test_draft_text("没有这一类");
    draft.request.has_op_id = 1;
    draft.request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    return xf_wire_desk_send(desk, XF_RPC_PETITION_REGISTER, &draft.request.base);
}

/* The server has heard all that this desk sent when it answers what was sent behind. */
static void
all_are_heard(xf_wire_desk *desk)
{
    Xf__MatterListRequest request = XF__MATTER_LIST_REQUEST__INIT;

    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_MATTER_LIST, &request.base)->type,
                     XF_FRAME_TYPE_RESPONSE);
}

/* So many are queued, the one that waits for the row among them: none of them is on the way any more.
 * The timer has none. */
static void
wait_until_waiting(xf_story *s, uint64_t n)
{
    for (int i = 0; xf_stage_metric(s, "xinfangd_db_queries_waiting{lanes=\"writer\"}") != n; i++) {
        assert_true(i < LOOKS);
        (void)poll(NULL, 0, LOOK_MS); /* between two looks: nobody tells us */
    }
}

static void
wait_for_the_first(xf_story *s, xf_wire_desk *desk)
{
    (void)send_visit(desk, "信访人零", "19911110000", "第一件");
    all_are_heard(desk);
    xf_stage_wait_for(s, "select count(*) from pg_stat_activity where datname = current_database()"
                         " and application_name = 'xinfang writer' and wait_event_type = 'Lock'");
}

/* The answer with this id; NULL where it was refused. */
static Xf__PetitionRegisterReply *
answer(xf_wire_desk *desk, uint64_t id)
{
    for (size_t i = 0;; i++) {
        const xf_wire_frame *frame = xf_wire_desk_frame(desk, i);

        if (frame->id == id && frame->type != XF_FRAME_TYPE_RESPONSE)
            return NULL;
        if (frame->id == id)
            return xf__petition_register_reply__unpack(NULL, frame->n, frame->body);
    }
}

/* He is told of one earlier petition, of that number; of none where it is NULL. */
static void
is_told_of(xf_wire_desk *desk, uint64_t id, const char *number)
{
    Xf__PetitionRegisterReply *reply = answer(desk, id);

    assert_non_null(reply);
    assert_int_equal(reply->n_repeats, number == NULL ? 0 : 1);
    if (number != NULL)
        assert_string_equal(reply->repeats[0]->number, number);
    xf__petition_register_reply__free_unpacked(reply, NULL);
}

static void
nothing_is_missing(xf_story *s)
{
    /* No number twice, none left out, in either series. */
    assert_int_equal(xf_stage_number(s, "select sum(last) - (select count(*) from xf.petition)"
                                        " from xf.series"),
                     0);
    assert_int_equal(
        xf_stage_number(s, "select count(distinct number) - count(*) from xf.petition"), 0);
    assert_int_equal(xf_stage_number(s, "select ledger - (select count(*) from xf.ledger)"
                                        " from xf.bureau"),
                     0);
    /* Each audience's news follow each other as the petitions do. */
    assert_int_equal(
        xf_stage_number(s, "select sum(cursor) - (select count(*) from xf.feed) from xf.audience"),
        0);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from (select f.cursor, row_number() over (partition by"
                           " f.kind, f.id order by p.seat) as place from xf.feed f join"
                           " xf.petition p on p.petition_id = f.matter_id / 100) x"
                           " where cursor <> place"),
        0);
}

XF_STORY(each_gets_what_it_would_get_alone)
{
    xf_story *s = *state;
    const char *before = xf_stage_register(s, CLERK, &came_before)->number;
    const char *accused = xf_stage_register(s, HEAD, &accuses)->number;
    xf_wire_desk *clerk = xf_wire_desk_new(s, CLERK);
    xf_wire_desk *head = xf_wire_desk_new(s, HEAD);
    PGconn *holder = hold(s);

    wait_for_the_first(s, clerk);
    const uint64_t known =
        send_visit(clerk, came_before.name, came_before.phone, came_before.demand);
    const uint64_t once = send_visit(clerk, "信访人丙", "19911110003", "要求复核");
    const uint64_t twice = send_visit(clerk, "信访人丙", "19911110003", "要求复核");
    const uint64_t bad = send_visit(clerk, "信访人丁", "19911110004", "分类不对");
    const uint64_t unseen = send_visit(clerk, "信访人庚", accuses.phone, accuses.demand);
    all_are_heard(clerk);
    wait_until_waiting(s, 6);
    const uint64_t alone = send_visit(head, "信访人戊", "19911110005", "要求答复");
    const uint64_t seen = send_visit(head, accuses.name, "19911110006", accuses.demand);
    all_are_heard(head);
    wait_until_waiting(s, 8);
    PQfinish(holder);

    is_told_of(clerk, known, before);
    is_told_of(clerk, once, NULL);
    assert_null(answer(clerk, bad));
    is_told_of(head, alone, NULL);
    Xf__PetitionRegisterReply *first = answer(clerk, once);
    is_told_of(clerk, twice, first->number);
    xf__petition_register_reply__free_unpacked(first, NULL);

    /* The accusation is for the head only, in whatever company he registers. */
    is_told_of(clerk, unseen, NULL);
    is_told_of(head, seen, accused);

    nothing_is_missing(s);
    xf_wire_desk_free(&clerk);
    xf_wire_desk_free(&head);
}

XF_STORY(twenty_petitions_of_two_desks_are_one_transaction)
{
    xf_story *s = *state;
    xf_wire_desk *desks[] = {xf_wire_desk_new(s, CLERK), xf_wire_desk_new(s, OTHER_CLERK)};
    uint64_t ids[20];
    PGconn *holder = hold(s);

    wait_for_the_first(s, desks[0]);
    for (size_t i = 0; i < 20; i++) {
        char name[32];
        char phone[16];

        (void)snprintf(name, sizeof name, "来访人%zu", i);
        (void)snprintf(phone, sizeof phone, "199222%05zu", i);
        ids[i] = send_visit(desks[i % 2], name, phone, "要求复核");
    }
    all_are_heard(desks[0]);
    all_are_heard(desks[1]);
    wait_until_waiting(s, 21);
    PQfinish(holder);
    for (size_t i = 0; i < 20; i++)
        is_told_of(desks[i % 2], ids[i], NULL);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 21);
    assert_int_equal(xf_stage_number(s, "select count(distinct xmin::text) from xf.petition"), 2);
    nothing_is_missing(s);
    xf_wire_desk_free(&desks[0]);
    xf_wire_desk_free(&desks[1]);
}

/* With two workers each would have its own company. */
static int
up_with_one_worker(void **state)
{
    static char conf[1024];
    size_t n = 0;

    xf_stage_pages_conf(conf, sizeof conf);
    n = strlen(conf);
    (void)snprintf(conf + n, sizeof conf - n,
                   XF_STAGE_HOLDS "workers = 1\njob.every_ms = 3600000\n");
    return xf_stage_up_with(state, conf);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, up_with_one_worker, xf_stage_down)

XF_STORIES(PLAY(each_gets_what_it_would_get_alone),
           PLAY(twenty_petitions_of_two_desks_are_one_transaction))
