/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the two halves of the dynamics processor share: multiband.c has its settings, its life and the
 * signal, multiband_gain.c what the gains shall be. */
#ifndef MDSP_MULTIBAND_INTERNAL_H
#define MDSP_MULTIBAND_INTERNAL_H

#include "dynamics/multiband.h"

/* Reads the groups that the newest n frames have completed and appends their nodes. */
void mdsp_multiband_detect (MdspMultiband *m, size_t n);

static inline unsigned
mdsp_multiband_row (const MdspMultiband *m, unsigned band, unsigned channel)
{
  return band * m->params.n_channels + channel;
}

/* A rising level is more of what is smoothed: reduction in two modes, less reduction in an expander. */
static inline double
mdsp_multiband_sign (MdspCurveMode mode)
{
  return mode == MDSP_CURVE_EXPAND ? 1.0 : -1.0;
}

#endif
