/* client/cli/audience — whose news, and up to where: "unit:12=3", "role:reception=0",
 * "officer:7=1". The number may be left out where only the audience is meant.
 */
#ifndef XF_CLI_AUDIENCE_H
#define XF_CLI_AUDIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed.pb-c.h"

#include "gen/enums.h"

/* An officer has a unit, himself and a dozen roles at most. */
enum { XF_AUDIENCE_MOST = 64, XF_AUDIENCE_NAME = 64 };

typedef struct xf_audience {
    xf_audience_kind kind;
    int32_t id;
    int64_t cursor;
} xf_audience;

typedef struct xf_audiences {
    xf_audience rows[XF_AUDIENCE_MOST];
    size_t count;
} xf_audiences;

bool xf_audience_parse(const char *text, xf_audience *ret_audience);
void xf_audience_name(xf_audience_kind kind, int32_t id, char out[XF_AUDIENCE_NAME]);

/* Moves an audience's cursor forward. False: it stood there already (a double), or there
 * is no room. */
bool xf_audiences_forward(xf_audiences *audiences, xf_audience to);

/* The same as messages, for a request. */
typedef struct xf_audience_cursors {
    Xf__FeedCursor cursors[XF_AUDIENCE_MOST];
    Xf__FeedCursor *pointers[XF_AUDIENCE_MOST];
} xf_audience_cursors;

void xf_audiences_fill(const xf_audiences *audiences, xf_audience_cursors *ret_cursors);

#endif
