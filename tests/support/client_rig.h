/* tests/support/client_rig — a client, its outbox and a scripted server on one loop.
 *
 * A test sets `manner`, asks, turns the loop until something is counted, and looks. The
 * functions of cmocka end the test where something is not as it must be.
 */
#ifndef XF_TEST_CLIENT_RIG_H
#define XF_TEST_CLIENT_RIG_H

#include "matter.pb-c.h"

#include "client/lib/client.h"
#include "fake_server.h"

enum { XF_CLIENT_RIG_BUREAU = 450922, XF_CLIENT_RIG_CLERK = 7, XF_CLIENT_RIG_MOST = 256 };

/* What the server does with a request. */
typedef enum xf_client_rig_manner {
    XF_CLIENT_RIG_ANSWER,
    XF_CLIENT_RIG_HOLD,          /* says nothing; xf_client_rig_answer later */
    XF_CLIENT_RIG_REFUSE,        /* DENIED, "不行" */
    XF_CLIENT_RIG_NOT_NOW,       /* OVERLOADED */
    XF_CLIENT_RIG_NOT_LOGGED_IN, /* UNAUTHENTICATED */
    XF_CLIENT_RIG_CUT,
} xf_client_rig_manner;

typedef struct xf_client_rig_request {
    xf_rpc rpc;
    uint64_t id;
    uint8_t *body;
    size_t n;
} xf_client_rig_request;

typedef struct xf_client_rig {
    uv_loop_t loop;
    char dir[XF_TEST_PATH];
    char box_path[XF_TEST_PATH + 16];
    xf_outbox *outbox;
    xf_fake_server *server;
    xf_client *client;
    xf_client_rig_manner manner;
    xf_client_rig_request got[XF_CLIENT_RIG_MOST]; /* what the server was asked */
    size_t n_got;
    size_t n_answered; /* calls whose callback came */
    size_t n_lost;
    size_t n_events;
    xf_text lost_text;
    int64_t cursor;
    xf_client_answer last; /* without its reply */
    char last_words[XF_CLIENT_WORDS];
} xf_client_rig;

/* For cmocka: the group makes the certificates, each test its rig; taking it down fails
 * when a handle was left behind. */
int xf_client_rig_group_set_up(void **state);
int xf_client_rig_group_tear_down(void **state);
int xf_client_rig_set_up(void **state);
int xf_client_rig_tear_down(void **state);

void xf_client_rig_new_client(xf_client_rig *s, const char *host, const char *port,
                              const char *name, const char *ca);
void xf_client_rig_connect(xf_client_rig *s);
void xf_client_rig_turn_until(xf_client_rig *s, const size_t *count, size_t wanted);

/* An assign is answered with the version asked and one more, an open with its matter. */
void xf_client_rig_answer(xf_fake_server *server, const xf_client_rig_request *g);
Xf__MatterAssignRequest xf_client_rig_assignment(int32_t version);
void xf_client_rig_send_assign(xf_client_rig *s,
                               int32_t version); /* connected; xf_client_rig_on_answer */
void xf_client_rig_keep_assign(xf_client_rig *s, int32_t version); /* not connected */

/* Callbacks that note what came; data: the rig. */
void xf_client_rig_on_answer(xf_client *client, const xf_client_answer *answer, void *data);
void xf_client_rig_on_lost(xf_client *client, const xf_error *why, void *data);

#endif
