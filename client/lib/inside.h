/* client/lib/inside — what the files of the client share; no program includes it.
 *
 * A call's way: `queue` (asked; in the outbox) -> `flight` (sent) -> its answer, or `lost`.
 * Once a turn of the loop, xf_client_turn commits the outbox's group and sends what the
 * window takes, so that no byte leaves before its entry is on disk.
 */
#ifndef XF_CLIENT_INSIDE_H
#define XF_CLIENT_INSIDE_H

#include <netdb.h>
#include <sys/queue.h>

#include "client/lib/client.h"
#include "wire/link.h"

typedef enum xf_client_state {
    XF_CLIENT_APART,      /* no connection and none wanted */
    XF_CLIENT_CONNECTING, /* name, TCP, TLS */
    XF_CLIENT_GREETING,   /* HELLO is out */
    XF_CLIENT_OPEN,
    XF_CLIENT_GOING, /* the server said GOAWAY: answers only */
} xf_client_state;

typedef struct xf_client_call {
    TAILQ_ENTRY(xf_client_call) link;
    const xf_rpc_row *row;
    uint64_t id;
    int64_t outbox_id; /* 0: not kept */
    uint64_t group;    /* the outbox group that keeps it; 0: it was on disk already */
    bool resent;       /* refused, it stays in the outbox */
    uint8_t op_id[16]; /* if kept */
    uint8_t *body;     /* until it is sent */
    size_t body_len;
    xf_buf pieces;   /* of a long reply, as far as they have come */
    xf_arena *arena; /* borrowed: where the reply goes; NULL: one for the callback's time */
    xf_client_done *done;
    void *data;
} xf_client_call;

typedef TAILQ_HEAD(xf_client_calls, xf_client_call) xf_client_calls;

typedef struct xf_client_resending {
    xf_client_resend_done *done; /* NULL: none is running */
    void *data;
    bool step;     /* the next entry's turn has come */
    int64_t after; /* the entry that was sent last */
    size_t sent;
    size_t refused;
} xf_client_resending;

struct xf_client {
    uv_loop_t *loop;
    char *host;
    char *port;
    char *server_name;
    xf_outbox *outbox;
    bool trace;

    xf_tls_context *tls;
    xf_flusher *flusher;
    uv_timer_t greet_timer; /* from connect to WELCOME */
    uv_timer_t ping_timer;
    uv_idle_t turn; /* runs before the flusher, and keeps the poll from waiting */
    bool closing;
    size_t open_things; /* handles, links, look-ups whose last callback has not come */

    xf_client_state state;
    xf_link *link;
    uint64_t attempt; /* a look-up that belongs to an older one is thrown away */
    struct addrinfo *addresses;
    struct addrinfo *next_address;
    xf_error failure; /* why the last address did not do */
    bool failed;      /* connecting failed inside the call: told in the next turn */
    void (*connected)(xf_client *, const xf_error *, void *);
    void *connected_data;
    xf_arena *welcome_arena;
    Xf__Welcome *welcome;
    int64_t pinged_ms; /* steady */
    uint64_t pings;    /* their request ids */
    int pings_unanswered;

    xf_client_calls queue;
    xf_client_calls flight;
    xf_client_calls lost; /* while they are being told */
    size_t queued;
    size_t flying;
    uint64_t last_id;
    uint64_t group; /* the outbox group that is or will be open, from 1 */
    xf_client_resending resending;

    xf_error parting; /* what a GOAWAY said; OK: none came on this connection */
    char parting_words[XF_CLIENT_WORDS];

    void (*on_lost)(xf_client *, const xf_error *, void *);
    void *on_lost_data;
    void (*on_event)(xf_client *, const Xf__FeedEvent *, void *);
    void *on_event_data;
};

/* client.c */
void xf_client_kick(xf_client *client); /* something to do in the loop's next turn */
void xf_client_turn(xf_client *client);
void xf_client_put(xf_client *client, const xf_frame *frame);
void xf_client_trace(const xf_client *client, const char *arrow, const xf_frame *frame);
void xf_client_part(xf_client *client);                        /* one of open_things is gone */
void xf_client_take(xf_client *client, const xf_frame *frame); /* one that came after WELCOME */
/* The server broke the protocol: the link is closed for `why`. */
void xf_client_break(xf_client *client, const xf_error *why);
/* The open connection ended: tells the calls, then the program. */
void xf_client_lose(xf_client *client, const xf_error *why);

/* parting.c */
/* Cut, if it must be, between two characters. */
void xf_client_copy_words(const char *words, char ret_words[XF_CLIENT_WORDS]);
void xf_client_hear_goaway(xf_client *client, const xf_frame *frame);
void xf_client_forget_parting(xf_client *client);
xf_error xf_client_why_lost(const xf_client *client); /* what calls without an answer are told */

/* connect.c */
void xf_client_connect_fail(xf_client *client, const xf_error *why);
void xf_client_connect_drop(xf_client *client); /* frees the addresses, stops the timer */

/* alive.c */
void xf_client_alive_start(xf_client *client);
void xf_client_alive_stop(xf_client *client);

/* call.c */
XF_NODISCARD xf_code xf_client_ask(xf_client *client, xf_rpc rpc, ProtobufCMessage *request,
                                   const xf_client_call *how, xf_error *reterr);
XF_NODISCARD xf_code xf_client_call_keep(xf_client *client, xf_client_call *call, xf_error *reterr);
/* Takes the call over; it stands at the end of the queue. */
void xf_client_call_queue(xf_client *client, xf_client_call *take_call);
void xf_client_call_forget_body(xf_client_call *call);
void xf_client_call_free(xf_client_call *call);
void xf_client_calls_free(xf_client_calls *calls);

/* answer.c */
void xf_client_call_piece(xf_client *client, const xf_frame *frame); /* CHUNK */
void xf_client_call_send_queued(xf_client *client); /* commits, then what the window takes */
void xf_client_call_answered(xf_client *client, const xf_frame *frame);
/* Fails it here, without the server; frees it. */
/* `words`: NULL, or what the server said. */
void xf_client_call_fail(xf_client *client, xf_client_call *call, const xf_error *why,
                         const char *words);
/* A call that is under way or waits for this entry, or NULL. */
const xf_client_call *xf_client_call_of(const xf_client *client, int64_t outbox_id);

/* push.c */
void xf_client_push(xf_client *client, const xf_frame *frame);

#endif
