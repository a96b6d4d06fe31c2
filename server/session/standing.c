/* session/standing — a timer, one question at a time, and who is meant by the answer. */
#include "session/standing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <endian.h>

#include "base/arena.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "call/pack.h"
#include "db/reader.h"
#include "session/session.h"

enum {
    NEWS_MS = 250, /* any command of the bureau is news: many of them are one question */
    FINGERPRINT = 32,
    PARAMS = 2,
};

/* A bureau in the question. */
typedef struct asked {
    int32_t bureau;
    int64_t seat; /* XF_SEAT_UNKNOWN: of nobody anything is known */
} asked;

struct xf_standing {
    xf_sessions *sessions;
    uv_timer_t timer;
    xf_query query;
    xf_arena *arena; /* the question's parameters */
    asked *bureaus;  /* sorted; of the question that is under way */
    size_t n;
    bool asking;
    bool again; /* news came meanwhile */
    bool closing;
    bool closed;    /* the timer is */
    int64_t due_ms; /* steady: when the timer fires */
    xf_code last_code;
};

static void on_timer(uv_timer_t *timer);

static void
set_timer(xf_standing *standing, int64_t in_ms)
{
    standing->due_ms = xf_now_steady_ms() + in_ms;
    (void)uv_timer_start(&standing->timer, on_timer, (uint64_t)in_ms, 0);
}

static void
free_if_over(xf_standing *standing)
{
    if (!standing->closed || standing->asking)
        return;
    xf_arena_free(&standing->arena);
    free(standing->bureaus);
    free(standing);
}

/* ---- The question ------------------------------------------------------------------- */

/* Where the bureau is in the list, or where it belongs. */
static size_t
find_place(const xf_standing *standing, int32_t bureau)
{
    size_t low = 0;
    size_t high = standing->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (standing->bureaus[middle].bureau < bureau) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void
add(xf_standing *standing, int32_t bureau, int64_t seat)
{
    size_t at = find_place(standing, bureau);
    asked *place = NULL;

    if (at == standing->n || standing->bureaus[at].bureau != bureau) {
        standing->bureaus =
            xf_memory_grow(standing->bureaus, (standing->n + 1) * sizeof *standing->bureaus);
        place = &standing->bureaus[at];
        memmove(place + 1, place, (standing->n - at) * sizeof *place);
        standing->n++;
        *place = (asked){bureau, seat};
        return;
    }
    place = &standing->bureaus[at];
    if (place->seat == XF_SEAT_UNKNOWN || (seat != XF_SEAT_UNKNOWN && seat < place->seat))
        place->seat = seat;
}

/* Each bureau once, with the smallest place that one of its sessions was judged at. */
static void
gather(xf_standing *standing)
{
    standing->n = 0;
    for (const xf_session *at = standing->sessions->first; at != NULL; at = xf_session_next(at)) {
        if (xf_session_bureau(at) != 0)
            add(standing, xf_session_bureau(at), xf_session_seat(at));
    }
}

static xf_code
pack_list(const xf_standing *standing, xf_pack *pack, bool seats, const char **ret_value,
          int *ret_length)
{
    const xf_sql_type type = seats ? XF_SQL_INT8 : XF_SQL_INT4;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_pack_begin(pack, type, standing->n));
    for (size_t i = 0; i < standing->n; i++) {
        const asked *one = &standing->bureaus[i];
        const xf_pack_item item = {.null = seats && one->seat == XF_SEAT_UNKNOWN,
                                   .number = seats ? one->seat : one->bureau};

        XF_TRY(xf_pack_element(pack, type, item));
    }
    xf_pack_end(pack, ret_value, ret_length);
out:
    return code;
}

static void on_answer(xf_query *query);

static xf_code
ask_cuts(xf_standing *standing, xf_error *reterr)
{
    const char **values = NULL;
    int *lengths = NULL;
    xf_pack pack = {0};
    xf_code code = XF_CODE_OK;

    xf_arena_free(&standing->arena);
    standing->arena = xf_arena_new();
    pack.arena = standing->arena;
    values = xf_arena_take(standing->arena, PARAMS * sizeof *values);
    lengths = xf_arena_take(standing->arena, PARAMS * sizeof *lengths);
    assert(values != NULL && lengths != NULL); /* a new arena has room for them */
    XF_TRY(pack_list(standing, &pack, false, &values[0], &lengths[0]));
    XF_TRY(pack_list(standing, &pack, true, &values[1], &lengths[1]));
    standing->query = (xf_query){.statement = xf_statement_find("standing.cuts"),
                                 .values = values,
                                 .lengths = lengths,
                                 .done = on_answer,
                                 .data = standing};
    assert(standing->query.statement != NULL && standing->query.statement->n_params == PARAMS);
    XF_TRY(xf_reader_run(standing->sessions->room->reader, &standing->query, reterr));
    standing->asking = true;
    standing->again = false;
    standing->sessions->room->running++; /* a worker that stops waits for it */
out:
    return code;
}

/* ---- The answer --------------------------------------------------------------------- */

static const uint8_t *
value(const xf_query *query, size_t row, const char *column, size_t length)
{
    int at = xf_query_column(query, column);
    size_t n = 0;
    const uint8_t *bytes = NULL;

    if (at < 0)
        return NULL;
    bytes = xf_query_value(query, row, at, &n);
    return n == length ? bytes : NULL;
}

static int32_t
small(const xf_query *query, size_t row, const char *column)
{
    const uint8_t *bytes = value(query, row, column, sizeof(int32_t));
    uint32_t big = 0;

    if (bytes != NULL)
        memcpy(&big, bytes, sizeof big);
    return (int32_t)be32toh(big);
}

static int64_t
large(const xf_query *query, size_t row, const char *column)
{
    const uint8_t *bytes = value(query, row, column, sizeof(int64_t));
    uint64_t big = 0;

    if (bytes == NULL)
        return XF_SEAT_UNKNOWN;
    memcpy(&big, bytes, sizeof big);
    return (int64_t)be64toh(big);
}

/* Who logged in after it was judged with it, and he may stay where he did it himself. */
static bool
is_meant(const xf_session *session, const xf_cut *cut)
{
    const xf_asker *who = xf_session_who(session);

    if (who == NULL || cut->bureau != who->actor.bureau)
        return false;
    if (cut->device != NULL)
        return memcmp(cut->device, who->device, sizeof who->device) == 0;
    return who->actor.officer == cut->officer && xf_session_seat(session) < cut->seat &&
           (cut->spare == NULL || memcmp(cut->spare, who->device, sizeof who->device) != 0);
}

static void
cut_off(const xf_standing *standing, const xf_cut *cut)
{
    const xf_text text = cut->device != NULL ? XF_TEXT_DEVICE_REVOKED : XF_TEXT_CUT_OFF;

    for (xf_session *at = standing->sessions->first; at != NULL; at = xf_session_next(at)) {
        if (!is_meant(at, cut))
            continue;
        XF_INFO("session.cut_off", XF_ID(bureau, cut->bureau),
                XF_ID(officer, xf_session_who(at)->actor.officer));
        xf_session_dismiss(at, XF_CODE_UNAUTHENTICATED, text);
    }
}

/* Whoever was among those that the question asked for is known to be good up to there. */
static void
judged(const xf_standing *standing, int32_t bureau, int64_t upto)
{
    size_t place = find_place(standing, bureau);

    if (place == standing->n || standing->bureaus[place].bureau != bureau)
        return;
    for (xf_session *at = standing->sessions->first; at != NULL; at = xf_session_next(at)) {
        if (xf_session_bureau(at) == bureau)
            xf_session_judged(at, standing->bureaus[place].seat, upto);
    }
}

static void
take_rows(const xf_standing *standing, const xf_query *query)
{
    for (size_t row = 0; row < xf_query_rows(query); row++) {
        const xf_cut cut = {.bureau = small(query, row, "bureau"),
                            .seat = large(query, row, "seat"),
                            .officer = small(query, row, "officer"),
                            .device = value(query, row, "device", FINGERPRINT),
                            .spare = value(query, row, "spare", FINGERPRINT)};

        if (cut.seat != XF_SEAT_UNKNOWN)
            cut_off(standing, &cut);
    }
    /* Only then: a bureau's rows stand behind each other, and all say how far. */
    for (size_t row = 0; row < xf_query_rows(query); row++) {
        const int32_t bureau = small(query, row, "bureau");

        if (row == 0 || small(query, row - 1, "bureau") != bureau)
            judged(standing, bureau, large(query, row, "upto"));
    }
}

static void
note(xf_standing *standing, const xf_error *error)
{
    if (error->code != standing->last_code && error->code != XF_CODE_OK)
        XF_WARN("standing.failed", XF_CODE(error->code), XF_BORN(error));
    standing->last_code = error->code;
}

static void
on_answer(xf_query *query)
{
    xf_standing *standing = query->data;
    const xf_error error = query->error;

    standing->asking = false;
    standing->sessions->room->running--;
    if (!standing->closing) {
        note(standing, &error);
        if (error.code == XF_CODE_OK)
            take_rows(standing, query);
        set_timer(standing,
                  standing->again ? NEWS_MS : (int64_t)xf_limit_get(XF_LIMIT_STANDING_MS));
    }
    xf_query_clear(query);
    free_if_over(standing);
}

/* ---- Time and news ------------------------------------------------------------------ */

static void
on_timer(uv_timer_t *timer)
{
    xf_standing *standing = timer->data;
    xf_error error = {.code = XF_CODE_OK};

    if (standing->asking)
        return; /* its answer sets the timer */
    gather(standing);
    if (standing->n == 0 || ask_cuts(standing, &error) != XF_CODE_OK) {
        note(standing, &error);
        set_timer(standing, (int64_t)xf_limit_get(XF_LIMIT_STANDING_MS));
    }
}

static bool
has(const xf_standing *standing, int32_t bureau)
{
    for (const xf_session *at = standing->sessions->first; at != NULL; at = xf_session_next(at)) {
        if (bureau == 0 || xf_session_bureau(at) == bureau)
            return true;
    }
    return false;
}

void
xf_standing_news(xf_standing *standing, int32_t bureau)
{
    if (standing->closing || !has(standing, bureau))
        return;
    if (standing->asking) {
        standing->again = true;
    } else if (standing->due_ms > xf_now_steady_ms() + NEWS_MS) {
        set_timer(standing, NEWS_MS);
    }
}

xf_standing *
xf_standing_new(xf_sessions *sessions)
{
    xf_standing *standing = xf_memory_new(sizeof *standing);

    standing->sessions = sessions;
    standing->timer.data = standing;
    (void)uv_timer_init(sessions->room->loop, &standing->timer); /* never fails */
    set_timer(standing, (int64_t)xf_limit_get(XF_LIMIT_STANDING_MS));
    return standing;
}

static void
on_closed(uv_handle_t *timer)
{
    xf_standing *standing = timer->data;

    standing->closed = true;
    free_if_over(standing);
}

void
xf_standing_close(xf_standing **standing)
{
    xf_standing *gone = *standing;

    if (gone == NULL)
        return;
    *standing = NULL;
    gone->closing = true;
    uv_close((uv_handle_t *)&gone->timer, on_closed);
}
