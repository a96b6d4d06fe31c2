/* client/cli/progress — how far a long work has come, on standard error.
 *
 * A bar when standard error is a terminal; plain lines, one every tenth, when asked for;
 * else nothing.
 */
#ifndef XF_CLI_PROGRESS_H
#define XF_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct xf_progress {
    const char *name; /* borrowed */
    size_t total;
    bool bar, lines;
    int64_t began_ms, drawn_ms;
    size_t tenths; /* printed so far */
} xf_progress;

void xf_progress_start(xf_progress *progress, const char *name, size_t total, bool lines);
void xf_progress_step(xf_progress *progress, size_t done);
void xf_progress_end(xf_progress *progress, size_t done);

#endif
