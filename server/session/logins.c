/* session/logins — a timer, and one question at a time. */
#include "session/logins.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "call/pack.h"
#include "db/reader.h"
#include "session/session.h"

/* As login.seen has them. */
enum { BUREAUS, TOKENS, USED, SEATS, NOW, PARAMS };

typedef struct login {
    int32_t bureau;
    bool used;
    int64_t seat; /* XF_SEAT_UNKNOWN: its connection is gone */
    uint8_t token_sha[XF_LOGINS_SHA];
} login;

struct xf_logins {
    xf_sessions *sessions;
    uv_timer_t timer;
    xf_query query;
    xf_arena *arena;            /* the question's parameters */
    login list[XF_LOGINS_MOST]; /* first those that are gone and were used */
    size_t n;
    size_t skip; /* connections that were asked for since the list of them began */
    bool asking;
    bool closing;
    bool closed; /* the timer is */
    xf_code last_code;
};

static void
free_if_over(xf_logins *logins)
{
    if (!logins->closed || logins->asking)
        return;
    xf_arena_free(&logins->arena);
    free(logins);
}

/* ---- The question ------------------------------------------------------------------- */

static void
add(xf_logins *logins, int32_t bureau, const uint8_t *token_sha, bool used, int64_t seat)
{
    login *place = &logins->list[logins->n++];

    place->bureau = bureau;
    place->used = used;
    place->seat = seat;
    memcpy(place->token_sha, token_sha, sizeof place->token_sha);
}

/* Behind those that were asked for last time; after the last of them it begins anew. */
static void
gather(xf_logins *logins)
{
    const xf_session *first = logins->sessions->first;
    size_t place = 0;

    for (const xf_session *at = first; at != NULL; at = xf_session_next(at), place++) {
        const uint8_t *token_sha = NULL;
        bool used = false;

        if (place < logins->skip || !xf_session_login(at, &token_sha, &used))
            continue;
        if (logins->n == XF_LOGINS_MOST) {
            logins->skip = place;
            return;
        }
        add(logins, xf_session_bureau(at), token_sha, used, xf_session_seat(at));
    }
    logins->skip = 0;
}

static xf_pack_item
item_of(const login *one, int param)
{
    switch (param) {
    case BUREAUS: return (xf_pack_item){.number = one->bureau};
    case TOKENS: return (xf_pack_item){.bytes = one->token_sha, .n = sizeof one->token_sha};
    case SEATS: return (xf_pack_item){.null = one->seat == XF_SEAT_UNKNOWN, .number = one->seat};
    default: return (xf_pack_item){.number = one->used};
    }
}

static xf_code
pack_all(xf_logins *logins, const char **values, int *lengths)
{
    static const xf_sql_type types[] = {[BUREAUS] = XF_SQL_INT4,
                                        [TOKENS] = XF_SQL_BYTEA,
                                        [USED] = XF_SQL_BOOL,
                                        [SEATS] = XF_SQL_INT8};
    const xf_pack_item now = {.number = xf_now_ms()};
    xf_pack pack = {.arena = logins->arena};
    xf_code code = XF_CODE_OK;

    for (int param = BUREAUS; param <= SEATS; param++) {
        XF_TRY(xf_pack_begin(&pack, types[param], logins->n));
        for (size_t i = 0; i < logins->n; i++)
            XF_TRY(xf_pack_element(&pack, types[param], item_of(&logins->list[i], param)));
        xf_pack_end(&pack, &values[param], &lengths[param]);
    }
    XF_TRY(xf_pack_scalar(&pack, XF_SQL_TIMESTAMPTZ, now, &values[NOW], &lengths[NOW]));
out:
    return code;
}

static void on_answer(xf_query *query);

static xf_code
ask(xf_logins *logins, xf_error *reterr)
{
    const xf_statement *statement = xf_statement_find("login.seen");
    const char **values = NULL;
    int *lengths = NULL;
    xf_code code = XF_CODE_OK;

    assert(statement != NULL && statement->n_params == PARAMS);
    xf_arena_free(&logins->arena);
    logins->arena = xf_arena_new();
    values = xf_arena_take(logins->arena, PARAMS * sizeof *values);
    lengths = xf_arena_take(logins->arena, PARAMS * sizeof *lengths);
    assert(values != NULL && lengths != NULL); /* a new arena has room for them */
    if (pack_all(logins, values, lengths) != XF_CODE_OK)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    logins->query = (xf_query){.statement = statement,
                               .values = values,
                               .lengths = lengths,
                               .done = on_answer,
                               .data = logins};
    XF_TRY(xf_reader_run(logins->sessions->room->reader, &logins->query, reterr));
    logins->asking = true;
    logins->sessions->room->running++; /* a worker that stops waits for it */
out:
    return code;
}

/* ---- The answer --------------------------------------------------------------------- */

static void
note(xf_logins *logins, const xf_error *error)
{
    if (error->code != logins->last_code && error->code != XF_CODE_OK)
        XF_WARN("logins.failed", XF_CODE(error->code), XF_BORN(error));
    logins->last_code = error->code;
}

static void
end_login(const xf_logins *logins, const uint8_t *token_sha)
{
    for (xf_session *at = logins->sessions->first; at != NULL; at = xf_session_next(at)) {
        const uint8_t *own = NULL;
        bool used = false;

        if (!xf_session_login(at, &own, &used) || memcmp(own, token_sha, XF_LOGINS_SHA) != 0)
            continue;
        XF_INFO("session.login_ended", XF_ID(bureau, xf_session_bureau(at)),
                XF_ID(officer, xf_session_who(at)->actor.officer));
        xf_session_dismiss(at, XF_CODE_UNAUTHENTICATED, XF_TEXT_LOGIN_ENDED);
    }
}

static void
take_rows(const xf_logins *logins, const xf_query *query)
{
    int column = xf_query_column(query, "token");

    for (size_t row = 0; column >= 0 && row < xf_query_rows(query); row++) {
        size_t n = 0;
        const uint8_t *token_sha = xf_query_value(query, row, column, &n);

        if (n == XF_LOGINS_SHA)
            end_login(logins, token_sha);
    }
}

static void
on_answer(xf_query *query)
{
    xf_logins *logins = query->data;

    logins->asking = false;
    logins->sessions->room->running--;
    if (!logins->closing) {
        note(logins, &query->error);
        if (query->error.code == XF_CODE_OK)
            take_rows(logins, query);
    }
    xf_query_clear(query);
    free_if_over(logins);
}

static void
on_timer(uv_timer_t *timer)
{
    xf_logins *logins = timer->data;
    xf_error error = {.code = XF_CODE_OK};

    if (logins->asking)
        return;
    gather(logins);
    if (logins->n > 0 && ask(logins, &error) != XF_CODE_OK)
        note(logins, &error);
    logins->n = 0;
}

/* ---- For sessions ------------------------------------------------------------------- */

void
xf_logins_used(xf_logins *logins, int32_t bureau, const uint8_t token_sha[XF_LOGINS_SHA])
{
    if (!logins->closing && logins->n < XF_LOGINS_MOST / 2)
        add(logins, bureau, token_sha, true, XF_SEAT_UNKNOWN);
}

xf_logins *
xf_logins_new(xf_sessions *sessions)
{
    xf_logins *logins = xf_memory_new(sizeof *logins);
    uint64_t every_ms = xf_limit_get(XF_LIMIT_STANDING_MS);

    logins->sessions = sessions;
    logins->timer.data = logins;
    (void)uv_timer_init(sessions->room->loop, &logins->timer); /* never fails */
    (void)uv_timer_start(&logins->timer, on_timer, every_ms, every_ms);
    return logins;
}

static void
on_closed(uv_handle_t *timer)
{
    xf_logins *logins = timer->data;

    logins->closed = true;
    free_if_over(logins);
}

void
xf_logins_close(xf_logins **logins)
{
    xf_logins *gone = *logins;

    if (gone == NULL)
        return;
    *logins = NULL;
    gone->closing = true;
    uv_close((uv_handle_t *)&gone->timer, on_closed);
}
