/* base/conf — reads the file line by line; the first fault ends it, unless somebody is told of each. */
#include "base/conf.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { MOST_KEYS = 64 };

typedef struct reading {
    const xf_conf_key *keys;
    bool seen_keys[MOST_KEYS];
    bool seen_limits[XF_LIMIT_COUNT];
    uint64_t *limits;
    xf_conf_fault fault; /* of the line that is read */
    xf_conf_told *told;
    void *data;
    xf_conf_fault first_fault;
    xf_error first; /* code OK: none so far */
} reading;

static const char mark[] = "\xef\xbb\xbf"; /* U+FEFF, as UTF-8 */

/* The line without a byte order mark, which may stand at the beginning of the file. */
static char *
without_mark(char *text, int line)
{
    return line == 1 && strncmp(text, mark, sizeof mark - 1) == 0 ? text + sizeof mark - 1 : text;
}

/* Cuts white space off both ends, in place. */
static char *
trim(char *text)
{
    size_t n = 0;

    text += strspn(text, " \t\r\n");
    n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
        n--;
    text[n] = '\0';
    return text;
}

static xf_code
fail(xf_text text, const char *key, xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_INVALID, text, "%.80s", key);
}

/* A second time is refused: which of the two was meant? */
static bool
seen_before(bool *seen)
{
    const bool before = *seen;

    *seen = true;
    return before;
}

static bool
number_of(const char *value, int64_t *ret_number)
{
    char *end = NULL;
    intmax_t number = 0;

    if (value[0] != '-' && (value[0] < '0' || value[0] > '9'))
        return false;
    errno = 0;
    number = strtoimax(value, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *ret_number = number;
    return true;
}

static xf_code
take_limit(reading *r, const char *key, const char *value, xf_error *reterr)
{
    size_t i = 0;
    int64_t number = 0;

    while (i < XF_LIMIT_COUNT && strcmp(xf_limit_key((xf_limit)i), key) != 0)
        i++;
    if (i == XF_LIMIT_COUNT)
        return fail(XF_TEXT_CONF_UNKNOWN_KEY, key, reterr);
    r->fault.known = xf_limit_key((xf_limit)i);
    if (seen_before(&r->seen_limits[i]) || !number_of(value, &number) || number < 0 ||
        !xf_limit_allows((xf_limit)i, (uint64_t)number))
        return fail(XF_TEXT_CONF_BAD_VALUE, key, reterr);
    r->limits[i] = (uint64_t)number;
    return XF_CODE_OK;
}

static xf_code
take_key(reading *r, const char *key, const char *value, xf_error *reterr)
{
    size_t i = 0;
    const xf_conf_key *row = NULL;
    int64_t number = 0;

    while (r->keys[i].key != NULL && strcmp(r->keys[i].key, key) != 0)
        i++;
    row = &r->keys[i];
    if (row->key == NULL)
        return fail(XF_TEXT_CONF_UNKNOWN_KEY, key, reterr);
    assert(i < MOST_KEYS);
    r->fault.known = row->key;
    if (seen_before(&r->seen_keys[i]) || (row->needed && value[0] == '\0'))
        return fail(XF_TEXT_CONF_BAD_VALUE, key, reterr);
    if (row->text != NULL) {
        free(*row->text);
        *row->text = xf_memory_text(value, strlen(value));
        return XF_CODE_OK;
    }
    if (!number_of(value, &number) || number < row->least || number > row->most)
        return fail(XF_TEXT_CONF_BAD_VALUE, key, reterr);
    *row->number = number;
    return XF_CODE_OK;
}

static xf_code
take_line(reading *r, char *text, xf_error *reterr)
{
    char *key = trim(text);
    char *equals = NULL;

    if (key[0] == '\0' || key[0] == '#')
        return XF_CODE_OK;
    equals = strchr(key, '=');
    if (equals != NULL)
        *equals = '\0';
    key = trim(key);
    (void)snprintf(r->fault.key, sizeof r->fault.key, "%s", key);
    xf_utf8_trim_cut(r->fault.key); /* somebody's words, where a # was forgotten */
    if (equals == NULL)
        return fail(XF_TEXT_CONF_BAD_VALUE, key, reterr);
    if (strncmp(key, "limit.", 6) == 0)
        return take_limit(r, key, trim(equals + 1), reterr);
    return take_key(r, key, trim(equals + 1), reterr);
}

/* Whether reading goes on behind a fault. */
static bool
note(reading *r, const xf_error *error)
{
    if (r->first.code == XF_CODE_OK) {
        r->first = *error;
        r->first_fault = r->fault;
    }
    if (r->told != NULL)
        r->told(&r->fault, error->text, r->data);
    return r->told != NULL;
}

static bool
check_needed(reading *r)
{
    xf_error error = {0};

    for (size_t i = 0; r->keys[i].key != NULL; i++) {
        if (!r->keys[i].needed || r->seen_keys[i])
            continue;
        r->fault = (xf_conf_fault){.known = r->keys[i].key};
        (void)snprintf(r->fault.key, sizeof r->fault.key, "%s", r->keys[i].key);
        (void)fail(XF_TEXT_FIELD_MISSING, r->keys[i].key, &error);
        if (!note(r, &error))
            return false;
    }
    return true;
}

static bool
take_lines(reading *r, FILE *file)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t n = 0;
    bool on = true;

    while (on && (n = getline(&text, &cap, file)) >= 0) {
        xf_code code = XF_CODE_OK;
        xf_error error = {0};

        r->fault = (xf_conf_fault){.line = r->fault.line + 1};
        if (strlen(text) != (size_t)n) { /* a NUL would hide the rest */
            code = fail(XF_TEXT_CONF_BAD_VALUE, "", &error);
        } else {
            code = take_line(r, without_mark(text, r->fault.line), &error);
        }
        if (code != XF_CODE_OK)
            on = note(r, &error);
    }
    free(text);
    return on;
}

xf_code /* NOLINTNEXTLINE(readability-non-const-parameter): written to through `reading` */
xf_conf_read_apart(const char *path, const xf_conf_key *keys, uint64_t *limits, xf_conf_told *told,
                   void *data, xf_conf_fault *ret_fault, xf_error *reterr)
{
    reading r = {.keys = keys, .limits = limits, .told = told, .data = data};
    xf_error error = {0};
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        (void)fail(XF_TEXT_FILE_UNREADABLE, "", &error);
        (void)note(&r, &error);
    } else if (take_lines(&r, file)) {
        if (ferror(file)) { /* a folder opens, and only then cannot be read */
            (void)fail(XF_TEXT_FILE_UNREADABLE, "", &error);
            (void)note(&r, &error);
        } else {
            (void)check_needed(&r);
        }
    }
    if (file != NULL)
        (void)fclose(file);
    if (r.first.code != XF_CODE_OK) {
        *ret_fault = r.first_fault;
        if (reterr != NULL)
            *reterr = r.first;
    }
    return r.first.code;
}

xf_code
xf_conf_read(const char *path, const xf_conf_key *keys, xf_conf_fault *ret_fault, xf_error *reterr)
{
    uint64_t limits[XF_LIMIT_COUNT];
    xf_code code = XF_CODE_OK;

    for (size_t i = 0; i < XF_LIMIT_COUNT; i++)
        limits[i] = xf_limit_get((xf_limit)i);
    XF_TRY(xf_conf_read_apart(path, keys, limits, NULL, NULL, ret_fault, reterr));
    for (size_t i = 0; i < XF_LIMIT_COUNT; i++)
        (void)xf_limit_set(xf_limit_key((xf_limit)i), limits[i]);
out:
    return code;
}

int
xf_conf_line(const char *path, const char *key)
{
    char *text = NULL;
    size_t cap = 0;
    int line = 0;
    bool found = false;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return 0;
    while (!found && getline(&text, &cap, file) >= 0) {
        char *at = without_mark(text, ++line);
        char *equals = strchr(at, '=');

        if (equals == NULL)
            continue;
        *equals = '\0';
        found = strcmp(trim(at), key) == 0;
    }
    free(text);
    (void)fclose(file);
    return found ? line : 0;
}
