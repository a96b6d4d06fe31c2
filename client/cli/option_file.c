/* client/cli/option_file: one buffer; each line is made "--name=value" in place, in a second
 * buffer that is two bytes a line longer. */
#include "client/cli/option_file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

enum { FILE_MOST = 256 * 1024, LINES_MOST = 4096, READ_SIZE = 65536 };

static xf_code
read_text(const char *path, char **ret_text, size_t *ret_n, xf_error *reterr)
{
    bool input = strcmp(path, "-") == 0;
    FILE *file = input ? stdin : fopen(path, "re");
    if (file == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path);
    char *text = xf_memory_new(FILE_MOST + 1);
    size_t n = fread(text, 1, FILE_MOST + 1, file);
    bool failed = ferror(file) != 0;
    if (!input)
        (void)fclose(file);
    xf_code code = XF_CODE_OK;
    if (failed) {
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%.80s", path);
    } else if (n > FILE_MOST) {
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%.80s", path);
    } else if (!xf_utf8_valid((const uint8_t *)text, n) || memchr(text, '\0', n) != NULL) {
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_BYTES, "%.80s", path);
    }
    if (code != XF_CODE_OK) {
        explicit_bzero(text, n);
        free(text);
        return code;
    }
    text[n] = '\0';
    *ret_text = text;
    *ret_n = n;
    return XF_CODE_OK;
}

/* Without white space at either end. */
static char *
trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r", text[n - 1]) != NULL)
        n--;
    text[n] = '\0';
    return text;
}

/* "name = value" as "--name=value" at `out`; how many bytes with its NUL. */
static size_t
put_word(char *line, char *out)
{
    char *equals = strchr(line, '=');
    if (equals != NULL)
        *equals = '\0';
    const char *name = trimmed(line);
    char *at = stpcpy(out, "--");
    at = stpcpy(at, name);
    if (equals != NULL) {
        at = stpcpy(at, "=");
        at = stpcpy(at, trimmed(equals + 1));
    }
    return (size_t)(at - out) + 1;
}

xf_code
xf_option_file_read(const char *path, xf_option_file *ret_file, xf_error *reterr)
{
    char *text = NULL;
    char *rest = NULL;
    size_t n = 0;
    size_t used = 0;
    xf_code code = read_text(path, &text, &n, reterr);
    if (code != XF_CODE_OK)
        return code;
    xf_option_file file = {
        .text = xf_memory_new(n + 4 * (size_t)LINES_MOST),
        .argv = xf_memory_new(LINES_MOST * sizeof(char *)),
    };
    for (char *line = strtok_r(text, "\n", &rest); line != NULL && code == XF_CODE_OK;
         line = strtok_r(NULL, "\n", &rest)) {
        line = trimmed(line);
        if (*line == '\0' || *line == '#')
            continue;
        if (file.argc == LINES_MOST) {
            code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%.80s", path);
        } else {
            file.argv[file.argc++] = file.text + used;
            used += put_word(line, file.text + used);
        }
    }
    assert(text != NULL);
    explicit_bzero(text, n);
    free(text);
    if (code != XF_CODE_OK) {
        xf_option_file_clear(&file);
        return code;
    }
    *ret_file = file;
    return XF_CODE_OK;
}

void
xf_option_file_clear(xf_option_file *file)
{
    for (int i = 0; i < file->argc; i++)
        explicit_bzero(file->argv[i], strlen(file->argv[i]));
    free(file->text);
    free((void *)file->argv);
    *file = (xf_option_file){NULL, NULL, 0};
}
