/* call/law — what check computed, by name; header has the manual.
 *
 * What does not fit is a mistake of ours. It is then not put, so that bind refuses.
 */
#include "call/law.h"

#include <assert.h>
#include <string.h>

/* The place of a further value. NULL: full. */
static xf_law_value *
place(xf_law *law, const char *name)
{
    assert(law->n < XF_LAW_VALUES);
    if (law->n >= XF_LAW_VALUES)
        return NULL;
    xf_law_value *value = &law->value[law->n];
    *value = (xf_law_value){.name = name, .numbers = law->numbers[law->n]};
    law->n++;
    return value;
}

/* Where the numbers of a value stand that it does not borrow. */
static int64_t *
own_numbers(xf_law *law, const xf_law_value *value)
{
    return law->numbers[value - law->value];
}

void
xf_law_put(xf_law *law, const char *name, int64_t number)
{
    xf_law_value *value = place(law, name);
    if (!value)
        return;
    value->n = 1;
    *own_numbers(law, value) = number;
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
        memcpy(own_numbers(law, value), numbers, n * sizeof *numbers);
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
    for (size_t i = law->n; i > 0; i--) {
        const xf_law_value *value = &law->value[i - 1];
        if (*value->name == *name && strcmp(value->name, name) == 0) /* few begin alike */
            return value;
    }
    return NULL;
}
