/* tests/support/stage — everything a story needs: a fresh database, a real server, the cast.
 *
 *     XF_STORY(a_clerk_registers_a_visit)
 *     {
 *         xf_story *s = *state;
 *         …
 *     }
 *     XF_STORIES(XF_PLAY(a_clerk_registers_a_visit))
 *
 * Each story gets a database of its own in the cluster at $XF_CLUSTER, copied from one that
 * is made once for each build: migrated, bootstrapped, units.csv and officers.csv imported
 * through the protocol, passwords set. xinfangd is the program of $XF_BUILD_DIR, a child of
 * the test, and dies with it. Its day is a fixed Tuesday. Files are in
 * $XF_BUILD_DIR/story/NAME and stay, for whoever looks why a story failed.
 *
 * Who acts is logged in when he acts first. What is asked here is asked for real, by
 * client/lib over TLS; a reply lives as long as the story. Taking the stage down is a test
 * too: xf_stage_down.
 */
#ifndef XF_TEST_STAGE_H
#define XF_TEST_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "bureau.pb-c.h"
#include "error.pb-c.h"
#include "feed.pb-c.h"
#include "figures.pb-c.h"
#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "base/now.h"
#include "client/lib/client.h"
#include "gen/enums.h"
#include "gen/rpc.h"
#include "tests/cast.h"

#define XF_STORY(name) static void name(void **state)
#define XF_PLAY(name)  cmocka_unit_test_setup_teardown(name, xf_stage_up, xf_stage_down)
#define XF_PLAY_HOLDING(name) \
    cmocka_unit_test_setup_teardown(name, xf_stage_up_holding, xf_stage_down)
#define XF_STORIES(...)                                     \
    int main(void)                                          \
    {                                                       \
        const struct CMUnitTest stories[] = {__VA_ARGS__};  \
        return cmocka_run_group_tests(stories, NULL, NULL); \
    }

/* Lines for a story that holds a row or a table that the server wants: it is waited for as long as a slow
 * machine takes to let it go. */
#define XF_STAGE_HOLDS \
    "limit.db_lock_ms = 60000\nlimit.db_statement_ms = 60000\nlimit.call_ms = 60000\n"

typedef struct xf_story xf_story;

/* ---- Up and down */

int xf_stage_up(void **state);
int xf_stage_up_holding(void **state); /* with XF_STAGE_HOLDS */
/* The same with lines of xinfangd's configuration that are the story's own. */
int xf_stage_up_with(void **state, const char *conf);
/* Fails when the server does not stop by itself with exit 0, when its log has a line with
 * ERROR in it, or when stage_judge finds what no run may leave in the database. */
int xf_stage_down(void **state);

void xf_stage_stop_server(xf_story *s);  /* SIGTERM, and it must end well */
void xf_stage_start_server(xf_story *s); /* at the same port; everybody logs in anew */
/* Stops it and starts it at nine o'clock of this day, "2026-10-01". */
void xf_stage_on_day(xf_story *s, const char *day);
/* Another server on the same database, at a port of its own; it ends with the stage. */
void xf_stage_start_second(xf_story *s);
int xf_stage_second_port(const xf_story *s); /* waits until it listens */
/* From now on he works at the second server. */
void xf_stage_sit_at_second(xf_story *s, xf_cast who);
/* Another comes to the same port, and only then the first is told to stop, and ends well. */
void xf_stage_replace_server(xf_story *s);
void xf_stage_kill_server(xf_story *s); /* -9; everybody logs in anew */
void xf_stage_end_server(xf_story *s);  /* SIGTERM without waiting */
void xf_stage_end_wait(xf_story *s);    /* … and the wait */
/* Writes its configuration with these lines, sends SIGHUP, and waits until the log says what
 * came of it: true when it was read anew. */
bool xf_stage_reload(xf_story *s, const char *conf);
void xf_stage_renew_certificate(xf_story *s);             /* the server's files; it is not told */
void xf_stage_certificate_of_days(xf_story *s, int days); /* the same, for so long */
int xf_stage_port(const xf_story *s);
int xf_stage_knock(const xf_story *s); /* a socket that is connected to it, the caller's to close */
/* From the next start: a server without the authority's key. */
void xf_stage_take_ca_key(xf_story *s);

/* ---- Asking */

/* What came of the last call. */
xf_code xf_stage_code(const xf_story *s);
const char *xf_stage_field(const xf_story *s); /* of an error */

/* The reply, or NULL when it was refused. A changing request without op_id gets one. */
const void *xf_stage_ask(xf_story *s, xf_cast who, xf_rpc rpc, ProtobufCMessage *request);
/* The same at a desk where nobody is logged in. */
const void *xf_stage_ask_unknown(xf_story *s, xf_rpc rpc, ProtobufCMessage *request);
/* How many requests he has sent on his connection, login included. */
size_t xf_stage_asked(const xf_story *s, xf_cast who);
/* Fails the test unless the last call was refused so. */
void xf_stage_assert_refused(const xf_story *s, xf_code code, const char *field);

int32_t xf_stage_officer(xf_story *s, xf_cast who);   /* officer_id */
int32_t xf_stage_unit(xf_story *s, const char *name); /* unit_id, by name or short name */
xf_day xf_stage_today(void);

/* ---- What people do */

typedef struct xf_visit {
    const char *name;
    const char *phone;
    const char *id_number;
    const char *address;
    const char *demand;
    const char *envelope;
    const char *category;
    int32_t people;           /* 0: as many as are named */
    xf_purpose purpose;       /* unspecified: an appeal, or what names an accused */
    xf_cast accused;          /* then it is an accusation */
    const char *accused_unit; /* short name; then it is one too */
    const char *complained_unit;
    const char *received_on; /* "2026-09-16"; NULL: xf_stage_today */
    const uint8_t *op_id;    /* 16 bytes, or NULL */
} xf_visit;

const Xf__PetitionRegisterReply *xf_stage_register(xf_story *s, xf_cast who, const xf_visit *visit);
const Xf__MatterOpenReply *xf_stage_open(xf_story *s, xf_cast who, int64_t matter_id);
const Xf__MatterListReply *xf_stage_list(xf_story *s, xf_cast who);
const Xf__MatterHistoryReply *xf_stage_history(xf_story *s, xf_cast who, int64_t matter_id);
/* handler NOBODY: the unit's. Gives the new version, 0 when refused. */
int32_t xf_stage_assign(xf_story *s, xf_cast who, int64_t matter_id, const char *unit,
                        xf_cast handler);
/* The same of a version that was read. */
int32_t xf_stage_assign_at(xf_story *s, xf_cast who, int64_t matter_id, int32_t version,
                           const char *unit, xf_cast handler);
int32_t xf_stage_take(xf_story *s, xf_cast who, int64_t matter_id, int32_t version);
bool xf_stage_may(const Xf__MatterOpenReply *matter, xf_rpc act);
const Xf__FiguresShowReply *xf_stage_figures(xf_story *s, xf_cast who, const char *from,
                                             const char *to);

/* News: from now on events come by themselves. */
void xf_stage_follow(xf_story *s, xf_cast who);
/* Waits for the next EVENT that he was not told of yet. */
Xf__FeedEvent xf_stage_news(xf_story *s, xf_cast who);

/* ---- The database, as the superuser */

/* The first column of one row. */
int64_t xf_stage_number(xf_story *s, const char *sql);
void xf_stage_sql(xf_story *s, const char *sql);
/* The connection string of another role of it. Freed by the caller. */
char *xf_stage_conninfo(const xf_story *s, const char *role);

/* ---- The command line */

enum { XF_STAGE_WORDS = 32, XF_STAGE_OUTPUT = 1 << 20 };

/* Runs xinfang with his profile; `words` ends with NULL. Gives its exit code; what it wrote,
 * on both outputs, is xf_stage_said until the next one. */
int xf_stage_cli(xf_story *s, xf_cast who, const char *const *words);
/* The same, with Ctrl-C as soon as it has said `cue`. */
int xf_stage_cli_interrupt(xf_story *s, xf_cast who, const char *const *words, const char *cue);
/* The same with a profile of its own, which need not be there. */
int xf_stage_cli_at(xf_story *s, const char *profile, const char *const *words);
const char *xf_stage_said(const xf_story *s);
int xf_stage_cli_login(xf_story *s, xf_cast who);
/* A file of the tree, or of the story's own directory. Freed by the caller. */
char *xf_stage_source(const char *path);
char *xf_stage_file(const xf_story *s, const char *name);

#endif
