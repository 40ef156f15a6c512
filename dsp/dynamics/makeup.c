/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/makeup.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"

#include <math.h> /* fabs */
#include <stdlib.h>
#include <string.h>

#define AVERAGE_S   3.0
#define MAX_DB_S    1.0
#define GATE_LUFS   -70.0
#define STILL_DB    0.005 /* less than this is no difference */
#define STATE_FLOOR 1e-30

MdspStatus
mdsp_makeup_init (MdspMakeup *m, double rate_hz, unsigned n_channels, const MdspKernels *kernels)
{
  memset (m, 0, sizeof *m);
  m->kernels = kernels;
  m->n_channels = n_channels;
  mdsp_kweight_design (&m->coef, rate_hz);
  m->weight = MDSP_GRID / (AVERAGE_S * rate_hz);
  m->max_step_db = MAX_DB_S * MDSP_GRID / rate_hz;
  m->state = calloc ((n_channels + 1) / 2, sizeof *m->state);
  return m->state != NULL ? MDSP_OK : MDSP_ERROR_MEMORY;
}

void
mdsp_makeup_reset (MdspMakeup *m)
{
  memset (m->state, 0, (m->n_channels + 1) / 2 * sizeof *m->state);
  memset (m->sums, 0, sizeof m->sums);
  memset (m->power, 0, sizeof m->power);
  m->n_steps = 0;
  m->gain_db = 0.0;
}

void
mdsp_makeup_clear (MdspMakeup *m)
{
  free (m->state);
  memset (m, 0, sizeof *m);
}

void
mdsp_makeup_hear (MdspMakeup *m, unsigned when, const float *const planes[], size_t n_frames)
{
  for (unsigned c = 0; c < m->n_channels; c += 2) {
    const bool alone = c + 1 == m->n_channels;
    m->kernels->kweight_f64 (&m->coef, m->state[c / 2][when], planes[c], planes[alone ? c : c + 1],
                             n_frames, m->sums[c / 2][when]);
  }
}

/* Mean power of the step that ends; its sums start again. */
static double
take_power (MdspMakeup *m, unsigned when)
{
  double energy = 0.0;
  for (unsigned c = 0; c < m->n_channels; c += 2) {
    double *sums = m->sums[c / 2][when];
    energy += c + 1 == m->n_channels ? sums[0] : sums[0] + sums[1];
    sums[0] = sums[1] = sums[2] = 0.0;
  }
  return energy / MDSP_GRID;
}

static void
flush_states (MdspMakeup *m)
{
  double *z = &m->state[0][0][0][0][0];
  for (size_t i = 0; i < (m->n_channels + 1) / 2 * sizeof *m->state / sizeof *z; i++)
    z[i] = fabs (z[i]) < STATE_FLOOR ? 0.0 : z[i];
}

void
mdsp_makeup_step (MdspMakeup *m)
{
  const double before = take_power (m, 0);
  const double after = take_power (m, 1) / mdsp_power_from_db (m->gain_db);
  flush_states (m);
  /* BS.1770-5: -0.691 dB + 10 log10 of the power */
  if (before < mdsp_power_from_db (GATE_LUFS + 0.691))
    return;
  m->n_steps++;
  const double weight =
      1.0 / (double) m->n_steps > m->weight ? 1.0 / (double) m->n_steps : m->weight;
  m->power[0] += weight * (before - m->power[0]);
  m->power[1] += weight * (after - m->power[1]);
  if (!(m->power[1] > 0.0))
    return;
  double wanted = mdsp_db_from_power (m->power[0] / m->power[1]);
  wanted = fabs (wanted) < STILL_DB ? 0.0 : wanted;
  const double step = wanted - m->gain_db;
  m->gain_db += step > m->max_step_db    ? m->max_step_db
                : step < -m->max_step_db ? -m->max_step_db
                                         : step;
}
