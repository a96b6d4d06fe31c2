/* call/method — what a method is: one struct literal at the foot of its noun's file.
 *
 *     const xf_method xf_matter_assign = {
 *         .rpc = XF_RPC_MATTER_ASSIGN,
 *         .may = XF_MAY_RECEPTION_HEAD | XF_MAY_LEADER,
 *         .mode = XF_CHANGES,
 *         .check = assign_check,
 *     };
 *
 * Messages are found by the rpc (gen/rpc.h), statements by the rpc's dotted name
 * (server/sql). Most methods need no code of their own.
 */
#ifndef XF_CALL_METHOD_H
#define XF_CALL_METHOD_H

#include <stdbool.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/error.h"
#include "gen/enums.h"
#include "gen/rpc.h"

typedef struct xf_call xf_call;
typedef struct xf_statement xf_statement;

/* Who may call it: a bit a role. */
#define XF_MAY(role) (UINT32_C(1) << (role))

enum {
    XF_MAY_RECEPTION = 1 << XF_ROLE_RECEPTION,
    XF_MAY_RECEPTION_HEAD = 1 << XF_ROLE_RECEPTION_HEAD,
    XF_MAY_LIAISON = 1 << XF_ROLE_LIAISON,
    XF_MAY_HANDLER = 1 << XF_ROLE_HANDLER,
    XF_MAY_UNIT_HEAD = 1 << XF_ROLE_UNIT_HEAD,
    XF_MAY_LEGAL_CHECKER = 1 << XF_ROLE_LEGAL_CHECKER,
    XF_MAY_LEADER = 1 << XF_ROLE_LEADER,
    XF_MAY_INSPECTOR = 1 << XF_ROLE_INSPECTOR,
    XF_MAY_PANEL = 1 << XF_ROLE_PANEL,
    XF_MAY_MEDIATOR = 1 << XF_ROLE_MEDIATOR,
    XF_MAY_SYSTEM_ADMIN = 1 << XF_ROLE_SYSTEM_ADMIN,
    XF_MAY_SECURITY_ADMIN = 1 << XF_ROLE_SECURITY_ADMIN,
    XF_MAY_AUDITOR = 1 << XF_ROLE_AUDITOR,
    XF_MAY_TIMER = 1 << XF_ROLE_TIMER,
    XF_MAY_ANY_OFFICER = (1 << XF_ROLE_TIMER) - 2, /* whoever is logged in */
    XF_MAY_DEVICE = 1,         /* no login needed: a device with a certificate is enough */
    XF_MAY_STRANGER = 1 << 30, /* who enrols, and nobody else: no role */
};

typedef enum xf_mode {
    XF_READS,   /* reader: batched, no head lock; may write its access row or its session */
    XF_CHANGES, /* writer: op_id, the bureau's head row, event, feed, ledger, op row */
} xf_mode;

typedef struct xf_method {
    xf_rpc rpc;
    uint32_t may;
    xf_mode mode;
    /* Does the named read (sql "x.read") have to run? NULL: always, if there is one. */
    bool (*reads)(const xf_call *call);
    /* Pure law: what would be allowed. Puts call->law; refuses by code and reterr. */
    xf_code (*check)(xf_call *call, xf_error *reterr);
    /* Adds to call->reply what is law and not row (the actions an officer may take now). */
    xf_code (*finish)(xf_call *call, xf_error *reterr);
    bool secret; /* the request carries a password: its sha is keyed, its bytes are wiped */
} xf_method;

/* One row of the table that sqlgen writes. */
typedef struct xf_method_row {
    const xf_method *method;
    const xf_statement *statement;
    const xf_statement *read; /* "x.read", or NULL */
} xf_method_row;

/* sqlgen writes these three, with the table, into gen/methods.c of the build.
 * NULL for a number without a method. */
const xf_method_row *xf_method_find(xf_rpc rpc);
size_t xf_method_count(void);
const xf_method_row *xf_method_at(size_t i);

#endif
