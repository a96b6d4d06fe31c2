/* client/cli/bulletin_chart — bars month by month, two beside each other, each with its value.
 *
 * At most twelve months stand side by side; a longer period goes on below, to the same scale.
 * There is no axis: the values are written above the bars.
 */
#ifndef XF_CLI_BULLETIN_CHART_H
#define XF_CLI_BULLETIN_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "base/now.h"
#include "client/cli/bulletin_page.h"

typedef struct xf_bulletin_month {
    xf_day on; /* its first day */
    int64_t values[2];
} xf_bulletin_month;

/* `names` of the two bars. */
void xf_bulletin_chart(xf_bulletin_page *page, const char *heading, const char *note,
                       const char *const names[2], const xf_bulletin_month *months, size_t count);

/* Which ink is which, at the right end of the line that was just set. */
void xf_bulletin_chart_legend(xf_bulletin_page *page, const char *const names[2], double y);

#endif
