/* client/cli/figure_text: a figure as people read it: one decimal, a true minus sign, and "—"
 * where there is none. */
#include "client/cli/figure_text.h"

#include <inttypes.h>
#include <stdio.h>

/* -489 is "−48.9 %". */
static void
put_tenths(char out[XF_FIGURE_TEXT], bool has, int32_t tenths, bool with_sign, const char *unit)
{
    int32_t size = tenths < 0 ? -tenths : tenths;
    const char *sign = tenths < 0 ? "−" : with_sign && tenths > 0 ? "+" : "";
    if (!has) {
        (void)snprintf(out, XF_FIGURE_TEXT, "—");
    } else {
        (void)snprintf(out, XF_FIGURE_TEXT, "%s%" PRId32 ".%" PRId32 " %s", sign, size / 10,
                       size % 10, unit);
    }
}

static void
put_number(char out[XF_FIGURE_TEXT], bool has, int64_t number)
{
    if (has) {
        (void)snprintf(out, XF_FIGURE_TEXT, "%" PRId64, number);
    } else {
        (void)snprintf(out, XF_FIGURE_TEXT, "—");
    }
}

const char *
xf_figure_text(const Xf__FigureValue *value, xf_figure_part part, char out[XF_FIGURE_TEXT])
{
    bool rate = value->has_whole;
    switch (part) {
    case XF_FIGURE_NOW:
        if (rate) {
            put_tenths(out, value->has_rate_tenths, value->rate_tenths, false, "%");
        } else {
            put_number(out, true, value->value);
        }
        break;
    case XF_FIGURE_BEFORE:
        if (rate) {
            put_tenths(out, value->has_previous_rate_tenths, value->previous_rate_tenths, false,
                       "%");
        } else {
            put_number(out, value->has_previous, value->previous);
        }
        break;
    case XF_FIGURE_CHANGE:
        put_tenths(out, value->has_change_tenths, value->change_tenths, true,
                   rate ? XF_TR("个百分点") : "%");
        break;
    }
    return out;
}
