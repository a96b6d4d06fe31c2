/* sqlgen/kind — the number in the column's place, of two inserts. */
#include "sqlgen/kind.h"

#include <stdio.h>
#include <string.h>

/* Up to the comma, the bracket or the `from` that ends it. */
static size_t
item_length(const char *at)
{
    size_t n = 0;
    int deep = 0;

    for (; at[n] != '\0'; n++) {
        if (at[n] == '\'') {
            n += 1 + strcspn(at + n + 1, "'");
            if (at[n] == '\0')
                break;
        } else if (deep == 0 && (strchr(",)]", at[n]) || strncmp(at + n, " from ", 6) == 0)) {
            break;
        }
        deep += (at[n] == '(' || at[n] == '[') - (at[n] == ')' || at[n] == ']');
    }
    return n;
}

/* The item in this place, from 1, or NULL. */
static const char *
item_at(const char *list, size_t place)
{
    for (; place > 1; place--) {
        list += item_length(list);
        if (*list != ',')
            return NULL;
        list++;
    }
    return list + strspn(list, " ");
}

/* Of a column in "a, b, c)", from 1; 0: it is not there. */
static size_t
place_of(const char *columns, const char *column)
{
    const char *at = NULL;

    for (size_t place = 1; (at = item_at(columns, place)) != NULL; place++) {
        if (item_length(at) == strlen(column) && strncmp(at, column, strlen(column)) == 0)
            return place;
    }
    return 0;
}

/* What the first such insert puts into the column, if that is a number; else NULL. */
static const char *
number_in(const char *sql, const char *insert, const char *column)
{
    static const char values[] = ") select ";
    const char *columns = strstr(sql, insert);
    const char *end = columns ? strchr(columns, ')') : NULL;

    if (end == NULL || strncmp(end, values, strlen(values)) != 0)
        return NULL;
    const size_t place = place_of(columns + strlen(insert), column);
    const char *value = place > 0 ? item_at(end + strlen(values), place) : NULL;
    const size_t digits = value ? strspn(value, "0123456789") : 0;
    return digits > 0 && digits == item_length(value) ? value : NULL;
}

bool
xf_kind_agrees(const char *sql, char ret_what[XF_SCAN_WHAT])
{
    const char *event = number_in(sql, "insert into event (", "kind");
    const char *feed = number_in(sql, "insert into feed (", "event");

    if (event == NULL || feed == NULL)
        return true;
    const size_t n = item_length(event);
    const size_t m = item_length(feed);
    if (n == m && strncmp(event, feed, n) == 0)
        return true;
    (void)snprintf(
        ret_what, XF_SCAN_WHAT,
        "kind %.*s goes into event and %.*s into feed: the history and the news would say "
        "different things",
        (int)n, event, (int)m, feed);
    return false;
}
