/* tests/support/stage_look — everything an officer can learn, as the bytes that tell it. */
#ifndef XF_TEST_STAGE_LOOK_H
#define XF_TEST_STAGE_LOOK_H

#include "stage_wire.h"

/* At a fresh desk: every reading method, and every act upon a matter, asked of the matter
 * `hidden` and of one that never was. The answers stay in the desk. */
xf_wire_desk *xf_stage_look(xf_story *s, xf_cast who, int64_t hidden);
/* In it the hidden matter is answered exactly as the one that never was. */
void xf_stage_assert_no_difference(xf_wire_desk *desk);
/* What the database itself shows to this actor, as the server's role: rows that have to do
 * with the petition. */
int64_t xf_stage_rows_seen(xf_story *s, xf_cast who, int64_t petition_id);

#endif
