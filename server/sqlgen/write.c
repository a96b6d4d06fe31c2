/* sqlgen/write — the tables as C text; header has the manual. */
#include "sqlgen/write.h"

#include <string.h>

#include "gen/rpc.h"

static const char *const source_words[] = {
    [XF_PARAM_FIELD] = "XF_PARAM_FIELD",   [XF_PARAM_PARENT] = "XF_PARAM_PARENT",
    [XF_PARAM_SEALED] = "XF_PARAM_SEALED", [XF_PARAM_INDEX] = "XF_PARAM_INDEX",
    [XF_PARAM_LAW] = "XF_PARAM_LAW",       [XF_PARAM_MASK] = "XF_PARAM_MASK",
    [XF_PARAM_OWN] = "XF_PARAM_OWN",
};

static const char *const type_words[] = {
    [XF_SQL_BOOL] = "XF_SQL_BOOL", [XF_SQL_INT2] = "XF_SQL_INT2",
    [XF_SQL_INT4] = "XF_SQL_INT4", [XF_SQL_INT8] = "XF_SQL_INT8",
    [XF_SQL_TEXT] = "XF_SQL_TEXT", [XF_SQL_BYTEA] = "XF_SQL_BYTEA",
    [XF_SQL_DATE] = "XF_SQL_DATE", [XF_SQL_TIMESTAMPTZ] = "XF_SQL_TIMESTAMPTZ",
    [XF_SQL_UUID] = "XF_SQL_UUID",
};

static const char *const own_words[] = {
    [XF_OWN_BUREAU] = "XF_OWN_BUREAU",
    [XF_OWN_OFFICER] = "XF_OWN_OFFICER",
    [XF_OWN_UNIT] = "XF_OWN_UNIT",
    [XF_OWN_ROLES] = "XF_OWN_ROLES",
    [XF_OWN_OP_ID] = "XF_OWN_OP_ID",
    [XF_OWN_SHA] = "XF_OWN_SHA",
    [XF_OWN_TODAY] = "XF_OWN_TODAY",
    [XF_OWN_NOW] = "XF_OWN_NOW",
    [XF_OWN_DEVICE] = "XF_OWN_DEVICE",
    [XF_OWN_SEAL_KEY] = "XF_OWN_SEAL_KEY",
    [XF_OWN_PASSWORD_HASH] = "XF_OWN_PASSWORD_HASH",
};

static void
begin_file(FILE *out, const char *what)
{
    (void)fprintf(out, "/* %s. Made by sqlgen from server/sql; do not edit. */\n", what);
}

/* A string literal, a source line a line. Trigraphs are on in C11, hence \?. */
static void
write_literal(FILE *out, const char *text)
{
    (void)fputs("        \"", out);
    for (const char *at = text; *at; at++) {
        switch (*at) {
        case '"': (void)fputs("\\\"", out); break;
        case '\\': (void)fputs("\\\\", out); break;
        case '?': (void)fputs("\\?", out); break;
        case '\t': (void)fputs("\\t", out); break;
        case '\r': (void)fputs("\\r", out); break;
        case '\n': (void)fputs(at[1] ? "\\n\"\n        \"" : "\\n", out); break;
        default: (void)fputc(*at, out); break;
        }
    }
    (void)fputc('"', out);
}

static void
write_params(FILE *out, const xf_write_statement *statement, size_t number)
{
    size_t n = statement->scanned->n_params;
    if (n == 0)
        return;
    (void)fprintf(out, "/* %s */\nstatic const xf_param params_%zu[] = {\n",
                  statement->scanned->name, number);
    for (size_t i = 0; i < n; i++) {
        const xf_pair *pair = &statement->pairs[i];
        const xf_param *param = &pair->param;
        (void)fprintf(out, "    {\"%s\", %s, %s, %s, %s, %d, {%d, %d}},\n", pair->name,
                      source_words[param->source], type_words[param->type],
                      param->array ? "true" : "false", own_words[param->own], param->depth,
                      param->path[0], param->path[1]);
    }
    (void)fputs("};\n\n", out);
}

static void
write_statement(FILE *out, const xf_write_statement *statement, size_t number)
{
    const xf_scan_statement *scanned = statement->scanned;
    (void)fprintf(out, "    {\n        \"%s\",\n", scanned->name);
    write_literal(out, scanned->sql);
    if (scanned->n_params) {
        (void)fprintf(out, ",\n        params_%zu,\n", number);
    } else {
        (void)fputs(",\n        NULL,\n", out);
    }
    (void)fprintf(out, "        %zu,\n        %zu,\n        %s,\n    },\n", scanned->n_params,
                  number, scanned->rows ? "true" : "false");
}

static void
write_migrations(FILE *out, const xf_write_migration *migrations, size_t n)
{
    /* A last row of nothing, for C has no empty array. */
    (void)fputs("static const xf_migration migrations[] = {\n", out);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(out, "    {\n        %d,\n        \"%s\",\n", migrations[i].number,
                      migrations[i].name);
        write_literal(out, migrations[i].sql);
        (void)fputs(",\n    },\n", out);
    }
    (void)fprintf(out,
                  "    {0, NULL, NULL},\n};\n\n"
                  "size_t\nxf_migration_count(void)\n{\n    return %zu;\n}\n\n"
                  "const xf_migration *\nxf_migration_at(size_t i)\n{\n"
                  "    return &migrations[i];\n}\n",
                  n);
}

void
xf_write_statements(FILE *out, const xf_write_statement *statements, size_t n,
                    const xf_write_migration *migrations, size_t n_migrations)
{
    begin_file(out, "Statements and migrations");
    (void)fputs("#include <string.h>\n\n#include \"db/migrate.h\"\n#include \"db/query.h\"\n\n"
                "extern const xf_statement xf_statement_rows[];\n\n",
                out);
    for (size_t i = 0; i < n; i++)
        write_params(out, &statements[i], i);
    (void)fputs("const xf_statement xf_statement_rows[] = {\n", out);
    for (size_t i = 0; i < n; i++)
        write_statement(out, &statements[i], i);
    (void)fprintf(out,
                  "    {NULL, NULL, NULL, 0, %zu, false},\n};\n\n"
                  "size_t\nxf_statement_count(void)\n{\n    return %zu;\n}\n\n"
                  "const xf_statement *\nxf_statement_at(size_t i)\n{\n"
                  "    return &xf_statement_rows[i];\n}\n\n"
                  "const xf_statement *\nxf_statement_find(const char *name)\n{\n"
                  "    for (const xf_statement *row = xf_statement_rows; row->name; row++) {\n"
                  "        if (strcmp(row->name, name) == 0)\n"
                  "            return row;\n    }\n    return NULL;\n}\n\n",
                  n, n);
    write_migrations(out, migrations, n_migrations);
}

/* "matter.assign" -> "xf_matter_assign". */
static void
write_method_name(FILE *out, const char *rpc_name)
{
    (void)fputs("xf_", out);
    for (const char *at = rpc_name; *at; at++)
        (void)fputc(*at == '.' ? '_' : *at, out);
}

/* -1: none. */
static int
find_statement(const xf_write_statement *statements, size_t n, const char *rpc_name,
               const char *suffix)
{
    size_t length = strlen(rpc_name);
    for (size_t i = 0; i < n; i++) {
        const char *name = statements[i].scanned->name;
        if (strncmp(name, rpc_name, length) == 0 && strcmp(name + length, suffix) == 0)
            return (int)i;
    }
    return -1;
}

static void
write_method_row(FILE *out, const xf_write_statement *statements, size_t n, const char *rpc_name)
{
    int statement = find_statement(statements, n, rpc_name, "");
    int read = find_statement(statements, n, rpc_name, ".read");
    (void)fputs("    {&", out);
    write_method_name(out, rpc_name);
    (void)fprintf(out, ", &xf_statement_rows[%d], ", statement);
    if (read >= 0) {
        (void)fprintf(out, "&xf_statement_rows[%d]},\n", read);
    } else {
        (void)fputs("NULL},\n", out);
    }
}

void
xf_write_methods(FILE *out, const xf_write_statement *statements, size_t n)
{
    begin_file(out, "Methods and their statements");
    (void)fputs("#include <stdint.h>\n\n#include \"call/method.h\"\n#include \"db/query.h\"\n\n"
                "extern const xf_statement xf_statement_rows[];\n",
                out);
    size_t count = xf_rpc_count();
    for (size_t i = 0; i < count; i++) {
        (void)fputs("extern const xf_method ", out);
        write_method_name(out, xf_rpc_at(i)->name);
        (void)fputs(";\n", out);
    }
    (void)fputs("\nstatic const xf_method_row rows[] = {\n", out);
    for (size_t i = 0; i < count; i++)
        write_method_row(out, statements, n, xf_rpc_at(i)->name);
    (void)fputs("};\n\n/* By rpc number: place in rows, from 1. */\n"
                "static const uint16_t places[] = {\n",
                out);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(out, "    [%d] = %zu,\n", (int)xf_rpc_at(i)->rpc, i + 1);
    (void)fprintf(out,
                  "};\n\n"
                  "const xf_method_row *\nxf_method_find(xf_rpc rpc)\n{\n"
                  "    size_t number = (size_t)rpc;\n"
                  "    if (number >= sizeof places / sizeof *places || places[number] == 0)\n"
                  "        return NULL;\n    return &rows[places[number] - 1];\n}\n\n"
                  "size_t\nxf_method_count(void)\n{\n    return %zu;\n}\n\n"
                  "const xf_method_row *\nxf_method_at(size_t i)\n{\n    return &rows[i];\n}\n",
                  count);
}
