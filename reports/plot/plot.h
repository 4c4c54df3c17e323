/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Plot: a picture of a report, drawn by gnuplot: SRAM and cycles of each layer side by side.
 *
 *     struct report ─► DIR/layers.dat + layers.gp ─► gnuplot ─► DIR/layers.svg, layers.png
 *
 * The script is kept beside the picture, so that it can be changed and run again by hand.
 */
#ifndef REPORTS_PLOT_H
#define REPORTS_PLOT_H

#include <stdbool.h>

#include "reports/report.h"

/* dir is made when it is not there. ERR_MISSING without gnuplot (the data and the script are
 * written all the same), ERR_UNSUPPORTED for a report without layers, ERR_TOOL when gnuplot
 * fails, ERR_IO. */
bool plot_layers(const struct report *r, const char *dir, struct err *e);

#endif
