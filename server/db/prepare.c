/* The fixed statements, and how one is prepared. */
#include "db/prepare.h"

#include <stdio.h>

#include "db/query.h"
#include "db/rows.h"

enum { PARAMS_MOST = 256 }; /* sqlgen's statements stay far below */

typedef struct fixed_row {
    const char *name;
    const char *sql;
} fixed_row;

/* The lock counts its rows in the same statement: none is a failure. */
static const fixed_row fixed[XF_FIXED_COUNT] = {
    [XF_FIXED_BEGIN] = {"begin", "begin isolation level read committed"},
    [XF_FIXED_ACTOR] = {"actor", "select set_config('xinfang.actor', $1::text, true)"},
    [XF_FIXED_LOCK] = {"lock", "with head as materialized (select bureau_id from bureau"
                               " where bureau_id = $1::int4 for no key update)"
                               " select 1 / count(*)::int from head"},
    [XF_FIXED_BRIEFLY] = {"briefly", "select set_config('lock_timeout', '100', true)"},
    [XF_FIXED_AS_EVER] = {"as_ever", "select set_config(name, reset_val, true)"
                                     " from pg_settings where name = 'lock_timeout'"},
    /* Two that notify wait for each other as they commit, and that is a lock too: one that
     * times out there would be lost. */
    [XF_FIXED_NOTIFY] = {"notify", "select set_config('lock_timeout', '0', true),"
                                   " pg_notify('xinfang', $1::text)"},
    [XF_FIXED_UNTIMED] = {"untimed", "select set_config('statement_timeout', '0', true)"},
    [XF_FIXED_COMMIT] = {"commit", "commit"},
    [XF_FIXED_ROLLBACK] = {"rollback", "rollback"},
};

size_t
xf_prepare_count(void)
{
    return XF_FIXED_COUNT + xf_statement_count();
}

void
xf_prepare_name(size_t i, char out[XF_PREPARE_NAME])
{
    if (i < XF_FIXED_COUNT) {
        (void)snprintf(out, XF_PREPARE_NAME, "%s", fixed[i].name);
    } else {
        (void)snprintf(out, XF_PREPARE_NAME, "s%zu", i - XF_FIXED_COUNT);
    }
}

const char *
xf_prepare_word(size_t i)
{
    return i < XF_FIXED_COUNT ? fixed[i].name : xf_statement_at(i - XF_FIXED_COUNT)->name;
}

static bool
prepare_own(PGconn *pg, size_t i, const char *name)
{
    const xf_statement *statement = xf_statement_at(i);
    Oid types[PARAMS_MOST];
    size_t n = xf_rows_params(statement);
    if (n > PARAMS_MOST)
        return false;
    for (size_t k = 0; k < n; k++)
        types[k] = xf_rows_oid(statement, k);
    return PQsendPrepare(pg, name, statement->sql, (int)n, types) == 1;
}

bool
xf_prepare_send(PGconn *pg, size_t i)
{
    char name[XF_PREPARE_NAME];
    xf_prepare_name(i, name);
    bool sent = i < XF_FIXED_COUNT ? PQsendPrepare(pg, name, fixed[i].sql, 0, NULL) == 1
                                   : prepare_own(pg, i - XF_FIXED_COUNT, name);
    return sent && PQpipelineSync(pg) == 1;
}
