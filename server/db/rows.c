/* db/rows — binary parameters of several commands into arrays; a row to each of them. */
#include "db/rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <endian.h>
#include <libpq-fe.h>

#include "base/memory.h"
#include "db/sqltype.h"

enum { SEVERAL = -1 }; /* in place of an officer */

/* PostgreSQL's array: dimensions, are there NULLs, type of an element, length, lower bound. */
enum { WORD = 4, EMPTY = 3 * WORD, HEADER = 5 * WORD, LIST_HEADER = 2 * HEADER };

static bool
is_shared(const xf_param *param)
{
    return param->source == XF_PARAM_OWN && param->own == XF_OWN_BUREAU;
}

/* ---- Which -------------------------------------------------------------------------------- */

static bool
is_alike(const xf_query *one, const xf_query *other)
{
    return one->statement == other->statement && one->actor.bureau == other->actor.bureau &&
           !one->apart && !other->apart;
}

/* No less than its values take in the arrays. */
static size_t
bytes_of(const xf_query *query)
{
    size_t n = 0;
    for (size_t i = 0; i < query->statement->n_params; i++)
        n += LIST_HEADER + (query->values[i] != NULL ? (size_t)query->lengths[i] : 0);
    return n;
}

size_t
xf_rows_together(xf_query *const *queries, size_t n)
{
    if (!queries[0]->statement->rows)
        return 1;
    size_t bytes = bytes_of(queries[0]);
    for (size_t i = 1; i < n; i++) {
        if (!is_alike(queries[0], queries[i]))
            return i;
        bytes += bytes_of(queries[i]);
        if (bytes > XF_ROWS_BYTES)
            return i;
    }
    return n;
}

static bool
is_same_actor(const xf_actor *one, const xf_actor *other)
{
    return one->bureau == other->bureau && one->officer == other->officer &&
           one->unit == other->unit && one->roles == other->roles;
}

xf_actor
xf_rows_actor(xf_query *const *queries, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!is_same_actor(&queries[0]->actor, &queries[i]->actor))
            return (xf_actor){.bureau = queries[0]->actor.bureau, .officer = SEVERAL};
    }
    return queries[0]->actor;
}

bool
xf_rows_wants_apart(const xf_query *query)
{
    static const char verdict[] = "APART";
    size_t len = 0;
    if (!query->statement->rows || xf_query_rows(query) == 0)
        return false;
    const uint8_t *value = xf_query_value(query, 0, 0, &len);
    return value != NULL && len == strlen(verdict) && memcmp(value, verdict, len) == 0;
}

/* How many values are sent for it. */
static size_t
width_of(const xf_statement *statement, size_t i)
{
    return statement->rows && statement->params[i].array ? 3 : 1;
}

size_t
xf_rows_params(const xf_statement *statement)
{
    size_t n = 0;
    for (size_t i = 0; i < statement->n_params; i++)
        n += width_of(statement, i);
    return n;
}

uint32_t
xf_rows_oid(const xf_statement *statement, size_t at)
{
    size_t i = 0;
    while (at >= width_of(statement, i))
        at -= width_of(statement, i++);
    const xf_param *param = &statement->params[i];
    if (at > 0) /* where the parts begin, where they end */
        return xf_sqltype_oid(XF_SQL_INT4, true);
    return xf_sqltype_oid(param->type, param->array || (statement->rows && !is_shared(param)));
}

/* ---- Packing ------------------------------------------------------------------------------ */

static uint8_t *
put_word(uint8_t *at, int64_t word)
{
    uint32_t big = htobe32((uint32_t)word);
    memcpy(at, &big, sizeof big);
    return at + sizeof big;
}

static int32_t
word_at(const char *at)
{
    uint32_t big = 0;
    memcpy(&big, at, sizeof big);
    return (int32_t)be32toh(big);
}

static uint8_t *
put_header(uint8_t *at, bool nulls, uint32_t oid, size_t n)
{
    at = put_word(at, n > 0);
    at = put_word(at, nulls);
    at = put_word(at, oid);
    if (n == 0)
        return at;
    at = put_word(at, (int64_t)n);
    return put_word(at, 1);
}

static uint8_t *
put_bytes(uint8_t *at, const char *bytes, size_t n)
{
    memcpy(at, bytes, n);
    return at + n;
}

/* An element is its length and what the value is when it stands alone. */
static uint8_t *
put_column(uint8_t *at, xf_query *const *queries, size_t n, size_t i)
{
    bool nulls = false;
    for (size_t k = 0; k < n; k++)
        nulls = nulls || queries[k]->values[i] == NULL;
    at = put_header(at, nulls, xf_sqltype_oid(queries[0]->statement->params[i].type, false), n);
    for (size_t k = 0; k < n; k++) {
        const char *value = queries[k]->values[i];
        at = put_word(at, value == NULL ? -1 : queries[k]->lengths[i]);
        if (value != NULL)
            at = put_bytes(at, value, (size_t)queries[k]->lengths[i]);
    }
    return at;
}

/* Elements of a list; 0 of an empty one and of a NULL. */
static size_t
count_of(const xf_query *query, size_t i)
{
    const char *value = query->values[i];
    return value == NULL || word_at(value) == 0 ? 0 : (size_t)word_at(value + EMPTY);
}

static uint8_t *
put_lists(uint8_t *at, xf_query *const *queries, size_t n, size_t i)
{
    bool nulls = false;
    size_t elements = 0;
    for (size_t k = 0; k < n; k++) {
        elements += count_of(queries[k], i);
        if (count_of(queries[k], i) > 0)
            nulls = nulls || word_at(queries[k]->values[i] + WORD) != 0;
    }
    at = put_header(at, nulls, xf_sqltype_oid(queries[0]->statement->params[i].type, false),
                    elements);
    for (size_t k = 0; k < n; k++) {
        size_t bytes = (size_t)queries[k]->lengths[i] - HEADER;
        if (count_of(queries[k], i) > 0)
            at = put_bytes(at, queries[k]->values[i] + HEADER, bytes);
    }
    return at;
}

/* Where each command's part of the list begins, or where it ends. */
static uint8_t *
put_bounds(uint8_t *at, xf_query *const *queries, size_t n, size_t i, bool ends)
{
    size_t before = 0;
    at = put_header(at, true, xf_sqltype_oid(XF_SQL_INT4, false), n);
    for (size_t k = 0; k < n; k++) {
        size_t count = count_of(queries[k], i);
        if (queries[k]->values[i] == NULL) {
            at = put_word(at, -1);
        } else {
            at = put_word(at, WORD);
            at = put_word(at, (int64_t)(ends ? before + count : before + 1));
        }
        before += count;
    }
    return at;
}

/* Writes down where the value began that ends at `at`. */
static void
keep(xf_rows *rows, size_t i, const uint8_t *begin, const uint8_t *at)
{
    rows->values[i] = (const char *)begin;
    rows->lengths[i] = (int)(at - begin);
}

static size_t
room_for(xf_query *const *queries, size_t n)
{
    size_t bytes = xf_rows_params(queries[0]->statement) * LIST_HEADER;
    for (size_t k = 0; k < n; k++)
        bytes += bytes_of(queries[k]);
    return bytes;
}

void
xf_rows_pack(xf_rows *rows, xf_query *const *queries, size_t n)
{
    const xf_statement *statement = queries[0]->statement;
    size_t params = xf_rows_params(statement);
    size_t next = 0;
    size_t room = room_for(queries, n);
    /* None of it zeroed: all that is sent is written here. */
    rows->values = xf_memory_grow(NULL, params * sizeof *rows->values);
    rows->lengths = xf_memory_grow(NULL, params * sizeof *rows->lengths);
    rows->bytes = xf_memory_grow(NULL, room);
    uint8_t *at = rows->bytes;
    for (size_t i = 0; i < statement->n_params; i++) {
        const uint8_t *begin = at;
        if (is_shared(&statement->params[i])) {
            rows->values[next] = queries[0]->values[i];
            rows->lengths[next++] = queries[0]->lengths[i];
        } else if (!statement->params[i].array) {
            at = put_column(at, queries, n, i);
            keep(rows, next++, begin, at);
        } else {
            at = put_lists(at, queries, n, i);
            keep(rows, next++, begin, at);
            begin = at;
            at = put_bounds(at, queries, n, i, false);
            keep(rows, next++, begin, at);
            begin = at;
            at = put_bounds(at, queries, n, i, true);
            keep(rows, next++, begin, at);
        }
    }
    assert(next == params && at <= rows->bytes + room);
}

void
xf_rows_clear(xf_rows *rows)
{
    free(rows->values);
    free(rows->lengths);
    free(rows->bytes);
    *rows = (xf_rows){0};
}

/* ---- Dealing ------------------------------------------------------------------------------ */

static PGresult *
row_of(const PGresult *all, int row)
{
    PGresult *one = PQcopyResult(all, PG_COPYRES_ATTRS);
    bool whole = one != NULL;
    for (int i = 0; whole && i < PQnfields(all); i++) {
        bool null = PQgetisnull(all, row, i) != 0;
        whole = PQsetvalue(one, 0, i, null ? NULL : PQgetvalue(all, row, i),
                           null ? -1 : PQgetlength(all, row, i)) == 1;
    }
    if (!whole)
        abort(); /* no memory: as xf_memory_new */
    return one;
}

void
xf_rows_deal(void *take_result, xf_query *const *queries, size_t n)
{
    PGresult *all = take_result;
    for (size_t k = 0; (size_t)PQntuples(all) == n && k < n; k++)
        queries[k]->result = row_of(all, (int)k);
    PQclear(all);
}
