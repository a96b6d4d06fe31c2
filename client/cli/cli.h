/* client/cli/cli — one run of `xinfang`: what was asked, as whom, over which connection.
 *
 * A verb asks with xf_cli_call and gets the reply, or NULL: then the person has been told
 * already and cli->exit says how to end. Data goes to standard output, everything else
 * (progress, hints, refusals) to standard error.
 */
#ifndef XF_CLI_CLI_H
#define XF_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include <libintl.h>
#include <uv.h>

#include "bureau.pb-c.h"

#include "client/cli/profile.h"
#include "client/cli/verbs.h"
#include "client/lib/client.h"
#include "client/lib/outbox.h"

/* Sentences for people: Chinese in the source, other languages by gettext. */
#define XF_TR(text) gettext(text)

/* What a script can rely on. 3 is not used. */
typedef enum xf_exit {
    XF_EXIT_OK = 0,
    XF_EXIT_FAILED = 1,
    XF_EXIT_USAGE = 2,
    XF_EXIT_LOGIN = 4,         /* not logged in */
    XF_EXIT_DENIED = 5,        /* denied or not found */
    XF_EXIT_CONFLICT = 6,      /* changed meanwhile */
    XF_EXIT_UNAVAILABLE = 7,   /* cannot be reached, or kept in the outbox */
    XF_EXIT_INTERRUPTED = 130, /* by Ctrl-C, as a shell says it */
} xf_exit;

/* Why something was not done, as it is told. */
typedef struct xf_failure {
    xf_error error;
    char words[512]; /* the server's Chinese, or ours */
    uint64_t request_id;
    bool kept;
    bool interrupted; /* by Ctrl-C */
} xf_failure;

/* One call under way. It lives in xf_cli, so that an answer after --timeout finds a home. */
typedef struct xf_pending {
    bool done;
    xf_failure failure;
    const ProtobufCMessageDescriptor *type; /* of the reply */
    ProtobufCMessage *reply;
} xf_pending;

typedef struct xf_cli {
    const xf_verb *verb;
    bool json;
    bool trace;
    bool connected;
    int64_t timeout_ms;
    const char *home; /* --profile, or NULL */
    xf_exit exit;
    xf_profile profile;
    uv_loop_t loop;
    uv_timer_t timer;
    bool timed_out;
    xf_outbox *outbox;
    xf_client *client;
    xf_arena *arena; /* every reply and request of this run */
    xf_pending pending;
    xf_failure cut_off; /* why nobody could be logged in, and what changes is kept; else OK */
    const Xf__BureauUnitsReply *units;       /* read once, by names.c */
    const Xf__BureauOfficersReply *officers; /* likewise */
} xf_cli;

/* Reads the profile, opens the outbox, connects and logs in, as far as the verb needs it.
 * False: the person was told, cli->exit is set. */
bool xf_cli_open(xf_cli *cli);
void xf_cli_close(xf_cli *cli);

/* A client by the profile, not yet connected: watch and import make their own. */
XF_NODISCARD xf_code xf_cli_client(xf_cli *cli, bool with_outbox, xf_client **ret_client,
                                   xf_error *reterr);

/* Turns the loop until *done, --timeout or Ctrl-C; false unless done. */
bool xf_cli_turn(xf_cli *cli, const bool *done);

/* Sends, waits, tells. The reply lives as long as the run. */
const ProtobufCMessage *xf_cli_call(xf_cli *cli, xf_rpc rpc, ProtobufCMessage *request);
/* The same without a word to the person: what came of it is in cli->pending. */
XF_NODISCARD xf_code xf_cli_ask(xf_cli *cli, xf_rpc rpc, ProtobufCMessage *request);

/* Sends what was kept, in order, and says so. False: not all was accepted; cli->exit says why. */
bool xf_cli_send_kept(xf_cli *cli);

/* From the arena; past its ceiling the run ends (our own replies are bounded by a frame). */
void *xf_cli_take(xf_cli *cli, size_t n);
/* A copy there, for a request: its strings are not const, and are only read. */
char *xf_cli_text(xf_cli *cli, const char *text);

/* tell.c: refusals, in three parts: what does not work, why, what to do now. Both set
 * cli->exit and give it back. */
xf_exit xf_tell_failure(xf_cli *cli, const xf_failure *failure);
xf_exit xf_tell_error(xf_cli *cli, const xf_error *error);
/* Fills in that Ctrl-C came while it was waited for: interrupt.h. */
void xf_tell_stopped(xf_failure *failure);
/* `about` is the word that was not understood (escaped when shown), or NULL. */
xf_exit xf_tell_usage(xf_cli *cli, const char *why, const char *about);
xf_exit xf_exit_of(xf_code code);

#endif
