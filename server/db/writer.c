/* Commands: lanes with a queue each, chosen by bureau, under head locks. */
#include "db/writer.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/lanes.h"

struct xf_writer {
    xf_lanes *lanes;
};

static const xf_lanes_plan plan = {
    .name = "xinfang writer",
    .locks_heads = true,
    .batch = XF_LIMIT_DB_BATCH,
    .counts = {.committed = XF_METRIC_COMMITS,
               .rolled_back = XF_METRIC_ROLLBACKS,
               .unknown = XF_METRIC_UNKNOWN,
               .opened = XF_METRIC_OPENED,
               .batch = XF_SPREAD_BATCH},
};

xf_code
xf_writer_new(uv_loop_t *loop, const char *conninfo, unsigned connections, xf_writer **ret_writer,
              xf_error *reterr)
{
    xf_writer *writer = xf_memory_new(sizeof *writer);
    xf_code code = xf_lanes_new(loop, conninfo, connections, &plan, &writer->lanes, reterr);
    if (code != XF_CODE_OK) {
        free(writer);
    } else {
        *ret_writer = writer;
    }
    return code;
}

xf_code
xf_writer_run(xf_writer *writer, xf_query *query, xf_error *reterr)
{
    return xf_lanes_run(writer->lanes, query, reterr);
}

bool
xf_writer_withdraw(xf_writer *writer, xf_query *query)
{
    return xf_lanes_withdraw(writer->lanes, query);
}

size_t
xf_writer_waiting(const xf_writer *writer)
{
    return xf_lanes_waiting(writer->lanes);
}

void
xf_writer_close(xf_writer **writer)
{
    if (*writer == NULL)
        return;
    xf_lanes_close(&(*writer)->lanes);
    free(*writer);
    *writer = NULL;
}
