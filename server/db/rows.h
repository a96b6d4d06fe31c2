/* db/rows — like commands of one bureau, one behind the other in a batch, as one statement.
 *
 * What a command costs in PostgreSQL is for the most part the statement's beginning: plan, rights
 * and constraints made ready. A statement whose head says `-- rows` begins once for all of
 * them: it takes an array where it has a parameter, an element a command, and gives a row a command,
 * in their order. There is no other form for one command: then the arrays have one element.
 *
 * A parameter is one value if it is the bureau, else an array; of a list the elements of all commands
 * in one, and behind it two int4[]: where each command's part begins and ends, NULL for a NULL.
 *
 * Commands of several officers run as the actor {bureau, -1, 0, 0}, who may see what everybody in
 * the bureau may, and no accusation. What one command needs to see of another of the same statement, or
 * of an accusation, it sees only when it runs by itself, with its officer's own rights: the statement
 * gives the verdict APART and does nothing for it, and in the next batch it is not taken together
 * with others. What the statement does not think of must end in an error, as a second row for a
 * key does: then each of the batch runs alone (db/lane).
 */
#ifndef XF_DB_ROWS_H
#define XF_DB_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/query.h"

/* Parameters beside each other in one packing: no more is taken together. */
enum { XF_ROWS_BYTES = 1 << 20 };

/* How many of the queries, from the first on, are one statement. At least 1. */
size_t xf_rows_together(xf_query *const *queries, size_t n);
/* As whom they run: their actor, or if they have several the one above. */
xf_actor xf_rows_actor(xf_query *const *queries, size_t n);
/* Its verdict is APART. */
bool xf_rows_wants_apart(const xf_query *query);

/* What is sent, of any statement. */
size_t xf_rows_params(const xf_statement *statement);
uint32_t xf_rows_oid(const xf_statement *statement, size_t at);

typedef struct xf_rows {
    const char **values;
    int *lengths;
    uint8_t *bytes;
} xf_rows;

/* Of a statement with rows: the parameters of n queries that xf_rows_together gave. */
void xf_rows_pack(xf_rows *rows, xf_query *const *queries, size_t n);
void xf_rows_clear(xf_rows *rows);

/* Gives each of the queries its row of what came, as a result of its own, and takes
 * `result` (a PGresult). Another number of rows than of queries: none has a result. */
void xf_rows_deal(void *take_result, xf_query *const *queries, size_t n);

#endif
