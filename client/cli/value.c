/* client/cli/value: the words of the verb table that are not free. */
#include "client/cli/value.h"

#include <stdio.h>
#include <string.h>

#include "figures.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "gen/enums.h"

static const char *const compared[] = {"previous-year", NULL};
static const char *const divided[] = {"unit", "month", "unit,month", NULL};

static const xf_value values[] = {
    {"文件", XF_VALUE_FILE, 0, NULL, NULL},
    {"文件…", XF_VALUE_FILE, 0, NULL, NULL},
    {"目录", XF_VALUE_FOLDER, 0, NULL, NULL},
    {"形式", XF_VALUE_WORDS, XF_CHANNEL_NOT_STATED, &xf__channel__descriptor, NULL},
    {"来源", XF_VALUE_WORDS, 0, &xf__source__descriptor, NULL},
    {"目的", XF_VALUE_WORDS, 0, &xf__purpose__descriptor, NULL},
    {"状态", XF_VALUE_WORDS, 0, &xf__state__descriptor, NULL},
    {"指标", XF_VALUE_WORDS, 0, &xf__figure__descriptor, NULL},
    {"什么", XF_VALUE_WORDS, 0, NULL, compared},
    {"怎么分", XF_VALUE_WORDS, 0, NULL, divided},
};

static const xf_value other = {"", XF_VALUE_FREE, 0, NULL, NULL};

const xf_value *
xf_value_find(const char *word)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (strcmp(values[i].word, word) == 0)
            return &values[i];
    }
    return &other;
}

static bool
listed(const xf_value *value, size_t i, char name[XF_WORDS_NAME])
{
    size_t count = 0;
    while (value->list[count] != NULL)
        count++;
    if (i >= count)
        return false;
    (void)snprintf(name, XF_WORDS_NAME, "%s", value->list[i]);
    return true;
}

bool
xf_value_at(const xf_value *value, size_t i, char name[XF_WORDS_NAME], const char **ret_chinese)
{
    *ret_chinese = "";
    if (value->list != NULL)
        return listed(value, i, name);
    for (unsigned v = 0; value->type != NULL && v < value->type->n_values; v++) {
        int32_t number = value->type->values[v].value;
        if (number == 0 || number == value->never)
            continue;
        if (i-- > 0)
            continue;
        xf_words_name(value->type, number, name);
        *ret_chinese = xf_words_of(value->type, number);
        return true;
    }
    return false;
}
