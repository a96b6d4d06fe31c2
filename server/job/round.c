/* job/round — one query for the list, then one call at a time. */
#include "job/round.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "call/call.h"
#include "db/query.h"
#include "db/reader.h"
#include "wire/message.h"

enum { OP_ID = 16, BUREAUS = 10000, ARRAY_HEAD = 20, ARRAY_ITEM = 8 };

struct xf_round {
    xf_room *room;
    const xf_job *const *jobs;
    size_t n_jobs;
    xf_code last_codes[XF_ROUND_JOBS]; /* each is logged once a change */
    xf_code last_code;                 /* of reading the list */
    xf_query list;
    int32_t *bureaus; /* NULL: no round is under way, or its list is being read */
    size_t n;
    size_t at;    /* which bureau */
    size_t job;   /* which of its jobs */
    size_t calls; /* that this job had */
    bool under_way;
    bool stopped;
};

static void next_call(xf_round *round);

xf_round *
xf_round_new(xf_room *room, const xf_job *const *jobs, size_t n)
{
    xf_round *round = xf_memory_new(sizeof *round);

    assert(n > 0 && n <= XF_ROUND_JOBS);
    round->room = room;
    round->jobs = jobs;
    round->n_jobs = n;
    return round;
}

static void
end_round(xf_round *round)
{
    free(round->bureaus);
    round->bureaus = NULL;
    round->n = round->at = round->job = round->calls = 0;
    round->under_way = false;
}

static void
note(xf_code *last, const char *job, int32_t bureau, const xf_error *error)
{
    if (error->code != *last) {
        if (error->code == XF_CODE_OK) {
            XF_INFO("job.well_again", XF_WORD(job, job), XF_ID(bureau, bureau));
        } else {
            XF_WARN("job.failed", XF_WORD(job, job), XF_ID(bureau, bureau), XF_CODE(error->code),
                    XF_BORN(error));
        }
    }
    *last = error->code;
}

/* ---- Which bureaus --------------------------------------------------------------------------- */

static uint32_t
big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* int4[] as PostgreSQL sends it: dimensions, has-null, type, length, lower bound, then each
 * with its own length. False: it is none, or holds NULL. An empty one has no dimension. */
static bool
read_bureaus(xf_round *round, const uint8_t *bytes, size_t len)
{
    uint32_t n = 0;

    if (len >= 12 && big_endian(bytes) == 0)
        return true;
    if (len < ARRAY_HEAD || big_endian(bytes) != 1)
        return false;
    n = big_endian(bytes + 12);
    if (n > BUREAUS || len != ARRAY_HEAD + (size_t)n * ARRAY_ITEM)
        return false;
    round->bureaus = xf_memory_new(n * sizeof *round->bureaus);
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *item = bytes + ARRAY_HEAD + (size_t)i * ARRAY_ITEM;

        if (big_endian(item) != sizeof(int32_t))
            return false;
        round->bureaus[i] = (int32_t)big_endian(item + 4);
    }
    round->n = n;
    return true;
}

static void
on_list(xf_query *query)
{
    xf_round *round = query->data;
    xf_error error = query->error;
    size_t len = 0;
    const uint8_t *bytes = NULL;
    int column = -1;

    if (error.code == XF_CODE_OK) {
        column = xf_query_rows(query) == 1 ? xf_query_column(query, "bureau_id") : -1;
        if (column >= 0)
            bytes = xf_query_value(query, 0, column, &len);
        if (bytes != NULL && !read_bureaus(round, bytes, len))
            (void)XF_FAIL(&error, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "bureau_id");
    }
    xf_query_clear(query);
    note(&round->last_code, "bureaus", 0, &error);
    if (error.code != XF_CODE_OK) {
        end_round(round);
        return;
    }
    next_call(round);
}

void
xf_round_start(xf_round *round)
{
    xf_error error = {0};

    if (round->under_way || round->stopped)
        return;
    round->list = (xf_query){
        .statement = xf_statement_find("job.bureaus"),
        .done = on_list,
        .data = round,
    };
    assert(round->list.statement != NULL);
    round->under_way = true;
    if (xf_reader_run(round->room->reader, &round->list, &error) != XF_CODE_OK) {
        note(&round->last_code, "bureaus", 0, &error);
        end_round(round);
    }
}

/* ---- One call -------------------------------------------------------------------------------- */

/* The next bureau's first job after the last one's last. */
static void
next_job(xf_round *round)
{
    round->calls = 0;
    round->job++;
    if (round->job == round->n_jobs) {
        round->job = 0;
        round->at++;
    }
}

static void
on_done(xf_call *call, void *data)
{
    xf_round *round = data;
    const xf_job *job = round->jobs[round->job];
    const int32_t bureau = round->bureaus[round->at];
    int32_t count = 0;
    bool left = false;

    note(&round->last_codes[round->job], job->name, bureau, &call->error);
    if (call->error.code == XF_CODE_OK) {
        left = job->left(call->reply, &count) && ++round->calls < XF_ROUND_CALLS;
        if (count > 0) {
            XF_INFO("job.done", XF_WORD(job, job->name), XF_ID(bureau, bureau),
                    XF_COUNT(count, count));
        }
    }
    xf_call_free(&call);
    if (!left)
        next_job(round);
    next_call(round);
}

/* A fresh version 4 UUID: each call is an operation of its own. */
static xf_code
make_op_id(uint8_t op_id[OP_ID], xf_error *reterr)
{
    if (getrandom(op_id, OP_ID, 0) != OP_ID)
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    op_id[6] = (uint8_t)((op_id[6] & 0x0f) | 0x40);
    op_id[8] = (uint8_t)((op_id[8] & 0x3f) | 0x80);
    return XF_CODE_OK;
}

/* Where the field's value stands, now said to be there; NULL: no such field. */
static void *
field(ProtobufCMessage *request, const char *name)
{
    const ProtobufCFieldDescriptor *at =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, name);
    char *base = (char *)request;

    if (at == NULL)
        return NULL;
    *(protobuf_c_boolean *)(void *)(base + at->quantifier_offset) = 1;
    return base + at->offset;
}

static xf_code
pack_request(xf_rpc rpc, xf_buf *body, xf_error *reterr)
{
    const ProtobufCMessageDescriptor *type = xf_rpc_find(rpc)->request;
    ProtobufCMessage *request = xf_memory_new(type->sizeof_message);
    uint8_t op_id[OP_ID];
    int32_t *most = NULL;
    xf_code code = XF_CODE_OK;

    protobuf_c_message_init(type, request);
    XF_TRY(make_op_id(op_id, reterr));
    *(ProtobufCBinaryData *)field(request, "op_id") = (ProtobufCBinaryData){OP_ID, op_id};
    most = field(request, "most");
    if (most != NULL)
        *most = (int32_t)xf_limit_get(XF_LIMIT_ROUND);
    XF_TRY(xf_message_pack(request, body, reterr));
out:
    free(request);
    return code;
}

static xf_code
start_call(xf_round *round, xf_error *reterr)
{
    const xf_job *job = round->jobs[round->job];
    xf_call *call = NULL;
    xf_code code = XF_CODE_OK;
    xf_buf body;

    xf_buf_init(&body, XF_LIMIT_FRAME);
    XF_TRY(pack_request(job->rpc, &body, reterr));
    call = xf_call_new(round->room, xf_method_find(job->rpc), xf_buf_at(&body),
                       xf_buf_readable(&body));
    call->actor = (xf_actor){
        .bureau = round->bureaus[round->at],
        .roles = XF_MAY_TIMER,
    };
    call->done = on_done;
    call->data = round;
    xf_call_start(call);
out:
    xf_buf_clear(&body);
    return code;
}

static void
next_call(xf_round *round)
{
    xf_error error = {0};

    if (round->stopped || round->at >= round->n) {
        end_round(round);
    } else if (start_call(round, &error) != XF_CODE_OK) {
        note(&round->last_codes[round->job], round->jobs[round->job]->name,
             round->bureaus[round->at], &error);
        end_round(round);
    }
}

/* ---- Coming and going ------------------------------------------------------------------------ */

void
xf_round_stop(xf_round *round)
{
    round->stopped = true;
}

bool
xf_round_idle(const xf_round *round)
{
    return !round->under_way;
}

void
xf_round_free(xf_round **round)
{
    if (*round == NULL)
        return;
    assert(!(*round)->under_way);
    free(*round);
    *round = NULL;
}
