/* sqlgen/scan — a .sql file into statements and parameters; header has the manual. */
#include "sqlgen/scan.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlgen/columns.h"
#include "sqlgen/text.h"

static const char head_mark[] = "-- name:";

static const struct {
    const char *word;
    xf_sql_type type;
} types[] = {
    {"bool", XF_SQL_BOOL}, {"int2", XF_SQL_INT2},
    {"int4", XF_SQL_INT4}, {"int8", XF_SQL_INT8},
    {"text", XF_SQL_TEXT}, {"bytea", XF_SQL_BYTEA},
    {"date", XF_SQL_DATE}, {"timestamptz", XF_SQL_TIMESTAMPTZ},
    {"uuid", XF_SQL_UUID}, {"int", XF_SQL_INT4},
};

typedef struct reader {
    const char *begin; /* of the whole text */
    const char *at;
    int line;
    xf_text_buf sql; /* of the statement that is being read */
    bool space_owed; /* folded white space stands before what comes next */
    bool ended;      /* a semicolon was seen */
    size_t rows_at;  /* where in sql the rows come in */
    bool rows_seen;
    xf_scan scan;
    xf_scan_fault fault;
} reader;

const char *
xf_scan_type_name(xf_sql_type type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == type)
            return types[i].word;
    }
    return "?";
}

static xf_scan_statement *
current(reader *r)
{
    return r->scan.n ? &r->scan.statements[r->scan.n - 1] : NULL;
}

static bool __attribute__((format(printf, 2, 3))) fail(reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->fault.what, sizeof r->fault.what, format, args);
    va_end(args);
    r->fault.line = r->line;
    const xf_scan_statement *statement = current(r);
    if (statement)
        memcpy(r->fault.statement, statement->name, sizeof r->fault.statement);
    return false;
}

static bool
begins_name(char c)
{
    return islower((unsigned char)c) || c == '_';
}

static bool
in_name(char c)
{
    return begins_name(c) || isdigit((unsigned char)c);
}

/* May stand in an SQL identifier or number, so that what follows is no new token. */
static bool
in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

/* Length of a dotted name at `at`; 0: none. */
static size_t
name_length(const char *at)
{
    size_t n = 0;
    while (begins_name(at[n])) {
        while (in_name(at[n]))
            n++;
        if (at[n] != '.' || !begins_name(at[n + 1]))
            break;
        n++;
    }
    return n;
}

/* "int4[]" at `at`; gives its length, 0 for no type of ours. */
static size_t
type_length(const char *at, xf_sql_type *ret_type, bool *ret_array)
{
    size_t n = 0;
    while (in_word(at[n]))
        n++;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strlen(types[i].word) != n || strncmp(types[i].word, at, n) != 0)
            continue;
        *ret_type = types[i].type;
        *ret_array = at[n] == '[' && at[n + 1] == ']';
        return *ret_array ? n + 2 : n;
    }
    return 0;
}

/* ---- Output: folded text ------------------------------------------------------------ */

static void
put(reader *r, const char *bytes, size_t n)
{
    if (r->space_owed && r->sql.len)
        xf_text_add(&r->sql, " ", 1);
    r->space_owed = false;
    xf_text_add(&r->sql, bytes, n);
}

/* Copies n bytes as they are. */
static void
copy(reader *r, size_t n)
{
    put(r, r->at, n);
    for (const char *end = r->at + n; r->at < end; r->at++)
        r->line += *r->at == '\n';
}

static void
skip(reader *r, size_t n)
{
    for (const char *end = r->at + n; r->at < end; r->at++)
        r->line += *r->at == '\n';
    r->space_owed = true;
}

/* ---- Heads ---------------------------------------------------------------------------- */

static bool
at_head(const reader *r)
{
    bool line_start = r->at == r->begin || r->at[-1] == '\n';
    return line_start && strncmp(r->at, head_mark, sizeof head_mark - 1) == 0;
}

static const char *
blanks(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\r')
        at++;
    return at;
}

static bool
line_end(const char *at)
{
    return *at == '\n' || *at == '\0';
}

/* "name type, name type …" up to the end of the line. */
static bool
read_law(reader *r, xf_scan_statement *statement, const char **at)
{
    for (;;) {
        *at = blanks(*at);
        size_t n = name_length(*at);
        if (n == 0 || n >= XF_SCAN_NAME)
            return fail(r, "-- law: wants `name type, name type`");
        if (statement->n_law == XF_SCAN_LAW)
            return fail(r, "more than %d law names", XF_SCAN_LAW);
        xf_scan_param *law = &statement->law[statement->n_law++];
        law->line = r->line;
        memcpy(law->name, *at, n);
        *at = blanks(*at + n);
        size_t m = type_length(*at, &law->type, &law->array);
        if (m == 0)
            return fail(r, "law name %s: no type of ours behind it", law->name);
        for (const xf_scan_param *other = statement->law; other < law; other++) {
            if (strcmp(other->name, law->name) == 0)
                return fail(r, "law name %s stands twice", law->name);
        }
        *at = blanks(*at + m);
        if (**at != ',')
            return true;
        (*at)++;
    }
}

/* Behind "--" the word, and then "--" again if more follows. */
static bool
take_mark(const char **at, const char *word)
{
    if (strncmp(*at, word, strlen(word)) != 0)
        return false;
    *at = blanks(*at + strlen(word));
    if (strncmp(*at, "--", 2) == 0)
        *at = blanks(*at + 2);
    return true;
}

/* What may follow the name, in this order: "-- internal", "-- rows", "-- law: …". */
static bool
read_head_rest(reader *r, xf_scan_statement *statement, const char **at)
{
    *at = blanks(*at);
    if (line_end(*at))
        return true;
    if (strncmp(*at, "--", 2) != 0)
        return fail(r, "behind a statement's name stands -- internal, -- rows or -- law: only");
    *at = blanks(*at + 2);
    statement->internal = take_mark(at, "internal");
    statement->rows = take_mark(at, "rows");
    if (strncmp(*at, "law:", 4) == 0) {
        *at += 4;
        if (!read_law(r, statement, at))
            return false;
    }
    return line_end(*at) ? true : fail(r, "cannot read the head of the statement");
}

static bool
read_head(reader *r)
{
    r->scan.statements = xf_text_grow(r->scan.statements, r->scan.n + 1, sizeof(xf_scan_statement));
    xf_scan_statement *statement = &r->scan.statements[r->scan.n++];
    memset(statement, 0, sizeof *statement);
    statement->line = r->line;
    const char *at = blanks(r->at + sizeof head_mark - 1);
    size_t n = name_length(at);
    if (n == 0 || n >= XF_SCAN_NAME)
        return fail(r, "-- name: wants a dotted name");
    memcpy(statement->name, at, n);
    for (size_t i = 0; i + 1 < r->scan.n; i++) {
        if (strcmp(r->scan.statements[i].name, statement->name) == 0)
            return fail(r, "a second statement of this name");
    }
    at += n;
    if (!read_head_rest(r, statement, &at))
        return false;
    r->at = at;
    r->space_owed = false;
    r->ended = false;
    r->rows_seen = false;
    return true;
}

/* ---- Tokens --------------------------------------------------------------------------- */

/* '…' or "…"; with `escapes` (E'…') a backslash hides what follows. */
static bool
take_quoted(reader *r, char quote, bool escapes)
{
    size_t n = 1;
    for (; r->at[n]; n++) {
        if (escapes && r->at[n] == '\\' && r->at[n + 1]) {
            n++;
            continue;
        }
        if (r->at[n] != quote)
            continue;
        if (r->at[n + 1] != quote) {
            copy(r, n + 1);
            return true;
        }
        n++; /* a doubled quote is one inside */
    }
    return fail(r, "a quote %c is not closed", quote);
}

/* Length of "$tag$" at `at`; 0: a dollar of another kind. */
static size_t
dollar_tag(const char *at)
{
    size_t n = 1;
    while (isalnum((unsigned char)at[n]) || at[n] == '_')
        n++;
    return at[n] == '$' && !isdigit((unsigned char)at[1]) ? n + 1 : 0;
}

static bool
take_dollar(reader *r)
{
    size_t tag = dollar_tag(r->at);
    if (tag == 0)
        return fail(r, "$n is made here; write :name::type");
    for (const char *end = r->at + tag; *end; end++) {
        if (strncmp(end, r->at, tag) == 0) {
            copy(r, (size_t)(end - r->at) + tag);
            return true;
        }
    }
    return fail(r, "%.*s is not closed", (int)tag, r->at);
}

static bool
take_block_comment(reader *r)
{
    size_t n = 2;
    for (int deep = 1; deep > 0; n++) {
        if (!r->at[n])
            return fail(r, "a comment is not closed");
        bool opens = strncmp(r->at + n, "/*", 2) == 0;
        bool closes = strncmp(r->at + n, "*/", 2) == 0;
        deep += (int)opens - (int)closes;
        n += opens || closes;
    }
    skip(r, n);
    return true;
}

/* The place of this parameter, from 1; 0: refused, the fault stands. */
static size_t
param_place(reader *r, const xf_scan_param *param)
{
    xf_scan_statement *statement = current(r);
    for (size_t i = 0; i < statement->n_params; i++) {
        const xf_scan_param *other = &statement->params[i];
        if (strcmp(other->name, param->name) != 0)
            continue;
        if (other->type == param->type && other->array == param->array)
            return i + 1;
        (void)fail(r, "parameter :%s is %s%s here and %s%s in line %d", param->name,
                   xf_scan_type_name(param->type), param->array ? "[]" : "",
                   xf_scan_type_name(other->type), other->array ? "[]" : "", other->line);
        return 0;
    }
    if (statement->n_params == XF_SCAN_PARAMS) {
        (void)fail(r, "more than %d parameters", XF_SCAN_PARAMS);
        return 0;
    }
    statement->params[statement->n_params] = *param;
    return ++statement->n_params;
}

static void
put_param(reader *r, const xf_scan_param *param, size_t place)
{
    char text[XF_COLUMNS_WORD];
    if (current(r)->rows) {
        xf_columns_param(current(r), place - 1, text);
    } else {
        (void)snprintf(text, sizeof text, "$%zu::%s%s", place, xf_scan_type_name(param->type),
                       param->array ? "[]" : "");
    }
    put(r, text, strlen(text));
}

static bool
take_rows(reader *r)
{
    if (r->rows_seen)
        return fail(r, ":rows stands twice");
    put(r, "", 0);
    r->rows_seen = true;
    r->rows_at = r->sql.len;
    r->at += strlen(":rows");
    return true;
}

static bool
take_param(reader *r)
{
    size_t n = name_length(r->at + 1);
    xf_scan_param param = {.line = r->line};
    if (n >= sizeof param.name)
        return fail(r, "parameter :%.*s has too long a name", (int)n, r->at + 1);
    memcpy(param.name, r->at + 1, n);
    const char *behind = r->at + 1 + n;
    if (current(r)->rows && strcmp(param.name, "rows") == 0)
        return take_rows(r);
    if (strncmp(behind, "::", 2) != 0)
        return fail(r, "parameter :%s has no ::type", param.name);
    size_t m = type_length(behind + 2, &param.type, &param.array);
    if (m == 0)
        return fail(r, "parameter :%s: no type of ours behind it", param.name);
    size_t place = param_place(r, &param);
    if (place == 0)
        return false;
    put_param(r, &param, place);
    r->at = behind + 2 + m;
    return true;
}

/* A word or number, whole, so that neither e'…' nor x$1 is seen inside it. */
static bool
take_word(reader *r)
{
    bool escapes = (r->at[0] == 'e' || r->at[0] == 'E') && r->at[1] == '\'';
    size_t n = 0;
    while (in_word(r->at[n]))
        n++;
    copy(r, n);
    return escapes ? take_quoted(r, '\'', true) : true;
}

static bool
take_colon(reader *r)
{
    if (r->at[1] == ':' || r->at[1] == '=') {
        copy(r, 2);
        return true;
    }
    if (begins_name(r->at[1]))
        return take_param(r);
    copy(r, 1);
    return true;
}

static bool
take_token(reader *r)
{
    const char *at = r->at;
    if (at[0] == '-' && at[1] == '-') {
        skip(r, strcspn(at, "\n"));
        return true;
    }
    if (at[0] == '/' && at[1] == '*')
        return take_block_comment(r);
    if (isspace((unsigned char)at[0])) {
        skip(r, 1);
        return true;
    }
    if (r->scan.n == 0)
        return fail(r, "text before the first -- name:");
    if (r->ended)
        return fail(r, "text behind the semicolon: one statement a name");
    switch (at[0]) {
    case '\'':
    case '"': return take_quoted(r, at[0], false);
    case '$': return take_dollar(r);
    case ':': return take_colon(r);
    case ';':
        r->ended = true;
        r->at++;
        return true;
    default: break;
    }
    if (in_word(at[0]))
        return take_word(r);
    copy(r, 1);
    return true;
}

static bool
insert_rows(reader *r, const xf_scan_statement *statement)
{
    xf_text_buf text = {0};
    if (!r->rows_seen)
        return fail(r, "-- rows wants :rows in the statement");
    xf_text_add(&text, r->sql.data, r->rows_at);
    if (!xf_columns_rows(statement, &text)) {
        xf_text_clear(&text);
        return fail(r,
                    "a statement with rows wants a parameter that is neither :bureau nor a list");
    }
    xf_text_add(&text, r->sql.data + r->rows_at, r->sql.len - r->rows_at);
    xf_text_clear(&r->sql);
    r->sql = text;
    return true;
}

static bool
finish_statement(reader *r)
{
    xf_scan_statement *statement = current(r);
    if (!statement || statement->sql)
        return true;
    if (r->sql.len == 0)
        return fail(r, "a name without a statement");
    if (statement->rows && !insert_rows(r, statement))
        return false;
    statement->sql = r->sql.data;
    r->sql = (xf_text_buf){0};
    return true;
}

bool
xf_scan_text(const char *text, xf_scan *ret_scan, xf_scan_fault *ret_fault)
{
    reader r = {.begin = text, .at = text, .line = 1};
    bool good = true;
    while (good && *r.at) {
        if (at_head(&r)) {
            good = finish_statement(&r) && read_head(&r);
        } else {
            good = take_token(&r);
        }
    }
    good = good && finish_statement(&r);
    xf_text_clear(&r.sql);
    if (good) {
        *ret_scan = r.scan;
    } else {
        *ret_fault = r.fault;
        xf_scan_clear(&r.scan);
    }
    return good;
}

void
xf_scan_clear(xf_scan *scan)
{
    for (size_t i = 0; i < scan->n; i++)
        free(scan->statements[i].sql);
    free(scan->statements);
    *scan = (xf_scan){0};
}
