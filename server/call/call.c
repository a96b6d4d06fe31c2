/* call/call — the one list of steps, and the walk along it. */
#include "call/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/metric.h"
#include "call/room.h"
#include "call/step.h"

static xf_step *const steps[] = {
    xf_admit, xf_parse, xf_read_row, xf_check, xf_password_step, xf_bind, xf_query_step, xf_reply,
};

/* ---- The endings -------------------------------------------------------------------- */

static xf_ended
end(xf_call *call, enum xf_call_way way)
{
    call->way = way;
    call->endings++;
    return (xf_ended){call->ticket};
}

xf_ended
xf_call_next(xf_call *call)
{
    return end(call, XF_WAY_NEXT);
}

xf_ended
xf_call_wait(xf_call *call)
{
    return end(call, XF_WAY_WAIT);
}

xf_ended
xf_call_refuse(xf_call *call, xf_code code)
{
    assert(code != XF_CODE_OK && call->error.code == code);
    (void)code; /* without assertions */
    return end(call, XF_WAY_REFUSE);
}

xf_ended
xf_call_reply(xf_call *call)
{
    assert(call->reply != NULL);
    return end(call, XF_WAY_REPLY);
}

/* ---- The walk ----------------------------------------------------------------------- */

/* To whoever started it: on_done of session/requests.c, answered of session/push.c, or on_done of
 * job/round.c. */
static void
tell_done(xf_call *call)
{
    call->room->running--;
    xf_metric_answered(call->entry->method->rpc, call->error.code,
                       xf_now_steady_us() - call->begun_us);
    call->done(call, call->data);
}

static void
free_timer(uv_handle_t *timer)
{
    free(timer);
}

static void
on_later(uv_timer_t *timer)
{
    xf_call *call = timer->data;

    call->later = NULL;
    uv_close((uv_handle_t *)timer, free_timer);
    tell_done(call);
}

/* `done` never comes inside xf_call_start: it waits for the loop's next turn. */
static void
tell_later(xf_call *call)
{
    call->later = xf_memory_new(sizeof *call->later);
    call->later->data = call;
    (void)uv_timer_init(call->room->loop, call->later);
    (void)uv_timer_start(call->later, on_later, 0, 0);
}

/* Runs one step and holds it to its word: one ending, and not a forged one. */
static enum xf_call_way
run_step(xf_call *call)
{
    xf_ended ended;

    call->endings = 0;
    call->way = XF_WAY_NONE;
    call->ticket += 2; /* odd from the start: never 0 */
    ended = steps[call->step](call);
    assert(ended.ticket == call->ticket && call->endings == 1);
    if (ended.ticket != call->ticket || call->endings != 1)
        abort();
    return call->way;
}

static void
walk(xf_call *call)
{
    enum xf_call_way way = XF_WAY_NEXT;

    while (way == XF_WAY_NEXT) {
        way = run_step(call);
        if (way == XF_WAY_NEXT) {
            call->step++;
            call->woken = false;
        }
    }
    if (way == XF_WAY_WAIT)
        return;
    if (call->starting) {
        tell_later(call);
    } else {
        tell_done(call);
    }
}

void
xf_call_resume(xf_call *call)
{
    call->woken = true;
    call->waits = NULL;
    walk(call);
}

/* Both kinds of query have one door each to the database. */
static bool
withdraw(const xf_call *call)
{
    if (call->waits == &call->query && call->entry->method->mode == XF_CHANGES)
        return xf_writer_withdraw(call->room->writer, call->waits);
    return xf_reader_withdraw(call->room->reader, call->waits);
}

void
xf_call_cancel(xf_call *call)
{
    call->cancelled = true;
    if (call->waits == NULL || !withdraw(call))
        return;
    call->waits->error.code =
        XF_FAIL(&call->waits->error, XF_CODE_CANCELLED, XF_TEXT_CANCELLED, "");
    xf_call_resume(call);
}

/* ---- Coming and going --------------------------------------------------------------- */

_Static_assert(offsetof(xf_call, law) + sizeof(xf_law) == sizeof(xf_call), "what is zeroed");

xf_call *
xf_call_new(xf_room *room, const xf_method_row *entry, const uint8_t *body, size_t body_len)
{
    xf_call *call = xf_memory_grow(NULL, sizeof *call);

    memset(call, 0, offsetof(xf_call, law)); /* why not all, law.h says */
    call->law.n = 0;
    call->room = room;
    call->entry = entry;
    call->ticket = 1;
    call->arena = xf_arena_new();
    call->body_len = body_len;
    if (body_len > 0) {
        uint8_t *copy = xf_arena_take(call->arena, body_len);

        if (copy != NULL)
            memcpy(copy, body, body_len);
        call->body = copy; /* NULL past the ceiling: parse says LIMIT */
    }
    return call;
}

void
xf_call_start(xf_call *call)
{
    call->room->running++;
    call->begun_us = xf_now_steady_us();
    call->starting = true;
    walk(call);
    call->starting = false;
}

void
xf_call_free(xf_call **call)
{
    xf_call *gone = *call;

    if (gone == NULL)
        return;
    assert(gone->later == NULL);
    if (gone->entry->method->secret && gone->body != NULL)
        explicit_bzero((void *)(uintptr_t)gone->body, gone->body_len);
    if (gone->password != NULL)
        explicit_bzero((void *)(uintptr_t)gone->password, strlen(gone->password));
    xf_query_clear(&gone->row);
    xf_query_clear(&gone->query);
    xf_arena_free(&gone->arena);
    xf_seal_key_clear(&gone->seal_key);
    free(gone);
    *call = NULL;
}
