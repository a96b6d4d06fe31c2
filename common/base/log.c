/* base/log — puts one line together and writes it at once. */
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/now.h"

enum { LINE_BYTES = 1024, SHANGHAI_MS = 8 * 3600 * 1000, MS_OF_DAY = 86400000 };

/* Written at process start only, before there are threads. */
static xf_log_level least = XF_LOG_INFO;

typedef struct line {
    char text[LINE_BYTES];
    size_t len;
} line;

void
xf_log_least(xf_log_level level)
{
    least = level;
}

static const char *
level_name(xf_log_level level)
{
    switch (level) {
    case XF_LOG_DEBUG: return "DEBUG";
    case XF_LOG_INFO: return "INFO";
    case XF_LOG_WARN: return "WARN";
    case XF_LOG_ERROR: return "ERROR";
    }
    return "ERROR";
}

/* What snprintf wrote; a line that is full is cut, and keeps room for its newline. */
static void
wrote(line *out, int n)
{
    size_t room = LINE_BYTES - 1 - out->len;

    if (n > 0)
        out->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void
put_head(line *out, xf_log_level level, const char *event)
{
    int64_t now = xf_now_ms();
    int64_t day_ms = (now + SHANGHAI_MS) % MS_OF_DAY;
    unsigned ms = (unsigned)(day_ms < 0 ? day_ms + MS_OF_DAY : day_ms);
    char day[11];

    xf_day_print(xf_day_of_ms(now), day);
    wrote(out, snprintf(out->text, LINE_BYTES - 1, "%sT%02u:%02u:%02u.%03u+08:00 %s %s", day,
                        ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000, level_name(level),
                        event));
}

static void
put_field(line *out, const xf_log_field *field)
{
    char *at = out->text + out->len;
    size_t room = LINE_BYTES - 1 - out->len;

    if (field->word != NULL) {
        wrote(out, snprintf(at, room, " %s=%s", field->key, field->word));
    } else {
        wrote(out, snprintf(at, room, " %s=%" PRId64, field->key, field->number));
    }
}

void
xf_log_write(xf_log_level level, const char *event, const xf_log_field *fields)
{
    line out;

    if (level < least)
        return;
    out.len = 0;
    put_head(&out, level, event);
    for (const xf_log_field *field = fields; field->key != NULL; field++)
        put_field(&out, field);
    out.text[out.len++] = '\n';
    /* A log that cannot be written has nobody to be told. */
    if (write(STDERR_FILENO, out.text, out.len) < 0)
        return;
}
