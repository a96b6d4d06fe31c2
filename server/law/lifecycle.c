/* law/lifecycle — one table; a new state or act is a row here. */
#include "law/lifecycle.h"

typedef struct transition {
    xf_rpc act;
    xf_state from;
    xf_state to;
} transition;

/* All rows of one act lead to the same state (xf_lifecycle_next). No route exists yet, so a matter is assigned from where it was registered. */
static const transition transitions[] = {
    {XF_RPC_MATTER_ASSIGN, XF_STATE_REGISTERED, XF_STATE_ASSIGNED},
    {XF_RPC_MATTER_TAKE, XF_STATE_ASSIGNED, XF_STATE_TAKEN},
};

enum { TRANSITIONS = sizeof transitions / sizeof transitions[0] };

size_t
xf_lifecycle_from(xf_rpc act, int64_t ret_states[XF_LIFECYCLE_STATES])
{
    size_t n = 0;

    for (size_t i = 0; i < TRANSITIONS && n < XF_LIFECYCLE_STATES; i++) {
        if (transitions[i].act == act)
            ret_states[n++] = (int64_t)transitions[i].from;
    }
    return n;
}

xf_state
xf_lifecycle_next(xf_rpc act)
{
    for (size_t i = 0; i < TRANSITIONS; i++) {
        if (transitions[i].act == act)
            return transitions[i].to;
    }
    return XF_STATE_UNSPECIFIED;
}

bool
xf_lifecycle_allows(xf_rpc act, xf_state from)
{
    for (size_t i = 0; i < TRANSITIONS; i++) {
        if (transitions[i].act == act && transitions[i].from == from)
            return true;
    }
    return false;
}

xf_state
xf_lifecycle_from_book(bool assigned, bool closed, bool followed_up)
{
    if (followed_up)
        return XF_STATE_FOLLOWED_UP;
    if (closed)
        return XF_STATE_CLOSED;
    return assigned ? XF_STATE_ASSIGNED : XF_STATE_REGISTERED;
}
