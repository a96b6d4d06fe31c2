/* base/code — the attribute every fallible function carries.
 *
 * The codes themselves are `enum Code` of proto/error.proto; proto/gen makes
 * `xf_code` (XF_CODE_OK, XF_CODE_INVALID …) from it into gen/code.h.
 */
#ifndef XF_BASE_CODE_H
#define XF_BASE_CODE_H

#include "gen/code.h"

#define XF_NODISCARD         __attribute__((warn_unused_result))
#define XF_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* The only macro that hides a jump: leaves through `out` when a call fails.
 * The function has `xf_code code = XF_CODE_OK;` and a label `out`. */
#define XF_TRY(call)            \
    do {                        \
        code = (call);          \
        if (code != XF_CODE_OK) \
            goto out;           \
    } while (0)

#endif
