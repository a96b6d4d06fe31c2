/* job/freeze — one query for the list, then one call at a time. */
#include "job/freeze.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "figures.pb-c.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "call/call.h"
#include "db/query.h"
#include "db/reader.h"
#include "wire/message.h"

enum { OP_ID = 16, BUREAUS = 10000, ARRAY_HEAD = 20, ARRAY_ITEM = 8 };

struct xf_freeze {
    xf_room *room;
    xf_query list;
    int32_t *bureaus; /* NULL: no round is under way, or its list is being read */
    size_t n;
    size_t at;
    bool under_way;
    bool stopped;
    xf_code last_code; /* logged once a change */
};

static void next_bureau(xf_freeze *freeze);

xf_freeze *
xf_freeze_new(xf_room *room)
{
    xf_freeze *freeze = xf_memory_new(sizeof *freeze);

    freeze->room = room;
    return freeze;
}

static void
end_round(xf_freeze *freeze)
{
    free(freeze->bureaus);
    freeze->bureaus = NULL;
    freeze->n = 0;
    freeze->at = 0;
    freeze->under_way = false;
}

static void
note(xf_freeze *freeze, int32_t bureau, const xf_error *error)
{
    if (error->code != freeze->last_code) {
        if (error->code == XF_CODE_OK) {
            XF_INFO("freeze.well_again", XF_ID(bureau, bureau));
        } else {
            XF_WARN("freeze.failed", XF_ID(bureau, bureau), XF_CODE(error->code), XF_BORN(error));
        }
    }
    freeze->last_code = error->code;
}

static uint32_t
big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* int4[] as PostgreSQL sends it: dimensions, has-null, type, length, lower bound, then each
 * with its own length. False: it is none, or holds NULL. An empty one has no dimension. */
static bool
read_bureaus(xf_freeze *freeze, const uint8_t *bytes, size_t len)
{
    uint32_t n = 0;

    if (len >= 12 && big_endian(bytes) == 0)
        return true;
    if (len < ARRAY_HEAD || big_endian(bytes) != 1)
        return false;
    n = big_endian(bytes + 12);
    if (n > BUREAUS || len != ARRAY_HEAD + (size_t)n * ARRAY_ITEM)
        return false;
    freeze->bureaus = xf_memory_new(n * sizeof *freeze->bureaus);
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *item = bytes + ARRAY_HEAD + (size_t)i * ARRAY_ITEM;

        if (big_endian(item) != sizeof(int32_t))
            return false;
        freeze->bureaus[i] = (int32_t)big_endian(item + 4);
    }
    freeze->n = n;
    return true;
}

static void
on_list(xf_query *query)
{
    xf_freeze *freeze = query->data;
    xf_error error = query->error;
    size_t len = 0;
    const uint8_t *bytes = NULL;
    int column = -1;

    if (error.code == XF_CODE_OK) {
        column = xf_query_rows(query) == 1 ? xf_query_column(query, "bureau_id") : -1;
        if (column >= 0)
            bytes = xf_query_value(query, 0, column, &len);
        if (bytes != NULL && !xf_query_null(query, 0, column) && !read_bureaus(freeze, bytes, len))
            (void)XF_FAIL(&error, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "bureau_id");
    }
    xf_query_clear(query);
    if (error.code != XF_CODE_OK) {
        note(freeze, 0, &error);
        end_round(freeze);
        return;
    }
    next_bureau(freeze);
}

void
xf_freeze_start(xf_freeze *freeze)
{
    xf_error error = {0};

    if (freeze->under_way || freeze->stopped)
        return;
    freeze->list = (xf_query){
        .statement = xf_statement_find("job.bureaus"),
        .done = on_list,
        .data = freeze,
    };
    assert(freeze->list.statement != NULL);
    freeze->under_way = true;
    if (xf_reader_run(freeze->room->reader, &freeze->list, &error) != XF_CODE_OK) {
        note(freeze, 0, &error);
        end_round(freeze);
    }
}

static void
on_done(xf_call *call, void *data)
{
    xf_freeze *freeze = data;
    int32_t months = 0;
    int32_t bureau = freeze->bureaus[freeze->at];

    note(freeze, bureau, &call->error);
    if (call->error.code == XF_CODE_OK) {
        months = ((const Xf__FiguresFreezeReply *)(const void *)call->reply)->months;
        if (months > 0)
            XF_INFO("freeze.done", XF_ID(bureau, bureau), XF_COUNT(months, months));
    }
    xf_call_free(&call);
    freeze->at++;
    next_bureau(freeze);
}

/* A fresh version 4 UUID: each round is an operation of its own. */
static xf_code
make_op_id(uint8_t op_id[OP_ID], xf_error *reterr)
{
    if (getrandom(op_id, OP_ID, 0) != OP_ID)
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    op_id[6] = (uint8_t)((op_id[6] & 0x0f) | 0x40);
    op_id[8] = (uint8_t)((op_id[8] & 0x3f) | 0x80);
    return XF_CODE_OK;
}

static xf_code
start_call(xf_freeze *freeze, xf_error *reterr)
{
    const xf_method_row *entry = xf_method_find(XF_RPC_FIGURES_FREEZE);
    Xf__FiguresFreezeRequest request = XF__FIGURES_FREEZE_REQUEST__INIT;
    uint8_t op_id[OP_ID];
    xf_call *call = NULL;
    xf_code code = XF_CODE_OK;
    xf_buf body;

    assert(entry != NULL);
    xf_buf_init(&body, XF_LIMIT_FRAME);
    XF_TRY(make_op_id(op_id, reterr));
    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    XF_TRY(xf_message_pack(&request.base, &body, reterr));
    call = xf_call_new(freeze->room, entry, xf_buf_at(&body), xf_buf_readable(&body));
    call->actor = (xf_actor){
        .bureau = freeze->bureaus[freeze->at],
        .roles = XF_MAY_TIMER,
    };
    call->done = on_done;
    call->data = freeze;
    xf_call_start(call);
out:
    xf_buf_clear(&body);
    return code;
}

static void
next_bureau(xf_freeze *freeze)
{
    xf_error error = {0};

    if (freeze->stopped || freeze->at >= freeze->n) {
        end_round(freeze);
    } else if (start_call(freeze, &error) != XF_CODE_OK) {
        note(freeze, freeze->bureaus[freeze->at], &error);
        end_round(freeze);
    }
}

void
xf_freeze_stop(xf_freeze *freeze)
{
    freeze->stopped = true;
}

bool
xf_freeze_idle(const xf_freeze *freeze)
{
    return !freeze->under_way;
}

void
xf_freeze_free(xf_freeze **freeze)
{
    if (*freeze == NULL)
        return;
    assert(!(*freeze)->under_way);
    free(*freeze);
    *freeze = NULL;
}
