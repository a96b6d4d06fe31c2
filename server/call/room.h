/* call/room — what a worker lends every call that runs on its loop. */
#ifndef XF_CALL_ROOM_H
#define XF_CALL_ROOM_H

#include <uv.h>

#include "call/calendars.h"
#include "call/plan.h"
#include "crypto/issue.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "db/reader.h"
#include "db/writer.h"

typedef struct xf_room {
    uv_loop_t *loop;
    xf_writer *writer;
    xf_reader *reader;
    xf_password_desk *passwords;
    const xf_seal *seal;
    const xf_issuer *issuer; /* NULL: no certificate is made here */
    xf_calendars *calendars; /* each bureau's, as last read */
    xf_plans *plans;         /* of columns into replies; NULL: not kept */
    size_t running;          /* calls that were started and are not done */
} xf_room;

#endif
