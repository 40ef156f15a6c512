/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * |H|^2 of the analogue filters that the equaliser's bands follow (biquad.h has the formulas), for
 * designs that start from the magnitude.
 */
#ifndef MDSP_PROTOTYPE_H
#define MDSP_PROTOTYPE_H

#include "filter/equalizer_band.h"

typedef struct {
  MdspEqType type;
  unsigned order;                            /* of cuts and shelves */
  double per_hz2;                            /* x = f^2 per_hz2 = (f / f0)^2 */
  double gain, per_q2;                       /* linear; 1 / q^2 */
  double level;                              /* factor of the whole */
  double shelf_x[2 * MDSP_TILT_SECTIONS];    /* of a tilt: 1 / corner^2 ... */
  double shelf_gain[2 * MDSP_TILT_SECTIONS]; /* ... and gain of each one-pole shelf */
} MdspPrototype;

/* From legal settings (equalizer_band.h); gain, frequency and q as there. */
void mdsp_prototype_design (MdspPrototype *p, const MdspEqBandParams *band);
/* At f = sqrt (f2) Hz, 0 Hz included. */
double mdsp_prototype_power (const MdspPrototype *p, double f2);

#endif
