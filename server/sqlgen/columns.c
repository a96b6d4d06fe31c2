/* sqlgen/columns — the arrays of a statement for several commands; header has the manual.
 *
 * By subscript, not as columns of a row that is handed on: a statement makes the row of each of
 * its steps ready, and with 60 columns that took longer than to run it.
 */
#include "sqlgen/columns.h"

#include <stdio.h>
#include <string.h>

static bool
is_shared(const xf_scan_param *param)
{
    return strcmp(param->name, "bureau") == 0;
}

/* A list takes three. */
static size_t
number_of(const xf_scan_statement *statement, size_t at)
{
    size_t number = at + 1;
    for (size_t i = 0; i < at; i++)
        number += statement->params[i].array ? 2 : 0;
    return number;
}

void
xf_columns_param(const xf_scan_statement *statement, size_t at, char out[XF_COLUMNS_WORD])
{
    const xf_scan_param *param = &statement->params[at];
    const char *type = xf_scan_type_name(param->type);
    size_t number = number_of(statement, at);
    if (is_shared(param)) {
        (void)snprintf(out, XF_COLUMNS_WORD, "$%zu::%s", number, type);
    } else if (param->array) {
        (void)snprintf(out, XF_COLUMNS_WORD, "($%zu::%s[])[($%zu::int4[])[i] : ($%zu::int4[])[i]]",
                       number, type, number + 1, number + 2);
    } else {
        (void)snprintf(out, XF_COLUMNS_WORD, "($%zu::%s[])[i]", number, type);
    }
}

/* From the first that has a value a command. unnest, for of generate_series PostgreSQL expects a
 * thousand rows and plans for them. */
bool
xf_columns_rows(const xf_scan_statement *statement, xf_text_buf *text)
{
    char words[2 * XF_COLUMNS_WORD];
    for (size_t i = 0; i < statement->n_params; i++) {
        const xf_scan_param *param = &statement->params[i];
        if (is_shared(param) || param->array)
            continue;
        (void)snprintf(words, sizeof words,
                       "select i::int4 from unnest($%zu::%s[]) with ordinality r(x, i)",
                       number_of(statement, i), xf_scan_type_name(param->type));
        xf_text_add(text, words, strlen(words));
        return true;
    }
    return false;
}
