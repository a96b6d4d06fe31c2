/* Taking a batch, judging what came of it. */
#include "db/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "db/rows.h"

enum {
    TOGETHER = -1,
    TRIES = 3,       /* of one that meets a deadlock or a locked row, alone */
    LOST_ALONE = 2,  /* one that lost so many connections runs without company */
    RETRY_MS = 1000, /* advice to the client */
};

struct xf_lane {
    const xf_lane_user *user;
    void *data;
    xf_queue *queue;
    xf_pipeline *pipeline;
    xf_pipeline_user pipeline_user;
    xf_query *batch[XF_PIPELINE_MOST];
    size_t n;
    int alone;    /* which of the batch runs by itself, or TOGETHER */
    int32_t held; /* the bureau whose head row was not to be had just now */
};

/* ---- Queue ---- */

void
xf_queue_push(xf_queue *queue, xf_query *query)
{
    query->next = NULL;
    if (queue->first == NULL) {
        queue->first = query;
    } else {
        queue->last->next = query;
    }
    queue->last = query;
    queue->n++;
}

void
xf_queue_push_front(xf_queue *queue, xf_query *query)
{
    query->next = queue->first;
    queue->first = query;
    if (queue->last == NULL)
        queue->last = query;
    queue->n++;
}

xf_query *
xf_queue_pop(xf_queue *queue)
{
    xf_query *query = queue->first;
    if (query == NULL)
        return NULL;
    queue->first = query->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->n--;
    query->next = NULL;
    return query;
}

bool
xf_queue_remove(xf_queue *queue, xf_query *query)
{
    xf_query *before = NULL;
    xf_query *at = queue->first;

    while (at != NULL && at != query) {
        before = at;
        at = at->next;
    }
    if (at == NULL)
        return false;
    if (before == NULL) {
        queue->first = query->next;
    } else {
        before->next = query->next;
    }
    if (queue->last == query)
        queue->last = before;
    queue->n--;
    query->next = NULL;
    return true;
}

/* ---- Answers ---- */

/* `done` is on_result of call/query.c, or the same of call/read_row.c. */
static void
answer_ok(xf_query *query)
{
    query->error = (xf_error){.code = XF_CODE_OK};
    query->done(query);
}

static void
refuse(xf_query *query, xf_code code, xf_text text)
{
    xf_error error = {.code = code};
    error.code = XF_FAIL(&error, code, text, "");
    if (xf_error_retryable(code))
        error.retry_after_ms = RETRY_MS;
    query->error = error;
    query->done(query);
}

void
xf_lane_expire(xf_query *query, bool behind_others)
{
    xf_limit_hit(XF_LIMIT_CALL_MS);
    if (behind_others && query->lost == 0) {
        refuse(query, XF_CODE_OVERLOADED, XF_TEXT_OVERLOADED);
    } else {
        refuse(query, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE);
    }
}

bool
xf_lane_late(const xf_query *query)
{
    return xf_now_steady_ms() - query->queued_ms > (int64_t)xf_limit_get(XF_LIMIT_CALL_MS);
}

/* What an error of PostgreSQL is to the caller, by class or code of SQLSTATE.
 * Whatever is not here is our mistake. */
typedef struct sqlstate_rule {
    const char *begins; /* with this; "" is every other */
    bool again;         /* passes by itself: try a few times */
    xf_code code;
    xf_text text;
} sqlstate_rule;

static const sqlstate_rule sqlstate_rules[] = {
    {"40001", true, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE}, /* serialization_failure */
    {"40P01", true, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE}, /* deadlock_detected */
    {"55P03", true, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE}, /* lock_not_available */
    {"57014", false, XF_CODE_DEADLINE, XF_TEXT_DEADLINE},      /* statement_timeout */
    {"53", false, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE},   /* disk full, no memory */
    {"58", false, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE},   /* input or output error */
    {"", false, XF_CODE_INTERNAL, XF_TEXT_INTERNAL},
};

/* Those that are a limit of ours. */
static void
count_hit(const char *sqlstate)
{
    if (strcmp(sqlstate, "57014") == 0)
        xf_limit_hit(XF_LIMIT_DB_STATEMENT_MS);
    if (strcmp(sqlstate, "55P03") == 0)
        xf_limit_hit(XF_LIMIT_DB_LOCK_MS);
}

static const sqlstate_rule *
rule_of(const char *sqlstate)
{
    const sqlstate_rule *rule = sqlstate_rules;
    while (strncmp(sqlstate, rule->begins, strlen(rule->begins)) != 0)
        rule++;
    return rule;
}

/* Never the message of the error: it may quote a row. */
static void
tell_log(const xf_query *query, const xf_pipeline_fault *fault)
{
    const char *where = fault->query != NULL ? "statement" : "transaction";
    if (fault->head_missing) {
        XF_ERROR("db.head_missing", XF_ID(bureau, query->actor.bureau),
                 XF_WORD(statement, query->statement->name));
    } else if (rule_of(fault->sqlstate)->again) {
        /* Somebody holds a row for long: no mistake of ours. */
        XF_WARN("db.held", XF_WORD(in, where), XF_WORD(statement, query->statement->name),
                XF_WORD(sqlstate, fault->sqlstate), XF_COUNT(tries, query->tries));
    } else {
        XF_ERROR("db.failed", XF_WORD(in, where), XF_WORD(statement, query->statement->name),
                 XF_WORD(sqlstate, fault->sqlstate), XF_COUNT(tries, query->tries));
    }
}

/* ---- Running ---- */

static void
batch_over(xf_lane *lane)
{
    lane->n = 0;
    lane->user->can_take(lane->data);
}

/* Those of the batch, from one on, that are not to run; the others close ranks. The caller
 * answers them. */
static size_t
leave_out(xf_lane *lane, size_t from, bool (*unfit)(const xf_lane *lane, const xf_query *query),
          xf_query *out[XF_PIPELINE_MOST])
{
    size_t n_out = 0;
    size_t kept = from;
    for (size_t i = from; i < lane->n; i++) {
        if (unfit(lane, lane->batch[i])) {
            out[n_out++] = lane->batch[i];
        } else {
            lane->batch[kept++] = lane->batch[i];
        }
    }
    lane->n = kept;
    return n_out;
}

static void
run_together(xf_lane *lane)
{
    if (lane->pipeline == NULL || lane->n == 0) {
        batch_over(lane);
    } else {
        xf_pipeline_run(lane->pipeline, lane->batch, lane->n);
    }
}

static void
run_alone(xf_lane *lane, size_t i)
{
    lane->alone = (int)i;
    xf_pipeline_run(lane->pipeline, &lane->batch[i], 1);
}

/* Whoever waited too long for those before it is not begun. */
static void
next_alone(xf_lane *lane, size_t i)
{
    while (i < lane->n && xf_lane_late(lane->batch[i]))
        xf_lane_expire(lane->batch[i++], true);
    if (lane->pipeline == NULL || i >= lane->n) {
        batch_over(lane);
    } else {
        run_alone(lane, i);
    }
}

static bool
is_apart(const xf_lane *lane, const xf_query *query)
{
    (void)lane;
    return xf_rows_wants_apart(query);
}

/* Nothing was done for them: the next batch has them in front, each as a statement of its own. */
static void
put_back_apart(xf_lane *lane)
{
    xf_query *out[XF_PIPELINE_MOST];
    for (size_t n_out = leave_out(lane, 0, is_apart, out); n_out > 0; n_out--) {
        xf_query *query = out[n_out - 1];
        xf_query_clear(query);
        query->apart = true;
        xf_queue_push_front(lane->queue, query);
    }
}

static void
committed(xf_lane *lane)
{
    if (lane->alone != TOGETHER) {
        size_t i = (size_t)lane->alone;
        answer_ok(lane->batch[i]);
        next_alone(lane, i + 1);
        return;
    }
    put_back_apart(lane);
    for (size_t i = 0; i < lane->n; i++)
        answer_ok(lane->batch[i]);
    batch_over(lane);
}

static bool
is_held_or_late(const xf_lane *lane, const xf_query *query)
{
    return query->actor.bureau == lane->held || xf_lane_late(query);
}

/* Somebody else's doing, and nobody knows for how long: all of that bureau are told so now,
 * for each would wait in vain, and the others with it. */
static void
head_held(xf_lane *lane, int32_t bureau)
{
    size_t from = lane->alone == TOGETHER ? 0 : (size_t)lane->alone;
    xf_query *out[XF_PIPELINE_MOST];
    lane->held = bureau;
    size_t n_out = leave_out(lane, from, is_held_or_late, out);
    XF_WARN("db.head_held", XF_ID(bureau, bureau), XF_COUNT(queries, n_out));
    for (size_t i = 0; i < n_out; i++) {
        if (out[i]->actor.bureau == bureau) {
            refuse(out[i], XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE);
        } else {
            xf_lane_expire(out[i], true);
        }
    }
    if (lane->alone == TOGETHER) {
        run_together(lane);
    } else {
        next_alone(lane, from);
    }
}

static void
rolled_back(xf_lane *lane, const xf_pipeline_fault *fault)
{
    count_hit(fault->sqlstate);
    if (fault->head_held) {
        head_held(lane, fault->bureau);
        return;
    }
    if (lane->alone == TOGETHER && lane->n > 1) {
        XF_WARN("db.one_by_one", XF_COUNT(queries, lane->n), XF_WORD(sqlstate, fault->sqlstate));
        next_alone(lane, 0);
        return;
    }
    size_t i = lane->alone == TOGETHER ? 0 : (size_t)lane->alone;
    xf_query *query = lane->batch[i];
    const sqlstate_rule *rule = rule_of(fault->sqlstate);
    query->tries++;
    if (rule->again && query->tries < TRIES && !xf_lane_late(query)) {
        run_alone(lane, i);
        return;
    }
    tell_log(query, fault);
    refuse(query, rule->code, rule->text);
    next_alone(lane, i + 1);
}

/* Those that were answered one by one stay answered. */
static void
unknown(xf_lane *lane)
{
    size_t from = lane->alone == TOGETHER ? 0 : (size_t)lane->alone;
    for (size_t i = lane->n; i > from; i--) {
        lane->batch[i - 1]->lost++;
        xf_queue_push_front(lane->queue, lane->batch[i - 1]);
    }
    XF_WARN("db.unknown", XF_WORD(connection, lane->user->name), XF_COUNT(queries, lane->n - from));
    batch_over(lane);
}

static void
count(const xf_lane *lane, xf_outcome outcome)
{
    const xf_lane_counts *counts = &lane->user->counts;
    switch (outcome) {
    case XF_OUTCOME_COMMITTED:
        xf_metric_add(counts->committed, 1);
        xf_metric_observe(counts->batch, lane->alone == TOGETHER ? lane->n : 1);
        break;
    case XF_OUTCOME_ROLLED_BACK: xf_metric_add(counts->rolled_back, 1); break;
    case XF_OUTCOME_UNKNOWN: xf_metric_add(counts->unknown, 1); break;
    }
}

static void
ended(xf_outcome outcome, const xf_pipeline_fault *fault, void *data)
{
    count(data, outcome);
    switch (outcome) {
    case XF_OUTCOME_COMMITTED: committed(data); break;
    case XF_OUTCOME_ROLLED_BACK: rolled_back(data, fault); break;
    case XF_OUTCOME_UNKNOWN: unknown(data); break;
    }
}

static void
ready(void *data)
{
    xf_lane *lane = data;
    xf_metric_add(lane->user->counts.opened, 1);
    lane->user->can_take(lane->data);
}

/* A query that kills its backend each time must not take the others along for ever. */
static bool
wants_alone(const xf_query *query)
{
    return query->lost >= LOST_ALONE;
}

static void
take(xf_lane *lane)
{
    size_t most = (size_t)xf_limit_get(lane->user->batch);
    while (lane->queue->n > 0 && lane->n < most) {
        if (lane->n > 0 && (wants_alone(lane->batch[0]) || wants_alone(lane->queue->first)))
            return;
        lane->batch[lane->n++] = xf_queue_pop(lane->queue);
    }
}

static bool
is_stranger(const xf_lane *lane, const xf_query *query)
{
    return !xf_pipeline_knows(lane->pipeline, query->statement);
}

/* Those whose statement could not be prepared are answered and left out. */
static void
sort_out(xf_lane *lane)
{
    xf_query *out[XF_PIPELINE_MOST];
    size_t n_out = leave_out(lane, 0, is_stranger, out);
    for (size_t i = 0; i < n_out; i++) {
        XF_ERROR("db.not_prepared", XF_WORD(statement, out[i]->statement->name));
        refuse(out[i], XF_CODE_INTERNAL, XF_TEXT_INTERNAL);
    }
}

void
xf_lane_start(xf_lane *lane)
{
    if (lane->n > 0 || lane->queue->n == 0 || !xf_pipeline_ready(lane->pipeline))
        return;
    lane->alone = TOGETHER;
    take(lane);
    sort_out(lane);
    run_together(lane);
}

size_t
xf_lane_in_flight(const xf_lane *lane)
{
    return lane->n;
}

xf_code
xf_lane_new(uv_loop_t *loop, const char *conninfo, const xf_lane_user *user, void *data,
            xf_queue *queue, xf_lane **ret_lane, xf_error *reterr)
{
    xf_lane *lane = xf_memory_new(sizeof *lane);
    lane->user = user;
    lane->data = data;
    lane->queue = queue;
    lane->pipeline_user = (xf_pipeline_user){
        .name = user->name, .locks_heads = user->locks_heads, .ready = ready, .ended = ended};
    xf_code code =
        xf_pipeline_new(loop, conninfo, &lane->pipeline_user, lane, &lane->pipeline, reterr);
    if (code != XF_CODE_OK) {
        free(lane);
    } else {
        *ret_lane = lane;
    }
    return code;
}

void
xf_lane_close(xf_lane *lane)
{
    xf_pipeline_close(&lane->pipeline);
}

void
xf_lane_free(xf_lane **lane)
{
    free(*lane);
    *lane = NULL;
}
