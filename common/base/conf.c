/* base/conf — reads the file line by line; the first fault ends it. */
#include "base/conf.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/memory.h"

enum { MOST_KEYS = 64 };

_Static_assert((int)XF_LIMIT_COUNT <= MOST_KEYS, "a bit a limit");

typedef struct reading {
    const xf_conf_key *keys;
    uint64_t seen_keys;   /* a bit a row of keys */
    uint64_t seen_limits; /* a bit a limit */
    xf_conf_fault fault;
} reading;

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
seen_before(uint64_t *seen, size_t i)
{
    uint64_t bit = UINT64_C(1) << i;
    bool before = (*seen & bit) != 0;

    *seen |= bit;
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
    if (seen_before(&r->seen_limits, i) || !number_of(value, &number) || number < 0 ||
        !xf_limit_set(key, (uint64_t)number))
        return fail(XF_TEXT_CONF_BAD_VALUE, key, reterr);
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
    if (seen_before(&r->seen_keys, i) || (row->needed && value[0] == '\0'))
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
    if (equals == NULL)
        return fail(XF_TEXT_CONF_BAD_VALUE, key, reterr);
    if (strncmp(key, "limit.", 6) == 0)
        return take_limit(r, key, trim(equals + 1), reterr);
    return take_key(r, key, trim(equals + 1), reterr);
}

static xf_code
check_needed(reading *r, xf_error *reterr)
{
    r->fault.line = 0;
    for (size_t i = 0; r->keys[i].key != NULL; i++) {
        if (!r->keys[i].needed || (r->seen_keys & (UINT64_C(1) << i)) != 0)
            continue;
        (void)snprintf(r->fault.key, sizeof r->fault.key, "%s", r->keys[i].key);
        return fail(XF_TEXT_FIELD_MISSING, r->keys[i].key, reterr);
    }
    return XF_CODE_OK;
}

xf_code
xf_conf_read(const char *path, const xf_conf_key *keys, xf_conf_fault *ret_fault, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    reading r = {.keys = keys};
    char *text = NULL;
    size_t cap = 0;
    ssize_t n = 0;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        XF_TRY(fail(XF_TEXT_FILE_UNREADABLE, "", reterr));
    while ((n = getline(&text, &cap, file)) >= 0) {
        r.fault.line++;
        r.fault.key[0] = '\0';
        if (strlen(text) != (size_t)n) /* a NUL would hide the rest */
            XF_TRY(fail(XF_TEXT_CONF_BAD_VALUE, "", reterr));
        XF_TRY(take_line(&r, text, reterr));
    }
    if (ferror(file)) /* a folder opens, and only then cannot be read */
        XF_TRY(fail(XF_TEXT_FILE_UNREADABLE, "", reterr));
    XF_TRY(check_needed(&r, reterr));
out:
    if (file != NULL)
        (void)fclose(file);
    free(text);
    if (code != XF_CODE_OK)
        *ret_fault = r.fault;
    return code;
}
