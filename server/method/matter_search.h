/* method/matter_search — what is looked for, and what the timer prepares for it. */
#ifndef XF_METHOD_MATTER_SEARCH_H
#define XF_METHOD_MATTER_SEARCH_H

#include "call/call.h"

xf_code xf_matter_search_check(xf_call *call, xf_error *reterr);
xf_code xf_matter_index_check(xf_call *call, xf_error *reterr);

#endif
