/* client/cli/figure_text — a figure as it is printed, and what the verbs of figures share. */
#ifndef XF_CLI_FIGURE_TEXT_H
#define XF_CLI_FIGURE_TEXT_H

#include <stdbool.h>

#include "figures.pb-c.h"

#include "client/cli/cli.h"

enum { XF_FIGURE_TEXT = 40 };

typedef enum xf_figure_part { XF_FIGURE_NOW, XF_FIGURE_BEFORE, XF_FIGURE_CHANGE } xf_figure_part;

/* "121", "98.3 %", "−48.9 %", "+1.2 个百分点", or "—" where there is nothing. Returns `out`. */
const char *xf_figure_text(const Xf__FigureValue *value, xf_figure_part part,
                           char out[XF_FIGURE_TEXT]);

/* figures.c: --period and --compare-with into a request. False: the person was told. */
bool xf_figures_period(xf_cli *cli, const xf_args *args, Xf__FiguresShowRequest *request);
/* figures.c: whether and when the months were frozen. */
void xf_figures_say_frozen(const Xf__FiguresShowReply *reply);

#endif
