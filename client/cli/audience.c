/* client/cli/audience: a small list, searched from end to end. */
#include "client/cli/audience.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "login.pb-c.h"

#include "client/cli/args.h"
#include "client/cli/words.h"

static bool
read_id(xf_audience_kind kind, const char *text, int32_t *ret_id)
{
    int64_t number = 0;
    if (kind == XF_AUDIENCE_KIND_ROLE && xf_words_read(&xf__role__descriptor, text, ret_id))
        return true;
    if (!xf_args_whole(text, 0, INT32_MAX, &number))
        return false;
    *ret_id = (int32_t)number;
    return true;
}

bool
xf_audience_parse(const char *text, xf_audience *ret_audience)
{
    char copy[XF_AUDIENCE_NAME + 24];
    int32_t kind = 0;
    xf_audience audience = {0};
    if ((size_t)snprintf(copy, sizeof(copy), "%s", text) >= sizeof(copy))
        return false;
    char *colon = strchr(copy, ':');
    if (colon == NULL)
        return false;
    *colon = '\0';
    char *equals = strchr(colon + 1, '=');
    if (equals != NULL)
        *equals = '\0';
    if (!xf_words_read(&xf__audience_kind__descriptor, copy, &kind))
        return false;
    audience.kind = (xf_audience_kind)kind;
    if (!read_id(audience.kind, colon + 1, &audience.id))
        return false;
    if (equals != NULL && !xf_args_whole(equals + 1, 0, INT64_MAX, &audience.cursor))
        return false;
    *ret_audience = audience;
    return true;
}

void
xf_audience_name(xf_audience_kind kind, int32_t id, char out[XF_AUDIENCE_NAME])
{
    char left[XF_WORDS_NAME];
    char right[XF_WORDS_NAME];
    xf_words_name(&xf__audience_kind__descriptor, (int32_t)kind, left);
    if (kind == XF_AUDIENCE_KIND_ROLE) {
        xf_words_name(&xf__role__descriptor, id, right);
    } else {
        (void)snprintf(right, sizeof(right), "%" PRId32, id);
    }
    (void)snprintf(out, XF_AUDIENCE_NAME, "%.20s:%.40s", left, right);
}

bool
xf_audiences_forward(xf_audiences *audiences, xf_audience to)
{
    for (size_t i = 0; i < audiences->count; i++) {
        xf_audience *row = &audiences->rows[i];
        if (row->kind != to.kind || row->id != to.id)
            continue;
        bool new_one = to.cursor > row->cursor;
        row->cursor = new_one ? to.cursor : row->cursor;
        return new_one;
    }
    if (audiences->count == XF_AUDIENCE_MOST)
        return false;
    audiences->rows[audiences->count++] = to;
    return true;
}

void
xf_audiences_fill(const xf_audiences *audiences, xf_audience_cursors *ret_cursors)
{
    for (size_t i = 0; i < audiences->count; i++) {
        Xf__FeedCursor cursor = XF__FEED_CURSOR__INIT;
        cursor.has_kind = 1;
        cursor.kind = (Xf__AudienceKind)audiences->rows[i].kind;
        cursor.has_id = 1;
        cursor.id = audiences->rows[i].id;
        cursor.has_cursor = 1;
        cursor.cursor = audiences->rows[i].cursor;
        ret_cursors->cursors[i] = cursor;
        ret_cursors->pointers[i] = &ret_cursors->cursors[i];
    }
}
