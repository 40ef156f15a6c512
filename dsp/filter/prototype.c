/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/prototype.h"
#include "kernels/dmath.h"

#include <string.h>

static void
design_tilt (MdspPrototype *p, const MdspEqBandParams *band)
{
  MdspTiltShelf shelf[2 * MDSP_TILT_SECTIONS];
  p->level = mdsp_power_from_db (mdsp_tilt_shelves (shelf, band->frequency_hz, band->gain_db));
  for (unsigned i = 0; i < 2 * MDSP_TILT_SECTIONS; i++) {
    p->shelf_x[i] = 1.0 / (shelf[i].frequency_hz * shelf[i].frequency_hz);
    p->shelf_gain[i] = mdsp_lin_from_db (shelf[i].gain_db);
  }
}

void
mdsp_prototype_design (MdspPrototype *p, const MdspEqBandParams *band)
{
  memset (p, 0, sizeof *p);
  p->type = band->type;
  p->order = band->type == MDSP_EQ_LOW_SHELF || band->type == MDSP_EQ_HIGH_SHELF
                 ? (band->slope <= 6 ? 1 : 2)
                 : band->slope / 6;
  p->per_hz2 = 1.0 / (band->frequency_hz * band->frequency_hz);
  p->per_q2 = 1.0 / (band->q * band->q);
  p->gain = mdsp_lin_from_db (band->type == MDSP_EQ_LOW_SHELF ? -band->gain_db : band->gain_db);
  p->level = band->type == MDSP_EQ_LOW_SHELF ? mdsp_power_from_db (band->gain_db) : 1.0;
  if (band->type == MDSP_EQ_TILT)
    design_tilt (p, band);
}

/* The high shelf with 0 dB at 0 Hz; x to the order. */
static double
shelf (double xn, double gain)
{
  return (1.0 + xn * gain) / (1.0 + xn / gain);
}

double
mdsp_prototype_power (const MdspPrototype *p, double f2)
{
  const double x = f2 * p->per_hz2, d = (1.0 - x) * (1.0 - x), k = x * p->per_q2;
  double power = p->level;
  switch (p->type) {
    case MDSP_EQ_BELL:
      return (d + k * p->gain) / (d + k / p->gain);
    case MDSP_EQ_LOW_SHELF:
    case MDSP_EQ_HIGH_SHELF:
      return p->level * shelf (p->order == 1 ? x : x * x, p->gain);
    case MDSP_EQ_LOW_CUT:
      power = mdsp_to_the (x, p->order);
      return power / (1.0 + power);
    case MDSP_EQ_HIGH_CUT:
      return 1.0 / (1.0 + mdsp_to_the (x, p->order));
    case MDSP_EQ_NOTCH:
      return d / (d + k);
    case MDSP_EQ_TILT:
      for (unsigned i = 0; i < 2 * MDSP_TILT_SECTIONS; i++)
        power *= shelf (f2 * p->shelf_x[i], p->shelf_gain[i]);
      return power;
  }
  return 1.0;
}
