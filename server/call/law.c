/* call/law — what check computed, by name; header has the manual.
 *
 * What does not fit is a mistake of ours. It is then not put, so that bind refuses.
 */
#include "call/law.h"

#include <assert.h>
#include <string.h>

/* The place of a name: its old one, if it was put before. NULL: full. */
static xf_law_value *
place(xf_law *law, const char *name)
{
    xf_law_value *value = NULL;
    for (size_t i = 0; i < law->n && !value; i++) {
        if (strcmp(law->value[i].name, name) == 0)
            value = &law->value[i];
    }
    assert(value || law->n < XF_LAW_VALUES);
    if (!value && law->n < XF_LAW_VALUES)
        value = &law->value[law->n++];
    if (value)
        *value = (xf_law_value){.name = name};
    return value;
}

void
xf_law_put(xf_law *law, const char *name, int64_t number)
{
    xf_law_value *value = place(law, name);
    if (!value)
        return;
    value->n = 1;
    value->number[0] = number;
}

void
xf_law_put_null(xf_law *law, const char *name)
{
    xf_law_value *value = place(law, name);
    if (value)
        value->null = true;
}

void
xf_law_put_text(xf_law *law, const char *name, const char *text)
{
    xf_law_value *value = place(law, name);
    if (value)
        value->text = text;
}

void
xf_law_put_list(xf_law *law, const char *name, const int64_t *numbers, size_t n)
{
    assert(n <= XF_LAW_LIST);
    if (n > XF_LAW_LIST)
        return;
    xf_law_value *value = place(law, name);
    if (!value)
        return;
    value->list = true;
    value->n = n;
    if (n)
        memcpy(value->number, numbers, n * sizeof *numbers);
}

void
xf_law_put_long(xf_law *law, const char *name, const int64_t *numbers, size_t n)
{
    xf_law_value *value = place(law, name);
    if (!value)
        return;
    value->list = true;
    value->numbers = numbers;
    value->n = n;
}

void
xf_law_put_bytes(xf_law *law, const char *name, const uint8_t *bytes, size_t n)
{
    xf_law_value *value = place(law, name);
    if (!value)
        return;
    value->bytes = bytes;
    value->n = n;
}

const xf_law_value *
xf_law_find(const xf_law *law, const char *name)
{
    for (size_t i = 0; i < law->n; i++) {
        if (strcmp(law->value[i].name, name) == 0)
            return &law->value[i];
    }
    return NULL;
}
