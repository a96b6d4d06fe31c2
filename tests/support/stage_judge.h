/* tests/support/stage_judge — what no run of the server may leave in its database. */
#ifndef XF_TEST_STAGE_JUDGE_H
#define XF_TEST_STAGE_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

typedef struct xf_judge {
    const char *must; /* a sentence */
    const char *sql;  /* counts what breaks it: 0 */
} xf_judge;

size_t xf_judge_count(void);
const xf_judge *xf_judge_at(size_t i);
/* How often it is broken; -1 when it could not be asked. The connection is the superuser's. */
int64_t xf_judge_ask(PGconn *pg, const xf_judge *judge);

#endif
