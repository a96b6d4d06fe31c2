/* tests/support/client_stage — a client, its outbox and a scripted server on one loop.
 *
 * A test sets `manner`, asks, turns the loop until something is counted, and looks. The
 * functions of cmocka end the test where something is not as it must be.
 */
#ifndef XF_TEST_CLIENT_STAGE_H
#define XF_TEST_CLIENT_STAGE_H

#include "matter.pb-c.h"

#include "client/lib/client.h"
#include "fake_server.h"

enum { XF_STAGE_BUREAU = 450922, XF_STAGE_CLERK = 7, XF_STAGE_MOST = 256 };

/* What the server does with a request. */
typedef enum xf_stage_manner {
    XF_STAGE_ANSWER,
    XF_STAGE_HOLD,          /* says nothing; xf_stage_answer later */
    XF_STAGE_REFUSE,        /* DENIED, "不行" */
    XF_STAGE_NOT_NOW,       /* OVERLOADED */
    XF_STAGE_NOT_LOGGED_IN, /* UNAUTHENTICATED */
    XF_STAGE_CUT,
} xf_stage_manner;

typedef struct xf_stage_request {
    xf_rpc rpc;
    uint64_t id;
    uint8_t *body;
    size_t n;
} xf_stage_request;

typedef struct xf_stage {
    uv_loop_t loop;
    char dir[XF_TEST_PATH];
    char box_path[XF_TEST_PATH + 16];
    xf_outbox *outbox;
    xf_fake_server *server;
    xf_client *client;
    xf_stage_manner manner;
    xf_stage_request got[XF_STAGE_MOST]; /* what the server was asked */
    size_t n_got;
    size_t n_answered; /* calls whose callback came */
    size_t n_lost;
    size_t n_events;
    xf_text lost_text;
    int64_t cursor;
    xf_client_answer last; /* without its reply */
    char last_words[XF_CLIENT_WORDS];
} xf_stage;

/* For cmocka: the group makes the certificates, each test its stage; taking it down fails
 * when a handle was left behind. */
int xf_stage_group_set_up(void **state);
int xf_stage_group_tear_down(void **state);
int xf_stage_set_up(void **state);
int xf_stage_tear_down(void **state);

void xf_stage_new_client(xf_stage *s, const char *host, const char *port, const char *name,
                         const char *ca);
void xf_stage_connect(xf_stage *s);
void xf_stage_turn_until(xf_stage *s, const size_t *count, size_t wanted);

/* An assign is answered with the version asked and one more, an open with its matter. */
void xf_stage_answer(xf_fake_server *server, const xf_stage_request *g);
Xf__MatterAssignRequest xf_stage_assignment(int32_t version);
void xf_stage_send_assign(xf_stage *s, int32_t version); /* connected; xf_stage_on_answer */
void xf_stage_keep_assign(xf_stage *s, int32_t version); /* not connected */

/* Callbacks that note what came; data: the stage. */
void xf_stage_on_answer(xf_client *client, const xf_client_answer *answer, void *data);
void xf_stage_on_lost(xf_client *client, const xf_error *why, void *data);

#endif
