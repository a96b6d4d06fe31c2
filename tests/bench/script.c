/* tests/bench/script — the server's own statement as a line that pgbench can run.
 *
 *     bench_script STATEMENT VALUES
 *
 * VALUES has a line a parameter: its name (as in the .sql file, with _sealed, _idx, .of),
 * a blank, and an SQL expression, in which pgbench's :variables may stand. A parameter
 * without a line is an error: what is measured beside us must be the same statement.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/query.h"

enum { MOST = 128, LINE = 1024 };

typedef struct value {
    char name[64];
    char sql[LINE];
} value;

static value values[MOST];
static size_t n_values;

static void
read_values(const char *path)
{
    FILE *file = fopen(path, "re");
    char line[LINE];

    if (file == NULL) {
        (void)fprintf(stderr, "bench_script: %s: not readable\n", path);
        _exit(2);
    }
    while (n_values < MOST && fgets(line, sizeof line, file) != NULL) {
        size_t n = strcspn(line, " ");

        line[strcspn(line, "\n")] = '\0';
        if (n == strlen(line) || n >= sizeof values[0].name)
            continue;
        memcpy(values[n_values].name, line, n);
        (void)snprintf(values[n_values].sql, LINE, "%s", line + n + 1);
        n_values++;
    }
    (void)fclose(file);
}

static void
full_name(const xf_param *param, char *out, size_t room)
{
    static const char *const suffix[] = {[XF_PARAM_PARENT] = ".of",
                                         [XF_PARAM_SEALED] = "_sealed",
                                         [XF_PARAM_INDEX] = "_idx",
                                         [XF_PARAM_MASK] = "_mask",
                                         [XF_PARAM_OWN] = NULL};

    (void)snprintf(out, room, "%s%s", param->name,
                   suffix[param->source] != NULL ? suffix[param->source] : "");
}

static const char *
value_of(const xf_param *param)
{
    char name[LINE];

    full_name(param, name, sizeof name);
    for (size_t i = 0; i < n_values; i++) {
        if (strcmp(values[i].name, name) == 0)
            return values[i].sql;
    }
    (void)fprintf(stderr, "bench_script: no value for %s\n", name);
    _exit(1);
}

/* Of a statement with rows, for one command: an array of one, and of a list also where it begins
 * and ends in itself (server/db/rows.h). */
static void
put_value(const xf_statement *statement, size_t at)
{
    size_t i = 0;
    const xf_param *param = statement->params;

    for (; at >= (statement->rows && param->array ? 3U : 1U); param = &statement->params[++i])
        at -= statement->rows && param->array ? 3 : 1;
    bool shared = param->source == XF_PARAM_OWN && param->own == XF_OWN_BUREAU;
    if (at == 1) {
        (void)printf("'{1}'");
    } else if (at == 2) {
        (void)printf("(array[cardinality((%s)::text[])])", value_of(param));
    } else if (statement->rows && !param->array && !shared) {
        (void)printf("(array[%s])", value_of(param));
    } else {
        (void)printf("(%s)", value_of(param));
    }
}

int
main(int argc, char **argv)
{
    const xf_statement *statement = argc == 3 ? xf_statement_find(argv[1]) : NULL;

    if (statement == NULL) {
        (void)fprintf(stderr, "bench_script: STATEMENT VALUES\n");
        return 2;
    }
    read_values(argv[2]);
    for (const char *at = statement->sql; *at != '\0'; at++) {
        char *rest = NULL;
        unsigned long number = 0;

        if (*at != '$' || at[1] < '0' || at[1] > '9') {
            (void)putchar(*at == '\n' ? ' ' : *at);
            continue;
        }
        number = strtoul(at + 1, &rest, 10);
        put_value(statement, number - 1);
        at = rest - 1;
    }
    (void)printf(";\n");
    return 0;
}
