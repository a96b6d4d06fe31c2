/* db/bootstrap — the statements of sql/bootstrap.sql, one after the other. */
#include "db/bootstrap.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/blocking.h"
#include "db/query.h"
#include "gen/enums.h"

enum { NUMBER_ROOM = 16, PARAMS = 8 };

/* What the statements may ask for, as text. */
typedef struct values {
    const xf_db_first *first;
    char bureau[NUMBER_ROOM];
    char roles_n[NUMBER_ROOM];
    char officer_roles[NUMBER_ROOM];
} values;

static const char *const session_sql = "set role xf_owner; set search_path = xf; begin";

/* The new bureau's own, and nobody in it. */
static const char *const actor_sql =
    "select set_config('xinfang.actor', '{' || $1::int || ',0,0,0}', true) <> ''";

static void
fill(values *v, const xf_db_first *first)
{
    v->first = first;
    (void)snprintf(v->bureau, sizeof v->bureau, "%" PRId32, first->bureau);
    (void)snprintf(v->roles_n, sizeof v->roles_n, "%d", XF_ROLE_TIMER - 1);
    (void)snprintf(v->officer_roles, sizeof v->officer_roles, "%d", 1 << XF_ROLE_SECURITY_ADMIN);
}

static const char *
value_of(const values *v, const char *name)
{
    const struct {
        const char *name;
        const char *value;
    } rows[] = {
        {"bureau", v->bureau},
        {"name", v->first->name},
        {"short", v->first->short_name},
        {"badge", v->first->badge},
        {"officer_name", v->first->officer_name},
        {"password_hash", v->first->password_hash},
        {"roles_n", v->roles_n},
        {"officer_roles", v->officer_roles},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].value;
    }
    return NULL;
}

static xf_code
ask(PGconn *pg, const values *v, const char *name, bool *ret_yes, xf_error *reterr)
{
    const xf_statement *statement = xf_statement_find(name);
    const char *texts[PARAMS] = {NULL};

    assert(statement != NULL && statement->n_params <= PARAMS);
    for (size_t i = 0; i < statement->n_params; i++) {
        texts[i] = value_of(v, statement->params[i].name);
        assert(texts[i] != NULL);
    }
    return xf_blocking_ask(pg, statement->sql, (int)statement->n_params, texts, ret_yes, reterr);
}

static xf_code
make(PGconn *pg, const values *v, xf_db_first_made *made, xf_error *reterr)
{
    const char *const bureau[] = {v->bureau};
    bool yes = false;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_blocking_ask(pg, actor_sql, 1, bureau, &yes, reterr));
    XF_TRY(ask(pg, v, "bootstrap.bureau", &made->bureau, reterr));
    XF_TRY(ask(pg, v, "bootstrap.head", &yes, reterr));
    XF_TRY(ask(pg, v, "bootstrap.series", &yes, reterr));
    XF_TRY(ask(pg, v, "bootstrap.audiences", &yes, reterr));
    XF_TRY(ask(pg, v, "bootstrap.categories", &yes, reterr));
    XF_TRY(ask(pg, v, "bootstrap.officer", &made->officer, reterr));
    XF_TRY(ask(pg, v, "bootstrap.administrator", &yes, reterr));
    if (!yes)
        code = XF_FAIL(reterr, XF_CODE_CONFLICT, XF_TEXT_CONFLICT, "--badge");
out:
    return code;
}

xf_code
xf_db_bootstrap(const char *conninfo, const xf_db_first *first, xf_db_first_made *ret_made,
                xf_error *reterr)
{
    PGconn *pg = NULL;
    values v;
    xf_db_first_made made = {0};
    xf_code code = XF_CODE_OK;

    fill(&v, first);
    XF_TRY(xf_blocking_open(conninfo, &pg, reterr));
    XF_TRY(xf_blocking_run(pg, "session", session_sql, reterr));
    XF_TRY(make(pg, &v, &made, reterr));
    XF_TRY(xf_blocking_run(pg, "commit", "commit", reterr));
    *ret_made = made;
out:
    PQfinish(pg); /* without the COMMIT nothing was made */
    return code;
}
