/* db/probe — could a command be done now? Asked over a connection of its own.
 *
 * Whatever the database does, the answer comes within the time given: what was not heard by
 * then is no. Blocks: never in a loop's thread. Leaves nothing behind in the database.
 */
#ifndef XF_DB_PROBE_H
#define XF_DB_PROBE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct xf_probe {
    bool reached;
    bool schema;   /* every migration of this program stands as it was written */
    bool writable; /* no standby, and not set to read only */
    bool access;   /* an access row can be written: without one nothing is shown */
} xf_probe;

void xf_probe_run(const char *conninfo, int64_t within_ms, xf_probe *ret_probe);

#endif
