/* sqlgen/columns — :name and :rows where a statement runs for several commands. */
#include "sqlgen/columns.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool
is_shared(const xf_scan_param *param)
{
    static const char *const names[] = {"bureau", "officer", "unit", "roles"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(param->name, names[i]) == 0)
            return true;
    }
    return false;
}

void
xf_columns_param(const xf_scan_param *param, size_t place, char out[XF_COLUMNS_WORD])
{
    const char *type = xf_scan_type_name(param->type);
    if (is_shared(param)) {
        (void)snprintf(out, XF_COLUMNS_WORD, "$%zu::%s", place, type);
    } else if (param->array) {
        (void)snprintf(out, XF_COLUMNS_WORD, "($%zu::%s[])[p%zu_from:p%zu_to]", place, type, place,
                       place);
    } else {
        (void)snprintf(out, XF_COLUMNS_WORD, "p%zu", place);
    }
}

static void __attribute__((format(printf, 2, 3))) add(xf_text_buf *text, const char *format, ...)
{
    char words[2 * XF_COLUMNS_WORD];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    xf_text_add(text, words, strlen(words));
}

/* A list has two columns, where its part of the array begins and ends; their $n stand behind
 * those of the parameters. */
void
xf_columns_rows(const xf_scan_statement *statement, xf_text_buf *text)
{
    xf_text_buf names = {0};
    size_t bound = statement->n_params;
    const char *comma = "";
    add(text, "select * from unnest(");
    for (size_t i = 0; i < statement->n_params; i++) {
        const xf_scan_param *param = &statement->params[i];
        if (is_shared(param))
            continue;
        if (param->array) {
            add(text, "%s$%zu::int4[], $%zu::int4[]", comma, bound + 1, bound + 2);
            add(&names, "p%zu_from, p%zu_to, ", i + 1, i + 1);
            bound += 2;
        } else {
            add(text, "%s$%zu::%s[]", comma, i + 1, xf_scan_type_name(param->type));
            add(&names, "p%zu, ", i + 1);
        }
        comma = ", ";
    }
    add(text, ") with ordinality as r(");
    xf_text_add(text, names.data ? names.data : "", names.len);
    add(text, "i)");
    xf_text_clear(&names);
}
