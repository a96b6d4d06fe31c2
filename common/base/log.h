/* base/log — one line an event, without personal data.
 *
 *     XF_INFO("matter.assigned", XF_ID(matter, id), XF_MS(took));
 *
 * The name is a literal; fields are typed: identifiers, counts, milliseconds, codes.
 * There is no text field, so no name, telephone or demand can be logged.
 * Lines go to standard error: "2026-11-24T08:31:02.123+08:00 INFO matter.assigned matter=… took_ms=3".
 */
#ifndef XF_BASE_LOG_H
#define XF_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef enum xf_log_level { XF_LOG_DEBUG, XF_LOG_INFO, XF_LOG_WARN, XF_LOG_ERROR } xf_log_level;

typedef struct xf_log_field {
    const char *key; /* a literal */
    int64_t number;
    const char *word; /* a literal of ours (a code's name, a method's name, an SQLSTATE) or NULL */
} xf_log_field;

#define XF_ID(key, value)    ((xf_log_field){#key, (int64_t)(value), NULL})
#define XF_COUNT(key, value) ((xf_log_field){#key, (int64_t)(value), NULL})
#define XF_MS(value)         ((xf_log_field){"took_ms", (int64_t)(value), NULL})
#define XF_CODE(value)       ((xf_log_field){"code", 0, xf_code_name(value)})
/* A word of ours: a method's name, an SQLSTATE. Never anything that came from outside. */
#define XF_WORD(key, literal) ((xf_log_field){#key, 0, (literal)})
/* Where an error was born and which words it has; one field each. */
#define XF_BORN(error) ((xf_log_field){(error)->file ? (error)->file : "-", (error)->line, NULL})

#define XF_DEBUG(event, ...)             \
    xf_log_write(XF_LOG_DEBUG, "" event, \
                 (xf_log_field[]){__VA_ARGS__ __VA_OPT__(, ){NULL, 0, NULL}})
#define XF_INFO(event, ...) \
    xf_log_write(XF_LOG_INFO, "" event, (xf_log_field[]){__VA_ARGS__ __VA_OPT__(, ){NULL, 0, NULL}})
#define XF_WARN(event, ...) \
    xf_log_write(XF_LOG_WARN, "" event, (xf_log_field[]){__VA_ARGS__ __VA_OPT__(, ){NULL, 0, NULL}})
#define XF_ERROR(event, ...)             \
    xf_log_write(XF_LOG_ERROR, "" event, \
                 (xf_log_field[]){__VA_ARGS__ __VA_OPT__(, ){NULL, 0, NULL}})

/* `fields` ends with a row whose key is NULL. One write(2) a line, from any thread. */
void xf_log_write(xf_log_level level, const char *event, const xf_log_field *fields);
void xf_log_least(xf_log_level level); /* process start */

#endif
