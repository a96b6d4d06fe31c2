/* tests/support/stage_wire — a desk that shows the bytes: each frame as it came, in its order.
 *
 * For the stories that need what client/lib hides: which answer came first, whether two
 * answers are equal to the byte, GOAWAY. HELLO, WELCOME and the login are behind it when it
 * is given out, and every request id begins where the others' begin.
 */
#ifndef XF_TEST_STAGE_WIRE_H
#define XF_TEST_STAGE_WIRE_H

#include "stage.h"

enum { XF_WIRE_FRAMES = 256 };

typedef struct xf_wire_frame {
    xf_frame_type type;
    xf_rpc rpc;
    uint64_t id;
    uint8_t *body;
    size_t n;
} xf_wire_frame;

typedef struct xf_wire_desk xf_wire_desk;

xf_wire_desk *xf_wire_desk_new(xf_story *s, xf_cast who); /* NOBODY: not logged in */
/* At another device of the bureau. */
xf_wire_desk *xf_wire_desk_new_elsewhere(xf_story *s, xf_cast who);
/* With the certificate DIR/DEVICE.crt of the stage. */
xf_wire_desk *xf_wire_desk_new_at(xf_story *s, xf_cast who, const char *device);
void xf_wire_desk_free(xf_wire_desk **desk); /* before the stage goes down */

/* Queues a request: it goes out when the loop turns next. Gives its id. */
uint64_t xf_wire_desk_send(xf_wire_desk *desk, xf_rpc rpc, const ProtobufCMessage *request);
/* Queues the registration of a visit, another operation each time. */
void xf_wire_desk_send_registration(xf_wire_desk *desk);
/* The i-th frame since login, from 0; waits for it. */
const xf_wire_frame *xf_wire_desk_frame(xf_wire_desk *desk, size_t i);
size_t xf_wire_desk_frames(const xf_wire_desk *desk); /* how many came so far */
/* Waits until the server has closed the connection. */
void xf_wire_desk_wait_closed(xf_wire_desk *desk);
/* Sends, and waits for the answer to it. */
const xf_wire_frame *xf_wire_desk_ask(xf_wire_desk *desk, xf_rpc rpc,
                                      const ProtobufCMessage *request);
/* Every answer in it, whole and in order, is the same in the other. */
bool xf_wire_desk_same(const xf_wire_desk *a, const xf_wire_desk *b);
void xf_wire_desk_assert_same(const xf_wire_desk *a, const xf_wire_desk *b);
bool xf_wire_frame_same(const xf_wire_frame *a, const xf_wire_frame *b); /* but for the id */

#endif
