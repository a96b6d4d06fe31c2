/* call/law — what a method's check computed, by name, on its way into SQL.
 *
 * check puts `next_state`; the statement's head says "-- law: next_state int2" and uses
 * :next_state::int2. A name that the statement asks for and check left out is INTERNAL.
 */
#ifndef XF_CALL_LAW_H
#define XF_CALL_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A statement has 20 names at most (sqlgen); one that is put twice takes two places. */
enum { XF_LAW_VALUES = 32, XF_LAW_LIST = 32 };

/* In a list: an element that is NULL. */
#define XF_LAW_NULL INT64_MIN

typedef struct xf_law_value {
    const char *name; /* a literal */
    bool null;
    bool list;
    const char *text;       /* a text value, or NULL: then it is numbers */
    const uint8_t *bytes;   /* a bytea value of n bytes, or NULL */
    size_t n;               /* how many numbers (a scalar has one), or bytes */
    const int64_t *numbers; /* in the law's own room, or borrowed */
} xf_law_value;

/* Empty when n is 0, whatever stands behind it: xf_call_new does not zero those 10 KiB (6 of them
 * were a sixteenth of the server's work at an open). It points into itself and is not to be copied. */
typedef struct xf_law {
    size_t n;
    xf_law_value value[XF_LAW_VALUES];
    int64_t numbers[XF_LAW_VALUES][XF_LAW_LIST]; /* of each value that is not borrowed */
} xf_law;

void xf_law_put(xf_law *law, const char *name, int64_t number);
void xf_law_put_null(xf_law *law, const char *name);
void xf_law_put_text(xf_law *law, const char *name,
                     const char *text); /* borrowed: literal or arena */
void xf_law_put_list(xf_law *law, const char *name, const int64_t *numbers, size_t n);
/* As many as there are; borrowed: the call's arena. */
void xf_law_put_long(xf_law *law, const char *name, const int64_t *numbers, size_t n);
void xf_law_put_bytes(xf_law *law, const char *name, const uint8_t *bytes, size_t n); /* borrowed */
/* What was put last under that name. NULL: nothing. */
const xf_law_value *xf_law_find(const xf_law *law, const char *name);

#endif
