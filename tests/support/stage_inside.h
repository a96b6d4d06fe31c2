/* tests/support/stage_inside — what the files of the stage share; no story includes it. */
#ifndef XF_TEST_STAGE_INSIDE_H
#define XF_TEST_STAGE_INSIDE_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "scratch_db.h"
#include "stage.h"
#include "test_ca.h"

enum { XF_STAGE_EVENTS = 64, XF_STAGE_ARENAS = 4096, XF_STAGE_PATH = 512, XF_STAGE_WIRES = 32 };

/* One of the cast at his desk. */
typedef struct xf_stage_desk {
    xf_client *client; /* NULL: not at work yet */
    bool logged_in;
    size_t asked;
    Xf__FeedEvent events[XF_STAGE_EVENTS];
    size_t n_events;
    size_t n_told; /* of them, to the story */
} xf_stage_desk;

struct xf_story {
    char name[64];
    char dir[XF_STAGE_PATH];
    char *conninfo; /* the superuser's */
    PGconn *pg;
    xf_test_ca *ca;
    xf_test_files files; /* of every desk: one device */
    const char *conf;
    char now[32]; /* what the server takes for the time */
    bool issues_nothing;
    pid_t server; /* 0: none runs */
    pid_t second; /* likewise */
    int port;     /* 0: any */
    uv_loop_t loop;
    xf_stage_desk desks[XF_CAST_COUNT]; /* NOBODY's: the desk where nobody is logged in */
    int32_t officers[XF_CAST_COUNT];
    xf_arena *arenas[XF_STAGE_ARENAS]; /* one a call: a reply lives as long as the story */
    size_t n_arenas;
    struct xf_wire_desk *wires[XF_STAGE_WIRES]; /* open ones */
    xf_error error;                             /* of the last call */
    char said[XF_STAGE_OUTPUT];
};

const char *xf_stage_environment(const char *name);
void xf_stage_path(const xf_story *s, const char *name, char ret_path[XF_STAGE_PATH]);
void xf_stage_write(const char *path, const char *text, size_t n);

/* stage_server.c: xinfangd with these words behind --config, until it ends; the exit code. */
int xf_stage_run_server(xf_story *s, const char *const *words);
void xf_stage_end_second(xf_story *s);
void xf_stage_log_is_clean(const xf_story *s);

/* stage_base.c: the database that every story's is a copy of. */
void xf_stage_make_database(xf_story *s);
/* stage_desk.c */
void xf_stage_leave(xf_story *s); /* everybody goes home */
/* Turns the loop until it is so; fails the test when that takes too long. */
void xf_stage_turn_until(xf_story *s, bool (*so)(const void *data), const void *data);
/* stage_wire.c: what a failed story left open. */
void xf_stage_close_wires(xf_story *s);
void *xf_stage_arena_text(xf_story *s, const char *text);
xf_arena *xf_stage_arena(xf_story *s);

#endif
