/* sqlgen/write — the tables as C text. */
#ifndef XF_SQLGEN_WRITE_H
#define XF_SQLGEN_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "sqlgen/pair.h"

typedef struct xf_write_statement {
    const xf_scan_statement *scanned;
    xf_pair *pairs; /* scanned->n_params */
} xf_write_statement;

typedef struct xf_write_migration {
    char name[XF_SCAN_NAME]; /* "0001_core" */
    int number;
    char *sql;
} xf_write_migration;

/* gen/statements.c: behind db/query.h and db/migrate.h. */
void xf_write_statements(FILE *out, const xf_write_statement *statements, size_t n,
                         const xf_write_migration *migrations, size_t n_migrations);
/* gen/methods.c: behind call/method.h. Every rpc has its statement. */
void xf_write_methods(FILE *out, const xf_write_statement *statements, size_t n);

#endif
