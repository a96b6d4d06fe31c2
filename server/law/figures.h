/* law/figures — how a figure is compared (reference: indicators, 同比).
 *
 * One decimal, half away from zero; a denominator of 0 has no rate and prints "—".
 */
#ifndef XF_LAW_FIGURES_H
#define XF_LAW_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/now.h"

/* Change against `previous` in tenths of a per cent: 121 after 237 is -489. False when
 * there is nothing to compare with. */
bool xf_figures_change(int64_t value, int64_t previous, int32_t *ret_tenths);

/* The same day a year before; 29 February becomes the 28th. */
xf_day xf_figures_year_before(xf_day day);

#endif
