/* Reads: lanes that take from one queue, so that one works while the other waits. */
#include "db/reader.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/lanes.h"

struct xf_reader {
    xf_lanes *lanes;
};

static const xf_lanes_plan plan = {
    .name = "xinfang reader",
    .locks_heads = false,
    .batch = XF_LIMIT_DB_READ_BATCH,
    .counts = {.committed = XF_METRIC_READ_COMMITS,
               .rolled_back = XF_METRIC_READ_ROLLBACKS,
               .unknown = XF_METRIC_READ_UNKNOWN,
               .opened = XF_METRIC_READ_OPENED,
               .batch = XF_SPREAD_READ_BATCH},
};

xf_code
xf_reader_new(uv_loop_t *loop, const char *conninfo, unsigned connections, xf_reader **ret_reader,
              xf_error *reterr)
{
    xf_reader *reader = xf_memory_new(sizeof *reader);
    xf_code code = xf_lanes_new(loop, conninfo, connections, &plan, &reader->lanes, reterr);
    if (code != XF_CODE_OK) {
        free(reader);
    } else {
        *ret_reader = reader;
    }
    return code;
}

xf_code
xf_reader_run(xf_reader *reader, xf_query *query, xf_error *reterr)
{
    return xf_lanes_run(reader->lanes, query, reterr);
}

bool
xf_reader_withdraw(xf_reader *reader, xf_query *query)
{
    return xf_lanes_withdraw(reader->lanes, query);
}

size_t
xf_reader_waiting(const xf_reader *reader)
{
    return xf_lanes_waiting(reader->lanes);
}

void
xf_reader_close(xf_reader **reader)
{
    if (*reader == NULL)
        return;
    xf_lanes_close(&(*reader)->lanes);
    free(*reader);
    *reader = NULL;
}
